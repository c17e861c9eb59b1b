"""A warm-up, and levels: an lr that changes at single points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lrcli.logs.decimals import bits_of, bits_of_whole
from lrcli.logs.models.base import Model

if TYPE_CHECKING:
    from lrcli.numeric import Array


@dataclass(frozen=True, kw_only=True, slots=True)
class Levels(Model):
    """A warm-up, and levels.

    Attributes:
        at: When each level but the first begins.
        levels: The lr of each.
        gamma: The common factor, if there is one.
        every: The common distance, if there is one.
        within: Between which points of the log each change was.
        start: The lr at which the warm-up begins.
        warmup: How long it rises.
    """

    at: tuple[float, ...] = ()
    levels: tuple[float, ...] = (0.0,)
    gamma: float | None = None
    every: float | None = None
    within: tuple[tuple[float, float], ...] = ()
    start: float = 0.0
    warmup: float = 0.0

    def lr(self, x: Array) -> Array:
        """Return the level that each point is in."""
        t = np.maximum(x - self.offset, 0.0)
        y = np.asarray(self.levels)[np.searchsorted(np.asarray(self.at), t, side="right")]
        if not self.warmup:
            return np.asarray(y)
        return np.where(t < self.warmup, self.start + (self.levels[0] - self.start) * t / self.warmup, y)

    def bits(self) -> float:
        """Return what it costs to say."""
        times = [self.every] if self.every else self.at
        factors = bits_of(self.gamma) if self.gamma else sum(map(bits_of, self.levels[1:]))
        warm = bits_of_whole(self.warmup) + 3.0 * (self.start != 0) + bits_of(self.start) if self.warmup else 0.0
        return super(Levels, self).bits() + sum(map(bits_of_whole, times)) + factors + warm
