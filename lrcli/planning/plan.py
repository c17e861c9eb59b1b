"""A plan: the numbers, phases and arguments of one run before it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.compose import schedules_of
from lrcli.planning.arguments import Call, calls
from lrcli.planning.clocks import clock_of
from lrcli.planning.counts import Row, counts
from lrcli.planning.larger import Larger, larger
from lrcli.planning.phases import Phase, phases
from lrcli.planning.restepped import Clocked, clocked, mended
from lrcli.planning.resumed import Resumed, resumed
from lrcli.problems import Problem, SpecError
from lrcli.spec.write import inline

if TYPE_CHECKING:
    from lrcli.entry import Entry
    from lrcli.planning.names import ClockName


class Plan(NamedTuple):
    """The plan of a run.

    Attributes:
        entry: The schedule and its run.
        rows: The numbers, from samples to the whole run.
        phases: Warm-up, stable phase and decay, or the parts of a sequence.
        calls: The lengths as arguments of frameworks.
        prepared: The same for a scheduler that Accelerate prepares, on several devices.
        larger: The effect of another batch size, if the spec has a batch_scale.
        clocked: The schedule by another clock, if one was asked for.
        resumed: The run with another length, if one was asked for.
    """

    entry: Entry
    rows: list[Row]
    phases: list[Phase]
    calls: list[Call]
    prepared: tuple[Call, ...]
    larger: Larger | None = None
    clocked: Clocked | None = None
    resumed: Resumed | None = None


def plan_of(
    entry: Entry,
    clock: ClockName | None = None,
    resume_at: float | str | None = None,
    new_total: float | str | None = None,
) -> Plan:
    """Return the plan of a run.

    Args:
        entry: The schedule and its run.
        clock: When the scheduler is stepped, if not as it is meant.
        resume_at: When the run is resumed with another length.
        new_total: The new length.

    Raises:
        SpecError: If the run lacks a number that the clock needs, the run cannot be resumed like this, or the
            schedule depends on a metric.
    """
    if (clock or new_total) and any(one.metric_driven for one in schedules_of(entry.spec)):
        raise SpecError(f"{entry.name} depends on a metric: what it does at another time or later is not known")
    if resume_at is not None and new_total is None:
        message = "say how long the run becomes, with --new-total"
        raise SpecError(Problem(message=message, place="--resume-at"))
    return Plan(
        entry,
        counts(entry.run),
        phases(entry),
        calls(entry),
        _prepared(entry),
        larger(entry),
        None if clock is None else clocked(entry, clock),
        None if new_total is None else resumed(entry, resume_at, new_total),
    )


def _prepared(entry: Entry) -> tuple[Call, ...]:
    """Return the lengths for a scheduler that Accelerate steps once per process; none for a tool with its own loop."""
    devices = entry.run.batches.devices if entry.run.batches else 1
    of_a_tool = bool(entry.source.whole) and not entry.source.root  # a place in a file, but not among its schedules
    if (
        devices == 1
        or of_a_tool
        or entry.run.counts != "step"
        or any(one.metric_driven for one in schedules_of(entry.spec))
    ):
        return ()
    found = mended(entry, clock_of("accelerate", entry))
    return () if found is None else found.calls


def facts(plan: Plan) -> dict[str, object]:
    """Return a plan as data, for --json."""
    run = plan.entry.run
    return {
        "name": plan.entry.name,
        "spec": inline(plan.entry.spec),
        "unit": run.counts,
        "points": run.points,
        "counts": {row.name.replace(" ", "_"): {"value": row.value, "how": row.how} for row in plan.rows},
        "phases": [phase._asdict() for phase in plan.phases],
        "arguments": [{**call._asdict(), "text": call.text} for call in plan.calls],
        "prepared_by_accelerate": [{**call._asdict(), "text": call.text} for call in plan.prepared],
        "batch": None if plan.larger is None else _larger(plan.larger),
        "clock": None if plan.clocked is None else _clocked(plan.clocked),
        "resume": None if plan.resumed is None else _resumed(plan.resumed),
    }


def _larger(found: Larger) -> dict[str, object]:
    peaks = {rule: None if found.peak is None else found.peak * factor for rule, factor in found.factors.items()}
    return {**found._asdict(), "peaks": peaks, "updates_before": found.updates_before}


def _clocked(found: Clocked) -> dict[str, object]:
    return {
        "name": found.clock.name,
        "steps_for_each_meant": found.clock.ratio,
        "updates": found.clock.updates,
        "gap": None if found.gap is None else found.gap._asdict(),
        "raises_at": None if found.raises is None else found.raises[0],
        "finding": found.finding._asdict(),
        "mended": None if found.mended is None else {"text": found.mended.text, "apart": found.mended.apart},
    }


def _resumed(found: Resumed) -> dict[str, object]:
    return {
        "at": found.at,
        "old": {"spec": inline(found.old.spec), "points": found.old.run.points},
        "new": {"spec": inline(found.new.spec), "points": found.new.run.points},
        "before": found.before,
        "after": found.after,
        "in_force": found.in_force,
        "finding": found.finding._asdict(),
        "offers": [offer._asdict() for offer in found.offers],
    }
