"""`lrcli predict`: which schedule will train better."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from lrcli import diagnostics
from lrcli.commands.amounts import positive
from lrcli.commands.entries import Names, Otherwise, SpecArguments, entries
from lrcli.commands.flags import DerivedCommand
from lrcli.commands.pictures import PANEL, Force, Output
from lrcli.commands.reading import Reading
from lrcli.problems import Problem, SpecError, closest
from lrcli.render.view import Picture, Screen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lrcli.commands.asked import Asked
    from lrcli.figure.data import Figure
    from lrcli.foresight.fit import Fit
    from lrcli.foresight.fitted import Fitted
    from lrcli.numeric import Array
    from lrcli.parameters import Declared


class PredictCommand(DerivedCommand):
    """A verb that compares what schedules lead to."""

    panels: ClassVar[dict[str, type[Declared]]] = {"View": Screen, PANEL: Picture}


app = typer.Typer(add_completion=False)

LogOption = Annotated[
    str | None, typer.Option("--log", metavar="LOG", help="The log of one run with the same model, data and peak lr.")
]
FitOption = Annotated[str | None, typer.Option("--fit", metavar="FILE", help="Instead of a log: what lrcli fit wrote.")]


@app.command(cls=PredictCommand)
def predict(
    ctx: typer.Context,
    specs: SpecArguments,
    name: Names = None,
    log: LogOption = None,
    fit: FitOption = None,
    tuned_lr: Annotated[
        float | None,
        typer.Option(parser=positive, metavar="NUMBER", help="Without a log: the best peak of one of the schedules."),
    ] = None,
    tuned_for: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which schedule that is the peak of (the first).")
    ] = None,
    *,
    curve: Annotated[bool, typer.Option("--curve", help="Print the loss over the whole run, as csv.")] = False,
    draw: Annotated[bool, typer.Option("--draw", help="Draw the loss over the run as well.")] = False,
    output: Output = None,
    force: Force = False,
) -> None:
    """Predict which schedule ends at the lower loss, after the log of one run; without one, by the bound of theory.

    Peak, warm-up and length are those of the log where a spec does not say them.

    lrcli predict cosine wsd:decay_length=20% constant --log run.csv

    lrcli predict cosine wsd constant --steps 50k
    """
    from lrcli.commands.logged import fitted_from
    from lrcli.foresight.schedules import check, lrs_of, unsaid

    screen = ctx.obj.of(Screen)
    given = fitted_from(log, fit)
    if given is None:
        if curve or draw or output:
            raise SpecError("--curve, --draw and -o need a log: without one there is no loss; give --log or --fit")
        _bounds(lrs_of(entries(specs, name, ctx.obj)), screen, tuned_lr, tuned_for)
        return
    if tuned_lr is not None:
        raise SpecError("--tuned-lr is for predictions without a log: a log says nothing about another peak")
    found, notes = given
    known = found.saved.fit
    lrs = lrs_of(entries(specs, name, ctx.obj, Otherwise(unsaid(known), known.steps)))
    check(known, lrs)
    if curve:
        _curves(known, lrs, screen)
        return
    if output is not None:
        if not _draw_into(known, lrs, output, ctx.obj, force=force):
            return
    elif draw and not screen.json:
        _draw(known, lrs, screen)
    _ends(found, lrs, ctx.obj, notes)


def _ends(found: Fitted, lrs: Mapping[str, Array], asked: Asked, notes: tuple[str, ...]) -> None:
    """Print the losses at the end."""
    from lrcli.commands.logged import coded, shown, warn
    from lrcli.export.json import document
    from lrcli.findings.lines import left
    from lrcli.foresight.limits import of_horizon
    from lrcli.foresight.predict import ranked
    from lrcli.render.foresight import CHECKED, predictions

    fit = found.saved.fit
    expected = ranked(fit, lrs)
    limits = [*of_horizon(fit, max(lr.size for lr in lrs.values())), *found.findings]
    findings = left(limits, asked.of(Reading).ignore or ())
    screen = asked.of(Screen)
    if screen.json:
        rows = [{"name": name, "steps": lrs[name].size, **one._asdict()} for name, one in expected.items()]
        coded_findings = coded([*asked.findings, *findings])
        diagnostics.write(document(source=found.saved.source, predictions=rows, findings=coded_findings, note=CHECKED))
        return
    diagnostics.write(shown(predictions(expected), screen))
    warn(findings, found.saved.source, notes)
    diagnostics.say("note", f"where a spec says none: peak {fit.peak:.4g}, warm-up {fit.warmup:,} steps, as in the log")
    diagnostics.say("note", CHECKED)


def _draw_into(fit: Fit, lrs: Mapping[str, Array], output: str, asked: Asked, *, force: bool) -> bool:
    """Draw the losses over the run into a file; return whether stdout is still free."""
    from lrcli.commands.pictures import draw_into

    return draw_into(_figure(fit, lrs), output, asked, force=force)


def _draw(fit: Fit, lrs: Mapping[str, Array], screen: Screen) -> None:
    """Print the drawing of the losses over the run."""
    from lrcli.commands.screens import for_drawing
    from lrcli.render.terminal import show

    diagnostics.write(show(_figure(fit, lrs), for_drawing(screen), reserved=len(lrs) + 5) + "\n")


_DRAWN = 300
"""Places at which a drawing joins a loss."""


def _figure(fit: Fit, lrs: Mapping[str, Array]) -> Figure:
    from lrcli.figure.losses import figure_of_curves
    from lrcli.foresight.predict import curves, level_of

    return figure_of_curves(*curves(fit, lrs, _DRAWN), {name: level_of(fit, lr.size) for name, lr in lrs.items()})


def _curves(fit: Fit, lrs: Mapping[str, Array], screen: Screen) -> None:
    """Print the losses over the run: a column each, empty where a run is over or warming up."""
    import csv

    import numpy as np

    from lrcli.export.json import document
    from lrcli.foresight.predict import curves
    from lrcli.render.foresight import CHECKED

    steps, losses = curves(fit, lrs)
    if screen.json:
        rows = [{"name": name, "loss": loss.tolist()} for name, loss in losses.items()]
        diagnostics.write(document(unit="step", step=steps.tolist(), curves=rows, note=CHECKED))
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["step", *losses])
    columns = [["" if np.isnan(loss) else float(loss) for loss in one] for one in losses.values()]
    writer.writerows(zip(steps.tolist(), *columns, strict=True))
    diagnostics.say("note", CHECKED)


def _bounds(lrs: Mapping[str, Array], screen: Screen, tuned: float | None, base: str | None) -> None:
    """Print the schedules in the order of their bounds."""
    from lrcli.commands.logged import shown
    from lrcli.export.json import document
    from lrcli.foresight.bound import ranked
    from lrcli.render.foresight import UNLOGGED, bound_table

    chosen = next(iter(lrs)) if base is None else base
    if chosen not in lrs:
        message = f"no schedule here is called {chosen!r}; there are {', '.join(lrs)}"
        raise SpecError(Problem(message=message, place="--tuned-for", suggestion=closest(chosen, lrs)))
    found = ranked(lrs, chosen, tuned)
    if screen.json:
        rows = [
            {"name": name, "bound": one.ratio, "best_lr": one.times, "peak": one.peak, "verdict": one.verdict}
            for name, one in found.items()
        ]
        diagnostics.write(document(bounds=rows, against=chosen, note=UNLOGGED))
        return
    diagnostics.write(shown(bound_table(found, chosen), screen))
    diagnostics.say("note", UNLOGGED)
