"""The learning rates of a log: equal columns are grouped, rows are put in order, and each run is identified."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.logs.identify import identify
from lrcli.logs.points import Points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lrcli.logs.answer import Answer
    from lrcli.logs.table import Column, Hints, Log


class Group(NamedTuple):
    """Columns that are the same but for a factor, and their runs.

    Attributes:
        names: The columns.
        column: The first of them.
        runs: What each run in it was identified as.
        doubled: How many rows appear twice.
        broken: The clock at the first value that is no number, below 0 or beyond all learning rates.
        halved: The last value is left out, since its line is not complete.
    """

    names: tuple[str, ...]
    column: Column
    runs: tuple[Answer, ...]
    doubled: int = 0
    broken: float | None = None
    halved: bool = False

    @property
    def longest(self) -> Answer:
        """The run with the most points."""
        return max(self.runs, key=lambda run: len(run.points))


def examine(log: Log, wanted: str = "") -> list[Group]:
    """Return the groups of a log's learning rates, or the one column that is wanted."""
    rates = [log.columns[wanted]] if wanted else log.rates
    alike: list[list[Column]] = []
    for column in rates:
        near = next((group for group in alike if _alike(group[0], column)), None)
        if near is None:
            alike.append([column])
        else:
            near.append(column)
    return [_examined(columns, log.hints, unended=log.unended) for columns in alike]


def _alike(one: Column, other: Column) -> bool:
    """Return whether two columns are the same but for a factor."""
    if not np.array_equal(one.x, other.x) or not np.isfinite(one.y).all() or not one.y.any():
        return False
    at = int(np.argmax(one.y))
    factor = float(other.y[at] / one.y[at])
    slack = 3 * (other.precision.half(other.y) + factor * one.precision.half(one.y)) + 1e-9 * abs(other.y[at])
    return factor > 0 and bool((np.abs(other.y - factor * one.y) <= slack).all())


def _examined(columns: list[Column], hints: Hints, *, unended: bool) -> Group:
    column = columns[0]
    good = (column.y >= 0) & (column.y < _LARGEST)
    broken = None if good.all() else float(column.x[int(np.argmin(good))])
    ordered, doubled = _in_order(column if good.all() else column.part(good))
    runs = [_distinct(run) for run in _joined(ordered.runs())]
    ends = () if hints.total is None else (float(hints.total),)
    answers = tuple(_answer(run, ends if len(runs) == 1 else (), hints.per_epoch) for run in runs if len(run))
    halved = _but_the_last(runs[-1], answers[-1], hints.per_epoch) if unended and answers else None
    answers = answers if halved is None else (*answers[:-1], halved)
    return Group(tuple(one.name for one in columns), column, answers, doubled, broken, halved is not None)


def _but_the_last(run: Column, answer: Answer, per_epoch: int | None) -> Answer | None:
    """Return what a run was without its last point, if only that one is off: half of a line that is being written."""
    if len(run) < _FEW or (answer.model is not None and answer.status == "identified"):
        return None
    less = _answer(run.part(slice(0, -1)), (), per_epoch)
    if less.model is None or less.stair:
        return None
    last = Points.of(run.x, run.y, run.precision).part(slice(-1, None))
    behind = sum(count for _, count in less.offsets)
    return less if last.error(less.model.later(less.model.offset + behind)) > 1 else None


_FEW = 4
_LARGEST = 1e100
"""Numbers above this are not learning rates."""


def _in_order(column: Column) -> tuple[Column, int]:
    """Return the column with its rows in order, if two processes wrote it, and how many rows appear twice."""
    falls = int((column.x[1:] < column.x[:-1]).sum())
    if len(column) > 2 and falls == len(column) - 1:  # the newest first
        return column.part(slice(None, None, -1)), 0
    if falls <= max(5, 0.03 * len(column)):
        return column, 0
    order = np.lexsort((column.y, column.x))
    x, y = column.x[order], column.y[order]
    same = np.flatnonzero(np.diff(x) == 0)
    if not len(same) or np.abs(np.diff(y)[same]).max() > 4 * float(column.precision.half(y).max()):
        return column, 0
    return column.part(np.delete(order, same + 1)), len(same)


