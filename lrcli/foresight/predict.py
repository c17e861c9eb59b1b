"""The expected losses of schedules after one logged run, and which of two is better, if that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from lrcli.foresight.blocks import end_of_warmup, rises_again
from lrcli.foresight.law import LAWS, columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from lrcli.foresight.fit import Fit
    from lrcli.numeric import Array

Verdict = Literal["best", "worse", "too_close"]

_LEAST, _SHARE, _APART = 0.012, 0.20, 0.45
"""Half of the 90 % interval of a difference: _LEAST nats + _SHARE · difference + _APART · disagreement of the laws."""
_MISFIT = 0.015
"""Above this misfit the interval widens with it."""
LEVEL, LEVEL_FAR = 0.02, 0.04
"""How far a single loss may be off, within 1.5 times the log's horizon and beyond."""
FAR = 1.5
FARTHEST = 4.0


class Expected(NamedTuple):
    """The expected loss of one schedule, in nats.

    Attributes:
        loss: The loss at the end.
        level: The error (±) of that.
        difference: The difference from the schedule that is expected to be best; 0 for that one.
        half_width: Half of the 90 % interval of the difference.
        verdict: `"best"`, `"worse"`, or `"too_close"` to the best to call.
    """

    loss: float
    level: float
    difference: float
    half_width: float
    verdict: Verdict


def losses(fit: Fit, lr: Array, steps: NDArray[np.int_] | None = None) -> dict[str, Array]:
    """Return the loss (nats) by each law at some steps of a schedule; the laws agree with the end of the log.

    Args:
        fit: A fit to a log.
        lr: The lr of steps 1, 2, ….
        steps: The steps, counted from 1; by default the last one.
    """
    steps = np.array([lr.size]) if steps is None else steps
    found = columns_of(lr, fit.peak, steps)
    return {name: fit.laws[name].loss(found[name]) for name in LAWS}


def at_the_end(fit: Fit, lr: Array) -> Array:
    """Return the loss after the last step, a number for each law."""
    return np.concatenate(list(losses(fit, lr).values()))


def half_width(fit: Fit, difference: Array) -> float:
    """Return half of the 90 % interval of the difference of two schedules, from the difference by each law."""
    mean, disagreement = abs(float(difference.mean())), abs(float(difference[0] - difference[1]))
    return (_LEAST + _SHARE * mean + _APART * disagreement) * max(1.0, fit.misfit / _MISFIT)


class Difference(NamedTuple):
    """The loss of one schedule less that of another, in nats, and half of its 90 % interval."""

    difference: float
    half_width: float

    @property
    def is_known(self) -> bool:
        """Whether the interval leaves out 0."""
        return abs(self.difference) > self.half_width


def compare(fit: Fit, first: Array, second: Array) -> Difference:
    """Return the difference of two schedules, from their losses at the end by each law."""
    return Difference(float((first - second).mean()), half_width(fit, first - second))


def ranked(fit: Fit, schedules: Mapping[str, Array]) -> dict[str, Expected]:
    """Return the expected loss of each schedule, the best first.

    Args:
        fit: A fit to a log, which may be used.
        schedules: An lr per step, by name.
    """
    ends = {name: at_the_end(fit, lr) for name, lr in schedules.items()}
    order = sorted(ends, key=lambda name: float(ends[name].mean()))
    return {name: _expected(fit, ends[name], ends[order[0]], schedules[name].size) for name in order}


def _expected(fit: Fit, end: Array, best: Array, steps: int) -> Expected:
    level = level_of(fit, steps)
    if end is best:
        return Expected(float(end.mean()), level, 0.0, 0.0, "best")
    apart = compare(fit, end, best)
    return Expected(float(end.mean()), level, *apart, "worse" if apart.is_known else "too_close")


def level_of(fit: Fit, steps: int) -> float:
    """Return the error (± nats) of the expected loss of a run of `steps` steps."""
    return LEVEL if steps <= FAR * fit.steps else LEVEL_FAR


def refusal(fit: Fit, lr: Array) -> str:
    """Return why the loss of a schedule cannot be predicted from this log, and what to change; empty if it can.

    Args:
        fit: A fit to a log.
        lr: The lr of steps 1, 2, ….
    """
    peak = float(lr.max())
    if abs(peak - fit.peak) > 0.01 * fit.peak:
        return (
            f"its peak is {peak:.4g} and that of the log {fit.peak:.4g}: a log says nothing about another peak; "
            f"give it the peak {fit.peak:.4g}"
        )
    low, high = fit.steps / FARTHEST, fit.steps * FARTHEST
    if not low <= lr.size <= high:
        return (
            f"{lr.size:,} steps are too far from the {fit.steps:,} of the log; "
            f"choose {int(np.ceil(low)):,} to {int(high):,}, or log a run that is nearer"
        )
    if rises_again(lr):
        return "its lr rises again after the peak, and the law was never checked on restarts; take one that only falls"
    return ""


def curves(fit: Fit, lrs: Mapping[str, Array], most: int = 1000) -> tuple[NDArray[np.int_], dict[str, Array]]:
    """Return the expected losses over runs: about `most` steps, counted from 1, and the losses at these, by name.

    A loss is NaN where a schedule warms up, in the first 2 % of its run, and where it is over.
    """
    longest = max(lr.size for lr in lrs.values())
    grid = np.linspace(1, longest, most).astype(np.int_)
    steps = np.unique(np.concatenate([grid, [lr.size for lr in lrs.values()]]))
    return steps, {name: _over_a_run(fit, lr, steps) for name, lr in lrs.items()}


def _over_a_run(fit: Fit, lr: Array, steps: NDArray[np.int_]) -> Array:
    begin = max(end_of_warmup(lr) + 1, 0.02 * lr.size)
    inside = (steps > begin) & (steps <= lr.size)
    loss = np.full(steps.size, np.nan)
    if inside.any():
        loss[inside] = np.mean(list(losses(fit, lr, steps[inside]).values()), axis=0)
    return loss
