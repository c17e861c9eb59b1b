"""Evaluate a spec over a run: at all points, in blocks, at some points, or in the columns of a drawing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import compose
from lrcli.compose import play, schedules_of
from lrcli.problems import SpecError, computed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run, Unit

Blocks = Iterator[tuple["Array", "Array"]]
"""(t, lr) of consecutive blocks of points."""

BLOCK = 1 << 15
"""The most points that are evaluated at a time: they fit into the processor's cache, and memory stays constant."""


class Evaluated(NamedTuple):
    """An evaluated spec.

    Attributes:
        name: Its name.
        unit: The unit of t: `"epoch"` or `"step"`.
        t: 0, 1, …, N − 1, as float64.
        lr: The learning rate in force during t, as float64.
    """

    name: str
    unit: Unit
    t: Array
    lr: Array


class Columns(NamedTuple):
    """The lowest and the highest lr in force during each column of a drawing."""

    low: Array
    high: Array


def evaluate(spec: Spec, run: Run, name: str = "") -> Evaluated:
    """Return the lr at every point of the run.

    Raises:
        SpecError: If a length cannot be converted to the unit of the run, an lr is not a finite number ≥ 0, or there
            are more points than fit into memory.
    """
    if run.points > _MOST:
        raise SpecError(f"{run.points:,} points are too many for one array: lrcli export writes them as they come")
    t = np.arange(run.points, dtype=np.float64)
    return Evaluated(name, run.counts, t, at(spec, run, t))


_MOST = 10**9
"""The most points of a curve in memory: they take 16 GB."""


def at(spec: Spec, run: Run, t: Array) -> Array:
    """Return the lr in force during each t: points of the run, in any order.

    Raises:
        SpecError: As `evaluate`.
    """
    lr = np.empty(t.size)
    signed = any(schedule.signed for schedule in schedules_of(spec))
    with np.errstate(all="ignore"), computed("the lr"):
        for begin in range(0, t.size, BLOCK):
            block = slice(begin, begin + BLOCK)
            lr[block] = _checked(play(spec, run.time(t[block]), run), t[block], run, signed=signed)
    return lr


def _checked(lr: Array, t: Array, run: Run, *, signed: bool) -> Array:
    """Return the lr if all values are finite and, unless it is signed, ≥ 0."""
    if lr.max() < np.inf and lr.min() >= (-_LARGEST if signed else 0):
        return lr
    where = int(np.argmin(np.isfinite(lr) & ((lr >= 0) | signed)))
    message = f"the lr is {lr[where]} at {run.counts} {t[where]:g}: it must be a finite number ≥ 0"
    raise SpecError(message if t[where] else f"{message} (in a formula, t and x are 0 there)")


_LARGEST = np.finfo(np.float64).max


def blocks(spec: Spec, run: Run) -> Blocks:
    """Yield (t, lr) of the run in blocks of at most BLOCK points."""
    for begin in range(0, run.points, BLOCK):
        t = np.arange(begin, min(begin + BLOCK, run.points), dtype=np.float64)
        yield t, at(spec, run, t)


EXACT = 1 << 18
"""Up to this many points are all evaluated for a drawing; of more, those at the ends of columns and at breakpoints."""


def columns(spec: Spec, run: Run, edges: Array, exact: int | None = None) -> Columns:
    """Return the lowest and the highest lr between each two edges.

    An lr is in force from its t to the next. A column includes every t that is in force in it, so that a spike of a
    single point is visible however many points a column has.

    Args:
        spec: The spec.
        run: Its run.
        edges: Ascending times, one more than there are columns, from 0 to the run's number of points.
        exact: Up to how many points all are evaluated; EXACT if None.
    """
    t = points_to_evaluate(spec, run, edges, exact)
    return columns_of(t, at(spec, run, t), edges)


def columns_of(t: Array, values: Array, edges: Array) -> Columns:
    """Return the lowest and the highest value between each two edges.

    Args:
        t: Ascending whole numbers, at least one in each column.
        values: The value at each t, which is in force until the next t.
        edges: As in `columns`.
    """
    first, last = _reach(edges)
    begin = np.searchsorted(t, first)
    end = np.searchsorted(t, last, side="right")
    return Columns(_per_column(np.minimum, values, begin, end), _per_column(np.maximum, values, begin, end))


def _reach(edges: Array) -> tuple[Array, Array]:
    """Return the first and the last t in force in each column; an edge within rounding of a t counts as this t."""
    first = np.floor(edges[:-1] * (1 + _ROUNDING))
    return first, np.maximum(np.ceil(edges[1:] * (1 - _ROUNDING)) - 1, first)


_ROUNDING = 1e-14


def breakpoints(spec: Spec, run: Run, edges: Array) -> Array:
    """Return the points at which the curve jumps or changes its form, those that a drawing with these columns needs."""
    with np.errstate(all="ignore"), computed("the curve"):
        return compose.breakpoints(spec, run, run.time(edges)) * (run.points / run.total)


def points_to_evaluate(spec: Spec, run: Run, edges: Array, exact: int | None = None) -> Array:
    """Return ascending points that include those of the lowest and highest lr in each column."""
    first, last = _reach(edges)
    if last[-1] - first[0] < (EXACT if exact is None else exact):
        return np.arange(first[0], last[-1] + 1)
    times = breakpoints(spec, run, edges)
    slack = np.minimum(1e-9 + 1e-15 * times, 0.4)  # a breakpoint may differ from a point by rounding
    before, after = np.ceil(times - slack) - 1, np.floor(times + slack) + 1
    near = np.concatenate([before, before + 1, after - 1, after, first, last])
    return np.unique(near[(near >= first[0]) & (near <= last[-1])])


def _per_column(pick: np.ufunc, lr: Array, begin: NDArray[np.intp], end: NDArray[np.intp]) -> Array:
    """Return the minimum or maximum (pick) of lr[begin[i]:end[i]] for every i; the ranges may overlap."""
    bounds = np.stack([begin, end], axis=1).ravel()
    picked: Array = pick.reduceat(np.append(lr, lr[-1]), bounds)
    return picked[::2]
