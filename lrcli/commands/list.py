"""`lrcli list`: all schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from lrcli import diagnostics
from lrcli.commands.flags import DerivedCommand
from lrcli.frameworks.names import FRAMEWORKS
from lrcli.presets import PRESETS
from lrcli.problems import Problem, SpecError, closest
from lrcli.render.view import Screen

if TYPE_CHECKING:
    from lrcli.parameters import Declared


class PageCommand(DerivedCommand):
    """A verb that prints a page."""

    panels: ClassVar[dict[str, type[Declared]]] = {"View": Screen}
    takes_schedules: ClassVar[bool] = False


app = typer.Typer(add_completion=False)


@app.command(cls=PageCommand)
def list_(
    ctx: typer.Context,
    framework: Annotated[
        str | None,
        typer.Option(
            "--framework",
            metavar="|".join(FRAMEWORKS),
            help="A framework's schedulers instead.",
            autocompletion=lambda: FRAMEWORKS,
        ),
    ] = None,
    for_: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="|".join(PRESETS),
            help="Schedules to start from, for what you train.",
            autocompletion=lambda: list(PRESETS),
        ),
    ] = None,
    dialect: Annotated[str | None, typer.Option("--dialect", hidden=True)] = None,
) -> None:
    """List all schedules, by how often they change the learning rate and by what shape.

    lrcli list --framework torch

    lrcli list --for llm-pretraining
    """
    from lrcli.commands.screens import style
    from lrcli.export.json import document
    from lrcli.frameworks import declarations, named
    from lrcli.registry import SCHEDULES
    from lrcli.render.pages import facts, in_order, listing

    if for_ is not None:
        _show_presets(for_, ctx.obj.of(Screen))
        return
    wanted = framework or dialect
    known = SCHEDULES.values() if wanted is None else dict.fromkeys(declarations(named(wanted, "--framework")).values())

    screen = ctx.obj.of(Screen)
    if screen.json:
        diagnostics.write(document(schedules=[facts(schedule) for schedule in in_order(known)]))
        return
    diagnostics.write(listing(known, style(screen)))


def _show_presets(wanted: str, screen: Screen) -> None:
    """Print the schedules to start from.

    Raises:
        SpecError: If there are none for that.
    """
    from lrcli.commands.screens import style
    from lrcli.export.json import document
    from lrcli.render.pages import presets

    if wanted not in PRESETS:
        message = f"{wanted!r} is not one of {', '.join(PRESETS)}"
        raise SpecError(Problem(message=message, place="--for", suggestion=closest(wanted, PRESETS)))
    found = PRESETS[wanted]
    if screen.json:
        diagnostics.write(document(presets=[preset._asdict() for preset in found]))
        return
    diagnostics.write(presets(found, style(screen)))
