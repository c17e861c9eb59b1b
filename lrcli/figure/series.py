"""One curve of a figure: a schedule over its run, or measured values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from lrcli import engine
from lrcli.engine import Columns

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run


class Source(Protocol):
    """The values of a series, at any resolution."""

    @property
    def begin(self) -> float:
        """The first t."""

    @property
    def end(self) -> float:
        """The t until which the last value is in force."""

    def columns(self, edges: Array) -> Columns:
        """Return the lowest and the highest value between each two edges, which lie within begin and end."""

    def points(self, t: Array) -> Array:
        """Return the values in force at some t."""

    def looked(self, edges: Array) -> Array:
        """Return ascending t that include the extremes between each two edges."""


class Scheduled(NamedTuple):
    """The lr of a schedule over its run."""

    spec: Spec
    run: Run

    @property
    def begin(self) -> float:
        """A run begins at 0."""
        return 0.0

    @property
    def end(self) -> float:
        """The number of points: the last is in force until then."""
        return float(self.run.points)

    def columns(self, edges: Array) -> Columns:
        """Return the lowest and the highest lr in force during each column."""
        return engine.columns(self.spec, self.run, edges)

    def points(self, t: Array) -> Array:
        """Return the lr in force at some t."""
        return engine.at(self.spec, self.run, np.minimum(np.floor(t), self.run.points - 1.0))

    def looked(self, edges: Array) -> Array:
        """Return the points among which the extremes of each column are."""
        return engine.points_to_evaluate(self.spec, self.run, edges)


class Measured(NamedTuple):
    """Measured values, each in force until the next.

    Attributes:
        t: Ascending times.
        values: One for each t; NaN where there is none.
        end: The t until which the last one is in force.
    """

    t: Array
    values: Array
    end: float

    @property
    def begin(self) -> float:
        """The first time."""
        return float(self.t[0])

    def columns(self, edges: Array) -> Columns:
        """Return the lowest and the highest value in force in each column."""
        low, high = np.full(edges.size - 1, np.nan), np.full(edges.size - 1, np.nan)
        first = np.maximum(np.searchsorted(self.t, edges[:-1], side="right") - 1, 0)
        last = np.maximum(np.searchsorted(self.t, edges[1:], side="left"), first + 1)
        for i, (begin, end) in enumerate(zip(first, last, strict=True)):
            seen = self.values[begin:end]
            seen = seen[np.isfinite(seen)]
            if seen.size:
                low[i], high[i] = seen.min(), seen.max()
        return Columns(low, high)

    def points(self, t: Array) -> Array:
        """Return the values in force at some t."""
        found: Array = self.values[np.maximum(np.searchsorted(self.t, t, side="right") - 1, 0)]
        return found

    def looked(self, edges: Array) -> Array:
        """Return the times of the values between the edges."""
        inside: Array = self.t[(self.t >= edges[0]) & (self.t < edges[-1])]
        return inside


class Dotted(NamedTuple):
    """Values that were measured, each at its own time only.

    Attributes:
        t: Ascending times.
        values: One for each t.
        end: Where the axis ends that shows them all.
    """

    t: Array
    values: Array
    end: float

    @property
    def begin(self) -> float:
        """The first time."""
        return float(self.t[0])

    def columns(self, edges: Array) -> Columns:
        """Return the lowest and the highest value in each column; NaN in one without any."""
        low, high = np.full(edges.size - 1, np.nan), np.full(edges.size - 1, np.nan)
        bounds = np.searchsorted(self.t, edges)
        bounds[-1] = np.searchsorted(self.t, edges[-1], side="right")
        for i in np.flatnonzero(bounds[1:] > bounds[:-1]):
            seen = self.values[bounds[i] : bounds[i + 1]]
            low[i], high[i] = np.fmin.reduce(seen), np.fmax.reduce(seen)
        return Columns(low, high)

    def points(self, t: Array) -> Array:
        """Return the value last measured at some t."""
        found: Array = self.values[np.maximum(np.searchsorted(self.t, t, side="right") - 1, 0)]
        return found

    def looked(self, edges: Array) -> Array:
        """Return the times of the values between the edges."""
        inside: Array = self.t[(self.t >= edges[0]) & (self.t <= edges[-1])]
        return inside


class Series(NamedTuple):
    """One curve.

    Attributes:
        name: Its name in the legend.
        source: Its values.
        per_x: How many t of the source one unit of the figure's horizontal axis has.
        within: The error (±) of its values, which pictures show as a band.
        dots: It is drawn as points, and not joined.
    """

    name: str
    source: Source
    per_x: float = 1.0
    within: float = 0.0
    dots: bool = False

    @property
    def span(self) -> tuple[float, float]:
        """Where on the horizontal axis it begins and ends."""
        return self.source.begin / self.per_x, self.source.end / self.per_x

    def columns(self, edges: Array) -> Columns:
        """Return the lowest and the highest value between each two places on the axis; NaN where it has none."""
        begin, end = self.span
        low, high = np.full(edges.size - 1, np.nan), np.full(edges.size - 1, np.nan)
        inside = np.flatnonzero((edges[1:] > begin) & (edges[:-1] < end))
        if inside.size:
            own = np.clip(edges[inside[0] : inside[-1] + 2] * self.per_x, self.source.begin, self.source.end)
            low[inside], high[inside] = self.source.columns(own)
        return Columns(low, high)

    def at(self, x: float) -> float | None:
        """Return the value in force at one place on the axis; None where it has none."""
        begin, end = self.span
        t = x * self.per_x
        return float(self.source.points(np.array([t * (1 + _ROUNDING)]))[0]) if begin <= x < end else None


_ROUNDING = 1e-14
