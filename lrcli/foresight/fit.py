"""The laws fitted to one log: three coefficients of each by linear least squares, and how well they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from lrcli.foresight.blocks import end_of_warmup, rises_again
from lrcli.foresight.law import columns_of
from lrcli.problems import SpecError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lrcli.numeric import Array

FEWEST = 12
"""The fewest losses after the warm-up that a fit needs."""
REFUSED = 0.07
"""If the losses differ from the law by more than this share of their fall, they do not follow it."""
_READINGS = 80
_SMALLEST, _LARGEST = 1e-9, 1e9
_DELTA = 1e-3
_ROUNDS = 3


class Coefficients(msgspec.Struct, frozen=True):
    """The coefficients of one law; losses are in nats.

    Attributes:
        l0: The loss after endless training.
        a: The coefficient of the gain by more training.
        b: The coefficient of the gain by a lower lr.
        anchor: A constant, so that the law agrees with the end of the log.
        rms: The root mean square of the differences between the losses and the law.
    """

    l0: float
    a: float
    b: float
    anchor: float
    rms: float

    def loss(self, columns: Array) -> Array:
        """Return the loss for rows of the law's columns."""
        loss: Array = columns @ np.array([self.l0, self.a, self.b]) + self.anchor
        return loss


class Fit(msgspec.Struct, frozen=True):
    """The laws of the loss of one model on its data at one peak lr.

    Attributes:
        peak: Highest lr of the log.
        steps: Its last step.
        warmup: The step at which the lr has reached the peak.
        readings: The number of losses that were used.
        first: The first of them, in nats.
        last: The last of them, in nats.
        decay: The share of the peak by which the lr has fallen at the end.
        misfit: The rms of the differences as a share of the fall of the losses; infinite if they do not fall.
        gained: The gain by the lower lr at the end, in nats.
        laws: The coefficients, by the name of the law.
    """

    peak: float
    steps: int
    warmup: int
    readings: int
    first: float
    last: float
    decay: float
    misfit: float
    gained: float
    laws: dict[str, Coefficients]

    @property
    def floor(self) -> float:
        """The loss after endless training, in nats: the mean of the laws."""
        return float(np.mean([law.l0 + law.anchor for law in self.laws.values()]))


class Record(NamedTuple):
    """The numbers of a log that the laws are fitted to.

    Attributes:
        lr: The lr of steps 1, 2, … up to the last one that has a loss.
        steps: The steps at which a loss was logged, ascending, counted from 1.
        loss: Those losses.
        warmup: The step up to which losses do not count; None for the step at which the lr reaches its peak.
    """

    lr: Array
    steps: NDArray[np.int_]
    loss: Array
    warmup: int | None = None


def fit(record: Record) -> Fit:
    """Return the laws fitted to a log; `refusal` tells whether they may be used.

    Raises:
        SpecError: If there are too few losses, a loss is not above 0 or too large, or the lr rises after its peak.
    """
    lr, total = record.lr, int(record.steps[-1])
    peak = float(lr.max())
    warmup = end_of_warmup(lr) if record.warmup is None else record.warmup
    steps, loss = readings(record.steps, record.loss, after=max(warmup, 0.02 * total))
    if steps.size < FEWEST:
        raise SpecError(f"readings of the loss after the warm-up: {steps.size}; a fit needs {FEWEST}")
    if loss.min() < _SMALLEST:
        raise SpecError(f"a loss is {loss.min():.4g}: the law is for losses above 0, such as the cross-entropy")
    if loss.max() > _LARGEST:
        raise SpecError(f"a loss is {loss.max():.4g}: the run diverged; use the log of a run that learns")
    if rises_again(lr):
        raise SpecError("its lr rises again after the peak: the laws were never checked on restarts or resumed runs")
    by_law = columns_of(lr, peak, steps)
    laws = {name: _coefficients(columns, steps, loss, total) for name, columns in by_law.items()}
    fall = float(loss[0] - loss[-1])
    gains = [-law.b * by_law[name][-1, 2] for name, law in laws.items()]
    return Fit(
        peak=peak,
        steps=total,
        warmup=warmup,
        readings=steps.size,
        first=float(loss[0]),
        last=float(loss[-1]),
        decay=float(1 - lr[total - 1] / peak),
        misfit=max(law.rms for law in laws.values()) / fall if fall > 0 else np.inf,
        gained=float(np.mean(gains)),
        laws=laws,
    )


def refusal(found: Fit) -> str:
    """Return why a fit must not be used, and what to use instead; empty if it may be used."""
    if found.decay < 0.5:
        return (
            "the lr of this run never falls below half its peak, so it does not show what a decay is worth; "
            "use the log of a run with a decay"
        )
    if not np.isfinite(found.misfit):
        return "the loss does not fall; use the log of a run that learns"
    if found.misfit > REFUSED:
        return (
            f"the loss does not follow the law: it is {100 * found.misfit:.0f} % of its fall away from it, and "
            "language models are 0.3-5 %; vision with SGD and diverged runs do not follow it, and no other log would do"
        )
    if all(law.b == 0 for law in found.laws.values()):
        return "the loss gains nothing from the decay of the lr; use the log of a run that does, or the validation loss"
    return ""


def readings(steps: NDArray[np.int_], loss: Array, after: float) -> tuple[NDArray[np.int_], Array]:
    """Return the losses that a fit uses, at most 80: every k-th of a short log, means over windows of a long one."""
    used = (steps > after) & np.isfinite(loss)
    steps, loss = steps[used], loss[used]
    if steps.size > 4 * _READINGS:
        windows = np.array_split(np.arange(steps.size), _READINGS)
        middle = [window[window.size // 2] for window in windows]
        with np.errstate(over="ignore"):  # the mean of a diverged run is infinite, and refused as such
            return steps[middle], np.array([loss[window].mean() for window in windows])
    chosen = np.unique(np.linspace(0, max(steps.size - 1, 0), min(_READINGS, steps.size)).astype(np.int_))
    return steps[chosen], loss[chosen]


def _coefficients(columns: Array, steps: NDArray[np.int_], loss: Array, total: int) -> Coefficients:
    """Return the coefficients with the least relative error; the last fifth counts three times, outliers little."""
    late = np.sqrt(np.where(steps > 0.8 * total, 3.0, 1.0))
    weights = late
    found = np.zeros(3)
    for _ in range(_ROUNDS):
        found = _not_negative(columns, loss, weights / loss)
        apart = np.abs(np.log(np.maximum(columns @ found, 1e-9) / loss))
        weights = late * np.sqrt(_DELTA / np.maximum(apart, _DELTA))
    wrong = columns @ found - loss
    l0, a, b = found.tolist()
    return Coefficients(l0, a, b, anchor=float(-wrong[-1]), rms=float(np.sqrt(np.mean(wrong**2))))


def _not_negative(columns: Array, loss: Array, weights: Array) -> Array:
    """Return the weighted least squares without negative coefficients: columns that would have one are left out."""
    used = np.ones(columns.shape[1], bool)
    while True:
        found = np.zeros(columns.shape[1])
        weighted = weights[:, None] * columns[:, used]
        size = np.sqrt((weighted**2).sum(axis=0))
        size[size == 0] = 1
        found[used] = np.linalg.lstsq(weighted / size, weights * loss, rcond=None)[0] / size
        if not np.any(used & (found < 0)):
            return found
        used &= found >= 0
