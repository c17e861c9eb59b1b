"""The clock of a log: its steps, an epoch and the iteration in it, its epochs, or the numbers of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.logs.names import EPOCHS, STEPS, first
from lrcli.logs.table import aligned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lrcli.logs.table import Clock, Hints, Rows
    from lrcli.numeric import Array


class Cells(NamedTuple):
    """The numbers of one column, and the rows that they stand in, ascending."""

    rows: Rows
    values: Array


Clocks = dict["Clock", Cells]


def clocks_of(columns: Mapping[str, Cells], hints: Hints) -> tuple[Clocks, Hints]:
    """Return the clocks that a log has, the better one first, and the hints with an epoch's length, if it shows."""
    epoch = columns.get(first(EPOCHS, columns))
    moving = {name: cells for name, cells in columns.items() if len(cells.values) < 2 or np.ptp(cells.values) != 0}
    step = columns.get(first(STEPS, moving))
    found: Clocks = {}
    if step is not None:
        found["step"], hints = _through(step, epoch, hints)
    if epoch is not None:
        found["epoch"] = epoch
    return found, hints


def clocked(cells: Cells, clocks: Clocks) -> tuple[Clock, Array, Cells]:
    """Return the first clock that nearly all of some numbers have, what it says, and those that have it.

    If there is none, it is the numbers of their rows.
    """
    for name, clock in clocks.items():
        there, x = _said(cells, clock)
        if x is None or max(x.max(initial=0.0), -x.min(initial=0.0)) >= _EXACT:
            continue
        if name != "epoch" or not _evenly_in_fractions(x):
            return name, x, there
    return "row", cells.rows.astype(np.float64), cells


def _said(cells: Cells, clock: Cells) -> tuple[Cells, Array | None]:
    """Return the numbers that have a time, and these times; None where too many have none."""
    x = aligned(clock.rows, clock.values, cells.rows)
    if x is not None or not len(clock.rows):
        return cells, x
    at = np.minimum(np.searchsorted(clock.rows, cells.rows), len(clock.rows) - 1)
    known = (clock.rows[at] == cells.rows) & np.isfinite(clock.values[at])
    if known.mean() < _NEARLY:
        return cells, None
    return Cells(cells.rows[known], cells.values[known]), clock.values[at[known]]


def _through(step: Cells, epoch: Cells | None, hints: Hints) -> tuple[Cells, Hints]:
    """Return the steps since the start of the run, where the log starts from 0 again in each epoch."""
    epochs = None if epoch is None else aligned(epoch.rows, epoch.values, step.rows)
    if epochs is None or not np.isfinite(step.values).all() or not _restarts_each_epoch(step.values, epochs):
        return step, hints if hints.counted is None else hints._replace(total=hints.total or hints.counted)
    hints = hints._replace(per_epoch=hints.per_epoch or hints.counted)
    if hints.per_epoch is None:
        hints = hints._replace(per_epoch=_longest(step.values), per_epoch_guessed=True)
    return Cells(step.rows, (epochs - min(epochs.min(), 1.0)) * float(hints.per_epoch or 1) + step.values), hints


def _restarts_each_epoch(steps: Array, epochs: Array) -> bool:
    back = np.flatnonzero(np.diff(steps) < 0)
    return bool(len(back)) and float((np.diff(epochs)[back] > 0).mean()) > 0.9


def _longest(steps: Array) -> int:
    """Return how many steps an epoch has, by the largest step in any row."""
    first, last = float(steps.min()), float(steps.max())
    apart = np.diff(steps)
    interval = float(np.median(apart[apart > 0])) if (apart > 0).any() else 0.0
    if first == 0:
        return int(last + max(interval, 1))
    return int(last) + (first == interval - 1)


def _evenly_in_fractions(x: Array) -> bool:
    """Return whether a clock is of even fractions of an epoch, as they are or rounded: the rows say it more exactly."""
    if len(x) < _FEW or (np.diff(x) < 0).any() or (x == np.round(x)).all():
        return False
    even = x[0] + (x[-1] - x[0]) * np.arange(len(x)) / (len(x) - 1)
    return bool(np.abs(even - x).max() <= _ROUNDED)


_FEW = 8
_NEARLY = 0.9
"""Share of the rows that a clock must stand in."""
_EXACT = 2.0**53
"""Times from here on are not exact."""
_ROUNDED = 0.0101
"""By how much a time and the line through the first and the last may be off, if each is rounded to 2 decimals."""
