"""The times at which a curve jumps or changes its form, as data. Between two of them the curve is monotone.

numpy is imported when the times are computed: a schedule that is only described does not need it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lrcli.numeric import Array

_AROUND = 8
"""In a column with more breakpoints of one kind, this number of the first and of the last is evaluated. Those between
repeat them, so the lowest and highest lr are the same. It is more than 1, because a period that is not a whole number
of points has another phase at each repetition."""

_PIECES = 64
"""The number of places in each column that are evaluated if the breakpoints are not known."""


class At(msgspec.Struct, frozen=True):
    """Single times."""

    times: tuple[float, ...]

    def shifted(self, by: float) -> At:
        """Return the same breakpoints, later by a time."""
        return At(tuple(time + by for time in self.times))

    def within(self, edges: Array) -> Array:
        """Return the times that a drawing with columns between these edges must evaluate."""
        import numpy as np

        return np.array(self.times, dtype=float)


class Every(msgspec.Struct, frozen=True):
    """The times offset + k · period, for k = 0, 1, 2, …."""

    period: float
    offset: float = 0.0

    def shifted(self, by: float) -> Every:
        """Return the same breakpoints, later by a time."""
        return msgspec.structs.replace(self, offset=self.offset + by)

    def within(self, edges: Array) -> Array:
        """Return the times that a drawing with columns between these edges must evaluate."""
        import numpy as np

        return self.offset + self.period * _nearby(np.ceil((edges - self.offset) / self.period))


class Growing(msgspec.Struct, frozen=True):
    """The ends of cycles with lengths first · ratio^k: offset, offset + first, offset + first + first · ratio, …."""

    first: float
    ratio: float
    offset: float = 0.0

    def shifted(self, by: float) -> Growing:
        """Return the same breakpoints, later by a time."""
        return msgspec.structs.replace(self, offset=self.offset + by)

    def within(self, edges: Array) -> Array:
        """Return the times that a drawing with columns between these edges must evaluate."""
        import numpy as np

        done = np.maximum(edges - self.offset, 0.0) / self.first
        cycle = _nearby(np.ceil(np.log(done * (self.ratio - 1) + 1) / math.log(self.ratio)))
        return self.offset + self.first * ((self.ratio**cycle - 1) / (self.ratio - 1))


class Anywhere(msgspec.Struct, frozen=True):
    """Unknown breakpoints: 64 places in each column are evaluated."""

    def shifted(self, by: float) -> Anywhere:
        """Return the same breakpoints."""
        return self

    def within(self, edges: Array) -> Array:
        """Return the times that a drawing with columns between these edges must evaluate."""
        return subdivided(edges, _PIECES)


Breakpoint = At | Every | Growing | Anywhere
Breakpoints = tuple[Breakpoint, ...]


def times(breakpoints: Iterable[Breakpoint], edges: Array) -> Array:
    """Return the times that a drawing with columns between these edges must evaluate."""
    import numpy as np

    single = At(tuple(time for one in breakpoints if isinstance(one, At) for time in one.times)).within(edges)
    others = [one for one in breakpoints if not isinstance(one, At)]
    all_edges = np.unique(np.concatenate([edges, single])) if others and single.size else edges
    return np.concatenate([single, *(one.within(all_edges) for one in others)])


def subdivided(edges: Array, pieces: int) -> Array:
    """Return the edges with each column between two of them divided into a number of equal pieces."""
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
