"""`lrcli compare`: schedules side by side, drawn, in numbers and in a sentence."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from lrcli import diagnostics
from lrcli.commands.entries import Names, SpecArguments, entries
from lrcli.commands.flags import DerivedCommand
from lrcli.commands.pictures import PANEL, Force, Output
from lrcli.commands.plot import figure
from lrcli.problems import Problem, SpecError, closest
from lrcli.render.view import CompareView, Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.commands.asked import Asked
    from lrcli.figure.comparison import Compared
    from lrcli.figure.data import Figure
    from lrcli.parameters import Declared


class CompareCommand(DerivedCommand):
    """A verb that draws and tabulates."""

    panels: ClassVar[dict[str, type[Declared]]] = {"View": CompareView, PANEL: Picture}


app = typer.Typer(add_completion=False)


@app.command(cls=CompareCommand)
def compare(
    ctx: typer.Context,
    specs: SpecArguments,
    name: Names = None,
    diff: Annotated[
        str | None, typer.Option("--diff", metavar="BASE", help="Show the others as differences to this one.")
    ] = None,
    output: Output = None,
    *,
    force: Force = False,
) -> None:
    """Compare schedules: one drawing, one table, and how far they are apart at most.

    lrcli compare cosine step polynomial --max-lr 0.1 --epochs 90

    lrcli compare cosine cosine:warmup=5 configs/resnet50.yaml --at 0,30,60,89

    lrcli compare cosine wsd --diff cosine

    lrcli compare cosine wsd --format md
    """
    from lrcli.figure.comparison import compared, facts
    from lrcli.figure.verdict import verdict

    view = ctx.obj.of(CompareView)
    found = entries(specs, name, ctx.obj)
    _check_base(diff, [entry.name for entry in found])
    drawn = figure(found, view, ctx.obj.logged, numbers=False)
    numbers = compared(found, drawn, [guide.x for guide in drawn.guides if guide.kind == "asked"], diff)
    sentence = verdict(numbers, drawn.x.unit)
    if view.json:
        from lrcli.export.json import document

        diagnostics.write(document(**facts(numbers, drawn), verdict=sentence, findings=ctx.obj.found))
    elif output is None:
        diagnostics.write(_text(drawn, numbers, ctx.obj, diff=diff is not None))
    elif _draw_into(drawn._replace(caption=(*drawn.caption, sentence)), output, ctx.obj, force=force):
        diagnostics.write(_text(drawn, numbers, ctx.obj, diff=diff is not None, with_drawing=False))


def _draw_into(drawn: Figure, output: str, asked: Asked, *, force: bool) -> bool:
    """Draw a comparison into a file; return whether stdout is still free."""
    from lrcli.commands.pictures import draw_into

    return draw_into(drawn, output, asked, force=force)


def _text(drawn: Figure, numbers: Sequence[Compared], asked: Asked, *, diff: bool, with_drawing: bool = True) -> str:
    """Return a comparison in the format that was asked for; as text, with the drawing unless it is in a file."""
    from lrcli.commands.screens import for_drawing, rows_below, style
    from lrcli.render import comparison
    from lrcli.render.measures import csv_table, markdown

    view = asked.of(CompareView)
    if view.format != "text":
        return csv_table(numbers) if view.format == "csv" else markdown(numbers)
    parts = comparison.Asked(all=view.all, at=bool(view.at), diff=diff, rows=view.height)
    page = comparison.Page(drawn, numbers, parts, style(view), for_drawing(view))
    if not with_drawing:
        return "\n".join(page.below())
    return page.fitted(rows_below(asked, page.room)) if sys.stdout.isatty() else page.whole()


def _check_base(name: str | None, known: Sequence[str]) -> None:
    """Raise if no schedule has the name that --diff gives."""
    if name is not None and name not in known:
        message = f"no schedule here is called {name!r}; there are {', '.join(known)}"
        raise SpecError(Problem(message=message, place="--diff", suggestion=closest(name, known)))
