"""lrcli's schedules in the frameworks' own classes: proposals, which are then compared with what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lrcli.compose import Sequence, Spec, around, own_run, timetable, with_batch
from lrcli.frameworks import declarations
from lrcli.outline import lr_at
from lrcli.problems import SpecError
from lrcli.schedules import Linear, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lrcli.frameworks.scheduler import Scheduler
    from lrcli.run import Run


def is_limited(spec: Spec) -> bool:
    """Return whether a spec is limited, scaled or cut, for which no framework has a word."""
    outer = around(spec)
    return outer.scale != 1 or outer.floor != 0 or outer.cap is not None or outer.for_ is not None


def proposals(spec: Spec, run: Run, framework: str) -> Iterator[Scheduler]:
    """Yield a framework's own schedulers that may be the same as a spec, or nearly.

    Args:
        spec: One of lrcli's schedules, or a sequence of them.
        run: Its run.
        framework: The framework's name.
    """
    if is_limited(spec) or not isinstance(spec, Schedule | Sequence):
        return
    whole = folded(with_batch(spec), run)  # type: ignore[type-var] # what it is stays what it is
    kinds = list(dict.fromkeys(declarations(framework).values()))
    if isinstance(whole, Schedule):
        yield from _classes(whole, own_run(whole, run), kinds)
    for kind in kinds:
        if kind.boundaries_parameter:
            yield from _joined(kind, whole, run, kinds)


def _classes(spec: Spec, run: Run, kinds: Iterable[type[Scheduler]]) -> Iterator[Scheduler]:
    if isinstance(spec, Schedule):
        for kind in kinds:
            yield from kind.proposals(spec, run)


def _joined(joiner: type[Scheduler], whole: Spec, run: Run, kinds: list[type[Scheduler]]) -> Iterator[Scheduler]:
    """Yield the parts of a spec in their classes, as members of the class that plays one after the other."""
    parts = parts_in_turn(whole, run)
    members = [next(_classes(part, own, kinds), None) for part, _, own in parts]
    bases = {base for member in members if (base := getattr(member, "base_lr", None)) is not None}
    if len(parts) < 2 or None in members or len(bases) > 1:
        return
    common: dict[str, Any] = {"base_lr": bases.pop()} if bases else {}
    starts = tuple(int(start) if start.is_integer() else start for _, start, _ in parts[1:])
    try:
        yield joiner(**{joiner.members: tuple(members), joiner.boundaries_parameter: starts, **common})
    except SpecError:  # a start that is not whole, say: the class cannot say it
        return


def folded(spec: Spec, run: Run) -> Spec:
    """Return a line up to the first lr of one schedule, and this schedule, as the schedule with its warm-up."""
    match spec:
        case Sequence(parts=(Linear() as climb, Schedule() as rest), repeat=1) if not around(rest).warmup:
            (_, _, _), (_, start, own) = timetable(spec, own_run(spec, run))
            low, top = climb.ends
            if not around(spec).warmup and start and low < top == lr_at(rest, 0.0, own):
                return rest.replaced(warmup=start, warmup_from=low, for_=None)
    return spec


def parts_in_turn(spec: Spec, run: Run) -> list[tuple[Any, float, Run]]:
    """Return the parts of a spec, and before them its warm-up as a line, each with its start and its run."""
    outer, own = around(spec), own_run(spec, run)
    before = run.of(outer.warmup)
    if isinstance(spec, Sequence) and spec.repeat == 1:
        parts = [(turn.part.replaced(for_=None), before + turn.start, turn.run) for turn in timetable(spec, own)]
    else:
        parts = [(spec.replaced(warmup=0.0, warmup_from=0.0, warmup_shape="linear"), before, own)]
    if not before:
        return parts
    if not outer.warmup_prefix or outer.warmup_shape != "linear":
        return [(Sequence(parts=(spec,)), 0.0, run)]
    top = lr_at(parts[0][0], 0.0, parts[0][2])
    return [(Linear(start_lr=outer.warmup_from, end_lr=top, length=before), 0.0, run.within(before)), *parts]
