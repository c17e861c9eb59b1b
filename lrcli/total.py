"""The sum of a curve: exact, or for very long runs estimated from samples."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lrcli import engine

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run

EXACT = 1 << 22
"""Up to this many points the sum is exact."""

FIRST = 1 << 18
"""Of longer runs this many first points are added exactly, as a whole decay may be among them."""

SAMPLES = 1 << 18
"""The number of samples from the rest of longer runs, one from each of as many equal intervals."""

_GOLDEN = (math.sqrt(5) - 1) / 2


def total(spec: Spec, run: Run) -> float:
    """Return the sum of the lr over all points of the run.

    Up to EXACT points the sum is exact; beyond it the first FIRST points are exact, and SAMPLES represent the rest.
    """
    if run.points <= EXACT:
        return sum(float(lr.sum()) for _, lr in engine.blocks(spec, run))
    first = _added(spec, run, np.arange(FIRST, dtype=np.float64))
    interval = (run.points - FIRST) / SAMPLES
    return first + interval * _added(spec, run, FIRST + _places(np.arange(SAMPLES, dtype=np.float64)) * interval)


def _places(number: Array) -> Array:
    """Return a place in each interval of length 1, which differs so that it has no common period with the curve.

    It is the fractional part of the interval's number times the golden ratio.
    """
    return number + number * _GOLDEN % 1


def _added(spec: Spec, run: Run, t: Array) -> float:
    """Return the sum of the lr at ⌊t⌋ for each t."""
    return float(engine.at(spec, run, np.floor(t)).sum())
