"""Steps that the scheduler missed: the log's clock runs on, and the scheduler's stands still."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.logs.decays import decays
from lrcli.logs.decimals import whole
from lrcli.logs.models import Decay
from lrcli.logs.top import Setup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.logs.points import Points
    from lrcli.logs.top import Top
    from lrcli.numeric import Array

MOST = 60
"""Steps that may be missed."""


class Missed(NamedTuple):
    """A schedule whose scheduler stood still now and then.

    Attributes:
        model: The schedule on the scheduler's own clock.
        offset: What the log's clock is ahead at each point.
    """

    model: Decay
    offset: Array

    def bits(self) -> float:
        """Return what it costs to say: 2.5 bits a missed step."""
        lost = float(self.offset[-1] - self.offset[0])
        return self.model.later(float(min(self.offset[0], 2))).bits() + 2.0 + 2.5 * lost + 1.5 * float(self.offset[0])


def offsets(model: Decay, points: Points, most: int = MOST) -> Array | None:
    """Return the least whole offset at each point, never falling, with which a model agrees; None if there is none."""
    tried = np.arange(most + 1, dtype=np.float64)
    found = np.empty(len(points))
    now = 0
    for begin in range(0, len(points), 4096):
        block = slice(begin, begin + 4096)
        lr = model.later(0.0).lr(points.x[block][None, :] - tried[:, None])
        agrees = np.abs(lr - points.y[block]) <= points.tolerance[block]
        for at in range(agrees.shape[1]):
            later = np.flatnonzero(agrees[now:, at])
            if not len(later):
                return None
            now += int(later[0])
            found[begin + at] = now
    return found


def missed(points: Points, top: Top, ends: tuple[float, ...]) -> list[Missed]:
    """Return the schedules that agree if steps were missed, the cheapest first."""
    seen: dict[Decay, Missed] = {}
    for model in _candidates(points, top, ends):
        if model in seen:
            continue
        found = offsets(model, points.sample(top.first)) if len(points) > 400 else np.zeros(1)
        exact = None if found is None else offsets(model, points)
        if exact is not None:
            seen[model] = Missed(model, exact)
            if points.whole:
                break
    return sorted(seen.values(), key=Missed.bits)


def _candidates(points: Points, top: Top, ends: tuple[float, ...]) -> Iterator[Decay]:
    """Yield the schedules that parts of the decay, in which no step is missed, may belong to."""
    body = points.part(slice(top.last + 1 if top.first else 0, None))
    for parts in (1, 2, 3, 4, 6, 8) if points.whole else (1, 3):
        size = len(body) // parts
        if size < 7:
            return
        for number in range(parts):
            window = body.part(slice(number * size, (number + 1) * size))
            found = decays(window, [_setup(points, top, window)], ends)
            for model in sorted(found.plain, key=Decay.bits)[:6]:
                yield from _warmed(points, top, model)


def _setup(points: Points, top: Top, window: Points) -> Setup:
    low = float(points.x[max(top.first - 1, 0)]) if top.first else 0.0
    high = float(points.x[min(top.last + 1, len(points) - 1)]) if top.first else 2.0
    begin = np.array(whole(low - 2, high + 8, 64 if window.whole else 16))
    begin = begin[begin >= 0]
    fallen = float(window.x[-1]) - (1.0 if window.y[-1] < window.y[-2] else 0.0)
    return Setup(0.0, "linear", False, np.zeros(len(begin)), begin, 0, fallen)  # noqa: FBT003 - none rises


def _warmed(points: Points, top: Top, model: Decay) -> Iterator[Decay]:
    """Yield a decay on its scheduler's own clock, after the warm-up that the slope of the rising points tells."""
    if top.first == 0:
        yield replace(model, begin=0.0)
        return
    x, y = points.x[: top.first + 1], points.y[: top.first + 1]
    slopes = np.diff(y) / np.diff(x)
    slope = float(np.median(slopes[:-1] if len(slopes) > 1 else slopes))
    if slope <= 0:
        return
    for warmup in dict.fromkeys([float(round(model.peak / slope))]):
        if warmup > 0:
            yield replace(model, warmup=warmup, begin=warmup)
