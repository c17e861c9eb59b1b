"""The sum of a curve: of all its points, or of one point in each of very many equal stretches of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lrcli import engine

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.run import Run

EXACT = 1 << 22
"""Up to so many points are added up one by one."""

SAMPLES = 1 << 20
"""Of more, one point is looked at in each of so many stretches."""

_GOLDEN = (math.sqrt(5) - 1) / 2


def total(spec: Spec, run: Run) -> float:
    """Return the sum of the lr over all points of the run: exactly up to EXACT points, and else by SAMPLES of them."""
    if run.points <= EXACT:
        return sum(float(lr.sum()) for _, lr in engine.blocks(spec, run))
    stretch = run.points / SAMPLES
    return stretch * sum(_samples(spec, run, begin, stretch) for begin in range(0, SAMPLES, engine.BLOCK))


def _samples(spec: Spec, run: Run, begin: int, stretch: float) -> float:
    """Return the sum over one point of each stretch of a block, at another place in each.

    The place is the fractional part of the stretch's number times the golden ratio: no period of the curve meets it.
    """
    number = np.arange(begin, min(begin + engine.BLOCK, SAMPLES), dtype=np.float64)
    t = np.floor((number + number * _GOLDEN % 1) * stretch)
    return float(engine.at(spec, run, t).sum())
