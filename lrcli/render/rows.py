"""The learning rate per epoch as rows, every one or those worth reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lrcli import engine
from lrcli.entry import at_points, same_unit
from lrcli.numbers import short, ticks
from lrcli.problems import SpecError
from lrcli.render.tables import table
from lrcli.search import Search
from lrcli.spec.write import data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.render.view import Rows

MOST = 25
"""More rows than this are thinned out, unless all are asked for."""

_MOST_OF_ALL = 10**6
"""A table is laid out as a whole; longer ones are for export, which writes them as they come."""


def chosen(entries: Sequence[Entry], view: Rows) -> Sequence[int]:
    """Return the points to print: those asked for, all, each change, or round ones with both ends."""
    points = max(entry.run.points for entry in entries)
    if view.at:
        return at_points(view.at, entries)
    if view.all and points > _MOST_OF_ALL:
        raise SpecError(f"--all of {points:,} rows is too much to read: write them with lrcli export")
    if view.all:
        return range(points)
    curves = [Search(entry.spec, entry.run) for entry in entries]
    changes = [curve.changes(MOST) for curve in curves]
    new = {0, points - 1}.union(*(found or () for found in changes))
    if None not in changes and len(new) <= MOST:
        return sorted(new)
    peaks = {curve.peak().at for curve in curves}
    round_ones = {int(tick) for tick in ticks(0, points - 1, MOST - 4, whole=True) if tick < points}
    return sorted({0, 1, 2, points - 2, points - 1, *round_ones, *peaks})


def rows(entries: Sequence[Entry], points: Sequence[int], *, width: int | None, colour: bool, ascii_only: bool) -> str:
    """Return the rows as a table."""
    headers = [same_unit(entries), *(["lr"] if len(entries) == 1 else [entry.name for entry in entries])]
    columns = [_values(entry, points) for entry in entries]
    cells = [[str(point), *map(short, row)] for point, *row in zip(points, *columns, strict=True)]
    return table(headers, cells, width=width, colour=colour, ascii_only=ascii_only, left=())


def facts(entries: Sequence[Entry], points: Sequence[int]) -> dict[str, Any]:
    """Return the rows for machines, exactly."""
    unit = same_unit(entries)
    curves = [{"name": entry.name, "spec": data(entry.spec), "lr": _values(entry, points)} for entry in entries]
    return {"unit": unit, "t": list(points), "curves": curves}


def _values(entry: Entry, points: Sequence[int]) -> list[float | None]:
    t = np.array(points, dtype=np.float64)
    inside = t < entry.run.points
    lr = iter(engine.at(entry.spec, entry.run, t[inside]).tolist())
    return [next(lr) if ok else None for ok in inside]
