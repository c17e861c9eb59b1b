"""transformers' schedulers that listen: torch's plateau, and GreedyLR."""

from __future__ import annotations

import math
from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from lrcli.codes import Caution
from lrcli.dialects.base import OptimizerLr
from lrcli.dialects.torch.plateau import ReduceLROnPlateau
from lrcli.dialects.transformers.base import TrainerScheduler
from lrcli.schedules.plateau import Listening, Replay, heard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.run import Run


class PlateauSchedule(ReduceLROnPlateau, tag="transformers.reduce_lr_on_plateau", frozen=True, kw_only=True):
    """Multiply the lr by factor when a metric has stopped improving; torch's ReduceLROnPlateau.

    The parameters mode, factor, patience, threshold, threshold_mode, cooldown, min_lr and eps are torch's.
    """

    names = ("get_reduce_on_plateau_schedule",)
    synonyms = {"lr": "base_lr", "learning_rate": "base_lr"}
    tips: ClassVar[tuple[str, ...]] = ("The Trainer steps it once an evaluation, and a warm-up has no effect.",)

    base_lr: OptimizerLr = 5e-5


class Greedy(Listening, TrainerScheduler, tag="transformers.greedy", frozen=True, kw_only=True):
    """Raise the lr while a metric improves, and lower it while it does not (GreedyLR).

    After more than patience good steps in a row lr ← min(lr/factor, max_lr), after as many bad ones
    lr ← max(lr·factor, min_lr). The cooldown steps after a fall, and the warmup_after_rise steps after a rise, are not
    judged.
    """

    names = ("get_greedy_schedule", "GreedyLR")
    synonyms = {"lr": "base_lr", "learning_rate": "base_lr", "warmup": "warmup_after_rise"}
    formula = "lr/factor after more than patience good steps in a row, lr · factor after as many bad ones"
    changes = "when a metric stalls"
    shape = "by a constant factor, both ways"
    tips = (
        "min_lr is 1e-3 by default, above most lrs of fine-tuning: below it the lr only ever rises.",
        "smooth=true judges the mean of the last window_size values.",
    )

    mode: Annotated[Literal["min", "max"], Meta(description="A better metric is lower, or higher.")] = "min"
    factor: Annotated[float, Meta(gt=0, lt=1, description="Factor of each change.")] = 0.95
    patience: Annotated[int, Meta(ge=0, le=10**9, description="How many steps in a row are borne.")] = 10
    threshold: Annotated[float, Meta(ge=0, le=1e9, description="By how much the metric must improve.")] = 1e-6
    threshold_mode: Annotated[Literal["rel", "abs"], Meta(description="Relative to the best, or absolute.")] = "abs"
    cooldown: Annotated[int, Meta(ge=0, le=10**9, description="Steps after a fall that are not judged.")] = 0
    warmup_after_rise: Annotated[
        int, Meta(ge=0, le=10**9, description="GreedyLR's warmup: steps after a rise that are not judged.")
    ] = 0
    min_lr: Annotated[float, Meta(ge=0, le=1e300, description="Lowest lr.")] = 1e-3
    max_lr: Annotated[float, Meta(ge=0, le=1e300, description="Highest lr.")] = 1.0
    eps: Annotated[float, Meta(ge=0, le=1e9, description="Smallest change that is made.")] = 1e-8
    verbose: Annotated[bool, Meta(description="Does not touch the lr.")] = False
    smooth: Annotated[bool, Meta(description="Judge a moving mean.")] = False
    window_size: Annotated[int, Meta(ge=1, le=10**6, description="How many values the mean is of.")] = 50
    reset_start: Annotated[int, Meta(ge=0, le=10**9, description="Falls at min_lr before it starts anew.")] = 500

    def replayed(self, run: Run) -> Replay:
        """Return what the rule makes of what is heard."""
        return _greedy(self, heard(run))

    def cautions(self, run: Run) -> Iterator[Caution]:  # noqa: ARG002
        """Yield that min_lr is above the lr."""
        if self.base_lr < self.min_lr:
            text = f"min_lr={self.min_lr:g} is above base_lr={self.base_lr:g}"
            yield Caution("LR033", f"{text}: GreedyLR never lowers the lr, it only raises it")


class _Judge:
    """The state of GreedyLR."""

    def __init__(self, rule: Greedy) -> None:
        self.rule = rule
        self.lr = rule.base_lr
        self.resting = self.rising = 0
        self.forget()

    def forget(self) -> None:
        """Begin anew, but for the lr."""
        self.best = math.inf if self.rule.mode == "min" else -math.inf
        self.bad = self.good = self.resting = self.rising = 0
        self.resets_in = self.rule.reset_start
        self.window: deque[float] = deque()
        self.sum = 0.0

    def hear(self, metric: float) -> bool:
        """Take one value of the metric, and return whether it was judged and bad."""
        if self.rule.smooth:
            metric = self._mean_with(metric)
        if self.resting or self.rising:
            self.resting, self.rising = max(self.resting - 1, 0), self.rising - (not self.resting)
            self.bad = self.good = 0
            return False
        better = self._better(metric)
        if better:
            self.best = metric
        self.good, self.bad = (self.good + 1, 0) if better else (0, self.bad + 1)
        if self.good > self.rule.patience:
            self._rise()
        elif self.bad > self.rule.patience:
            self._fall()
        return not better

    def _mean_with(self, metric: float) -> float:
        """Return the moving mean, kept as a running sum, as GreedyLR keeps it."""
        self.window.append(metric)
        self.sum += metric
        if len(self.window) > self.rule.window_size:
            self.sum -= self.window.popleft()
        return self.sum / len(self.window)

    def _better(self, metric: float) -> bool:
        lower = self.rule.mode == "min"
        share, margin = (self.rule.threshold, 0.0) if self.rule.threshold_mode == "rel" else (0.0, self.rule.threshold)
        if lower:
            return metric < self.best * (1.0 - share) - margin
        return metric > self.best * (1.0 + share) + margin

    def _rise(self) -> None:
        higher = min(self.lr / self.rule.factor, self.rule.max_lr)
        self.lr = higher if higher - self.lr > self.rule.eps else self.lr
        self.resets_in = self.rule.reset_start
        self.rising, self.good = self.rule.warmup_after_rise, 0

    def _fall(self) -> None:
        lower = max(self.lr * self.rule.factor, self.rule.min_lr)
        self.lr = lower if self.lr - lower > self.rule.eps else self.lr
        if self.lr <= self.rule.min_lr:
            self.resets_in -= 1
            if self.resets_in <= 0:
                self.forget()
                self.lr = self.rule.base_lr
        self.resting, self.bad = self.rule.cooldown, 0


@lru_cache(maxsize=16)
def _greedy(rule: Greedy, metric: tuple[float, ...]) -> Replay:
    judge = _Judge(rule)
    rates, bad, cuts = [judge.lr], [], []
    for t, value in enumerate(metric):
        if judge.hear(value):
            bad.append(t)
        if judge.lr != rates[-1]:
            cuts.append(t + 1)
        rates.append(judge.lr)
    return Replay(tuple(rates), tuple(bad), tuple(cuts))
