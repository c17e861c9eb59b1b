"""A line that falls, times a warm-up underneath it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lrcli.logs.decimals import bits_of_whole
from lrcli.logs.models.base import Model

if TYPE_CHECKING:
    from lrcli.numeric import Array


@dataclass(frozen=True, kw_only=True, slots=True)
class Scaled(Model):
    """A line that falls, times a warm-up underneath it.

    Attributes:
        length: How long the line is.
        warmup: How long the warm-up is; need not be whole.
        begin: When it begins: the lr of an epoch is that of its last iteration, so that it is between -1 and 0.
        ended: It is over within the log. If not, only peak / warmup is known, and not either.
    """

    length: float = 1.0
    warmup: float = 1.0
    begin: float = -1.0
    ended: bool = True

    def lr(self, x: Array) -> Array:
        """Return (end + (peak - end) (1 - t / length)) min(1, (t - begin) / warmup)."""
        t = np.maximum(x - self.offset, 0.0)
        line = self.end + (self.peak - self.end) * np.maximum(1 - t / self.length, 0.0)
        return np.asarray(line * np.minimum((t - self.begin) / self.warmup, 1.0))

    def bits(self) -> float:
        """Return what it costs to say."""
        return super(Scaled, self).bits() + bits_of_whole(self.length) + 40.0

    @property
    def last(self) -> float:
        """When the line has reached its end, on the log's clock."""
        return self.offset + self.length
