"""Every decay that agrees with a log: lengths in whole numbers, and peak, end and start as plain as they can be."""

from __future__ import annotations

import math
from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.logs.decimals import RATIOS, near, short, whole
from lrcli.logs.fit import Form, basis, best_length, solve_at
from lrcli.logs.models import Decay
from lrcli.logs.peaks import with_plain_peak
from lrcli.logs.shapes import ENDLESS, POWERS, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.logs.fit import Best, Solved
    from lrcli.logs.points import Points
    from lrcli.logs.top import Setup
    from lrcli.numeric import Array

SHAPES: tuple[tuple[Shape, float], ...] = (
    ("linear", 1.0),
    ("cosine", 1.0),
    ("1-sqrt", 1.0),
    ("exponential", 1.0),
    ("inverse-sqrt", 1.0),
    ("inverse-time", 1.0),
    ("inverse-power", 0.51),
    *(("power", power) for power in POWERS),
    ("rex", 1.0),
    ("cosine-line", 1.0),
    ("half-cosine", 1.0),
    ("log", 1.0),
    ("tanh", 1.0),
)
_CLOSE = 1e4
"""So many tolerances off, a candidate for whole floats may still be right once its numbers are plain."""


Kind = tuple[Shape, float, bool]
"""The shape of a decay, its power, and whether it begins later than the run."""


class Found(NamedTuple):
    """What agrees.

    Attributes:
        plain: With plain numbers.
        raw: With the numbers that least squares gives: how far the log leaves them open.
        near: What came nearest of each kind: its error as a share of the peak, and what it was.
    """

    plain: list[Decay]
    raw: list[Decay]
    near: dict[Kind, tuple[float, Decay]]

    @property
    def nearest(self) -> tuple[float, Decay] | None:
        """What came nearest of all."""
        return min(self.near.values(), key=_share, default=None)

    def with_(self, other: Found) -> Found:
        """Return what agrees of both."""
        near = dict(self.near)
        for form, one in other.near.items():
            near[form] = min(one, near.get(form, one), key=_share)
        return Found([*self.plain, *other.plain], [*self.raw, *other.raw], near)


def _share(near: tuple[float, Decay]) -> float:
    return near[0]


def decays(points: Points, setups: list[Setup], ends: tuple[float, ...], forms: list[Form] | None = None) -> Found:
    """Return the decays that agree with points.

    Args:
        points: Of one run.
        setups: Ways to read its beginning.
        ends: When the log says that the run ends, if it says so.
        forms: The shapes that it may have, if that is known.
    """
    sample = points.sample(*(setup.top for setup in setups[:1]))
    found = Found([], [], {})
    for form in likely(sample, setups) if forms is None else forms:
        useful = 0
        for setup in setups:
            if useful >= _SETUPS or len(found.plain) > _MANY or (form.shape in ENDLESS and setup.needs_end):
                break
            some = _of_setup(points, sample, form, setup, ends)
            found = found.with_(some)
            useful += bool(some.plain or some.raw)
            if points.whole and any(map(_as_chosen, some.plain)):  # nothing else can agree with so many digits
                return found
    return found


def _as_chosen(model: Decay) -> bool:
    """Return whether the numbers look as if people had chosen them: a short peak, and an end that goes with it."""
    share = model.end / model.peak
    usual = share == 0 or any(abs(share / one - 1) < 1e-9 for one in RATIOS)
    short_end = usual or short(model.end, model.end * 1e-9)[1] <= 2
    return short_end and short(model.peak, model.peak * 1e-9)[1] <= 3


_SETUPS = 3
"""So many ways to read a beginning are enough where each of them leads to a decay that agrees."""


_MANY = 1000
"""So many decays that agree with a run are enough: it says too little to tell them apart."""


def likely(sample: Points, setups: list[Setup]) -> list[Form]:
    """Return the shapes that the points past the top may have, the nearest first."""
    if not setups:
        return []
    setup = setups[0]
    body = sample.part(sample.x > setup.peak_at)
    if len(body) < 2:
        return []
    begin = np.array([setup.peak_at])
    nearest = []
    for shape, power in SHAPES:
        form = Form(shape, power, free_end=True)
        shortest = np.zeros(1) if shape in ENDLESS else np.maximum(setup.fallen - begin, 0.0)
        best = best_length(form, body, 0.0, np.zeros(1), begin, shortest)
        nearest.append((float(best.solved.error[0] * np.median(body.tolerance) / sample.peak), form))
    nearest.sort(key=lambda one: one[0])
    limit = 4 * nearest[0][0] + float(np.median(sample.tolerance)) / sample.peak + 1e-4
    return [form for share, form in nearest if share <= max(limit, 2e-3)][:_SHAPES]


_SHAPES = 4


def _of_setup(points: Points, sample: Points, form: Form, setup: Setup, ends: tuple[float, ...]) -> Found:
    found = Found([], [], {})
    for variant in _variants(form._replace(ramp=setup.ramp, free_start=setup.free_start)):
        found = found.with_(_of_form(points, sample, variant, setup, ends))
        if found.plain and (points.whole or form.shape in ENDLESS):
            break
    return found


def _variants(form: Form) -> Iterator[Form]:
    """Yield the form with an end of 0, and with a free one."""
    yield form._replace(free_end=False)
    if form.free_end:
        yield form


def _best(form: Form, sample: Points, setup: Setup, where: slice) -> Best:
    warmup, begin = setup.warmup[where], setup.begin[where]
    shortest = np.zeros(len(begin)) if form.shape in ENDLESS else np.maximum(setup.fallen - setup.offset - begin, 0.0)
    return best_length(form, sample, setup.offset, warmup, begin, shortest)


