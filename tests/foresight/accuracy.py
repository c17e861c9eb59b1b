"""Predictions held against what runs ended at.

From each run whose lr falls below half of its peak, the end of every other run of its group is predicted whose length
is within 4 times its own. The error is the mean over the predictions of a fit, then over the fits. A pair of
predictions by one fit is right if the order is that of the true ends; pairs that end within 0.004 are left out.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.foresight.fit import fit
from lrcli.foresight.predict import FARTHEST, at_the_end, half_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lrcli.foresight.fit import Fit
    from lrcli.numeric import Array
    from tests.foresight.data import Logged

_SAME = 0.004


class Accuracy(NamedTuple):
    """What predictions from one run each are worth.

    Attributes:
        fits: From how many runs there were any.
        error: Mean error of the end, in nats.
        pairs: How many pairs there are.
        right: The share of them in the right order.
        covered: The share whose true difference is within the interval.
        decided: The share of which one is said to be better.
        rightly: The share of these that are.
    """

    fits: int
    error: float
    pairs: int
    right: float
    covered: float
    decided: float
    rightly: float


class Prediction(NamedTuple):
    """The end of a run as each law has it, and as it was."""

    expected: Array
    true: float


class Pair(NamedTuple):
    """Two predictions by one fit: the difference expected, its half-width, and the true one."""

    expected: float
    half_width: float
    true: float

    @property
    def is_right(self) -> bool:
        """Whether the order is."""
        return self.expected * self.true > 0

    @property
    def is_decided(self) -> bool:
        """Whether one is said to be better."""
        return abs(self.expected) > self.half_width


def accuracy(runs: Sequence[Logged]) -> Accuracy:
    """Return how good the predictions within some groups of runs are."""
    predicted = [(found, list(predictions(found, run, runs))) for run in runs if (found := _fit(run)).decay >= 0.5]
    predicted = [(found, made) for found, made in predicted if made]
    errors = [np.mean([abs(one.expected.mean() - one.true) for one in made]) for _, made in predicted]
    pairs = [pair for found, made in predicted for pair in _pairs(found, made)]
    decided = [pair for pair in pairs if pair.is_decided]
    covered = [abs(pair.expected - pair.true) <= pair.half_width for pair in pairs]
    return Accuracy(
        fits=len(predicted),
        error=float(np.mean(errors)),
        pairs=len(pairs),
        right=float(np.mean([pair.is_right for pair in pairs])),
        covered=float(np.mean(covered)),
        decided=len(decided) / len(pairs),
        rightly=float(np.mean([pair.is_right for pair in decided])),
    )


def _fit(run: Logged) -> Fit:
    return fit(run.record)


def predictions(found: Fit, source: Logged, runs: Sequence[Logged]) -> Iterator[Prediction]:
    """Yield the ends of the other runs of a group, as a fit of one of them has them."""
    for run in runs:
        near = 1 / FARTHEST <= run.steps / source.steps <= FARTHEST
        if run.group == source.group and run.name != source.name and near:
            yield Prediction(at_the_end(found, run.record.lr), run.end)


def _pairs(found: Fit, made: Sequence[Prediction]) -> Iterator[Pair]:
    for one, other in combinations(made, 2):
        true = one.true - other.true
        if abs(true) >= _SAME:
            apart = one.expected - other.expected
            yield Pair(float(apart.mean()), half_width(found, apart), true)
