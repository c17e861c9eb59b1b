"""A vertical axis laid on the rows of a terminal, so that every tick stands in the row of its value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.numbers import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array

_ENOUGH = 3
"""An axis should have so many ticks above its lowest,"""
_WORTH = 0.3
"""and gives up this share of its rows for them."""


class Ruler(NamedTuple):
    """A vertical axis.

    Attributes:
        low: The value of the bottom row.
        per_unit: Rows for one unit of the value, or for one decade if the axis is logarithmic.
        rows: How many rows there are.
        log: It is logarithmic.
        labels: What is written beside a row, counted from the bottom.
    """

    low: float
    per_unit: float
    rows: int
    log: bool
    labels: dict[int, str]

    def place(self, values: Array) -> Array:
        """Return how many rows above the bottom one values stand; NaN stays NaN."""
        raised = np.log10(np.maximum(values, self.low)) - np.log10(self.low) if self.log else values - self.low
        return raised * self.per_unit


def rows_of(places: Array) -> Array:
    """Return the rows of cells in which places stand that are given in rows: to a quarter, as dots show them."""
    return (np.round(places * 4) + 2) // 4


class _Step(NamedTuple):
    """Ticks at the same distance, in values or in decades, that stand so many rows apart."""

    size: float
    rows: int
    score: float


def ruler(low: float, high: float, most: int, *, log: bool, peak: bool) -> Ruler:
    """Return an axis from low to high.

    The distance of two ticks is a round number and a whole number of rows, so the axis may have a few rows less than
    there is room for.

    Args:
        low: The value of the bottom row; above 0 on a logarithmic axis.
        high: The value of the top row.
        most: How many rows there are at most.
        log: It is logarithmic.
        peak: The highest value is labelled, even if it is not round; if not, a round one in its row goes before it.
    """
    span = math.log10(high) - math.log10(low) if log else high - low
    step = _step(span, most, log=log)
    bare = Ruler(low, step.rows / step.size, int(rows_of(np.array(span * step.rows / step.size))) + 1, log, {})
    values = list(_powers(low, high, step) if log else _multiples(low, high, step.size))
    places = bare.place(np.array(values, dtype=np.float64))
    labels = {int(row): short(value) for row, value in zip(rows_of(places), values, strict=True)}
    labels.setdefault(0, short(low))
    if peak:
        labels[bare.rows - 1] = short(high)
    labels.setdefault(bare.rows - 1, short(high))
    return bare._replace(labels=labels)


def _step(span: float, most: int, *, log: bool) -> _Step:
    """Return the step with which the axis fills its rows best and has enough ticks."""
    found = [_Step(span, max(most - 1, 1), -1.0)]
    for size in _sizes(span, log=log):
        rows = int((most - 1) * size / span * (1 + 1e-9))
        used = rows * span / size / max(most - 1, 1)
        ticks = min(span / size * (1 + 1e-9), _ENOUGH)
        if rows >= (1 if log else 2):
            uneven = abs(span / size - round(span / size)) > 1e-9
            score = used + _WORTH * (ticks - 1) / (_ENOUGH - 1) - 0.1 * ((rows == 1) + uneven)
            found.append(_Step(size, rows, score))
    return max(found, key=lambda step: step.score)


def _sizes(span: float, *, log: bool) -> list[float]:
    """Return round distances of ticks: whole decades; or 1, 2, 2.5 and 5 times a power of ten, and round shares."""
    if log:
        return [float(size) for size in (1, 2, 3, 4, 5, 10, 20, 50, 100) if size <= span]
    power = 10.0 ** math.floor(math.log10(span))
    sizes = [m * power / ten for ten in (100, 10, 1) for m in (1.0, 2.0, 2.5, 5.0)]
    shares = [size for part in range(1, 6) if float(f"{(size := span / part):.1g}") == float(f"{size:.12g}")]
    return [size for size in (*sizes, *shares) if size <= span * (1 + 1e-9)]


def _multiples(low: float, high: float, size: float) -> Iterator[float]:
    """Yield the multiples of a step from low to high."""
    for i in range(math.ceil(low / size - 1e-9), math.floor(high / size + 1e-9) + 1):
        yield float(f"{i * size:.12g}")


_BETWEEN = 6
"""Where a decade has so many rows, and there are few decades, 2 and 5 are labelled too."""


def _powers(low: float, high: float, step: _Step) -> Iterator[float]:
    """Yield the powers of ten from low to high that a step of decades leads to, and finer marks where there are few."""
    first = math.ceil(math.log10(low) - 1e-9)
    last = math.floor(math.log10(high) + 1e-9)
    fine = step.rows / step.size >= _BETWEEN and last - first < _ENOUGH
    for exponent in range(first - (1 if fine else 0), last + 1, round(step.size) if step.size >= 1 else 1):
        for factor in (1, 2, 5) if fine else (1,):
            value = float(f"{factor * 10.0**exponent:.12g}")
            if low * (1 - 1e-9) <= value <= high * (1 + 1e-9):
                yield value
