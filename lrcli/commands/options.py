"""From a declared parameter to an option of Typer: its name, what it takes, its help and what completes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lrcli import diagnostics
from lrcli.commands.completing import complete_codes
from lrcli.commands.of_typer import TyperOption
from lrcli.parameters import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lrcli.commands.of_typer import Context
    from lrcli.parameters import Parameter

_METAVARS = {"number": "NUMBER", "integer": "COUNT", "length": "LENGTH", "choice": "WORD", "switch": "", "text": "TEXT"}
_SHORT = {
    "Reading__quiet": ("-q",),
    "Reading__verbose": ("-v",),
    "RunOptions__epochs": ("-e",),
    "RunOptions__steps": ("-s",),
}


def help_all() -> TyperOption:
    """Return the option that shows help with every option explained."""

    def show(ctx: Context, _option: object, wanted: object) -> None:
        if wanted:
            ctx.meta["lrcli.whole"] = True
        diagnostics.show_help(ctx, _option, wanted)

    return TyperOption(
        param_decls=["help_all", "--help-all"],
        type=bool,
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help="Show this page with every option explained.",
    )


def _completion(parameter: Parameter) -> Callable[[Any, Any, str], list[str]] | None:
    """Return what completes an option's value, if anything does."""
    if parameter.name == "ignore":
        return lambda _ctx, _arguments, begun: complete_codes(begun)
    return (lambda _ctx, _arguments, _begun: list(parameter.choices)) if parameter.choices else None


def option_of(parameter: Parameter, owner: str, panel: str, *, hidden: bool = False) -> TyperOption:
    """Return the option that a parameter is.

    Args:
        parameter: What is declared.
        owner: The name of its declaration, with which the parsed value is found again.
        panel: The heading under which help explains it.
        hidden: Help leaves it out.
    """
    switch, name = parameter.kind == "switch", f"{owner}__{parameter.name}"
    off = f"/--no-{parameter.flag[2:]}" if switch and owner == "Schedule" else ""
    return TyperOption(
        param_decls=[name, *_SHORT.get(name, ()), parameter.flag + off],
        type=bool if switch else str,
        is_flag=switch,
        default=None,
        metavar=None if switch else _metavar(parameter),
        help=_help(parameter, owner),
        hidden=hidden,
        rich_help_panel=panel,
        autocompletion=_completion(parameter),
    )


def _metavar(parameter: Parameter) -> str:
    word = "|".join(parameter.choices) if parameter.choices else _METAVARS[parameter.kind]
    return f"{word},…" if parameter.many else word


def _help(parameter: Parameter, owner: str) -> str:
    shows_default = parameter.default is not None and (parameter.kind != "switch" or owner == "Schedule")
    default = f"default {text_of(parameter.default)}" if shows_default else ""
    facts = ", ".join(filter(None, [parameter.bounds, default]))
    return f"{parameter.description} ({facts})" if facts else parameter.description
