"""What a log may be found to be: one of a few forms, each with its numbers, that say the lr at any point of the log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

import numpy as np

from lrcli.logs.decimals import RATIOS, bits_of, bits_of_whole
from lrcli.logs.shapes import ENDLESS, Ramp, Shape, fall, rise

if TYPE_CHECKING:
    from lrcli.numeric import Array

_SHAPE_BITS = {"linear": 0.0, "cosine": 0.0, "flat": 0.0, "power": 2.0, "exponential": 2.0, "inverse-sqrt": 3.0}


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


class Piece(NamedTuple):
    """A part of a run between two times, which may lie outside of it.

    Attributes:
        kind: How the lr goes from one value to the other.
        begin: The first time.
        end: The second.
        first: The lr at the first.
        last: The lr at the second.
    """

    kind: Literal["line", "exponential", "cosine", "log", "root"]
    begin: float
    end: float
    first: float
    last: float

    def lr(self, x: Array) -> Array:
        """Return the lr at points of the log."""
        u = (x - self.begin) / (self.end - self.begin)
        if self.kind == "exponential":
            return np.asarray(self.first * (self.last / self.first) ** u)
        if self.kind == "cosine":
            return self.last + (self.first - self.last) * 0.5 * (1 + np.cos(np.pi * np.clip(u, 0.0, 1.0)))
        return self.first + (self.last - self.first) * (u if self.kind == "line" else self._done(np.maximum(u, 0.0)))

    def _done(self, u: Array) -> Array:
        """Return how much of the way is done by a rise that is fast at first."""
        length = self.end - self.begin
        return np.asarray(np.sqrt(u) if self.kind == "root" else np.log1p(u * length) / np.log1p(length))


@dataclass(frozen=True, kw_only=True, slots=True)
class Pieces(Model):
    """Lines, exponentials, half cosines and roots, one after the other.

    Attributes:
        starts: The log's clock at the first point of each.
        parts: What each is, on the log's clock.
    """

    starts: tuple[float, ...] = (0.0,)
    parts: tuple[Piece, ...] = ()

    def lr(self, x: Array) -> Array:
        """Return the lr at points of the log."""
        at = np.searchsorted(np.asarray(self.starts), x - self.offset, side="right") - 1
        found = np.empty_like(x)
        for number, part in enumerate(self.parts):
            here = np.maximum(at, 0) == number
            found[here] = part.lr(x[here] - self.offset)
        return found

    def bits(self) -> float:
        """Return what it costs to say."""
        return sum(12.0 + bits_of(part.first) + bits_of(part.last) for part in self.parts)


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
