"""What every schedule is: one frozen, typed, documented declaration with one closed form."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import msgspec
from msgspec import Meta

from lrcli.breakpoints import Anywhere
from lrcli.numeric import array
from lrcli.parameters import Declared, parameters
from lrcli.problems import Finding, Path, Problem, SpecError
from lrcli.run import Length, LengthOrZero, Run
from lrcli.schedules import form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.breakpoints import Breakpoints
    from lrcli.compose import Sequence, Spec
    from lrcli.numeric import Array

Changes = Literal[
    "never", "at fixed intervals", "at chosen times", "at every step", "in phases", "in cycles", "when a metric stalls"
]
"""How often a schedule changes the lr: the first of the two axes by which the field sorts schedules."""

Counts = Literal["loop", "steps", "epochs"]
"""What a family's t counts; `loop` is once for each call that the user's loop makes, an epoch or a step."""

NO_RUN = Run()
"""For what does not depend on the run."""

PeakLr = Annotated[float, Meta(gt=0, le=1e300, description="Peak learning rate.")]
FloorLr = Annotated[float, Meta(ge=0, le=1e300, description="Lr at the end of the decay.", extra={"of_peak": True})]
"""It may be given as a share of the peak too: `10%`."""
AnyLr = Annotated[float, Meta(ge=0, le=1e300)]
Factor = Annotated[float, Meta(gt=0, le=1)]
KDecay = Annotated[float, Meta(gt=0, le=1e300, description="Power of the time; 2 falls later.")]
BatchSize = Annotated[int, Meta(ge=1, le=10**9)]


OF_PARTS = frozenset({"for", "start"})
"""Parameters that only parts of a sequence have."""


class Operators:
    """What `+` and `*` do on schedules: one after the other, and their product, as in text; a number scales."""

    __slots__ = ()

    def __add__(self: Any, other: Any) -> Sequence:
        import lrcli

        return lrcli.sequence(self, other) if _is_spec(other) else NotImplemented

    def __mul__(self: Any, other: Any) -> Spec:
        import lrcli

        if isinstance(other, float | int):
            return lrcli.scaled(self, other)
        return lrcli.product(self, other) if _is_spec(other) else NotImplemented

    def __rmul__(self, other: Any) -> Spec:
        return self * other if isinstance(other, float | int) else NotImplemented


def _is_spec(value: object) -> bool:
    return isinstance(value, Operators)


class Composed(Declared, Operators, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a schedule and a sequence of schedules can both be told: how they are composed with the rest of a run.

    In this order: batch_scale raises the peak, the warm-up climbs to the first lr, the whole is multiplied by scale,
    and kept between floor and cap.
    """

    warmup: Annotated[
        LengthOrZero,
        Meta(description="Climb to the first lr for this long; the schedule then has the rest."),
    ] = 0.0
    warmup_from: Annotated[AnyLr, Meta(description="Learning rate at which the warm-up begins.")] = 0.0
    warmup_shape: Annotated[
        Literal["linear", "exponential", "constant"],
        Meta(description="How the warm-up goes; constant stays at warmup_from."),
    ] = "linear"
    warmup_prefix: Annotated[
        bool,
        Meta(description="Start the schedule after the warm-up; if false, under it, as in DeiT and timm."),
    ] = True
    batch_scale: Annotated[
        tuple[BatchSize, BatchSize] | None,
        Meta(description="Scale the peak from one batch size to another: 256,4096."),
    ] = None
    batch_rule: Annotated[
        Literal["linear", "sqrt"], Meta(description="Scale the peak by the ratio of the batch sizes, or its root.")
    ] = "linear"
    scale: Annotated[float, Meta(gt=0, le=1e9, description="Multiply every learning rate.")] = 1.0
    floor: Annotated[AnyLr, Meta(description="Never go below this learning rate.")] = 0.0
    cap: Annotated[AnyLr | None, Meta(description="Never go above this learning rate.")] = None
    for_: Annotated[
        Length | None, Meta(description="How long this part of a sequence plays (the last part: the rest).")
    ] = msgspec.field(default=None, name="for")
    start: Annotated[
        Literal["own", "previous"],
        Meta(description="Start this part of a sequence at its own lr, or at the lr at which the previous part ends."),
    ] = "own"

    def problems(self) -> list[Problem]:
        """Return what is wrong between fields: a floor above the cap, a warm-up that would never leave 0."""
        found = []
        if self.cap is not None and self.floor > self.cap:
            found.append(Problem(message=f"floor ({self.floor:g}) is above cap ({self.cap:g})", path=("floor",)))
        if self.warmup_shape != "linear" and self.warmup_from == 0:
            message = f"a warm-up of shape {self.warmup_shape} needs a warmup_from above 0"
            found.append(Problem(message=message, path=("warmup_shape",)))
        return found

    @property
    def batch_factor(self) -> float:
        """By how much batch_scale makes the peak higher: (to/from), or its square root."""
        before, after = self.batch_scale or (1, 1)
        return after / before if self.batch_rule == "linear" else math.sqrt(after / before)


