"""What every scheduler of a framework is: its own name, arguments, defaults and errors, and the same lr."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, NamedTuple

from msgspec import Meta

from lrcli.breakpoints import times
from lrcli.compose import breakpoints, play
from lrcli.knots import marks
from lrcli.numeric import floor, highest
from lrcli.parameters import parameters
from lrcli.problems import SpecError
from lrcli.schedules.base import Changes, Composed, Schedule
from lrcli.schedules.plateau import Listening

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run

OptimizerLr = Annotated[float, Meta(ge=0, le=1e300, description="The optimizer's lr.")]
Real = Annotated[float, Meta(ge=-1e300, le=1e300)]


class End(NamedTuple):
    """Where the framework raises instead of going on: the first t that has no lr, and why."""

    t: float
    why: str


class Dialect(Schedule, frozen=True, kw_only=True):
    """A framework's scheduler; a subclass declares one, under the framework's own names.

    t counts calls of the scheduler's `step()`, in the unit of the run. A subclass says its lr in one of two ways:
    `ours` returns the same curve in lrcli's schedules, which is then played, or `rate` has its own closed form.
    """

    synonyms = {"lr": "base_lr"}
    peak = "base_lr"
    signed = True
    changes: ClassVar[Changes] = "at every step"

    base_lr: OptimizerLr = 0.1

    @classmethod
    def is_one(cls) -> bool:
        """Return whether this is a scheduler, and not a base of some."""
        return "." in cls.tag()

    @classmethod
    def framework(cls) -> str:
        """Return the name of the framework."""
        return cls.tag().partition(".")[0]

    def ours(self, run: Run) -> Spec | None:  # noqa: ARG002 - what the subclasses are given
        """Return the same curve in lrcli's own schedules, where there is one over the whole run."""
        return None

    def equivalent(self, run: Run) -> Spec | None:
        """Return `ours`, if it is told nothing that its framework does not know."""
        return None if self.is_composed else self.ours(run)

    @property
    def is_composed(self) -> bool:
        """Whether it is told anything that every schedule of lrcli can be told, and its framework's class cannot."""
        lrclis = {p.field: p.default for p in parameters(Composed) if p.field != "warmup_prefix"}
        return any(getattr(self, name) != default for name, default in lrclis.items())

    def in_run(self, run: Run) -> Dialect:  # noqa: ARG002
        """Return the same with what the framework's loop would fill in from the run."""
        return self

    def end(self, run: Run) -> End | None:  # noqa: ARG002
        """Return where the framework raises, if it does."""
        return None

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr during the step t, a whole number."""
        ours = self.ours(run)
        if ours is None:
            raise NotImplementedError
        return play(ours, t, run)

    def turns(self, run: Run, edges: Array) -> Array:
        """Return the breakpoints of `rate`."""
        ours = self.ours(run)
        return marks() if ours is None else breakpoints(ours, run, edges)

    def lr(self, t: Array, run: Run) -> Array:
        """Return the lr in force during t.

        Raises:
            SpecError: If the framework raises before t.
        """
        steps = self.steps(t, run)
        end = self.end(run)
        if end is not None and highest(steps) >= end.t:
            raise SpecError(f"{self.tag()} has no lr at {run.unit} {end.t:g}: {end.why}")
        return self.rate(steps, run)

    def steps(self, t: Array, run: Run) -> Array:  # noqa: ARG002
        """Return how often the scheduler has been stepped at t: once an epoch, or once a step, at its end."""
        return floor(t)

    def knots(self, run: Run, edges: Array) -> Array:
        """Return the times at which the curve jumps or turns."""
        return times(self.breakpoints(run), edges) if isinstance(self, Listening) else self.turns(run, edges)
