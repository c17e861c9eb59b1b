"""The learning rate per epoch as rows, every one or those worth reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lrcli import engine
from lrcli.entry import same_unit
from lrcli.numbers import short, ticks
from lrcli.places import Places, every, places
from lrcli.problems import SpecError
from lrcli.render.tables import table
from lrcli.search import Search
from lrcli.spec.write import data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.render.view import Chosen

MOST = 25
"""More rows than this are thinned out, unless all are asked for."""

_MOST_OF_ALL = 10**6
"""A table is laid out as a whole; longer ones are for export, which writes them as they come."""


def chosen(entries: Sequence[Entry], view: Chosen, *, everything: bool, most: int = MOST) -> Places:
    """Return the points to print: those asked for, all, or those worth reading.

    Raises:
        SpecError: If they are too many to be laid out, or one is past the end.
    """
    if view.at:
        return places(view.at, entries)
    if view.every is None and not everything:
        return Places(worth_reading(entries, most))
    asked = every(1 if view.every is None else view.every, entries)
    if len(asked.points) > _MOST_OF_ALL:
        raise SpecError(f"{len(asked.points):,} rows are too much to read: write them with lrcli export")
    return asked


def worth_reading(entries: Sequence[Entry], most: int = MOST) -> list[int]:
    """Return each change of the lr if these are few; else both ends, breakpoints, peaks, and round points between."""
    points = max(entry.run.points for entry in entries)
    curves = [Search(entry.spec, entry.run) for entry in entries]
    changes = [curve.changes(most) for curve in curves]
    new = {0, points - 1}.union(*(found or () for found in changes))
    if None not in changes and len(new) <= most:
        return sorted(new)
    breaks = {point for entry in entries for point in _breakpoints(entry)}
    first = {0, points - 1, *(curve.peak().at for curve in curves)}
    first |= breaks if len(breaks) <= most - len(first) else set()
    return sorted(first | _round_ones(points, first, most))


def _round_ones(points: int, first: set[int], most: int) -> set[int]:
    """Return as many round points as there is room for besides the first ones."""
    room = most - len(first)
    for many in range(room, 0, -1):
        found = {int(tick) for tick in ticks(0, points - 1, many, whole=True) if tick < points} - first
        if len(found) <= room:
            return found
    return set()


def _breakpoints(entry: Entry) -> list[int]:
    """Return the points at which the curve jumps or changes its form; a break between two points is at the later."""
    edges = np.array([0.0, float(entry.run.points)])
    found = np.unique(np.ceil(engine.breakpoints(entry.spec, entry.run, edges)))
    return [int(point) for point in found if 0 <= point < entry.run.points]


def rows(entries: Sequence[Entry], points: Sequence[int], *, width: int | None, colour: bool, ascii_only: bool) -> str:
    """Return the rows as a table."""
    headers, *cells = text_rows(entries, points)
    return table(headers, cells, width=width, colour=colour, ascii_only=ascii_only, left=())


def text_rows(entries: Sequence[Entry], points: Sequence[int]) -> list[list[str]]:
    """Return the header and the rows as text, with four digits."""
    headers = [same_unit(entries), *(["lr"] if len(entries) == 1 else [entry.name for entry in entries])]
    columns = [_values(entry, points) for entry in entries]
    return [headers, *([str(point), *map(short, row)] for point, *row in zip(points, *columns, strict=True))]


def markdown(entries: Sequence[Entry], points: Sequence[int]) -> str:
    """Return the rows as a table in Markdown."""
    headers, *cells = text_rows(entries, points)
    return in_markdown(headers, cells)


def in_markdown(headers: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, its cells to the right."""
    return "\n".join([_row(headers), "|" + " ---: |" * len(headers), *map(_row, cells)])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def facts(entries: Sequence[Entry], points: Sequence[int]) -> dict[str, Any]:
    """Return the exact rows as data for --json."""
    unit = same_unit(entries)
    curves = [{"name": entry.name, "spec": data(entry.spec), "lr": _values(entry, points)} for entry in entries]
    return {"unit": unit, "t": list(points), "curves": curves}


def _values(entry: Entry, points: Sequence[int]) -> list[float | None]:
    t = np.array(points, dtype=np.float64)
    inside = t < entry.run.points
    lr = iter(engine.at(entry.spec, entry.run, t[inside]).tolist())
    return [next(lr) if ok else None for ok in inside]
