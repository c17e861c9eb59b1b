"""What every scheduler of a framework is: its own name, arguments, defaults, clock and errors, and the same lr."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, NamedTuple, Self

from msgspec import Meta

from lrcli.numeric import floor, highest
from lrcli.parameters import parameters
from lrcli.problems import Finding, SpecError
from lrcli.run import Length, LengthOrZero
from lrcli.schedules import form
from lrcli.schedules.base import Changes, Family

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lrcli.breakpoints import Breakpoints
    from lrcli.numeric import Array
    from lrcli.run import Run
    from lrcli.schedules.base import Schedule

Lr = Annotated[float, Meta(ge=0, le=1e300)]
Real = Annotated[float, Meta(ge=-1e300, le=1e300)]
Count = Annotated[int, Meta(ge=0, le=10**15)]
Positive = Annotated[int, Meta(ge=1, le=10**15)]
Share = Annotated[float, Meta(ge=0, le=1)]
Steps = Length
"""A time > 0: a number of what the scheduler counts, or `5ep`, `500st`, `10%` of the run."""
StepsOrZero = LengthOrZero
PER_GROUP = {"per_group": True}
"""Marks a parameter that may be a list, with a value for each of the optimizer's parameter groups."""
OptimizerLr = Annotated[float, Meta(ge=0, le=1e300, description="The optimizer's lr.")]


class End(NamedTuple):
    """Where the framework raises instead of going on: the first t that has no lr, and why."""

    t: float
    why: str


