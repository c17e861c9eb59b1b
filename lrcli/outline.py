"""The parts of a spec over its run: when each begins and ends, its lr at both, and lengths as numbers."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from lrcli.compose import Around, Product, Sequence, Spec, around, own_run, parts_of, play, timetable, with_batch
from lrcli.numeric import array
from lrcli.parameters import parameters
from lrcli.problems import SpecError, computed
from lrcli.run import amount
from lrcli.schedules.base import Family
from lrcli.schedules.composition import OF_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.run import Run


class MetricDriven(NamedTuple):
    """A metric-driven schedule in a spec, its start, and the part of the run that it has."""

    schedule: Family
    start: float
    run: Run


def metric_driven_parts(spec: Spec, run: Run, start: float = 0.0) -> Iterator[MetricDriven]:
    """Yield the schedules in a spec that depend on the run's metric."""
    if isinstance(spec, Family):
        if spec.metric_driven:
            yield MetricDriven(with_batch(spec), start + _delay(spec, run), own_run(spec, run))
        return
    for part, begin, run_of_part in placed(spec, run):
        yield from metric_driven_parts(part, run_of_part, start + begin)


class Span(NamedTuple):
    """A spec, or a part of one: its depth in the spec, its start and end, and its lr at both."""

    depth: int
    start: float
    end: float
    spec: Spec
    first: float
    last: float


def outline(spec: Spec, run: Run, start: float = 0.0, depth: int = 0) -> Iterator[Span]:
    """Yield a spec and all of its parts in the first repetition, each before its own parts.

    Raises:
        SpecError: If the first lr of one is not finite.
    """
    limit = around(spec).for_
    length = run.span if limit is None else run.of(limit)
    first = lr_at(spec, 0.0, run)
    if not isfinite(first):
        raise SpecError(f"the lr is {first} at {run.unit} {start:g}: it must be a finite number ≥ 0")
    yield Span(depth, start, start + length, spec, first, lr_at(spec, length, run))
    for part, begin, run_of_part in placed(spec, run):
        yield from outline(part, run_of_part, start + begin, depth + 1)


def lr_at(spec: Spec, t: float, run: Run) -> float:
    """Return the lr at one time, without numpy."""
    with computed("the lr"):
        return float(play(spec, array(t), run))


def part_starts(spec: Spec, run: Run) -> list[float]:
    """Return the times in the run at which the parts of a sequence start, in every repetition, except 0."""
    if not isinstance(spec, Sequence):
        return []
    own, delay = own_run(spec, run), _delay(spec, run)
    turns = timetable(spec, own)
    begins = [turn.start for turn in turns]
    if 1 < spec.repeat <= _MOST_REPEATS:
        length = begins[-1] + own.of(around(turns[-1].part).for_)
        begins = [start + i * length for i in range(spec.repeat) for start in begins]
    return [delay + time for time in begins if 0 < delay + time < run.span]


_MOST_REPEATS = 12
"""The most repetitions of a sequence whose parts are all shown; of more, only the first is shown."""


def parts_in_words(spec: Spec, run: Run) -> str:
    """Return the starts of a sequence's parts, `linear from 0, cosine from 5`; "" for other specs."""
    turns = placed(spec, run) if isinstance(spec, Sequence) else ()
    words = [f"{name_of(part)} from {amount(begin)}" for part, begin, _ in turns]
    again = f", {spec.repeat} times" if isinstance(spec, Sequence) and spec.repeat > 1 else ""
    return ", ".join(words) + again


def name_of(spec: Spec) -> str:
    """Return the name of a spec without its parameters: `cosine`, `a sequence`, `cosine*step`."""
    if isinstance(spec, Family):
        return spec.tag()
    if isinstance(spec, Around):
        return name_of(spec.inner)
    return "a sequence" if isinstance(spec, Sequence) else "*".join(map(name_of, spec.factors))


def understood(spec: Spec, run: Run) -> Iterator[str]:
    """Yield the values that depend on the run, or on batch sizes, as numbers: `warmup 10% of 1000 = 100 steps`."""
    for parameter in parameters(type(spec)):
        value = getattr(spec, parameter.field)
        if value is None and isinstance(spec, Family) and parameter.name == spec.length_parameter != "":
            yield f"{parameter.name} = {amount(run.of(None))} {run.unit}s, as long as the run"
        for length in value if parameter.many and value else [value]:
            if isinstance(length, str) and parameter.kind == "length":
                of = f" of {amount(run.total)}" if length.endswith("%") else ""
                exact = run.of(length)
                used = exact if parameter.many else length_of(spec, run, parameter.field)
                rounded = "" if used == exact else f", rounded to {amount(used)}"
                yield f"{parameter.name} {length}{of} = {amount(exact)} {run.unit}s{rounded}"
    yield from _after_warmup(spec, run)
    outer = around(spec)
    if outer.batch_scale is not None:
        before, after = outer.batch_scale
        yield f"batch {before} → {after}: peak × {outer.batch_factor:g} ({outer.batch_rule} rule)"
    for part in parts_of(spec):
        yield from understood(part, run)


def length_of(spec: Spec, run: Run, name: str) -> float:
    """Return a length that is given in a spec, in the run's unit, as its schedule uses it: some round shares up."""
    value = getattr(spec, name)
    in_run = getattr(spec, "in_run", None)  # which frameworks' schedulers have
    return run.of(getattr(in_run(run), name) if isinstance(value, str) and in_run is not None else value)


def _after_warmup(spec: Spec, run: Run) -> Iterator[str]:
    """Yield when, in the run, what is counted from the end of the warm-up comes."""
    delay = _delay(spec, run)
    if not (delay and isinstance(spec, Family)):
        return
    for parameter in parameters(type(spec)):
        value = getattr(spec, parameter.field)
        if parameter.kind != "length" or parameter.name in OF_PARTS or value is None:
            continue
        if parameter.many:
            times = ", ".join(amount(delay + run.of(one)) for one in value)
            yield f"{parameter.name} count from the end of the warm-up: {run.unit}s {times}"
        elif parameter.default is None and not parameter.otherwise:
            end = amount(delay + run.of(value))
            yield f"{parameter.name} counts from the end of the warm-up, to {run.unit} {end}"


def _delay(spec: Spec, run: Run) -> float:
    """Return the start of a spec's own time: after its warm-up, or 0."""
    outer = around(spec)
    return run.of(outer.warmup) if outer.warmup_prefix else 0.0


def placed(spec: Spec, run: Run) -> Iterator[tuple[Spec, float, Run]]:
    """Yield the parts of a spec, each with its start and the part of the run that it has."""
    own, delay = own_run(spec, run), _delay(spec, run)
    if isinstance(spec, Sequence):
        yield from ((turn.part, delay + turn.start, turn.run) for turn in timetable(spec, own))
    elif isinstance(spec, Product):
        yield from ((factor, delay, own) for factor in with_batch(spec).factors)
    elif isinstance(spec, Around):
        yield with_batch(spec).inner, delay, own
