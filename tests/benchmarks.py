"""What lrcli costs, as ratios to the floor beneath it: `python -m tests.benchmarks`.

Ratios are medians of runs taken in turn (A B A B …), so that what else the machine does falls on both.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lrcli.compose import play
from lrcli.run import Run
from lrcli.spec.build import build
from tests.shell import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lrcli.numeric import Array

REPEATS = 11
LRCLI = str(Path(sys.executable).parent / "lrcli")
MILLION = np.arange(1e6)
N = 1e6

BARE: dict[str, Callable[[Array], Any]] = {
    "constant": lambda t: np.full_like(t, 0.1),
    "linear:start_lr=0.1,end_lr=0": lambda t: 0.1 + (0 - 0.1) * np.minimum(t, N) / N,
    "step:step_size=300k": lambda t: 0.1 * 0.1 ** np.floor(t / 3e5),
    "multistep:milestones=300k,600k": lambda t: 0.1 * 0.1 ** np.searchsorted([3e5, 6e5], t, side="right"),
    "polynomial:power=0.9": lambda t: 0.1 * (1 - np.minimum(t, N) / N) ** 0.9,
    "exponential:gamma=0.99999": lambda t: 0.1 * 0.99999**t,
    "inverse-time": lambda t: 0.1 / (1 + t / 10),
    "inverse-sqrt": lambda t: 0.1 * np.sqrt(10 / (t + 10)),
    "noam:warmup_steps=4000": lambda t: 512**-0.5 * np.minimum((t + 1) ** -0.5, (t + 1) * 4000**-1.5),
    "log": lambda t: 0.1 * np.log((N + 1) / (np.minimum(t, N) + 1)) / np.log(N + 1),
    "cosine": lambda t: 0.05 * (1 + np.cos(np.pi * np.minimum(t, N) / N)),
    "cosine-restarts:cycle_length=250k": lambda t: 0.05 * (1 + np.cos(np.pi * (t % 250e3) / 250e3)),
    "cyclic:step_size_up=100k": lambda t: 0.001 + 0.099 * (1 - np.abs(t / 1e5 - 2 * np.floor(1 + t / 2e5) + 1)),
    "one-cycle": lambda t: np.where(
        t < 299_999,
        0.1 - 0.048 * (1 + np.cos(np.pi * t / 299_999)),
        0.05 * (1 + np.cos(np.pi * (t - 299_999) / 700_000)),
    ),
    "wsd:warmup=0": lambda t: 0.1 * (1 - np.sqrt(np.clip((t - 8e5) / 2e5, 0, 1))),
    "range-test:mode=linear": lambda t: 1e-6 + (1 - 1e-6) * np.minimum(t / (N - 1), 1),
}
"""A spec, and the numpy expression that a person would write for it."""


def row(what: str, ratio: float, budget: str, seconds: Sequence[float]) -> None:
    """Print one line of the table."""
    times = " / ".join(f"{1000 * second:.1f}" for second in seconds)
    print(f"{what:<44} {ratio:7.2f}   {budget:<8} {times} ms")


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


def process(*command: str, **variables: str) -> Callable[[], object]:
    """Return an action that runs a command in a process of its own."""
    return lambda: subprocess.run(command, capture_output=True, env=environment(**variables), check=False)


def start_up() -> None:
    """Print what a start costs beside the imports that it cannot do without."""
    typer = process(sys.executable, "-c", "import typer")
    drawing = process(sys.executable, "-c", "import typer, rich.console, numpy, plotext")
    complete = {"_LRCLI_COMPLETE": "complete_bash", "COMP_WORDS": "lrcli plot co", "COMP_CWORD": "2"}
    for what, floor, action, budget in (
        ("--version / import typer", typer, process(LRCLI, "--version"), "≤ 1.5"),
        ("completion / import typer", typer, process(LRCLI, **complete), "≤ 1.5"),
        ("a bad spec / import typer", typer, process(LRCLI, "plot", "cosin"), ""),
        ("list / import typer", typer, process(LRCLI, "list"), ""),
        ("describe cosine / import typer", typer, process(LRCLI, "describe", "cosine"), ""),
        ("plot cosine / imports that draw", drawing, process(LRCLI, "plot", "cosine"), "≤ 1.3"),
        (
            "plot of 10⁹ steps / plot of 100",
            process(LRCLI, "plot", "cosine", "--steps", "100"),
            process(LRCLI, "plot", "cosine", "--steps", "1G"),
            "≤ 1.5",
        ),
        (
            "plot of 10¹² steps in cycles of 1000 / of 100",
            process(LRCLI, "plot", "cyclic", "--steps", "100"),
            process(LRCLI, "plot", "cyclic", "--step-size-up", "500", "--steps", "1000G"),
            "≤ 1.5",
        ),
    ):
        below, above = in_turn(floor, action)
        row(what, above / below, budget, (above, below))


def closed_forms() -> None:
    """Print what a million steps of each closed form cost beside the bare numpy expression."""
    run = Run(unit="step", total=1_000_000)
    for text, bare in BARE.items():
        spec = build(text)
        ours, theirs = in_turn(partial(play, spec, MILLION, run), partial(bare, MILLION))
        row(f"{text} / bare numpy", ours / theirs, "≤ 2", (ours, theirs))


def export() -> None:
    """Print what a million rows of CSV cost beside numpy's own writer, and the memory of few rows and of many."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "lr.csv")
        table = np.column_stack([MILLION, build_curve()])
        ours, theirs = in_turn(
            process(LRCLI, "export", "cosine", "--steps", "1M", "-o", path, "--force"),
            lambda: np.savetxt(path, table, fmt=["%d", "%.17g"], delimiter=",", header="step,lr", comments=""),
            repeats=3,
        )
        row("numpy.savetxt / export of 10⁶ rows", theirs / ours, "≥ 4", (theirs, ours))
        for rows in ("100k", "10M"):
            peak = peak_memory(LRCLI, "export", "cosine", "--steps", rows, "-o", path, "--force")
            print(f"peak memory of export of {rows:<5}{'':<14} {peak:7.1f} MiB")


def build_curve() -> Array:
    """Return the curve that the export writes."""
    return play(build("cosine"), MILLION, Run(unit="step", total=1_000_000))


def peak_memory(*command: str) -> float:
    """Return the most memory that a command had at once, in MiB."""
    probe = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True); "
    probe += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    done = subprocess.run(
        [sys.executable, "-c", probe, *command], capture_output=True, env=environment(), check=True, text=True
    )
    return int(done.stdout) / (1024 if sys.platform != "darwin" else 1024**2)


def main() -> None:
    """Print the whole table."""
    print(f"{'ratio of':<44} {'':>7}   {'budget':<8} times")
    start_up()
    closed_forms()
    export()


if __name__ == "__main__":
    main()
