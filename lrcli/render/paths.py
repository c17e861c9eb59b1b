"""Curves as points to be joined, for pictures: all values of a short run, the extremes per column of a long one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from lrcli.figure.data import Axis
    from lrcli.figure.series import Series
    from lrcli.numeric import Array

MOST = 1000
"""Values of a curve that are joined as they are; more are seen through half as many columns."""


class Path(NamedTuple):
    """A curve as a picture draws it.

    Attributes:
        x: Ascending places on the horizontal axis.
        y: The values there; NaN interrupts the line.
        steps: Each value holds until the next place; if not, neighbours are joined by straight lines.
        dots: The values are points, and not joined.
    """

    x: Array
    y: Array
    steps: bool
    dots: bool = False


def path(series: Series, axis: Axis, most: int = MOST) -> Path:
    """Return the points of a curve that a picture of this axis joins."""
    begin, end = max(series.span[0], axis.low), min(series.span[1], axis.high)
    if end <= begin:
        return Path(np.array([]), np.array([]), steps=False)
    edges = axis._replace(low=begin, high=end).edges(most // 2)
    t = series.source.looked(edges * series.per_x)
    if series.dots:
        return _dots(series, edges, t, most)
    if t.size <= most:
        inside = t[t < end * series.per_x]
        x, y = inside / series.per_x, series.source.points(inside)
        return Path(np.append(x, end), np.append(y, y[-1:]), steps=True)
    columns = series.columns(edges)
    return _through_columns(edges, columns.low, columns.high)


def _dots(series: Series, edges: Array, t: Array, most: int) -> Path:
    """Return the points, or of very many the lowest and the highest in each column."""
    if t.size <= most:
        return Path(t / series.per_x, series.source.points(t), steps=False, dots=True)
    low, high = series.columns(edges)
    x = np.repeat((edges[:-1] + edges[1:]) / 2, 2)
    return Path(x, np.stack([low, high], axis=1).ravel(), steps=False, dots=True)


def band(points: Path, within: float) -> tuple[Array, Array]:
    """Return the outline of what lies so far above and below a curve: x and y, along the top and back below."""
    known = np.isfinite(points.y)
    x, y = points.x[known], points.y[known]
    if points.steps:
        x, y = np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]
    return np.concatenate([x, x[::-1]]), np.concatenate([y + within, y[::-1] - within])


def _through_columns(edges: Array, low: Array, high: Array) -> Path:
    """Return a line that goes in each column from the end that is nearer to the one before to the other."""
    y = np.empty(2 * low.size)
    last = high[0]
    for i, pair in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        near, far = sorted(pair, key=lambda value: abs(value - last))
        y[2 * i : 2 * i + 2] = near, far
        last = far
    middles = (edges[:-1] + edges[1:]) / 2
    return Path(np.stack([edges[:-1], middles], axis=1).ravel(), y, steps=False)
