"""A curve as a log shows it: now and then, rounded, late, cut off, and with steps that the scheduler missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.logs.points import Points
from lrcli.logs.precision import precision_of

if TYPE_CHECKING:
    from random import Random

    from lrcli.numeric import Array

PRECISIONS = ("float64", "float32", "4 digits", "5 decimals")
INTERVALS = ("every step", "every 10th", "every epoch")
PER_EPOCH = 37
"""Steps in an epoch of the logs that have a row for each."""


class Written(NamedTuple):
    """A log of a known curve.

    Attributes:
        points: What it shows.
        offset: What its clock is ahead of the scheduler's, at each point.
        every: Steps between two points.
        missed: How many steps the scheduler missed.
        precision: How its numbers are printed.
    """

    points: Points
    offset: Array
    every: int
    missed: int
    precision: str


def printed(lr: Array, precision: str) -> list[str]:
    """Return the numbers as a log of this precision has them."""
    if precision == "float64":
        return [repr(float(one)) for one in lr]
    if precision == "float32":
        return [repr(float(np.float32(one))) for one in lr]
    return [f"{one:.3e}" if precision == "4 digits" else f"{one:.5f}" for one in lr]


def written(curve: Array, precision: str, interval: str, rng: Random, *, misses: bool) -> Written:
    """Return a log of a curve, its offset, its cut and its missed steps drawn at random."""
    every = {"every step": 1, "every 10th": 10, "every epoch": PER_EPOCH}[interval] if len(curve) > 1000 else 1
    offset = rng.choice((0, 1))
    first = offset if every == 1 else every
    x = np.arange(first, len(curve) + offset, every, dtype=np.float64)
    x = x[: max(3, round(len(x) * rng.choice((1.0, 1.0, 1.0, 0.85, 0.6))))]
    lost = np.zeros(len(x))
    count = min(rng.randint(1, 5), len(x) // 8) if misses else 0
    for at in rng.sample(range(1, len(x)), count):  # no two between the same points: no step is missed twice
        lost[at:] += 1
    t = np.maximum(x - offset - lost, 0)
    texts = printed(curve[t.astype(np.int64)], precision)
    points = Points.of(x, np.array([float(text) for text in texts]), precision_of(texts))
    return Written(points, offset + lost, every, int(lost[-1]), precision)
