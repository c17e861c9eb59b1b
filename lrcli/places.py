"""The points of a run that --at and --every ask for, with notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.problems import Problem, SpecError
from lrcli.run import amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.run import Run

Length = float | str


class Places(NamedTuple):
    """Points of a run.

    Attributes:
        points: Ascending, each once.
        notes: For each place between two points, which point is used.
    """

    points: Sequence[int]
    notes: tuple[str, ...] = ()


def places(at: Sequence[Length] | None, entries: Sequence[Entry]) -> Places:
    """Return the points of the longest run at some lengths.

    Raises:
        SpecError: If one is after the end of the longest run.
    """
    longest = _longest(entries)
    found = [_place(length, longest) for length in at or ()]
    points = sorted({point for point, _ in found})
    return Places(points, tuple(dict.fromkeys(note for _, note in found if note)))


def every(step: Length, entries: Sequence[Entry]) -> Places:
    """Return every `step`-th point of the longest run, from 0 on.

    Raises:
        SpecError: If the step is not a whole number of points.
    """
    longest = _longest(entries)
    exact = _exact(step, longest)
    if exact != round(exact) or exact < 1:
        message = f"every {_text(step)} is {amount(exact)} {longest.counts}s: that must be a whole number"
        raise SpecError(Problem(message=message, place="--every"))
    return Places(range(0, longest.points, round(exact)))


def _longest(entries: Sequence[Entry]) -> Run:
    return max((entry.run for entry in entries), key=lambda run: run.points)


def _exact(length: Length, run: Run) -> float:
    """Return a length in points of the run, rounded if it is a rounding error away from a whole number."""
    exact = length if isinstance(length, int | float) else run.of(length) * (run.points / run.total)
    return round(exact) if abs(exact - round(exact)) <= 1e-9 * max(exact, 1.0) else exact


def _place(length: Length, run: Run) -> tuple[int, str]:
    """Return the point in force at a length, and a note if the length is not a point."""
    exact, unit, last = _exact(length, run), run.counts, run.points - 1
    if exact == run.points and isinstance(length, str):
        return last, f"{length} is the end of the run: the last {unit} is {amount(last)} (they count from 0)"
    if exact >= run.points:
        message = f"--at {_text(length)} is past the end: the last {unit} is {last} (they count from 0)"
        raise SpecError(message)
    point = int(exact)
    if point == exact:
        return point, ""
    shown = _text(length) if isinstance(length, int | float) else f"{length} = {unit} {amount(exact)}"
    return point, f"{shown} lies within {unit} {amount(point)}: the lr of {unit} {amount(point)} is in force"


def _text(length: Length) -> str:
    return length if isinstance(length, str) else amount(length)