def _joined(runs: list[Column]) -> list[Column]:
    """Return the runs, one that goes on from a checkpoint of the one before it joined to that."""
    kept = runs[:1]
    for run in runs[1:]:
        if _resumes(kept[-1], run):
            before = kept[-1].part(kept[-1].x < run.x[0])
            x, y = np.concatenate([before.x, run.x]), np.concatenate([before.y, run.y])
            rows = np.concatenate([before.rows, run.rows])
            kept[-1] = replace(run, x=x, y=y, rows=rows)
        else:
            kept.append(run)
    return kept


def _resumes(before: Column, after: Column) -> bool:
    """Return whether a run repeats the values of the one before it and goes on past its end."""
    shared, at, again = np.intersect1d(before.x, after.x, return_indices=True)
    if not len(shared) or after.x[-1] <= before.x[-1] or after.x[0] <= before.x[0]:
        return False
    slack = 4 * float(after.precision.half(after.y).max()) + 1e-9 * float(before.y.max())
    return bool(np.abs(before.y[at] - after.y[again]).max() <= slack)


def _distinct(run: Column) -> Column:
    """Return a run with one value for each point of its clock, the last one logged."""
    last = np.append(run.x[1:] > run.x[:-1], True)[: len(run)]
    return run if last.all() else run.part(last)


def _answer(run: Column, ends: tuple[float, ...], per_epoch: int | None) -> Answer:
    points = Points.of(run.x, run.y, run.precision)
    stair = _stair(points, per_epoch)
    if stair is None:
        return _of_many(points, ends) if len(points) > _MANY else identify(points, ends)
    last = np.append(np.diff(np.floor((points.x - 1) / stair)) > 0, True)
    once = points.part(last)
    by_epoch = Points(np.floor((once.x - 1) / stair), once.y, once.tolerance, once.peak, once.whole)
    answer = identify(by_epoch)
    return replace(answer, stair=stair)


_MANY = 1 << 17
"""A run of more points than this is identified by a part of them first."""


def _of_many(points: Points, ends: tuple[float, ...]) -> Answer:
    """Return what a long run was by some of its points, if that explains all of them; else by all of them."""
    answer = identify(points.some(), ends)
    sure = answer.status == "identified" and not answer.offsets and not answer.first
    if not sure or answer.model is None or points.error(answer.model) > 1:
        return identify(points, ends)
    return replace(answer, points=points, error=points.furthest(answer.model, points.x) / points.peak)


def _stair(points: Points, per_epoch: int | None) -> float | None:
    """Return how many steps an epoch has, where the lr changes only once in each."""
    changed = _changed(points)
    if changed is None or len(changed) < 12 or _is_slope(points, changed):
        return None
    gaps = np.diff(points.x[changed + 1])
    length = float(per_epoch or np.median(gaps))
    count = np.round(gaps / length)
    even = (np.abs(gaps - count * length) <= 1.01 * points.step) & (count >= 1)
    return length if even.mean() > 0.9 and (count == 1).mean() > 0.5 and length >= 2 * points.step else None


def _changed(points: Points) -> NDArray[np.intp] | None:
    """Return the points after which the lr changes; None if it does after more than half of them."""
    found: list[NDArray[np.intp]] = []
    count = 0
    for start, change in points.changes():
        found.append(start + np.flatnonzero(np.abs(change) > 2 * points.tolerance[start : start + len(change)]))
        count += len(found[-1])
        if count > 0.5 * len(points):
            return None
    return np.concatenate(found) if found else None


def _is_slope(points: Points, changed: NDArray[np.intp]) -> bool:
    """Return whether the changes are single units of the last digit: a slope, seen coarsely."""
    jumps = np.abs(points.y[changed + 1] - points.y[changed])
    return float(np.median(jumps)) < 6 * float(np.median(points.tolerance))
