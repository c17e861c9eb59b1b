"""What is to be written: a spec over its run, for a framework."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from lrcli import __version__, engine
from lrcli.code.source import MATH, Words, body
from lrcli.code.translate import in_epochs, proposals
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
"""Two curves are the same if they are nowhere further apart than this share of the peak."""

Prefer = Literal["exact", "native"]


class Near(NamedTuple):
    """The framework's scheduler that comes nearest to a spec.

    Attributes:
        scheduler: It, its lengths as numbers.
        apart: The largest difference, as a share of the peak.
        where: The point at which that is.
    """

    scheduler: Scheduler
    apart: float
    where: int

    @property
    def is_same(self) -> bool:
        """Whether it is nowhere further apart than rounding errors."""
        return self.apart <= SAME


class Job(NamedTuple):
    """A spec to be written as code.

    Attributes:
        spec: The schedule.
        run: Its run.
        prefer: What to write where the framework has a class that is only nearly the same: the class, or exact code.
    """

    spec: Spec
    run: Run
    prefer: Prefer = "exact"

    @property
    def unit(self) -> str:
        """What the code counts: `epoch` or `step`."""
        return self.run.counts

    def header(self) -> str:
        """Return the comment that stands above the code."""
        return comment(self.spec, f", {self.run.text}; written by lrcli {__version__}")

    def ours(self) -> Spec | None:
        """Return the spec in lrcli's own schedules, if that is the same."""
        if isinstance(self.spec, Around):
            return None
        if not isinstance(self.spec, Scheduler):
            return self.spec
        said = self.spec.equivalent(self.run)
        return said if said is not None and self.difference(said)[0] <= SAME else None

    def native(self, framework: str) -> tuple[Scheduler | None, list[str]]:
        """Return the framework's own scheduler to use, if one will do, and a comment on it."""
        near = self.nearest(framework)
        if near is None or near.is_same:
            return near and near.scheduler, []
        chosen = near.scheduler if self.prefer == "native" else None
        return chosen, [f"# {self.said_of(near)}{'' if chosen else '; this is exact'}"]

    def only_native(self, framework: str, otherwise: str) -> tuple[Scheduler, list[str]]:
        """Return the framework's own scheduler for a file that can hold nothing else, and a comment on it.

        Args:
            framework: Whose.
            otherwise: What to do where it has none.

        Raises:
            SpecError: If it has none, or only one that is nearly the same and not asked for.
        """
        near = self.nearest(framework)
        if near is None or near.apart > _FAR:
            raise SpecError(f"{framework} has no scheduler for {inline(self.spec)} in {self.run.text}: {otherwise}")
        if near.is_same or self.prefer == "native":
            return near.scheduler, [] if near.is_same else [f"# {self.said_of(near)}"]
        raise SpecError(f"{framework}'s {self.said_of(near)}; write it with --prefer native, or {otherwise}")

    def nearest(self, framework: str) -> Near | None:
        """Return the framework's own scheduler that is the same, or else the one that comes nearest."""
        if isinstance(self.spec, Scheduler) and self.spec.framework() == framework and self.spec.is_class():
            return Near(self.spec.in_run(self.run), 0.0, 0)
        ours = self.ours()
        if ours is None or self.run.per_step:  # the loop counts steps, and a class what the run counts: epochs
            return None
        return self._nearest(proposals(ours, self.run, framework))

    def said_of(self, near: Near) -> str:
        """Return by how much a scheduler differs."""
        by = f"{near.apart:.2g} of the peak (at {self.unit} {near.where})"
        return f"{near.scheduler.maker()} is nearly the same: it differs by up to {by}"

    def _nearest(self, proposed: Iterable[Scheduler]) -> Near | None:
        """Return the first proposal that is the same, or else the nearest."""
        compared: list[Near] = []
        for one in proposed:
            with suppress(SpecError):  # it raises within the run
                compared.append(Near(one.in_run(self.run), *self.difference(one)))
                if compared[-1].is_same:
                    return compared[-1]
        return min(compared, key=lambda near: near.apart, default=None)

    def in_steps(self, target: str) -> Job:
        """Return the same as a run of steps, which is all that some tools count.

        Raises:
            SpecError: If the run counts epochs, or the spec means another curve in steps.
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
                f"{target} counts steps, and {inline(self.spec)} is said in epochs: give the run as --steps"
            )
        return job

    @property
    def is_metric_driven(self) -> bool:
        """Whether its lr depends on a metric."""
        return any(one.metric_driven for one in schedules_of(self.spec))

    def must_be_a_function(self, target: str, nearest: str) -> None:
        """Refuse a metric-driven schedule for a target that has only functions of time.

        Raises:
            SpecError: With the nearest thing that the target has.
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
        """Ask a function that was written over `math` for a thousand points of the run."""
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
        """Return the largest difference of another spec over the run, as a share of the peak, and where it is."""
        t = looked_at(self.run.points)
        mine, theirs = engine.at(self.spec, self.run, t), engine.at(other, self.run, t)
        apart = np.abs(mine - theirs)
        where = int(np.argmax(apart))
        return float(apart[where] / max(float(np.abs(mine).max()), 1e-300)), int(t[where])


_FAR = 0.3
"""What differs by more of the peak is not near."""
_MOST = 200_000
_TRIED, _NEAR = 1000, 1e-6


def looked_at(points: int, most: int = _MOST) -> Array:
    """Return the points at which two curves are compared: all, or as many as are quickly looked at, with both ends."""
    if points <= most:
        return np.arange(points, dtype=np.float64)
    return np.unique(np.round(np.linspace(0, points - 1, most)))
