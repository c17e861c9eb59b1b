"""`lrcli compare`: schedules side by side, drawn, in numbers and in a sentence."""

from __future__ import annotations

import textwrap
from typing import Annotated

import typer

from lrcli import diagnostics
from lrcli.commands.entries import Names, SpecArguments, entries
from lrcli.commands.plot import PlotCommand, figure
from lrcli.problems import Problem, SpecError, closest
from lrcli.render.view import View

app = typer.Typer(add_completion=False)


@app.command(cls=PlotCommand)
def compare(
    ctx: typer.Context,
    specs: SpecArguments,
    name: Names = None,
    diff: Annotated[
        str | None, typer.Option("--diff", metavar="BASE", help="Show the others as differences to this one.")
    ] = None,
) -> None:
    """Compare schedules: one drawing, one table, and what differs most.

    lrcli compare cosine step polynomial --max-lr 0.1 --epochs 90

    lrcli compare cosine cosine:warmup=5 configs/resnet50.yaml --at 0,30,60,89

    lrcli compare cosine wsd --diff cosine
    """
    from lrcli.commands.screens import for_drawing, style
    from lrcli.export.json import document
    from lrcli.render.compare import columns_of, facts, measures, side_by_side, verdict
    from lrcli.render.terminal import show
    from lrcli.summary import summarize

    view = ctx.obj.of(View)
    found = entries(specs, name, ctx.obj)
    known = [entry.name for entry in found]
    if diff is not None and diff not in known:
        message = f"no schedule here is called {diff!r}; there are {', '.join(known)}"
        raise SpecError(Problem(message=message, place="--diff", suggestion=closest(diff, known)))
    drawn = figure(found, view, numbers=False)
    drawing = "" if view.json else show(drawn, for_drawing(view), rows=view.height, reserved=12)
    summaries = [summarize(entry.spec, entry.run) for entry in found]
    points = columns_of(found, view)
    told = {entry.name: measures(entry, summary, points) for entry, summary in zip(found, summaries, strict=True)}
    sentence = verdict(found, summaries)
    if view.json:
        diagnostics.write(document(**facts(found, told), verdict=sentence))
        return
    how = style(view)
    table = side_by_side(told, diff, width=how.width, colour=how.colour, ascii_only=how.ascii_only)
    wrapped = textwrap.fill(sentence, how.width or 10_000)
    diagnostics.write(f"{drawing}\n\n{table}\n\n{wrapped}")
