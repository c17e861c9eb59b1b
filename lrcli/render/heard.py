"""What a schedule that listens heard, and what it made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.outline import listeners
from lrcli.schedules.plateau import Listening, demo_loss, time_after

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.numeric import Array
    from lrcli.run import Run
    from lrcli.schedules.plateau import Replay


class Heard(NamedTuple):
    """What one schedule heard, in the epochs of the whole run.

    Attributes:
        entry: What it belongs to.
        metric: The values, from epoch 0 of the run on.
        bad: Epochs that counted as no improvement.
        cuts: The first epochs at a lower rate.
    """

    entry: Entry
    metric: Array
    bad: list[int]
    cuts: list[int]


def what_is_heard(entries: Sequence[Entry]) -> list[Heard]:
    """Return what each listening schedule heard, in order."""
    return [
        _heard(entry, start, start + run.span, schedule.replayed(run))
        for entry in entries
        for schedule, start, run in listeners(entry.spec, entry.run)
        if isinstance(schedule, Listening)
    ]


def _heard(entry: Entry, start: float, end: float, replay: Replay) -> Heard:
    points = int(entry.run.total)
    run = entry.run.within(entry.run.span - start, start)
    bad, cuts = (
        [round(start + at) for at in (time_after(count, run) for count in counts) if start + at < end]
        for counts in (replay.bad, replay.cuts)
    )
    return Heard(entry, _drawn(entry.run, points), bad, cuts)


def _drawn(run: Run, points: int) -> Array:
    """Return the metric at each point of the run, each value until the next is known."""
    metric = np.array(run.metric or demo_loss(points), dtype=np.float64)
    if run.known is None:
        return metric[:points]
    last = np.searchsorted(run.known, np.arange(points), side="right") - 1
    return np.where(last >= 0, metric[np.maximum(last, 0)], np.nan)


def bad_epochs(entries: Sequence[Entry]) -> list[str]:
    """Return one line for each listening schedule: which epochs counted as bad, and where it cut the rate."""
    unit = entries[0].run.unit
    return [
        f"{one.entry.name}: bad {unit}s {_ranges(one.bad)}; cut at {_ranges(one.cuts)}"
        for one in what_is_heard(entries)
    ]


def _ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers as a person writes them: `3, 7-9, 12`, and `none` for none."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs) or "none"
