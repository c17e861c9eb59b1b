"""A schedule by another clock, compared with what was meant: where they differ, and which lengths mend it."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import engine
from lrcli.figure.data import Axis, Figure, Panel
from lrcli.figure.series import Series
from lrcli.frameworks.scheduler import Scheduler
from lrcli.numbers import short
from lrcli.planning.arguments import Call, native, stretched, written
from lrcli.planning.clocks import Clock, Restepped, clock_of
from lrcli.problems import Finding, SpecError
from lrcli.run import amount

if TYPE_CHECKING:
    from lrcli.entry import Entry
    from lrcli.planning.names import ClockName

_LOOKED = 1 << 16
"""Optimizer steps at which the two are compared, at most."""
_SAME = 1e-9
_CLOSE = 0.02
"""Lengths are offered if the lr then differs from what was meant by at most this share of the peak."""


class Gap(NamedTuple):
    """The optimizer step at which two curves differ most, and the lr of both there."""

    update: int
    meant: float
    will_be: float


class Mended(NamedTuple):
    """Arguments with which a scheduler does what was meant, and the difference left, as a share of the peak."""

    calls: tuple[Call, ...]
    apart: float

    @property
    def text(self) -> str:
        """What to write, as code."""
        return " and ".join(call.text for call in self.calls)


class Clocked(NamedTuple):
    """A schedule by another clock.

    Attributes:
        clock: When it is stepped.
        meant: The curve that was meant.
        will_be: The curve by the clock.
        gap: Where they differ most; None if they do not.
        raises: The optimizer step at which the framework raises, and the reason; None if it does not.
        mended: The arguments to write instead; None if none help.
    """

    clock: Clock
    meant: Restepped
    will_be: Restepped
    gap: Gap | None
    raises: tuple[int, str] | None
    mended: Mended | None

    @property
    def figure(self) -> Figure:
        """Both curves over the optimizer steps of the run."""
        series = (Series("as meant", self.meant), Series("as it will be", self.will_be))
        return Figure("", Axis("step", 0.0, float(self.clock.updates)), (Panel(series),), self._epochs())

    def _epochs(self) -> Axis | None:
        epochs = self.clock.updates / self.clock.per_epoch
        return Axis("epoch", 0.0, epochs) if self.clock.per_epoch < self.clock.updates else None

    @property
    def finding(self) -> Finding:
        """The finding LR009 with the difference, or a note that nothing differs."""
        if self.gap is None and self.raises is None:
            return Finding("", f"{_CAUSES[self.clock.name].format(**self._facts)}, as is meant: nothing differs")
        message = f"{_CAUSES[self.clock.name].format(**self._facts)}: {self._effect()}"
        if self.gap is not None:
            at = f"at step {amount(self.gap.update)} the lr is {short(self.gap.will_be)} instead of"
            message += f"; {at} {short(self.gap.meant)}"
        return Finding("LR009", message, self._fix())

    @property
    def _facts(self) -> dict[str, str]:
        each = {"accelerate": self.clock.devices, "micro-batch": self.clock.accumulate}.get(self.clock.name, 1)
        return {"each": f"{each:,}", "per_epoch": f"{self.clock.per_epoch:,}"}

    def _effect(self) -> str:
        planned = float(self.meant.run.points)
        if self.raises is not None:
            return f"it raises at step {amount(self.raises[0])} of {self.clock.updates:,} ({self.raises[1]})"
        over = self.clock.first(planned)
        if over < self.clock.updates:
            return f"its {amount(planned)} steps are over at step {amount(over)} of {self.clock.updates:,}"
        made = float(self.clock.made(np.array([self.clock.updates - 1.0]))[0]) + 1
        if made < planned:
            return f"it makes only {amount(made)} of its {amount(planned)} steps"
        return "its steps come at other times"

    def _fix(self) -> str:
        other = _FIXES[self.clock.name].format(**self._facts)
        if self.mended is None:
            return f"{other[0].upper()}{other[1:]}."
        return f"Write {self.mended.text}, or {other}."


_CAUSES = {
    "accelerate": "Accelerate steps a prepared scheduler once per process, {each} times in each optimizer step",
    "micro-batch": "the scheduler is stepped after each batch, {each} times in each optimizer step",
    "epoch": "the scheduler is stepped once per epoch, that is every {per_epoch} optimizer steps",
    "step": "the scheduler is stepped at each optimizer step, {per_epoch} times per epoch",
}
_FIXES = {
    "accelerate": "leave the scheduler out of prepare() and step it when accelerator.sync_gradients is true",
    "micro-batch": "step the scheduler only after optimizer.step()",
    "epoch": 'step it at each optimizer step (in Lightning "interval": "step")',
    "step": 'step it once per epoch (in Lightning "interval": "epoch")',
}


def clocked(entry: Entry, name: ClockName) -> Clocked:
    """Return a schedule by another clock than is meant.

    Raises:
        SpecError: If the run lacks a number that the clock needs.
    """
    clock = clock_of(name, entry)
    meant = Restepped(entry.spec, entry.run, clock, as_meant=True, end=float(clock.updates))
    raises = _raises(entry, clock)
    end = float(clock.updates if raises is None else raises[0])
    will_be = meant._replace(as_meant=False, end=end)
    gap, _ = _gap(meant, will_be)
    return Clocked(clock, meant, will_be, gap, raises, mended(entry, clock))


def _raises(entry: Entry, clock: Clock) -> tuple[int, str] | None:
    """Return the first optimizer step that has no lr, because the framework raises before it, and the reason."""
    reason = _reason(entry, clock, clock.updates - 1)
    if not reason:
        return None
    first = bisect_left(range(clock.updates), 1, key=lambda update: len(_reason(entry, clock, update)))
    return max(first, 1), reason


def _reason(entry: Entry, clock: Clock, update: int) -> str:
    """Return why the framework raises before an optimizer step; empty if it does not."""
    try:
        engine.at(entry.spec, entry.run, clock.made(np.array([float(update)])))
    except SpecError as error:
        return str(error).partition(": ")[2] or str(error)
    return ""


def _gap(meant: Restepped, other: Restepped) -> tuple[Gap | None, float]:
    """Return where two curves differ most, None if they do not, and the difference as a share of the peak."""
    last = int(min(meant.end, other.end)) - 1
    update = np.unique(np.floor(np.linspace(0, last, min(last + 1, _LOOKED))))
    one, two = meant.points(update), other.points(update)
    at = int(np.argmax(np.abs(one - two)))
    share = float(abs(one[at] - two[at]) / max(float(np.abs(one).max()), 1e-300))
    return (Gap(int(update[at]), float(one[at]), float(two[at])) if share > _SAME else None), share


def mended(entry: Entry, clock: Clock) -> Mended | None:
    """Return the arguments with which the lr by the clock is nearly what was meant; None if there are none."""
    if clock.ratio == 1:
        return None
    own = [entry.spec.framework()] if isinstance(entry.spec, Scheduler) else ["torch", "transformers"]
    found = (_stretched(entry, clock, framework) for framework in own)
    return next((one for one in found if one is not None), None)


def _stretched(entry: Entry, clock: Clock, framework: str) -> Mended | None:
    scheduler = native(entry, framework)
    if scheduler is None:
        return None
    meant = Restepped(entry.spec, entry.run, clock, as_meant=True, end=float(clock.updates))
    try:
        longer = stretched(scheduler, clock.ratio)
        most = float(getattr(longer, "total_steps", None) or np.inf)
        _, apart = _gap(meant, meant._replace(spec=longer, clock=clock._replace(most=most), as_meant=False))
    except SpecError:
        return None
    calls = tuple(written(longer, framework))
    return Mended(calls, apart) if apart <= _CLOSE and calls else None
