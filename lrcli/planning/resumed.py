"""A run that is resumed and made longer: how the lr jumps, and four ways to go on, each as a spec that was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from lrcli import engine, summary
from lrcli.compose import Around, Product, Sequence, Spec, around, own_run
from lrcli.figure.data import Axis, Figure, Guide, Panel
from lrcli.figure.series import Scheduled, Series
from lrcli.findings.part import Part
from lrcli.frameworks.scheduler import Scheduler
from lrcli.numbers import short
from lrcli.outline import lr_at, placed
from lrcli.parameters import parameters
from lrcli.problems import Finding, Problem, SpecError
from lrcli.run import amount
from lrcli.schedules.base import Family
from lrcli.spec.build import build
from lrcli.spec.write import data, inline
from lrcli.units import own_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.entry import Entry
    from lrcli.run import Run

_WORTH_SAYING = 0.01
"""A jump is worth a word if it is more than this share of the peak."""
_ROUNDING = 1e-9
_REWARM, _COOL = 0.05, 0.2
"""Shares of the rest of the run: of a new warm-up where the old one had none, and of the decay of a cool-down."""


class Offer(NamedTuple):
    """A way to go on.

    Attributes:
        name: What it is called.
        why: What it does, in a few words.
        spec: The whole run, or only its rest, as a spec to paste.
        whole: It is the whole run, and not only what follows the resume.
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


class Resumed(NamedTuple):
    """A run that is resumed with another length.

    Attributes:
        at: The epoch (or step) at which it is.
        old: What was run until then.
        new: The same spec over the longer run.
        before: The lr that the old schedule has there.
        after: The lr that the new one has.
        in_force: The last lr that was in force.
        peak: The highest lr of the old schedule.
        offers: Ways to go on without a jump.
    """

    at: int
    old: Entry
    new: Entry
    before: float
    after: float
    in_force: float
    peak: float
    offers: tuple[Offer, ...]

    @property
    def rest(self) -> int:
        """Epochs (or steps) that are left then."""
        return self.new.run.points - self.at

    @property
    def figure(self) -> Figure:
        """The old curve and the new one."""
        unit, points = self.old.run.counts, float(max(self.old.run.points, self.new.run.points))
        curves = ((f"old, {self.old.run.text}", self.old), (f"new, {self.new.run.text}", self.new))
        series = tuple(Series(name, Scheduled(one.spec, one.run)) for name, one in curves)
        return Figure("", Axis(unit, 0.0, points), (Panel(series),), guides=(Guide(float(self.at), "asked"),))

    @property
    def finding(self) -> Finding:
        """How the lr jumps, in a sentence."""
        unit, jump = self.old.run.counts, self.after - self.before
        share = abs(jump) / self.peak if self.peak else 0.0
        where = f"resumed at {unit} {amount(self.at)} in a run of {self.new.run.text}"
        if share <= _WORTH_SAYING:
            little = f"changes by {100 * share:.2g} % of the peak, from {short(self.before)} to {short(self.after)}"
            return Finding("", f"{where}, the lr {little if share > _ROUNDING else f'stays at {short(self.after)}'}")
        way = "up" if jump > 0 else "down"
        message = f"{where}, the lr jumps {way} from {short(self.before)} to {short(self.after)}"
        return Finding("LR010", f"{message}, by {100 * share:.3g} % of the peak", "Go on by one of the specs below.")


def resumed(entry: Entry, at: float | str | None, total: float | str) -> Resumed:
    """Return what becomes of a run that is resumed with another length.

    Args:
        entry: The run as it was planned.
        at: When it is resumed: a length from its beginning; its end if nothing is said.
        total: How long it becomes, as a length.

    Raises:
        SpecError: If it is resumed past its end, the new length is not longer than that, or either is not whole.
    """
    run = entry.run
    start, length = (
        _whole("--resume-at", run.total if at is None else run.of(at), run),
        _whole("--new-total", run.of(total), run),
    )
    if start > run.total:
        raise _wrong("--resume-at", f"{amount(start)} is past the end of the run ({run.text})")
    if length <= start:
        raise _wrong("--new-total", f"{amount(length)} leaves nothing to train: the run is resumed at {amount(start)}")
    new = entry._replace(spec=_lengthened(entry.spec, run, length), run=msgspec.structs.replace(run, total=length))
    points = round(start * run.points / run.total)
    in_force = float(engine.at(entry.spec, run, np.array([points - 1.0]))[0])
    before = _planned(entry.spec, start, run, in_force)
    after = float(engine.at(new.spec, new.run, np.array([float(points)]))[0])
    peak = summary.ends(entry.spec, run).peak
    base = Resumed(points, entry, new, before, after, in_force, peak, ())
    return base._replace(offers=tuple(_offers(base, start)))


