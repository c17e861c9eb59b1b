"""What specs are: schedules, sequences, products, and composition around a framework's scheduler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeGuard, TypeVar, cast

import msgspec
from msgspec import Meta

from lrcli.parameters import NOT_A_PARAMETER
from lrcli.problems import Problem
from lrcli.schedules.base import Family
from lrcli.schedules.composition import Composed

if TYPE_CHECKING:
    from lrcli.run import Run


class Sequence(Composed, frozen=True, kw_only=True):
    """Schedules one after the other, each in its own local time from 0.

    A part with start="previous" starts at the lr at which the one before it ends.

    Attributes:
        parts: The schedules. Each but the last has a length (`for`); the last may have none.
        repeat: How many times to play all of them.
    """

    parts: Annotated[tuple[Any, ...], NOT_A_PARAMETER] = msgspec.field(name="sequence")
    repeat: Annotated[int, Meta(ge=1, le=10**6, description="How many times to play the sequence.")] = 1

    def problems(self) -> list[Problem]:
        """Return a problem for each part without the length that it needs."""
        if not self.parts:
            return [Problem(message="a sequence needs at least one part")]
        must = self.parts if self.repeat > 1 else self.parts[:-1]
        why = "to be repeated" if self.repeat > 1 else "only the last may be open"
        if around(self.parts[0]).start == "previous":
            return [Problem(message="the first part of a sequence has no previous part", path=(0, "start"))]
        found = [
            Problem(message=f"part {i + 1} of {len(self.parts)} needs a length (for=…): {why}", path=(i,))
            for i, part in enumerate(must)
            if around(part).for_ is None
        ]
        return super().problems() + found


class Product(Composed, frozen=True, kw_only=True):
    """Schedules whose values are multiplied: lr(t) = f_1(t) · f_2(t) · ….

    In text forms the first is a learning rate and the others are factors: their peak is 1 unless it
    is given.

    Attributes:
        factors: The schedules, each as long as the product; one with a `for` holds its last value after that.
    """

    factors: Annotated[tuple[Any, ...], NOT_A_PARAMETER] = msgspec.field(name="product")

    def problems(self) -> list[Problem]:
        """Return the problems between parameters, and one if there are fewer than two factors."""
        found = super().problems()
        found += [
            Problem(message="start=previous is for a part of a sequence", path=(i, "start"))
            for i, factor in enumerate(self.factors)
            if around(factor).start == "previous"
        ]
        return found if len(self.factors) > 1 else [*found, Problem(message="a product needs at least two factors")]


class Around(Composed, frozen=True, kw_only=True):
    """Composition around a framework's scheduler, which has no such parameters: warm-up, scale, limits, length.

    Attributes:
        inner: The scheduler.
    """

    inner: Annotated[Any, NOT_A_PARAMETER]


Spec = Family | Sequence | Product | Around
"""Everything that has an lr over a run."""

S = TypeVar("S", bound=Spec)


def peak_of_a_factor(schedule: type[Family]) -> dict[str, float]:
    """Return the default peak of a schedule as the second or a later factor of a product."""
    return {schedule.peak: 1.0} if schedule.peak else {}


def is_joined(spec: Spec) -> TypeGuard[Family]:
    """Return whether a schedule starts where the part before it ends, so that its own peak is not used."""
    outer = around(spec)
    return isinstance(spec, Family) and outer.start == "previous" and not outer.warmup


_PLAIN = Composed()


def around(spec: Spec) -> Composed:
    """Return the composition of a spec; for a framework's scheduler without one, the defaults."""
    return spec if isinstance(spec, Composed) else _PLAIN


def parts_of(spec: Spec) -> tuple[Spec, ...]:
    """Return the parts, factors or inner scheduler of a spec; nothing for a schedule."""
    match spec:
        case Sequence():
            return spec.parts
        case Product():
            return spec.factors
        case Around():
            return (spec.inner,)
    return ()


def schedules_of(spec: Spec) -> list[Family]:
    """Return the schedules in a spec, in the order in which they are written."""
    return [spec] if isinstance(spec, Family) else [one for part in parts_of(spec) for one in schedules_of(part)]


def own_run(spec: Spec, run: Run) -> Run:
    """Return the part of the run that the schedule itself has: its length `for`, without a warm-up before it."""
    outer = around(spec)
    span = run.span if outer.for_ is None else run.of(outer.for_)
    warmup = run.of(outer.warmup)
    return run.within(span - warmup, after=warmup) if outer.warmup_prefix else run.within(span)


def with_batch(spec: S) -> S:
    """Return a spec with batch_scale applied to its peaks."""
    outer = around(spec)
    if outer.batch_scale is None:
        return spec
    return cast("S", peak_scaled(spec.replaced(batch_scale=None), outer.batch_factor))  # of the same type


def peak_scaled(spec: Spec, factor: float) -> Spec:
    """Return a spec with its peaks multiplied: a schedule's, those of all parts, that of a product's first factor.

    Raises:
        SpecError: If a schedule has no peak, or another parameter contradicts the new peak.
    """
    match spec:
        case Product():
            first, *others = spec.factors
            return spec.replaced(factors=(peak_scaled(first, factor), *others))
        case Sequence():
            return spec.replaced(parts=tuple(peak_scaled(part, factor) for part in spec.parts))
        case Around():
            return spec.replaced(inner=peak_scaled(spec.inner, factor))
        case _:
            return spec.peak_scaled(factor)
