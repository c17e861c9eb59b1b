"""The times at which a drawing must look at a curve: where it jumps or turns. Between two it only rises or falls.

numpy is loaded when they are asked for: a schedule that is only described has none to tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lrcli.numeric import Array


def _numpy() -> Any:  # noqa: ANN401 - a module has no narrower type
    import numpy as np

    return np


def multiples(period: float, edges: Array, offset: float = 0.0) -> Array:
    """Return the times offset + k·period, k ≥ 0, that a drawing must look at.

    Where a column, from one edge to the next, holds more than 16 of them, only its first and last eight are
    returned: what lies between repeats them, and the envelope of the column is theirs. Eight, because a period that
    is not a whole number of points meets the points at another phase each time.
    """
    return offset + period * nearby(_numpy().ceil((edges - offset) / period))


def nearby(numbers: Array) -> Array:
    """Return the whole numbers ≥ 0 within eight of any of these whole numbers, each once."""
    np = _numpy()
    around = np.concatenate([numbers + i for i in range(-8, 8)])
    result: Array = np.unique(around[around >= 0])
    return result


def subdivided(edges: Array, pieces: int) -> Array:
    """Return each stretch between two edges cut into so many pieces."""
    np = _numpy()
    places = np.arange((len(edges) - 1) * pieces + 1) / pieces
    result: Array = np.interp(places, np.arange(len(edges)), edges)
    return result


def joined(*times: Array) -> Array:
    """Return several arrays of times as one."""
    result: Array = _numpy().concatenate(times)
    return result


def marks(*times: float) -> Array:
    """Return single times that a drawing must look at, as an array."""
    return _numpy().array(times, dtype=float)  # type: ignore[no-any-return]
