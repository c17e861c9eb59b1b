"""`lrcli suggest`: what to use in the next run, from the log of one."""

from __future__ import annotations

from typing import Annotated

import typer

from lrcli import diagnostics
from lrcli.commands.amounts import count
from lrcli.commands.list import PageCommand
from lrcli.commands.predict import FitOption, LogOption
from lrcli.problems import Problem, SpecError, closest
from lrcli.render.view import Screen

WHAT = ("cooldown",)

app = typer.Typer(add_completion=False)


@app.command(cls=PageCommand)
def suggest(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="|".join(WHAT), help="What to suggest.", autocompletion=lambda: WHAT)],
    log: LogOption = None,
    fit: FitOption = None,
    steps: Annotated[
        int | None,
        typer.Option(parser=count, metavar="COUNT", help="Length of the next run (default: that of the log)."),
    ] = None,
    final: Annotated[
        float, typer.Option(metavar="SHARE", min=0, max=0.5, help="The lr at the end, as a share of the peak.")
    ] = 0.0,
) -> None:
    """Suggest how long the cooldown of a run should be: the shortest that is as good as the best.

    lrcli suggest cooldown --log run.csv
    """
    from lrcli.commands.logged import coded, fitted_from, shown, warn
    from lrcli.export.json import document
    from lrcli.foresight.cooldown import cooldown, spec_of, suggest
    from lrcli.foresight.limits import of_horizon
    from lrcli.foresight.schedules import check
    from lrcli.render.foresight import CHECKED, cooldown_page

    if what not in WHAT:
        message = f"there is nothing to suggest called {what!r}; there is {', '.join(WHAT)}"
        raise SpecError(Problem(message=message, suggestion=closest(what, WHAT)))
    given = fitted_from(log, fit)
    if given is None:
        raise SpecError(_UNKNOWN)
    found, notes = given
    known = found.saved.fit
    length = steps or known.steps
    check(known, {"the cooldown": cooldown(length, known.peak, known.warmup, 0.2)})
    picked = suggest(known, length, final)
    spec = spec_of(known, picked.pick, final)
    findings = [*of_horizon(known, length), *found.findings]
    screen = ctx.obj.of(Screen)
    if screen.json:
        losses = [{"share": share, "loss": loss} for share, loss in picked.losses.items()]
        facts = {
            "pick": picked.pick,
            "longest": picked.longest,
            "best": picked.best,
            "steps": length,
            "spec": spec,
        }
        diagnostics.write(document(**facts, losses=losses, findings=coded(findings), note=CHECKED))
        return
    diagnostics.write(shown(cooldown_page(picked, length, spec), screen))
    warn(findings, found.saved.source, notes)
    diagnostics.say("note", CHECKED)


_UNKNOWN = (
    "without a log the best cooldown is not known: give --log or --fit. As a rule of thumb, 20-40 % of the run; on 305 "
    "logged runs 40 % lost 0.003 nats on average and 0.012 at most, 20 % 0.013 and 0.031"
)
