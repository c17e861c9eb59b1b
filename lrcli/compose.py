"""Schedules made of schedules: the warm-up before any of them, sequences and products."""

from __future__ import annotations

from functools import partial
from itertools import zip_longest
from math import prod
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeGuard, TypeVar, cast

import msgspec
from msgspec import Meta

from lrcli.breakpoints import At, Every, subdivided, times
from lrcli.numeric import array, floor, full, line, maximum, minimum, piecewise
from lrcli.parameters import NOT_A_PARAMETER
from lrcli.problems import Problem, SpecError
from lrcli.schedules.base import Family, Schedule
from lrcli.schedules.composition import Composed

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence as Sequence_

    from lrcli.numeric import Array
    from lrcli.run import Run


class Sequence(Composed, frozen=True, kw_only=True):
    """Schedules one after the other, each on a clock of its own that begins at 0.

    A part with start="previous" starts at the lr at which the one before it ends.

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
        if around(self.parts[0]).start == "previous":
            return [Problem(message="the first part of a sequence has no previous part", path=(0, "start"))]
        found = [
            Problem(message=f"part {i + 1} of {len(self.parts)} needs a length (for=…): {why}", path=(i,))
            for i, part in enumerate(must)
            if around(part).for_ is None
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
        found += [
            Problem(message="start=previous is for a part of a sequence", path=(i, "start"))
            for i, factor in enumerate(self.factors)
            if around(factor).start == "previous"
        ]
        return found if len(self.factors) > 1 else [*found, Problem(message="a product needs at least two factors")]


class Around(Composed, frozen=True, kw_only=True):
    """What stands around a framework's scheduler, which knows nothing of it: a warm-up, a scale, limits, a length.

    Attributes:
        inner: The scheduler.
    """

    inner: Annotated[Any, NOT_A_PARAMETER]


Spec = Family | Sequence | Product | Around
"""What can be played."""

S = TypeVar("S", bound=Spec)


def peak_of_a_factor(schedule: type[Family]) -> dict[str, float]:
    """Return what the peak of a schedule is in a product whose second or later factor it is, if nothing is said."""
    return {schedule.peak: 1.0} if schedule.peak else {}


def is_joined(spec: Spec) -> TypeGuard[Family]:
    """Return whether a schedule starts where the part before it ends, so that its own peak does not count."""
    outer = around(spec)
    return isinstance(spec, Family) and outer.start == "previous" and not outer.warmup


_PLAIN = Composed()


def around(spec: Spec) -> Composed:
    """Return what stands around a spec: nothing, for a framework's scheduler that is alone."""
    return spec if isinstance(spec, Composed) else _PLAIN


def parts_of(spec: Spec) -> tuple[Spec, ...]:
    """Return the specs that a spec is directly made of; nothing for a schedule."""
    match spec:
        case Sequence():
            return spec.parts
        case Product():
            return spec.factors
        case Around():
            return (spec.inner,)
    return ()


def schedules_of(spec: Spec) -> list[Family]:
    """Return the schedules that a spec is made of, in the order in which they are written."""
    return [spec] if isinstance(spec, Family) else [one for part in parts_of(spec) for one in schedules_of(part)]


def play(spec: Spec, t: Array, run: Run) -> Array:
    """Return the lr in force during t, with everything that the spec is composed of.

    Args:
        spec: A schedule or a sequence of them.
        t: Times in the unit of the run, ≥ 0, in any order; a float or an array.
        run: The run that t counts in.

    Raises:
        SpecError: If a length cannot be told in the unit of the run.
    """
    if not isinstance(spec, Composed):
        return spec.lr(t, run)
    if spec.for_ is not None:
        t = minimum(t, run.of(spec.for_))
    lr = _piecewise(_warmed_up(spec, run), t)
    lr = lr if spec.scale == 1 else lr * spec.scale
    lr = lr if spec.floor == 0 else maximum(lr, spec.floor)
    return lr if spec.cap is None else minimum(lr, spec.cap)


