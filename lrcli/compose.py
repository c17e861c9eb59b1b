"""Schedules made of schedules: the warm-up before any of them, and sequences."""

from __future__ import annotations

from functools import partial
from itertools import accumulate, zip_longest
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
from msgspec import Meta

from lrcli.numeric import line, marks, minimum, piecewise
from lrcli.problems import Problem, SpecError
from lrcli.run import Length
from lrcli.schedules.base import Schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lrcli.numeric import Array
    from lrcli.run import Run


class Sequence(msgspec.Struct, frozen=True, kw_only=True):
    """Schedules one after the other, each on a clock of its own that begins at 0.

    Attributes:
        parts: In order. Each but the last says how long it plays (`for`); the last may leave it open.
        for_: How long the sequence itself plays, as a part of another.
    """

    parts: tuple[Spec, ...]
    for_: Annotated[Length | None, Meta(description="How long it plays as a part of another.")] = None

    def __post_init__(self) -> None:
        """Check that every part but the last has a length.

        Raises:
            SpecError: Naming each part that has none.
        """
        open_parts = [i for i, part in enumerate(self.parts[:-1]) if part.for_ is None]
        problems = [
            Problem(
                message=f"part {i + 1} of {len(self.parts)} needs a length (for=…): only the last may be open",
                path=(i,),
            )
            for i in open_parts
        ]
        if not self.parts:
            problems.append(Problem(message="a sequence needs at least one part"))
        if problems:
            raise SpecError(*problems)


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
    pieces = _pieces(spec, run)
    if spec.for_ is not None:
        t = minimum(t, run.of(spec.for_))
    return piecewise(t, [piece.start for piece in pieces], [piece.form for piece in pieces])


def knots(spec: Spec, run: Run, edges: Array) -> Array:
    """Return the times at which the curve jumps or turns, enough of them for a drawing with these columns."""
    import numpy as np  # noqa: PLC0415 - only a drawing needs it

    pieces = _pieces(spec, run)
    found = [marks(*(piece.start for piece in pieces))]
    for piece, following in zip_longest(pieces, pieces[1:]):
        times = piece.start + piece.knots(np.maximum(edges - piece.start, 0.0))
        end = np.inf if following is None else following.start
        found.append(times[(times >= piece.start) & (times < end)])
    stop = marks() if spec.for_ is None else marks(run.of(spec.for_))
    return np.unique(np.concatenate([*found, stop]))


def cautions(spec: Spec, run: Run) -> Iterator[str]:
    """Yield what is legal but probably not meant: lengths that do not fit into the run."""
    if not isinstance(spec, Sequence):
        warmup = run.of(spec.warmup)
        if warmup >= run.span:
            yield f"the warm-up takes {warmup:g} {run.unit}s of {run.span:g}: the schedule after it is never reached"
        return
    timetable = _timetable(spec, run)
    last, start, _ = timetable[-1]
    planned = start + (0 if last.for_ is None else run.of(last.for_))
    if planned > run.span:
        yield f"the parts take {planned:g} {run.unit}s, but there are {run.span:g}: the rest is never reached"
    for part, _, own in timetable:
        yield from cautions(part, own)


class _Piece(NamedTuple):
    """A stretch of a spec with a closed form of its own."""

    start: float
    form: Callable[[Array], Array]
    knots: Callable[[Array], Array]


def _pieces(spec: Spec, run: Run) -> list[_Piece]:
    """Return the pieces of a spec in order; form and knots of each count from the piece's own start."""
    return _parts(spec, run) if isinstance(spec, Sequence) else _warmed_up(spec, run)


def _warmed_up(spec: Schedule, run: Run) -> list[_Piece]:
    length = run.of(spec.warmup)
    before = 0.0 if spec.warmup_prefix else length
    own = run.within((run.span if spec.for_ is None else run.of(spec.for_)) - length + before)
    if length == 0:
        return [_Piece(0.0, lambda t: spec.lr(t, own), lambda edges: spec.knots(own, edges))]
    main = _Piece(length, lambda t: spec.lr(t + before, own), lambda edges: spec.knots(own, edges + before) - before)
    low, first = spec.warmup_from, float(spec.lr(0.0, own))  # type: ignore[arg-type] # a closed form takes a float as well
    climb = _Piece(0.0, lambda t: line(t, length, low, first), lambda _: marks())
    return [climb, main]


def _parts(spec: Sequence, run: Run) -> list[_Piece]:
    return [
        _Piece(start, partial(play, part, run=own), partial(knots, part, own))
        for part, start, own in _timetable(spec, run)
    ]


def _timetable(spec: Sequence, run: Run) -> list[tuple[Spec, float, Run]]:
    """Return each part with its start and with the run as the part sees it."""
    starts = accumulate((run.of(part.for_) for part in spec.parts[:-1]), initial=0.0)
    return [
        (part, start, run.within(run.span - start if part.for_ is None else run.of(part.for_)))
        for part, start in zip(spec.parts, starts, strict=True)
    ]
