"""What a schedule that listens heard, and what it made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import engine
from lrcli.outline import listeners
from lrcli.render import canvas
from lrcli.render.canvas import Line, Size, Tick
from lrcli.render.numbers import count, short, ticks
from lrcli.schedules.plateau import Listening, demo_loss

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.numeric import Array
    from lrcli.render.view import View
    from lrcli.schedules.plateau import Replay

METRIC_ROWS = 8
_GREY = 245


class Heard(NamedTuple):
    """What one schedule heard, in the epochs of the whole run.

    Attributes:
        entry: What it belongs to.
        metric: The values, from epoch 0 of the run on.
        bad: Epochs that counted as no improvement.
        cuts: The first epochs at a lower rate.
    """

    entry: Entry
    metric: Array
    bad: list[int]
    cuts: list[int]

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest value; never the same."""
        low, high = float(self.metric.min()), float(self.metric.max())
        return low, high if high > low else low + max(abs(low), 1.0)

    @property
    def y_ticks(self) -> list[Tick]:
        """Marks on the axis of the metric."""
        low, high = self.limits
        return [Tick((value - low) / (high - low), short(value)) for value in ticks(low, high, 3)]

    @property
    def margin(self) -> int:
        """How wide the labels of the axis are."""
        return max(len(tick.label) for tick in self.y_ticks)


def what_is_heard(entries: Sequence[Entry]) -> list[Heard]:
    """Return what each listening schedule heard, in order."""
    return [
        _heard(entry, start, start + run.span, schedule.replayed(run))
        for entry in entries
        for schedule, start, run in listeners(entry.spec, entry.run)
        if isinstance(schedule, Listening)
    ]


def _heard(entry: Entry, start: float, end: float, replay: Replay) -> Heard:
    points = int(entry.run.total)
    metric = (entry.run.metric or demo_loss(points))[:points]
    bad, cuts = ([round(start) + t for t in times if start + t < end] for times in (replay.bad, replay.cuts))
    return Heard(entry, np.array(metric, dtype=np.float64), bad, cuts)


def metric_drawing(heard: Heard, view: View, size: Size) -> str:
    """Return the metric under the curve, with each cut marked, on the curve's own horizontal axis."""
    low, high = heard.limits
    y_ticks = canvas.aligned(heard.y_ticks, size)
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


def bad_epochs(entries: Sequence[Entry]) -> list[str]:
    """Return one line for each listening schedule: which epochs counted as bad, and where it cut the rate."""
    unit = entries[0].run.unit
    return [
        f"{one.entry.name}: bad {unit}s {_ranges(one.bad)}; cut at {_ranges(one.cuts)}"
        for one in what_is_heard(entries)
    ]


def _ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers as a person writes them: `3, 7-9, 12`, and `none` for none."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs) or "none"
