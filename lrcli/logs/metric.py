"""The metric of a run, from its log: one column, over its own epochs and steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.logs.names import Mode, a_metric, first, mode_of
from lrcli.problems import Problem, SpecError, closest
from lrcli.run import Series

if TYPE_CHECKING:
    from lrcli.logs.table import Column, Log
    from lrcli.numeric import Array


class Metric(NamedTuple):
    """The values of one column of a log, and when each was known.

    Attributes:
        column: Which it is.
        series: Its values; a row with NaN or inf is one of them.
        mode: Which way it gets better, as its name says.
        guessed: The column was chosen by its name.
        notes: Further remarks, a sentence each.
    """

    column: str
    series: Series
    mode: Mode
    guessed: bool
    notes: tuple[str, ...] = ()


def metric_of(log: Log, name: str = "") -> Metric:
    """Return the column of a log that a metric-driven schedule follows; of several runs in the log, the last.

    Raises:
        SpecError: If there is no such column, or none is named and none goes by a name that metrics have.
    """
    name = name.strip()
    chosen = name if name in log.columns else first([name.lower()], log.columns) if name else a_metric(log.columns)
    if not chosen:
        known = f"it has {', '.join(log.columns)}" if log.columns else "it has no column of numbers"
        message = f"there is no column {name!r} of numbers; {known}" if name else f"which column? {known}"
        raise SpecError(Problem(message=message, place=log.path, suggestion=closest(name, log.columns) if name else ""))
    column = log.columns[chosen]
    runs = column.runs()
    last = runs[-1]
    series = Series(tuple(last.y.tolist()), _done(log, last, "epoch"), _done(log, last, "step"), chosen)
    notes = () if len(runs) == 1 else (_of_several(column, last, len(runs)),)
    return Metric(chosen, series, mode_of(chosen), not name, notes)


def _of_several(column: Column, last: Column, runs: int) -> str:
    row = len(column) - len(last)
    often = "once" if runs == 2 else f"{runs - 1} times, last"
    return f"its {column.clock} falls back {often} at row {row + 1}: the run from there on is taken"


def _done(log: Log, column: Column, clock: str) -> tuple[float, ...] | None:
    """Return how many epochs (or steps) were done when each value was known; None where the log does not say."""
    x = log.over(column, "epoch" if clock == "epoch" else "step")
    if x is None or not len(x) or (np.diff(x) <= 0).any():
        return None
    return tuple((x + _from_zero(x, clock, log)).tolist())


def _from_zero(x: Array, clock: str, log: Log) -> float:
    """Return what is to be added to a clock that counts its first epoch, or step, as 0."""
    if clock == "step":
        return float(log.format == "Lightning csv")
    whole = bool((x == np.round(x)).all())
    return 1.0 - float(x[0]) if whole and x[0] in (0.0, 1.0) else 0.0
