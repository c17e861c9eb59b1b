"""The logged runs and range tests of tests/golden/foresight."""

from __future__ import annotations

import csv
import json
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lrcli.foresight.fit import Record
from tests.data import GOLDEN

if TYPE_CHECKING:
    from pathlib import Path

    from lrcli.numeric import Array

HERE = GOLDEN / "foresight"
RUNS, RANGES = HERE / "runs", HERE / "ranges"


class Logged(NamedTuple):
    """A run of the manifest.

    Attributes:
        name: Of its file.
        group: Runs of one group have the same model, data and peak.
        record: What it logged.
    """

    name: str
    group: str
    record: Record

    @property
    def end(self) -> float:
        """The last loss."""
        return float(self.record.loss[-1])

    @property
    def steps(self) -> int:
        """How long it is."""
        return self.record.lr.size


def columns(path: Path) -> dict[str, Array]:
    """Return the columns of a csv of numbers."""
    with path.open() as file:
        names, *rows = list(csv.reader(file))
    return dict(zip(names, np.array(rows, dtype=np.float64).T, strict=True))


def record(name: str, warmup: int | None = None) -> Record:
    """Return a run: its lr is linear between rows, and from 0 at step 0 to the first."""
    table = columns(RUNS / f"{name}.csv")
    steps = table["step"].astype(np.int_)
    every = np.arange(1, steps[-1] + 1)
    lr = np.interp(every, np.append(0, steps), np.append(0.0, table["lr"]))
    return Record(lr, steps, table["loss"], warmup)


@cache
def logged_runs() -> tuple[Logged, ...]:
    """Return every run of the manifest."""
    with (HERE / "manifest.csv").open() as file:
        rows = list(csv.DictReader(file))
    named = [(row["file"].removesuffix(".csv"), row["group"], int(row["warmup"])) for row in rows]
    return tuple(Logged(name, group, record(name, warmup)) for name, group, warmup in named)


def sweep(name: str) -> tuple[Array, Array]:
    """Return the (lr, loss) of a range test."""
    path = RANGES / name
    table = json.loads(path.read_text()) if path.suffix == ".json" else columns(path)
    return np.asarray(table["lr"], dtype=np.float64), np.asarray(table["loss"], dtype=np.float64)


def golden() -> dict[str, Any]:
    """Return what an implementation of its own made of these files."""
    found: dict[str, Any] = json.loads((HERE / "golden.json").read_text())
    return found
