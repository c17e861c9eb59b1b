"""GreedyLR's rule: the lr rises while a metric improves, and falls while it does not."""

from __future__ import annotations

import math
from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING

from lrcli.schedules.metric import Replay
from lrcli.schedules.plateau import is_better, margins

if TYPE_CHECKING:
    from lrcli.frameworks.transformers import Greedy


class _State:
    """The state of the rule: the best metric, good and bad values in a row, the rest of each pause, and the lr."""

    def __init__(self, rule: Greedy) -> None:
        self.rule, self.lr = rule, rule.base_lr
        self.restart()

    def restart(self) -> None:
        """Reset everything except the lr."""
        self.best = math.inf if self.rule.mode == "min" else -math.inf
        self.bad = self.good = self.cooling = self.warming = 0
        self.resets_in = self.rule.reset_start
        self.window: deque[float] = deque()
        self.sum = 0.0

    def judge(self, metric: float) -> bool:
        """Take one value of the metric, and return whether it is bad."""
        if self.rule.smooth:
            metric = self._mean_with(metric)
        if self.cooling or self.warming:
            self.cooling, self.warming = max(self.cooling - 1, 0), self.warming - (not self.cooling)
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
        return is_better(metric, self.best, self.rule.mode, *margins(self.rule.threshold, self.rule.threshold_mode))

    def _rise(self) -> None:
        higher = min(self.lr / self.rule.factor, self.rule.max_lr)
        self.lr = higher if higher - self.lr > self.rule.eps else self.lr
        self.resets_in = self.rule.reset_start
        self.warming, self.good = self.rule.warmup, 0

    def _fall(self) -> None:
        lower = max(self.lr * self.rule.factor, self.rule.min_lr)
        self.lr = lower if self.lr - lower > self.rule.eps else self.lr
        if self.lr <= self.rule.min_lr:
            self.resets_in -= 1
            if self.resets_in <= 0:
                self.restart()
                self.lr = self.rule.base_lr
        self.cooling, self.bad = self.rule.cooldown, 0


@lru_cache(maxsize=16)
def replay(rule: Greedy, metric: tuple[float, ...]) -> Replay:
    """Return the lr after each value of a metric."""
    state = _State(rule)
    rates, bad, cuts = [state.lr], [], []
    for t, value in enumerate(metric):
        if state.judge(value):
            bad.append(t)
        if state.lr != rates[-1]:
            cuts.append(t + 1)
        rates.append(state.lr)
    return Replay(tuple(rates), tuple(bad), tuple(cuts))
