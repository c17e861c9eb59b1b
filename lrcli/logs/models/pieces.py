"""Lines, exponentials, half cosines and roots, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from lrcli.logs.decimals import bits_of
from lrcli.logs.models.base import Model

if TYPE_CHECKING:
    from lrcli.numeric import Array


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
