"""`lrcli describe`: the pages on schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import typer

from lrcli import diagnostics
from lrcli.commands.entries import SpecArguments, entries
from lrcli.commands.flags import DerivedCommand
from lrcli.render.view import Screen
from lrcli.run import RunOptions

if TYPE_CHECKING:
    from lrcli.parameters import Declared


class DescribeCommand(DerivedCommand):
    """A verb that prints pages on specs."""

    panels: ClassVar[dict[str, type[Declared]]] = {"Run": RunOptions, "View": Screen}


app = typer.Typer(add_completion=False)


@app.command(cls=DescribeCommand)
def describe(ctx: typer.Context, specs: SpecArguments) -> None:
    """Describe schedules: formula, parameters, a small curve, when to use it, tips, and what frameworks call it.

    lrcli describe cosine

    lrcli describe cosine-restarts:cycle_length=10,cycle_mult=2
    """
    from lrcli.commands.screens import style
    from lrcli.compose import schedules_of
    from lrcli.export.json import document
    from lrcli.render.pages import Page, facts
    from lrcli.render.pages import describe as page_on

    screen = ctx.obj.of(Screen)
    parts = [(part, entry.run) for entry in entries(specs, None, ctx.obj) for part in schedules_of(entry.spec)]
    if screen.json:
        diagnostics.write(document(schedules=[facts(type(part)) for part, _ in parts]))
        return
    page = Page(*style(screen))
    diagnostics.write("\n\n\n".join(page_on(part, run, page) for part, run in parts))
