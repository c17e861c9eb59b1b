"""From what a person asked of the view, and what the terminal can do, to how to draw."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from lrcli import diagnostics

if TYPE_CHECKING:
    from lrcli.render.view import Screen


class Style(NamedTuple):
    """How text goes out.

    Attributes:
        width: Columns for a table; None where nothing reads columns, as in a pipe.
        colour: Use ANSI colours.
        ascii_only: Use no character beyond ASCII.
    """

    width: int | None
    colour: bool
    ascii_only: bool


def style(screen: Screen) -> Style:
    """Return how to write text to stdout."""
    piped = not sys.stdout.isatty() and screen.width is None
    return Style(
        None if piped else diagnostics.width(screen.width),
        diagnostics.colours(sys.stdout, screen.color),
        screen.ascii or diagnostics.only_ascii(sys.stdout),
    )
