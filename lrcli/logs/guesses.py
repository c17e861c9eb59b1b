"""Schedules near one that missed steps have moved: the numbers that people may have chosen, each left to be tried."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.logs.decimals import RATIOS, short, whole
from lrcli.logs.shapes import ENDLESS, fall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.logs.models import Decay
    from lrcli.logs.points import Points
    from lrcli.logs.top import Top


class Rise(NamedTuple):
    """A warm-up: how long it is, and from where it starts."""

    warmup: float = 0.0
    start: float = 0.0


def peaks(points: Points, top: Top, nearest: Decay) -> list[float]:
    """Return the plain peaks that the highest points, and the nearest schedule, may have."""
    held = top.last > top.first or top.first == 0
    exact = [short(points.peak, float(points.tolerance[top.first]))[0]] if held else []
    near_by = [short(nearest.peak, by * nearest.peak)[0] for by in (0.02, 0.005, 0.001)]
    lowest = points.peak - float(points.tolerance[top.first])
    return [peak for peak in dict.fromkeys([*exact, *near_by]) if peak >= lowest]


def rises(points: Points, top: Top, nearest: Decay, peak: float) -> list[Rise]:
    """Return the warm-ups to a peak that the usual slope of the rising points allows."""
    x, y = points.x[: top.first], points.y[: top.first]
    if top.first == 0:
        return [Rise()]
    if nearest.ramp != "linear":
        start = short(nearest.start, 0.001 * peak)[0]
        return [Rise(round(nearest.warmup, 1) + by, start) for by in (0, -1, -2, -3, 1)]
    slope = float(np.median(np.diff(y) / np.diff(x))) if len(x) > 1 else 0.0
    found = _by_slope(points, top, peak, slope) if slope > 0 else _by_one_point(points, top, peak)
    return sorted({rise for rise in found if rise.warmup > 0})


def _by_slope(points: Points, top: Top, peak: float, slope: float) -> Iterator[Rise]:
    """Yield the warm-ups that rise so fast, from plain lrs."""
    x, tolerance = points.x[: top.first], points.tolerance[: top.first]
    error = 2 * float(tolerance.max()) / max(float(x[-1] - x[0]), 1.0)
    for late in (0.0, 1.0, 2.0):
        t = float(x[0]) - late
        start, slack = float(points.y[0]) - slope * t, float(tolerance[0]) + 0.5 * slope + error * abs(t)
        for first in _starts(start, slack, float(tolerance[0]), peak, slope):
            length = (peak - first) / slope
            by = length * error / slope + 0.6
            yield from (Rise(warmup, first) for warmup in whole(length - by, length + by, 7))


def _by_one_point(points: Points, top: Top, peak: float) -> Iterator[Rise]:
    """Yield the warm-ups of which only one point, or none that moves, is logged: from 0, or from that point."""
    first = float(points.y[0])
    for late in (0.0, 1.0, 2.0):
        t = float(points.x[0]) - late
        if t > 0 and first > 0:
            yield from (Rise(float(round(peak * t / first)) + by) for by in (-1, 0, 1))
        yield from (Rise(warmup, first) for warmup in whole(t, float(points.x[top.first]) - late, 4))


def _starts(start: float, slack: float, error: float, peak: float, slope: float) -> list[float]:
    """Return the plain lrs that a warm-up may start from: 0, a share of the peak, a step past it, a short number."""
    usual = (0.0, *(share * peak for share in RATIOS), 1e-6, 1e-7)
    ahead = [one + (peak - one) / round((peak - one) / slope) for one in usual if 2 * (peak - one) > slope > 0]
    found = [one for one in (*usual, *ahead) if abs(one - start) <= slack]
    near_by = [one for by in (slack / 4, error) if (one := short(start, by)[0]) >= 0]
    return list(dict.fromkeys([*found, *near_by]))


def ends(points: Points, nearest: Decay, peak: float) -> list[float]:
    """Return the plain lrs that a decay may end at: none above the lowest point past the top."""
    if nearest.shape in ENDLESS and nearest.end <= 0:
        return [0.0]
    lowest = float((points.y + points.tolerance)[-max(len(points) // 2, 1) :].min())
    shares = [0.0, *(share for share in RATIOS if abs(share - nearest.end / peak) < _NEAR)]
    held = len(points) > _FEW and np.ptp(points.y[-_FEW:]) <= 2 * float(points.tolerance[-1])
    at_end = [short(float(points.y[-1]), float(points.tolerance[-1]))[0]] if held else []
    by_value = [short(nearest.end, by)[0] for by in (0.002 * peak, 0.1 * nearest.end)] if nearest.end > 0 else []
    found = dict.fromkeys([*at_end, *(share * peak for share in shares), *by_value])
    return [end for end in found if end <= min(lowest, peak)]


_NEAR = 0.03
_FEW = 5


def lengths(model: Decay, body: Points, most: float) -> list[float]:
    """Return the plain lengths with which each point past the top is at its lr after so many missed steps, or fewer.

    Args:
        model: All of the schedule but its length.
        body: The points past the top.
        most: How many steps may have been missed.
    """
    low, high = _span(model, body, most)
    if not 0 < high < np.inf or low > high:
        return []
    if model.shape in ENDLESS:
        return _timescales(model, low, high)
    return [
        length for end in whole(model.begin + low, model.begin + high, _LENGTHS) if (length := end - model.begin) > 0
    ]


_LENGTHS = 48
_GRID = 4096


def _span(model: Decay, body: Points, most: float) -> tuple[float, float]:
    """Return the shortest and the longest length with which each point may be at its lr."""
    gap = model.peak - model.end
    if gap <= 0:
        return 1.0, 0.0
    endless = model.shape in ENDLESS
    u = np.concatenate([[0.0], np.geomspace(1e-5, 1e3, _GRID)]) if endless else np.linspace(0.0, 1.0, _GRID + 1)
    left = fall(model.shape, u, model.power, model.length)
    low = np.interp(-(body.y + body.tolerance - model.end) / gap, -left, u)
    high = np.interp(-(body.y - body.tolerance - model.end) / gap, -left, u)
    pad = 0.0 if endless else 1.0 / _GRID
    t = body.x - model.begin
    with np.errstate(all="ignore"):
        shortest = np.where(high < u[-1], (t - most) / (high * (1 + 1e-2 * endless) + pad), 0.0)
        longest = np.where(low > pad, t / (low * (1 - 1e-2 * endless) - pad), np.inf)
    if not endless:  # the last point may be past the end
        shortest = np.where(body.y - body.tolerance > model.end, np.maximum(shortest, t - most), shortest)
    return float(np.nanmax(shortest, initial=0.0)), float(np.nanmin(longest, initial=np.inf))


def _timescales(model: Decay, low: float, high: float) -> list[float]:
    """Return the timescales between two that a plain gamma, a plain rate, the warm-up or a whole number gives."""
    middle, half = (low + high) / 2, (high - low) / 2
    found = [short(middle, half / part)[0] for part in (1, 8)] + [model.warmup, float(round(middle))]
    if model.shape == "exponential":
        first, last = np.exp(-1 / low) if low > 0 else 0.0, np.exp(-1 / high)
        gammas = [short(float(first + last) / 2, float(last - first) / 2 / part)[0] for part in (1, 8)]
        found += [float(-1 / np.log(gamma)) for gamma in gammas if 0 < gamma < 1]
        found += [
            n / -np.log(share) for share in _SHARES for n in whole(-low * np.log(share), -high * np.log(share), 5)
        ]
    else:
        rates = [short((1 / max(low, 1e-9) + 1 / high) / 2, (1 / max(low, 1e-9) - 1 / high) / 2)[0]]
        found += [1 / rate for rate in rates if rate > 0]
    return [one for one in dict.fromkeys([*found, middle]) if low <= one <= high and one > 0]


_SHARES = (0.5, 0.1, 0.01, 0.02, 0.9, 0.96)
"""What a decay by a share over so many steps often has for its share."""


def guesses(points: Points, top: Top, nearest: Decay, most: float) -> Iterator[tuple[Decay, list[float]]]:
    """Yield the schedules near one, each without its length, and the lengths that it may have.

    Args:
        points: Some points of the run, its first and last among them.
        top: Its highest points.
        nearest: What is nearest if no step was missed.
        most: How many steps may have been missed.
    """
    body = points.part(slice(top.last + 1, None))
    if not len(body):
        return
    for peak in peaks(points, top, nearest):
        for rise in rises(points, top, nearest, peak):
            rising = replace(nearest, offset=0.0, peak=peak, warmup=rise.warmup, start=rise.start)
            if top.first and not _may_rise(rising, points.part(slice(0, top.first)), most):
                continue
            for end, begin in product(ends(points, nearest, peak), _begins(nearest, rise.warmup)):
                model = replace(rising, end=end, begin=begin)
                some = lengths(model, body, most)
                if some:
                    yield model, some


def _may_rise(model: Decay, rising: Points, most: float) -> bool:
    """Return whether a warm-up may be at the lr of each rising point, after so many missed steps or fewer."""
    risen = replace(model, shape="flat")
    late, early = risen.lr(rising.x - most) - rising.tolerance, risen.lr(rising.x) + rising.tolerance
    return bool(((late <= rising.y) & (rising.y <= early)).all())


def _begins(nearest: Decay, warmup: float) -> list[float]:
    """Return when the decay may begin: after the warm-up, with it, or after a time at the peak."""
    begins = [warmup, warmup + 1, warmup - 1, 0.0] if warmup else [0.0]
    if nearest.begin > nearest.warmup + 1:
        middle = round(nearest.begin)
        held = sorted(range(-8, 9), key=lambda by: ((middle + by) % 10 > 0, abs(by)))
        begins += [float(middle + by) for by in held]
    return begins
