"""The unit and the length of the run of a spec: a scheduler that counts steps is evaluated over steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lrcli.compose import Around, Product, Sequence, around, schedules_of
from lrcli.outline import placed
from lrcli.problems import SpecError
from lrcli.run import DEFAULT_LENGTH, Run
from lrcli.schedules.base import Family

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lrcli.compose import Spec
    from lrcli.run import RunOptions, Series
    from lrcli.schedules.base import Counts


def resolve(options: RunOptions, spec: Spec, metric: Series | tuple[float, ...] | None = None) -> Run:
    """Return the run of a spec, in the unit that its schedulers count.

    Args:
        options: The settings of the run.
        spec: The spec that is evaluated over it.
        metric: The metric that a metric-driven schedule depends on.

    Raises:
        SpecError: If a scheduler counts steps and their number is not known; if one part counts epochs and another
            steps; if a framework refuses its scheduler with the lengths that it has in this run.
    """
    run = _resolved(options, spec, metric)
    _check(spec, run)
    return run


def _check(spec: Spec, run: Run) -> None:
    if isinstance(spec, Family):
        spec.check_in(run)
    for part, _, run_of_part in placed(spec, run):
        _check(part, run_of_part)


def _resolved(options: RunOptions, spec: Spec, metric: Series | tuple[float, ...] | None) -> Run:
    options = options.counted()
    scheduler = _counting(spec)
    counts: Counts = "loop" if scheduler is None else scheduler.unit()
    if counts == "steps":
        return _in_steps(options, spec, str(scheduler and scheduler.tag())).resolve(metric)
    if counts == "epochs" and options.steps is not None:
        return _in_epochs(options, str(scheduler and scheduler.tag()), metric)
    if options.epochs is None and options.steps is None and metric is None and options.metric_values is None:
        options = msgspec.structs.replace(options, epochs=_whole(own_length(spec)))
    return options.resolve(metric)


def _counting(spec: Spec) -> Family | None:
    """Return the first scheduler that counts epochs or steps by itself, not as the user's loop does."""
    found = [one for one in schedules_of(spec) if one.unit() != "loop"]
    if len({one.unit() for one in found}) > 1:
        steps, epochs = (next(one.tag() for one in found if one.unit() == unit) for unit in ("steps", "epochs"))
        raise SpecError(f"{steps} counts optimizer steps and {epochs} counts epochs: they cannot be parts of one spec")
    return found[0] if found else None


def _in_steps(options: RunOptions, spec: Spec, tag: str) -> RunOptions:
    """Return the options with the run's length in steps."""
    steps = options.steps
    if steps is None and options.epochs is not None:
        if options.steps_per_epoch is None:
            message = f"{tag} counts optimizer steps: a run of {options.epochs} epochs needs steps_per_epoch"
            raise SpecError(f"{message} (or give the run's length in steps)")
        steps = options.epochs * options.steps_per_epoch
    steps = steps or _whole(own_length(spec)) or DEFAULT_LENGTH * (options.steps_per_epoch or 1)
    return msgspec.structs.replace(options, epochs=None, per_step=False, steps=steps)


def _in_epochs(options: RunOptions, tag: str, metric: Series | tuple[float, ...] | None) -> Run:
    """Return a run of steps as a run of epochs that is evaluated at every step."""
    steps, rate = options.steps, options.steps_per_epoch
    if rate is None or steps is None:
        raise SpecError(f"{tag} counts epochs: a run of {steps} steps needs steps_per_epoch")
    whole = msgspec.structs.replace(options, steps=None, epochs=max(steps // rate, 1), per_step=True).resolve(metric)
    return msgspec.structs.replace(whole, total=steps / rate)


def own_length(spec: Spec) -> float | None:
    """Return the length that a spec has by itself, in its own unit: T_max, or the sum of parts; None if it has none."""
    outer = around(spec)
    if outer.for_ is not None:
        return _number(outer.for_)
    warmup = _number(outer.warmup) if outer.warmup_prefix else 0.0
    inner = _inner_length(spec)
    return None if warmup is None or inner is None else warmup + inner


def _inner_length(spec: Spec) -> float | None:
    match spec:
        case Sequence():
            whole = _sum(map(own_length, spec.parts))
            return None if whole is None else whole * spec.repeat
        case Product():
            return own_length(spec.factors[0])
        case Around():
            return own_length(spec.inner)
        case _:
            return spec.own_length()


def _sum(lengths: Iterable[float | None]) -> float | None:
    known = list(lengths)
    return None if None in known else sum(length for length in known if length is not None)


def _number(length: float | str | None) -> float | None:
    return length if isinstance(length, float | int) else None


def _whole(length: float | None) -> int | None:
    return None if length is None else max(round(length), 1)