class Family(Declared, Operators, frozen=True, kw_only=True, tag_field="type"):
    """A named family of curves with parameters: one of lrcli's schedules, or a scheduler of a framework.

    A subclass gives its tag, its parameters as annotated fields, and the texts below. Everything else (flags, help,
    YAML, JSON Schema, `list`, `describe`, written code, completion, the contract tests) is derived from that. What has
    no closed form overrides `lr`.

    Attributes:
        formula: lr(t) as an expression that runs (see `lrcli.schedules.form`).
        where: The names that the formula uses besides t, span and the parameters, each as an expression.
        counts: What t counts: optimizer steps, epochs, or whatever the user's loop steps it by.
        refuses: Conditions that must not hold, as expressions of the parameters, each with what to say.
        changes: How often the lr changes.
        shape: By what rule it changes.
        use: When to choose it, in a sentence or two.
        tips: What experience says about its parameters.
        sources: Papers and frameworks that define it.
        peak: The parameter that its highest learning rate is, or goes with, and that `lr` means; empty if none is.
        length_parameter: The parameter that says how long it is, and that the run fills in; empty if none does.
        warmup_parameter: The parameter that its own warm-up's length is, and that `warmup` means; empty if it has none.
        metric_driven: Its lr depends on the run's metric, so that it is replayed from the start.
        runs_code: It runs code of the user's, so that a file may name it only if that is allowed.
        example: Values for the parameters without a default, for `describe`.
        names: Other names that it goes by.
        signed: Its lr may be negative, as that of its framework is.
        synonyms: Names under which its parameters may be given too, and their own.
        members: The parameter that holds other schedules, if there is one.
        members_optional: It may be left out.
        member_type: What kind these are where they do not say.
        one_more: Another parameter that holds one more of them.
        positional: The parameter that a value without a name is for, in inline text.
    """

    formula: ClassVar[str]
    where: ClassVar[dict[str, str]] = {}
    counts: ClassVar[Counts] = "loop"
    refuses: ClassVar[dict[str, str]] = {}
    changes: ClassVar[Changes]
    shape: ClassVar[str]
    use: ClassVar[str] = ""
    tips: ClassVar[tuple[str, ...]] = ()
    sources: ClassVar[tuple[str, ...]] = ()
    positional: ClassVar[str] = ""
    peak: ClassVar[str] = "max_lr"
    length_parameter: ClassVar[str] = ""
    warmup_parameter: ClassVar[str] = ""
    metric_driven: ClassVar[bool] = False
    runs_code: ClassVar[bool] = False
    signed: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {}
    names: ClassVar[tuple[str, ...]] = ()
    synonyms: ClassVar[dict[str, str]] = {}
    members: ClassVar[str] = ""
    members_optional: ClassVar[bool] = False
    member_type: ClassVar[str] = ""
    one_more: ClassVar[str] = ""

    @classmethod
    def tag(cls) -> str:
        """Return the name by which the schedule goes in every text form."""
        return str(cls.__struct_config__.tag)

    @classmethod
    def aliases(cls) -> dict[str, str]:
        """Return the other names under which its parameters may be given, each with the parameter's own."""
        meant = {"lr": cls.peak, "warmup": cls.warmup_parameter}
        own = {parameter.name for parameter in parameters(cls)}
        return {name: parameter for name, parameter in meant.items() if parameter and name not in own} | cls.synonyms

    @classmethod
    def summary(cls) -> str:
        """Return the first line of the documentation, without its full stop."""
        return (cls.__doc__ or cls.formula).strip().splitlines()[0].rstrip(".")  # python -OO drops documentation

    def lr(self, t: Array, run: Run) -> Array:
        """Return the learning rate in force during t.

        Args:
            t: Times in the unit of the run, ≥ 0, in any order and with any gaps; a float or an array.
            run: Turns lengths into numbers (`run.of`) and knows how long the schedule may play (`run.span`).
        """
        return form.play(self, t, run)

    def unit(self) -> Counts:
        """Return what it counts, which for some schedulers depends on a parameter."""
        return self.counts

    def own_length(self) -> float | None:
        """Return how long it is by itself, in its own unit; None if the run says."""
        value = getattr(self, self.length_parameter, None) if self.length_parameter else None
        return float(value) if isinstance(value, float | int) else None

    def check_in(self, run: Run) -> None:
        """Do nothing, if it can play in a run.

        Raises:
            SpecError: If its framework refuses it with the lengths that it has there.
        """

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return where the curve jumps or changes its form; between two of these times it only rises or only falls.

        They are read off the formula where that shows them. What has another closed form overrides this.
        """
        return self._breakpoints_shown(run, whole=False)

    def _breakpoints_shown(self, run: Run, *, whole: bool) -> Breakpoints:
        """Return the breakpoints that the formula shows, of a t that is a whole number or not."""
        from lrcli.expression import Symbol
        from lrcli.proof import Unproven, breakpoints_of

        try:
            return breakpoints_of(self.lr(array(Symbol("t", whole=whole)), run))
        except (Unproven, SpecError, ArithmeticError, ValueError):
            return (Anywhere(),)

    def peak_scaled(self, factor: float) -> Self:
        """Return the same schedule with a peak so many times as high.

        Raises:
            SpecError: If none of its parameters is a peak, or another does not fit to it any more.
        """
        if not self.peak:
            raise SpecError(f"{self.tag()} has no peak that could be scaled: give it a scale")
        return self.replaced(**{self.peak: getattr(self, self.peak) * factor})

    def started_at(self, lr: float, first: float) -> Self:
        """Return the same schedule with a peak that makes its first lr another one.

        Args:
            lr: What its first lr is to be.
            first: What it is.

        Raises:
            SpecError: If no peak does that.
        """
        if first == getattr(self, self.peak, None):
            return self.replaced(**{self.peak: lr})
        if min(lr, first) <= 0:
            raise SpecError(f"no peak makes its first lr {lr:g} instead of {first:g}")
        return self.peak_scaled(lr / first)

    def equivalent(self, run: Run) -> Any:
        """Return the same curve in lrcli's own schedules, for a framework's; None if there is none, or it is one."""
        return None

    def resolved(self) -> Family:
        """Return the schedule itself, or the one that a framework's factory (timm's `create_scheduler_v2`) creates."""
        return self

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield what only this family does and people probably do not mean; `lrcli.findings` has the rules for all.

        A finding needs its code, its message with the numbers of this run, and its fix; the rest is filled in.
        """
        yield from ()

    def problems(self) -> list[Problem]:
        """Return what is wrong between fields: what the declaration refuses."""
        return super().problems() + [
            Problem(message=message.format_map(form.Scope(self, NO_RUN)), path=self._path_of(condition, message))
            for condition, message in self.refuses.items()
            if not self._open(condition) and form.value(self, NO_RUN, condition)
        ]

    def _open(self, condition: str) -> bool:
        """Return whether a condition is about a length that only the run knows."""
        named = [p for p in parameters(type(self)) if p.kind == "length" and p.name in form.names_in(condition)]
        return any(not isinstance(getattr(self, p.field), float | int) for p in named)

    @classmethod
    def _path_of(cls, condition: str, message: str) -> Path:
        """Return the path of the parameter that a message begins with, or of the last that a condition names."""
        named = [p.name for p in parameters(cls) if p.name in form.names_in(condition)]
        first = message.partition(" ")[0]
        return (first,) if first in named else tuple(named[-1:])


class Schedule(Family, Composed, frozen=True, kw_only=True):
    """One of lrcli's own schedules: a family of curves that is composed with the rest of a run."""

    def problems(self) -> list[Problem]:
        """Return what is wrong between fields: a floor above the peak."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__struct_fields__}
        low, high = values.get("min_lr") or 0.0, values.get("max_lr", float("inf"))
        found = super().problems()
        if low > high:
            found.append(Problem(message=f"min_lr ({low:g}) is above max_lr ({high:g})", path=("min_lr",)))
        return found or self._problems_of_batch()

    def _problems_of_batch(self) -> list[Problem]:
        if self.batch_scale is None:
            return []
        try:
            self.replaced(batch_scale=None).peak_scaled(self.batch_factor)
        except SpecError as error:
            return [problem._replace(path=("batch_scale",)) for problem in error.problems]
        return []
