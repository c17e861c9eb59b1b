"""`lrcli config`: what the environment and the project's file set, and where each value comes from."""

from __future__ import annotations

import typer

from lrcli import diagnostics
from lrcli.commands.list import PageCommand
from lrcli.render.view import Screen

app = typer.Typer(add_completion=False)


@app.command(cls=PageCommand)
def config(ctx: typer.Context) -> None:
    """Show what holds unless an option says otherwise, and where it comes from.

    LRCLI_EPOCHS=90 lrcli config

    Options go before LRCLI_… in the environment, that before a file of schedules, and that before the project's file:
    the nearest lrcli.yaml, or [tool.lrcli] in pyproject.toml, up to the root of the repository.
    """
    from lrcli.commands.screens import style
    from lrcli.commands.settings import merged, of_environment, of_project, settable
    from lrcli.export.json import document

    found = merged(of_project(), of_environment())
    screen = ctx.obj.of(Screen)
    if screen.json:
        diagnostics.write(document(settings={name: setting._asdict() for name, setting in found.items()}))
        return
    nothing = f"Nothing is set. These can be: {', '.join(settable())}."
    lines = [f"{name} = {setting.value}  ({setting.origin})" for name, setting in found.items()]
    diagnostics.write("\n".join(lines or style(screen).wrapped(nothing, "", "  ")))
