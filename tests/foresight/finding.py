"""What training at the lr that each rule takes would have lost, on range tests with a sweep of full trainings beside.

The loss after training at an lr is the mean over the seeds, and linear between the trainings over the logarithm of the
lr. Regret is its distance from the best, as a share of the distance from the loss at the smallest lr to the best.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from lrcli.foresight.finder import find
from tests.foresight.data import RANGES, sweep

if TYPE_CHECKING:
    from lrcli.numeric import Array


def _trained(task: str) -> tuple[Array, Array]:
    """Return the peaks that a task was trained at, ascending, and the mean final loss at each."""
    rows = json.loads((RANGES / f"{task}_truth.json").read_text())["sweep"]
    peaks = sorted({row[0] for row in rows})
    ends = [np.mean([row[2] for row in rows if row[0] == peak]) for peak in peaks]
    return np.array(peaks), np.array(ends)


def regrets() -> dict[str, Array]:
    """Return the regret of our pick and of each rule in each range test; a rule that takes nothing loses all."""
    lost: dict[str, list[float]] = {}
    for path in sorted(RANGES.glob("*_seed*.csv")):
        peaks, ends = _trained(path.name.partition("_seed")[0])
        found = find(*sweep(path.name))
        for name, lr in {"half of the smoothed minimum": found.pick, **found.rules}.items():
            end = ends[0] if lr is None else np.interp(np.log(lr), np.log(peaks), ends)
            lost.setdefault(name, []).append(float((end - ends.min()) / (ends[0] - ends.min())))
    return {name: np.array(values) for name, values in lost.items()}
