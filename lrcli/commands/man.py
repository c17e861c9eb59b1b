"""`lrcli man`: the manual page."""

from __future__ import annotations

import typer

from lrcli import diagnostics
from lrcli.commands.flags import PlainCommand

app = typer.Typer(add_completion=False)


@app.command(cls=PlainCommand)
def man(ctx: typer.Context) -> None:
    """Print the manual page, made from what the verbs declare.

    lrcli man | man -l -
    """
    from lrcli.commands.manual import manual

    diagnostics.write(manual(ctx.parent))
