"""Rules on the curve of the lr over the run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lrcli.compose import Sequence, around, timetable
from lrcli.numbers import percent
from lrcli.outline import lr_at
from lrcli.problems import Finding
from lrcli.run import amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.compose import Spec, Turn
    from lrcli.findings.part import Curve, Part

_JUMP = 0.01
"""A jump between two parts is reported from this share of the highest lr at the ends of parts."""
_DROP = 0.02
"""The same where a warm-up ends: published recipes drop there by 1 % of the peak."""
_RISE = 0.01
"""A rise is reported from this share of the peak; a schedule that changes the lr by less is practically constant."""
_TAIL = 0.1
"""An lr of 0 at the end is reported if it lasts for this share of the run."""


def rises_again(part: Part) -> Iterator[Finding]:
    """Yield LR004 if a decay rises again gradually from its lowest point."""
    family = part.family
    if family is None or family.changes != "at every step" or part.length is None or part.curve is None:
        return
    curve = part.curve
    begin, end = _valley(curve)
    rise = float(curve.lr[end] - curve.lr[begin])
    if curve.peak <= 0 or rise <= _RISE * curve.peak or _jumps_up(curve, begin, end, rise / 2):
        return
    at, lowest = int(curve.t[end]), int(curve.t[begin])
    share = percent(round(float(curve.lr[end]) / curve.peak, 2))
    length, span = part.length, part.own.span
    after = f"{length}" if length.value < span else f"{part.run.counts} {amount(lowest)}"
    message = f"{part.name} rises again after {after}: at {part.run.counts} {amount(at)} it is back at {share}"
    fix = f"Set {length.name}={amount(span)}." if length.value < span else "Set num_cycles=0.5."
    has_cycles = length.value < span or hasattr(family, "num_cycles")
    edit = (length.value, span) if length.value < span else None
    fix = fix if has_cycles else "Hold the lr there."
    yield Finding("LR004", f"{message} of the peak", fix, path=(length.name,), edit=edit)


def _valley(curve: Curve) -> tuple[int, int]:
    """Return where the curve is lowest for the first time after its peak, and where it stops rising after that."""
    top = int(curve.lr.argmax())
    lowest = top + int(curve.lr[top:].argmin())
    after = curve.lr[lowest:]
    falls = (after[1:] < after[:-1]).nonzero()[0]
    return lowest, lowest + (int(falls[0]) if falls.size else after.size - 1)


def _jumps_up(curve: Curve, begin: int, end: int, most: float) -> bool:
    """Return whether a rise is a jump, as that of a restart, from one point to the next."""
    rises = curve.lr[begin + 1 : end + 1] - curve.lr[begin:end]
    neighbours = curve.t[begin + 1 : end + 1] - curve.t[begin:end] == 1
    return bool((rises[neighbours] > most).any())


def zero_at_the_start(part: Part) -> Iterator[Finding]:
    """Yield LR007 if the lr is 0 for the first epoch, or for the first hundredth of the steps."""
    curve, run = part.curve, part.run
    if curve is None or not curve.lr.any() or curve.lr[0] != 0:
        return
    first = int((curve.lr != 0).argmax())
    begins = int(curve.t[first - 1]) + 1  # between two of the points, the lr is not known
    whole_epoch = run.counts == "epoch" and run.steps_per_epoch is None
    if not whole_epoch and begins < max(2, min(part.points / 100, run.steps_per_epoch or math.inf)):
        return
    stretch = f"{run.counts} 0" if begins == 1 else f"the first {amount(begins)} {run.counts}s"
    message = f"the lr is 0 during {stretch}, which therefore trains nothing"
    if begins > 1:
        message = message.replace("trains", "train")
    value = f"{float(curve.lr[first]):.3g}"
    field = "warmup_from" if around(part.spec).warmup else _start_of(part)
    fix = f"Set {field}={value}" if field else f"Start at {value}"
    yield Finding("LR007", message, f"{fix}, or step the scheduler once per batch.", path=(field,) if field else ())


def _start_of(part: Part) -> str:
    """Return the parameter that is 0 where the schedule's own rise starts; empty if there is none."""
    return next((name for name in ("warmup_lr_init", "start_lr") if getattr(part.family, name, None) == 0), "")


