"""A comparison on one screen: the drawing, the table and the sentence below it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from lrcli.figure.verdict import verdict
from lrcli.render.compare import in_full, overview
from lrcli.render.terminal import show, signs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.figure.comparison import Compared
    from lrcli.figure.data import Figure
    from lrcli.render.style import Style

_LEAST = 16
"""Rows of the drawing with its axes, where that is possible."""
_AT_LEAST = 12
"""The same where the terminal has no room for so many."""


class Asked(NamedTuple):
    """What is to be shown of a comparison.

    Attributes:
        all: Every measure.
        at: The readings, since places for them were asked for.
        diff: The others as differences to the base.
        rows: Rows of the drawing, if they were asked for.
    """

    all: bool
    at: bool
    diff: bool
    rows: int | None


class _Layout(NamedTuple):
    """What a screen has besides the drawing and the table: its caption, every sentence, a legend of its own."""

    caption: bool
    every_sentence: bool
    legend: bool


_LAYOUTS = (
    _Layout(caption=True, every_sentence=True, legend=True),
    _Layout(caption=False, every_sentence=True, legend=True),
    _Layout(caption=False, every_sentence=False, legend=True),
    _Layout(caption=False, every_sentence=False, legend=False),
)
"""From the one with most to the one with least."""


class Page(NamedTuple):
    """A comparison to be shown.

    Attributes:
        figure: Its drawing.
        found: Its numbers.
        asked: What is to be shown of it.
        style: How the table and the sentence are set.
        room: How the drawing is set, which has a width in a pipe too.
    """

    figure: Figure
    found: Sequence[Compared]
    asked: Asked
    style: Style
    room: Style

    def whole(self) -> str:
        """Return everything, however long it is."""
        return self._text(_LAYOUTS[0], 0, _LEAST)

    def fitted(self, reserved: int) -> str:
        """Return as much as the terminal has room for: first what is said twice is left out, then the drawing shrinks.

        Args:
            reserved: Rows that are needed below.
        """
        layouts = _LAYOUTS[:3] if self.asked.all else _LAYOUTS
        for layout in layouts:
            text = self._text(layout, reserved, _LEAST)
            if text.count("\n") + 1 + reserved <= self.room.height:
                return text
        return self._text(layouts[-1], reserved, _AT_LEAST)

    def below(self, layout: _Layout = _LAYOUTS[0]) -> list[str]:
        """Return what stands below the drawing: the table and the sentence."""
        sentence = verdict(self.found, self.figure.x.unit, brief=not layout.every_sentence)
        return [*self._table(layout).splitlines(), *textwrap.wrap(sentence, self.style.room)]

    def _text(self, layout: _Layout, reserved: int, least: int) -> str:
        figure = self.figure if layout.caption else self.figure._replace(caption=())
        below = self.below(layout)
        rows, kept = self.asked.rows, len(below) + reserved
        drawing = show(figure, self.room, rows=rows, reserved=kept, least=least, legend=layout.legend)
        return "\n".join([drawing, *below])

    def _table(self, layout: _Layout) -> str:
        if self.asked.all:
            return in_full(self.found, self.style, diff=self.asked.diff)
        lines = None if layout.legend else signs(self.figure, self.room)
        return overview(self.found, self.style, asked=self.asked.at, diff=self.asked.diff, signs=lines)