def breakpoints(spec: Spec, run: Run, edges: Array) -> Array:
    """Return the times at which the curve jumps or changes its form, enough for a drawing with these columns."""
    if not isinstance(spec, Composed):
        return _own(spec, run, edges)
    found = _breakpoints(_warmed_up(spec, run), edges)
    return found if spec.for_ is None else _joined(found, At((run.of(spec.for_),)).within(edges))


def _own(schedule: Family, run: Run, edges: Array) -> Array:
    """Return the breakpoints of a schedule, without what it is composed with."""
    return times(schedule.breakpoints(run), edges)


def _joined(*found: Array) -> Array:
    import numpy as np

    return np.concatenate(found)


class _Piece(NamedTuple):
    """A stretch of a spec with a closed form of its own; both count from the piece's own start."""

    start: float
    form: Callable[[Array], Array]
    breakpoints: Callable[[Array], Array]


class Turn(NamedTuple):
    """A part of a sequence: when its turn comes, and the run as it sees it."""

    part: Spec
    start: float
    run: Run


def _piecewise(pieces: Sequence_[_Piece], t: Array) -> Array:
    return piecewise(t, [piece.start for piece in pieces], [piece.form for piece in pieces])


def _breakpoints(pieces: Sequence_[_Piece], edges: Array) -> Array:
    """Return the seams between the pieces, and each piece's own breakpoints while it plays."""
    seams = At(tuple(piece.start for piece in pieces)).within(edges)
    borders = _joined(edges, seams)
    borders.sort()
    found = [seams]
    for piece, following in zip_longest(pieces, pieces[1:]):
        own = piece.start + piece.breakpoints(maximum(borders - piece.start, 0.0))
        end = float("inf") if following is None else following.start
        found.append(own[(own >= piece.start) & (own < end)])
    return _joined(*found)


def own_run(spec: Spec, run: Run) -> Run:
    """Return the run as the schedule itself sees it: what `for` gives it, less the warm-up if it waits for that."""
    outer = around(spec)
    span = run.span if outer.for_ is None else run.of(outer.for_)
    warmup = run.of(outer.warmup)
    return run.within(span - warmup, after=warmup) if outer.warmup_prefix else run.within(span)


def _warmed_up(spec: Schedule | Sequence | Product | Around, run: Run) -> list[_Piece]:
    """Return the warm-up, if there is one, and the schedule or sequence itself."""
    length, own = run.of(spec.warmup), own_run(spec, run)
    form, look = _body(spec, own)
    if length == 0:
        return [_Piece(0.0, form, look)]
    before = 0.0 if spec.warmup_prefix else length
    first = float(form(array(0.0)))
    climb = _Piece(0.0, partial(_CLIMBS[spec.warmup_shape], length, spec.warmup_from, first), At(()).within)
    return [climb, _Piece(length, lambda t: form(t + before), lambda edges: look(edges + before) - before)]


_CLIMBS: dict[str, Callable[[float, float, float, Array], Array]] = {
    "linear": lambda length, low, first, t: line(t, length, low, first),
    "exponential": lambda length, low, first, t: low ** (1 - t / length) * first ** (t / length),
    "constant": lambda _length, low, _first, t: full(t, low),
}
"""The shapes of a warm-up: from low, for so long, to the first lr of what follows."""


