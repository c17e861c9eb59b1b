"""The beginning of a run: where its highest points are, and the warm-ups that the points before them allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.logs.decimals import whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.logs.points import Points
    from lrcli.logs.shapes import Ramp
    from lrcli.numeric import Array


class Top(NamedTuple):
    """The highest points of a run.

    Attributes:
        first: The first of them.
        last: The last of them in a row.
        moving: The last point before which the lr changed: all after it are equal.
    """

    first: int
    last: int
    moving: int


class Setup(NamedTuple):
    """A way to read the beginning of a run.

    Attributes:
        offset: What the log's clock is ahead.
        ramp: How the lr rises.
        free_start: It does not rise from 0.
        warmup: How long, one for each candidate.
        begin: When the decay's clock begins, one for each candidate.
        top: The index of the highest point.
        fallen: The clock at the last change of the lr: no decay ends before it.
        needs_end: It is no beginning for what has no end.
        peak_at: The clock at the last of the highest points.
    """

    offset: float
    ramp: Ramp
    free_start: bool
    warmup: Array
    begin: Array
    top: int
    fallen: float
    needs_end: bool = False
    peak_at: float = 0.0


def without_warmup(begin: Array, fallen: float) -> Setup:
    """Return that the lr does not rise, but falls from one of some times on."""
    nothing = np.zeros(len(begin))
    return Setup(0.0, "linear", free_start=False, warmup=nothing, begin=begin, top=0, fallen=fallen)


def top_of(points: Points) -> Top:
    """Return where the highest points are."""
    at_top = points.y >= points.y.max() - 1.5 * points.tolerance
    first = int(np.argmax(at_top))
    fallen = np.flatnonzero(np.diff(points.y[: first + 1]) < -2 * points.tolerance[:first])
    if len(fallen) and points.y[fallen[0]] > 0.5 * points.peak:  # the highest point is that of a later cycle
        first = int(fallen[0])
        at_top = np.abs(points.y - points.y[first]) <= 1.5 * points.tolerance
    after = np.flatnonzero(~at_top[first:])
    last = first + (int(after[0]) if len(after) else len(points) - first) - 1
    unequal = np.flatnonzero(np.abs(points.y - points.y[-1]) > 1.5 * points.tolerance)
    return Top(first, last, int(unequal[-1]) + 1 if len(unequal) else 0)


def setups(points: Points, top: Top) -> list[Setup]:
    """Return the ways to read a beginning: without a warm-up, or with one from 0 or from elsewhere."""
    return list(_cold(points, top) if top.first == 0 else _warm(points, top))


def _fallen(points: Points, top: Top) -> float:
    """Return the clock at the last point that is still above the end."""
    return float(points.x[max(top.moving - 1, 0)])


def _cold(points: Points, top: Top) -> Iterator[Setup]:
    fallen, zero = _fallen(points, top), np.zeros(1)
    for offset in (0.0, 1.0, -1.0, 2.0) if points.whole else (0.0, 1.0, -1.0):
        yield Setup(
            offset, "linear", free_start=False, warmup=zero, begin=zero, top=0, fallen=fallen,
            peak_at=float(points.x[top.last]),
        )  # fmt: skip
    if top.last >= 2:  # it stays at the peak for a while
        for offset in (0.0, 1.0):
            begin = np.array(_between(points, top.last, top.last + 1, offset))
            yield without_warmup(begin, fallen)._replace(offset=offset, top=top.last)
    if points.x[0] > 2 * points.step:  # the log begins late
        begin = np.round(np.linspace(0, float(points.x[0]), 40))
        yield without_warmup(begin, fallen)._replace(needs_end=True)


_ANY = (-np.inf, np.inf)


def _between(
    points: Points, before: int, after: int, offset: float, most: int = 48, meets: tuple[float, float] = _ANY
) -> list[float]:
    """Return the whole times from one point to another, those of them at which a warm-up may end."""
    count = len(points)
    low, high = float(points.x[min(max(before, 0), count - 1)]), float(points.x[min(after, count - 1)])
    first, last = max(low, meets[0]), min(high, meets[1])
    some = whole(first - offset, last - offset, most) if first <= last else []
    return some or whole(low - offset, high - offset, most) or [high - offset]


def _warm(points: Points, top: Top) -> Iterator[Setup]:
    peak_at = float(points.x[top.last])
    held = top.last - top.first >= 2
    for offset, ramp, free_start in _ramps(points, top):
        plain = Setup(offset, ramp, free_start, _NONE, _NONE, top.first, _fallen(points, top), peak_at=peak_at)
        most = 96 if points.whole else 48
        meets = _meets(points, top) if ramp == "linear" else _ANY
        past = top.last + 1 if held else top.first + 1
        warmup = np.array(_between(points, top.first - 1, past, offset, most, meets))
        if (
            ramp == "cosine" and len(warmup) < _TENTHS
        ):  # one-cycle's warm-up is a share of the run, and need not be whole
            warmup = np.unique(np.concatenate([warmup + tenth / 10 for tenth in range(10)]))
        warmup = warmup[warmup > 0]
        late = warmup - 1 if ramp == "log" else warmup + 1  # DeepSpeed's cosine is a step ahead
        for begin in (warmup, late, np.zeros(len(warmup))) if len(warmup) else ():
            yield plain._replace(warmup=warmup, begin=begin)
        if held:
            starts = np.array(_between(points, top.first - 1, top.first, offset, 24, meets))
            ends = np.array(_between(points, top.last, top.last + 1, offset, 24))
            both = np.meshgrid(starts[starts > 0], ends, indexing="ij")
            yield plain._replace(warmup=both[0].ravel(), begin=both[1].ravel())


_NONE = np.zeros(0)
_TENTHS = 30


def _meets(points: Points, top: Top) -> tuple[float, float]:
    """Return between which times the line through the rising points is as high as the highest point."""
    still = _still(points, top)
    x, y, tolerance = (one[still : top.first] for one in (points.x, points.y, points.tolerance))
    if len(x) < 2:
        return _ANY
    error = float(tolerance[0] + tolerance[-1])
    steep, gentle = (float((y[-1] - y[0] + by) / (x[-1] - x[0])) for by in (error, -error))
    if gentle <= 0:
        return _ANY
    left, past = points.peak - float(y[-1]), float(points.x[top.first] - x[-1])
    return float(x[-1]) + (left - error) / steep - _SPARE, float(x[-1]) + (left + error) / gentle + past + _SPARE


_SPARE = 8.0
"""Steps by which the end of a warm-up may be off, if the scheduler missed some of them."""


def _ramps(points: Points, top: Top) -> Iterator[tuple[float, Ramp, bool]]:
    """Yield the offsets, forms and freedoms of the start that the rising points allow."""
    still = _still(points, top)  # the log repeats the first lr before the scheduler's second
    x, y, tolerance = (one[still : top.first] for one in (points.x, points.y, points.tolerance))
    if len(x) > 1 and np.ptp(y) <= 2 * tolerance.max():
        yield 0.0, "constant", True
        yield 1.0, "constant", True
        return
    offsets = dict.fromkeys((0.0, 1.0, _zero(x, y)))
    straight = len(x) < 3 or _bent(x, y, tolerance) <= 1.6
    for offset in offsets:
        if straight and offset <= x[0]:
            yield offset, "linear", False
    for offset in (0.0, 1.0):
        if straight and (len(x) > 1 or x[0] == offset):
            yield offset, "linear", True
        if not straight:
            yield offset + 1, "log", True  # DeepSpeed steps its scheduler late
            yield offset, "quadratic", False
            yield offset, "cosine", True
    if not straight:  # by a missed step, perhaps
        yield 0.0, "linear", False


def _still(points: Points, top: Top) -> int:
    """Return how many of the first points only repeat the lr at which the warm-up begins: one of a few, or none."""
    same = int(points.x[0] == 0 and top.first > 3 and bool(points.y[1] == points.y[0]))
    return same if same and points.y[2] != points.y[0] else 0


def _zero(x: Array, y: Array) -> float:
    """Return the whole time at which a line through the rising points is 0; 0 if that is before the log."""
    if len(x) < 2 or y[-1] == y[0]:
        return 0.0
    return max(float(np.round(x[0] - y[0] * (x[-1] - x[0]) / (y[-1] - y[0]))), -1.0)


def _bent(x: Array, y: Array, tolerance: Array) -> float:
    """Return by how many tolerances the rising points are off their line."""
    weight = 1 / tolerance**2
    middle, mean = np.average(x, weights=weight), np.average(y, weights=weight)
    slope = float((weight * (x - middle) * (y - mean)).sum() / max((weight * (x - middle) ** 2).sum(), 1e-300))
    return float((np.abs(mean + slope * (x - middle) - y) / tolerance).max())