def _wrong(option: str, message: str) -> SpecError:
    return SpecError(Problem(message=message, place=option))


def _whole(option: str, value: float, run: Run) -> float:
    if value < 1 or not float(value).is_integer():
        raise _wrong(option, f"it must be a whole number of {run.unit}s ≥ 1, not {value:g}")
    return float(value)


def _planned(spec: Spec, t: float, run: Run, otherwise: float) -> float:
    try:
        return lr_at(spec, t, run)
    except SpecError:
        return otherwise


def _lengthened(spec: Spec, run: Run, total: float) -> Spec:
    """Return a spec with the length that was the run's set to that of the longer run."""
    if isinstance(spec, Around):
        return spec.replaced(inner=_lengthened(spec.inner, own_run(spec, run), total))
    own = own_length(spec)
    if not isinstance(spec, Family) or own is None or abs(own - run.total) >= 1 or not spec.length_parameter:
        return spec
    value = getattr(spec, spec.length_parameter)
    return spec if value is None else spec.replaced(**{spec.length_parameter: type(value)(value + total - run.total)})


def _offers(base: Resumed, start: float) -> Iterator[Offer]:
    """Yield each way to go on that begins with the last lr, and does what it says when it is tried."""
    lr = float(f"{max(base.in_force, 0.0):.6g}")
    rest = base.new.run.total - start
    last = summary.ends(base.old.spec, base.old.run).last
    low = float(f"{max(_planned(base.old.spec, base.old.run.total, base.old.run, last), 0.0):.6g}")
    floor = {"min_lr": low} if 0 < low < lr else {}
    top = float(f"{base.peak:.6g}")
    warmup = Part(base.old.spec, base.old.run).warmup
    climb = min(warmup.value if warmup is not None else max(round(_REWARM * rest), 1), rest / 2)
    decay = max(round(_COOL * rest), 1)
    ways: list[tuple[str, str, dict[str, Any]]] = [
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


def _tried(base: Resumed, start: float, name: str, why: str, after: dict[str, Any]) -> Iterator[Offer]:
    """Yield an offer, as the whole run or as its rest, if its text is read back and begins with the last lr."""
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


def _until(spec: Any, end: float) -> dict[str, Any]:
    """Return data of a spec that plays for so long; its own length stays, where it has one."""
    return {"sequence": spec, "for": end} if isinstance(spec, list) else {"for": end, **spec}


def _same_until(base: Resumed, spec: Spec, run: Run) -> bool:
    """Return whether a spec is the old schedule until the resume."""
    t = np.unique(np.floor(np.linspace(0, base.at - 1, 4096)))
    apart = np.abs(engine.at(spec, run, t) - engine.at(base.old.spec, base.old.run, t))
    return bool(apart.max() <= 1e-9 * base.peak)


def _frozen(spec: Spec, run: Run) -> Spec:
    """Return a spec whose lengths are numbers, so that it is the same in a longer run."""
    if isinstance(spec, Sequence | Product):
        parts = tuple(_frozen(part, own) for part, _, own in placed(spec, run))
        field = "parts" if isinstance(spec, Sequence) else "factors"
        return spec.replaced(**{field: parts}, **_outer(spec, run))
    if isinstance(spec, Around):
        return spec.replaced(inner=_frozen(spec.inner, own_run(spec, run)), **_outer(spec, run))
    return spec.in_run(run) if isinstance(spec, Scheduler) else spec.replaced(**_numbers(spec, own_run(spec, run)))


def _outer(spec: Spec, run: Run) -> dict[str, Any]:
    """Return what stands around a spec, with its lengths as numbers."""
    outer = around(spec)
    limit = {} if outer.for_ is None else {"for_": run.of(outer.for_)}
    return {"warmup": run.of(outer.warmup), **limit}


def _numbers(spec: Family, own: Run) -> dict[str, Any]:
    """Return the lengths of one of lrcli's schedules as numbers, where they are not."""
    values = {one.field: getattr(spec, one.field) for one in parameters(type(spec)) if one.kind == "length"}
    return {
        field: tuple(map(own.of, value)) if isinstance(value, tuple) else own.of(value)
        for field, value in values.items()
        if value is not None
    }
