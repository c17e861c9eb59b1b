"""The plateau rule of a run whose lr was cut when a metric stalled: the parameters that explain the cuts."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.logs.decimals import short
from lrcli.logs.models import Levels
from lrcli.logs.names import METRICS, is_loss, mode_of
from lrcli.run import Run
from lrcli.schedules.metric import MetricFamily
from lrcli.spec import write
from lrcli.spec.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lrcli.checking.examine import Group
    from lrcli.logs.answer import Answer
    from lrcli.logs.table import Column, Log
    from lrcli.numeric import Array

_PATIENCES = range(21)
_COOLDOWNS = (0, 1, 2, 3, 5)
_THRESHOLDS = {
    "rel": ((1e-4, "rel"), (1e-3, "rel"), (1e-2, "rel"), (0.0, "rel")),
    "abs": ((1e-4, "abs"), (0.0, "abs"), (1e-3, "abs"), (1e-2, "abs")),
}
_LONGEST = 2000
"""Rows of a log that is replayed with every rule."""


class Style(NamedTuple):
    """A framework's rule, with the names of its parameters.

    Attributes:
        tag: The scheduler.
        lr: The parameter of the first lr.
        floor: The parameter of the lowest lr; empty if it has none in this form.
        threshold: The parameter of the threshold.
        kinds: The kinds of thresholds that it has.
        how: The parameter of the kind; empty if there is only one.
        mode: The parameter for whether lower or higher is better; empty if lower always is.
    """

    tag: str
    lr: str
    floor: str = "min_lr"
    threshold: str = "threshold"
    kinds: tuple[str, ...] = ("rel", "abs")
    how: str = "threshold_mode"
    mode: str = "mode"


_TORCH = Style("plateau", "max_lr")
_PADDLE = Style("paddle.ReduceOnPlateau", "learning_rate")
_KERAS = Style("keras.ReduceLROnPlateau", "base_lr", threshold="min_delta", kinds=("abs",), how="")
_OPTAX = Style("optax.reduce_on_plateau", "base_lr", floor="", threshold="rtol", kinds=("rel",), how="", mode="")


class Explained(NamedTuple):
    """A plateau rule that explains the cuts.

    Attributes:
        column: The metric.
        text: The spec, without what is the default.
        run: The run that it follows.
    """

    column: str
    text: str
    run: Run


def plateau_of(log: Log, group: Group, answer: Answer) -> Explained | None:
    """Return the first rule, on the first metric, that makes all of the cuts and no other; None if there is none."""
    model = answer.model
    if not isinstance(model, Levels) or model.warmup or not model.at or len(answer.points) > _LONGEST:
        return None
    if any(np.diff(model.levels) >= 0):
        return None
    run = next((run for run in group.column.runs() if len(run) == len(answer.points)), None)
    by_keras = log.clock == "epoch" and group.column.precision.kind == "float32"
    styles = (_KERAS, _TORCH, _PADDLE, _OPTAX) if by_keras else (_TORCH, _PADDLE, _KERAS, _OPTAX)
    for column in _metrics(log) if run is not None else ():
        metric_values = _metric_values(column, run) if run is not None else None
        found = None if metric_values is None else _explaining(column.name, metric_values, answer, model, styles)
        if found is not None:
            return found
    return None


def _metrics(log: Log) -> list[Column]:
    """Return the columns that may be the metric, the most likely first."""
    lower = {name.lower(): column for name, column in log.columns.items()}
    return [lower[name] for name in METRICS if name in lower] + [
        column
        for name, column in log.columns.items()
        if name.lower() not in METRICS and ("val" in name or is_loss(name))
    ]


def _metric_values(column: Column, run: Column) -> Run | None:
    """Return the run with its metric: in the rows of the learning rates, or in rows of its own over their clock."""
    at = np.minimum(np.searchsorted(column.rows, run.rows), len(column) - 1)
    if np.array_equal(column.rows[at], run.rows):
        return Run(unit="step", total=len(run), metric=tuple(column.y[at].tolist()))
    within = column.part((column.x >= run.x[0]) & (column.x <= run.x[-1]))
    if column.clock != run.clock or len(within) < 2 or (np.diff(within.x) <= 0).any():
        return None
    values, known = tuple(within.y.tolist()), tuple(within.x.tolist())
    return Run(unit="step", total=float(run.x[-1]) + 1, metric=values, known=known)


def _explaining(name: str, run: Run, answer: Answer, model: Levels, styles: tuple[Style, ...]) -> Explained | None:
    points = answer.points
    tolerance = points.tolerance + 1e-6 * points.y
    seen = [np.arange(len(points))] if run.known is None else _before(run.known, points.x)
    for style, cooldown, patience in product(styles, _COOLDOWNS, _PATIENCES):
        for fields in _fields(style, name, model):
            spec = build({"type": style.tag, "patience": patience, "cooldown": cooldown, **fields})
            lr = np.array(spec.replayed(run).lr if isinstance(spec, MetricFamily) else ())
            reached = [at for at in seen if at.max(initial=0) < lr.size]  # a metric may end before its run
            if any((np.abs(lr[at] - points.y) <= tolerance).all() for at in reached):
                return Explained(name, write.inline(spec), run)
    return None


def _before(known: tuple[float, ...], x: Array) -> list[NDArray[np.intp]]:
    """Return how many values are known at each point, without and with those that become known there."""
    return [np.searchsorted(known, x, side=side) for side in ("left", "right")]


def _fields(style: Style, name: str, model: Levels) -> Iterator[dict[str, float | str]]:
    """Yield the parameters worth trying: the factor is that of the first cut, the floor the last level, if higher."""
    factor = short(model.levels[1] / model.levels[0], 1e-6)[0]
    last, floor = model.levels[-2] * factor, 0.0
    if model.levels[-1] > last * (1 + 1e-4):
        floor = short(model.levels[-1], 1e-6 * model.levels[-1])[0]
    peak = short(model.levels[0], 1e-6 * model.levels[0])[0]
    if not 0 < factor < 1 or (floor and not style.floor) or (mode_of(name) == "max" and not style.mode):
        return
    said: dict[str, float | str] = {style.lr: peak, "factor": factor}
    said |= {style.floor: floor} if floor else {}
    said |= {style.mode: mode_of(name)} if style.mode else {}
    for kind in style.kinds:
        for threshold, how in _THRESHOLDS[kind]:
            yield said | {style.threshold: threshold} | ({style.how: how} if style.how else {})
