"""The sum of a curve: of all its points, or of its first ones and one in each of very many equal stretches."""

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
"""Up to so many points are added up one by one."""

FIRST = 1 << 18
"""Of more, so many are added up first: a decay may be over by then."""

SAMPLES = 1 << 18
"""Of the rest, one point is looked at in each of so many stretches."""

_GOLDEN = (math.sqrt(5) - 1) / 2


def total(spec: Spec, run: Run) -> float:
    """Return the sum of the lr over all points of the run.

    Up to EXACT points are added up; of more, the FIRST ones are, and SAMPLES stand for the rest.
    """
    if run.points <= EXACT:
        return sum(float(lr.sum()) for _, lr in engine.blocks(spec, run))
    first = _added(spec, run, np.arange(FIRST, dtype=np.float64))
    stretch = (run.points - FIRST) / SAMPLES
    return first + stretch * _added(spec, run, FIRST + _places(np.arange(SAMPLES, dtype=np.float64)) * stretch)


def _places(number: Array) -> Array:
    """Return a place in each stretch of length 1: another in each, so that no period of the curve meets them.

    It is the fractional part of the stretch's number times the golden ratio.
    """
    return number + number * _GOLDEN % 1


def _added(spec: Spec, run: Run, t: Array) -> float:
    """Return the sum of the lr at some points, rounded down to whole ones."""
    return float(engine.at(spec, run, np.floor(t)).sum())
