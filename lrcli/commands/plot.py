"""`lrcli plot`: draw schedules as curves."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from lrcli import diagnostics
from lrcli.code.names import TARGETS
from lrcli.commands.code import written_for
from lrcli.commands.entries import Names, SpecArguments, entries
from lrcli.commands.flags import DerivedCommand
from lrcli.render.view import View

if TYPE_CHECKING:
    from lrcli.parameters import Declared
    from lrcli.render.canvas import Size


class PlotCommand(DerivedCommand):
    """A verb that draws."""

    panels: ClassVar[dict[str, type[Declared]]] = {"View": View}


app = typer.Typer(add_completion=False)


@app.command(cls=PlotCommand)
def plot(
    ctx: typer.Context,
    specs: SpecArguments,
    name: Names = None,
    code: Annotated[
        str | None,
        typer.Option(
            "--code", metavar="|".join(TARGETS), help="Also print it as code.", autocompletion=lambda: TARGETS
        ),
    ] = None,
) -> None:
    """Draw schedules as curves.

    lrcli plot cosine --max-lr 0.1

    lrcli plot cosine:warmup=5 step --epochs 90 --log

    lrcli plot configs/resnet50.yaml --code torch
    """
    view = ctx.obj.of(View)
    found = entries(specs, name, ctx.obj)
    if view.json:
        from lrcli.entry import same_unit
        from lrcli.export.formats import json_document

        sys.stdout.buffer.writelines(json_document(found, same_unit(found)))
        return
    from lrcli.render.plot import plot as draw

    written = None if code is None else written_for(found, code)
    diagnostics.write(draw(found, view, size(view, diagnostics.height() - 1)))
    if written is not None:
        diagnostics.write(f"\n{written.rstrip()}")


def size(view: View, rows: int) -> Size:
    """Return the room for a drawing: so many rows, within reason, and the columns asked for or the terminal's."""
    from lrcli.commands.screens import style
    from lrcli.render.canvas import Size

    how = style(view)
    return Size(how.width or diagnostics.width(view.width), min(rows, 34), how.colour, how.ascii_only)
