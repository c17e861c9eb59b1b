"""A drawing as data, independent of the medium: rows, dots and millimetres are up to the view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from lrcli.numbers import count, decades, short, ticks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lrcli.figure.series import Series

Pair = tuple[float, float]


class Axis(NamedTuple):
    """The horizontal axis, or a second one above the drawing that counts in another unit.

    Attributes:
        unit: What it counts: `"epoch"`, `"step"`; or what it measures: `"lr"`.
        low: Where it begins.
        high: Where it ends.
        log: It is logarithmic.
    """

    unit: str
    low: float
    high: float
    log: bool = False

    def place(self, x: float) -> float:
        """Return where along the axis (0 to 1) a value stands."""
        if self.log:
            return float(np.log(x / self.low) / np.log(self.high / self.low))
        return (x - self.low) / (self.high - self.low)

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Return about `most` round values on the axis, each with its label."""
        if self.log:
            return [(value, short(value)) for value in decades(self.low, self.high, most)]
        return [(value, count(value)) for value in ticks(self.low, self.high, most, whole=True)]

    def edges(self, columns: int) -> np.ndarray:
        """Return the values at the edges of columns of equal width."""
        spaced = np.geomspace if self.log else np.linspace
        return spaced(self.low, self.high, columns + 1)


class Guide(NamedTuple):
    """A vertical line: at a place that was asked for, where a part begins, or where a metric led to a cut."""

    x: float
    kind: Literal["asked", "part", "cut"]


class Mark(NamedTuple):
    """A marked point, with a label."""

    x: float
    y: float
    label: str = ""


class Panel(NamedTuple):
    """One of several drawings below each other on the same horizontal axis.

    Attributes:
        series: Its curves, in the order of the legend.
        label: What its vertical axis shows.
        log: The vertical axis is logarithmic.
        limits: Its lowest and highest value, if they were asked for.
        from_zero: The axis begins at 0 (or below), and its highest value is labelled, as for learning rates.
        marks: Marked points.
    """

    series: tuple[Series, ...]
    label: str = "lr"
    log: bool = False
    limits: Pair | None = None
    from_zero: bool = True
    marks: tuple[Mark, ...] = ()


class Figure(NamedTuple):
    """A drawing of one or several panels.

    Attributes:
        title: What is drawn; empty if the legend says it.
        x: The horizontal axis.
        panels: The learning rates first; below them, for example, the metric that they depend on.
        above: The same axis in another unit, such as steps for epochs; None if there is none.
        guides: Vertical lines through all panels.
        caption: The lines below the drawing.
    """

    title: str
    x: Axis
    panels: tuple[Panel, ...]
    above: Axis | None = None
    guides: tuple[Guide, ...] = ()
    caption: tuple[str, ...] = ()


def limits(panel: Panel, columns: Sequence[tuple[np.ndarray, np.ndarray]]) -> Pair:
    """Return the lowest and the highest value of a panel's vertical axis.

    Args:
        panel: The panel.
        columns: The lowest and the highest value of each of its curves, in columns.
    """
    if panel.limits is not None:
        return panel.limits
    seen = np.concatenate([np.concatenate(pair) for pair in columns])
    seen = seen[np.isfinite(seen)]
    if panel.log:
        return _decades(seen)
    if not panel.from_zero:
        low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
        return low, high if high > low else low + max(abs(low), 1.0)
    low, high = (float(min(seen.min(), 0.0)), float(seen.max())) if seen.size else (0.0, 1.0)
    return low, high if high > _NOTHING else low + 1.0


def on_the_edge(panel: Panel, low: float, columns: Iterable[tuple[np.ndarray, np.ndarray]]) -> list[str]:
    """Return a note, for the caption, if values are below the lowest value of a logarithmic axis."""
    deep = panel.log and any((lowest < low * (1 - 1e-9)).any() for lowest, _ in columns)
    what = "learning rates" if panel.from_zero else "values"
    return [f"{what} below {short(low)}, and 0, are drawn on the bottom edge"] if deep else []


_NOTHING = 1e-300
"""If the highest lr is below this, all are drawn as 0."""
_DEEPEST = 1e-12
"""The lowest value of a logarithmic axis, as a share of the highest; lower values are drawn on its bottom edge."""


def _decades(seen: np.ndarray) -> Pair:
    """Return the power of ten below all positive values, and the highest value."""
    highest = float(seen.max()) if seen.size and seen.max() > _NOTHING else 1.0
    positive = seen[seen > highest * _DEEPEST]
    lowest = float(positive.min()) if positive.size else highest / 10
    low = 10.0 ** np.floor(np.log10(lowest) + 1e-9)
    return float(low if low < highest * (1 - 1e-9) else low / 10), highest
