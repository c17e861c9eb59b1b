"""Tables: with a line under the header in a terminal, and as plain columns that are not cut off in a pipe."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lrcli.render.ascii import to_ascii

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENDLESS = 100_000
BETWEEN = 3
"""Blanks between two columns of a table with lines."""
_ASCII = box.Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)


def table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    width: int | None,
    colour: bool,
    ascii_only: bool = False,
    left: Sequence[int] = (0,),
    rule: bool = True,
) -> str:
    """Return a table as text.

    Args:
        headers: One a column.
        rows: As many cells each; they may be in colours.
        width: Columns of the terminal; None for a pipe, where nothing is wrapped and no lines are drawn.
        colour: Use ANSI colours.
        ascii_only: Use no character beyond ASCII.
        left: Columns that hold text; the others hold numbers and stand to the right.
        rule: Draw a line under the headers, where there are lines at all.
    """
    lines = _ASCII if ascii_only else box.SIMPLE_HEAD
    drawn = lines if rule and width is not None else None
    grid = Table(box=drawn, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for i, header in enumerate(headers):
        grid.add_column(Text(header), justify="left" if i in left else "right", no_wrap=width is None, overflow="fold")
    for row in rows:
        grid.add_row(*(Text.from_ansi(to_ascii(cell) if ascii_only else cell) for cell in row))
    return printed(grid, width=width, colour=colour)


def printed(what: object, *, width: int | None, colour: bool) -> str:
    """Return a renderable of rich as text, without blanks at the ends of lines."""
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=width or _ENDLESS,
        color_system="256" if colour else None,
        force_terminal=colour,
        legacy_windows=False,
        highlight=False,
        emoji=False,
        markup=False,
        _environ={},
    )
    console.print(what)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()).strip("\n")
