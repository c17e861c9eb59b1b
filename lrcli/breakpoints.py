"""The times at which a curve jumps or changes its form, as data. Between two of them it only rises or only falls.

numpy is loaded when the times are asked for: a schedule that is only described needs none.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lrcli.numeric import Array

_AROUND = 8
"""Of a column with more breakpoints of one kind, the first and the last so many are looked at. What lies between
repeats them, so that the envelope of the column is theirs. Eight, because a period that is not a whole number of points
meets the points at another phase each time."""

_PIECES = 64
"""So many places of a column are looked at where nobody knows the breakpoints."""


class At(msgspec.Struct, frozen=True):
    """Single times."""

    times: tuple[float, ...]

    def shifted(self, by: float) -> At:
        """Return the same, so much later."""
        return At(tuple(time + by for time in self.times))

    def within(self, edges: Array) -> Array:
        """Return the times that a drawing with these columns must look at."""
        import numpy as np

        return np.array(self.times, dtype=float)


class Every(msgspec.Struct, frozen=True):
    """The times offset + k · period, for k = 0, 1, 2, …."""

    period: float
    offset: float = 0.0

    def shifted(self, by: float) -> Every:
        """Return the same, so much later."""
        return msgspec.structs.replace(self, offset=self.offset + by)

    def within(self, edges: Array) -> Array:
        """Return the times that a drawing with these columns must look at."""
        import numpy as np

        return self.offset + self.period * _nearby(np.ceil((edges - self.offset) / self.period))


class Growing(msgspec.Struct, frozen=True):
    """The ends of cycles that are each so many times as long as the one before: offset, offset + first, …."""

    first: float
    ratio: float
    offset: float = 0.0

    def shifted(self, by: float) -> Growing:
        """Return the same, so much later."""
        return msgspec.structs.replace(self, offset=self.offset + by)

    def within(self, edges: Array) -> Array:
        """Return the times that a drawing with these columns must look at."""
        import numpy as np

        done = np.maximum(edges - self.offset, 0.0) / self.first
        cycle = _nearby(np.ceil(np.log(done * (self.ratio - 1) + 1) / math.log(self.ratio)))
        return self.offset + self.first * ((self.ratio**cycle - 1) / (self.ratio - 1))


class Anywhere(msgspec.Struct, frozen=True):
    """Nobody knows where: 64 places of each column are looked at."""

    def shifted(self, by: float) -> Anywhere:
        """Return the same."""
        return self

    def within(self, edges: Array) -> Array:
        """Return the times that a drawing with these columns must look at."""
        return subdivided(edges, _PIECES)


Breakpoint = At | Every | Growing | Anywhere
Breakpoints = tuple[Breakpoint, ...]


def times(breakpoints: Iterable[Breakpoint], edges: Array) -> Array:
    """Return the times that a drawing with columns between these edges must look at."""
    import numpy as np

    single = At(tuple(time for one in breakpoints if isinstance(one, At) for time in one.times)).within(edges)
    others = [one for one in breakpoints if not isinstance(one, At)]
    borders = np.unique(np.concatenate([edges, single])) if others and single.size else edges
    return np.concatenate([single, *(one.within(borders) for one in others)])


def subdivided(edges: Array, pieces: int) -> Array:
    """Return each stretch between two edges cut into so many pieces."""
    import numpy as np

    places = np.arange((len(edges) - 1) * pieces + 1) / pieces
    result: Array = np.interp(places, np.arange(len(edges)), edges)
    return result


def _nearby(numbers: Array) -> Array:
    """Return the whole numbers ≥ 0 within eight of any of these whole numbers, each once."""
    import numpy as np

    around = np.concatenate([numbers + i for i in range(-_AROUND, _AROUND)])
    result: Array = np.unique(around[around >= 0])
    return result
