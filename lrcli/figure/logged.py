"""The learning rates of logs as points of a figure, over the schedules in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.figure.series import Dotted, Series
from lrcli.problems import SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.numeric import Array


class Logged(NamedTuple):
    """The learning rates of a log.

    Attributes:
        name: The log.
        unit: What x counts: steps, epochs or rows.
        x: Ascending times.
        lr: The learning rate at each.
        end: Where the last one ends.
        length: How long the run was meant to be, if that is known, else how long the log is.
        metric: The column that the schedule follows, as `--metric` takes it, if it follows one.
    """

    name: str
    unit: str
    x: Array
    lr: Array
    end: float
    length: int
    metric: str | None = None


def dots(log: Logged, entries: Sequence[Entry], unit: str) -> Series:
    """Return the points of a log on an axis of this unit.

    Raises:
        SpecError: If the log counts the other unit and nothing says how many steps an epoch has.
    """
    return Series(log.name, Dotted(log.x, log.lr, log.end), _per_x(log, entries, unit), dots=True)


def _per_x(log: Logged, entries: Sequence[Entry], unit: str) -> float:
    if log.unit in (unit, "row"):
        return 1.0
    rates = {entry.run.steps_per_epoch for entry in entries} - {None}
    rate = rates.pop() if len(rates) == 1 else None
    if rate is None:
        message = (
            f"{log.name} counts {log.unit}s and the schedule {unit}s: give --steps-per-epoch to draw them together"
        )
        raise SpecError(f"{message}, or --{log.unit}s")
    return float(rate) if log.unit == "step" else 1 / float(rate)
