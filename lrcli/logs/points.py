"""One run of one column, for identification: clock, lr, and the tolerance of each printed number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lrcli.logs.models import Model
    from lrcli.logs.precision import Precision
    from lrcli.numeric import Array

DRIFT = {"float64": 2e-11, "float32": 3e-7, "exact": 2e-11}
"""By what share of the peak arithmetic is off besides printing: recursive schedulers drift."""
_SAMPLE = 96
_BLOCK = 1 << 16
_SOME, _NEAR = 1 << 13, 256
"""How many points of a long run are used first, and how many beside its ends and its top."""


@dataclass(frozen=True, slots=True)
class Points:
    """Points of a log.

    Attributes:
        x: The log's clock, ascending.
        y: The lr.
        tolerance: By how much each may be off.
        peak: The highest lr of the whole run.
        whole: The numbers carry nearly all digits of a float.
    """

    x: Array
    y: Array
    tolerance: Array
    peak: float
    whole: bool

    @classmethod
    def of(cls, x: Array, y: Array, precision: Precision) -> Points:
        """Return the points of a column."""
        peak = float(y.max(initial=0.0))
        drift = max(DRIFT.get(precision.kind, 1e-9) * peak, 1e-300)
        whole = precision.kind in DRIFT
        if precision.kind in ("float64", "exact", "decimals"):  # the same for all: not in memory a million times
            half = precision.half(np.array([peak]))
            return cls(x, y, np.broadcast_to(1.05 * half + drift, y.shape), peak, whole)
        return cls(x, y, 1.05 * precision.half(y) + drift, peak, whole)

    def __len__(self) -> int:
        return len(self.y)

    def part(self, where: slice | NDArray[np.bool_] | NDArray[np.intp]) -> Points:
        """Return some of them."""
        return Points(self.x[where], self.y[where], self.tolerance[where], self.peak, self.whole)

    def sample(self, *near: int, most: int = _SAMPLE) -> Points:
        """Return some of them: evenly, both ends, and those beside some places."""
        count = len(self)
        if count <= most:
            return self
        even = np.round(np.linspace(0, count - 1, most)).astype(np.int64)
        beside = np.array([at + by for at in near for by in range(-3, 4)], dtype=np.int64)
        return self.part(np.unique(np.clip(np.concatenate([even, beside]), 0, count - 1)))

    def some(self) -> Points:
        """Return a few thousand of them: evenly, and all that are near both ends and the first of the highest."""
        count, near = len(self), np.arange(-_NEAR, _NEAR + 1)
        even = np.round(np.linspace(0, count - 1, _SOME)).astype(np.int64)
        beside = np.concatenate([at + near for at in (0, int(np.argmax(self.y)), count - 1)])
        return self.part(np.unique(np.clip(np.concatenate([even, beside]), 0, count - 1)))

    def changes(self, begin: int = 0) -> Iterator[tuple[int, Array]]:
        """Yield by how much the lr changes from each point to the next, a part at a time, from one point on."""
        for start in range(begin, len(self) - 1, _BLOCK):
            yield start, np.diff(self.y[start : start + _BLOCK + 1])

    def error(self, model: Model) -> float:
        """Return the largest difference from a model, in tolerances."""
        with np.errstate(all="ignore"):
            worst = [
                float((np.abs(model.lr(self.x[at]) - self.y[at]) / self.tolerance[at]).max()) for at in self.blocks()
            ]
        return max(worst) if worst and np.isfinite(worst).all() else np.inf

    def furthest(self, model: Model, x: Array) -> float:
        """Return the largest difference of the lr from a model, at other times."""
        return max(float(np.abs(model.lr(x[at]) - self.y[at]).max()) for at in self.blocks())

    def blocks(self) -> list[slice]:
        """Return parts of the points that need little memory while a model is evaluated."""
        return [slice(start, start + _BLOCK) for start in range(0, len(self), _BLOCK)]

    @property
    def step(self) -> float:
        """The usual distance between two points."""
        return float(np.median(np.diff(self.x))) if len(self) > 1 else 1.0
