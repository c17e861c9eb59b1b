"""How a metric-driven schedule responds to its metric: which epochs count as bad, and when it cuts the lr."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.outline import metric_driven_parts
from lrcli.schedules.metric import MetricFamily, demo_loss, time_after

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.numeric import Array
    from lrcli.run import Run
    from lrcli.schedules.metric import Replay


class Replayed(NamedTuple):
    """The response of one schedule to its metric, in epochs (or steps) of the whole run.

    Attributes:
        entry: The named run that it is a part of.
        known: When each value of the metric is known.
        metric: The values.
        bad: Epochs that count as no improvement.
        cuts: The first epoch after each cut.
    """

    entry: Entry
    known: Array
    metric: Array
    bad: list[int]
    cuts: list[int]


def replayed(entries: Sequence[Entry]) -> list[Replayed]:
    """Return the response of each metric-driven schedule to its metric, in order."""
    return [one for entry in entries for one in _of(entry)]


def _of(entry: Entry) -> list[Replayed]:
    found = [
        (schedule, start, run)
        for schedule, start, run in metric_driven_parts(entry.spec, entry.run)
        if isinstance(schedule, MetricFamily)
    ]
    if not found:
        return []
    metric = _in_force(entry.run, int(entry.run.total))
    return [_replayed(entry, start, start + run.span, schedule.replayed(run), metric) for schedule, start, run in found]


def _replayed(entry: Entry, start: float, end: float, replay: Replay, metric: tuple[Array, Array]) -> Replayed:
    run = entry.run.within(entry.run.span - start, start)
    return Replayed(entry, *metric, _bad(replay.bad, run, start, end), _times(replay.cuts, run, start, end))


def _bad(values: Sequence[int], run: Run, start: float, end: float) -> list[int]:
    """Return the epochs (or steps) at the end of which bad values were known."""
    if run.known is None:
        return _times(values, run, start, end)
    ends = (start + time_after(value + 1, run) for value in values)
    return list(dict.fromkeys(math.ceil(time) - (run.unit == "epoch") for time in ends if time <= end))


def _times(counts: Sequence[int], run: Run, start: float, end: float) -> list[int]:
    """Return the times at which these numbers of values were known, before the end."""
    known = counts if run.known is None else [time_after(count, run) for count in counts]
    at = start + np.array(known, dtype=np.float64)
    found: list[int] = np.rint(at[at < end]).astype(np.int64).tolist()
    return found


def _in_force(run: Run, points: int) -> tuple[Array, Array]:
    """Return when each value of the metric begins to be the last one known, and the values."""
    metric = np.array(run.metric or demo_loss(len(run.known or ()) or points), dtype=np.float64)
    metric[~(np.abs(metric) < _LARGEST)] = np.nan  # what cannot be drawn leaves a gap
    known = np.arange(float(metric.size)) if run.known is None else np.array(run.known, dtype=np.float64)
    inside = known < points
    return known[inside], metric[inside]


_LARGEST = 1e300


def bad_epochs(entries: Sequence[Entry]) -> list[str]:
    """Return a line for each metric-driven schedule: which epochs count as bad, and when it cuts the lr."""
    return [
        f"{one.entry.name}: bad {one.entry.run.unit}s {_ranges(one.bad)}; cut at {_ranges(one.cuts)}"
        for one in replayed(entries)
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