class Scheduler(Family, frozen=True, kw_only=True):
    """A framework's scheduler; a subclass declares one, under the framework's own names.

    t counts calls of the scheduler's `step()`, or optimizer updates, as the framework does. Its first parameters are
    those of the framework's class, in that order; what has no closed form overrides `rate`.

    Attributes:
        home: The module that people import it from.
        version: The version of the framework that it was read from and compared with.
        clock: What the framework's own formula calls t, as an expression of lrcli's t, from 0: `max(t - 1, 0)`.
        same: The same curve in one of lrcli's schedules: `cosine: max_lr=base_lr, cycle_length=T_max | eta_min >= 0`,
            with conditions behind the bar. See `lrcli.frameworks.equations`.
        near: The schedules of lrcli that it comes near, in the same form; only solved backwards, to be compared.
        precision: What the framework computes with: its lr differs from lrcli's float64 by as much.
        fractional: It may be stepped by fractions of an epoch.
        boundaries_parameter: The parameter that says when each of its members but the first begins.
        one_member: Its member is a single scheduler, not a list.
        takes_optimizer: Its first argument is the optimizer.
        not_arguments: Parameters that its framework's class does not take, or that are not written.
        always: Parameters that are written though they have their default.
        lowest: What frameworks call the lr at which a decay ends, which may be given as a share of the peak: `10%`.
    """

    home: ClassVar[str] = ""
    version: ClassVar[str] = ""
    clock: ClassVar[str] = "t"
    same: ClassVar[str] = ""
    near: ClassVar[str] = ""
    precision: ClassVar[Literal["float64", "float32"]] = "float64"
    fractional: ClassVar[bool] = False
    boundaries_parameter: ClassVar[str] = ""
    one_member: ClassVar[bool] = False
    takes_optimizer: ClassVar[bool] = False
    not_arguments: ClassVar[frozenset[str]] = frozenset()
    always: ClassVar[frozenset[str]] = frozenset()
    lowest: ClassVar[frozenset[str]] = frozenset(
        {"min_lr", "lr_min", "eta_min", "end_lr", "lr_end", "final_lr"}
        | {"end_learning_rate", "min_learning_rate", "decay_min_lr"}
    )
    signed = True
    changes: ClassVar[Changes] = "at every step"
    shape: ClassVar[str] = ""

    @classmethod
    def is_one(cls) -> bool:
        """Return whether this is a scheduler, and not a base of some."""
        return "." in cls.tag()

    @classmethod
    def framework(cls) -> str:
        """Return the name of the framework."""
        return cls.tag().partition(".")[0]

    def in_run(self, run: Run) -> Self:
        """Return the same with its lengths as numbers, those that the run fills in among them."""
        lengths = {p.name: getattr(self, p.field) for p in parameters(type(self)) if p.kind == "length" and not p.many}
        said = [name for name, value in lengths.items() if value is not None or name == self.length_parameter]
        known = {name: form.number(self, run, name) for name in said}
        return self if known == lengths else self.replaced(**known)

    @classmethod
    def maker(cls) -> str:
        """Return the name of the class, or of the function, that makes it."""
        return cls.tag().partition(".")[2]

    def is_class(self) -> bool:
        """Return whether its framework's class alone makes it: not so for a run that is resumed."""
        return getattr(self, "last_epoch", -1) == -1

    @classmethod
    def proposals(cls, schedule: Schedule, run: Run) -> Iterator[Self]:
        """Yield the schedulers of this class that may be the same curve as one of lrcli's schedules.

        Args:
            schedule: The schedule, with its warm-up.
            run: The run as the schedule itself sees it, after its warm-up.
        """
        from lrcli.frameworks.equations import in_their_words

        return in_their_words(cls, schedule, run)

    @classmethod
    def joined(cls, members: Sequence[Scheduler], starts: Sequence[float]) -> Iterator[Self]:
        """Yield the members as one scheduler that plays them one after the other, if this class does.

        Args:
            members: At least two schedulers of the same framework.
            starts: When each begins, the first at 0.

        Raises:
            SpecError: If it cannot: a start is not whole, say.
        """
        if cls.boundaries_parameter:
            bases = {base for member in members if (base := getattr(member, "base_lr", None)) is not None}
            common = {"base_lr": bases.pop()} if bases else {}
            later = tuple(int(start) if start.is_integer() else start for start in starts[1:])
            yield cls(**{cls.members: tuple(members), cls.boundaries_parameter: later, **common})

    def equivalent(self, run: Run) -> Schedule | None:
        """Return the same curve in one of lrcli's schedules; None if there is none over the whole run."""
        from lrcli.frameworks.equations import in_our_words

        return in_our_words(self.in_run(run), run)

    def momentum(self) -> Scheduler | None:
        """Return the schedule of the momentum, where it changes that too and lrcli knows how; else None."""
        return None

    def end(self, run: Run) -> End | None:
        """Return where the framework raises, if it does."""
        return None

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that the step() after the last lr of the run raises."""
        yield from super().findings(run)
        end = self.end(run)
        if end is not None and end.t == run.span:
            message = f"the last step() of the run raises: {end.why}"
            yield Finding("LR008", message, "Make the schedule one step longer, or do not call the last step().")

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr during the step t of the framework's own clock, a whole number."""
        return form.play(self, t, run)

    def local_time(self, t: Array, run: Run) -> Array:
        """Return the framework's own t: how often it has been stepped at t, on its clock."""
        steps = t if self.fractional else floor(t)
        if self.clock == "t":
            return steps
        local: Array = form.evaluate(form.expression(self.clock), form.Scope(self, run, t=steps))
        return local

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return where the curve jumps or changes its form, and of one that counts whole steps, one step later too."""
        found = self._breakpoints_shown(run, whole=not self.fractional)
        return found if self.fractional else (*found, *(one.shifted(1.0) for one in found))

    def lr(self, t: Array, run: Run) -> Array:
        """Return the lr in force during t.

        Raises:
            SpecError: If the framework raises before t.
        """
        steps = floor(t)
        end = self.end(run)
        if end is not None and highest(steps) >= end.t:
            raise SpecError(f"{self.tag()} has no lr at {run.unit} {end.t:g}: {end.why}")
        return self.rate(self.local_time(t, run), run)


class OnOptimizer(Scheduler, frozen=True, kw_only=True):
    """A scheduler that starts from the lr of the optimizer that it is given."""

    peak = "base_lr"
    takes_optimizer = True
    not_arguments = frozenset({"base_lr"})

    base_lr: Annotated[OptimizerLr, Meta(extra=PER_GROUP)] = 0.1
