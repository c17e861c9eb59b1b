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


def stretches(points: Sequence[int], size: int = engine.BLOCK) -> Iterator[Sequence[int]]:
    """Yield points in order, so many at a time."""
    for begin in range(0, len(points), size):
        yield points[begin : begin + size]


def column(entry: Entry, stretch: Sequence[int]) -> Array:
    """Return the lr at ascending points; fewer where the run is over before."""
    t = np.arange(stretch.start, stretch.stop, stretch.step) if isinstance(stretch, range) else np.array(stretch)
    return engine.at(entry.spec, entry.run, t[t < entry.run.points].astype(np.float64))
