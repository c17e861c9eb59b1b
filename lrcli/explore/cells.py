"""The form on the screen: fields in columns, page by page, under a line about the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lrcli.explore.form import Field
    from lrcli.explore.state import State
    from lrcli.render.style import Style

_NARROWEST, _WIDEST = 20, 38
"""Columns of a cell."""


def heading(state: State, style: Style) -> str:
    """Return a line with the description of the chosen field, and its bounds or choices."""
    field = state.field
    one = field.parameter
    facts = one.bounds or ", ".join(one.choices)
    said = f"{field.group} {one.name}: {one.description.rstrip('.')}".rstrip(": ")
    text = style.clipped(f"{said} ({facts})" if facts else said, style.room - 3)
    line = "-" if style.ascii_only else "─"
    return style.dim(f"{line} {text} {line * max(style.room - len(text) - 3, 0)}")


def form(state: State, rows: int, style: Style) -> list[str]:
    """Return rows of fields under their headings, filled column by column."""
    fields, field = state.form, state.field
    widest = max(len(one.parameter.name) + len(one.text) + 4 for one in fields)
    width = min(max(widest, _NARROWEST), _WIDEST, style.room)
    cells: list[str] = []
    chosen = 0
    for i, one in enumerate(fields):
        if i == 0 or fields[i - 1].group != one.group:
            cells.append(style.bold(f"{style.clipped(one.group, width):{width}}"))
        if one == field:
            chosen = len(cells)
        cells.append(_chosen(state, one, style, width) if one == field else _cell(one, style, width))
    on_a_page = rows * max((style.room + 2) // (width + 2), 1)
    shown = cells[chosen // on_a_page * on_a_page :][:on_a_page]
    return ["  ".join(shown[row::rows]).rstrip() for row in range(min(rows, len(shown)))]


def _cell(field: Field, style: Style, width: int) -> str:
    """Return a field: its name and its value, bold if that is not the default."""
    room = max(width - len(field.parameter.name) - 3, 4)
    text = style.clipped(f"  {field.parameter.name} {style.clipped(field.text, room):>{room}}", width)
    return f"{text:{width}}" if field.is_default else style.bold(f"{text:{width}}")


def _chosen(state: State, field: Field, style: Style, width: int) -> str:
    """Return the chosen field, with the end of what is being typed."""
    room = max(width - len(field.parameter.name) - 3, 4)
    typed = None if state.reading else state.typed
    value = style.clipped(field.text, room) if typed is None else style.shown(f"{typed}_")[-room:]
    return style.reversed(f"{style.clipped(f'> {field.parameter.name} {value:>{room}}', width):{width}}")
