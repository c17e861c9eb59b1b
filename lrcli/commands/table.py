"""`lrcli table`: the learning rate per epoch, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import typer

from lrcli import diagnostics
from lrcli.commands.entries import Names, SpecArguments, entries
from lrcli.commands.flags import DerivedCommand
from lrcli.render.view import Rows

if TYPE_CHECKING:
    from lrcli.parameters import Declared


class TableCommand(DerivedCommand):
    """A verb that prints rows."""

    panels: ClassVar[dict[str, type[Declared]]] = {"View": Rows}


app = typer.Typer(add_completion=False)


@app.command(cls=TableCommand)
def table(ctx: typer.Context, specs: SpecArguments, name: Names = None) -> None:
    """Print the learning rate per epoch: the first, the last and each change.

    lrcli table step --epochs 90

    lrcli table cosine step --all

    lrcli table cosine --steps 1M --at 0,10k,50%
    """
    from lrcli.commands.screens import style
    from lrcli.export.json import document
    from lrcli.figure.cuts import bad_epochs
    from lrcli.render.rows import chosen, facts, rows

    view = ctx.obj.of(Rows)
    found = entries(specs, name, ctx.obj)
    points = chosen(found, view)
    if view.json:
        diagnostics.write(document(**facts(found, points)))
        return
    how = style(view)
    diagnostics.write(rows(found, points, width=how.width, colour=how.colour, ascii_only=how.ascii_only))
    if heard := bad_epochs(found):
        diagnostics.write("\n" + "\n".join(heard))
    total = max(entry.run.points for entry in found)
    if len(points) < total and not view.at:
        diagnostics.say("note", f"{len(points)} of {total} rows; --all prints every one, export writes them exactly")
