"""The tests' data, and how it is read."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
GOLDEN = HERE / "golden"
CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))


def framework_cases(framework: str) -> list[dict[str, Any]]:
    """Return the cases read from a framework's own classes; lr[t] is the rate in force during t."""
    cases: list[dict[str, Any]] = json.loads((GOLDEN / "frameworks" / f"{framework}.json").read_text())["cases"]
    return cases


def real_run(name: str) -> list[tuple[int, float]]:
    """Return (counter, lr) of every row that a real training run logged."""
    with (GOLDEN / "runs" / f"{name}.csv").open() as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))
    return [(int(counter), float(lr)) for counter, lr in rows[1:]]
