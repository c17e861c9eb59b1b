"""Curves as a drawing with axes, a legend and a caption."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import engine
from lrcli.entry import at_points, same_unit
from lrcli.outline import seams
from lrcli.problems import SpecError
from lrcli.render import canvas
from lrcli.render.canvas import Line, Scale, Size, Tick
from lrcli.render.caption import PALETTE, legend, made_of, numbers_of, wrapped
from lrcli.render.heard import what_is_heard
from lrcli.render.metric import METRIC_ROWS, label_width, metric_drawing
from lrcli.render.numbers import count, decades, nice_step, short, ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.numeric import Array
    from lrcli.render.view import View

MARKERS = "*+xo#@%&"
"""What lines are made of when colours cannot tell them apart."""
_FEWEST_ROWS = 8
_MOST_CURVES = 64
_NOTHING = 1e-300
"""A highest lr below this is drawn as 0."""
_DEEPEST = 1e-12
"""A logarithmic axis goes no deeper than this under its highest lr; what is lower lies on its bottom edge."""


class _Axis(NamedTuple):
    """A span of values, and the way from a value to its place (0 to 1) on it."""

    low: float
    high: float
    log: bool = False

    def mark(self, value: float) -> float:
        """Return the place of a single value."""
        return float(self.place(np.array(value)))

    def place(self, value: Array) -> Array:
        """Return the places of values; NaN stays NaN."""
        if not self.log:
            return (value - self.low) / (self.high - self.low)
        deep = np.maximum(value, self.low)
        return np.log(deep / self.low) / math.log(self.high / self.low)


def plot(entries: Sequence[Entry], view: View, size: Size, *, numbers: bool = True) -> str:
    """Return the drawing of one or several schedules, with what a reader needs to know above and below it.

    Args:
        entries: What to draw.
        view: What was asked for.
        size: How much room there is.
        numbers: Say below it what is first, highest and last, and what was asked for with --at.

    Raises:
        SpecError: If some of them count epochs and others steps, or they are too many for one drawing.
    """
    same_unit(entries)
    if len(entries) > _MOST_CURVES:
        raise SpecError(
            f"{len(entries)} curves are too many for one drawing: choose {_MOST_CURVES} at most, as FILE#NAME"
        )
    braille = not size.ascii_only and (size.colour or len(entries) == 1)
    markers = [canvas.BRAILLE if braille else MARKERS[i % len(MARKERS)] for i in range(len(entries))]
    marked = at_points(view.at, entries)
    above = legend(entries, markers, size)
    below = wrapped([*(numbers_of(entries, marked) if numbers else []), *made_of(entries)], size.width)
    rows = view.height or max(size.height - len(above) - len(below), _FEWEST_ROWS)
    heard = what_is_heard(entries)
    if heard and view.height is None:
        rows = max(rows - METRIC_ROWS, _FEWEST_ROWS)
    size = size._replace(height=rows, margin=max((label_width(one) for one in heard[:1]), default=0))
    guides = [*marked, *(cut for one in heard for cut in one.cuts), *_seams(entries)]
    drawing, note, margin = _drawing(entries, view, size, markers, guides)
    metric = [metric_drawing(one, view, size._replace(margin=margin)) for one in heard[:1]]
    return "\n".join([*above, drawing, *metric, *below, *wrapped(note, size.width)])


def _drawing(
    entries: Sequence[Entry], view: View, size: Size, markers: Sequence[str], marked: Sequence[float]
) -> tuple[str, list[str], int]:
    """Return the axes with the lines, what they cannot show, and how wide the labels are."""
    x = _Axis(*view.xlim) if view.xlim else _Axis(0.0, float(max(entry.run.points for entry in entries)))
    above = _other_unit(entries, x, size)
    columns, y, y_ticks = _fit(entries, x, view, size, markers[0], above)
    seen = [_within(pair, view.ylim) if view.ylim else pair for pair in columns]
    lines = [
        Line(y.place(low), y.place(high), marker, PALETTE[i % len(PALETTE)])
        for i, ((low, high), marker) in enumerate(zip(seen, markers, strict=True))
    ]
    drawing = canvas.draw(
        canvas.grid(size, y_ticks, markers[0], above),
        lines,
        [Tick(x.mark(v), count(v)) for v in ticks(x.low, x.high, size.width // 9, whole=True)],
        y_ticks,
        x_label=entries[0].run.counts,
        guides=[x.mark(t) for t in marked if x.low <= t <= x.high],
        above=above,
        colour=size.colour,
        ascii_only=size.ascii_only,
    )
    return drawing, _floor(y, seen), len(y_ticks[0].label)


def _other_unit(entries: Sequence[Entry], x: _Axis, size: Size) -> Scale | None:
    """Return the axis in steps for curves over epochs, and in epochs for curves over steps, where both are known."""
    (rate, *others) = {entry.run.steps_per_epoch for entry in entries}
    if rate is None or others:
        return None
    by_epoch = entries[0].run.counts == "epoch"
    factor = rate if by_epoch else 1 / rate
    values = ticks(x.low * factor, x.high * factor, size.width // 9, whole=True)
    return Scale([Tick(x.mark(v / factor), count(v)) for v in values], "step" if by_epoch else "epoch")


Pair = tuple["Array", "Array"]


def _fit(
    entries: Sequence[Entry], x: _Axis, view: View, size: Size, marker: str, above: Scale | None
) -> tuple[list[Pair], _Axis, list[Tick]]:
    """Return the columns of every curve, the vertical axis and its ticks.

    The width of the labels depends on the curves and the number of columns on the width of the labels, so the
    curves are looked at once in full width to choose the labels, and then in the columns that are left.
    """
    rough = [_columns(entry, x, size.width) for entry in entries]
    room = canvas.grid(size, [Tick(0, "")], marker, above).height
    most = max(room // 3, 3)
    y = _vertical(rough, view, most)
    values = decades(y.low, y.high, room // 2) if y.log else ticks(y.low, y.high, most)
    marks = [Tick(y.mark(value), short(value)) for value in values or [y.low, y.high]]
    y_ticks = canvas.aligned(marks, size)
    area = canvas.grid(size, y_ticks, marker, above)
    return [_columns(entry, x, area.columns) for entry in entries], y, y_ticks


def _columns(entry: Entry, x: _Axis, number: int) -> Pair:
    """Return the lowest and highest lr in each column; NaN where the run does not reach."""
    edges = np.linspace(x.low, x.high, number + 1)
    inside = np.flatnonzero((edges[1:] > 0) & (edges[:-1] < entry.run.points))
    low, high = np.full(number, np.nan), np.full(number, np.nan)
    if inside.size:
        own = np.clip(edges[inside[0] : inside[-1] + 2], 0, entry.run.points)
        low[inside], high[inside] = engine.columns(entry.spec, entry.run, own)
    return low, high


def _within(pair: Pair, limits: tuple[float, float]) -> Pair:
    """Return the columns without those that are wholly outside the limits, so that none lies on the edge instead."""
    low, high = pair
    outside = (high < limits[0]) | (low > limits[1])
    return np.where(outside, np.nan, np.maximum(low, limits[0])), np.where(outside, np.nan, high)


def _vertical(columns: Sequence[Pair], view: View, most: int) -> _Axis:
    """Return the vertical axis: from 0 (or the lowest decade) to the highest lr, or to a tick just above it."""
    seen = np.concatenate([np.concatenate(pair) for pair in columns])
    seen = seen[np.isfinite(seen)]
    if view.ylim is not None:
        return _Axis(view.ylim[0], view.ylim[1], view.log)
    highest = float(seen.max()) if seen.size and seen.max() > _NOTHING else 1.0
    if not view.log:
        step = nice_step(highest, most)
        tick = step * math.ceil(highest / step - 1e-9)
        return _Axis(0.0, tick if tick < highest * 1.05 else highest)
    positive = seen[seen > highest * _DEEPEST]
    lowest = float(positive.min()) if positive.size else highest / 10
    low = 10.0 ** math.floor(math.log10(lowest) + 1e-9)
    return _Axis(low if low < highest * (1 - 1e-9) else low / 10, highest, log=True)


def _seams(entries: Sequence[Entry]) -> list[float]:
    """Return the points at which one part of a sequence follows another, if there is one curve to divide."""
    if len(entries) > 1:
        return []
    run = entries[0].run
    return [seam * run.points / run.total for seam in seams(entries[0].spec, run)]


def _floor(y: _Axis, columns: Sequence[Pair]) -> list[str]:
    """Return what a logarithmic axis cannot show."""
    if y.log and any((low < y.low * (1 - 1e-9)).any() for low, _ in columns):
        return [f"learning rates below {short(y.low)}, and 0, are drawn on the bottom edge"]
    return []
