"""`lrcli fit`: fit the loss of a logged run, for `lrcli predict` and `lrcli suggest`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lrcli import diagnostics
from lrcli.commands.amounts import count
from lrcli.commands.list import PageCommand
from lrcli.render.view import Screen

if TYPE_CHECKING:
    from lrcli.foresight.fitted import Fitted
    from lrcli.foresight.record import Columns
    from lrcli.logs.table import Log
    from lrcli.numeric import Array

app = typer.Typer(add_completion=False)

LogArgument = Annotated[
    str,
    typer.Argument(
        metavar="LOG", help="What a run wrote: csv, json, jsonl, TensorBoard, text; or - for standard input."
    ),
]
LrColumn = Annotated[str, typer.Option("--lr", metavar="COLUMN", help="The learning rate.", show_default=False)]
LossColumn = Annotated[str, typer.Option("--loss", metavar="COLUMN", help="The loss.", show_default=False)]


@app.command(cls=PageCommand)
def fit(
    ctx: typer.Context,
    log: LogArgument,
    lr: LrColumn = "",
    loss: LossColumn = "",
    step: Annotated[str, typer.Option("--step", metavar="COLUMN", help="The steps.", show_default=False)] = "",
    steps_per_epoch: Annotated[
        int | None, typer.Option(parser=count, metavar="COUNT", help="For a log that counts epochs.")
    ] = None,
    warmup: Annotated[
        int | None,
        typer.Option(parser=count, metavar="STEP", help="Where the lr reached its peak, if the log begins later."),
    ] = None,
    schedule: Annotated[
        str | None, typer.Option(metavar="SPEC", help="The run's schedule, if its lr was not logged or only roughly.")
    ] = None,
    steps: Annotated[int | None, typer.Option(parser=count, metavar="COUNT", help="How long that schedule is.")] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write the fit, for predict --fit.")
    ] = None,
    *,
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace a file that is already there.")] = False,
) -> None:
    """Fit the loss of a logged run, so that predict and suggest can say what other schedules would lead to.

    lrcli fit run.csv

    lrcli fit run.csv --loss val_loss -o run.fit.json
    """
    from lrcli.commands.logged import shown, warn
    from lrcli.export.files import write_file
    from lrcli.export.json import document
    from lrcli.foresight.record import Columns
    from lrcli.foresight.saved import encoded
    from lrcli.logs import read_log
    from lrcli.render.foresight import fit_page

    columns = Columns(lr, loss, step, steps_per_epoch, warmup)
    read = read_log(log)
    found = _fitted(read, columns, schedule, steps)
    screen = ctx.obj.of(Screen)
    if screen.json:
        diagnostics.write(document(**_facts(found)))
    else:
        diagnostics.write(shown(fit_page(found.saved), screen))
    if output is not None:
        write_file(Path(output), encoded(found.saved), force=force)
        diagnostics.say("note", f"wrote the fit to {output}")
    warn(() if screen.json else found.findings, log, read.notes)


def _fitted(log: Log, columns: Columns, schedule: str | None, steps: int | None) -> Fitted:
    from lrcli.foresight.fitted import fitted

    return fitted(log, columns, None if schedule is None else _lr(log, columns, schedule, steps))


def _lr(log: Log, columns: Columns, schedule: str, steps: int | None) -> Array:
    """Return the lr of every step that a spec gives, with the peak that was logged if it says none."""
    from lrcli import engine
    from lrcli.commands.logged import only
    from lrcli.foresight.record import last_step, peak_of
    from lrcli.run import Run

    peak = peak_of(log, columns)
    spec = only(schedule, {} if peak is None else {"max_lr": peak, "base_lr": peak})
    return engine.evaluate(spec, Run(unit="step", total=steps or last_step(log, columns))).lr


def _facts(found: Fitted) -> dict[str, object]:
    from lrcli.commands.logged import coded

    fit, saved = found.saved.fit, found.saved
    return {
        "source": saved.source,
        "loss": saved.loss,
        "validation": saved.validation,
        "peak": fit.peak,
        "steps": fit.steps,
        "warmup": fit.warmup,
        "readings": fit.readings,
        "misfit": fit.misfit,
        "decay": fit.decay,
        "floor": fit.floor,
        "gained": fit.gained,
        "laws": fit.laws,
        "findings": coded(found.findings),
        "version": saved.version,
    }
