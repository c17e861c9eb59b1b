"""Rows of t and lr, a block at a time, whatever they are then written as."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lrcli import engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lrcli.entry import Entry
    from lrcli.numeric import Array


def names(entries: Sequence[Entry], unit: str) -> list[str]:
    """Return the names of the columns: the unit, then `lr` or the name of each of several schedules.

    A schedule that is called like the unit (`step` in a run of steps) gets another name, so that neither hides the
    other.
    """
    if len(entries) == 1:
        return [unit, "lr"]
    return [unit, *(f"{entry.name} (lr)" if entry.name == unit else entry.name for entry in entries)]


def stretches(entries: Sequence[Entry], size: int = engine.BLOCK) -> Iterator[range]:
    """Yield the points of the longest run in order, so many at a time."""
    points = max(entry.run.points for entry in entries)
    for begin in range(0, points, size):
        yield range(begin, min(begin + size, points))


def column(entry: Entry, stretch: range) -> Array:
    """Return the lr at the points of a stretch; fewer where the run is over before."""
    t = np.arange(stretch.start, min(stretch.stop, entry.run.points), dtype=np.float64)
    return engine.at(entry.spec, entry.run, t)
