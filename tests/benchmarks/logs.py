"""What reading and telling a log of a million rows costs, beside reading its numbers alone."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import lrcli
from tests.benchmarks.measure import LRCLI, Row, memory, process, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

_FORMS = {"csv": ("step,lr,loss\n", "{},{!r},2.5\n"), "text": ("", "step {} | loss 2.5 | lr {!r} | 12 ms\n")}


def _written(folder: str, kind: str, rows: int) -> str:
    """Return the name of a log of so many rows."""
    path = Path(folder) / f"{rows}.{kind}"
    head, line = _FORMS[kind]
    lr = lrcli.evaluate(f"cosine:max_lr=0.001,warmup={rows // 10}", steps=rows).lr.tolist()
    with path.open("w") as file:
        file.write(head)
        file.writelines(line.format(step, value) for step, value in enumerate(lr))
    return str(path)


def logs() -> Iterator[Row]:
    """Yield the time for a table beside numpy's reader, then the memory for more rows."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = (_written(folder, "csv", rows) for rows in (10**5, 10**6))
        yield ratio(
            "check of a csv of 10⁶ rows / `numpy.loadtxt`",
            process(LRCLI, "check", "--quiet", many),
            lambda: np.loadtxt(many, delimiter=",", skiprows=1),
            "≤ 3",
        )
        yield memory(
            "check of a csv of 10⁶ rows / 10⁵: memory",
            (LRCLI, "check", "--quiet", many),
            (LRCLI, "check", "--quiet", few),
            "≤ 1.5",
        )
        text = _written(folder, "text", 10**5)
        yield ratio(
            "check of a text of 10⁵ lines / the csv",
            process(LRCLI, "check", "--quiet", text),
            process(LRCLI, "check", "--quiet", few),
        )
