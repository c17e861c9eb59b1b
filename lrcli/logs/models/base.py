"""What every schedule that a log may show has: the lr at any time, and what it costs to say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from lrcli.logs.decimals import RATIOS, bits_of, bits_of_whole

if TYPE_CHECKING:
    from lrcli.numeric import Array


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """A schedule on a log's clock.

    Attributes:
        offset: What the log's clock is ahead of the scheduler's: t = x - offset.
        peak: The highest lr.
        end: The lr at which it ends.
    """

    offset: float = 0.0
    peak: float = 0.0
    end: float = 0.0

    def lr(self, x: Array) -> Array:
        """Return the lr at points of the log."""
        raise NotImplementedError

    def bits(self) -> float:
        """Return what it costs to say."""
        known = {0.0: 0.0, 1.0: 1.0, -1.0: 3.0, 2.0: 4.0}
        ratio = min(abs(self.end / self.peak / share - 1) for share in RATIOS) if self.peak and self.end else 1.0
        end = 4.0 if ratio < 1e-9 else 3.0 * (self.end != 0) + bits_of(self.end)
        return bits_of(self.peak) + end + known.get(self.offset, 6.0 + bits_of_whole(self.offset))

    @property
    def last(self) -> float:
        """When it has reached its end, on the log's clock; infinity if it has none."""
        return np.inf

    def later(self, offset: float) -> Self:
        """Return the same with another offset."""
        return replace(self, offset=offset)
