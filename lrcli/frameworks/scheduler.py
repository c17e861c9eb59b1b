"""The base of frameworks' schedulers, which have the names, arguments, defaults, errors and lr of their framework."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple, Self

from msgspec import Meta

from lrcli.numeric import floor, highest, not_an_expression
from lrcli.parameters import NOT_A_PARAMETER, parameters
from lrcli.problems import Finding, Problem, SpecError
from lrcli.run import Length, LengthOrZero
from lrcli.schedules import form
from lrcli.schedules.base import Changes, Family
from lrcli.schedules.metric import LONGEST
from lrcli.tables import counting, running_product

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
"""A length > 0: a number in the unit that the scheduler counts, or `5ep`, `500st`, `10%` of the run."""
StepsOrZero = LengthOrZero
PER_GROUP = {"per_group": True}
"""Marks a parameter that may be a list with a value for each of the optimizer's parameter groups."""
Members = Annotated[tuple[Any, ...], NOT_A_PARAMETER]
"""The schedulers that a scheduler is made of; the class checks which it takes."""
OptimizerLr = Annotated[float, Meta(ge=0, le=1e300, description="The optimizer's lr.")]


class End(NamedTuple):
    """Where the framework raises an error: the first t that has no lr, and the reason."""

    t: float
    why: str


