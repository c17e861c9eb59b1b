"""The lengths that a decay may have: whole numbers, those of a plain share of the peak, and plain timescales."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lrcli.logs.decimals import RATIOS, short, whole
from lrcli.logs.fit import solve_at
from lrcli.logs.shapes import ENDLESS

if TYPE_CHECKING:
    from lrcli.logs.fit import Form
    from lrcli.logs.points import Points
    from lrcli.logs.shapes import Shape
    from lrcli.numeric import Array

_NEARBY = np.concatenate([-np.geomspace(1e-7, 0.9, 32)[::-1], [0.0], np.geomspace(1e-7, 12.0, 44)])


def lengths(
    form: Form, sample: Points, offset: float, warmup: float, begin: float, best: float, ends: tuple[float, ...]
) -> Array:
    """Return the lengths worth trying about the best: whole numbers, as many as the points leave open."""
    if form.shape in ENDLESS:
        return _timescales(form, sample, best, warmup, begin)
    if form.shape in SELF_SIMILAR:
        return _open_end(form, sample, offset, warmup, begin, best, ends)
    low = high = best
    if not sample.whole:
        around = best * (1 + _NEARBY)
        rows = len(around)
        solved = solve_at(form, sample, offset, np.full(rows, warmup), np.full(rows, begin), around)
        fits = np.flatnonzero(solved.error <= 1.3)
        low, high = (float(around[fits[0]]), float(around[fits[-1]])) if len(fits) else (best, best)
    stated = tuple(end + by for end in ends for by in (0.0, -offset, 1.0 - offset))
    slack = 1.01 if sample.whole else 2.0
    found = whole(low - slack + begin, high + slack + begin, 40, stated)
    return np.array([end - begin for end in found if end > begin], dtype=np.float64)


SELF_SIMILAR = frozenset({"linear", "1-sqrt", "log"})
"""Shapes of which a part looks like the whole, towards another end."""


_LOG_OF_LONGEST = 34.0


def _lengthened(shape: Shape, length: float, way: float) -> float:
    """Return how long a decay is that is as fast but so many times as far."""
    if shape == "log":
        return math.expm1(min(way * math.log1p(length), _LOG_OF_LONGEST))
    return length * (way * way if shape == "1-sqrt" else way)


def _open_end(
    form: Form, sample: Points, offset: float, warmup: float, begin: float, best: float, ends: tuple[float, ...]
) -> Array:
    """Return the lengths after which a line is at a plain share of its peak: its end is open while it falls."""
    cold = sample.part(np.maximum(sample.x - offset, 0.0) >= max(warmup, begin))
    if len(cold) < 2:
        return np.array([round(best)])
    one, free = np.ones(1), form._replace(free_end=True, free_start=False)
    solved = solve_at(free, cold, offset, 0 * one, begin * one, best * one)
    peak, end, _ = solved.numbers[0].tolist()
    if peak <= end:
        return np.array([round(best)])
    whole_way = _lengthened(form.shape, best, peak / (peak - end))
    slack = 1e-5 if sample.whole else float(solved.deviation[0, 0]) * 4 / peak + 1e-4
    shares = (0.0, *RATIOS) if form.free_end else (0.0,)
    found = [whole_way] if sample.whole else []
    for share in shares:
        length = _lengthened(form.shape, whole_way, 1 - share)
        near_by = slack * length + 0.02
        found += [
            one for one in whole(length - near_by, length + near_by, 12, tuple(e - begin for e in ends)) if one > 0
        ]
    return np.array([*found, float(round(best))])


def _timescales(form: Form, sample: Points, best: float, warmup: float, begin: float) -> Array:
    """Return the lengths that plain numbers give: a gamma, a rate, the warm-up itself, or a whole number."""
    found = [best, round(best), short(best, best * 1e-6)[0], short(best, best * 1e-3)[0]]
    if form.shape == "exponential":
        body = sample.part((sample.x > begin + 2) & (sample.y > 0))
        if sample.whole and len(body) > 2 and body.y[-1] < body.y[0]:  # to its last digit
            found.append(float((body.x[-1] - body.x[0]) / np.log(body.y[0] / body.y[-1])))
        gamma = float(np.exp(-1 / best))
        gammas = [short(gamma, (1 - gamma) * by)[0] for by in (1e-2, 1e-4, 1e-7)]
        found += [float(-1 / np.log(one)) for one in gammas if 0 < one < 1]
    else:
        rates = [short(1 / best, by / best)[0] for by in (1e-2, 1e-4, 1e-6)]
        found += [1 / rate for rate in rates] + [warmup, begin, warmup + 1]
    unique = np.unique([length for length in found if length > 0])
    return unique if sample.whole else unique[np.abs(unique / best - 1) < 0.2]
