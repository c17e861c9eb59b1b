"""The only room that knows plotext: lines in dots, axes with our own ticks, and nothing else.

plotext gets points in the dots of its own grid, so that where a line falls is decided here and the same at every
size: its automatic limits, ticks and legend are not used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import plotext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.numeric import Array

BRAILLE = "braille"
_TO_ASCII = str.maketrans("│┤┬└─┼┊┌┴", "|+++-+:++")


class Size(NamedTuple):
    """How much room there is, for the drawing with what stands above and below it, and how it may be used."""

    width: int
    height: int
    colour: bool
    ascii_only: bool
    margin: int = 0
    """Columns that the labels of the vertical axis take at least, so that two drawings stand in line."""


class Tick(NamedTuple):
    """A mark on an axis: where (0 to 1 along it) and what is written there."""

    at: float
    label: str


class Line(NamedTuple):
    """A curve as the lowest and the highest place (0 to 1 up the axis) in each column; NaN where there is none."""

    low: Array
    high: Array
    marker: str
    colour: int


class Grid(NamedTuple):
    """The drawing area, in characters and in the dots that make a character."""

    width: int
    height: int
    dots_x: int
    dots_y: int

    @property
    def columns(self) -> int:
        """How many columns of dots there are."""
        return self.width * self.dots_x

    @property
    def rows(self) -> int:
        """How many rows of dots there are."""
        return self.height * self.dots_y

    def row(self, place: float) -> float:
        """Return the row of dots for a place from 0 to 1, kept inside the area."""
        return float(min(max(round(place * (self.rows - 1)), 0), self.rows - 1))


def aligned(y_ticks: Sequence[Tick], size: Size) -> list[Tick]:
    """Return the ticks with labels of one width, at least that of the margin."""
    wide = max([size.margin, *(len(tick.label) for tick in y_ticks)])
    return [Tick(tick.at, tick.label.rjust(wide)) for tick in y_ticks]


class Scale(NamedTuple):
    """A second horizontal axis, above the drawing: its marks, and what it counts."""

    ticks: list[Tick]
    label: str


_ABOVE = 3
"""Rows of a second axis."""


def grid(size: Size, y_ticks: Sequence[Tick], marker: str, above: Scale | None = None) -> Grid:
    """Return the area that is left in a drawing of this size, with these axes, for lines of this marker."""
    margin = max(len(tick.label) for tick in y_ticks) + 1
    dots = (2, 4) if marker == BRAILLE else (1, 1)
    rows = size.height - 3 - (_ABOVE if above else 0)
    return Grid(max(size.width - margin, 2), max(rows, 2), *dots)


def draw(
    area: Grid,
    lines: Sequence[Line],
    x_ticks: Sequence[Tick],
    y_ticks: Sequence[Tick],
    *,
    x_label: str,
    guides: Sequence[float] = (),
    above: Scale | None = None,
    colour: bool,
    ascii_only: bool,
) -> str:
    """Return the drawing as text, one line a row.

    Args:
        area: From `grid`.
        lines: Drawn in order, later ones over earlier ones; each has as many columns as the area.
        x_ticks: Marks on the horizontal axis.
        y_ticks: Marks on the vertical axis.
        x_label: What the horizontal axis counts.
        guides: Places (0 to 1) of upright dotted lines.
        above: A second horizontal axis.
        colour: Use ANSI colours.
        ascii_only: Use no character beyond ASCII.
    """
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limitsize(False, False)
    margin = max(len(tick.label) for tick in y_ticks) + 1
    plotext.plotsize(area.width + margin, area.height + 3)
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.xlim(0, area.columns - 1)
    plotext.ylim(0, area.rows - 1)
    plotext.scatter([0], [0], marker=" ")  # without any point plotext draws no ticks
    for guide in guides:
        rows = [row / max(area.height - 1, 1) * (area.rows - 1) for row in range(area.height)]
        plotext.scatter([_in_column(area, guide)] * len(rows), rows, marker="┊", color="default")
    for line in lines:
        _draw_line(area, line)
    plotext.xticks([tick.at * (area.columns - 1) for tick in x_ticks], [tick.label for tick in x_ticks])
    plotext.yticks([_on_row(area, tick.at) for tick in y_ticks], [tick.label for tick in y_ticks])
    plotext.xlabel(x_label)
    text = plotext.build()
    if not colour:
        text = plotext.uncolorize(text)
    if above:
        text = f"{_axis_above(area, above, margin)}\n{text}"
    rows_of_text = [row.rstrip() for row in text.translate(_TO_ASCII if ascii_only else {}).splitlines()]
    return "\n".join(rows_of_text).rstrip("\n")


def _axis_above(area: Grid, scale: Scale, margin: int) -> str:
    """Return what the scale counts, its labels and its line, as plotext would set them if it stood below."""
    line = ["─"] * area.width
    labels = [" "] * area.width
    free = 0
    for tick in scale.ticks:
        column = round(tick.at * (area.columns - 1)) // area.dots_x
        line[column] = "┴"
        begin = min(max(column - len(tick.label) // 2, 0), area.width - len(tick.label))
        if begin >= free:
            labels[begin : begin + len(tick.label)] = tick.label
            free = begin + len(tick.label) + 1
    indent = " " * margin
    return f"{indent}{scale.label.center(area.width)}\n{indent}{''.join(labels)}\n{indent[:-1]}┌{''.join(line)}"


def _on_row(area: Grid, place: float) -> float:
    """Return where plotext must put a tick so that it stands in the row of characters that a line there uses."""
    row = area.row(place) // area.dots_y
    return row / max(area.height - 1, 1) * (area.rows - 1)


def _in_column(area: Grid, place: float) -> float:
    """Return where plotext must put a sign so that it stands in the column of characters that holds this place."""
    column = min(int(place * area.columns + 1e-9), area.columns - 1) // area.dots_x
    return column / max(area.width - 1, 1) * (area.columns - 1)


def _draw_line(area: Grid, line: Line) -> None:
    """Draw each column from its nearer end to its farther one.

    The line goes over to a column before it rises or falls there: a jump stands in the column in which it happens.
    """
    xs: list[float] = []
    ys: list[float] = []
    for column in np.flatnonzero(np.isfinite(line.low)):
        low, high = (area.row(float(end[column])) for end in (line.low, line.high))
        if ys and abs(ys[-1] - high) < abs(ys[-1] - low):
            low, high = high, low
        if ys:
            xs.append(float(column))
            ys.append(ys[-1])
        xs += [float(column)] * 2
        ys += [low, high]
    if xs:
        plotext.plot(xs, ys, marker=line.marker, color=line.colour)
