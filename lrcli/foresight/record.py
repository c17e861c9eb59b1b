"""From a log to the numbers for the laws and the finder: losses over steps, and an lr for every step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.foresight.fit import Record
from lrcli.logs.names import is_rate
from lrcli.logs.table import Column, aligned
from lrcli.problems import Problem, SpecError, closest

if TYPE_CHECKING:
    from lrcli.logs.table import Log
    from lrcli.numeric import Array

VALIDATION = (
    "val_loss", "eval_loss", "valid_loss", "validation_loss", "test_loss", "val/loss", "eval/loss", "valid/loss",
    "validation/loss", "test/loss", "val loss", "eval loss", "valid loss", "validation loss",
)  # fmt: skip
"""Columns with a loss on data that the model does not train on; the first that a log has is used."""
MOST = 2_000_000
"""Steps of the longest run: the laws were checked up to 200,000."""
_FEW = 12


class Columns(NamedTuple):
    """The columns that were named; empty for those to be found by their names.

    Attributes:
        lr: The learning rate.
        loss: The loss.
        step: The steps.
        steps_per_epoch: The steps in an epoch, for a log that counts epochs.
        warmup: The step at which the lr has reached the peak.
    """

    lr: str = ""
    loss: str = ""
    step: str = ""
    steps_per_epoch: int | None = None
    warmup: int | None = None


class Taken(NamedTuple):
    """The numbers of a log for the laws, and where they are from.

    Attributes:
        record: The numbers.
        loss: The name of the loss.
        validation: It is a loss on data that the model does not train on.
        planned: The steps of the run, if the log or the schedule gives them.
    """

    record: Record
    loss: str
    validation: bool
    planned: int | None


def take(log: Log, columns: Columns, schedule: Array | None = None) -> Taken:
    """Return the numbers of a log for the laws.

    Args:
        log: The log of a run.
        columns: The columns that were named.
        schedule: The lr of steps 1, 2, …, to be used instead of the log's.

    Raises:
        SpecError: If a column is missing or counts no steps, or the log holds several runs.
    """
    loss = _loss(log, columns.loss)
    steps, readings = _finite(*_over_steps(log, loss, columns))
    last = int(steps[-1])
    lr = _every_step(log, columns, last) if schedule is None else _long_enough(log, schedule, last)
    if lr.max() <= 0:
        raise _problem(log, "its lr is 0 throughout; name the column of the lr with --lr")
    record = Record(lr, steps.astype(np.int_), readings, columns.warmup)
    planned = log.hints.total if schedule is None else schedule.size
    return Taken(record, loss.name, loss.name.lower() in VALIDATION, planned)


def pairs(log: Log, columns: Columns) -> tuple[Array, Array]:
    """Return the lr and the loss of every row that has both, in the log's order: a range test.

    Raises:
        SpecError: If a column is missing.
    """
    lr, loss = _lr(log, columns.lr), _loss(log, columns.loss, train=True)
    _, mine, theirs = np.intersect1d(lr.rows, loss.rows, return_indices=True)
    if not mine.size and len(lr) == len(loss):
        return lr.y, loss.y
    if not mine.size:
        raise _problem(log, f"no row has both {lr.name} and {loss.name}")
    return lr.y[mine], loss.y[theirs]


def losses(log: Log, columns: Columns) -> Array:
    """Return every loss, in the log's order.

    Raises:
        SpecError: If there is no column of losses.
    """
    return _loss(log, columns.loss, train=True).y


def peak_of(log: Log, columns: Columns) -> float | None:
    """Return the highest lr that was logged; None if there is no column of them."""
    if not columns.lr and not log.rates:
        return None
    y = _lr(log, columns.lr).y
    return float(np.nanmax(y, initial=0.0)) or None


def last_step(log: Log, columns: Columns) -> int:
    """Return the last step that has a loss."""
    return int(_finite(*_over_steps(log, _loss(log, columns.loss), columns))[0][-1])


def _problem(log: Log, message: str, suggestion: str = "") -> SpecError:
    return SpecError(Problem(message=message, place=log.path, suggestion=suggestion))


def _known(log: Log) -> str:
    return f"it has {', '.join(log.columns)}" if log.columns else "it has no column of numbers"


def _named(log: Log, name: str, option: str) -> Column:
    """Return the column of a name that was given.

    Raises:
        SpecError: If there is none.
    """
    if name not in log.columns:
        message = f"{option}: there is no column {name!r}; {_known(log)}"
        raise _problem(log, message, closest(name, log.columns))
    return log.columns[name]


def _lr(log: Log, name: str) -> Column:
    if name:
        return _named(log, name, "--lr")
    if not log.rates:
        raise _problem(log, f"no column holds learning rates; {_known(log)}: name it with --lr")
    return max(log.rates, key=len)


def _loss(log: Log, name: str, *, train: bool = False) -> Column:
    """Return the loss: the one that is named, else one on other data if there is enough of it, else the training's."""
    if name:
        return _named(log, name, "--loss")
    lower = {column.name.lower(): column for column in reversed(list(log.columns.values())) if len(column)}
    other = [lower[one] for one in VALIDATION if one in lower and len(lower[one]) >= _FEW]
    trained = [column for column in log.losses if len(column)]
    further = [column for column in lower.values() if "loss" in column.name.lower() and not is_rate(column.name)]
    found = [*trained, *other, *further] if train else [*other, *trained, *further]
    if not found:
        raise _problem(log, f"no column holds a loss; {_known(log)}: name it with --loss")
    return found[0]


