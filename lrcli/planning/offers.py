"""Four ways to continue a run that is resumed, without a jump of the lr, each as a spec that was verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from lrcli import engine, summary
from lrcli.compose import Around, Product, Sequence, Spec, around, own_run
from lrcli.findings.part import Part
from lrcli.frameworks.scheduler import Scheduler
from lrcli.outline import lr_at, placed
from lrcli.parameters import parameters
from lrcli.problems import SpecError
from lrcli.spec.build import build
from lrcli.spec.write import data, inline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.planning.resumed import Resumed
    from lrcli.run import Run
    from lrcli.schedules.base import Family
    from lrcli.spec.write import Data

_REWARM, _COOL = 0.05, 0.2
"""Shares of the rest of the run: of a new warm-up if the old schedule had none, and of the decay of a cool-down."""


class Offer(NamedTuple):
    """A way to continue a run.

    Attributes:
        name: Its name.
        why: What it does, in a few words.
        spec: The whole run, or only the part after the resume, as a spec to paste.
        whole: The spec is the whole run.
        first: The lr where the run is resumed.
        highest: The highest lr from there on.
        last: The lr at the end.
    """

    name: str
    why: str
    spec: str
    whole: bool
    first: float
    highest: float
    last: float


def offers(base: Resumed, start: float) -> Iterator[Offer]:
    """Yield each way to continue that begins with the last lr, verified with the engine.

    Args:
        base: The resumed run, without its offers.
        start: When it is resumed, in the unit of the run.
    """
    lr = float(f"{max(base.in_force, 0.0):.6g}")
    rest = base.new.run.total - start
    last = summary.ends(base.old.spec, base.old.run).last
    low = float(f"{max(planned_lr(base.old.spec, base.old.run.total, base.old.run, last), 0.0):.6g}")
    floor = {"min_lr": low} if 0 < low < lr else {}
    top = float(f"{base.peak:.6g}")
    warmup = Part(base.old.spec, base.old.run).warmup
    climb = min(warmup.value if warmup is not None else max(round(_REWARM * rest), 1), rest / 2)
    decay = max(round(_COOL * rest), 1)
    ways: list[tuple[str, str, dict[str, object]]] = [
        ("hold", "keep the last lr", {"type": "constant", "max_lr": lr}),
        ("continue", "fall on from it to the end", {"type": "cosine", "max_lr": lr, **floor}),
        (
            "re-warm",
            "climb to the old peak again, and decay (Ibrahim et al. 2024)",
            {"type": "cosine", "max_lr": top, "warmup": climb, "warmup_from": lr, **floor},
        ),
        (
            "cool-down",
            "keep it, and decay in the last fifth (Hägele et al. 2024)",
            {"type": "wsd", "max_lr": lr, "decay_length": decay, "decay_shape": "1-sqrt", "warmup": 0},
        ),
    ]
    for name, why, rest_of_it in ways:
        if lr < top if name == "re-warm" else lr > 0:
            yield from _tried(base, start, name, why, rest_of_it)


def _tried(base: Resumed, start: float, name: str, why: str, after: dict[str, object]) -> Iterator[Offer]:
    """Yield an offer, as the whole run or else as the part after the resume, if its text begins with the last lr."""
    first = _until(data(_frozen(base.old.spec, base.old.run)), base.old.run.total)
    first = first if start == base.old.run.total else _until([first], start)
    rest = msgspec.structs.replace(base.new.run, total=base.new.run.total - start)
    for whole, described, run, offset in ((True, [first, after], base.new.run, base.at), (False, after, rest, 0)):
        try:
            text = inline(build(described))
            spec = build(text)
            lr = engine.at(spec, run, np.array([float(offset)]))[0]
            same = not whole or _same_until(base, spec, run)
        except SpecError:
            continue
        if same and abs(lr - base.in_force) <= 1e-5 * base.peak:
            found = summary.ends(spec, run)
            points = np.unique(np.floor(np.linspace(offset, run.points - 1, 4096)))
            yield Offer(name, why, text, whole, float(lr), float(engine.at(spec, run, points).max()), found.last)
            return


def _until(spec: Data, end: float) -> dict[str, object]:
    """Return the data of a spec with a length of `end`; a length of its own is kept."""
    return {"sequence": spec, "for": end} if isinstance(spec, list) else {"for": end, **spec}


def _same_until(base: Resumed, spec: Spec, run: Run) -> bool:
    """Return whether a spec is the old schedule until the resume."""
    t = np.unique(np.floor(np.linspace(0, base.at - 1, 4096)))
    apart = np.abs(engine.at(spec, run, t) - engine.at(base.old.spec, base.old.run, t))
    return bool(apart.max() <= 1e-9 * base.peak)


def _frozen(spec: Spec, run: Run) -> Spec:
    """Return a spec whose lengths are numbers, so that it is the same schedule in a longer run."""
    if isinstance(spec, Sequence | Product):
        parts = tuple(_frozen(part, own) for part, _, own in placed(spec, run))
        field = "parts" if isinstance(spec, Sequence) else "factors"
        return spec.replaced(**{field: parts}, **_outer(spec, run))
    if isinstance(spec, Around):
        return spec.replaced(inner=_frozen(spec.inner, own_run(spec, run)), **_outer(spec, run))
    return spec.in_run(run) if isinstance(spec, Scheduler) else spec.replaced(**_numbers(spec, own_run(spec, run)))


def _outer(spec: Spec, run: Run) -> dict[str, object]:
    """Return the lengths that stand around a spec, as numbers."""
    outer = around(spec)
    limit = {} if outer.for_ is None else {"for_": run.of(outer.for_)}
    return {"warmup": run.of(outer.warmup), **limit}


def _numbers(spec: Family, own: Run) -> dict[str, object]:
    """Return the lengths of one of lrcli's schedules as numbers."""
    values = {one.field: getattr(spec, one.field) for one in parameters(type(spec)) if one.kind == "length"}
    return {
        field: tuple(map(own.of, value)) if isinstance(value, tuple) else own.of(value)
        for field, value in values.items()
        if value is not None
    }


def planned_lr(spec: Spec, t: float, run: Run, otherwise: float) -> float:
    """Return the lr of a spec at a time, or another value where its framework raises."""
    try:
        return lr_at(spec, t, run)
    except SpecError:
        return otherwise
