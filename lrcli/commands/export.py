"""`lrcli export`: every value, exactly, to a file or to stdout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from lrcli import diagnostics
from lrcli.commands.entries import Names, SpecArguments, entries
from lrcli.commands.flags import DerivedCommand

app = typer.Typer(add_completion=False)


@app.command(cls=DerivedCommand)
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
        typer.Option(
            "--format", metavar="csv|tsv|json|jsonl", help="How to write (by the file's extension, else csv)."
        ),
    ] = None,
    *,
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace a file that is already there.")] = False,
) -> None:
    """Write the learning rate of every epoch, exactly.

    lrcli export cosine --epochs 90 > lr.csv

    lrcli export cosine step -o lr.csv

    lrcli export configs/nanogpt.yaml -o lr.jsonl
    """
    from lrcli.engine import same_unit
    from lrcli.export.files import format_of, write_file
    from lrcli.export.formats import FORMATS

    chosen = format_of(output, format_, FORMATS)
    found = entries(specs, name, ctx.obj)
    chunks = FORMATS[chosen](found, same_unit(found))
    if output == "-":
        sys.stdout.buffer.writelines(chunks)
        return
    write_file(Path(output), chunks, force=force)
    rows = max(entry.run.points for entry in found)
    diagnostics.say("note", f"wrote {rows} rows to {output}")
