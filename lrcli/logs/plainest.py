"""Decays with numbers as plain as they can be: the peak, the end and the start that people may have chosen."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING

import numpy as np

from lrcli.logs.decimals import RATIOS, near
from lrcli.logs.fit import basis
from lrcli.logs.models import Decay
from lrcli.logs.peaks import with_plain_peak

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.logs.fit import Form, Solved
    from lrcli.logs.points import Points
    from lrcli.numeric import Array

CLOSE = 1e4
"""So many tolerances off, a candidate for whole floats may still be right once its numbers are plain."""
MANY = 1000
"""After so many decays that agree with a run, no more are tried: its points do not show which one it was."""


def model_of(
    form: Form, offset: float, times: tuple[Array, ...], row: int, peak: float, end: float, start: float
) -> Decay:
    """Return the decay of one row of candidates, with these numbers."""
    warmup, begin, length = (float(one[row]) for one in times)
    return Decay(
        offset=offset, peak=peak, end=end, shape=form.shape, power=form.power, ramp=form.ramp, start=start,
        warmup=warmup, begin=begin, length=length,
    )  # fmt: skip


_TRIED = 40
"""So many of the plain numbers about those of a candidate are tried, the plainest first."""


def plain_ones(
    points: Points, sample: Points, form: Form, offset: float, times: tuple[Array, ...], solved: Solved
) -> list[Decay]:
    """Return the candidates that agree with all points once their numbers are plain."""
    limit = CLOSE if points.whole else 1.6
    found = []
    for row in np.argsort(solved.error)[:24].tolist():
        if solved.error[row] > limit or solved.numbers[row, 0] <= 0:
            break
        columns = basis(
            form, np.maximum(sample.x - offset, 0.0)[None, :], *(one[row : row + 1, None] for one in times)
        )[0]
        for peak, end, start in islice(_numbers(form, sample, columns, solved, row, float(times[0][row])), _TRIED):
            model = model_of(form, offset, times, row, peak, end, start)
            fitting = _fitting(points, sample, model)
            if fitting is not None:
                found.append(fitting)
                if points.whole:
                    break
                if len(found) > MANY:
                    return found
    return found


def _fitting(points: Points, sample: Points, model: Decay) -> Decay | None:
    """Return a model if it agrees with all points, or with the plainest peak with which it does; None if none does."""
    error = sample.error(model)
    if error <= 1 and points.error(model) <= 1:
        return model
    if points.whole or error > 3:
        return None
    best = with_plain_peak(sample, model)
    if best is None or points.error(best) <= 1:
        return best
    return with_plain_peak(points, model)


def _numbers(
    form: Form, sample: Points, columns: Array, solved: Solved, row: int, warmup: float
) -> Iterator[tuple[float, float, float]]:
    """Yield plain peaks, with the plain ends and starts that then are nearest."""
    spread = max(1.0, float(solved.error[row])) * 2
    error = solved.deviation[row] * spread
    peaks = near(float(solved.numbers[row, 0]), float(error[0]) + 1e-10 * sample.peak)
    for peak in (one for one in peaks if one > 0):
        rest = sample.y - peak * columns[0]
        ends, starts = [0.0], [0.0]
        free = [at for at, is_free in ((1, form.free_end), (2, form.free_start)) if is_free]
        if free:
            scaled = (columns[free] / sample.tolerance).T
            guess = dict(
                zip(free, np.linalg.lstsq(scaled, rest / sample.tolerance, rcond=None)[0].tolist(), strict=True)
            )
            ends = _shares(guess.get(1, 0.0), peak, float(error[1])) if 1 in guess else ends
            ahead = (one + (peak - one) / (warmup + 1) for one in (0.0, *(share * peak for share in RATIOS)))
            starts = _shares(guess.get(2, 0.0), peak, float(error[2]), *ahead) if 2 in guess else starts
        for end, start in product(ends, starts):
            if end >= 0 and start >= 0:
                yield peak, end, start


def _shares(value: float, peak: float, error: float, *more: float) -> list[float]:
    """Return the plain shares of the peak, and plain numbers, that an end or a start may be."""
    error = error + 1e-9 * peak
    shares = [share * peak for share in RATIOS if abs(share * peak - value) <= error]
    some = [one for one in more if abs(one - value) <= error]
    return list(dict.fromkeys([*some, *shares, *near(value, error)]))[:5]
