"""A scheduler that is stepped at other times than was meant: how often, and the lr that follows from it."""

from __future__ import annotations

import math
from bisect import bisect_left
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
        updates: Optimizer steps in the run.
        per_epoch: Optimizer steps in an epoch; in the whole run if epochs are not known.
        batches: Batches in an epoch.
        accumulate: Batches in one optimizer step.
        devices: Number of processes.
        by_epoch: It is meant to be stepped once per epoch, not at each optimizer step.
        most: The number of steps after which Accelerate stops stepping it.
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
        """Return how often it is meant to be stepped before an optimizer step."""
        return update // self.per_epoch if self.by_epoch else update

    def made(self, update: Array) -> Array:
        """Return how often it will be stepped before an optimizer step."""
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
        """How often it is stepped for each step that is meant."""
        meant = 1.0 / self.per_epoch if self.by_epoch else 1.0
        if self.name == "accelerate":
            return float(self.devices)
        steps = {"step": 1.0, "epoch": 1.0 / self.per_epoch, "micro-batch": self.batches / self.per_epoch}
        return steps[self.name] / meant

    def first(self, made: float) -> int:
        """Return the first optimizer step before which it is stepped at least so often; the end if there is none."""
        return bisect_left(range(self.updates), made, key=self._made_before)

    def _made_before(self, update: int) -> float:
        return float(self.made(np.array([float(update)]))[0])


def clock_of(name: ClockName, entry: Entry) -> Clock:
    """Return a clock for a run.

    Raises:
        SpecError: If the run lacks a number that the clock needs.
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
    """The lr of a schedule at each optimizer step, by a clock.

    Attributes:
        spec: The schedule.
        run: The run that it was made for.
        clock: When it is stepped.
        as_meant: It is stepped as meant, not as it will be.
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
"""Optimizer steps up to which all are evaluated."""
