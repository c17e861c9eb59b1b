"""Schedules as an lr per step, with the peak and the warm-up of a log if they give none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lrcli import engine
from lrcli.foresight.predict import refusal
from lrcli.foresight.record import MOST
from lrcli.problems import Problem, SpecError
from lrcli.schedules.base import Family
from lrcli.summary import ends

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lrcli.compose import Spec
    from lrcli.entry import Entry
    from lrcli.foresight.fit import Fit
    from lrcli.numeric import Array
    from lrcli.run import Run


def unsaid(fit: Fit) -> dict[str, object]:
    """Return values for what a schedule does not give: the peak and the warm-up of the log."""
    return {"lr": fit.peak, "max_lr": fit.peak, "warmup": fit.warmup}


def takes_warmup(spec: Spec, run: Run) -> bool:
    """Return whether a schedule takes the log's warm-up: it has a parameter for it, or begins at its peak.

    Args:
        spec: The schedule without that warm-up.
        run: Its run.
    """
    own = isinstance(spec, Family) and ("warmup" in type(spec).__annotations__ or bool(spec.warmup_parameter))
    if own:
        return True
    found = ends(spec, run)
    return found.first >= 0.99 * found.peak


def lrs_of(entries: Iterable[Entry]) -> dict[str, Array]:
    """Return the lr of every step of each schedule, by its name.

    Raises:
        SpecError: If one has too many steps, or an lr of 0 throughout.
    """
    return {name: _lr(name, spec, run) for name, spec, run, _ in entries}


def _lr(name: str, spec: Spec, run: Run) -> Array:
    if run.unit == "epoch" and run.steps_per_epoch is not None:
        run = msgspec.structs.replace(run, per_step=True)
    if run.points > MOST:
        raise SpecError(Problem(message=f"{run.points:,} steps are more than {MOST:,}", place=name))
    lr = engine.evaluate(spec, run).lr
    if lr.max() <= 0:
        raise SpecError(Problem(message="its lr is 0 throughout", place=name))
    return lr


def check(fit: Fit, lrs: Mapping[str, Array]) -> None:
    """Check that the losses of schedules can be predicted from a log.

    Raises:
        SpecError: With the reason, and what to change, for each that cannot.
    """
    refused = {name: refusal(fit, lr) for name, lr in lrs.items()}
    problems = [Problem(message=reason, place=name) for name, reason in refused.items() if reason]
    if problems:
        raise SpecError(*problems)
