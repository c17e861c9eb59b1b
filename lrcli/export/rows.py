"""Rows of t and lr in blocks, for every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lrcli import engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lrcli.entry import Entry
    from lrcli.numeric import Array


def names(entries: Sequence[Entry], unit: str) -> list[str]:
    """Return the names of the columns: the unit, then `lr`, or the name of each of several schedules.

    A schedule with the name of the unit (`step` in a run of steps) gets another name, so that names are unique.
    """
    if len(entries) == 1:
        return [unit, "lr"]
    return [unit, *(f"{entry.name} (lr)" if entry.name == unit else entry.name for entry in entries)]


def stretches(points: Sequence[int], size: int = engine.BLOCK) -> Iterator[Sequence[int]]:
    """Yield points in order, in pieces of `size`."""
    for begin in range(0, len(points), size):
        yield points[begin : begin + size]


def column(entry: Entry, stretch: Sequence[int]) -> Array:
    """Return the lr at ascending points; fewer where the run is over before."""
    t = np.arange(stretch.start, stretch.stop, stretch.step) if isinstance(stretch, range) else np.array(stretch)
    return engine.at(entry.spec, entry.run, t[t < entry.run.points].astype(np.float64))
