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
from lrcli.commands.pictures import PANEL, Force, Output
from lrcli.render.view import Picture, PlotView, View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lrcli.entry import Entry
    from lrcli.figure.data import Figure
    from lrcli.figure.logged import Logged
    from lrcli.parameters import Declared


class PlotCommand(DerivedCommand):
    """A verb that draws."""

    panels: ClassVar[dict[str, type[Declared]]] = {"View": PlotView, PANEL: Picture}


app = typer.Typer(add_completion=False)
_TARGETS = (*TARGETS, "matplotlib")
"""What the code may be for: a framework, or a drawing."""


@app.command(cls=PlotCommand)
def plot(
    ctx: typer.Context,
    specs: SpecArguments,
    name: Names = None,
    code: Annotated[
        str | None,
        typer.Option(
            "--code",
            metavar="TARGET",
            help="Also print code for torch, keras …, or matplotlib.",
            autocompletion=lambda: _TARGETS,
        ),
    ] = None,
    output: Output = None,
    *,
    force: Force = False,
) -> None:
    """Draw schedules as curves.

    lrcli plot cosine --max-lr 0.1

    lrcli plot cosine:warmup=5 step --epochs 90 --log

    lrcli plot configs/resnet50.yaml --code torch

    lrcli plot cosine wsd -o lr.svg --style paper --width-in 3.3
    """
    view = ctx.obj.of(PlotView)
    found = entries(specs, name, ctx.obj)
    written = None if code is None else _written(found, code, view)
    drawn = figure(found, view, ctx.obj.logged, momentum=view.momentum)
    if view.json:
        more = {"code": written, "findings": ctx.obj.found}
        _write_json(found, drawn, more, momentum=view.momentum)
        return
    if output is not None:
        from lrcli.commands.pictures import draw_into

        if not draw_into(drawn, output, ctx.obj, force=force):
            return
    else:
        from lrcli.commands.screens import for_drawing, rows_below
        from lrcli.render.terminal import show

        how = for_drawing(view)
        diagnostics.write(show(drawn, how, rows=view.height, reserved=rows_below(ctx.obj, how)))
    if written is not None:
        diagnostics.write(f"\n{written.rstrip()}")


def _written(entries: list[Entry], code: str, view: View) -> str:
    """Return schedules as code for a framework, or as a script that draws them."""
    if code != "matplotlib":
        return written_for(entries, code)
    from lrcli.code.drawing import script
    from lrcli.entry import same_unit

    same_unit(entries)
    return script(entries, log=view.log)


def _write_json(entries: Sequence[Entry], drawn: Figure, more: Mapping[str, object], *, momentum: bool) -> None:
    """Write the curves, and all else that was asked for, as one document."""
    from lrcli.export.formats import json_document

    series = [one for one in drawn.panels[0].series if not one.dots]
    asked = [guide.x for guide in drawn.guides if guide.kind == "asked"]
    readings = [{"at": x, "lr": {one.name: one.at(x) for one in series}} for x in asked]
    asked_for = {"readings": readings, "caption": drawn.caption, **more}
    sys.stdout.buffer.writelines(json_document(entries, drawn.x.unit, more=asked_for, momentum=momentum))


def figure(
    entries: Sequence[Entry],
    view: View,
    logged: Sequence[Logged] = (),
    *,
    numbers: bool = True,
    momentum: bool = False,
) -> Figure:
    """Return the figure of some schedules as it was asked for."""
    from lrcli.figure.schedules import figure_of

    return figure_of(
        entries,
        at=view.at or (),
        log=view.log,
        xlim=view.xlim,
        ylim=view.ylim,
        numbers=numbers,
        momentum=momentum,
        axis=view.axis,
        logged=logged,
    )
