"""The pages that tell of schedules themselves: the list of all, and the description of one."""

from __future__ import annotations

import textwrap
from itertools import groupby
from typing import TYPE_CHECKING, Any, get_args

from lrcli.parameters import Parameter, parameters
from lrcli.render.tables import table
from lrcli.render.thumbnail import thumbnail
from lrcli.schedules import SCHEDULES
from lrcli.schedules.base import Changes, Schedule
from lrcli.spec.write import inline, text_of

if TYPE_CHECKING:
    from lrcli.run import Run

_ORDER = get_args(Changes)


def in_order() -> list[type[Schedule]]:
    """Return all schedules, sorted by how often they change the lr and by what shape."""
    return sorted(SCHEDULES.values(), key=lambda schedule: (_ORDER.index(schedule.changes), schedule.shape))


def listing(*, width: int | None, colour: bool, ascii_only: bool) -> str:
    """Return the list of all schedules."""
    names = max(map(len, SCHEDULES)) + 2
    sections = []
    for changes, group in groupby(in_order(), key=lambda schedule: schedule.changes):
        rows = [_entry(schedule, names, width) for schedule in group]
        heading = "The learning rate never changes" if changes == "never" else f"It changes {changes}"
        sections.append("\n".join([_bold(heading, colour), *rows]))
    text = "\n\n".join(sections)
    return _ascii(text) if ascii_only else text


def _entry(schedule: type[Schedule], names: int, width: int | None) -> str:
    text = f"{schedule.summary()} ({schedule.shape})."
    indent = " " * (names + 2)
    lines = textwrap.wrap(text, (width or 10_000) - len(indent)) or [""]
    return f"  {schedule.tag():<{names}}" + f"\n{indent}".join(lines)


def describe(schedule: Schedule, run: Run, *, width: int | None, colour: bool, ascii_only: bool) -> str:
    """Return the page on one schedule: formula, curve, parameters, when to use it, tips, names elsewhere, sources."""
    kind = type(schedule)
    room = width or 10_000
    curve = thumbnail(schedule, run, columns=min(60, room - 4), rows=4, ascii_only=ascii_only)
    sections = [
        [_bold(kind.tag(), colour) + f": {kind.summary()}.", "", *_wrapped(f"lr(t) = {kind.formula}", room)],
        [*("  " + line for line in curve), f"  {inline(schedule)}, {run.text}"],
        [
            _bold("Parameters", colour),
            _indented(_parameter_table(schedule, width, colour=colour, ascii_only=ascii_only)),
        ],
        [_bold("When to use it", colour), *_wrapped(kind.use, room)],
        [_bold("Tips", colour), *(line for tip in kind.tips for line in _wrapped(f"- {tip}", room))],
        [_bold("Elsewhere", colour), *_named(kind.elsewhere, room)],
        [_bold("Sources", colour), *(line for source in kind.sources for line in _wrapped(source, room))],
    ]
    text = "\n\n".join("\n".join(lines) for lines in sections if len(lines) > 1)
    return _ascii(text) if ascii_only else text


def facts(schedule: type[Schedule]) -> dict[str, Any]:
    """Return what the pages say of a schedule, for machines."""
    return {
        "name": schedule.tag(),
        "summary": schedule.summary(),
        "formula": schedule.formula,
        "changes": schedule.changes,
        "shape": schedule.shape,
        "parameters": [
            {
                "name": parameter.name,
                "kind": parameter.kind,
                "many": parameter.many,
                "default": parameter.default,
                "bounds": parameter.bounds,
                "choices": parameter.choices,
                "description": parameter.description,
            }
            for parameter in parameters(schedule)
        ],
        "use": schedule.use,
        "tips": schedule.tips,
        "elsewhere": schedule.elsewhere,
        "sources": schedule.sources,
    }


def _limits(parameter: Parameter) -> str:
    """Return what a parameter can be, in a few words."""
    words = {"number": "number", "integer": "whole number", "length": "length", "switch": "true or false"}
    kind = "|".join(parameter.choices) if parameter.choices else words[parameter.kind]
    many = "s, …" if parameter.many else ""
    return f"{kind}{many} {parameter.bounds}".strip()


def _parameter_table(schedule: Schedule, width: int | None, *, colour: bool, ascii_only: bool) -> str:
    own = parameters(type(schedule))
    rows = [[p.name, _limits(p), text_of(getattr(schedule, p.field)), p.description] for p in own if p.name != "for"]
    return table(
        ["name", "takes", "value", "meaning"],
        rows,
        width=None if width is None else width - 2,
        colour=colour,
        ascii_only=ascii_only,
        left=(0, 1, 2, 3),
    )


def _wrapped(text: str, room: int) -> list[str]:
    return textwrap.wrap(
        text,
        room,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _indented(text: str) -> str:
    return textwrap.indent(text, "  ")


def _named(names: dict[str, str], room: int) -> list[str]:
    wide = max(map(len, names), default=0) + 2
    return [
        line
        for name, text in names.items()
        for line in textwrap.wrap(
            text,
            room,
            initial_indent=f"  {name:<{wide}}",
            subsequent_indent=" " * (wide + 2),
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]


def _bold(text: str, colour: bool) -> str:  # noqa: FBT001 - one of two ways to print the same
    return f"\x1b[1m{text}\x1b[0m" if colour else text


_SIGNS = {
    "−": "-", "·": "*", "π": "pi", "γ": "gamma", "τ": "tau", "√": "sqrt", "≤": "<=", "≥": ">=", "⌊": "floor(",
    "⌋": ")", "⌈": "ceil(", "⌉": ")", "…": "...", "×": "x", "≈": "~", "↗": "up to", "↘": "down to", "ä": "ae",
    "–": "-", "Σ": "sum ",
}  # fmt: skip


def _ascii(text: str) -> str:
    return "".join(_SIGNS.get(sign, sign) for sign in text).encode("ascii", "replace").decode()