def zero_at_the_end(part: Part) -> Iterator[Finding]:
    """Yield LR022 if the lr is 0 for the last tenth of the run, or longer."""
    curve = part.curve
    if curve is None or curve.last != 0:
        return
    above = curve.lr.nonzero()[0]
    begins = int(curve.t[above[-1] + 1]) if above.size else 0
    rest = part.points - begins
    if rest < max(2, _TAIL * part.points):
        return
    counts = part.run.counts
    message = (
        f"the lr is 0 from {counts} {amount(begins)} on: the last {amount(rest)} of {amount(part.points)} {counts}s"
    )
    short = part.length if part.length and part.length.value < part.own.span else None
    longer = f"Set {short.name}={amount(part.own.span)}" if short else "Make it as long as the run"
    longer = "Make the parts fill the run" if isinstance(part.spec, Sequence) else longer
    path = (short.name,) if short else ()
    yield Finding("LR022", f"{message} train nothing", f"{longer}, or end above 0.", path=path)


def practically_constant(part: Part) -> Iterator[Finding]:
    """Yield LR023 if a schedule that should change the lr changes it by 1 % or less."""
    curve, family = part.curve, part.family
    if curve is None or family is None or curve.t.size < 3 or family.changes in ("never", "when a metric stalls"):
        return
    change = (curve.peak - float(curve.lr.min())) / (curve.peak or 1.0)
    if change > _RISE or family.runs_code or curve.peak == 0:
        return
    by = f"it changes by {percent(change)}" if change else "it does not change"
    message = f"{part.name} is practically constant: {by} in {part.count(part.run.span)}"
    fix = f"Fit its lengths and factors to the run, or use constant:max_lr={curve.peak:g}."
    named = [name for name in ("step_size", "milestones", "gamma", "decay_rate") if hasattr(family, name)]
    yield Finding("LR023", message, fix, path=tuple(named[:1]))


def jumps(part: Part) -> Iterator[Finding]:
    """Yield LR015 for each part of a sequence that begins at another lr than the one before it ends."""
    if not isinstance(part.spec, Sequence):
        return
    run = part.own
    turns = timetable(part.spec, run)
    ends = [lr_at(turn.part, run.of(around(turn.part).for_), turn.run) for turn in turns[:-1]]
    begins = [lr_at(turn.part, 0.0, turn.run) for turn in turns[1:]]
    highest = max([*ends, *begins], default=0.0)
    for i, (end, begin) in enumerate(zip(ends, begins, strict=True)):
        start = turns[i + 1].start
        if (
            start < run.span
            and abs(end - begin) > _JUMP * highest
            and not _is_step(turns[i], turns[i + 1], end - begin)
        ):
            when = f"{run.unit} {amount(run.start + start)}"
            message = f"the lr jumps from {end:.4g} to {begin:.4g} at {when}, where part {i + 2} begins"
            fix = f"Let part {i + 2} begin at {end:.4g}, or part {i + 1} end at {begin:.4g}."
            yield Finding("LR015", message, fix, path=("sequence", i + 1))


def _is_step(before: Turn, after: Turn, fall: float) -> bool:
    """Return whether a jump is a drop between two constant parts, as in a step schedule."""
    return fall > 0 and _is_constant(before.part) and _is_constant(after.part)


def _is_constant(spec: Spec) -> bool:
    return getattr(spec, "changes", "") == "never"


def drop_after_warmup(part: Part) -> Iterator[Finding]:
    """Yield LR015 if the lr drops at the end of a warm-up during which the schedule has already decayed."""
    outer = around(part.spec)
    length = part.run.of(outer.warmup)
    if outer.warmup_prefix or not 0 < length < part.run.span:
        return
    before, after = (lr_at(part.spec, t, part.run) for t in (length * (1 - 1e-9), length))
    if before - after > _DROP * before:
        message = (
            f"the lr drops from {before:.4g} to {after:.4g} at {part.run.unit} {amount(length)}, where the warm-up"
        )
        fix = "Set warmup_prefix=true, so that the schedule starts after the warm-up."
        yield Finding("LR015", f"{message} ends", fix, path=("warmup_prefix",))
