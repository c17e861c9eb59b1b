"""The metric of a run as a drawing, under the curve of the schedule that listened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lrcli import engine
from lrcli.render import canvas
from lrcli.render.canvas import Line, Size, Tick
from lrcli.render.numbers import count, short, ticks

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.render.heard import Heard
    from lrcli.render.view import View

METRIC_ROWS = 8
_GREY = 245


def _limits(metric: Array) -> tuple[float, float]:
    """Return the lowest and the highest value; never the same."""
    finite = metric[np.isfinite(metric)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    return low, high if high > low else low + max(abs(low), 1.0)


def _y_ticks(metric: Array) -> list[Tick]:
    """Return marks on the axis of the metric."""
    low, high = _limits(metric)
    return [Tick((value - low) / (high - low), short(value)) for value in ticks(low, high, 3)]


def label_width(heard: Heard) -> int:
    """Return how wide the labels of the axis are."""
    return max(len(tick.label) for tick in _y_ticks(heard.metric))


def metric_drawing(heard: Heard, view: View, size: Size) -> str:
    """Return the metric under the curve, with each cut marked, on the curve's own horizontal axis."""
    low, high = _limits(heard.metric)
    y_ticks = canvas.aligned(_y_ticks(heard.metric), size)
    marker = "." if size.ascii_only else canvas.BRAILLE
    area = canvas.grid(size._replace(height=METRIC_ROWS), y_ticks, marker)
    left, right = view.xlim or (0.0, float(heard.entry.run.total))
    bottom, top = _columns(heard.metric, np.linspace(left, right, area.columns + 1))
    return canvas.draw(
        area,
        [Line((bottom - low) / (high - low), (top - low) / (high - low), marker, _GREY)],
        [Tick((t - left) / (right - left), count(t)) for t in ticks(left, right, size.width // 9, whole=True)],
        y_ticks,
        x_label="the metric, and where it led to a cut",
        guides=[(cut - left) / (right - left) for cut in heard.cuts if left <= cut <= right],
        colour=size.colour,
        ascii_only=size.ascii_only,
    )


def _columns(metric: Array, edges: Array) -> tuple[Array, Array]:
    """Return the lowest and the highest value in each column; NaN where the metric has none."""
    inside = np.flatnonzero((edges[1:] > 0) & (edges[:-1] < len(metric)))
    bottom, top = np.full(len(edges) - 1, np.nan), np.full(len(edges) - 1, np.nan)
    if inside.size:
        own = np.clip(edges[inside[0] : inside[-1] + 2], 0, len(metric))
        bottom[inside], top[inside] = engine.columns_of(np.arange(float(len(metric))), metric, own)
    return bottom, top
