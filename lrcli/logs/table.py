"""A log as a table: columns of numbers, each over its own clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from lrcli.logs.names import EPOCHS, STEPS, first, is_loss, is_rate
from lrcli.logs.precision import WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from lrcli.logs.precision import Precision
    from lrcli.numeric import Array

    Rows = NDArray[np.int32]

Clock = Literal["step", "epoch", "row"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of numbers, where it has any.

    Attributes:
        name: As the log calls it, without blanks around it.
        clock: What x counts: steps, epochs, or rows where the log has neither.
        x: The clock at each value, in the log's own order: it falls where a second run begins.
        y: The values; NaN and inf where the log says so.
        rows: The row of the log that each value stands in, from 0.
        precision: How exactly the values were printed.
    """

    name: str
    clock: Clock
    x: Array
    y: Array
    rows: Rows
    precision: Precision = WHOLE

    def __len__(self) -> int:
        return len(self.y)

    def runs(self) -> list[Column]:
        """Return the column cut wherever its clock falls back: one part for each run (or resume) in the log."""
        starts = np.flatnonzero(self.x[1:] < self.x[:-1]) + 1
        bounds = [0, *starts.tolist(), len(self)]
        return [self.part(slice(*both)) for both in pairwise(bounds)]

    def part(self, where: slice | NDArray[np.bool_] | NDArray[np.intp]) -> Column:
        """Return some of its values, with their clock."""
        return Column(self.name, self.clock, self.x[where], self.y[where], self.rows[where], self.precision)


class Hints(NamedTuple):
    """The lengths that a log gives of its run; None where it gives none.

    Attributes:
        total: Steps of the whole run (max_steps, `i/T`).
        total_epochs: Epochs of the whole run.
        per_epoch: Steps in an epoch.
        per_epoch_guessed: It is not in the log, but follows from the largest step in any epoch.
        counted: Steps of an epoch, or of the whole run, depending on its clock.
        end: The last step that was done (global_step).
        every: Steps between two rows (logging_steps).
    """

    total: int | None = None
    total_epochs: int | None = None
    per_epoch: int | None = None
    per_epoch_guessed: bool = False
    counted: int | None = None
    end: int | None = None
    every: int | None = None


NO_HINTS = Hints()


@dataclass(frozen=True, slots=True)
class Log:
    """What a training run wrote.

    Attributes:
        path: Its name.
        format: The format that was recognised: `"trainer_state"`, `"csv"`, `"text (Megatron)"` …
        rows: How many rows (lines, events) were read.
        columns: Every column of numbers by its name, in the log's order.
        hints: The lengths that it gives of the run.
        notes: What could not be read or was guessed, a sentence each.
        unended: Its last line has no end: it may be half of one that is being written.
    """

    path: str
    format: str
    rows: int
    columns: Mapping[str, Column]
    hints: Hints = NO_HINTS
    notes: tuple[str, ...] = field(default=())
    unended: bool = False

    @property
    def rates(self) -> list[Column]:
        """The columns of learning rates."""
        return [column for name, column in self.columns.items() if is_rate(name)]

    @property
    def losses(self) -> list[Column]:
        """The columns of training losses."""
        return [column for name, column in self.columns.items() if is_loss(name)]

    @property
    def clock(self) -> Clock:
        """What its rows are counted in: the clock of its learning rates, else of its first column."""
        known = self.rates or list(self.columns.values())
        return known[0].clock if known else "row"

    def over(self, column: Column, clock: Clock) -> Array | None:
        """Return the epochs or steps at which a column has its values; None where the log does not say them all."""
        if clock == column.clock:
            return column.x
        named = self.columns.get(first(STEPS if clock == "step" else EPOCHS, self.columns))
        return None if named is None else aligned(named.rows, named.y, column.rows)


def aligned(rows: Rows, values: Array, wanted: Rows) -> Array | None:
    """Return the values in the wanted rows; None if there is none, or not a finite one, in any of them."""
    if rows is wanted and len(rows):
        return values if np.isfinite(values).all() else None
    at = np.minimum(np.searchsorted(rows, wanted), max(len(rows) - 1, 0))
    if not len(rows) or not np.array_equal(rows[at], wanted):
        return None
    found = values[at]
    return found if np.isfinite(found).all() else None
