"""`lrcli table`: the learning rate per epoch, as rows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, ClassVar

import typer

from lrcli import diagnostics
from lrcli.commands.entries import Names, SpecArguments, entries
from lrcli.commands.flags import DerivedCommand
from lrcli.render.view import Chosen, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.parameters import Declared


class TableCommand(DerivedCommand):
    """A verb that prints rows."""

    panels: ClassVar[dict[str, type[Declared]]] = {"Rows": Chosen, "View": Rows}


app = typer.Typer(add_completion=False)
_FEWEST, _AROUND = 8, 3
"""Rows of a table in a terminal that is too low, and the lines around them: the header, its rule and a note."""


@app.command(cls=TableCommand)
def table(ctx: typer.Context, specs: SpecArguments, name: Names = None) -> None:
    """Print the learning rate per epoch: the first, the last and each change.

    Of a curve that always changes: its breakpoints, its peak and round numbers between.

    lrcli table step --epochs 90

    lrcli table cosine step --all

    lrcli table cosine --steps 1M --at 0,10k,50%

    lrcli table cosine --steps 300k --every 10k --format csv
    """
    from lrcli.commands.screens import rows_below, style
    from lrcli.export.json import document
    from lrcli.render.rows import MOST, chosen, facts, markdown, rows

    view, wanted = ctx.obj.of(Rows), ctx.obj.of(Chosen)
    found = entries(specs, name, ctx.obj)
    how = style(view)
    room = how.height - rows_below(ctx.obj, how) - _AROUND if sys.stdout.isatty() else MOST
    points, notes = chosen(found, wanted, everything=view.all, most=min(max(room, _FEWEST), MOST))
    if view.json:
        diagnostics.write(document(**facts(found, points), notes=notes, findings=ctx.obj.found))
        return
    if view.format == "csv":
        _write_csv(found, points)
    elif view.format == "md":
        diagnostics.write(markdown(found, points))
    else:
        diagnostics.write(rows(found, points, width=how.width, colour=how.colour, ascii_only=how.ascii_only))
        _say_more(found, len(points), asked=bool(wanted.at or wanted.every))
    for note in notes:
        diagnostics.say("note", note)


def _write_csv(entries: Sequence[Entry], points: Sequence[int]) -> None:
    """Write the rows as `lrcli export` does."""
    from lrcli.entry import same_unit
    from lrcli.export.formats import csv_rows

    sys.stdout.buffer.writelines(csv_rows(entries, same_unit(entries), points))


def _say_more(entries: Sequence[Entry], shown: int, *, asked: bool) -> None:
    """Say what a metric led to, and how many rows are not shown."""
    from lrcli.figure.cuts import bad_epochs

    if cuts := bad_epochs(entries):
        diagnostics.write("\n" + "\n".join(cuts))
    total = max(entry.run.points for entry in entries)
    if shown < total and not asked:
        diagnostics.say("note", f"{shown} of {total} rows; --all prints every one, export writes them exactly")
