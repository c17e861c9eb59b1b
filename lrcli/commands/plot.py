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
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.figure.data import Figure
    from lrcli.parameters import Declared


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
    from lrcli.commands.screens import for_drawing
    from lrcli.render.terminal import show

    written = None if code is None else written_for(found, code)
    diagnostics.write(show(figure(found, view), for_drawing(view), rows=view.height))
    if written is not None:
        diagnostics.write(f"\n{written.rstrip()}")


def figure(entries: Sequence[Entry], view: View, *, numbers: bool = True) -> Figure:
    """Return the figure of some schedules as it was asked for."""
    from lrcli.figure.schedules import figure_of

    return figure_of(entries, at=view.at or (), log=view.log, xlim=view.xlim, ylim=view.ylim, numbers=numbers)