def _body(
    spec: Schedule | Sequence | Product | Around, own: Run
) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """Return the closed form and the breakpoints of a spec without its warm-up."""
    if isinstance(spec, Schedule):
        schedule = with_batch(spec)
        return partial(schedule.lr, run=own), partial(_own, schedule, own)
    if isinstance(spec, Product):
        factors = with_batch(spec).factors
        looks = [partial(breakpoints, factor, own) for factor in factors]
        return (
            lambda t: array(prod(play(factor, t, own) for factor in factors)),
            lambda edges: _joined(subdivided(edges, _LOOKS), *(look(edges) for look in looks)),
        )
    if isinstance(spec, Around):
        inner = with_batch(spec).inner
        return partial(play, inner, run=own), partial(breakpoints, inner, own)
    pieces = [
        _Piece(start, partial(play, part, run=run), partial(breakpoints, part, run))
        for part, start, run in timetable(spec, own)
    ]
    if spec.repeat == 1:
        return partial(_piecewise, pieces), partial(_breakpoints, pieces)
    length = pieces[-1].start + own.of(around(spec.parts[-1]).for_)

    def again(t: Array) -> Array:
        return _piecewise(pieces, t - length * minimum(floor(t / length), spec.repeat - 1))

    def look(edges: Array) -> Array:
        whole = At((0.0, length)).within(edges)
        inside = _breakpoints(pieces, subdivided(whole, _LOOKS))
        if inside.size > _TOO_MANY:
            inside = _breakpoints(pieces, whole)
        return times([Every(length, offset) for offset in inside.tolist() if offset < length], edges)

    return again, look


_LOOKS = 16
"""What a repeated sequence plays once is looked at in so many columns; of a product as many places of each column are
looked at, besides the breakpoints of its factors."""
_TOO_MANY = 200
"""If that are more breakpoints than this, only those at both ends of what is repeated are told each time."""


def timetable(spec: Sequence, run: Run) -> list[Turn]:
    """Return each part with its start and with the run as the part sees it, the first time that it plays."""
    turns: list[Turn] = []
    start = 0.0
    for part in with_batch(spec).parts:
        length = around(part).for_
        own = _part_of(run, start, length)
        joined = _joined_to(turns[-1], part, own) if turns and around(part).start == "previous" else part
        turns.append(Turn(_settled(joined, own), start, own))
        start += 0.0 if length is None else run.of(length)
    return turns


def _joined_to(before: Turn, part: Spec, run: Run) -> Spec:
    """Return a part that starts where the one before it ends: its warm-up does, if it has one, or else its peak.

    Raises:
        SpecError: If it cannot start there.
    """
    import numpy as np  # whose rounding the curve has before the border

    border = np.array([before.run.of(around(before.part).for_)])
    end = float(play(before.part, border, before.run)[0])
    outer = around(part)
    lr = end / outer.scale
    own = part.replaced(start="own", batch_scale=None)
    if run.of(outer.warmup):
        return own.replaced(warmup_from=lr)
    try:
        first = float(play(own, array(0.0), run)) / outer.scale
        return own.started_at(lr, first) if isinstance(own, Family) else peak_scaled(own, lr / first)
    except (SpecError, ZeroDivisionError) as error:
        raise SpecError(f"a part cannot start at {end:.4g}, where the previous one ends: {error}") from None


def _settled(spec: Spec, run: Run) -> Spec:
    """Return a spec whose parts, and theirs, all start at an lr of their own, so that each is looked for once."""
    if not _joins(spec):
        return spec
    own = own_run(spec, run)
    match spec:
        case Sequence():
            return spec.replaced(parts=tuple(turn.part for turn in timetable(spec, own)), batch_scale=None)
        case Product():
            return spec.replaced(factors=tuple(_settled(factor, own) for factor in spec.factors))
    return spec


def _joins(spec: Spec) -> bool:
    """Return whether a part of a spec, or of a part, starts where another ends."""
    return any(around(part).start == "previous" or _joins(part) for part in parts_of(spec))


def _part_of(run: Run, start: float, length: float | str | None) -> Run:
    """Return the run as a part sees it that plays for so long from a start on, or for the rest."""
    return run.within(run.span - start if length is None else run.of(length), after=start)


def with_batch(spec: S) -> S:
    """Return a spec whose peaks are those for the batch size that batch_scale asks for."""
    outer = around(spec)
    if outer.batch_scale is None:
        return spec
    return cast("S", peak_scaled(spec.replaced(batch_scale=None), outer.batch_factor))  # it stays what it is


def peak_scaled(spec: Spec, factor: float) -> Spec:
    """Return a spec with higher peaks: a schedule's own, all parts' of a sequence, the first factor's of a product.

    Raises:
        SpecError: If a schedule has no peak, or another parameter does not fit to it any more.
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
