"""Lines in the cells of a terminal: dots of braille, or one sign a cell, and in each cell the lines that pass there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from numpy.typing import NDArray

    from lrcli.numeric import Array
    from lrcli.render.palette import Pen
    from lrcli.render.style import Style

_BITS = np.array([[0x40, 0x80], [0x04, 0x20], [0x02, 0x10], [0x01, 0x08]], dtype=np.int64)
"""What each dot of a cell adds to the code of a braille sign, from its bottom row up."""
_BLANK = 0x2800
_TALL = 4
"""A stroke of so many dots is drawn in the gaps of a dashed line too, so that no dash hides a spike."""


class Dots(NamedTuple):
    """What a cell is made of: columns and rows of dots."""

    x: int
    y: int


BRAILLE = Dots(2, 4)
SIGNS = Dots(1, 1)


class Line(NamedTuple):
    """A curve, joined or not, as the lowest and the highest row of dots in each column of dots; NaN for none."""

    low: Array
    high: Array
    pen: Pen
    joined: bool = True


class Area(NamedTuple):
    """The drawing area, in cells, and what these are made of."""

    width: int
    height: int
    dots: Dots

    @property
    def columns(self) -> int:
        """How many columns of dots there are."""
        return self.width * self.dots.x

    def rows_of(self, places: Array) -> Array:
        """Return the rows of dots for places that are given in rows of cells, kept inside the area."""
        quarters = np.round(places * 4) + 2
        return np.clip(quarters // (4 // self.dots.y), 0, self.height * self.dots.y - 1)

    def cell(self, place: float) -> int:
        """Return the column of cells that holds a place from 0 to 1."""
        return min(int(place * self.columns + 1e-9), self.columns - 1) // self.dots.x


def cells(
    area: Area, lines: Sequence[Line], guides: Sequence[float], style: Style, marks: Container[tuple[int, int]] = ()
) -> list[str]:
    """Return the drawing area as rows of text, the top one first.

    Where several lines pass through a cell it shows the dots of all of them, and neighbouring cells take turns in
    whose sign or colour they show.

    Args:
        area: How large it is.
        lines: What to draw.
        guides: Places (0 to 1) of upright dotted lines, behind the others.
        style: Colours and characters.
        marks: Cells, as row from the bottom and column, with a sign that stands before all.
    """
    dots = np.stack([_dotted(area, line) for line in lines])
    blocks = dots.reshape(len(lines), area.height, area.dots.y, area.width, area.dots.x)
    present: NDArray[np.bool_] = np.asarray(blocks.any(axis=(2, 4)))
    passed: NDArray[np.bool_] = np.asarray(present.any(axis=0))
    owner = _owners(present)
    if area.dots is BRAILLE:
        codes = (blocks.any(axis=0) * _BITS[None, :, None, :]).sum(axis=(1, 3)) + _BLANK
        signs = np.vectorize(chr)(codes)
    else:
        signs = np.array([line.pen.sign for line in lines])[owner]
    ruled = {area.cell(guide) for guide in guides}
    dotted = ":" if style.ascii_only else "┊"
    rows = []
    for row in reversed(range(area.height)):
        runs = [
            (_MARK, None)
            if (row, x) in marks
            else (signs[row, x], lines[owner[row, x]].pen.colour)
            if passed[row, x]
            else (dotted, _GUIDE)
            if x in ruled
            else (" ", None)
            for x in range(area.width)
        ]
        rows.append(_painted(runs, style))
    return rows


_MARK = "●"
_GUIDE = -1
"""Stands for the colour of guides: they are dimmer than curves on any background."""


def _owners(present: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return which line each cell is shown as: of several, the one whose turn it is in that column."""
    rank = np.cumsum(present, axis=0) - 1
    turn = np.arange(present.shape[2]) % np.maximum(present.sum(axis=0), 1)
    owners: NDArray[np.intp] = np.argmax(present & (rank == turn), axis=0)
    return owners


def _painted(runs: Sequence[tuple[str, int | None]], style: Style) -> str:
    """Return a row of cells; neighbours of the same colour share its code."""
    text, colours = "", [colour for _, colour in runs]
    begin = 0
    for end in range(1, len(runs) + 1):
        if end == len(runs) or colours[end] != colours[begin]:
            piece = "".join(sign for sign, _ in runs[begin:end])
            text += style.dim(piece) if colours[begin] == _GUIDE else style.painted(piece, colours[begin])
            begin = end
    return text.rstrip()


def _dotted(area: Area, line: Line) -> NDArray[np.bool_]:
    """Return which dots a line is made of, its bottom row first.

    Each column is drawn from its nearer end to its farther one. The line goes over to a column before it rises or
    falls there: a jump stands in the column in which it happens.
    """
    dots = np.zeros((area.height * area.dots.y, area.columns), dtype=np.bool_)
    pattern = _pattern(line.pen.dash if area.dots is BRAILLE else (), area.columns)
    last = None
    for column in np.flatnonzero(np.isfinite(line.low)):
        low, high = int(line.low[column]), int(line.high[column])
        if not line.joined:
            dots[low : high + 1, column] = True
            continue
        bottom, top = (low, high) if last is None else (min(low, last), max(high, last))
        last = high if last is None or abs(last - low) <= abs(last - high) else low
        if pattern[column] or top - bottom >= _TALL:
            dots[bottom : top + 1, column] = True
    return dots


def _pattern(dash: tuple[int, ...], columns: int) -> NDArray[np.bool_]:
    """Return in which columns of dots a line is drawn."""
    if not dash:
        return np.ones(columns, dtype=np.bool_)
    period = np.concatenate([np.full(length, i % 2 == 0) for i, length in enumerate(dash)])
    return np.resize(period, columns)


def sample(pen: Pen, dots: Dots, cells_: int, *, joined: bool = True) -> str:
    """Return a short piece of a line, or a few points, for a legend."""
    if dots is BRAILLE and not joined:
        return chr(_BLANK + int(_BITS[2][0])) * cells_
    if dots is not BRAILLE:
        return pen.sign * 2
    drawn = _pattern(pen.dash, 2 * cells_).reshape(cells_, 2)
    return "".join(chr(_BLANK + int((pair * _BITS[2]).sum())) for pair in drawn)
