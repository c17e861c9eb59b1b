"""The second axis, above the drawing: the run in another unit than that of the axis below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lrcli.figure.data import Axis
from lrcli.problems import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.run import Run

Wanted = Literal["epoch", "step", "samples", "tokens"]
"""What a second axis can count."""

_MISSING = {
    "epoch": "--steps-per-epoch, or --samples and --batch-size",
    "step": "--steps-per-epoch, or --samples and --batch-size",
    "samples": "--batch-size",
    "tokens": "--tokens-per-step, or --batch-size and --seq-len",
}


def second_axis(entries: Sequence[Entry], x: Axis, wanted: Wanted | None) -> Axis | None:
    """Return the axis above the drawing; None if nothing was asked for and epochs and steps cannot be converted.

    Args:
        entries: The schedules that are drawn.
        x: The axis below.
        wanted: The unit that was asked for; if None, steps for epochs and epochs for steps.

    Raises:
        SpecError: If the unit is that of the axis below, cannot be computed, or differs between the runs.
    """
    if wanted is None:
        return _other_unit(entries, x)
    if wanted == x.unit:
        other = "step" if wanted == "epoch" else "epoch"
        message = f"the axis below counts {wanted}s already: choose {other}, samples or tokens"
        raise SpecError(Problem(message=message, place="--axis"))
    rates = {_per_x(entry.run, x.unit, wanted) for entry in entries} - {None}
    if len(rates) > 1:
        raise SpecError(Problem(message=f"the runs differ in their {wanted}: draw them separately", place="--axis"))
    rate = rates.pop() if rates else None
    if rate is None:
        raise SpecError(Problem(message=f"a second axis in {wanted} needs {_MISSING[wanted]}", place="--axis"))
    return Axis(wanted, x.low * rate, x.high * rate)


def _per_x(run: Run, unit: str, wanted: Wanted) -> float | None:
    """Return how many wanted units one unit of the axis below is; None if that is not known."""
    steps = 1.0 if unit == "step" else run.steps_per_epoch
    if steps is None or wanted == "step":
        return steps
    if wanted == "epoch":
        return 1 / run.steps_per_epoch if run.steps_per_epoch else None
    per_step = None if run.batches is None else getattr(run.batches, f"{wanted}_per_step")
    return None if per_step is None else steps * per_step


def _other_unit(entries: Sequence[Entry], x: Axis) -> Axis | None:
    """Return the axis in steps for curves over epochs, and in epochs for curves over steps, where one is known."""
    rates = {entry.run.steps_per_epoch for entry in entries}
    mixed = len({entry.run.counts for entry in entries}) > 1
    known = rates - {None} if mixed else rates
    rate = next(iter(known))
    if rate is None or len(known) > 1:
        return None
    factor, unit = (rate, "step") if x.unit == "epoch" else (1 / rate, "epoch")
    return Axis(unit, x.low * factor, x.high * factor)
