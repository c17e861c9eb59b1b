"""A curve through noisy points: robust local lines (LOESS, Cleveland 1979), over an axis in decades."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lrcli.numeric import Array

HALF_WIDTH = 0.15
"""Points count up to this far away, in decades; where there are fewer than FEWEST, up to the farthest of these."""
FEWEST = 5
_ROUNDS = 2


def loess(x: Array, y: Array, at: Array) -> Array:
    """Return the curve's values.

    A line is fitted around each place by least squares, with tricube weights of the distance; in two rounds, points far
    from the curve then lose weight (bisquare).

    Args:
        x: Where the points are, in decades.
        y: Their values.
        at: Where to give the curve.
    """
    trust = np.ones_like(x)
    for _ in range(_ROUNDS):
        apart = np.abs(y - _lines(x, y, x, trust))
        spread = 1.4826 * np.median(apart) + 1e-12
        trust = (1 - np.clip(apart / (6 * spread), 0, 1) ** 2) ** 2 + 1e-6
    return _lines(x, y, at, trust)


def _lines(x: Array, y: Array, at: Array, trust: Array) -> Array:
    """Return, at each place, the value of the line fitted around it."""
    weights = _tricube(np.abs(at[:, None] - x) / HALF_WIDTH) * trust
    total = weights.sum(axis=1)
    mean_x, mean_y = (weights * x).sum(axis=1) / total, (weights * y).sum(axis=1) / total
    off = x - mean_x[:, None]
    width = (weights * off**2).sum(axis=1)
    tilt = (weights * off * (y - mean_y[:, None])).sum(axis=1)
    slope = np.where(width > 1e-12, tilt / np.maximum(width, 1e-12), 0)
    values: Array = mean_y + slope * (at - mean_x)
    return values


def _tricube(distance: Array) -> Array:
    """Return the weights of distances in half-widths, widened where too few points are within one."""
    nth = min(FEWEST - 1, distance.shape[1] - 1)
    farthest = np.partition(distance, nth, axis=1)[:, nth]
    distance = distance / np.maximum(farthest * 1.01, 1)[:, None]
    weights: Array = np.where(distance < 1, (1 - np.minimum(distance, 1) ** 3) ** 3, 0)
    return weights