class Scheduler(Family, frozen=True, kw_only=True):
    """A framework's scheduler; a subclass declares one, under the framework's own names.

    t counts calls of the scheduler's `step()`, or optimizer updates, as in the framework. The first parameters are
    those of the framework's class, in the same order; a scheduler without a closed form overrides `rate`.

    Attributes:
        home: The module that it is imported from.
        version: The version of the framework whose source it follows and whose lr it was compared with.
        clock: The t of the framework's own formula as an expression of lrcli's t, which is 0 first: `max(t - 1, 0)`.
        same: The same curve in one of lrcli's schedules: `cosine: max_lr=base_lr, cycle_length=T_max | eta_min >= 0`,
            with conditions behind the bar. See `lrcli.frameworks.equations`.
        near: Schedules of lrcli that are nearly the same curve, in the same notation; `lrcli code` compares them.
        precision: The precision of the framework's arithmetic; the lr differs from lrcli's float64 by its rounding.
        fractional: It may be stepped by fractions of an epoch.
        boundaries_parameter: The parameter with the start of each of its members but the first.
        one_member: The member is a single scheduler, not a list.
        takes_optimizer: Its first argument is the optimizer.
        not_arguments: Parameters that are no arguments of the framework's class, or are not written.
        always: Parameters that are written even if they have their default.
        lowest: Names for the lr at the end of a decay, which may be given as a share of the peak: `10%`.
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
        """Return whether this class is a scheduler, and not a common base of schedulers."""
        return "." in cls.tag()

    @classmethod
    def framework(cls) -> str:
        """Return the name of the framework."""
        return cls.tag().partition(".")[0]

    def in_run(self, run: Run) -> Self:
        """Return the same scheduler with its lengths as numbers, those that follow from the run included."""
        lengths = {p.name: getattr(self, p.field) for p in parameters(type(self)) if p.kind == "length" and not p.many}
        given = [name for name, value in lengths.items() if value is not None or name == self.length_parameter]
        known = {name: form.value(self, run, name) for name in given}
        return self if known == lengths else self.replaced(**known)

    def check_in(self, run: Run) -> None:
        """Raise what its framework raises with its lengths as numbers."""
        Scheduler.in_run(self, run)

    @classmethod
    def maker(cls) -> str:
        """Return the name of the class or function that constructs it."""
        return cls.tag().partition(".")[2]

    def is_class(self) -> bool:
        """Return whether a call of its class constructs it, which is not so in a resumed run."""
        return getattr(self, "last_epoch", -1) == -1

    @classmethod
    def proposals(cls, schedule: Schedule, run: Run) -> Iterator[Self]:
        """Yield the schedulers of this class that may be the same curve as one of lrcli's schedules.

        Args:
            schedule: The schedule, with its warm-up.
            run: The part of the run that the schedule has, after its warm-up.
        """
        from lrcli.frameworks.equations import in_their_words

        return in_their_words(cls, schedule, run)

    @classmethod
    def joined(cls, members: Sequence[Scheduler], starts: Sequence[float]) -> Iterator[Self]:
        """Yield one scheduler that plays the members one after the other, if this class can.

        Args:
            members: At least two schedulers of the same framework.
            starts: When each begins, the first at 0.

        Raises:
            SpecError: If it cannot, for instance because a start is not whole.
        """
        if cls.boundaries_parameter:
            bases = {base for member in members if (base := getattr(member, "base_lr", None)) is not None}
            common = {"base_lr": bases.pop()} if bases else {}
            later = tuple(int(start) if start.is_integer() else start for start in starts[1:])
            yield cls(**{cls.members: tuple(members), cls.boundaries_parameter: later, **common})

    def equivalent(self, run: Run) -> Schedule | None:
        """Return the schedule of lrcli that is the same curve over the whole run; None if there is none."""
        from lrcli.frameworks.equations import in_our_words

        return in_our_words(self.in_run(run), run)

    def momentum(self) -> Scheduler | None:
        """Return the schedule of the momentum; None if it is constant, or lrcli has no rule for it."""
        return None

    def end(self, run: Run) -> End | None:
        """Return where the framework raises an error, if it does."""
        return None

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that the step() after the last lr of the run raises an error."""
        yield from super().findings(run)
        end = self.end(run)
        if end is not None and end.t == run.span:
            message = f"the last step() of the run raises: {end.why}"
            yield Finding("LR008", message, "Make the schedule one step longer, or do not call the last step().")

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr during step t of the framework's own count."""
        return form.play(self, t, run)

    def local_time(self, t: Array, run: Run) -> Array:
        """Return the framework's own t: the number of its steps at t, as `clock` counts them."""
        steps = t if self.fractional else floor(t)
        if self.clock == "t":
            return steps
        return form.values(self, run, self.clock, steps)

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the breakpoints, and for a scheduler that counts whole steps also the times one step after them."""
        found = self._derived_breakpoints(run, whole=not self.fractional)
        return found if self.fractional else (*found, *(one.shifted(1.0) for one in found))

    def lr(self, t: Array, run: Run) -> Array:
        """Return the lr in force during t.

        Raises:
            SpecError: If the framework raises an error before t.
        """
        steps = floor(t)
        end = self.end(run)
        if end is not None and highest(steps) >= end.t:
            raise SpecError(f"{self.tag()} has no lr at {run.unit} {end.t:g}: {end.why}")
        return self.rate(self.local_time(t, run), run)

    def last_step(self, t: Array) -> int:
        """Return the last of some steps, for a scheduler that is computed step by step.

        Raises:
            SpecError: If it is beyond the longest run that can be stepped through.
        """
        last = highest(t)
        if last > LONGEST:
            message = f"{self.tag()} is stepped through here: {last:,.0f} steps are too many ({LONGEST:,} at most)"
            raise SpecError(message)
        return int(max(last, 0.0))

    def steps_through(self, t: Array) -> int:
        """Return how many steps to compute for the lr at t: a power of two, so that a later t seldom needs more.

        Raises:
            SpecError: As `last_step`.
        """
        return 1 << (max(self.last_step(t), 63) + 1).bit_length()

    def product(self, text: str, t: Array, run: Run) -> Array:
        """Return the product of an expression's values at 1, 2, …, t, for whole t ≥ 0.

        Raises:
            SpecError: If t is an expression, or beyond the longest run that can be stepped through.
        """
        not_an_expression(t, "it is a product of as many factors as there are steps, and no closed form")
        factors = form.values(self, run, text, counting(self.last_step(t)))
        factors[0] = 1.0
        return running_product(factors, t)

    def problems_of_members(self, kind: type[Scheduler], message: str) -> list[Problem]:
        """Return a problem with this message if there are no members, or some are of another kind."""
        members = getattr(self, self.members)
        right = members and all(isinstance(member, kind) for member in members)
        return [] if right else [Problem(message=message, path=(self.members,))]

    def problems_of_lengths(self, parameter: str, message: str) -> list[Problem]:
        """Return a problem with this message if a parameter has not one value less than there are members."""
        members = getattr(self, self.members)
        right = not members or len(getattr(self, parameter)) == len(members) - 1
        return [] if right else [Problem(message=message, path=(parameter,))]


class OnOptimizer(Scheduler, frozen=True, kw_only=True):
    """A scheduler whose lr is a multiple of the optimizer's lr, or starts from it."""

    peak = "base_lr"
    takes_optimizer = True
    not_arguments = frozenset({"base_lr"})

    base_lr: Annotated[OptimizerLr, Meta(extra=PER_GROUP)] = 0.1
