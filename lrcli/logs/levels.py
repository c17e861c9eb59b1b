"""Levels: an lr that stands still, and changes at single points."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from lrcli.logs.decimals import near, short, whole
from lrcli.logs.models import Levels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lrcli.logs.points import Points
    from lrcli.logs.top import Top

_FEW = 12


def levels(points: Points, top: Top) -> list[Levels]:
    """Return the levels that agree with a run, the plainest first; none if it is no row of levels."""
    body = points.part(slice(top.first, None))
    changes = np.flatnonzero(np.abs(np.diff(body.y)) > body.tolerance[1:] + body.tolerance[:-1])
    if not _are_levels(body, changes):
        return []
    values = [float(np.median(part)) for part in np.split(body.y, changes + 1)]
    gaps = [(float(body.x[at]), float(body.x[at + 1])) for at in changes.tolist()]
    found = [model for offset in (0.0, 1.0) for model in _at_offset(points, top, offset, values, gaps)]
    return sorted((one for one in found if points.error(one) <= 1), key=Levels.bits)


def _are_levels(body: Points, changes: NDArray[np.intp]) -> bool:
    """Return whether what is between the changes is flat, and long enough to be a level."""
    if len(changes) > _FEW:
        return False
    bounds = [0, *(changes + 1).tolist(), len(body)]
    sizes = np.diff(bounds)
    if len(changes) and (sizes[:-1].min() < 2 or len(changes) > len(body) / 3):
        return False
    return all(
        np.ptp(body.y[begin:end]) <= 2 * body.tolerance[begin:end].max()
        for begin, end in pairwise(bounds)
        if end > begin
    )


def _at_offset(
    points: Points, top: Top, offset: float, values: list[float], gaps: list[tuple[float, float]]
) -> Iterator[Levels]:
    spans = [(before - offset, after - offset) for before, after in gaps]
    gamma = _gamma(values, float(points.tolerance.max()) / 1.05)
    every = _every(spans)
    plain = tuple(_plainest(before, after) for before, after in spans)
    error = float(points.tolerance.max()) * (1 if not points.whole else 1.0)
    for peak in near(values[0], error)[:3]:
        factors = [peak * gamma**count for count in range(len(values))] if gamma else []
        exact = [peak, *(short(value, error)[0] for value in values[1:])]
        for at, step in (
            (plain, None),
            (tuple(every * (1 + n) for n in range(len(spans))), every) if every else (plain, None),
        ):
            for numbers, factor in ((factors, gamma), (exact, None)):
                if numbers:
                    base = Levels(
                        offset=offset,
                        peak=peak,
                        at=at,
                        levels=tuple(numbers),
                        gamma=factor,
                        every=step,
                        within=tuple(spans),
                    )
                    yield from _warmed(points, top, base)


def _warmed(points: Points, top: Top, base: Levels) -> Iterator[Levels]:
    """Yield the levels with the warm-ups that the rising points allow."""
    if top.first == 0:
        yield base
        return
    x, y = points.x[: top.first], points.y[: top.first]
    slope = (y[-1] - y[0]) / (x[-1] - x[0]) if len(x) > 1 else (base.peak - y[0]) / (points.x[top.first] - x[0])
    if slope <= 0:
        return
    start = float(y[0] - slope * (x[0] - base.offset))
    for first in dict.fromkeys([0.0, short(start, float(points.tolerance.max()))[0], start]):
        lengths = whole(float(x[-1]) - base.offset, float(points.x[top.first]) - base.offset, 24)
        for length in dict.fromkeys([float(round((base.peak - first) / slope)), *lengths]):
            if length > 0 and first >= 0:
                yield Levels(
                    offset=base.offset, peak=base.peak, at=base.at, levels=base.levels, gamma=base.gamma,
                    every=base.every, within=base.within, start=first, warmup=length,
                )  # fmt: skip


def _gamma(values: list[float], error: float) -> float | None:
    """Return the plainest factor between all neighbours, if there is one."""
    if len(values) < 2 or min(values[:-1]) <= 0:
        return None
    factors = [after / before for before, after in pairwise(values)]
    slack = max(error / values[0] * 2, 1e-9)
    return short(factors[0], slack)[0] or None


def _plainest(before: float, after: float) -> float:
    """Return the roundest whole time after one point and up to another; the later where there is none."""
    first, last = int(np.floor(before)) + 1, int(np.floor(after))
    for power in range(15, -1, -1):
        for lead in (10, 5, 2, 1):
            unit = lead * 10**power
            if -(-first // unit) * unit <= last:
                return float(-(-first // unit) * unit)
    return after


def _every(spans: list[tuple[float, float]]) -> float | None:
    """Return the roundest distance whose multiples, one after the other, are the changes."""
    low = max((before / count for count, (before, _) in enumerate(spans, 1)), default=0.0)
    high = min((after / count for count, (_, after) in enumerate(spans, 1)), default=0.0)
    if len(spans) < 2 or high <= low:
        return None
    plain = _plainest(low, high)
    return plain if low < plain <= high else None
