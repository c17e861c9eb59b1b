"""What is to be known of a logged run besides its schedule: each rule looks at one thing, and says its numbers."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.checking.words import amount, often, rounded
from lrcli.logs.models import Cycle, Decay, Levels, Scaled
from lrcli.problems import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.checking.examine import Group
    from lrcli.logs.answer import Answer
    from lrcli.logs.table import Log
    from lrcli.problems import Severity


def said(code: str, severity: Severity, message: str) -> Finding:
    """Return a finding of a log; `explain` has the fix."""
    return Finding(code, message, severity=severity)


class Seen(NamedTuple):
    """What the rules look at: a log, and the longest run of its first group.

    Attributes:
        log: The log.
        groups: Its columns.
        answer: What the run was.
        unit: What its clock counts.
        end: Where on its clock the run ended.
        total: How long it should have been, if the log says so.
    """

    log: Log
    groups: list[Group]
    answer: Answer
    unit: str
    end: float
    total: float | None


def remarks(log: Log, groups: list[Group]) -> list[Finding]:
    """Return what is to be known of a log, in the order of the codes."""
    if not groups or not any(group.runs for group in groups):
        return []
    group = max((group for group in groups if group.runs), key=lambda one: len(one.longest.points))
    answer = group.longest
    unit = "epoch" if answer.stair else log.clock
    total = log.hints.total if unit == "step" else log.hints.total_epochs
    seen = Seen(log, groups, answer, unit, float(answer.points.x[-1]), total)
    return sorted({remark for rule in _RULES for remark in rule(seen, group)}, key=lambda remark: remark.code)


def _decay(seen: Seen) -> Decay | None:
    """Return the decay that was found, if it has an end."""
    model = seen.answer.model
    sure = seen.answer.status in ("identified", "so far")
    return model if isinstance(model, Decay) and sure and math.isfinite(model.last) else None


def _lost(answer: Answer) -> int:
    return sum(count for _, count in answer.offsets)


def _cut_short(seen: Seen, group: Group) -> Iterator[Finding]:
    model = _decay(seen)
    if model is None or seen.answer.end is not None:
        return
    last, peak = float(seen.answer.points.y[-1]), model.peak
    left = (last - model.end) / (peak - model.end) if peak > model.end else 0.0
    stop = model.last + _lost(seen.answer)
    if left > 0.1 and seen.end + seen.answer.points.step < stop and len(seen.answer.points) >= 8:
        message = (
            f"the log ends at {seen.unit} {amount(seen.end)} of {amount(stop)} ({seen.end / stop:.0%}), while the lr "
            f"is still {last / peak:.0%} of its peak"
        )
        running = seen.log.hints.end is not None and seen.total is not None and seen.log.hints.end < seen.total
        more = "; a checkpoint in mid-run looks the same" if running else ""
        yield said("LR120", "warning", message + more)


def _long_warmup(seen: Seen, group: Group) -> Iterator[Finding]:
    model, points = seen.answer.model, seen.answer.points
    warmup = model.warmup if isinstance(model, Decay | Levels) else 0.0
    if len(points) >= 4 and int(np.argmax(points.y)) == len(points) - 1 and points.y[-1] > points.y[0]:
        message = f"the log ends while the lr still rises: it never came above {rounded(points.peak)}, and never fell"
        yield said("LR121", "warning", message)
    elif warmup and warmup >= 0.5 * seen.end:
        message = f"the warm-up of {amount(warmup)} {seen.unit}s takes half of the run of {amount(seen.end)} or more"
        yield said("LR121", "warning", message)


def _warmup_underneath(seen: Seen, group: Group) -> Iterator[Finding]:
    model, points = seen.answer.model, seen.answer.points
    if not isinstance(model, Scaled):
        return
    if not model.ended:
        message = (
            f"the warm-up does not end in the run of {amount(len(points))} {seen.unit}s: the lr never came above "
            f"{rounded(points.peak)}; Ultralytics counts it in iterations, of which it takes 100 at least"
        )
        yield said("LR133", "warning", message)
    elif model.warmup > 0.5 * model.length:
        message = (
            f"the warm-up takes {model.warmup:.3g} of {amount(model.length)} {seen.unit}s: the lr peaks at "
            f"{points.peak / model.peak:.0%} of the {amount(model.peak)} that it is multiplied with"
        )
        yield said("LR133", "warning", message)


def _missed_steps(seen: Seen, group: Group) -> Iterator[Finding]:
    model, lost = seen.answer.model, _lost(seen.answer)
    if model is None or not lost:
        return
    places = ", ".join(amount(x) for x, _ in seen.answer.offsets[:4]) + (" …" if len(seen.answer.offsets) > 4 else "")
    much = math.isfinite(model.last) and lost > 0.01 * model.last
    message = (
        f"the scheduler missed {lost} step{'s' * (lost > 1)} (before {seen.unit} {places}), as fp16 does when a loss "
        f"scale overflows; it ends {lost} {seen.unit}{'s' * (lost > 1)} late"
    )
    yield said("LR122", "warning" if much else "note", message)


def _one_late(seen: Seen, group: Group) -> Iterator[Finding]:
    model = seen.answer.model
    counts_from_one = seen.log.format in ("trainer_state", "LLaMA-Factory")
    if (
        model is not None
        and counts_from_one
        and model.offset == 0
        and math.isfinite(model.last)
        and not _lost(seen.answer)
    ):
        message = "row N holds the lr of the step after it, which was not in force yet: shift by one when you compare"
        yield said("LR123", "note", message)


def _coarse(seen: Seen, group: Group) -> Iterator[Finding]:
    precision, points, model = group.column.precision, seen.answer.points, seen.answer.model
    if precision.kind != "decimals" or isinstance(model, Levels) or not points.peak:
        return
    units = points.peak * 10.0**precision.places
    zeros = int((points.y[1:] == 0).sum()) if model is None else int(((points.y == 0) & (model.lr(points.x) > 0)).sum())
    if units < _COARSE:
        message = f"the lr is printed with {precision}: there are only {units:.0f} units from 0 to the peak"
        yield said("LR124", "warning", message)
    elif zeros > 0.02 * len(points):
        message = f"the lr is printed with {precision}: {zeros} of {len(points)} values read 0 where it is not"
        yield said("LR124", "warning" if zeros > _MANY_ZEROS * len(points) else "note", message)


_COARSE = 20
"""Units of the last decimal below which a curve is more steps than curve."""
_MANY_ZEROS = 0.2
"""Share of the rows that read 0 where the lr is not: fewer are only the end of a decay."""


def _jumps_up(seen: Seen, group: Group) -> Iterator[Finding]:
    points = seen.answer.points
    after = int(np.argmax(points.y >= 0.99 * points.y.max())) + 1
    least = max(0.2 * points.peak, 4 * float(points.tolerance.max()))
    jumps = (start + at for start, up in points.changes(after) for at in np.flatnonzero(up > least).tolist())
    for at in () if isinstance(seen.answer.model, Cycle) else islice(jumps, 2):
        message = (
            f"the lr jumps from {rounded(points.y[at])} to {rounded(points.y[at + 1])} at {seen.unit} "
            f"{amount(points.x[at + 1])}: a resume that did not restore the scheduler, or a second stage"
        )
        yield said("LR125", "warning", message)


def _several_runs(seen: Seen, group: Group) -> Iterator[Finding]:
    if len(group.runs) > 1:
        message = (
            f"the {seen.log.clock} falls back {often(len(group.runs) - 1)}: {len(group.runs)} runs in one file; the "
            f"longest ({len(seen.answer.points):,} points) is looked at"
        )
        yield said("LR126", "note", message)


def _twice(_: Seen, group: Group) -> Iterator[Finding]:
    if group.doubled:
        message = (
            f"{group.doubled} of {len(group.column)} rows are there twice, out of order: two processes write the log"
        )
        yield said("LR127", "note", message)


def _groups_differ(seen: Seen, group: Group) -> Iterator[Finding]:
    for other in seen.groups:
        if other is group or not np.array_equal(other.column.x, group.column.x):
            continue
        apart = np.flatnonzero(np.abs(other.column.y - group.column.y) > 1e-6 * np.nanmax(group.column.y))
        if len(apart):
            last = float(group.column.x[apart[-1]])
            until = "all along" if apart[-1] >= len(group.column) - 1 else f"until {seen.log.clock} {amount(last)}"
            yield said("LR128", "note", f"{other.names[0]} differs from {group.names[0]} {until}")


def _idle_end(seen: Seen, group: Group) -> Iterator[Finding]:
    model = _decay(seen)
    if not seen.answer.points.peak:
        yield said("LR129", "warning", "the lr is 0 in every row: nothing is learnt, or it is printed too coarsely")
    if model is None:
        return
    stop = model.last + _lost(seen.answer)
    idle = seen.end - stop
    if model.end <= 1e-3 * model.peak and idle > 3 and idle > 0.05 * seen.end:
        share = idle / seen.end
        message = (
            f"the lr reached {amount(model.end)} at {seen.unit} {amount(stop)} and stayed there for the last "
            f"{share:.0%} of the run: nothing was learnt in it"
        )
        yield said("LR129", "warning", message)


def _another_length(seen: Seen, group: Group) -> Iterator[Finding]:
    model = _decay(seen)
    if model is None or seen.total is None or seen.answer.end is not None or seen.answer.status != "identified":
        return
    length = model.begin + model.length
    if abs(length - seen.total) <= 2 + 0.002 * seen.total:
        return
    few, many = sorted((length, seen.total))
    times = many / few
    if 2 <= round(times) <= 64 and abs(many - round(times) * few) <= max(0.01 * few, round(times)):  # a step each
        speed = "fast" if length < seen.total else "slow"
        why = (
            "once per process (Accelerate) or per micro-batch (gradient accumulation)"
            if speed == "fast"
            else "too seldom"
        )
        message = (
            f"the schedule is {round(times)} times as {speed} as the run: {amount(length)} {seen.unit}s of "
            f"{amount(seen.total)}; the scheduler is stepped {why}"
        )
        yield said("LR130", "warning", message)
    else:
        message = f"the schedule is made for {amount(length)} {seen.unit}s, the run has {amount(seen.total)}"
        yield said("LR131", "warning", message)


def _rises_again(seen: Seen, group: Group) -> Iterator[Finding]:
    model = seen.answer.model
    if isinstance(model, Cycle) and model.kind == "wave" and seen.end > model.offset + model.warmup + model.length + 2:
        bottom = model.offset + model.warmup + model.length
        share = seen.answer.points.y[-1] / model.peak
        message = (
            f"the cosine rises again after {seen.unit} {amount(bottom)}: at {seen.unit} {amount(seen.end)} it is at "
            f"{share:.0%} of the peak; T_max is shorter than the run"
        )
        yield said("LR132", "warning", message)


def _no_number(seen: Seen, group: Group) -> Iterator[Finding]:
    if group.broken is not None:
        message = f"the lr is not a number, or below 0, at {seen.log.clock} {amount(group.broken)}"
        yield said("LR134", "warning", message)


def _unexplained(seen: Seen, group: Group) -> Iterator[Finding]:
    if seen.answer.first:
        message = f"the first {seen.answer.first} points are not explained by the schedule that agrees with the rest"
        yield said("LR138", "note", message)
    if seen.answer.status == "unknown" and seen.answer.points.peak and len(seen.answer.points) >= 8:
        yield said("LR140", "warning", "no schedule that lrcli knows made this column")


_RULES = (
    _cut_short, _long_warmup, _warmup_underneath, _missed_steps, _one_late, _coarse, _jumps_up, _several_runs, _twice,
    _groups_differ, _idle_end, _another_length, _rises_again, _no_number, _unexplained,
)  # fmt: skip
