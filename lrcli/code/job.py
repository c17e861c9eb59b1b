"""A spec and its run that are to be written as code, and the framework's own scheduler that equals them, if any."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from lrcli import __version__, engine
from lrcli.code.source import body
from lrcli.code.translate import in_epochs, proposals
from lrcli.code.writer import MATH, Words
from lrcli.compose import Around, play, schedules_of
from lrcli.expression import Symbol
from lrcli.frameworks.scheduler import Scheduler
from lrcli.numeric import array
from lrcli.problems import SpecError
from lrcli.run import Run
from lrcli.spec.write import comment, inline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lrcli.compose import Spec
    from lrcli.expression import Value
    from lrcli.numeric import Array

SAME = 1e-9
"""Two curves are the same if they differ by at most this share of the peak."""

Prefer = Literal["exact", "native"]


class Near(NamedTuple):
    """A framework's scheduler that is similar to a spec.

    Attributes:
        scheduler: The scheduler, with its lengths as numbers.
        apart: The largest difference between the two, as a share of the peak.
        where: The point of the run with the largest difference.
    """

    scheduler: Scheduler
    apart: float
    where: int

    @property
    def is_same(self) -> bool:
        """Whether the two differ by rounding errors at most."""
        return self.apart <= SAME


class Job(NamedTuple):
    """A spec to be written as code.

    Attributes:
        spec: The schedule.
        run: Its run.
        prefer: What to write if the framework has only a class that is nearly the same: this class, or exact code.
        name: What the schedule is called, where it has a name of its own.
    """

    spec: Spec
    run: Run
    prefer: Prefer = "exact"
    name: str = ""

    @property
    def unit(self) -> str:
        """What the code counts: `epoch` or `step`."""
        return self.run.counts

    def header(self) -> str:
        """Return the comment that stands above the code."""
        return comment(self.spec, f", {self.run.text}; written by lrcli {__version__}")

    def own(self) -> Spec | None:
        """Return the spec in lrcli's own schedules; None if these cannot express it."""
        if isinstance(self.spec, Around):
            return None
        if not isinstance(self.spec, Scheduler):
            return self.spec
        own = self.spec.equivalent(self.run)
        return own if own is not None and self.difference(own)[0] <= SAME else None

    def native(self, framework: str) -> tuple[Scheduler | None, list[str]]:
        """Return the framework's own scheduler to write, if there is one, and a comment on it."""
        near = self.nearest(framework)
        if near is None or near.is_same:
            return near and near.scheduler, []
        chosen = near.scheduler if self.prefer == "native" else None
        return chosen, [f"# {self._remark_on(near)}{'' if chosen else '; this is exact'}"]

    def only_native(self, framework: str, otherwise: str) -> tuple[Scheduler, list[str]]:
        """Return the framework's own scheduler for a file format that can hold nothing else, and a comment on it.

        Args:
            framework: The framework.
            otherwise: What the error message recommends if it has none.

        Raises:
            SpecError: If it has none, or only one that is nearly the same while `prefer` is exact.
        """
        near = self.nearest(framework)
        if near is None or near.apart > _FAR:
            raise SpecError(f"{framework} has no scheduler for {inline(self.spec)} in {self.run.text}: {otherwise}")
        if near.is_same or self.prefer == "native":
            return near.scheduler, [] if near.is_same else [f"# {self._remark_on(near)}"]
        raise SpecError(f"{framework}'s {self._remark_on(near)}; write it with --prefer native, or {otherwise}")

    def nearest(self, framework: str) -> Near | None:
        """Return the framework's own scheduler that is the same, or else the most similar one; None if it has none."""
        if isinstance(self.spec, Scheduler) and self.spec.framework() == framework and self.spec.is_class():
            return Near(self.spec.in_run(self.run), 0.0, 0)
        own = self.own()
        if own is None or self.run.per_step:  # the loop counts steps, and a class what the run counts: epochs
            return None
        return self._nearest(proposals(own, self.run, framework))

    def _remark_on(self, near: Near) -> str:
        """Return a sentence on how much a scheduler differs."""
        by = f"{near.apart:.2g} of the peak (at {self.unit} {near.where})"
        return f"{near.scheduler.maker()} is nearly the same: it differs by up to {by}"

    def _nearest(self, proposed: Iterable[Scheduler]) -> Near | None:
        """Return the first proposal that is the same, or else the most similar one."""
        compared: list[Near] = []
        for one in proposed:
            with suppress(SpecError):  # it raises within the run
                compared.append(Near(one.in_run(self.run), *self.difference(one)))
                if compared[-1].is_same:
                    return compared[-1]
        return min(compared, key=lambda near: near.apart, default=None)

    def in_steps(self, target: str) -> Job:
        """Return the job over a run of steps, for tools that count nothing else.

        Raises:
            SpecError: If the run counts epochs, or the spec gives another curve in steps.
        """
        if self.run.unit == "step":
            return self
        how = "give the run as --steps" if self.run.steps_per_epoch is None else "look at it --per-step"
        if not self.run.per_step:
            raise SpecError(f"{target} counts steps, and this is a run of {self.run.text}: {how}")
        run = Run(unit="step", total=self.run.points, steps_per_epoch=self.run.steps_per_epoch)
        job = self._replace(spec=in_epochs(self.spec), run=run)
        t = looked_at(run.points)
        mine, theirs = engine.at(self.spec, self.run, t), engine.at(job.spec, run, t)
        if float(np.abs(mine - theirs).max()) > SAME * float(np.abs(mine).max()):
            raise SpecError(
                f"{target} counts steps, and {inline(self.spec)} has its lengths in epochs: give the run as --steps"
            )
        return job

    @property
    def is_metric_driven(self) -> bool:
        """Whether its lr depends on a metric."""
        return any(one.metric_driven for one in schedules_of(self.spec))

    def must_be_a_function(self, target: str, nearest: str) -> None:
        """Refuse a metric-driven schedule for a target that has only functions of time.

        Raises:
            SpecError: With `nearest`, the most similar thing that the target has.
        """
        if self.is_metric_driven:
            message = f"{inline(self.spec)} depends on a metric, and {target} has only functions of time"
            raise SpecError(f"{message}: {nearest}")

    def peak(self) -> float:
        """Return the highest lr of the run."""
        return float(engine.at(self.spec, self.run, looked_at(self.run.points)).max())

    def traced(self, name: str) -> Value:
        """Return the lr as an expression of a name.

        Raises:
            SpecError: If it has no closed form.
        """
        symbol = Symbol(name)
        t = symbol / (self.run.points / self.run.total) if self.run.per_step else symbol
        try:
            return play(self.spec, array(t), self.run)
        except SpecError as error:
            raise SpecError(f"{inline(self.spec)} cannot be written as a function: {error}") from None

    def function(self, words: Words, name: str, indent: str = "    ") -> list[str]:
        """Return the body of a function of t that returns the lr.

        Raises:
            SpecError: If it has no closed form, or `math` cannot compute it where numpy can.
        """
        lines = body(self.traced(name), words, indent)
        if words is MATH:
            self._try(lines, name)
        return lines

    def _try(self, lines: list[str], name: str) -> None:
        """Compare a function that was written over `math` at a thousand points of the run."""
        space: dict[str, Any] = {"math": math}
        exec("\n".join([f"def lr({name}):", *lines]), space)
        t = looked_at(self.run.points, _TRIED)
        expected = engine.at(self.spec, self.run, t)
        largest = _NEAR * max(float(np.abs(expected).max()), 1e-300)
        for point, value in zip(t.tolist(), expected.tolist(), strict=True):
            try:
                found = float(space["lr"](int(point)))
            except (ArithmeticError, ValueError) as error:
                found, reason = value, f"math raises {str(error.args[-1])!r}"
            else:
                reason = "" if abs(found - value) <= largest else f"Python gives {found:.6g}, not {value:.6g}"
            if reason:
                raise SpecError(f"{inline(self.spec)} cannot be written over math: at {self.unit} {point:g} {reason}")

    def difference(self, other: Spec) -> tuple[float, int]:
        """Return the largest difference from another spec over the run, as a share of the peak, and the point of it."""
        t = looked_at(self.run.points)
        mine, theirs = engine.at(self.spec, self.run, t), engine.at(other, self.run, t)
        apart = np.abs(mine - theirs)
        where = int(np.argmax(apart))
        return float(apart[where] / max(float(np.abs(mine).max()), 1e-300)), int(t[where])


_FAR = 0.3
"""A scheduler that differs by more of the peak is not similar."""
_MOST = 200_000
"""At most this many points are compared."""
_TRIED, _NEAR = 1000, 1e-6
"""The number of points at which written Python is compared, and the largest difference as a share of the peak."""


def looked_at(points: int, most: int = _MOST) -> Array:
    """Return the points at which two curves are compared: all, or `most` at equal distances, both ends included."""
    if points <= most:
        return np.arange(points, dtype=np.float64)
    return np.unique(np.round(np.linspace(0, points - 1, most)))
