"""What a million rows cost beside numpy's own writer, and how little memory many rows take."""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lrcli import engine
from tests.benchmarks.engine import RUN, spec
from tests.benchmarks.measure import LRCLI, Row, memory, process, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY = {"10⁷": "10M", "10⁸": "100M"}


def export() -> Iterator[Row]:
    """Yield the speed, then the memory of each kind of file."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "lr.csv")
        curve = engine.evaluate(spec("cosine"), RUN)
        table = np.column_stack([curve.t, curve.lr])
        yield ratio(
            "`numpy.savetxt` / export, 10⁶ rows",
            lambda: np.savetxt(path, table, fmt=["%d", "%.17g"], delimiter=",", header="step,lr", comments=""),
            process(LRCLI, "export", "cosine", "--steps", "1M", "-o", path, "--force"),
            "≥ 4",
        )
        for suffix in ("csv", "parquet") if find_spec("pyarrow") else ("csv",):
            path = str(Path(folder) / f"lr.{suffix}")
            few = (LRCLI, "export", "cosine", "--steps", "100k", "-o", path, "--force")
            for shown, steps in MANY.items():
                many = (LRCLI, "export", "cosine", "--steps", steps, "-o", path, "--force")
                yield memory(f"export of {suffix}, {shown} rows / 10⁵: memory", many, few, "≤ 1.2")
