"""Rows, as a reader finds them, gathered to columns of numbers: 16 bytes a value, whatever the text takes."""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING, SupportsFloat, cast

import numpy as np

from lrcli.logs.clock import Cells, clocked, clocks_of
from lrcli.logs.names import is_rate
from lrcli.logs.precision import precision_of
from lrcli.logs.table import Column, Hints, Log

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from lrcli.logs.clock import Clocks
    from lrcli.numeric import Array

    Rows = NDArray[np.intp]

ROWS = 10**7
"""Rows of the longest log that is read."""
_CELLS = 2 * 10**8
"""Numbers of the largest log."""
SAMPLES = 512
"""Printed numbers of a stretch that are looked at to see how they were rounded."""


class _Growing:
    """The numbers of a column while they come in."""

    def __init__(self, *, rate: bool) -> None:
        self.rows: list[Rows] = []
        self.values: list[Array] = []
        self.printed: list[str] = []
        self.rate = rate

    def add(self, rows: Rows, cells: Sequence[object]) -> None:
        """Add the cells of some rows; what is no number is left out, and NaN is one."""
        try:
            values = np.fromiter(map(float, cast("Sequence[SupportsFloat]", cells)), np.float64, len(cells))
        except (TypeError, ValueError, OverflowError):
            numbers = [_number(cell) for cell in cells]
            there = [at for at, number in enumerate(numbers) if number is not None]
            rows, cells = rows[there], [_one(cells[at]) for at in there]
            values = np.array([numbers[at] for at in there], dtype=np.float64)
        if len(values):
            self.keep(rows, values, cells[:: max(1, len(cells) // SAMPLES)])

    def keep(self, rows: Rows, values: Array, printed: Sequence[object]) -> None:
        """Add the numbers in some rows, and a few of them as they are printed."""
        self.rows.append(rows)
        self.values.append(values)
        self.printed += map(str, printed) if self.rate else []

    def cells(self, joined: _Joined) -> Cells:
        """Return all of them, in the order of the rows, and keep none."""
        rows, values = joined.rows(self.rows), np.concatenate(self.values)
        self.rows, self.values = [], []
        if (rows[1:] >= rows[:-1]).all():
            return Cells(rows, values)
        order = np.argsort(rows, kind="stable")
        return Cells(rows[order], values[order])


class _Joined:
    """The blocks of rows of the columns, joined; columns that stand in the same rows have them once."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, ...], tuple[list[Rows], Rows]] = {}

    def rows(self, blocks: list[Rows]) -> Rows:
        """Return some blocks of rows as one."""
        key = tuple(map(id, blocks))
        if key not in self._found:
            self._found[key] = (blocks, np.concatenate(blocks))
        return self._found[key][1]


class Builder:
    """A log while it is read.

    Attributes:
        format: What it was recognised as.
        rows: How many rows there are so far.
        hints: What it says of the run.
        notes: What could not be read.
    """

    def __init__(self, form: str) -> None:
        self.format = form
        self.rows = 0
        self.hints = Hints()
        self.notes: list[str] = []
        self._growing: dict[str, _Growing] = {}
        self._count = 0

    @property
    def full(self) -> bool:
        """Whether there is no room for more."""
        return self.rows >= ROWS or self._count >= _CELLS

    def add(self, names: Sequence[str], columns: Iterable[Sequence[object]], rows: Rows) -> None:
        """Add the columns of rows that all have the same ones."""
        for name, cells in zip(names, columns, strict=False):
            self._count += len(cells)
            self._column(name.strip()).add(rows, cells)

    def add_numbers(self, names: Sequence[str], table: Array, printed: Sequence[Sequence[object]], rows: Rows) -> None:
        """Add rows of numbers, and a few of the cells of each column as they are printed."""
        self._count += table.size
        for name, values, cells in zip(names, table.T, printed, strict=True):
            self._column(name.strip()).keep(rows, values.copy(), cells)  # the copy lets the table go

    def add_rows(self, mappings: Sequence[Mapping[str, object]]) -> None:
        """Add rows that may each have other columns."""
        groups: dict[tuple[str, ...], list[int]] = {}
        for at, mapping in enumerate(mappings):
            groups.setdefault(tuple(mapping), []).append(at)
        start = self.take(len(mappings))
        for names, places in groups.items():
            columns = zip(*(mappings[at].values() for at in places), strict=True)
            self.add(names, columns, start[places])

    def take(self, count: int) -> Rows:
        """Return the numbers of the next so many rows."""
        self.rows += count
        return np.arange(self.rows - count, self.rows, dtype=np.intp)

    def hint(self, **found: object) -> None:
        """Keep what the log says of the run, if it is a whole number above 0."""
        for name, value in found.items():
            number = _number(value)
            if number is not None and 1 <= number < 2**53:
                self.hints = Hints(**{**self.hints._asdict(), name: int(number)})

    def log(self, path: str) -> Log:
        """Return what was read."""
        joined = _Joined()
        cells = {name: growing.cells(joined) for name, growing in self._growing.items() if growing.rows}
        clocks, self.hints = clocks_of(cells, self.hints)
        columns = {name: self._finished(name, found, clocks) for name, found in cells.items()}
        if self.full:
            self.notes.append(f"only the first {self.rows:,} rows are read")
        if self.hints.per_epoch_guessed:
            self.notes.append(f"an epoch is taken to have {self.hints.per_epoch:,} steps, as the rows suggest")
        return Log(path, self.format, self.rows, columns, self.hints, tuple(self.notes))

    def _finished(self, name: str, cells: Cells, clocks: Clocks) -> Column:
        clock, x, there = clocked(cells, clocks)
        if len(there.rows) < len(cells.rows) and is_rate(name):
            without = len(cells.rows) - len(there.rows)
            self.notes.append(f"{name} has no {clock} in {without:,} of {len(cells.rows):,} rows, which are left out")
        printed = [text for text in self._growing[name].printed if math.isfinite(_size(text))]
        return Column(name, clock, x, there.values, there.rows, *([precision_of(printed)] if printed else []))

    def _column(self, name: str) -> _Growing:
        if name not in self._growing:
            self._growing[name] = _Growing(rate=is_rate(name))
        return self._growing[name]


def _number(cell: object) -> float | None:
    """Return a cell as a number: the first of a list, the epoch of `12/400`; None if it is none."""
    with contextlib.suppress(TypeError, ValueError, OverflowError):
        return float(cast("SupportsFloat", _one(cell)))
    return None


def _size(text: str) -> float:
    number = _number(text)
    return math.nan if number is None else number


def _one(cell: object) -> object:
    if isinstance(cell, list | tuple):
        return cell[0] if cell else None
    if isinstance(cell, str) and "/" in cell[:20]:
        return cell.partition("/")[0]
    return cell.strip("[]() ") if isinstance(cell, str) else cell
