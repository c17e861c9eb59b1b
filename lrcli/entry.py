"""What a verb works on: named specs, each over its run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.problems import SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.compose import Spec
    from lrcli.run import Run


class Entry(NamedTuple):
    """A spec to be played: what to call it, and over which run."""

    name: str
    spec: Spec
    run: Run


def same_unit(entries: Sequence[Entry]) -> str:
    """Return the unit that all entries count in.

    Raises:
        SpecError: If there are two.
    """
    units = {entry.run.counts: entry.name for entry in entries}
    if len(units) > 1:
        raise SpecError(
            f"{units['epoch']} counts epochs and {units['step']} steps: give all of them --epochs or --steps"
        )
    return next(iter(units))


def at_points(at: Sequence[float | str] | None, entries: Sequence[Entry]) -> list[int]:
    """Return the points of the run that lengths given with --at stand for, ascending.

    Raises:
        SpecError: If one is past the end of every run.
    """
    longest = max((entry.run for entry in entries), key=lambda run: run.points)
    found = sorted({longest.index(length) for length in at or ()})
    if found and found[-1] >= longest.points:
        last = longest.points - 1
        raise SpecError(f"--at {found[-1]} is past the end: the last {longest.counts} is {last} (they count from 0)")
    return found
