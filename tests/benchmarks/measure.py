"""How to measure: in turn (A B A B …), so that what else the machine does falls on both, and by the median."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.shell import environment

if TYPE_CHECKING:
    from collections.abc import Callable

REPEATS = 11
LRCLI = str(Path(sys.executable).parent / "lrcli")


class Row(NamedTuple):
    """A line of the table.

    Attributes:
        what: What is divided by what.
        value: The ratio, or the memory.
        budget: What it is held to: `≤ 1.5`, `≥ 4`, or nothing.
        measured: Both parts of the ratio.
    """

    what: str
    value: float
    budget: str = ""
    measured: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the budget is."""
        sign, _, limit = self.budget.partition(" ")
        return sign == "" or (self.value <= float(limit) if sign == "≤" else self.value >= float(limit))

    def __str__(self) -> str:
        """Return it as a row of a table in Markdown."""
        late = "" if self.is_kept else " **(missed)**"
        return f"| {self.what} | {self.value:.2f} | {self.budget}{late} | {self.measured} |"


def in_turn(*actions: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """Return the median time of each action, in seconds."""
    times: list[list[float]] = [[] for _ in actions]
    for action in actions:
        action()
    for _ in range(repeats):
        for action, taken in zip(actions, times, strict=True):
            begin = time.perf_counter()
            action()
            taken.append(time.perf_counter() - begin)
    return [statistics.median(taken) for taken in times]


def ratio(
    what: str, above: Callable[[], object], below: Callable[[], object], budget: str = "", *, repeats: int = REPEATS
) -> Row:
    """Return how many times as long one action takes as another."""
    over, under = in_turn(above, below, repeats=repeats)
    return Row(what, over / under, budget, f"{1000 * over:.1f} / {1000 * under:.1f} ms")


def process(*command: str, **variables: str) -> Callable[[], object]:
    """Return an action that runs a command in a process of its own."""
    return lambda: subprocess.run(command, capture_output=True, env=environment(**variables), check=False)


def peak_memory(*command: str) -> float:
    """Return the most memory that a command had at once, in MiB."""
    probe = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True); "
    probe += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    done = subprocess.run(
        [sys.executable, "-c", probe, *command], capture_output=True, env=environment(), check=True, text=True
    )
    return int(done.stdout) / (1024 if sys.platform != "darwin" else 1024**2)


def memory(what: str, many: tuple[str, ...], few: tuple[str, ...], budget: str = "") -> Row:
    """Return how many times as much memory one command takes as another."""
    over, under = peak_memory(*many), peak_memory(*few)
    return Row(what, over / under, budget, f"{over:.0f} / {under:.0f} MiB")
