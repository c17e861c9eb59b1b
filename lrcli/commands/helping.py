"""Help pages: plain text that fits the terminal, with the panels that few people need in a paragraph each."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING, Any

from lrcli import diagnostics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lrcli.schedules.base import Family

_LEFT = 27
"""Columns of the left side of the two, which holds an option and what it takes."""

LENGTHS = "LENGTH: epochs (steps in a run of steps), or with a unit: 5ep, 500st, 10%."
IN_SHORT = {
    "Composition, of any schedule": "Around any schedule (--help-all explains them)",
    "Steps, worked out": "Steps, worked out",
    "Reading": "Reading",
    "Picture, with -o": "Picture, with -o (--help-all explains them)",
}
"""Panels whose options are only named, by what stands before them."""


def page(command: Any, ctx: Any, *, whole: bool = False) -> str:
    """Return the help of a verb.

    Args:
        command: The verb.
        ctx: Its context, with the schedules that the arguments name.
        whole: Explain every option.
    """
    width = _width()
    arguments = [one for one in command.get_params(ctx) if not hasattr(one, "is_flag")]
    usage = " ".join([ctx.command_path, *(f"{one.metavar or one.name.upper()}" for one in arguments), "[OPTION…]"])
    named: list[type[Family]] = ctx.meta.get("lrcli.named", [])
    about = (command.help or "").partition("\n\n")[0] if named else command.help or ""  # no examples of other schedules
    sections = [f"Usage: {usage}", _paragraphs(about, width), *(_about(one, width, whole=whole) for one in named)]
    sections += [
        textwrap.fill(f"{one.metavar or one.name.upper()}: {one.help}", width, subsequent_indent="  ")
        for one in arguments
        if getattr(one, "help", None)
    ]
    by_panel = panels(command, ctx)
    short = {panel: members for panel, members in by_panel.items() if panel in IN_SHORT and not whole}
    for panel, members in by_panel.items():
        if panel not in short:
            sections.append("\n".join([panel, *(line for one in members for line in _option(one, width))]))
    if short:
        sections.append("\n".join(_in_short(IN_SHORT[panel], members, width) for panel, members in short.items()))
    if any("LENGTH" in takes(one) for members in by_panel.values() for one in members):
        sections.append(textwrap.fill(LENGTHS, width))
    return "\n\n".join(sections)


def _about(schedule: type[Family], width: int, *, whole: bool) -> str:
    """Return what a schedule does and where more is said of it; its formula if it needs no other names, or in whole."""
    from lrcli.schedules.notation import formula_shown

    tag, formula = schedule.tag(), formula_shown(schedule)
    pointer = f"lrcli describe {tag}: when to use it, and what frameworks call it."
    lines = formula if whole or len(formula) == 1 else []
    texts = [f"{tag}: {schedule.summary()}.", *(f"  {line}" for line in lines), pointer]
    return "\n".join(textwrap.fill(text, width, subsequent_indent="    ", break_on_hyphens=False) for text in texts)


def panels(command: Any, ctx: Any) -> dict[str, list[Any]]:
    """Return the options of a verb, by the heading under which they stand."""
    found: dict[str, list[Any]] = {}
    for one in command.get_params(ctx):
        if hasattr(one, "is_flag") and not one.hidden:
            found.setdefault(getattr(one, "rich_help_panel", None) or "Options", []).append(one)
    return found


def verbs(summaries: Iterable[tuple[str, str]], about: str, epilog: str) -> str:
    """Return the help of lrcli itself: each verb with its summary, examples and exit codes."""
    width = _width()
    rows = [
        textwrap.fill(summary, width, initial_indent=f"  {verb:<9} ", subsequent_indent=" " * 12)
        for verb, summary in summaries
    ]
    return "\n\n".join(
        [
            "Usage: lrcli VERB [ARGUMENT…] [OPTION…]",
            textwrap.fill(about, width),
            "\n".join(["Verbs", *rows]),
            "\n".join(["Examples", *(f"  {example}" for example in EXAMPLES)]),
            textwrap.fill(_MORE, width),
            textwrap.fill(epilog, width),
        ]
    )


_MORE = "lrcli VERB --help explains a verb, lrcli describe NAME a schedule, lrcli explain CODE a finding."

EXAMPLES = (
    "lrcli plot cosine --max-lr 0.1 --warmup 5 --epochs 90",
    "lrcli compare cosine wsd step --epochs 90",
    "lrcli plot torch.CosineAnnealingLR:T_max=60 --epochs 90",
    "lrcli lint configs/",
    "lrcli code cosine:warmup=5 --epochs 90 --to torch",
)


EPILOG = (
    "Exit codes: 0 good, 1 output could not be written or lint found something, 2 wrong usage or bad spec, "
    "3 unreadable input, 4 a package is not installed, 5 a log is not as meant, 130 interrupted, "
    "141 the pipe was closed."
)


def _width() -> int:
    asked = os.environ.get("TERMINAL_WIDTH", "")
    return int(asked) if asked.isdecimal() and int(asked) >= 40 else min(diagnostics.width(), 100)


def _paragraphs(text: str, width: int) -> str:
    """Return the paragraphs of a docstring, with those that are commands as an indented list."""
    found: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        one = " ".join(paragraph.split())
        is_command = one.startswith("lrcli ")
        if is_command and found and found[-1].startswith("  lrcli "):
            found[-1] += f"\n  {one}"
        else:
            found.append(f"  {one}" if is_command else textwrap.fill(one, width))
    return "\n\n".join(found)


def takes(option: Any) -> str:
    """Return what an option takes, without the words that it chooses from if they are many."""
    if option.is_flag:
        return ""
    metavar = str(option.metavar or option.type.name.upper())
    return metavar if len(metavar) + len(max(option.opts, key=len)) < _LEFT - 4 else "WORD"


def _option(option: Any, width: int) -> Iterator[str]:
    names = ", ".join(sorted([*option.opts, *option.secondary_opts], key=len))
    left = f"  {names} {takes(option)}".rstrip()
    lines = textwrap.wrap(explained(option), max(width - _LEFT, 20), break_on_hyphens=False) or [""]
    if len(left) >= _LEFT:
        yield left
        left = ""
    yield f"{left:<{_LEFT}}{lines[0]}".rstrip()
    yield from (" " * _LEFT + line for line in lines[1:])


def explained(option: Any) -> str:
    """Return what an option means, its choices and its default."""
    return " ".join(filter(None, [option.help, *_choices(option), *_default(option)]))


def _choices(option: Any) -> Iterator[str]:
    if takes(option) == "WORD" and "|" in str(option.metavar):
        yield f"One of {str(option.metavar).replace('|', ', ')}."


def _default(option: Any) -> Iterator[str]:
    plain = isinstance(option.default, str | int | float) and not isinstance(option.default, bool)
    if plain and option.show_default and "(default" not in (option.help or ""):
        yield f"(default {option.default})"


def _in_short(title: str, options: list[Any], width: int) -> str:
    names = ", ".join(f"{min(one.opts, key=len)} {takes(one)}".rstrip() for one in options)
    return textwrap.fill(f"{title}: {names}", width, subsequent_indent="  ", break_on_hyphens=False)
