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
    from lrcli.commands.screens import for_drawing, rows_below, style
    from lrcli.export.json import document
    from lrcli.figure.comparison import compared, facts
    from lrcli.figure.verdict import verdict
    from lrcli.render.comparison import Asked, Page

    view = ctx.obj.of(CompareView)
    found = entries(specs, name, ctx.obj)
    _check_base(diff, [entry.name for entry in found])
    drawn = figure(found, view, ctx.obj.logged, numbers=False)
    numbers = compared(found, drawn, [guide.x for guide in drawn.guides if guide.kind == "asked"], diff)
    sentence = verdict(numbers, drawn.x.unit)
    if view.json:
        diagnostics.write(document(**facts(numbers, drawn), verdict=sentence, findings=ctx.obj.found))
        return
    asked = Asked(all=view.all, at=bool(view.at), diff=diff is not None, rows=view.height)
    page = Page(drawn, numbers, asked, style(view), for_drawing(view))
    below = page.below()
    if view.format != "text":
        from lrcli.render.measures import csv_table, markdown

        below = [csv_table(numbers) if view.format == "csv" else markdown(numbers)]
    if output is not None:
        from lrcli.commands.pictures import draw_into

        captioned = drawn._replace(caption=(*drawn.caption, sentence))
        if not draw_into(captioned, output, ctx.obj, force=force):
            return
    elif view.format == "text":
        below = [page.fitted(rows_below(ctx.obj, page.room)) if sys.stdout.isatty() else page.whole()]
    diagnostics.write("\n".join(below))


def _check_base(name: str | None, known: Sequence[str]) -> None:
    """Raise if no schedule has the name that --diff gives."""
    if name is not None and name not in known:
        message = f"no schedule here is called {name!r}; there are {', '.join(known)}"
        raise SpecError(Problem(message=message, place="--diff", suggestion=closest(name, known)))
