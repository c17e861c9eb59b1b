"""Functions as users write them, for the schedule that asks a Python function."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def stairs(step: int) -> float:
    """Take single steps only, as most training scripts do."""
    table = [0.1, 0.05, 0.02]
    return table[min(int(step) // 30, 2)]


def smooth(t: np.ndarray[Any, Any], T: float, top: float = 0.1) -> np.ndarray[Any, Any]:
    """Take arrays."""
    return top * (1 - np.minimum(t / T, 1)) ** 2


def chatty(step: int) -> float:
    """Print, as scripts under construction do."""
    print("step", step)
    return 0.1


def failing(step: int) -> float:
    """Fail from the tenth step on."""
    if step > 9:
        raise RuntimeError("no data")
    return 0.1


def wordy(step: int) -> str:
    """Return something else than a number."""
    return f"step {step}"


class Wave:
    """A class with parameters and a closed form."""

    def __init__(self, height: float = 0.1, length: float = 20.0) -> None:
        self.height, self.length = height, length

    def get_lr(self, step: float) -> float:
        """Return a wave that never goes below 0."""
        return self.height * (1 + math.cos(2 * math.pi * step / self.length)) / 2
