"""The times at which a drawing must look at a curve: where it jumps or turns. Between two it only rises or falls.

numpy is loaded when they are asked for: a schedule that is only described has none to tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lrcli.numeric import Array


def multiples(period: float, edges: Array, offset: float = 0.0) -> Array:
    """Return the times offset + k·period, k ≥ 0, that a drawing must look at.

    Where a column, from one edge to the next, holds more than 16 of them, only its first and last eight are
    returned: what lies between repeats them, and the envelope of the column is theirs. Eight, because a period that
    is not a whole number of points meets the points at another phase each time.
    """
    import numpy as np

    return offset + period * nearby(np.ceil((edges - offset) / period))


def nearby(numbers: Array) -> Array:
    """Return the whole numbers ≥ 0 within eight of any of these whole numbers, each once."""
    import numpy as np

    around = np.concatenate([numbers + i for i in range(-8, 8)])
    result: Array = np.unique(around[around >= 0])
    return result


def subdivided(edges: Array, pieces: int) -> Array:
    """Return each stretch between two edges cut into so many pieces."""
    import numpy as np

    places = np.arange((len(edges) - 1) * pieces + 1) / pieces
    result: Array = np.interp(places, np.arange(len(edges)), edges)
    return result


def joined(*times: Array) -> Array:
    """Return several arrays of times as one."""
    import numpy as np

    return np.concatenate(times)


def marks(*times: float) -> Array:
    """Return single times that a drawing must look at, as an array."""
    import numpy as np

    return np.array(times, dtype=float)
