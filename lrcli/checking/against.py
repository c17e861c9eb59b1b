"""The differences between a log and the schedule that it was meant to follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import engine
from lrcli.checking.seen import finding
from lrcli.checking.words import amount, described, rounded

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.logs.answer import Answer
    from lrcli.numeric import Array
    from lrcli.problems import Finding
    from lrcli.run import Run


class Compared(NamedTuple):
    """The differences of a log from a schedule.

    Attributes:
        offset: The steps by which the log's clock is ahead of the schedule's, where they agree best.
        expected: The schedule's lr at each point.
        apart: The largest difference, as a share of the peak.
        first: The clock at the first point that differs; None where none does.
    """

    offset: int
    expected: Array
    apart: float
    first: float | None


def against(answer: Answer, spec: Spec, run: Run) -> Compared:
    """Return the differences between a run and a spec, its clock shifted by up to three steps to make them smallest.

    Raises:
        SpecError: If the spec cannot be evaluated over the run.
    """
    tried = [_at_offset(answer, spec, run, offset) for offset in (0, 1, 2, -1, -2, 3)]
    return min(tried, key=lambda one: (one.first is not None, one.apart))


def _at_offset(answer: Answer, spec: Spec, run: Run, offset: int) -> Compared:
    points = answer.points
    t = np.maximum(np.round(points.x) - offset, 0.0)
    expected = engine.at(spec, run, t)
    off = np.abs(expected - points.y)
    wrong = np.flatnonzero(off > points.tolerance + 1e-9 * points.peak)
    return Compared(offset, expected, float(off.max() / points.peak), float(points.x[wrong[0]]) if len(wrong) else None)


def differences(answer: Answer, found: Compared, name: str, unit: str) -> list[Finding]:
    """Return findings that a log differs from a spec, from where on, and what it follows instead; none if it agrees."""
    if found.first is None:
        return []
    points = answer.points
    if np.ptp(points.y) <= 2 * points.tolerance.max() and np.ptp(found.expected) > 0.01 * points.peak:
        message = (
            f"the lr never changes, where {name} does: scheduler.step() is not called, or its result is not logged"
        )
        return [finding("LR137", "warning", message)]
    message = (
        f"the log differs from {name} by up to {found.apart:.2g} of the peak, first at {unit} {amount(found.first)}"
    )
    if answer.model is not None and answer.status in ("identified", "so far"):
        message += f"; it is {described(answer.model, unit)}"
    remarks = [finding("LR136", "warning", message)]
    if abs(found.expected.max() / points.peak - 1) > 0.01:
        message = (
            f"the peak of the log is {rounded(points.peak)}, that of {name} {rounded(float(found.expected.max()))}"
        )
        remarks.insert(0, finding("LR135", "warning", message))
    return remarks
