"""Schedules made of schedules: the warm-up before any of them, and sequences."""

from __future__ import annotations

from functools import partial
from itertools import accumulate, zip_longest
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from lrcli.numeric import floor, joined, line, marks, maximum, minimum, multiples, piecewise
from lrcli.parameters import NOT_A_PARAMETER
from lrcli.problems import Problem
from lrcli.schedules.base import Composed, Schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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


Spec = Schedule | Sequence
"""What can be played."""


class Entry(NamedTuple):
    """A spec to be played: what to call it, and over which run."""

    name: str
    spec: Spec
    run: Run


def schedules_of(spec: Spec) -> list[Schedule]:
    """Return the schedules that a spec is made of, in the order in which they play."""
    return [spec] if isinstance(spec, Schedule) else [one for part in spec.parts for one in schedules_of(part)]


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


class Listener(NamedTuple):
    """A schedule that listens: when it begins to, and the run as it hears it."""

    schedule: Schedule
    start: float
    run: Run


def listeners(spec: Spec, run: Run, start: float = 0.0) -> Iterator[Listener]:
    """Yield the schedules in a spec that listen to the run's metric."""
    own = _own_run(spec, run)
    start += run.of(spec.warmup) if spec.warmup_prefix else 0.0
    if isinstance(spec, Sequence):
        for turn in _timetable(spec, own):
            yield from listeners(turn.part, turn.run, start + turn.start)
    elif spec.listens:
        yield Listener(spec, start, own)


class Span(NamedTuple):
    """A spec in its place: how deep it is nested, from when to when it plays, and its lr at both ends."""

    depth: int
    start: float
    end: float
    spec: Spec
    first: float
    last: float


def outline(spec: Spec, run: Run, start: float = 0.0, depth: int = 0) -> Iterator[Span]:
    """Yield a spec and all of its parts, as they play the first time, each before its own parts."""
    length = run.span if spec.for_ is None else run.of(spec.for_)
    yield Span(depth, start, start + length, spec, _at(spec, 0.0, run), _at(spec, length, run))
    if isinstance(spec, Sequence):
        begin = start + (run.of(spec.warmup) if spec.warmup_prefix else 0.0)
        for turn in _timetable(spec, _own_run(spec, run)):
            yield from outline(turn.part, turn.run, begin + turn.start, depth + 1)


def cautions(spec: Spec, run: Run) -> Iterator[str]:
    """Yield what is legal but probably not meant: lengths that do not fit into the run, and jumps between parts."""
    warmup = run.of(spec.warmup)
    if warmup >= run.span:
        yield f"the warm-up takes {warmup:g} {run.unit}s of {run.span:g}: the schedule after it is never reached"
    if isinstance(spec, Schedule) and spec.listens and run.metric is None:
        yield "it listens to a made-up loss; give it yours with --metric FILE or FILE:COLUMN"
    if isinstance(spec, Sequence):
        own = _own_run(spec, run)
        timetable = _timetable(spec, own)
        yield from _overlong(spec, timetable, own)
        yield from _jumps(timetable, own)
        for part, _, run_of_part in timetable:
            yield from cautions(part, run_of_part)


def _overlong(spec: Sequence, timetable: Sequence_[_Turn], run: Run) -> Iterator[str]:
    last, start, _ = timetable[-1]
    planned = (start + (0 if last.for_ is None else run.of(last.for_))) * spec.repeat
    if planned > run.span:
        yield f"the parts take {planned:g} {run.unit}s, but there are {run.span:g}: the rest is never reached"


_JUMP = 0.01
"""A jump between two parts is worth a word from this share of the highest lr at any seam."""


def _jumps(timetable: Sequence_[_Turn], run: Run) -> Iterator[str]:
    """Yield the seams at which one part ends far from where the next begins."""
    ends = [_at(part, run.of(part.for_), own) for part, _, own in timetable[:-1]]
    begins = [_at(part, 0.0, own) for part, _, own in timetable[1:]]
    highest = max([*ends, *begins], default=0.0)
    for i, (end, begin) in enumerate(zip(ends, begins, strict=True)):
        if abs(end - begin) > _JUMP * highest:
            at = timetable[i + 1].start
            yield f"the lr jumps from {end:.4g} to {begin:.4g} at {run.unit} {at:g}, where part {i + 2} begins"


def _at(spec: Spec, t: float, run: Run) -> float:
    return float(play(spec, t, run))  # type: ignore[arg-type] # a closed form takes a float as well


class _Piece(NamedTuple):
    """A stretch of a spec with a closed form of its own; form and knots count from the piece's own start."""

    start: float
    form: Callable[[Array], Array]
    knots: Callable[[Array], Array]


class _Turn(NamedTuple):
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


def _own_run(spec: Spec, run: Run) -> Run:
    """Return the run as the schedule itself sees it: what `for` gives it, less the warm-up if it waits for that."""
    span = run.span if spec.for_ is None else run.of(spec.for_)
    warmup = run.of(spec.warmup)
    return run.within(span - warmup, after=warmup) if spec.warmup_prefix else run.within(span)


def _warmed_up(spec: Spec, run: Run) -> list[_Piece]:
    """Return the warm-up, if there is one, and the schedule or sequence itself."""
    length, own = run.of(spec.warmup), _own_run(spec, run)
    form, look = _body(spec, own)
    if length == 0:
        return [_Piece(0.0, form, look)]
    before = 0.0 if spec.warmup_prefix else length
    low, first = spec.warmup_from, float(form(0.0))  # type: ignore[arg-type] # a closed form takes a float as well
    climb = _Piece(0.0, lambda t: line(t, length, low, first), lambda _: marks())
    return [climb, _Piece(length, lambda t: form(t + before), lambda edges: look(edges + before) - before)]


def _body(spec: Spec, own: Run) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """Return the closed form and the knots of a spec without its warm-up."""
    if isinstance(spec, Schedule):
        return partial(spec.lr, run=own), partial(spec.knots, own)
    pieces = [
        _Piece(start, partial(play, part, run=run), partial(knots, part, run))
        for part, start, run in _timetable(spec, own)
    ]
    if spec.repeat == 1:
        return partial(_piecewise, pieces), partial(_knots, pieces)
    length = pieces[-1].start + own.of(spec.parts[-1].for_)

    def again(t: Array) -> Array:
        return _piecewise(pieces, t - length * minimum(floor(t / length), spec.repeat - 1))

    def look(edges: Array) -> Array:
        inside = _knots(pieces, multiples(length / _LOOKS, edges * 0))
        return joined(*(multiples(length, edges, offset) for offset in inside.tolist() if offset < length))

    return again, look


_LOOKS = 16
"""Where the parts of a repeated sequence have more knots of their own than this, their envelope is looked at."""


def _timetable(spec: Sequence, run: Run) -> list[_Turn]:
    """Return each part with its start and with the run as the part sees it."""
    starts = accumulate((run.of(part.for_) for part in spec.parts[:-1]), initial=0.0)
    return [
        _Turn(part, start, run.within(run.span - start if part.for_ is None else run.of(part.for_), after=start))
        for part, start in zip(spec.parts, starts, strict=True)
    ]