def _over_steps(log: Log, column: Column, columns: Columns) -> tuple[Array, Array]:
    """Return the steps and the values of a column.

    Raises:
        SpecError: If nothing counts steps, or they fall back.
    """
    x = _steps(log, column, columns)
    if back := int(np.count_nonzero(np.diff(x) < 0)):
        times = "once" if back == 1 else f"{back:,} times"
        several = "it holds several runs, or one that was resumed"
        raise _problem(log, f"the steps fall back {times}: {several}; keep the rows of one run")
    return x, column.y


def _steps(log: Log, column: Column, columns: Columns) -> Array:
    """Return the steps at which a column has its values."""
    if columns.step:
        named = _named(log, columns.step, "--step")
        found = aligned(named.rows, named.y, column.rows)
        if found is None:
            raise _problem(log, f"--step: {columns.step} is not a number in every row that has {column.name}")
        return found
    if column.clock == "step":
        return column.x
    rate = columns.steps_per_epoch or log.hints.per_epoch
    if column.clock == "epoch" and rate:
        return np.round((column.x + (1 if column.x[0] == 0 else 0)) * rate)
    if column.clock == "epoch":
        raise _problem(log, "it counts epochs, and the laws count steps: give --steps-per-epoch")
    raise _problem(log, "no column counts its steps: name one with --step")


def _finite(x: Array, y: Array) -> tuple[Array, Array]:
    """Return the values that are finite, at steps that are counted.

    Raises:
        SpecError: If there are none, or the steps are too many.
    """
    used = np.isfinite(x) & np.isfinite(y) & (x >= 1)
    if not used.any():
        raise SpecError("no loss in it is a finite number at a step of 1 or later")
    if x[used].max() > MOST:
        raise SpecError(
            f"{x[used].max():,.0f} steps are more than {MOST:,}: count updates, not samples or tokens (--step), "
            "or divide the steps by ten"
        )
    return x[used], y[used]


def _every_step(log: Log, columns: Columns, last: int) -> Array:
    """Return the lr of steps 1 to the last: linear between rows, and before the first one from 0 at step 0."""
    x, y = _over_steps(log, _lr(log, columns.lr), columns)
    used = np.isfinite(x) & np.isfinite(y)
    x, y = x[used], y[used]
    if not x.size:
        raise _problem(log, "no lr in it is a finite number")
    if y.min() < 0:
        raise _problem(log, f"an lr is {y.min():.4g}: it must not be below 0")
    if columns.warmup and x[0] > columns.warmup:
        x, y = np.append(columns.warmup, x), np.append(y[0], y)
    if x[0] > 0:
        x, y = np.append(0.0, x), np.append(0.0, y)
    return np.interp(np.arange(1, last + 1), x, y)


def _long_enough(log: Log, schedule: Array, last: int) -> Array:
    if schedule.size < last:
        message = f"the schedule has {schedule.size:,} steps, and the log goes to step {last:,}: give --steps"
        raise _problem(log, message)
    return schedule[:last]
