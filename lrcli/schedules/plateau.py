"""Reduce on plateau: the one rule that every framework has its own version of, and lrcli's schedule that follows it."""

from __future__ import annotations

import math
import operator
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from msgspec import Meta

from lrcli.breakpoints import At
from lrcli.numeric import counted, looked_up
from lrcli.schedules.base import Family, FloorLr, PeakLr, Schedule

if TYPE_CHECKING:
    from lrcli.breakpoints import Breakpoints
    from lrcli.numeric import Array
    from lrcli.run import Run

LONGEST = 10**6
"""A metric-driven schedule is replayed from the start, one value of its metric after the other."""


class Replay(NamedTuple):
    """What a plateau schedule made of its metric.

    Attributes:
        lr: The learning rate in force during each t, one more than the metric has values.
        bad: The t whose metric counted as no improvement.
        cuts: The first t at each lower rate.
    """

    lr: tuple[float, ...]
    bad: tuple[int, ...]
    cuts: tuple[int, ...]


class MetricFamily(Family, frozen=True, kw_only=True):
    """A schedule or scheduler that depends on the run's metric: it is replayed from the start, value by value."""

    metric_driven = True

    def replayed(self, run: Run) -> Replay:
        """Return what the schedule makes of the run's metric, or of the demo loss if the run has none."""
        raise NotImplementedError

    def lr(self, t: Array, run: Run) -> Array:
        """Return the learning rate in force during t."""
        return looked_up(self.replayed(run).lr, values_before(t, run))

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the cuts."""
        return (At(tuple(time_after(cut, run) for cut in self.replayed(run).cuts)),)


def metric_values(run: Run) -> tuple[float, ...]:
    """Return the metric that a schedule uses in its part of a run: the run's metric, or the demo loss if it has none.

    Both are as long as their log, however long the run is: beyond it the lr stays as it is.
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
    """Return how many values of the metric this part of a run has at each t: t itself where each t brings one."""
    if run.known is None:
        return t
    return counted([time - run.start for time in run.known[_values_missed(run) :]], t)


def time_after(count: int, run: Run) -> float:
    """Return when this part of a run has so many values of the metric."""
    if run.known is None or not count:
        return float(count)
    return run.known[_values_missed(run) + count - 1] - run.start


class Rule(NamedTuple):
    """A rule that cuts the lr when a metric has stopped improving; the defaults are torch's.

    The frameworks differ in `comparison`, in which margin they know, in `rests_in_cooldown`, in `eps`, in
    `accumulation` and in `first_is_best`.

    Attributes:
        lr: At the start.
        factor: A cut is lr ← max(lr · factor, min_lr).
        patience: After how many bad values in a row.
        mode: Whether a better metric is lower, or higher.
        share: By what share of the best a value must be better: m < best · (1 − share) − margin in mode min.
        margin: By how much it must be better.
        cooldown: How many values after a cut are never bad.
        min_lr: Lowest lr.
        eps: A cut that changes the lr by this or less is not made.
        comparison: How many bad values in a row, compared with patience, lead to a cut. Optax has `==`, so that with a
            patience of 0 every improvement leads to one, and no plateau.
        rests_in_cooldown: A value in the cooldown is not looked at; if not, it may still be the new best.
        accumulation: So many values are judged at once, by their mean.
        first_is_best: The first value is the best so far whatever it is: nothing is better than one that is NaN.
    """

    lr: float
    factor: float
    patience: int
    mode: Literal["min", "max"] = "min"
    share: float = 0.0
    margin: float = 0.0
    cooldown: int = 0
    min_lr: float = 0.0
    eps: float = 0.0
    comparison: Literal[">", ">=", "=="] = ">"
    rests_in_cooldown: bool = False
    accumulation: int = 1
    first_is_best: bool = False


def is_better(metric: float, best: float, mode: Literal["min", "max"], share: float, margin: float) -> bool:
    """Return whether a metric is better than the best so far by a share of it and a margin; NaN never is."""
    if mode == "min":
        return metric < best * (1.0 - share) - margin
    return metric > best * (1.0 + share) + margin


def margins(threshold: float, threshold_mode: str) -> tuple[float, float]:
    """Return the share and the margin that a threshold of torch's is."""
    return (threshold, 0.0) if threshold_mode == "rel" else (0.0, threshold)


_COMPARISONS = {">": operator.gt, ">=": operator.ge, "==": operator.eq}


