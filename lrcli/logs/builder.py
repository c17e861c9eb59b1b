"""The rows that a reader finds, collected as columns of numbers: 16 bytes a value, however long its text is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lrcli.logs.clock import clocked, clocks_of
from lrcli.logs.growing import Growing, Shared, number_in
from lrcli.logs.names import is_rate
from lrcli.logs.precision import precision_of
from lrcli.logs.table import Column, Hints, Log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lrcli.logs.clock import Cells, Clocks
    from lrcli.logs.table import Rows
    from lrcli.numeric import Array

    Needed = Callable[[str], bool]

ROWS = 10**7
"""Rows of the longest log that is read."""
_CELLS = 2 * 10**8
"""Numbers of the largest log."""
_SHORT = 20_000
"""Rows of a log of which every column is kept, whatever it is read for."""


class Builder:
    """A log while it is read.

    Attributes:
        format: The format that was recognised.
        rows: How many rows there are so far.
        hints: What it says of the run.
        notes: What could not be read.
    """

    def __init__(self, form: str, needed: Needed | None = None) -> None:
        """Begin.

        Args:
            form: The format that was recognised.
            needed: Which columns are kept of a log that is long; all by default.
        """
        self.format = form
        self._needed = needed
        self.rows = 0
        self.hints = Hints()
        self.notes: list[str] = []
        self._growing: dict[str, Growing] = {}
        self._count = 0
        self._hinted: dict[str, object] = {}

    @property
    def full(self) -> bool:
        """Whether there is no room for more."""
        return self.rows >= ROWS or self._count >= _CELLS

    def add(self, names: Sequence[str], columns: Iterable[Sequence[object]], rows: Rows) -> None:
        """Add the columns of rows that all have the same ones."""
        for name, cells in zip(names, columns, strict=False):
            if (column := self._column(name.strip())) is not None:
                self._count += len(cells)
                column.add(rows, cells)

    def add_numbers(self, names: Sequence[str], table: Array, printed: Sequence[Sequence[object]], rows: Rows) -> None:
        """Add rows of numbers, and a few of the cells of each column as they are printed."""
        for name, values, cells in zip(names, table.T, printed, strict=True):
            if (column := self._column(name.strip())) is not None:
                self._count += len(values)
                column.keep(rows, values, cells)

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
        return np.arange(self.rows - count, self.rows, dtype=np.int32)

    def hint(self, **found: object) -> None:
        """Keep a length that the log gives, if it is a whole number above 0."""
        for name, value in found.items():
            if value is None or self._hinted.get(name) == value:
                continue
            self._hinted[name] = value
            number = number_in(value)
            if number is not None and 1 <= number < 2**53:
                self.hints = Hints(**{**self.hints._asdict(), name: int(number)})

    def log(self, path: str) -> Log:
        """Return what was read."""
        shared = Shared()
        cells = {name: growing.cells(shared) for name, growing in self._growing.items() if len(growing)}
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

    def _column(self, name: str) -> Growing | None:
        """Return the column of this name; None if a long log is read without it."""
        if self._needed is not None and self.rows > _SHORT and not self._needed(name):
            self._growing.pop(name, None)
            return None
        if name not in self._growing:
            self._growing[name] = Growing(rate=is_rate(name))
        return self._growing[name]


def _size(text: str) -> float:
    number = number_in(text)
    return math.nan if number is None else number
