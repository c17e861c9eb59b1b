"""The rules by which tools choose an lr in an LR range test, each with the smoothing and the cuts of its tool.

fastai and Lightning smooth with an exponential moving average of 0.98 that is corrected at the start; torch-lr-finder
and ignite with one of 0.95 that begins at the first loss. All stop when the smoothed loss is above 4 times its best.

Sources: fastai/callback/schedule.py; lightning/pytorch/tuner/lr_finder.py; torch_lr_finder/lr_finder.py;
ignite/handlers/lr_finder.py.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from lrcli.numeric import Array

_MOST = 2000
"""The most points that the rules get: the time of one of them grows with the square of their number."""
_DIVERGED = 4


class Readings(NamedTuple):
    """The readings of a range test.

    Attributes:
        lr: Ascending.
        loss: As logged.
        smoothed: The log holds smoothed losses already, so that they are not smoothed again.
    """

    lr: Array
    loss: Array
    smoothed: bool

    def averaged(self, beta: float, *, corrected: bool) -> Array:
        """Return the exponential moving average of the losses, unless they are one."""
        return self.loss if self.smoothed else _average(self.loss, beta, corrected=corrected)


def _average(loss: Array, beta: float, *, corrected: bool) -> Array:
    values = []
    mean = 0.0 if corrected else float(loss[0])
    for count, value in enumerate(loss.tolist(), start=1):
        mean = beta * mean + (1 - beta) * value
        values.append(mean / (1 - beta**count) if corrected else mean)
    return np.array(values)


def are_smoothed(loss: Array) -> bool:
    """Return whether losses are a moving average: successive changes of raw losses are not positively correlated."""
    loss = loss[np.isfinite(loss)]
    changes = np.diff(loss[: max(20, loss.size // 2)])
    before, after = changes[:-1], changes[1:]
    if changes.size < 4 or before.std() == 0 or after.std() == 0:
        return False
    return bool(np.corrcoef(before, after)[0, 1] > 0.2)


def rules(lr: Array, loss: Array, *, smoothed: bool) -> dict[str, float | None]:
    """Return the lr that each rule chooses; None if it chooses none.

    Args:
        lr: The lr of each reading, ascending and above 0.
        loss: The losses, finite.
        smoothed: The losses are smoothed.
    """
    kept = np.unique(np.linspace(0, lr.size - 1, min(_MOST, lr.size)).astype(np.int_))
    readings = Readings(lr[kept], loss[kept], smoothed)
    average = readings.averaged(0.98, corrected=True)
    diverged = np.flatnonzero(average > _DIVERGED * np.minimum.accumulate(average))
    end = int(diverged[0]) + 1 if diverged.size else lr.size
    readings = readings._replace(lr=readings.lr[:end], loss=readings.loss[:end])
    return {name: rule(readings) for name, rule in RULES.items()}


def _fastai(readings: Readings, choose: Callable[[Array, Array], float | None]) -> float | None:
    average = readings.averaged(0.98, corrected=True)
    kept = slice(average.size // 10, average.size - 5)
    return choose(readings.lr[kept], average[kept]) if average[kept].size >= 4 else None


def _minimum(lr: Array, loss: Array) -> float | None:
    """Return a tenth of the lr where the loss is lowest."""
    return float(lr[loss.argmin()]) / 10


def _steep(lr: Array, loss: Array) -> float | None:
    """Return the lr where the loss falls most steeply over the logarithm of the lr."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(lr[np.nanargmin(np.diff(loss) / np.diff(np.log(lr)))])


def _slide(lr: Array, loss: Array) -> float | None:
    """Return, going back from the end, the last lr before two gradients 15 points apart differ by less than 0.005."""
    if loss.size < 16:
        return None
    gradient = np.gradient(loss)
    apart = np.abs(gradient[15:] - gradient[:-15])[::-1] > 0.005
    steps = int(np.argmin(apart)) if not apart.all() else apart.size
    return float(lr[-15 - max(steps, 1)])


def _valley(lr: Array, loss: Array) -> float | None:
    """Return a point past the middle of the longest stretch of falling losses, as fastai finds it."""
    length = np.ones(loss.size, np.int_)
    end = start = 0
    for i in range(1, loss.size):
        longer = length[:i][loss[:i] > loss[i]] + 1
        if not longer.size:
            continue
        if longer.max() > length[end]:
            start = i - int(longer[np.argmax(longer > length[end])])
            end = i
        length[i] = longer.max()
    third = (end - start) / 3
    return float(lr[min(max(start + int(third) + int(third / 2), 0), loss.size - 1)])


def _lightning(readings: Readings, *, over_lr: bool) -> float | None:
    """Return the lr where the loss falls most steeply, by point or by lr."""
    lr, loss = readings.lr[10:-1], readings.averaged(0.98, corrected=True)[10:-1]
    if loss.size < 2:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        gradient = np.gradient(loss, lr) if over_lr else np.gradient(loss)
    return None if np.isnan(gradient).all() else float(lr[np.nanargmin(gradient)])


def _torch_lr_finder(readings: Readings) -> float | None:
    """Return the lr where the loss falls most steeply, by point."""
    lr, loss = readings.lr[10:-5], readings.averaged(0.95, corrected=False)[10:-5]
    return float(lr[np.gradient(loss).argmin()]) if loss.size > 2 else None


def _ignite(readings: Readings) -> float | None:
    """Return the lr where the loss falls most steeply before it is lowest, by point."""
    average = readings.averaged(0.95, corrected=False)
    falling = average[: average.argmin() + 1]
    if falling.size < 3:
        return None
    return float(readings.lr[np.argmin(falling[2:] - falling[:-2]) + 1])


RULES: dict[str, Callable[[Readings], float | None]] = {
    "fastai-minimum": partial(_fastai, choose=_minimum),
    "fastai-valley": partial(_fastai, choose=_valley),
    "fastai-steep": partial(_fastai, choose=_steep),
    "fastai-slide": partial(_fastai, choose=_slide),
    "lightning": partial(_lightning, over_lr=False),
    "lightning-by-lr": partial(_lightning, over_lr=True),
    "torch-lr-finder": _torch_lr_finder,
    "ignite": _ignite,
}
"""By the name that `--rule` takes. lightning-by-lr is Lightning's main branch, which divides by the distance in lr."""

SPREAD = tuple(name for name in RULES if name != "lightning-by-lr")
"""The rules whose disagreement is reported: the other is always far too low."""
