"""`lrcli list`: all schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import typer

from lrcli import diagnostics
from lrcli.commands.flags import DerivedCommand
from lrcli.render.view import Screen

if TYPE_CHECKING:
    from lrcli.parameters import Declared


class PageCommand(DerivedCommand):
    """A verb that prints a page."""

    panels: ClassVar[dict[str, type[Declared]]] = {"View": Screen}
    takes_schedules: ClassVar[bool] = False


app = typer.Typer(add_completion=False)


@app.command(cls=PageCommand)
def list_(ctx: typer.Context) -> None:
    """List all schedules, by how often they change the learning rate and by what shape."""
    from lrcli.commands.screens import style
    from lrcli.export.json import document
    from lrcli.render.pages import Page, facts, in_order, listing

    screen = ctx.obj.of(Screen)
    if screen.json:
        diagnostics.write(document(schedules=[facts(schedule) for schedule in in_order()]))
        return
    diagnostics.write(listing(Page(*style(screen))))
