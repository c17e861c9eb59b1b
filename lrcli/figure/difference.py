"""The largest difference of two curves, and where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import engine

if TYPE_CHECKING:
    from lrcli.figure.series import Series
    from lrcli.numeric import Array

_COLUMNS = 1024
_ROUNDS = 4
"""How often a long run is searched again, closer, around the largest difference found."""
_NEAREST = 1e-14


class Difference(NamedTuple):
    """The largest difference of two curves over the time that both have.

    Attributes:
        value: |a − b|.
        share: The difference as a share of the first curve's peak.
        x: Where on the horizontal axis it is.
        exact: Every point was compared; if not, those at which the curves jump or turn, and points between.
    """

    value: float
    share: float
    x: float
    exact: bool


def difference(first: Series, second: Series) -> Difference:
    """Return the largest difference of two curves, the earliest where there are several."""
    begin, end = max(first.span[0], second.span[0]), min(first.span[1], second.span[1])
    exact = max(one.source.end for one in (first, second)) <= engine.EXACT
    x = _looked(first, second, begin, end)
    apart, peak = _apart(first, second, x), float(np.max(_values(first, x)))
    best = int(np.argmax(apart))
    value, place = float(apart[best]), float(x[best])
    for _ in range(0 if exact else _ROUNDS):
        x = _looked(first, second, float(x[max(best - 1, 0)]), float(x[min(best + 1, x.size - 1)]))
        apart = _apart(first, second, x)
        best = int(np.argmax(apart))
        if apart[best] > value:
            value, place = float(apart[best]), float(x[best])
    return Difference(value, value / peak if peak > 0 else 0.0, place, exact)


def _looked(first: Series, second: Series, begin: float, end: float) -> Array:
    """Return the places from begin to end at which the curves are compared, ascending."""
    edges = np.linspace(begin, end, _COLUMNS + 1)
    found = [one.source.looked(edges * one.per_x) / one.per_x for one in (first, second)]
    both = np.unique(np.concatenate([*found, edges[:1]]))
    return both[(both >= begin) & (both < end)] if end > begin else edges[:1]


def _values(series: Series, x: Array) -> Array:
    return series.source.points(x * series.per_x * (1 + _NEAREST))


def _apart(first: Series, second: Series, x: Array) -> Array:
    apart: Array = np.abs(_values(first, x) - _values(second, x))
    return apart
