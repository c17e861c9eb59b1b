"""How a text is set for a terminal: its width and height, colours, and the characters that may be used."""

from __future__ import annotations

import textwrap
from typing import NamedTuple

from lrcli.problems import printable
from lrcli.render.ascii import to_ascii

_ENDLESS = 10_000


class Style(NamedTuple):
    """How text goes out.

    Attributes:
        width: Columns of the terminal; None for a pipe, where nothing is wrapped.
        colour: Use ANSI colours.
        ascii_only: Use no character beyond ASCII.
        height: Rows that a drawing, with all that stands above and below it, may take.
    """

    width: int | None
    colour: bool
    ascii_only: bool
    height: int = 23

    @property
    def room(self) -> int:
        """How many columns a line may have."""
        return self.width or _ENDLESS

    def bold(self, text: str) -> str:
        """Return a text that stands out, where it can."""
        return f"\x1b[1m{text}\x1b[0m" if self.colour else text

    def dim(self, text: str) -> str:
        """Return a text that stands back, where it can."""
        return f"\x1b[2m{text}\x1b[0m" if self.colour else text

    def reversed(self, text: str) -> str:
        """Return a text on the colour that letters have, where it can be."""
        return f"\x1b[7m{text}\x1b[0m" if self.colour else text

    def painted(self, text: str, colour: int | None) -> str:
        """Return a text in one of the terminal's 256 colours, where it can have any."""
        return text if colour is None or not self.colour else f"\x1b[38;5;{colour}m{text}\x1b[0m"

    def shown(self, text: str) -> str:
        """Return a text in the characters that may be used."""
        return to_ascii(text) if self.ascii_only else text

    def clipped(self, text: str, room: int | None = None) -> str:
        """Return a text in so many columns, in those of the terminal if nothing is said; … stands for what is lost."""
        text = self.shown(printable(text))
        room = self.room if room is None else room
        more = self.shown("…")
        return text if len(text) <= room else text[: max(room - len(more), 0)] + more[:room]

    def wrapped(self, text: str, first: str = "  ", then: str = "    ") -> list[str]:
        """Return a text as lines that fit, indented."""
        return textwrap.wrap(
            self.shown(text),
            self.room,
            initial_indent=first,
            subsequent_indent=then,
            break_long_words=False,
            break_on_hyphens=False,
        )
