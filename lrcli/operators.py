"""Schedules joined in Python: `a + b` is one after the other, and `a * b` their product, as `+` and `*` are in text."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING

from lrcli.compose import Around, Product, Sequence, around, peak_of_a_factor
from lrcli.parameters import parameters
from lrcli.problems import SpecError
from lrcli.schedules.base import Family
from lrcli.schedules.composition import Composed
from lrcli.schedules.linear import Linear

if TYPE_CHECKING:
    from lrcli.compose import Spec


def sequence(first: Spec, *others: Spec) -> Sequence:
    """Return schedules one after the other.

    Each but the last has a length (`for_`). As in text, a line without a start of its own starts where the part before
    it ends.

    Args:
        first: The first part; a sequence without parameters is extended by the others.
        others: The parts after it.

    Raises:
        SpecError: If a part has no length, or is no schedule.
    """
    _check(first, *others)
    plain = isinstance(first, Sequence) and first == Sequence(parts=first.parts)
    parts = first.parts if isinstance(first, Sequence) and plain else (first,)
    return Sequence(parts=(*parts, *map(_following, others)))


def product(first: Spec, *others: Spec) -> Product:
    """Return schedules that are multiplied.

    As in text, the first is a learning rate and the others are factors: their peak is 1 where it is the default.

    Args:
        first: The first factor; a product without parameters is extended by the others.
        others: The factors after it.

    Raises:
        SpecError: If one is no schedule.
    """
    _check(first, *others)
    plain = isinstance(first, Product) and first == Product(factors=first.factors)
    factors = first.factors if isinstance(first, Product) and plain else (first,)
    return Product(factors=(*factors, *map(_factor, others)))


def scaled(spec: Spec, factor: float) -> Spec:
    """Return a schedule with every lr multiplied by a factor.

    Raises:
        SpecError: If the factor is no scale: 0, negative or not finite.
    """
    if isinstance(factor, bool) or not isinstance(factor, Real):
        raise SpecError(f"a factor must be a number, not {type(factor).__name__}")
    _check(spec)
    if isinstance(spec, Composed):
        return spec.replaced(scale=spec.scale * factor)
    return Around(inner=spec, scale=factor)


def _check(*specs: object) -> None:
    for one in specs:
        if not isinstance(one, Family | Composed):
            raise SpecError(f"a schedule is needed, as of lrcli.schedules, and not {type(one).__name__}")


def _following(part: Spec) -> Spec:
    """Return a later part of a sequence: a line without a start of its own starts where the part before it ends."""
    if isinstance(part, Linear) and part == part.replaced(max_lr=_default(Linear), start_lr=None, warmup=0.0):
        return part.replaced(start="previous")
    return part


def _factor(spec: Spec) -> Spec:
    """Return a spec as a factor: with a peak of 1 where it is the default."""
    match spec:
        case Sequence():
            return spec.replaced(parts=tuple(map(_factor, spec.parts)))
        case Product():
            return spec.replaced(factors=tuple(map(_factor, spec.factors)))
        case Around():
            return spec.replaced(inner=_factor(spec.inner))
    is_default = spec.peak and getattr(spec, spec.peak) == _default(type(spec)) and around(spec).start == "own"
    return spec.replaced(**peak_of_a_factor(type(spec))) if is_default else spec


def _default(declaration: type[Family]) -> object:
    """Return the default of a schedule's peak."""
    return next(p.default for p in parameters(declaration) if p.name == declaration.peak)
