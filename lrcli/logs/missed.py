"""Steps that the scheduler missed: the log's clock runs on, and the scheduler's stands still."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.logs.budget import spend
from lrcli.logs.decays import decays, likely
from lrcli.logs.decimals import RATIOS, short, whole
from lrcli.logs.guesses import guesses
from lrcli.logs.models import Decay
from lrcli.logs.top import Setup, top_of, without_warmup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.logs.found import Found
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


_CHEAPER = 4
"""To evaluate a model at a point costs so much less than to fit one to it."""


def offsets(model: Decay, points: Points, most: int = MOST) -> Array | None:
    """Return the least whole offset at each point, never falling, with which a model agrees; None if there is none.

    Raises:
        ExhaustedError: If the log's budget of work is spent.
    """
    tried = np.arange(most + 1, dtype=np.float64)
    found = np.empty(len(points))
    now = 0
    for begin in range(0, len(points), 4096):
        block = slice(begin, begin + 4096)
        spend(len(points.x[block]) * (most + 1) // _CHEAPER)
        lr = model.later(0.0).lr(points.x[block][None, :] - tried[:, None])
        agrees = np.abs(lr - points.y[block]) <= points.tolerance[block]
        for at in range(agrees.shape[1]):
            later = np.flatnonzero(agrees[now:, at])
            if not len(later):
                return None
            now += int(later[0])
            found[begin + at] = now
    return found


def missed(points: Points, top: Top, ends: tuple[float, ...], found: Found) -> list[Missed]:
    """Return the schedules that agree if steps were missed, the cheapest first.

    Args:
        points: The run.
        top: Its highest points.
        ends: When the log says that the run ends, if it says so.
        found: What is nearest if no step was missed.
    """
    near = sorted(found.near.values(), key=lambda one: one[0])
    seen: dict[Decay, Missed] = {}
    for share, nearest in near[:_FORMS]:
        if share > min(_STRAYS, 3 * near[0][0] + 1e-3):
            break
        seen |= {one.model: one for one in _near_by(points, top, nearest)}
    if not seen and points.whole:
        seen = {one.model: one for model in _candidates(points, top, ends) if (one := _standing(points, model))}
    return sorted(seen.values(), key=Missed.bits)


_FORMS = 4
_STRAYS = 0.1
"""A few missed steps move a curve by less than this share of its peak."""


def _near_by(points: Points, top: Top, nearest: Decay) -> Iterator[Missed]:
    """Yield some schedules near one that agree, those with few missed steps if there are any."""
    sample = points.sample(top.first, top.last, most=48)
    for most in (_SOME, MOST):
        tried = (
            replace(model, length=length)
            for model, lengths in guesses(sample, top_of(sample), nearest, float(most))
            for length in lengths
        )
        likely = (model for model in tried if offsets(model, sample, most) is not None)
        found = (one for model in islice(likely, _TRIED) if (one := _standing(points, model, most)) is not None)
        some = list(islice(found, _ENOUGH))
        yield from some
        if some:
            return


def _standing(points: Points, model: Decay, most: int = MOST) -> Missed | None:
    found = offsets(model, points, most)
    return None if found is None else Missed(model, found)


_SOME = 8
"""Steps that are missed more often than as many as may be."""
_TRIED = 60
_ENOUGH = 12


def _candidates(points: Points, top: Top, ends: tuple[float, ...]) -> Iterator[Decay]:
    """Yield the schedules that parts of the decay, in which no step is missed, may belong to."""
    body = points.part(slice(top.last + 1 if top.first else 0, None))
    if len(body) < 7:
        return
    fall = -float(np.median(np.diff(body.y) / np.diff(body.x)))
    if fall > 0:  # a line: a missed step leaves the median of the differences as it is
        yield from _warmed(points, top, Decay(peak=points.peak, length=points.peak / fall))
    forms = likely(body.sample(), [_setup(points, top, body)])[:2]
    for parts in (4, 8) if len(body) >= 56 else (1, 2, 3):
        size = len(body) // parts
        if size < 7:
            return
        for number in range(parts):
            window = body.part(slice(number * size, (number + 1) * size))
            found = decays(window, [_setup(points, top, window)], ends, forms)
            for model in sorted(found.plain, key=Decay.bits)[:6]:
                yield from _warmed(points, top, model)


def rising(points: Points, top: Top) -> list[Missed]:
    """Return the warm-ups to a constant lr that agree if steps were missed."""
    x, y = points.x[: top.first + 1], points.y[: top.first + 1]
    if len(x) < 4 or top.first == len(points) - 1:
        return []
    steps = np.diff(x)[:-1]
    slope = float(np.median(np.diff(y)[:-1][steps > 0] / steps[steps > 0])) if (steps > 0).any() else 0.0
    warmup = float(round(points.peak / slope)) if slope > 0 else 0.0
    peak = short(points.peak, float(points.tolerance[-1]))[0]
    model = Decay(shape="flat", peak=peak, warmup=warmup, begin=warmup)
    found = offsets(model, points) if warmup > 0 else None
    return [] if found is None else [Missed(model, found)]


def _setup(points: Points, top: Top, window: Points) -> Setup:
    low = float(points.x[max(top.first - 1, 0)]) if top.first else 0.0
    high = float(points.x[min(top.last + 1, len(points) - 1)]) if top.first else 2.0
    begin = np.array(whole(low - 2, high + 8, 64))
    begin = begin[begin >= 0]
    fallen = float(window.x[-1]) - (1.0 if window.y[-1] < window.y[-2] else 0.0)
    return without_warmup(begin, fallen)


def _warmed(points: Points, top: Top, model: Decay) -> Iterator[Decay]:
    """Yield a decay on its scheduler's own clock, after the warm-up that the slope of the rising points tells."""
    if top.first == 0:
        yield replace(model, begin=0.0)
        yield from _lines(model, points.peak, 0.0) if model.shape in _LINES else ()
        return
    x, y = points.x[: top.first + 1], points.y[: top.first + 1]
    slopes = np.diff(y) / np.diff(x)
    slope = float(np.median(slopes[:-1] if len(slopes) > 1 else slopes))
    if slope <= 0:
        return
    if model.shape == "inverse-sqrt":
        yield from _noam(model, slope)
    if model.shape in _LINES:
        yield from _lines(model, points.peak, slope)
    warmup = float(round(model.peak / slope))
    if warmup > 0:
        yield replace(model, warmup=warmup, begin=warmup)


