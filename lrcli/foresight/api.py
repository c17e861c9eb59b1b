"""`find`, `fit`, `predict` and `suggest` for Python, which `lrcli` exports."""

from __future__ import annotations

from numbers import Real
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from lrcli.entry import Entry
from lrcli.foresight import bound, cooldown, finder, record
from lrcli.foresight.fit import Fit
from lrcli.foresight.fitted import fitted
from lrcli.foresight.predict import ranked
from lrcli.foresight.schedules import check, lrs_of, takes_warmup, unsaid
from lrcli.logs import Log, read_log
from lrcli.logs.builder import Builder
from lrcli.problems import SpecError
from lrcli.run import RunOptions
from lrcli.schedules.base import Family
from lrcli.schedules.composition import Composed
from lrcli.spec.build import build
from lrcli.spec.document import Specs
from lrcli.spec.make import Layer
from lrcli.spec.read import load
from lrcli.spec.values import shown
from lrcli.spec.write import inline
from lrcli.units import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lrcli.compose import Spec
    from lrcli.foresight.bound import Bounded
    from lrcli.foresight.cooldown import Cooldown
    from lrcli.foresight.finder import Found
    from lrcli.foresight.predict import Expected

    Logged = str | PurePath | Log | Mapping[str, Sequence[float]]
    """A log: its file, one that was read, or its columns (`step`, `lr`, `loss`)."""
    Written = str | dict[str, Any] | list[Any] | Spec
    """A spec, as `lrcli.evaluate` takes it."""


def find(log: Logged, *, lr: str = "", loss: str = "", smoothed: bool | None = None) -> Found:
    """Return the lr to use after an LR range test, its range and ceiling, and the lr that the rules of tools choose.

    Args:
        log: The log of the test.
        lr: The column of the learning rate; by default found by its name.
        loss: The column of the loss; by default found by its name.
        smoothed: Whether the losses are smoothed; by default detected.

    Raises:
        SpecError: If the test shows no lr: too few readings, less than a decade, or no fall of the loss.
        InputError: If the file cannot be read.
    """
    return finder.find(*record.pairs(_log(log), record.Columns(lr, loss)), smoothed=smoothed)


def fit(
    log: Logged,
    *,
    lr: str = "",
    loss: str = "",
    step: str = "",
    steps_per_epoch: int | None = None,
    warmup: int | None = None,
) -> Fit:
    """Return the laws of the loss fitted to the log of one run, for `predict` and `suggest`.

    Args:
        log: The log of the run.
        lr: The column of the learning rate; by default found by its name.
        loss: The column of the loss; by default a validation loss, else the training loss.
        step: The column of the steps.
        steps_per_epoch: For a log that counts epochs.
        warmup: The step at which the lr had reached the peak, if the log begins later.

    Raises:
        SpecError: If the log lacks what is needed, or does not follow the laws: the reason, and what log to use.
        InputError: If the file cannot be read.
    """
    return fitted(_log(log), record.Columns(lr, loss, step, steps_per_epoch, warmup)).saved.fit


@overload
def predict(specs: Sequence[Written], log: Logged | Fit, *, steps: int | None = None) -> dict[str, Expected]: ...


@overload
def predict(specs: Sequence[Written], log: None = None, *, steps: int | None = None) -> dict[str, Bounded]: ...


def predict(
    specs: Sequence[Written], log: Logged | Fit | None = None, *, steps: int | None = None
) -> dict[str, Expected] | dict[str, Bounded]:
    """Return the expected losses of schedules, the best first.

    Args:
        specs: Schedules. With a log, those without a peak or a warm-up have the log's.
        log: The log of one run with the same model, data and peak, or a fit to it. Without it there is no loss, only
            the bound of convex optimisation, relative to the first schedule.
        steps: The steps of the runs; by default those of the log.

    Returns:
        By the name of the schedule: the loss at the end (nats) with its interval, and whether it is worse than the
        best; without a log the bound, as a ratio to the best.

    Raises:
        SpecError: If a spec is wrong, or a log cannot predict its loss: the reason, and what to change.
        InputError: If a file cannot be read.
    """
    if log is None:
        lrs = lrs_of(_entries(specs, {}, steps))
        return bound.ranked(lrs, next(iter(lrs)))
    known = log if isinstance(log, Fit) else fit(log)
    lrs = lrs_of(_entries(specs, unsaid(known), steps or known.steps))
    check(known, lrs)
    return ranked(known, lrs)


def suggest(log: Logged | Fit, *, steps: int | None = None, final: float = 0.0) -> Cooldown:
    """Return the length of a linear cooldown: the shortest whose expected loss is as good as the best.

    Args:
        log: The log of one run with the same model, data and peak, or a fit to it.
        steps: The steps of the planned run; by default those of the log.
        final: The lr at the end, as a share of the peak.

    Raises:
        SpecError: If the log does not follow the laws, or is too short or too long for such a run; if `final` is no
            share.
        InputError: If the file cannot be read.
    """
    known = log if isinstance(log, Fit) else fit(log)
    length = RunOptions(steps=steps).steps or known.steps
    if isinstance(final, bool) or not isinstance(final, Real) or not 0 <= final <= 1:
        raise SpecError(f"final must be a share of the peak, from 0 to 1, not {shown(final)}")
    check(known, {"the cooldown": cooldown.cooldown(length, known.peak, known.warmup, 0.2)})
    return cooldown.suggest(known, length, final)


def _log(log: Logged) -> Log:
    if isinstance(log, str | PurePath):
        return read_log(str(log))
    if isinstance(log, Log):
        return log
    try:
        columns = {str(name): np.asarray(values, dtype=np.float64).ravel().tolist() for name, values in log.items()}
    except (AttributeError, TypeError, ValueError, OverflowError):
        raise SpecError(f"a log is a file, or columns of numbers by their names, not {shown(log)}") from None
    builder = Builder("columns")
    builder.add(list(columns), list(columns.values()), builder.take(max(map(len, columns.values()), default=0)))
    return builder.log("the log")


def _entries(specs: Sequence[Written], values: Mapping[str, object], steps: int | None) -> list[Entry]:
    """Return named runs, with values for parameters that the specs do not give; a warm-up for those without one."""
    if not isinstance(specs, list | tuple):
        raise SpecError(f"schedules are given as a list, not as {shown(specs)}")
    if not specs:
        raise SpecError("there is nothing to predict: give one schedule at least")
    without = {name: value for name, value in values.items() if name != "warmup"}
    found: list[Entry] = []
    for spec in specs:
        cold, warm = _specs(spec, without), _specs(spec, values)
        for (name, one), other in zip(cold.schedules.items(), warm.schedules.values(), strict=True):
            run = resolve(RunOptions(steps=steps).over(cold.run), one)
            same = sum(entry.name.partition(" (")[0] == name for entry in found)
            called = f"{name} ({same + 1})" if same else name
            found.append(Entry(called, other if takes_warmup(one, run) else one, run))
    return found


def _specs(spec: Written, values: Mapping[str, object]) -> Specs:
    given = [Layer(values, str)]
    if isinstance(spec, str):
        return load(spec, given)
    if isinstance(spec, Family | Composed):
        return Specs({inline(spec): spec}, None)
    return Specs({inline(build(spec)): build(spec, given)}, None)
