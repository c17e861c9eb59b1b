"""A curve in numbers: its ends, its peak, its mean, and when it falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import engine

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run


class Summary(NamedTuple):
    """What a curve does, in numbers; every `_at` is a t.

    Attributes:
        first: lr at t = 0.
        peak: Highest lr.
        peak_at: When that is first in force.
        final: lr at t = N − 1.
        mean: Mean lr; times N, it is the sum.
        below_half_at: When, after the peak, the lr is first below half of it; None if never.
        below_tenth_at: The same for a tenth.
        drop: Largest fall from one t to the next, as a positive number; 0 if it never falls.
        drop_at: The t at which that lower lr begins; None if it never falls.
    """

    first: float
    peak: float
    peak_at: int
    final: float
    mean: float
    below_half_at: int | None
    below_tenth_at: int | None
    drop: float
    drop_at: int | None


class Ends(NamedTuple):
    """The three numbers that people ask for first."""

    first: float
    peak: float
    peak_at: int
    last: float


def summarize(spec: Spec, run: Run) -> Summary:
    """Return what the curve does over the whole run, exactly: every point is looked at."""
    tops = [(float(lr.max()), int(t[lr.argmax()])) for t, lr in engine.blocks(spec, run)]
    peak, peak_at = max(tops, key=lambda top: (top[0], -top[1]))
    total, half, tenth, before = 0.0, None, None, np.empty(0)
    drop, drop_at = 0.0, None
    for t, lr in engine.blocks(spec, run):
        total += float(lr.sum())
        half = _first_below(peak / 2, t, lr, peak_at) if half is None else half
        tenth = _first_below(peak / 10, t, lr, peak_at) if tenth is None else tenth
        falls = -np.diff(np.concatenate([before, lr]))
        if falls.size and falls.max() > drop:
            drop, drop_at = float(falls.max()), int(t[-1]) - (falls.size - 1 - int(falls.argmax()))
        before = lr[-1:]
    first = float(engine.at(spec, run, np.zeros(1))[0])
    return Summary(first, peak, peak_at, float(before[0]), total / run.points, half, tenth, drop, drop_at)


def _first_below(level: float, t: Array, lr: Array, after: int) -> int | None:
    below = (lr < level) & (t > after)
    return int(t[below.argmax()]) if below.any() else None


def ends(spec: Spec, run: Run) -> Ends:
    """Return the first, the highest and the last lr, in the time that a drawing takes."""
    edges = np.linspace(0, run.points, 129)
    looked = engine.worth_a_look(spec, run, edges, *engine.reach(edges))
    lr = engine.at(spec, run, looked)
    return Ends(float(lr[0]), float(lr.max()), int(looked[lr.argmax()]), float(lr[-1]))
