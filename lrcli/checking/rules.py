"""What went wrong in a run, by the schedule of its log: one rule for each kind of finding."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from lrcli.checking import written
from lrcli.checking.seen import Seen, decay_of, finding, steps_missed
from lrcli.checking.words import amount, rounded
from lrcli.logs.models import Cycle, Decay, Levels, Scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.checking.examine import Group
    from lrcli.logs.table import Log
    from lrcli.problems import Finding


def remarks(log: Log, groups: list[Group]) -> list[Finding]:
    """Return the findings on a log, in the order of their codes."""
    if not groups or not any(group.runs for group in groups):
        return []
    group = max((group for group in groups if group.runs), key=lambda one: len(one.longest.points))
    answer = group.longest
    unit = "epoch" if answer.stair else log.clock
    total = log.hints.total if unit == "step" else log.hints.total_epochs
    seen = Seen(log, groups, answer, unit, float(answer.points.x[-1]), total)
    return sorted(
        {remark for rule in (*_RULES, *written.RULES) for remark in rule(seen, group)}, key=lambda remark: remark.code
    )


def _cut_short(seen: Seen, group: Group) -> Iterator[Finding]:
    model = decay_of(seen)
    if model is None or seen.answer.end is not None:
        return
    last, peak = float(seen.answer.points.y[-1]), model.peak
    left = (last - model.end) / (peak - model.end) if peak > model.end else 0.0
    stop = model.last + steps_missed(seen.answer)
    if left > 0.1 and seen.end + seen.answer.points.step < stop and len(seen.answer.points) >= 8:
        message = (
            f"the log ends at {seen.unit} {amount(seen.end)} of {amount(stop)} ({seen.end / stop:.0%}), while the lr "
            f"is still {last / peak:.0%} of its peak"
        )
        running = seen.log.hints.end is not None and seen.total is not None and seen.log.hints.end < seen.total
        more = "; a checkpoint in mid-run looks the same" if running else ""
        yield finding("LR120", "warning", message + more)


def _long_warmup(seen: Seen, group: Group) -> Iterator[Finding]:
    model, points = seen.answer.model, seen.answer.points
    warmup = model.warmup if isinstance(model, Decay | Levels) else 0.0
    if len(points) >= 4 and int(np.argmax(points.y)) == len(points) - 1 and points.y[-1] > points.y[0]:
        message = f"the log ends while the lr still rises: it never rose above {rounded(points.peak)}, and never fell"
        yield finding("LR121", "warning", message)
    elif warmup and warmup >= 0.5 * seen.end:
        message = f"the warm-up of {amount(warmup)} {seen.unit}s takes half of the run of {amount(seen.end)} or more"
        yield finding("LR121", "warning", message)


def _warmup_underneath(seen: Seen, group: Group) -> Iterator[Finding]:
    model, points = seen.answer.model, seen.answer.points
    if not isinstance(model, Scaled):
        return
    if not model.ended:
        message = (
            f"the warm-up does not end in the run of {amount(len(points))} {seen.unit}s: the lr never rose above "
            f"{rounded(points.peak)}; Ultralytics counts it in iterations, of which it takes 100 at least"
        )
        yield finding("LR133", "warning", message)
    elif model.warmup > 0.5 * model.length:
        message = (
            f"the warm-up takes {model.warmup:.3g} of {amount(model.length)} {seen.unit}s: the lr peaks at "
            f"{points.peak / model.peak:.0%} of the {amount(model.peak)} that it is multiplied with"
        )
        yield finding("LR133", "warning", message)


def _missed_steps(seen: Seen, group: Group) -> Iterator[Finding]:
    model, lost = seen.answer.model, steps_missed(seen.answer)
    if model is None or not lost:
        return
    places = ", ".join(amount(x) for x, _ in seen.answer.offsets[:4]) + (" …" if len(seen.answer.offsets) > 4 else "")
    much = math.isfinite(model.last) and lost > 0.01 * model.last
    message = (
        f"the scheduler missed {lost} step{'s' * (lost > 1)} (before {seen.unit} {places}), as fp16 does when a loss "
        f"scale overflows; it ends {lost} {seen.unit}{'s' * (lost > 1)} late"
    )
    yield finding("LR122", "warning" if much else "note", message)


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
        yield finding("LR125", "warning", message)


def _idle_end(seen: Seen, group: Group) -> Iterator[Finding]:
    model = decay_of(seen)
    if not seen.answer.points.peak:
        yield finding("LR129", "warning", "the lr is 0 in every row: nothing is learned, or it is printed too coarsely")
    if model is None:
        return
    stop = model.last + steps_missed(seen.answer)
    idle = seen.end - stop
    if model.end <= 1e-3 * model.peak and idle > 3 and idle > 0.05 * seen.end:
        share = idle / seen.end
        message = (
            f"the lr reached {amount(model.end)} at {seen.unit} {amount(stop)} and stayed there for the last "
            f"{share:.0%} of the run: nothing was learned in it"
        )
        yield finding("LR129", "warning", message)


def _another_length(seen: Seen, group: Group) -> Iterator[Finding]:
    model = decay_of(seen)
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
            else "too rarely"
        )
        message = (
            f"the schedule is {round(times)} times as {speed} as the run: {amount(length)} {seen.unit}s of "
            f"{amount(seen.total)}; the scheduler is stepped {why}"
        )
        yield finding("LR130", "warning", message)
    else:
        message = f"the schedule is {amount(length)} {seen.unit}s long, the run {amount(seen.total)}"
        yield finding("LR131", "warning", message)


def _rises_again(seen: Seen, group: Group) -> Iterator[Finding]:
    model = seen.answer.model
    if isinstance(model, Cycle) and model.kind == "wave" and seen.end > model.offset + model.warmup + model.length + 2:
        bottom = model.offset + model.warmup + model.length
        share = seen.answer.points.y[-1] / model.peak
        message = (
            f"the cosine rises again after {seen.unit} {amount(bottom)}: at {seen.unit} {amount(seen.end)} it is at "
            f"{share:.0%} of the peak; T_max is shorter than the run"
        )
        yield finding("LR132", "warning", message)


_RULES = (
    _cut_short, _long_warmup, _warmup_underneath, _missed_steps, _jumps_up, _idle_end, _another_length, _rises_again,
)  # fmt: skip
