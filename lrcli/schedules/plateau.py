"""Reduce on plateau: one rule with the variants of the frameworks, and lrcli's schedule, which follows torch's."""

from __future__ import annotations

import math
import operator
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from msgspec import Meta

from lrcli.schedules.base import FloorLr, PeakLr, Schedule
from lrcli.schedules.metric import MetricFamily, Replay, metric_values

if TYPE_CHECKING:
    from lrcli.run import Run


class Rule(NamedTuple):
    """A rule that cuts the lr when a metric has stopped improving; the defaults are torch's.

    The frameworks differ in `comparison`, in `share` and `margin`, in `rests_in_cooldown`, in `eps`, in `accumulation`
    and in `first_is_best`.

    Attributes:
        lr: The lr at the start.
        factor: A cut is lr ← max(lr · factor, min_lr).
        patience: The number of bad values in a row that `comparison` compares.
        mode: Whether a better metric is lower (min) or higher (max).
        share: A better value is m < best · (1 − share) − margin in mode min, > best · (1 + share) + margin in mode max.
        margin: See share.
        cooldown: The number of values after a cut that are never bad.
        min_lr: The lowest lr.
        eps: A cut that changes the lr by at most eps is not made.
        comparison: A cut is made if the number of bad values in a row compares so with patience. Optax has `==`: with a
            patience of 0 it cuts at every improvement, and never on a plateau.
        rests_in_cooldown: Values in the cooldown are ignored; otherwise they may be the new best.
        accumulation: The number of values of which the mean is judged.
        first_is_best: The first value is the best so far, even NaN, than which nothing is better.
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
    """Return the share and the margin of a threshold in torch's notation."""
    return (threshold, 0.0) if threshold_mode == "rel" else (0.0, threshold)


_COMPARISONS = {">": operator.gt, ">=": operator.ge, "==": operator.eq}


class _State:
    """The state of a rule: the best metric, bad values in a row, the rest of the cooldown, and the lr."""

    def __init__(self, rule: Rule) -> None:
        self.rule, self.lr = rule, rule.lr
        self.best = math.inf if rule.mode == "min" else -math.inf
        self.bad = self.cooling = 0
        self.first = rule.first_is_best

    def judge(self, metric: float) -> bool:
        """Update the state by one value of the metric, and return whether it is bad."""
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
    """Return the lr after each value of a metric by a rule."""
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
    cooldown epochs are never bad. A cut that would change the rate by eps or less is not made. It is the rule of torch
    2.13; the metric of epoch t first acts on the rate of epoch t + 1.
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
        """Return the replay of the run's metric by torch's rule."""
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
