"""Framework schedulers that may equal one of lrcli's schedules: proposals, which `Job` compares with the schedule."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from lrcli.compose import Around, Product, Sequence, Spec, Turn, around, own_run, timetable, with_batch
from lrcli.frameworks import declarations
from lrcli.outline import lr_at
from lrcli.parameters import parameters
from lrcli.problems import SpecError
from lrcli.schedules import Linear, Schedule
from lrcli.schedules.composition import Composed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lrcli.frameworks.scheduler import Scheduler
    from lrcli.run import Run


def is_limited(spec: Spec) -> bool:
    """Return whether a spec is limited, scaled or cut, which no framework's class can express."""
    outer = around(spec)
    return outer.scale != 1 or outer.floor != 0 or outer.cap is not None or outer.for_ is not None


def proposals(spec: Spec, run: Run, framework: str) -> Iterator[Scheduler]:
    """Yield a framework's own schedulers that may be the same as a spec, or nearly the same.

    Args:
        spec: One of lrcli's schedules, or a sequence of them.
        run: Its run.
        framework: The framework's name.
    """
    if is_limited(spec) or not isinstance(spec, Schedule | Sequence):
        return
    whole = folded(with_batch(spec), run)
    kinds = list(dict.fromkeys(declarations(framework).values()))
    if isinstance(whole, Schedule):
        yield from _classes(whole, own_run(whole, run), kinds)
    yield from _joined(whole, run, kinds)


def _classes(spec: Spec, run: Run, kinds: Iterable[type[Scheduler]]) -> Iterator[Scheduler]:
    if isinstance(spec, Schedule):
        for kind in kinds:
            yield from kind.proposals(spec, run)


def _joined(whole: Spec, run: Run, kinds: list[type[Scheduler]]) -> Iterator[Scheduler]:
    """Yield a class that plays its members one after the other, with the parts of a spec as members."""
    parts = parts_in_turn(whole, run)
    members = [one for part, _, own in parts for one in islice(_classes(part, own, kinds), 1)]
    bases = {base for member in members if (base := getattr(member, "base_lr", None)) is not None}
    if len(parts) < 2 or len(members) < len(parts) or len(bases) > 1:
        return
    for kind in kinds:
        with suppress(SpecError):  # such as a start that is not whole, which the class cannot express
            yield from kind.joined(members, [start for _, start, _ in parts])


def folded(spec: Spec, run: Run) -> Spec:
    """Return a schedule with a warm-up for a sequence of a rising line and that schedule; any other spec as it is."""
    match spec:
        case Sequence(parts=(Linear() as climb, Schedule() as rest), repeat=1) if not around(rest).warmup:
            (_, _, _), (_, start, own) = timetable(spec, own_run(spec, run))
            low, top = climb.ends
            if not around(spec).warmup and start and low < top == lr_at(rest, 0.0, own):
                return rest.replaced(warmup=start, warmup_from=low, for_=None)
    return spec


def parts_in_turn(spec: Spec, run: Run) -> list[Turn]:
    """Return the parts of a spec, and before them its warm-up as a line, each with its start and its run."""
    outer, own = around(spec), own_run(spec, run)
    before = run.of(outer.warmup)
    if isinstance(spec, Sequence) and spec.repeat == 1:
        parts = [turn._replace(part=_endless(turn.part), start=before + turn.start) for turn in timetable(spec, own)]
    else:
        parts = [Turn(spec.replaced(warmup=0.0, warmup_from=0.0, warmup_shape="linear"), before, own)]
    if not before:
        return parts
    if not outer.warmup_prefix or outer.warmup_shape != "linear":
        return [Turn(Sequence(parts=(spec,)), 0.0, run)]
    top = lr_at(parts[0].part, 0.0, parts[0].run)
    climb = Linear(start_lr=outer.warmup_from, end_lr=top, length=before)
    return [Turn(climb, 0.0, run.within(before)), *parts]


def _endless(part: Spec) -> Spec:
    """Return a part without its own length, which a framework's scheduler does not have."""
    return part.replaced(for_=None) if isinstance(part, Composed) else part


def in_epochs(spec: Spec) -> Spec:
    """Return a spec with its plain lengths in epochs: `warmup=5` as `warmup=5ep`."""
    given = [(p.field, getattr(spec, p.field)) for p in parameters(type(spec)) if p.kind == "length"]
    lengths: dict[str, Any] = {field: _in_epochs(value) for field, value in given if value is not None}
    match spec:
        case Sequence():
            lengths["parts"] = tuple(map(in_epochs, spec.parts))
        case Product():
            lengths["factors"] = tuple(map(in_epochs, spec.factors))
        case Around():
            lengths["inner"] = in_epochs(spec.inner)
    return spec.replaced(**lengths)


def _in_epochs(length: Any) -> Any:
    if isinstance(length, tuple):
        return tuple(map(_in_epochs, length))
    return length if isinstance(length, str) or length == 0 else f"{length!r}ep"
