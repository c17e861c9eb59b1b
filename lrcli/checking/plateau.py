"""A run whose lr was cut when a metric stalled: the factor and the patience that explain the cuts by that metric."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import engine
from lrcli.logs.decimals import short
from lrcli.logs.models import Levels
from lrcli.logs.names import METRICS, is_loss, mode_of
from lrcli.registry import SCHEDULES
from lrcli.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.checking.examine import Group
    from lrcli.logs.answer import Answer
    from lrcli.logs.table import Column, Log
    from lrcli.numeric import Array

_PATIENCES = range(21)
_COOLDOWNS = (0, 1, 2, 3, 5)
_THRESHOLDS = ((1e-4, "rel"), (1e-4, "abs"), (0.0, "abs"), (1e-3, "rel"), (1e-2, "rel"))
_LONGEST = 2000
"""Rows of a log that is replayed with every rule."""


class Rule(NamedTuple):
    """A plateau rule that explains the cuts.

    Attributes:
        column: The metric.
        fields: The parameters of lrcli's `plateau`.
    """

    column: str
    fields: dict[str, float | str]

    @property
    def text(self) -> str:
        """The spec, without what is the default."""
        defaults = {"cooldown": 0, "threshold": 1e-4, "threshold_mode": "rel", "mode": "min", "min_lr": 0.0}
        said = {name: value for name, value in self.fields.items() if defaults.get(name) != value}
        return "plateau:" + ",".join(f"{name}={_written(value)}" for name, value in said.items())


def _written(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.0f}" if value == round(value) else repr(value)


def plateau_of(log: Log, group: Group, answer: Answer) -> Rule | None:
    """Return the first rule, on the first metric, that makes all of the cuts and no other; None if there is none."""
    model = answer.model
    if not isinstance(model, Levels) or model.warmup or not model.at or len(answer.points) > _LONGEST:
        return None
    if any(np.diff(model.levels) >= 0):
        return None
    run = next((run for run in group.column.runs() if len(run) == len(answer.points)), None)
    for column in _metrics(log) if run is not None else ():
        values = _beside(column, run) if run is not None else None
        rule = None if values is None else _explaining(column.name, values, answer, model)
        if rule is not None:
            return rule
    return None


def _metrics(log: Log) -> list[Column]:
    """Return the columns that a rule may have followed, the likeliest first."""
    lower = {name.lower(): column for name, column in log.columns.items()}
    return [lower[name] for name in METRICS if name in lower] + [
        column
        for name, column in log.columns.items()
        if name.lower() not in METRICS and ("val" in name or is_loss(name))
    ]


def _beside(column: Column, run: Column) -> Array | None:
    """Return the metric's values in the rows of the learning rates; None if it has not one for each."""
    at = np.minimum(np.searchsorted(column.rows, run.rows), len(column) - 1)
    return column.y[at] if np.array_equal(column.rows[at], run.rows) else None


def _explaining(name: str, values: Array, answer: Answer, model: Levels) -> Rule | None:
    y, tolerance = answer.points.y, answer.points.tolerance + 1e-6 * answer.points.y
    for fields in _rules(name, model):
        spec = SCHEDULES["plateau"](**fields)
        run = Run(unit="step", total=len(y), metric=tuple(values.tolist()))
        lr = engine.evaluate(spec, run).lr
        if (np.abs(lr - y) <= tolerance).all():
            return Rule(name, fields)
    return None


def _rules(name: str, model: Levels) -> Iterator[dict[str, float | str]]:
    """Yield the parameters worth trying: the factor is that of the first cut, the floor the last level, if higher."""
    factor = short(model.levels[1] / model.levels[0], 1e-6)[0]
    last, floor = model.levels[-2] * factor, 0.0
    if model.levels[-1] > last * (1 + 1e-4):
        floor = short(model.levels[-1], 1e-6 * model.levels[-1])[0]
    peak = short(model.levels[0], 1e-6 * model.levels[0])[0]
    if not 0 < factor < 1:
        return
    for cooldown, patience, (threshold, how) in product(_COOLDOWNS, _PATIENCES, _THRESHOLDS):
        yield {
            "max_lr": peak, "factor": factor, "patience": patience, "threshold": threshold, "threshold_mode": how,
            "mode": mode_of(name), "cooldown": cooldown, "min_lr": floor,
        }  # fmt: skip