_SURELY = 0.5
"""With so small an error, in tolerances, a warm-up of whole steps needs no tenths."""
_INEXACT = 1e-3
"""Whole floats that are off by a smaller share than this may have a warm-up of so many steps and a few tenths."""


def _refined(form: Form, sample: Points, setup: Setup, best: Best) -> Best:
    """Return the best of all warm-ups about the best of those tried: whole ones, and then tenths of a step."""
    apart = int(np.ceil(np.ptp(setup.warmup) / len(setup.warmup)))
    far = _share_of(sample, best) > 2 * apart / max(float(best.warmup[0]), 1.0) + _INEXACT
    enough = _SURELY if form.ramp == "cosine" else 1.0
    if not setup.warmup[0] or best.solved.error[0] <= enough or far:
        return best
    if apart > 1:
        best = _about(form, sample, setup, best, np.arange(-apart, apart + 1, dtype=np.float64))
    tenths = sample.whole or form.ramp == "cosine"
    if tenths and best.solved.error[0] > enough and _share_of(sample, best) < _INEXACT:
        best = _about(form, sample, setup, best, np.arange(-10, 11) / 10)
    return best


def _share_of(sample: Points, best: Best) -> float:
    """Return the error of the best candidate as a share of the peak."""
    return float(best.solved.error[0] * np.median(sample.tolerance) / sample.peak)


def _about(form: Form, sample: Points, setup: Setup, best: Best, by: Array) -> Best:
    """Return the best of the warm-ups that differ from the best by so much, if it is better."""
    warmup = np.round(best.warmup[0] + by, 1)
    warmup = warmup[warmup > 0]
    begin = best.begin[0] + (warmup - best.warmup[0]) * float(best.begin[0] > 0)
    refined = _best(form, sample, setup._replace(warmup=warmup, begin=begin), slice(None))
    return refined if refined.solved.error[0] < best.solved.error[0] else best


def _near(sample: Points, form: Form, setup: Setup, best: Best) -> dict[Kind, tuple[float, Decay]]:
    """Return the best candidate and its error as a share of the peak, unless it ends below 0."""
    share = _share_of(sample, best)
    peak, end, start = best.solved.numbers[0].tolist()
    if end < -_BELOW * peak or start < -_BELOW * peak:
        return {}
    model = _model(form, setup.offset, (best.warmup, best.begin, best.length), 0, peak, end, start)
    return {(form.shape, form.power, model.begin > 0): (share, model)}


_BELOW = 0.01


def _of_form(points: Points, sample: Points, form: Form, setup: Setup, ends: tuple[float, ...]) -> Found:
    best = _refined(form, sample, setup, _best(form, sample, setup, slice(None)))
    found = Found([], [], _near(sample, form, setup, best))
    limit = _CLOSE * 1e3 if points.whole else 3.0
    for row in range(int((best.solved.error <= limit).sum())):
        warmup, begin = float(best.warmup[row]), float(best.begin[row])
        lengths = _lengths(form, sample, setup.offset, warmup, begin, float(best.length[row]), ends)
        times = np.full(len(lengths), warmup), np.full(len(lengths), begin), lengths
        solved = solve_at(form, sample, setup.offset, *times)
        found.plain.extend(plain_ones(points, sample, form, setup.offset, times, solved))
        found.raw.extend(_raw(points, form, setup.offset, times, solved))
        if points.whole and any(map(_as_chosen, found.plain)):
            break
    return found


_NEARBY = np.concatenate([-np.geomspace(1e-7, 0.9, 32)[::-1], [0.0], np.geomspace(1e-7, 12.0, 44)])


def _lengths(
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


def _raw(points: Points, form: Form, offset: float, times: tuple[Array, ...], solved: Solved) -> Iterator[Decay]:
    """Yield what agrees just so, for points that leave something open."""
    if points.whole:
        return
    for row in np.flatnonzero(solved.error <= 1.1).tolist():
        peak, end, start = solved.numbers[row].tolist()
        if end >= -1e-9 * peak and peak > 0:
            yield _model(form, offset, times, row, peak, max(end, 0.0), start)


def _model(
    form: Form, offset: float, times: tuple[Array, ...], row: int, peak: float, end: float, start: float
) -> Decay:
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
    limit = _CLOSE if points.whole else 1.6
    found = []
    for row in np.argsort(solved.error)[:24].tolist():
        if solved.error[row] > limit or solved.numbers[row, 0] <= 0:
            break
        columns = basis(
            form, np.maximum(sample.x - offset, 0.0)[None, :], *(one[row : row + 1, None] for one in times)
        )[0]
        for peak, end, start in islice(_numbers(form, sample, columns, solved, row, float(times[0][row])), _TRIED):
            model = _model(form, offset, times, row, peak, end, start)
            fitting = _fitting(points, sample, model)
            if fitting is not None:
                found.append(fitting)
                if points.whole:
                    break
                if len(found) > _MANY:
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


def flat(points: Points, setups: list[Setup]) -> list[Decay]:
    """Return the warm-ups to a constant lr that agree with points."""
    sample = points.sample(*(setup.top for setup in setups[:1]))
    found: list[Decay] = []
    for setup in setups:
        form = Form("flat", 1.0, setup.ramp, free_start=setup.free_start)
        times = setup.warmup, setup.warmup, np.ones(len(setup.warmup))
        solved = solve_at(form, sample, setup.offset, *times)
        found += plain_ones(points, sample, form, setup.offset, times, solved)
    return found
