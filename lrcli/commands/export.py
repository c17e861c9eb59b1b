"""`lrcli export`: every value, exactly, to a file or to stdout."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from lrcli import diagnostics
from lrcli.commands.entries import Names, SpecArguments, entries
from lrcli.commands.flags import DerivedCommand
from lrcli.export.names import FORMATS as NAMES
from lrcli.problems import SpecError
from lrcli.render.view import Chosen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.parameters import Declared


class ExportCommand(DerivedCommand):
    """A verb that writes rows."""

    panels: ClassVar[dict[str, type[Declared]]] = {"Rows": Chosen}


app = typer.Typer(add_completion=False)


@app.command(cls=ExportCommand)
def export(
    ctx: typer.Context,
    specs: SpecArguments,
    name: Names = None,
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write; - is stdout.", show_default=False),
    ] = "-",
    format_: Annotated[
        str | None,
        typer.Option("--format", metavar="|".join(NAMES), help="How to write (by the file's extension, else csv)."),
    ] = None,
    *,
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace a file that is already there.")] = False,
) -> None:
    """Write the learning rate of every epoch, exactly.

    lrcli export cosine --epochs 90 > lr.csv

    lrcli export cosine step -o lr.csv

    lrcli export configs/nanogpt.yaml -o lr.parquet --every 100
    """
    from lrcli.commands.progress import watched
    from lrcli.entry import same_unit
    from lrcli.export.files import format_of, write_file
    from lrcli.export.formats import FORMATS

    chosen = FORMATS[format_of(output, format_, FORMATS)]
    if chosen.binary and output == "-" and sys.stdout.isatty():
        raise SpecError("a binary format is not for a terminal: give it a file with -o")
    found = entries(specs, name, ctx.obj)
    points = _points(found, ctx.obj.of(Chosen))
    chunks = chosen.write(found, same_unit(found), points)
    with closing(
        watched(chunks, len(points) // chosen.size + 1, to_terminal=output == "-" and sys.stdout.isatty())
    ) as shown:
        if output == "-":
            sys.stdout.buffer.writelines(shown)
            return
        write_file(Path(output), shown, force=force)
    diagnostics.say("note", f"wrote {len(points)} rows to {output}")


def _points(entries: Sequence[Entry], wanted: Chosen) -> Sequence[int]:
    """Return the points to write, and say what is not read exactly where it was asked for."""
    from lrcli.places import every, places

    if not wanted.at:
        return every(1 if wanted.every is None else wanted.every, entries).points
    asked = places(wanted.at, entries)
    for note in asked.notes:
        diagnostics.say("note", note)
    return asked.points
