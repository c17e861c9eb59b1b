"""How to write and draw on stdout, from the options of the view and what the terminal can do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lrcli import diagnostics
from lrcli.render.style import Style

if TYPE_CHECKING:
    from lrcli.commands.asked import Asked
    from lrcli.render.view import Screen

_TALLEST = 34
"""A drawing gains nothing from more rows than this."""


def style(screen: Screen) -> Style:
    """Return how to write text to stdout; the prompt that follows has a row of its own."""
    piped = not sys.stdout.isatty() and screen.width is None
    return Style(
        None if piped else diagnostics.width(screen.width),
        diagnostics.colours(sys.stdout, screen.color),
        screen.ascii or diagnostics.only_ascii(sys.stdout),
        diagnostics.height() - 1,
    )


def for_drawing(screen: Screen) -> Style:
    """Return how to draw on stdout: in a pipe too there is a width."""
    plain = style(screen)
    width = plain.width or diagnostics.width(screen.width)
    return plain._replace(width=width, height=min(plain.height, _TALLEST))


def rows_below(asked: Asked, how: Style) -> int:
    """Return how many rows of the terminal the findings take that will be shown below what is drawn."""
    lines = (f"{severity}: {line}" for severity, line in asked.lines)
    return sum(len(diagnostics.wrapped(line, how.width or 80)) for line in lines)