_LINES = ("linear", "power")


def _lines(model: Decay, highest: float, slope: float) -> Iterator[Decay]:
    """Yield the lines (or powers) that fall so fast and whose peaks are plain numbers just above the highest lr."""
    power = model.power if model.shape == "power" else 1.0
    fall = (model.peak - model.end) / model.length**power
    if not 0 < fall < np.inf:
        return
    for digits in (1, 2, 3, 4):
        unit = 10.0 ** (np.floor(np.log10(highest)) - digits + 1)
        peak = float(f"{np.ceil(highest / unit - 1e-9) * unit:.{digits - 1}e}")
        warmup = float(round(peak / slope)) if slope > 0 else 0.0
        for end in [share * peak for share in (0.0, *RATIOS)] if power == 1 else [model.end]:
            length = max(peak - end, 0.0) / fall
            length = float(length ** (1 / power))
            if abs(length - round(length)) < 1e-4 * length and (warmup > 0 or slope == 0):
                yield replace(model, peak=peak, end=end, length=float(round(length)), warmup=warmup, begin=warmup)


def _noam(model: Decay, slope: float) -> Iterator[Decay]:
    """Yield the inverse square roots whose warm-up, with this slope, meets them: p = slope w, and p² w is known."""
    warmup = float(round((model.peak**2 * model.length / slope**2) ** (1 / 3)))
    if warmup > 1:
        peak = slope * warmup
        yield replace(model, peak=peak, warmup=warmup, begin=warmup, length=warmup)
        before = warmup - 1
        yield replace(model, peak=peak, length=warmup, start=peak / warmup, warmup=before, begin=before)
