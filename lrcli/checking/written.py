"""How a log was written, whatever its schedule: too coarsely, twice, by several runs, or with no numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lrcli.checking.seen import finding, steps_missed
from lrcli.checking.words import amount, often
from lrcli.logs.models import Levels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.checking.examine import Group
    from lrcli.checking.seen import Seen
    from lrcli.problems import Finding


def _one_late(seen: Seen, group: Group) -> Iterator[Finding]:
    model = seen.answer.model
    counts_from_one = seen.log.format in ("trainer_state", "LLaMA-Factory")
    if (
        model is not None
        and counts_from_one
        and model.offset == 0
        and math.isfinite(model.last)
        and not steps_missed(seen.answer)
    ):
        message = "row N holds the lr of the step after it, which was not in force yet: shift by one when you compare"
        yield finding("LR123", "note", message)


def _coarse(seen: Seen, group: Group) -> Iterator[Finding]:
    precision, points, model = group.column.precision, seen.answer.points, seen.answer.model
    if precision.kind != "decimals" or isinstance(model, Levels) or not points.peak:
        return
    units = points.peak * 10.0**precision.places
    zeros = int((points.y[1:] == 0).sum()) if model is None else int(((points.y == 0) & (model.lr(points.x) > 0)).sum())
    if units < _COARSE:
        message = f"the lr is printed with {precision}: there are only {units:.0f} units from 0 to the peak"
        yield finding("LR124", "warning", message)
    elif zeros > 0.02 * len(points):
        message = f"the lr is printed with {precision}: {zeros} of {len(points)} values read 0 where it is not"
        yield finding("LR124", "warning" if zeros > _MANY_ZEROS * len(points) else "note", message)


_COARSE = 20
"""Units of the last decimal below which a curve is more steps than curve."""
_MANY_ZEROS = 0.2
"""Share of the rows that read 0 where the lr is not: fewer are only the end of a decay."""


def _several_runs(seen: Seen, group: Group) -> Iterator[Finding]:
    if len(group.runs) > 1:
        message = (
            f"the {seen.log.clock} falls back {often(len(group.runs) - 1)}: {len(group.runs)} runs in one file; the "
            f"longest ({len(seen.answer.points):,} points) is checked"
        )
        yield finding("LR126", "note", message)


def _twice(_: Seen, group: Group) -> Iterator[Finding]:
    if group.doubled:
        message = f"{group.doubled} of {len(group.column)} rows appear twice, out of order: two processes write the log"
        yield finding("LR127", "note", message)


def _groups_differ(seen: Seen, group: Group) -> Iterator[Finding]:
    for other in seen.groups:
        if other is group or not np.array_equal(other.column.x, group.column.x):
            continue
        apart = np.flatnonzero(np.abs(other.column.y - group.column.y) > 1e-6 * np.nanmax(group.column.y))
        if len(apart):
            last = float(group.column.x[apart[-1]])
            until = "all along" if apart[-1] >= len(group.column) - 1 else f"until {seen.log.clock} {amount(last)}"
            yield finding("LR128", "note", f"{other.names[0]} differs from {group.names[0]} {until}")


def _no_number(seen: Seen, group: Group) -> Iterator[Finding]:
    if group.broken is not None:
        message = f"the lr is not a number, or below 0, at {seen.log.clock} {amount(group.broken)}"
        yield finding("LR134", "warning", message)


def _unexplained(seen: Seen, group: Group) -> Iterator[Finding]:
    if seen.answer.first:
        message = f"the first {seen.answer.first} points are not explained by the schedule that agrees with the rest"
        yield finding("LR138", "note", message)
    if seen.answer.status == "unknown" and seen.answer.points.peak and len(seen.answer.points) >= 8:
        yield finding("LR140", "warning", "no schedule that lrcli knows agrees with this column")


RULES = (_one_late, _coarse, _several_runs, _twice, _groups_differ, _no_number, _unexplained)
