"""Schedules made of schedules: the warm-up before any of them, sequences and products."""

from __future__ import annotations

from functools import partial
from itertools import accumulate, zip_longest
from math import prod
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

import msgspec
from msgspec import Meta

from lrcli.knots import joined, marks, multiples, subdivided
from lrcli.numeric import floor, full, line, maximum, minimum, piecewise
from lrcli.parameters import NOT_A_PARAMETER
from lrcli.problems import Problem
from lrcli.schedules.base import Composed, Schedule

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence as Sequence_

    from lrcli.numeric import Array
    from lrcli.run import Run


class Sequence(Composed, frozen=True, kw_only=True):
    """Schedules one after the other, each on a clock of its own that begins at 0.

    Attributes:
        parts: In order. Each but the last says how long it plays (`for`); the last may leave it open.
        repeat: How many times to play all of them.
    """

    parts: Annotated[tuple[Any, ...], NOT_A_PARAMETER] = msgspec.field(name="sequence")
    repeat: Annotated[int, Meta(ge=1, le=10**6, description="How many times to play the sequence.")] = 1

    def problems(self) -> list[Problem]:
        """Return the parts that lack a length."""
        if not self.parts:
            return [Problem(message="a sequence needs at least one part")]
        must = self.parts if self.repeat > 1 else self.parts[:-1]
        why = "to be repeated" if self.repeat > 1 else "only the last may be open"
        found = [
            Problem(message=f"part {i + 1} of {len(self.parts)} needs a length (for=…): {why}", path=(i,))
            for i, part in enumerate(must)
            if part.for_ is None
        ]
        return super().problems() + found


class Product(Composed, frozen=True, kw_only=True):
    """Schedules that play at once: at every t their values are multiplied.

    lr(t) = f_1(t) · f_2(t) · …. In text forms the first is a learning rate and the others are factors: their peak
    (max_lr; end_lr of a line) is 1 unless they say otherwise.

    Attributes:
        factors: All play for as long as the product does; one with a `for` of its own then holds its last value.
    """

    factors: Annotated[tuple[Any, ...], NOT_A_PARAMETER] = msgspec.field(name="product")

    def problems(self) -> list[Problem]:
        """Return what is wrong between the fields, and the lack of factors."""
        found = super().problems()
        return found if len(self.factors) > 1 else [*found, Problem(message="a product needs at least two factors")]


Spec = Schedule | Sequence | Product
"""What can be played."""

S = TypeVar("S", Schedule, Sequence, Product)


def peak_of_a_factor(schedule: type[Schedule]) -> dict[str, float]:
    """Return what the peak of a schedule is in a product whose second or later factor it is, if nothing is said."""
    return {schedule.peak: 1.0} if schedule.peak else {}


def parts_of(spec: Spec) -> tuple[Spec, ...]:
    """Return the specs that a spec is directly made of; nothing for a schedule."""
    if isinstance(spec, Schedule):
        return ()
    return spec.parts if isinstance(spec, Sequence) else spec.factors


def schedules_of(spec: Spec) -> list[Schedule]:
    """Return the schedules that a spec is made of, in the order in which they are written."""
    return [spec] if isinstance(spec, Schedule) else [one for part in parts_of(spec) for one in schedules_of(part)]


def play(spec: Spec, t: Array, run: Run) -> Array:
    """Return the lr in force during t, with everything that the spec is composed of.

    Args:
        spec: A schedule or a sequence of them.
        t: Times in the unit of the run, ≥ 0, in any order; a float or an array.
        run: The run that t counts in.

    Raises:
        SpecError: If a length cannot be told in the unit of the run.
    """
    if spec.for_ is not None:
        t = minimum(t, run.of(spec.for_))
    lr = _piecewise(_warmed_up(spec, run), t)
    lr = lr if spec.scale == 1 else lr * spec.scale
    lr = lr if spec.floor == 0 else maximum(lr, spec.floor)
    return lr if spec.cap is None else minimum(lr, spec.cap)


def knots(spec: Spec, run: Run, edges: Array) -> Array:
    """Return the times at which the curve jumps or turns, enough of them for a drawing with these columns."""
    found = _knots(_warmed_up(spec, run), edges)
    return found if spec.for_ is None else joined(found, marks(run.of(spec.for_)))


class _Piece(NamedTuple):
    """A stretch of a spec with a closed form of its own; form and knots count from the piece's own start."""

    start: float
    form: Callable[[Array], Array]
    knots: Callable[[Array], Array]


class Turn(NamedTuple):
    """A part of a sequence: when its turn comes, and the run as it sees it."""

    part: Spec
    start: float
    run: Run


def _piecewise(pieces: Sequence_[_Piece], t: Array) -> Array:
    return piecewise(t, [piece.start for piece in pieces], [piece.form for piece in pieces])


