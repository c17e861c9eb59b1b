"""Rules on lengths: what is longer than the run, and what the length should probably be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.compose import Sequence, around, timetable
from lrcli.numbers import percent
from lrcli.outline import lr_at
from lrcli.problems import Finding, SpecError
from lrcli.run import amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.findings.part import Part

_HIGH = 0.01
"""An lr at the end is reported if it is above the planned one by more than this share of the peak."""

_UNREACHED = 0.95
"""A peak is not reached if the highest lr is below this share of it."""


def below_one(part: Part) -> Iterator[Finding]:
    """Yield LR011 for each length that is a number below 1, which other tools read as a share of the run."""
    for name, value in part.lengths():
        if isinstance(value, float) and 0 < value < 1:
            unit = part.run.unit
            message = f"{name}={value:g} is {value:g} {unit}s, not {100 * value:g} % of the run"
            fix = f"Write {name}={100 * value:g}%, or {name}={value:g}{unit[:2]} if {value:g} {unit}s are meant."
            yield Finding("LR011", message, fix, path=(name,))


def warmup_too_long(part: Part) -> Iterator[Finding]:
    """Yield LR005 if the warm-up is as long as the run, LR032 if warm-up and decay are longer than the run."""
    warmup, span = part.warmup, part.run.span
    if warmup is None or (part.family is not None and part.family.changes == "never"):
        return
    if warmup.value >= span:
        message = f"the warm-up takes {amount(warmup.value)} of {part.count(span)}: {_peak(part)} is never reached"
        fix = f"Set {warmup.name} to 1 to 10 % of the run, at most {amount(max(span // 10, 1))}."
        yield Finding("LR005", message, fix, path=(warmup.name,))
    elif part.decay is not None and warmup.value + part.decay.value > span and _misses_peak(part):
        both = f"the warm-up ({amount(warmup.value)}) and the decay ({amount(part.decay.value)})"
        message = f"{both} take {part.count(warmup.value + part.decay.value)} of {amount(span)}"
        reached = f"the lr reaches {part.curve.peak:.3g} instead of {part.peak:g}" if part.curve else ""
        left = max(span - part.decay.value, 0)
        fix = f"Shorten {warmup.name} to {amount(left)} or less, or {part.decay.name}." if left else "Shorten both."
        yield Finding("LR032", f"{message}: {reached}", fix, path=(part.decay.name,))


def _peak(part: Part) -> str:
    return f"the peak of {part.peak:g}" if part.peak else "the peak"


def _misses_peak(part: Part) -> bool:
    return bool(part.peak and part.curve and part.curve.peak < _UNREACHED * part.peak)


def longer_than_the_run(part: Part) -> Iterator[Finding]:
    """Yield LR003 if the schedule is longer than the run, and its lr is still high at the end."""
    length, span = part.length, part.own.span
    if length is None or part.family is None or length.value <= span or repeats(part):
        return
    curve = part.curve
    if curve is None:
        return
    try:
        planned = lr_at(part.spec, length.value + part.run.span - span, part.run)
    except SpecError:
        planned = 0.0
    if curve.peak > 0 and curve.last - planned > _HIGH * curve.peak:
        share = percent(curve.last / curve.peak)
        message = f"{part.name} ends at {share} of its peak: {length} is longer than {part.count(span)}"
        fix = f"Set {length.name}={amount(span)}."
        yield Finding("LR003", message, fix, path=(length.name,), edit=(length.value, span))


def after_the_run(part: Part) -> Iterator[Finding]:
    """Yield LR003 if milestones are after the end of the run."""
    late = [
        part.own.of(value)
        for name, value in part.lengths()
        if name == "milestones" and isinstance(value, float | str) and part.own.of(value) > part.own.span
    ]
    if late:
        some = " and ".join(filter(None, [", ".join(map(amount, late[:-1])), amount(late[-1])]))
        are = "milestones {} are" if len(late) > 1 else "milestone {} is"
        message = f"the {are.format(some)} after the end of the run ({part.count(part.own.span)})"
        fix = f"Remove {'them' if len(late) > 1 else 'it'}, or choose milestones below {amount(part.own.span)}."
        yield Finding(
            "LR003", f"{message} and changes nothing" if len(late) == 1 else message, fix, path=("milestones",)
        )


def repeats(part: Part) -> bool:
    """Return whether a schedule repeats its cycle; timm's with cycle_limit=1, its default, does not."""
    family = part.family
    return family is not None and family.changes == "in cycles" and getattr(family, "cycle_limit", 2) != 1


def never_restarts(part: Part) -> Iterator[Finding]:
    """Yield LR013 if the first cycle of a schedule with restarts is as long as the run."""
    length, span = part.length, part.own.span
    if length is not None and repeats(part) and length.value >= span and part.family is not None:
        message = f"{part.name} never restarts: its first cycle, {length}, is as long as the run ({part.count(span)})"
        if length.value > span:
            message = message.replace("as long as", "longer than")
        fix = f"Set {length.name}={amount(max(span // 3, 1))} for three cycles, or use a schedule without restarts."
        yield Finding("LR013", message, fix, path=(length.name,))


def overlong_parts(part: Part) -> Iterator[Finding]:
    """Yield LR020 if the parts of a sequence are longer than the run."""
    if not isinstance(part.spec, Sequence):
        return
    turns, run = timetable(part.spec, part.own), part.own
    last = around(turns[-1].part).for_
    planned = (turns[-1].start + (0 if last is None else run.of(last))) * part.spec.repeat
    if planned > run.span:
        message = f"the parts take {part.count(planned)}, but there are {amount(run.span)}: the rest never happens"
        fix = f"Shorten them by {amount(planned - run.span)}"
        yield Finding("LR020", message, f"{fix}." if part.spec.repeat > 1 else f"{fix}, or leave the last one open.")
