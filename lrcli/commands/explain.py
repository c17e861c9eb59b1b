"""`lrcli explain`: the page on a finding: what happens, why, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from lrcli import diagnostics
from lrcli.commands.list import PageCommand
from lrcli.findings.codes import CODES
from lrcli.problems import SpecError
from lrcli.render.view import Screen
from lrcli.spec.ignore import unknown_code

if TYPE_CHECKING:
    from lrcli.parameters import Declared


class ExplainCommand(PageCommand):
    """A verb that prints pages on codes."""

    panels: ClassVar[dict[str, type[Declared]]] = {"View": Screen}


app = typer.Typer(add_completion=False)


def complete_code(incomplete: str) -> list[str]:
    """Return the codes that a word may become."""
    return [code for code in CODES if code.startswith(incomplete.upper())]


@app.command(cls=ExplainCommand)
def explain(
    ctx: typer.Context,
    codes: Annotated[
        list[str] | None, typer.Argument(metavar="CODE…", autocompletion=complete_code, show_default=False)
    ] = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help="The pages of all codes.")] = False,
) -> None:
    """Explain findings by their codes: what happens, why, what to do, and an example. Without a code, list them all.

    lrcli explain LR015

    lrcli explain --all
    """
    from lrcli.commands.screens import style
    from lrcli.export.json import document
    from lrcli.render.pages import explained, explanations

    wanted = list(CODES) if all_ else [code.upper() for code in codes or ()]
    if problems := [unknown_code(code) for code in wanted if code not in CODES]:
        raise SpecError(*problems)
    screen = ctx.obj.of(Screen)
    if screen.json:
        diagnostics.write(document(codes={code: CODES[code]._asdict() for code in wanted or CODES}))
        return
    page = style(screen)
    diagnostics.write("\n\n".join(explained(code, page) for code in wanted) if wanted else explanations(page))
