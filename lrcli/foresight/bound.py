"""Which of two schedules is better, without a log: the bound of convex optimisation on the loss of the last step.

For a loss that is convex and has subgradients no longer than G, begun at a distance D from its minimum, SGD with the lr
γ·η_1, …, γ·η_T ends no higher above the minimum than D²·T1/γ + γ·G²·T2, where

    T1 = 1 / (2·Σ_k η_k),    T2 = (η_T + Σ_{k<T} η_k² / Σ_{j>k} η_j) / 2

so that with the best factor γ* = √(T1/T2) (for D = G = 1) the bound is Ω* = 2·√(T1·T2). Networks are not convex, and
still the bound has the shape of their loss curves; but its order is right only where it is clear, above SURE.

Sources: Defazio et al., arXiv:2310.07831; Schaipp et al., arXiv:2501.18965, theorem 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lrcli.foresight.predict import Verdict
    from lrcli.numeric import Array

SURE = 1.10
"""Bounds whose ratio is above this were in the right order in 91-100 % of the pairs of four sources."""


class Bound(NamedTuple):
    """The bound of a schedule, D = G = 1.

    Attributes:
        t1: Weight of the distance to the minimum.
        t2: Weight of the noise.
    """

    t1: float
    t2: float

    @property
    def best_factor(self) -> float:
        """γ*, the factor of the lr with which the bound is least."""
        return float(np.sqrt(self.t1 / self.t2))

    @property
    def least(self) -> float:
        """Ω*, the bound with that factor."""
        return float(2 * np.sqrt(self.t1 * self.t2))


def bound(lr: Array) -> Bound:
    """Return the bound for an lr per step, at least one of which is above 0; zeros at the end are ignored."""
    lr = lr[: np.flatnonzero(lr > 0)[-1] + 1]
    rest = np.cumsum(lr[::-1])[::-1]
    noise = lr[-1] + np.sum(lr[:-1] ** 2 / rest[1:])
    return Bound(float(0.5 / rest[0]), float(0.5 * noise))


class Bounded(NamedTuple):
    """The bound of one of several schedules.

    Attributes:
        ratio: The least bound, over that of the best schedule.
        times: The peak at which the bound is least, over that of the schedule that it is compared with.
        peak: The peak to try, if the tuned one of that schedule is known.
        verdict: As for an expected loss.
    """

    ratio: float
    times: float
    peak: float | None
    verdict: Verdict


def ranked(lrs: Mapping[str, Array], base: str, tuned: float | None = None) -> dict[str, Bounded]:
    """Return the bounds of schedules, the best first.

    Args:
        lrs: An lr per step, by name.
        base: The schedule whose best peak the others' are compared with.
        tuned: The peak that was tuned for this schedule.
    """
    bounds = {name: bound(lr) for name, lr in lrs.items()}
    peaks = {name: one.best_factor * float(lrs[name].max()) for name, one in bounds.items()}
    order = sorted(bounds, key=lambda name: bounds[name].least)
    found = {}
    for name in order:
        ratio, times = bounds[name].least / bounds[order[0]].least, peaks[name] / peaks[base]
        verdict: Verdict = "best" if name == order[0] else "worse" if ratio > SURE else "too_close"
        found[name] = Bounded(ratio, times, None if tuned is None else times * tuned, verdict)
    return found
