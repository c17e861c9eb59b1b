"""A warm-up, a time at the peak, and a decay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lrcli.logs.decimals import bits_of, bits_of_whole
from lrcli.logs.models.base import Model
from lrcli.logs.shapes import ENDLESS, Ramp, Shape, fall, rise

if TYPE_CHECKING:
    from lrcli.numeric import Array

_SHAPE_BITS = {"linear": 0.0, "cosine": 0.0, "flat": 0.0, "power": 2.0, "exponential": 2.0, "inverse-sqrt": 3.0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Decay(Model):
    """A warm-up, a time at the peak, and a decay.

    Attributes:
        shape: How it falls.
        power: Of a polynomial.
        ramp: How it rises.
        start: The lr at which the warm-up begins.
        warmup: How long it rises.
        begin: When the decay's clock begins: after the warm-up, later (WSD), or with it (timm).
        length: How long the decay is, or the timescale of one without end.
    """

    shape: Shape = "linear"
    power: float = 1.0
    ramp: Ramp = "linear"
    start: float = 0.0
    warmup: float = 0.0
    begin: float = 0.0
    length: float = 1.0

    def lr(self, x: Array) -> Array:
        """Return start + (peak - start) ramp(t / warmup), then end + (peak - end) shape((t - begin) / length)."""
        t = np.maximum(x - self.offset, 0.0)
        y = self.end + (self.peak - self.end) * fall(
            self.shape, (t - self.begin) / self.length, self.power, self.length
        )
        if not self.warmup:
            return np.asarray(y)
        rising = self.start + (self.peak - self.start) * rise(self.ramp, t / self.warmup, self.warmup)
        return np.where(t < self.warmup, rising, y)

    def bits(self) -> float:
        """Return what it costs to say."""
        total = super(Decay, self).bits() + _SHAPE_BITS.get(self.shape, 4.0)
        total += bits_of(self.power) * (self.shape == "power") + 3.0 * (self.ramp != "linear")
        if self.warmup:
            nano = abs(self.start * (self.warmup + 1) - self.peak) < 1e-9 * self.peak
            total += bits_of_whole(self.warmup) + (3.0 if nano else 3.0 * (self.start != 0) + bits_of(self.start))
        beside = {self.warmup: 0.0, self.warmup + 1: 2.0, 0.0: 1.0}
        total += beside.get(self.begin, 3.0 + bits_of_whole(self.begin))
        if self.shape == "flat":
            return total
        if self.shape in ENDLESS:
            return total + bits_of(self.length)
        return total + min(bits_of_whole(self.begin + self.length), bits_of_whole(self.length))

    @property
    def last(self) -> float:
        """When it has reached its end, on the log's clock."""
        return np.inf if self.shape in ENDLESS else self.offset + self.begin + self.length
