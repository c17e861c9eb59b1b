"""A scheduler that is stepped by another clock than was meant: what it does then, beside what was meant."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import engine
from lrcli.planning.counts import updates_of
from lrcli.problems import Problem, SpecError

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.engine import Columns
    from lrcli.entry import Entry
    from lrcli.numeric import Array
    from lrcli.planning.names import ClockName
    from lrcli.run import Run


class Clock(NamedTuple):
    """How often a scheduler has been stepped before each optimizer step: as meant, and as it will be.

    Attributes:
        name: When it is stepped.
        updates: Optimizer steps of the run.
        per_epoch: Optimizer steps of an epoch; the whole run where epochs are not known.
        batches: Batches of an epoch.
        accumulate: Batches in one optimizer step.
        devices: Processes.
        by_epoch: It is meant to be stepped once an epoch, and not at each optimizer step.
        most: So many steps are the most that Accelerate lets it make.
    """

    name: ClockName
    updates: int
    per_epoch: int
    batches: int
    accumulate: int = 1
    devices: int = 1
    by_epoch: bool = False
    most: float = math.inf

    def meant(self, update: Array) -> Array:
        """Return how many steps it is meant to have made before an optimizer step."""
        return update // self.per_epoch if self.by_epoch else update

    def made(self, update: Array) -> Array:
        """Return how many steps it will have made before an optimizer step."""
        if self.name == "step":
            return update
        if self.name == "epoch":
            return update // self.per_epoch
        if self.name == "accelerate":
            return np.minimum(self.meant(update) * self.devices, self.most)
        epoch, inside = update // self.per_epoch, update % self.per_epoch
        return epoch * self.batches + np.minimum((inside + 1) * self.accumulate, self.batches) - 1

    @property
    def ratio(self) -> float:
        """How many steps it makes for each that is meant."""
        meant = 1.0 / self.per_epoch if self.by_epoch else 1.0
        if self.name == "accelerate":
            return float(self.devices)
        steps = {"step": 1.0, "epoch": 1.0 / self.per_epoch, "micro-batch": self.batches / self.per_epoch}
        return steps[self.name] / meant

    def first(self, made: float) -> int:
        """Return the first optimizer step before which it will have made so many steps; the end if there is none."""
        low, high = 0, self.updates
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self.made(np.array([float(middle)]))[0] >= made else (middle + 1, high)
        return low


def clock_of(name: ClockName, entry: Entry) -> Clock:
    """Return a clock for a run.

    Raises:
        SpecError: If the run does not say what the clock needs.
    """
    run, batches = entry.run, entry.run.batches
    total, by_epoch = updates_of(run), run.counts == "epoch"
    devices = batches.devices if batches else 1
    accumulate = batches.accumulate if batches else 1
    if name == "accelerate" and devices == 1:
        raise _missing("--devices 2 or more: with one process Accelerate changes nothing")
    if name == "micro-batch" and accumulate == 1 and not by_epoch:
        raise _missing("--accumulate 2 or more: without accumulation each batch is an optimizer step")
    if total is None or (name == "epoch" and run.steps_per_epoch is None):
        raise _missing("the steps of an epoch: give --steps-per-epoch, or --samples and --batch-size")
    per_epoch = run.steps_per_epoch or int(total)
    counted = batches.batches if batches and batches.batches else per_epoch * accumulate
    most = float(getattr(entry.spec, "total_steps", math.inf) or run.points)
    return Clock(name, int(total), per_epoch, counted, accumulate, devices, by_epoch, most)


def _missing(what: str) -> SpecError:
    return SpecError(Problem(message=f"it needs {what}", place="--clock"))


class Restepped(NamedTuple):
    """A schedule whose steps come at other times, looked at once an optimizer step.

    Attributes:
        spec: The schedule.
        run: The run that it was made for.
        clock: When it is stepped.
        as_meant: Look at it as it is meant, and not as it will be.
        end: The optimizer step at which it ends, or raises.
    """

    spec: Spec
    run: Run
    clock: Clock
    as_meant: bool
    end: float

    @property
    def begin(self) -> float:
        """A run begins at 0."""
        return 0.0

    def points(self, t: Array) -> Array:
        """Return the lr in force during some optimizer steps."""
        update = np.minimum(np.floor(t), self.end - 1.0)
        made = self.clock.meant(update) if self.as_meant else self.clock.made(update)
        return engine.at(self.spec, self.run, made)

    def columns(self, edges: Array) -> Columns:
        """Return the lowest and the highest lr in force during each column."""
        looked = self.looked(edges)
        return engine.columns_of(looked, self.points(looked), edges)

    def looked(self, edges: Array) -> Array:
        """Return every optimizer step of a short run; of a long one, those at and between the edges."""
        first, last = float(np.floor(edges[0])), float(max(np.ceil(edges[-1]) - 1, np.floor(edges[0])))
        if last - first < _EXACT:
            return np.arange(first, last + 1)
        between = np.linspace(first, last, _EXACT)
        return np.unique(np.clip(np.floor(np.concatenate([edges[:-1], between])), first, last))


_EXACT = 1 << 18
