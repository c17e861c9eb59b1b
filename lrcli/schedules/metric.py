"""The base of metric-driven schedules, which are replayed over the values of a metric, and the metric of a run."""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from lrcli.breakpoints import At
from lrcli.schedules.base import Family
from lrcli.tables import counted, looked_up

if TYPE_CHECKING:
    from lrcli.breakpoints import Breakpoints
    from lrcli.numeric import Array
    from lrcli.run import Run

LONGEST = 10**6
"""The longest run that is computed step by step, or replayed value by value."""


class Replay(NamedTuple):
    """The lr of a metric-driven schedule over the values of its metric.

    Attributes:
        lr: The learning rate in force during each t: one value more than the metric has.
        bad: The t whose metric was no improvement.
        cuts: The first t at each new lr.
    """

    lr: tuple[float, ...]
    bad: tuple[int, ...]
    cuts: tuple[int, ...]


class MetricFamily(Family, frozen=True, kw_only=True):
    """A schedule or scheduler that depends on the run's metric, whose values are replayed from the start."""

    metric_driven = True

    def replayed(self, run: Run) -> Replay:
        """Return the replay of the run's metric, or of the demo loss if the run has none."""
        raise NotImplementedError

    def lr(self, t: Array, run: Run) -> Array:
        """Return the learning rate in force during t."""
        return looked_up(self.replayed(run).lr, values_before(t, run))

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the cuts."""
        return (At(tuple(time_after(cut, run) for cut in self.replayed(run).cuts)),)


def metric_values(run: Run) -> tuple[float, ...]:
    """Return the values of the metric in a schedule's part of a run: of the run's metric, or else of the demo loss.

    A metric may end before the run: from there on the lr stays as it is.
    """
    if run.metric is not None:
        return run.metric[_values_missed(run) :]
    if run.known is not None:
        return demo_loss(len(run.known))[_values_missed(run) :]
    return demo_loss(math.ceil(run.span))


def _values_missed(run: Run) -> int:
    """Return how many values of the metric were known before this part of the run began."""
    return round(run.start) if run.known is None else bisect_right(run.known, run.start)


def values_before(t: Array, run: Run) -> Array:
    """Return the number of values of the metric that are known in this part of a run at each t; often t itself."""
    if run.known is None:
        return t
    return counted([time - run.start for time in run.known[_values_missed(run) :]], t)


def time_after(count: int, run: Run) -> float:
    """Return when a number of values of the metric are known in this part of a run."""
    if run.known is None or not count:
        return float(count)
    return run.known[_values_missed(run) + count - 1] - run.start


DEMO_SEED = 0
DEMO_LENGTH = 10**5
"""The most values of the demo loss: more than a run has evaluations, and few enough to be replayed one by one."""


@lru_cache(maxsize=4)
def demo_loss(points: int) -> tuple[float, ...]:
    """Return a loss for runs without a metric: 0.3 + 0.7 · exp(−t/12) plus noise, σ = 0.01, from a fixed seed."""
    from random import Random

    points = min(points, DEMO_LENGTH)
    noise = Random(DEMO_SEED)  # noqa: S311 - it is no secret
    return tuple(0.3 + 0.7 * math.exp(-t / 12) + noise.gauss(0, 0.01) for t in range(points))
