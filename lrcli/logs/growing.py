"""The numbers of a column while a log is read: 8 bytes each, and 4 for the row if some rows have none."""

from __future__ import annotations

import contextlib
from array import array
from typing import TYPE_CHECKING, SupportsFloat, cast

import numpy as np

from lrcli.logs.clock import Cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.logs.table import Rows
    from lrcli.numeric import Array

SAMPLES = 512
"""Printed numbers of a stretch from which the rounding is derived."""


class Growing:
    """The numbers of a column while a log is read.

    Attributes:
        printed: Some of them as they are printed, if that matters.
    """

    def __init__(self, *, rate: bool) -> None:
        self.printed: list[str] = []
        self._rate = rate
        self._values = array("d")
        self._rows: array[int] | None = None  # none as long as there is a number in every row

    def __len__(self) -> int:
        return len(self._values)

    def add(self, rows: Rows, cells: Sequence[object]) -> None:
        """Add the cells of some rows; what is no number is left out, and NaN is one."""
        try:
            values = np.fromiter(map(float, cast("Sequence[SupportsFloat]", cells)), np.float64, len(cells))
        except (TypeError, ValueError, OverflowError):
            numbers = [number_in(cell) for cell in cells]
            there = [at for at, number in enumerate(numbers) if number is not None]
            rows, cells = rows[there], [_one(cells[at]) for at in there]
            values = np.array([numbers[at] for at in there], dtype=np.float64)
        if len(values):
            self.keep(rows, values, cells[:: max(1, len(cells) // SAMPLES)])

    def keep(self, rows: Rows, values: Array, printed: Sequence[object]) -> None:
        """Add the numbers in some rows, and a few of them as they are printed."""
        if self._rows is None and not np.array_equal(rows, range(len(self), len(self) + len(rows))):
            self._rows = array("i", range(len(self)))
        if self._rows is not None:
            self._rows.frombytes(rows.tobytes())
        self._values.frombytes(np.ascontiguousarray(values).tobytes())
        self.printed += map(str, printed) if self._rate else []

    def cells(self, shared: Shared) -> Cells:
        """Return all of them, in the order of the rows."""
        values = np.frombuffer(self._values)
        if self._rows is None:
            return Cells(shared.first(len(self)), values)
        rows = np.frombuffer(self._rows, np.int32)
        if (rows[1:] >= rows[:-1]).all():
            return Cells(shared.once(rows), values)
        order = np.argsort(rows, kind="stable")
        return Cells(rows[order], values[order])


class Shared:
    """The rows of the columns; those that stand in the same rows have them once."""

    def __init__(self) -> None:
        self._found: list[Rows] = []

    def first(self, count: int) -> Rows:
        """Return the first so many rows."""
        known = (rows for rows in self._found if len(rows) == count and rows[0] == 0 and rows[-1] == count - 1)
        found = next(known, None)
        return self._kept(np.arange(count, dtype=np.int32)) if found is None else found

    def once(self, rows: Rows) -> Rows:
        """Return these rows, or the same if they are known."""
        known = (other for other in self._found if len(other) == len(rows) and np.array_equal(other, rows))
        found = next(known, None)
        return self._kept(rows) if found is None else found

    def _kept(self, rows: Rows) -> Rows:
        self._found.append(rows)
        return rows


def number_in(cell: object) -> float | None:
    """Return a cell as a number: the first of a list, the epoch of `12/400`; None if it is none."""
    with contextlib.suppress(TypeError, ValueError, OverflowError):
        return float(cast("SupportsFloat", _one(cell)))
    return None


def _one(cell: object) -> object:
    if isinstance(cell, list | tuple):
        return cell[0] if cell else None
    if isinstance(cell, str) and "/" in cell[:20]:
        return cell.partition("/")[0]
    return cell.strip("[]() ") if isinstance(cell, str) else cell
