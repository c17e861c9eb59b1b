"""Every decay that agrees with a log: lengths in whole numbers, and peak, end and start as plain as they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lrcli.logs.decimals import RATIOS, short
from lrcli.logs.fit import Form, best_length, solve_at
from lrcli.logs.found import Found
from lrcli.logs.lengths import lengths
from lrcli.logs.plainest import CLOSE, MANY, model_of, plain_ones
from lrcli.logs.shapes import ENDLESS, POWERS, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.logs.fit import Best, Solved
    from lrcli.logs.found import Kind
    from lrcli.logs.models import Decay
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
"""Shapes that are looked for, and their powers."""


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
            if useful >= _SETUPS or len(found.plain) > MANY or (form.shape in ENDLESS and setup.needs_end):
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
    model = model_of(form, setup.offset, (best.warmup, best.begin, best.length), 0, peak, end, start)
    return {(form.shape, form.power, model.begin > 0): (share, model)}


_BELOW = 0.01


def _of_form(points: Points, sample: Points, form: Form, setup: Setup, ends: tuple[float, ...]) -> Found:
    best = _refined(form, sample, setup, _best(form, sample, setup, slice(None)))
    found = Found([], [], _near(sample, form, setup, best))
    limit = CLOSE * 1e3 if points.whole else 3.0
    for row in range(int((best.solved.error <= limit).sum())):
        warmup, begin = float(best.warmup[row]), float(best.begin[row])
        some = lengths(form, sample, setup.offset, warmup, begin, float(best.length[row]), ends)
        times = np.full(len(some), warmup), np.full(len(some), begin), some
        solved = solve_at(form, sample, setup.offset, *times)
        found.plain.extend(plain_ones(points, sample, form, setup.offset, times, solved))
        found.raw.extend(_raw(points, form, setup.offset, times, solved))
        if points.whole and any(map(_as_chosen, found.plain)):
            break
    return found


def _raw(points: Points, form: Form, offset: float, times: tuple[Array, ...], solved: Solved) -> Iterator[Decay]:
    """Yield what agrees just so, for points that leave something open."""
    if points.whole:
        return
    for row in np.flatnonzero(solved.error <= 1.1).tolist():
        peak, end, start = solved.numbers[row].tolist()
        if end >= -1e-9 * peak and peak > 0:
            yield model_of(form, offset, times, row, peak, max(end, 0.0), start)


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
