"""What comes again: a wave, restarts, or straight lines up and down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from lrcli.logs.decimals import bits_of, bits_of_whole
from lrcli.logs.models.base import Model

if TYPE_CHECKING:
    from lrcli.numeric import Array


@dataclass(frozen=True, kw_only=True, slots=True)
class Cycle(Model):
    """A warm-up, and what comes again: a wave, restarts, or straight lines up and down.

    Attributes:
        kind: Which.
        length: Of half a wave, of the first cycle, or of the way up.
        down: Of the way down, for lines.
        factor: By which each cycle is longer than the one before it.
        start: The lr at which the warm-up begins.
        warmup: How long it rises.
    """

    kind: Literal["wave", "restarts", "lines"] = "wave"
    length: float = 1.0
    down: float = 0.0
    factor: float = 1.0
    start: float = 0.0
    warmup: float = 0.0

    def lr(self, x: Array) -> Array:
        """Return the lr at points of the log."""
        t = np.maximum(x - self.offset, 0.0)
        y = self.end + (self.peak - self.end) * self._share(np.maximum(t - self.warmup, 0.0))
        if not self.warmup:
            return np.asarray(y)
        return np.where(t < self.warmup, self.start + (self.peak - self.start) * t / self.warmup, y)

    def _share(self, t: Array) -> Array:
        if self.kind == "lines":
            place = np.mod(t, self.length + self.down)
            return np.where(place < self.length, place / self.length, 1 - (place - self.length) / self.down)
        if self.kind == "wave":
            return np.asarray(0.5 * (1 + np.cos(np.pi * t / self.length)))
        if self.factor == 1:
            place, length = np.mod(t, self.length), np.asarray(self.length)
            place = np.where(self.length - place < 1e-9 * self.length, 0.0, place)
        else:
            cycle = np.floor(np.log(t / self.length * (self.factor - 1) + 1) / np.log(self.factor) + 1e-12)
            length = self.length * self.factor**cycle
            place = t - self.length * (self.factor**cycle - 1) / (self.factor - 1)
        return np.asarray(0.5 * (1 + np.cos(np.pi * place / length)))

    def bits(self) -> float:
        """Return what it costs to say."""
        more = bits_of_whole(self.down) if self.down not in (0.0, self.length) else 0.0
        warm = bits_of_whole(self.warmup) + bits_of(self.start) if self.warmup else 0.0
        return super(Cycle, self).bits() + 4.0 + bits_of_whole(self.length) + more + warm + bits_of(self.factor - 1)
