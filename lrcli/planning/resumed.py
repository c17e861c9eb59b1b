"""A run that is resumed with another length: how the lr jumps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from lrcli import engine, summary
from lrcli.compose import Around, Spec, own_run
from lrcli.figure.data import Axis, Figure, Guide, Panel
from lrcli.figure.series import Scheduled, Series
from lrcli.numbers import short
from lrcli.planning.offers import Offer, offers, planned_lr
from lrcli.problems import Finding, Problem, SpecError
from lrcli.run import amount
from lrcli.schedules.base import Family
from lrcli.units import own_length

if TYPE_CHECKING:
    from lrcli.entry import Entry
    from lrcli.run import Run

_WORTH_SAYING = 0.01
"""A jump is reported if it is more than this share of the peak."""
_ROUNDING = 1e-9


class Resumed(NamedTuple):
    """A run that is resumed with another length.

    Attributes:
        at: The epoch (or step) at which it is resumed.
        old: The run as it was planned.
        new: The same spec over the longer run.
        before: The lr of the old schedule at the resume.
        after: The lr of the new one there.
        in_force: The last lr before the resume.
        peak: The highest lr of the old schedule.
        offers: Ways to continue without a jump.
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
        """Epochs (or steps) from the resume to the end."""
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
    """Return a run that is resumed with another length.

    Args:
        entry: The run as it was planned.
        at: When it is resumed, as a length from its beginning; by default at its end.
        total: The new length.

    Raises:
        SpecError: If it is resumed past its end, nothing is left to train, or one of the two is not a whole number.
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
    before = planned_lr(entry.spec, start, run, in_force)
    after = float(engine.at(new.spec, new.run, np.array([float(points)]))[0])
    peak = summary.ends(entry.spec, run).peak
    base = Resumed(points, entry, new, before, after, in_force, peak, ())
    return base._replace(offers=tuple(offers(base, start)))


def _wrong(option: str, message: str) -> SpecError:
    return SpecError(Problem(message=message, place=option))


def _whole(option: str, value: float, run: Run) -> float:
    if value < 1 or not float(value).is_integer():
        raise _wrong(option, f"it must be a whole number of {run.unit}s ≥ 1, not {value:g}")
    return float(value)


def _lengthened(spec: Spec, run: Run, total: float) -> Spec:
    """Return a spec with the length that was the run's set to that of the longer run."""
    if isinstance(spec, Around):
        return spec.replaced(inner=_lengthened(spec.inner, own_run(spec, run), total))
    own = own_length(spec)
    if not isinstance(spec, Family) or own is None or abs(own - run.total) >= 1 or not spec.length_parameter:
        return spec
    value = getattr(spec, spec.length_parameter)
    return spec if value is None else spec.replaced(**{spec.length_parameter: type(value)(value + total - run.total)})