class _State:
    """A rule at work: the best metric, bad values in a row, what is left of the cooldown, and the lr."""

    def __init__(self, rule: Rule) -> None:
        self.rule, self.lr = rule, rule.lr
        self.best = math.inf if rule.mode == "min" else -math.inf
        self.bad = self.cooling = 0
        self.first = rule.first_is_best

    def judge(self, metric: float) -> bool:
        """Take one value of the metric, and return whether it is bad."""
        if self.cooling and self.rule.rests_in_cooldown:
            self.cooling -= 1
            return False
        rule = self.rule
        better = self.first or is_better(metric, self.best, rule.mode, rule.share, rule.margin)
        self.first = False
        self.best = metric if better else self.best
        self.bad = 0 if better or self.cooling else self.bad + 1
        if self.cooling:
            self.cooling -= 1
        elif _COMPARISONS[self.rule.comparison](self.bad, self.rule.patience):
            self.cut()
        return not better

    def cut(self) -> None:
        """Cut the lr, if that changes it by more than eps, and cool down."""
        lower = max(self.lr * self.rule.factor, self.rule.min_lr)
        self.lr = lower if self.lr - lower > self.rule.eps else self.lr
        self.bad, self.cooling = 0, self.rule.cooldown


@lru_cache(maxsize=16)
def replay(rule: Rule, metric: tuple[float, ...]) -> Replay:
    """Return what a rule makes of a metric, one value after the other."""
    state, total = _State(rule), 0.0
    rates, bad, cuts = [rule.lr], [], []
    for t, value in enumerate(metric):
        total += value
        if (t + 1) % rule.accumulation == 0:
            if state.judge(total / rule.accumulation):
                bad.append(t)
            total = 0.0
        if state.lr < rates[-1]:
            cuts.append(t + 1)
        rates.append(state.lr)
    return Replay(tuple(rates), tuple(bad), tuple(cuts))


class Plateau(MetricFamily, Schedule, tag="plateau", frozen=True, kw_only=True):
    """Multiply the learning rate by factor when a metric has stopped improving.

    lr(t) is max_lr times factor for every time that more than patience epochs in a row were bad, never below min_lr. An
    epoch is bad if its metric is not better than the best so far by the threshold: m < best · (1 − threshold) in mode
    min and threshold_mode rel, best − threshold in abs, and the other way round in mode max. After a cut the next
    cooldown epochs are never bad. A cut that would change the rate by eps or less is not made. All of it is the rule
    of torch 2.13; the metric of epoch t first acts on the rate of epoch t + 1.
    """

    formula = "max_lr · factor^(number of times that more than patience epochs in a row were bad), ≥ min_lr"
    changes = "when a metric stalls"
    shape = "by a constant factor"
    use = "When the length of the run is not known: each lr is kept for as long as it helps."
    tips = (
        "Raise patience with more epochs, and with a noisy metric; with patience 2 the rate falls after 3 bad epochs.",
        "Use the validation loss, not the training loss, and set the threshold to the size of its noise.",
        "Keras waits one epoch less: its patience 3 is patience 2 here, and its cooldown 3 is cooldown 2.",
    )
    sources = ("torch.optim.lr_scheduler.ReduceLROnPlateau", "keras.callbacks.ReduceLROnPlateau")

    max_lr: PeakLr = 0.1
    factor: Annotated[float, Meta(gt=0, lt=1, description="Factor of each cut.")] = 0.1
    patience: Annotated[int, Meta(ge=0, le=10**9, description="Bad epochs in a row that lead to no cut yet.")] = 10
    threshold: Annotated[float, Meta(ge=0, le=1e9, description="By how much the metric must improve.")] = 1e-4
    threshold_mode: Annotated[
        Literal["rel", "abs"], Meta(description="The threshold is a share of the best metric, or absolute.")
    ] = "rel"
    mode: Annotated[Literal["min", "max"], Meta(description="A better metric is lower, or higher.")] = "min"
    cooldown: Annotated[int, Meta(ge=0, le=10**9, description="Epochs after a cut that are never bad.")] = 0
    min_lr: FloorLr = 0.0
    eps: Annotated[float, Meta(ge=0, le=1e9, description="Smallest cut that is made.")] = 1e-8

    def replayed(self, run: Run) -> Replay:
        """Return what torch's rule makes of the metric."""
        share, margin = margins(self.threshold, self.threshold_mode)
        rule = Rule(
            lr=self.max_lr,
            factor=self.factor,
            patience=self.patience,
            mode=self.mode,
            share=share,
            margin=margin,
            cooldown=self.cooldown,
            min_lr=self.min_lr,
            eps=self.eps,
        )
        return replay(rule, metric_values(run))


DEMO_SEED = 0
DEMO_LENGTH = 10**5
"""Values of the demo loss: more than a run has evaluations, and few enough to be replayed one by one."""


@lru_cache(maxsize=4)
def demo_loss(points: int) -> tuple[float, ...]:
    """Return a loss for want of a real one: 0.3 + 0.7 · exp(−t/12), with noise of 0.01 from a fixed seed."""
    from random import Random

    points = min(points, DEMO_LENGTH)
    noise = Random(DEMO_SEED)  # noqa: S311 - nothing is to be kept secret
    return tuple(0.3 + 0.7 * math.exp(-t / 12) + noise.gauss(0, 0.01) for t in range(points))
