"""A metric over the time of the run that it was measured in."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lrcli.run.run import Unit


class Series(NamedTuple):
    """A metric over the time of its own run.

    Attributes:
        values: The measured values, which may be NaN.
        epochs: The number of epochs done at each value; 1, 2, 3, … if neither epochs nor steps are known.
        steps: The number of steps done at each value.
        name: The name of the metric: the column of a log.
    """

    values: tuple[float, ...]
    epochs: tuple[float, ...] | None = None
    steps: tuple[float, ...] | None = None
    name: str = ""

    def known(self, unit: Unit, steps_per_epoch: int | None, *, per_step: bool) -> tuple[float, ...] | None:
        """Return the time at which each value is known, in the unit of a run; None if these are 1, 2, 3, …."""
        rate = steps_per_epoch or 0
        if unit == "step":
            times = self.steps or (tuple(epoch * rate for epoch in self.epochs or ()) if rate else None)
        elif self.steps and rate and (per_step or not self.epochs):
            times = tuple(step / rate for step in self.steps)
        else:
            times = self.epochs
        return None if not times or all(map(float.__eq__, times, map(float, count(1)))) else times
