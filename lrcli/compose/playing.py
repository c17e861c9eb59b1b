"""The lr and the breakpoints of specs: warm-up, limits, the parts of a sequence, the factors of a product."""

from __future__ import annotations

from functools import partial
from itertools import zip_longest
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from lrcli.breakpoints import At, Every, subdivided, times
from lrcli.compose.specs import Around, Product, Sequence, Spec, around, own_run, parts_of, peak_scaled, with_batch
from lrcli.numeric import array, floor, full, line, maximum, minimum, piecewise
from lrcli.problems import SpecError
from lrcli.schedules.base import Family, Schedule
from lrcli.schedules.composition import Composed

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence as Sequence_

    from lrcli.numeric import Array
    from lrcli.run import Run


def play(spec: Spec, t: Array, run: Run) -> Array:
    """Return the lr in force during t, with the whole composition of the spec.

    Args:
        spec: The spec.
        t: Times in the unit of the run, ≥ 0, in any order; a float or an array.
        run: The run that t counts in.

    Raises:
        SpecError: If a length cannot be converted to the unit of the run.
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
    """Return the breakpoints of a schedule without its composition."""
    return times(schedule.breakpoints(run), edges)


def _joined(*found: Array) -> Array:
    import numpy as np

    return np.concatenate(found)


class _Piece(NamedTuple):
    """A piece of a spec with one closed form and its breakpoints, both in local time from the start of the piece."""

    start: float
    form: Callable[[Array], Array]
    breakpoints: Callable[[Array], Array]


class _Body(NamedTuple):
    """A spec without its warm-up: its closed form and its breakpoints."""

    form: Callable[[Array], Array]
    breakpoints: Callable[[Array], Array]


class Turn(NamedTuple):
    """A part of a sequence, the time at which it starts, and the part of the run that it has."""

    part: Spec
    start: float
    run: Run


def _piecewise(pieces: Sequence_[_Piece], t: Array) -> Array:
    return piecewise(t, [piece.start for piece in pieces], [piece.form for piece in pieces])


def _breakpoints(pieces: Sequence_[_Piece], edges: Array) -> Array:
    """Return the starts of the pieces, and the breakpoints of each piece before the start of the next."""
    starts = At(tuple(piece.start for piece in pieces)).within(edges)
    all_edges = _joined(edges, starts)
    all_edges.sort()
    found = [starts]
    for piece, following in zip_longest(pieces, pieces[1:]):
        own = piece.start + piece.breakpoints(maximum(all_edges - piece.start, 0.0))
        end = float("inf") if following is None else following.start
        found.append(own[(own >= piece.start) & (own < end)])
    return _joined(*found)


def _warmed_up(spec: Schedule | Sequence | Product | Around, run: Run) -> list[_Piece]:
    """Return the pieces of a spec: its warm-up, if it has one, and the rest."""
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
"""The warm-up by its shape: a function of its length, its lowest lr, the first lr after it, and t."""


def _body(spec: Schedule | Sequence | Product | Around, own: Run) -> _Body:
    """Return a spec without its warm-up."""
    spec = with_batch(spec)
    match spec:
        case Product():
            return _product(spec, own)
        case Sequence():
            return _sequence(spec, own)
        case Around():
            return _Body(partial(play, spec.inner, run=own), partial(breakpoints, spec.inner, own))
    return _Body(partial(spec.lr, run=own), partial(_own, spec, own))


def _product(spec: Product, own: Run) -> _Body:
    looks = [partial(breakpoints, factor, own) for factor in spec.factors]
    return _Body(
        lambda t: array(prod(play(factor, t, own) for factor in spec.factors)),
        lambda edges: _joined(subdivided(edges, _LOOKS), *(look(edges) for look in looks)),
    )


def _sequence(spec: Sequence, own: Run) -> _Body:
    pieces = [
        _Piece(start, partial(play, part, run=run), partial(breakpoints, part, run))
        for part, start, run in timetable(spec, own)
    ]
    once = _Body(partial(_piecewise, pieces), partial(_breakpoints, pieces))
    length = own.of(around(spec.parts[-1]).for_)
    return once if spec.repeat == 1 else _repeated(once, pieces[-1].start + length, spec.repeat)


def _repeated(once: _Body, length: float, repeat: int) -> _Body:
    def form(t: Array) -> Array:
        return once.form(t - length * minimum(floor(t / length), repeat - 1))

    def look(edges: Array) -> Array:
        whole = At((0.0, length)).within(edges)
        inside = once.breakpoints(subdivided(whole, _LOOKS))
        if inside.size > _TOO_MANY:
            inside = once.breakpoints(whole)
        return times([Every(length, offset) for offset in inside.tolist() if offset < length], edges)

    return _Body(form, look)


_LOOKS = 16
"""The number of columns into which one repetition of a sequence, and each column of a product, is subdivided."""
_TOO_MANY = 200
"""If one repetition has more breakpoints than this, only those near its ends are repeated."""


def timetable(spec: Sequence, run: Run) -> list[Turn]:
    """Return each part with its start in the first repetition, and the part of the run that it has."""
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
    """Return a part whose warm-up or, without one, whose peak is such that it starts where the part before it ends.

    Raises:
        SpecError: If it cannot start there.
    """
    import numpy as np  # the curve is computed in arrays, whose rounding may differ from that of floats

    last = np.array([before.run.of(around(before.part).for_)])
    end = float(play(before.part, last, before.run)[0])
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
    """Return a spec in which every part has a start of its own, so that the end before it is computed once."""
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
    """Return whether a part of a spec, at any depth, starts where another ends."""
    return any(around(part).start == "previous" or _joins(part) for part in parts_of(spec))


def _part_of(run: Run, start: float, length: float | str | None) -> Run:
    """Return the part of a run from a start on, with a length or up to the end."""
    return run.within(run.span - start if length is None else run.of(length), after=start)