def _knots(pieces: Sequence_[_Piece], edges: Array) -> Array:
    """Return the seams between the pieces, and each piece's own knots while it plays."""
    found = [marks(*(piece.start for piece in pieces))]
    for piece, following in zip_longest(pieces, pieces[1:]):
        times = piece.start + piece.knots(maximum(edges - piece.start, 0.0))
        end = float("inf") if following is None else following.start
        found.append(times[(times >= piece.start) & (times < end)])
    return joined(*found)


def own_run(spec: Spec, run: Run) -> Run:
    """Return the run as the schedule itself sees it: what `for` gives it, less the warm-up if it waits for that."""
    span = run.span if spec.for_ is None else run.of(spec.for_)
    warmup = run.of(spec.warmup)
    return run.within(span - warmup, after=warmup) if spec.warmup_prefix else run.within(span)


def _warmed_up(spec: Spec, run: Run) -> list[_Piece]:
    """Return the warm-up, if there is one, and the schedule or sequence itself."""
    length, own = run.of(spec.warmup), own_run(spec, run)
    form, look = _body(spec, own)
    if length == 0:
        return [_Piece(0.0, form, look)]
    before = 0.0 if spec.warmup_prefix else length
    first = float(form(0.0))  # type: ignore[arg-type] # a closed form takes a float as well
    climb = _Piece(0.0, partial(_CLIMBS[spec.warmup_shape], length, spec.warmup_from, first), lambda _: marks())
    return [climb, _Piece(length, lambda t: form(t + before), lambda edges: look(edges + before) - before)]


_CLIMBS: dict[str, Callable[[float, float, float, Array], Array]] = {
    "linear": lambda length, low, first, t: line(t, length, low, first),
    "exponential": lambda length, low, first, t: low ** (1 - t / length) * first ** (t / length),
    "constant": lambda _length, low, _first, t: full(t, low),
}
"""The shapes of a warm-up: from low, for so long, to the first lr of what follows."""


def _body(spec: Spec, own: Run) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """Return the closed form and the knots of a spec without its warm-up."""
    if isinstance(spec, Schedule):
        schedule = with_batch(spec)
        return partial(schedule.lr, run=own), partial(schedule.knots, own)
    if isinstance(spec, Product):
        factors = with_batch(spec).factors
        looks = [partial(knots, factor, own) for factor in factors]
        return (
            lambda t: prod(play(factor, t, own) for factor in factors),  # type: ignore[return-value]
            lambda edges: joined(subdivided(edges, _LOOKS), *(look(edges) for look in looks)),
        )
    pieces = [
        _Piece(start, partial(play, part, run=run), partial(knots, part, run))
        for part, start, run in timetable(spec, own)
    ]
    if spec.repeat == 1:
        return partial(_piecewise, pieces), partial(_knots, pieces)
    length = pieces[-1].start + own.of(spec.parts[-1].for_)

    def again(t: Array) -> Array:
        return _piecewise(pieces, t - length * minimum(floor(t / length), spec.repeat - 1))

    def look(edges: Array) -> Array:
        whole = marks(0.0, length)
        inside = _knots(pieces, subdivided(whole, _LOOKS))
        if inside.size > _TOO_MANY:
            inside = _knots(pieces, whole)
        return joined(*(multiples(length, edges, offset) for offset in inside.tolist() if offset < length))

    return again, look


_LOOKS = 16
"""What a repeated sequence plays once is looked at in so many columns; between the knots of its factors a product is
looked at in as many places a column."""
_TOO_MANY = 200
"""If that are more knots than this, only those at both ends of what is repeated are told each time."""


def timetable(spec: Sequence, run: Run) -> list[Turn]:
    """Return each part with its start and with the run as the part sees it, the first time that it plays."""
    parts = with_batch(spec).parts
    starts = accumulate((run.of(part.for_) for part in parts[:-1]), initial=0.0)
    return [
        Turn(part, start, run.within(run.span - start if part.for_ is None else run.of(part.for_), after=start))
        for part, start in zip(parts, starts, strict=True)
    ]


def with_batch(spec: S) -> S:
    """Return a spec whose peaks are those for the batch size that batch_scale asks for."""
    if isinstance(spec, Schedule):
        return spec.with_batch()
    if spec.batch_scale is None:
        return spec
    return _peaks_scaled(spec.replaced(batch_scale=None), spec.batch_factor)


def _peaks_scaled(spec: S, factor: float) -> S:
    """Return a spec with higher peaks: a schedule's own, all parts' of a sequence, the first factor's of a product."""
    if isinstance(spec, Schedule):
        return spec.peak_scaled(factor)
    if isinstance(spec, Product):
        first, *others = spec.factors
        return spec.replaced(factors=(_peaks_scaled(first, factor), *others))
    parts = tuple(_peaks_scaled(part, factor) for part in spec.parts)
    return spec.replaced(parts=parts)
