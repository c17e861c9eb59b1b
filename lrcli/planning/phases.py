"""The phases of a schedule (warm-up, stable, decay), with the lr at both ends of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli import summary
from lrcli.compose import Sequence
from lrcli.findings.lengths import repeats
from lrcli.findings.part import Part
from lrcli.outline import lr_at, name_of, placed
from lrcli.problems import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.compose import Spec
    from lrcli.entry import Entry
    from lrcli.run import Run

_FLAT = {
    "never": "constant",
    "in cycles": "cycles",
    "when a metric stalls": "metric-driven",
    "at chosen times": "steps",
}
"""Names of the phase after the warm-up, by how often a schedule changes the lr; the default is `decay`."""


class Phase(NamedTuple):
    """A phase of a run, in its unit, with the lr at its beginning and at its end."""

    name: str
    start: float
    end: float
    first: float
    last: float


def phases(entry: Entry) -> list[Phase]:
    """Return the phases of a schedule, or the parts of a sequence, in the order of time."""
    spec, run = entry.spec, entry.run
    named = list(_parts(spec, run) if isinstance(spec, Sequence) else _of_one(spec, run))
    return [
        Phase(name, start, end, _lr(spec, start, run), _lr(spec, end, run)) for name, start, end in named if start < end
    ]


def _parts(spec: Spec, run: Run) -> Iterator[tuple[str, float, float]]:
    turns = [(name_of(part), start) for part, start, _ in placed(spec, run)]
    ends = [*(start for _, start in turns[1:]), run.total]
    yield "warm-up", 0.0, turns[0][1]
    yield from ((name, start, min(end, run.total)) for (name, start), end in zip(turns, ends, strict=True))


def _of_one(spec: Spec, run: Run) -> Iterator[tuple[str, float, float]]:
    part, total = Part(spec, run), float(run.total)
    warmup = part.warmup.value if part.warmup is not None else 0.0
    changes = part.family.changes if part.family is not None else ""
    changes = "at every step" if changes == "in cycles" and not repeats(part) else changes
    if not warmup and changes in ("in phases", "at every step"):
        warmup = float(summary.ends(spec, run).peak_at) * total / run.points
    warmup = min(warmup, total)
    yield "warm-up", 0.0, warmup
    if part.decay is None:
        yield _FLAT.get(changes, "decay"), warmup, total
        return
    decay = max(total - part.decay.value, warmup)
    yield "stable", warmup, decay
    yield "decay", decay, total


def _lr(spec: Spec, t: float, run: Run) -> float:
    """Return the lr at a time; where the framework raises, the lr one point earlier."""
    try:
        return lr_at(spec, t, run)
    except SpecError:
        return lr_at(spec, max(t - run.total / run.points, 0.0), run)
