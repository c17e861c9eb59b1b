"""A schedule over a run: the whole curve, the curve in blocks, or what a drawing of it needs."""

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
"""(t, lr), a stretch of a run at a time."""

BLOCK = 1 << 15
"""Points evaluated at a time: as many as stay in the processor's cache, so that memory is flat."""


class Evaluated(NamedTuple):
    """An evaluated spec.

    Attributes:
        name: What to call it.
        unit: What t counts: `"epoch"` or `"step"`.
        t: 0, 1, …, N − 1 as float64.
        lr: The learning rate in force during t, as float64.
    """

    name: str
    unit: Unit
    t: Array
    lr: Array


class Columns(NamedTuple):
    """A curve as seen through columns: the lowest and the highest lr in force during each."""

    low: Array
    high: Array


def evaluate(spec: Spec, run: Run, name: str = "") -> Evaluated:
    """Return the lr at every point of the run.

    Raises:
        SpecError: If a length cannot be told in the unit of the run, an lr is not a finite number ≥ 0, or there are
            more points than fit into memory.
    """
    if run.points > _MOST:
        raise SpecError(f"{run.points:,} points are too many for one array: lrcli export writes them as they come")
    t = np.arange(run.points, dtype=np.float64)
    return Evaluated(name, run.counts, t, at(spec, run, t))


_MOST = 10**9
"""Points of one curve in memory: 16 GB of them."""


def at(spec: Spec, run: Run, t: Array) -> Array:
    """Return the lr in force during each t, which may be any of the run's points in any order.

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
    """Return the lr if all of it is finite, and ≥ 0 unless its framework's is not."""
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
"""Up to this many points a drawing looks at each; beyond it, at the ends of its columns and at the breakpoints."""


def columns(spec: Spec, run: Run, edges: Array, exact: int | None = None) -> Columns:
    """Return the lowest and the highest lr between each two edges.

    An lr is in force from its t to the next, so a column shows every t whose stretch reaches into it, and a
    spike of a single point shows however many points a column stands for.

    Args:
        spec: What to draw.
        run: Its run.
        edges: Ascending times, one more than there are columns, from 0 to the run's number of points.
        exact: Up to how many points each is looked at, if not up to EXACT.
    """
    looked = worth_a_look(spec, run, edges, exact)
    return columns_of(looked, at(spec, run, looked), edges)


def columns_of(t: Array, values: Array, edges: Array) -> Columns:
    """Return the lowest and the highest value between each two edges.

    Args:
        t: Ascending whole numbers, at least one in each column.
        values: One for each t, in force until the next.
        edges: As for `columns`.
    """
    first, last = _reach(edges)
    begin = np.searchsorted(t, first)
    end = np.searchsorted(t, last, side="right")
    return Columns(_per_column(np.minimum, values, begin, end), _per_column(np.maximum, values, begin, end))


def _reach(edges: Array) -> tuple[Array, Array]:
    """Return the first and the last t that is in force in each column; an edge a rounding error beside a t is on it."""
    first = np.floor(edges[:-1] * (1 + _ROUNDING))
    return first, np.maximum(np.ceil(edges[1:] * (1 - _ROUNDING)) - 1, first)


_ROUNDING = 1e-14


def breakpoints(spec: Spec, run: Run, edges: Array) -> Array:
    """Return where, among the run's points, the curve jumps or changes its form: enough for these columns."""
    with np.errstate(all="ignore"), computed("the curve"):
        return compose.breakpoints(spec, run, run.time(edges)) * (run.points / run.total)


def worth_a_look(spec: Spec, run: Run, edges: Array, exact: int | None = None) -> Array:
    """Return the points among which each column's lowest and highest lr must be, ascending."""
    first, last = _reach(edges)
    if last[-1] - first[0] < (EXACT if exact is None else exact):
        return np.arange(first[0], last[-1] + 1)
    times = breakpoints(spec, run, edges)
    slack = np.minimum(1e-9 + 1e-15 * times, 0.4)  # a breakpoint may be a rounding error beside a point
    before, after = np.ceil(times - slack) - 1, np.floor(times + slack) + 1
    near = np.concatenate([before, before + 1, after - 1, after, first, last])
    return np.unique(near[(near >= first[0]) & (near <= last[-1])])


def _per_column(pick: np.ufunc, lr: Array, begin: NDArray[np.intp], end: NDArray[np.intp]) -> Array:
    """Return the pick of lr[begin[i]:end[i]] for every i; the stretches may overlap by their ends."""
    bounds = np.stack([begin, end], axis=1).ravel()
    picked: Array = pick.reduceat(np.append(lr, lr[-1]), bounds)
    return picked[::2]
