"""The base of all schedules: a frozen, typed declaration of parameters, documentation and one closed form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from msgspec import Meta

from lrcli.breakpoints import Anywhere
from lrcli.numeric import array
from lrcli.parameters import Declared, parameters
from lrcli.problems import Finding, Path, Problem, SpecError
from lrcli.run import Run
from lrcli.schedules import form
from lrcli.schedules.composition import Composed, Operators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.breakpoints import Breakpoints
    from lrcli.numeric import Array

Changes = Literal[
    "never", "at fixed intervals", "at chosen times", "at every step", "in phases", "in cycles", "when a metric stalls"
]
"""When a schedule changes the lr; `list` groups schedules by it."""

Counts = Literal["loop", "steps", "epochs"]
"""The unit of a family's t; `loop` is one iteration of the user's loop, an epoch or a step."""

NO_RUN = Run()
"""A run for expressions that do not depend on the run."""

PeakLr = Annotated[float, Meta(gt=0, le=1e300, description="Peak learning rate.")]
FloorLr = Annotated[float, Meta(ge=0, le=1e300, description="Lr at the end of the decay.", extra={"of_peak": True})]
"""It may also be given as a share of the peak: `10%`."""
Factor = Annotated[float, Meta(gt=0, le=1)]
KDecay = Annotated[float, Meta(gt=0, le=1e300, description="Power of the time; 2 falls later.")]


class Family(Declared, Operators, frozen=True, kw_only=True, tag_field="type"):
    """A named family of curves with parameters: one of lrcli's schedules, or a scheduler of a framework.

    A subclass declares its tag, its parameters as annotated fields, and the attributes below. Flags, help, YAML, JSON
    Schema, `list`, `describe`, written code, completion and the contract tests are derived from them. A schedule
    without a closed form overrides `lr`.

    Attributes:
        formula: lr(t) as an expression, which is evaluated (see `lrcli.schedules.form`).
        where: The names that the formula uses besides t, span and the parameters, each as an expression.
        counts: The unit of t: optimizer steps, epochs, or iterations of the user's loop.
        refuses: Conditions that must not hold, as expressions of the parameters, each with its error message.
        changes: When the lr changes.
        shape: How the lr changes.
        use: When to choose it, in one or two sentences.
        tips: Advice on its parameters.
        sources: Papers and frameworks that define it.
        peak: The parameter for its highest learning rate, or proportional to it, which `lr` sets; "" if there is none.
        length_parameter: The parameter for its length, by default that of the run; "" if there is none.
        warmup_parameter: The parameter for the length of its own warm-up, which `warmup` sets; "" if there is none.
        metric_driven: Its lr depends on the run's metric and is replayed from the start of the run.
        runs_code: It runs code of the user, so a file may contain it only if that is allowed.
        example: Values for the parameters without a default, for `describe`.
        names: Other names of the schedule.
        signed: Its lr may be negative, as in its framework.
        synonyms: Other names of its parameters, each with the parameter's own name.
        members: The parameter that holds other schedules; "" if there is none.
        members_optional: The members may be left out.
        member_type: The type of members that are given without one.
        one_more: Another parameter that holds one more member.
        positional: The parameter of a value without a name in inline text.
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
        """Return the name of the schedule in every text form."""
        return str(cls.__struct_config__.tag)

    @classmethod
    def aliases(cls) -> dict[str, str]:
        """Return other names of its parameters, each with the parameter's own name."""
        meant = {"lr": cls.peak, "warmup": cls.warmup_parameter}
        own = {parameter.name for parameter in parameters(cls)}
        return {name: parameter for name, parameter in meant.items() if parameter and name not in own} | cls.synonyms

    @classmethod
    def summary(cls) -> str:
        """Return the first line of its docstring, without the full stop."""
        return (cls.__doc__ or cls.formula).strip().splitlines()[0].rstrip(".")  # python -OO drops documentation

    def lr(self, t: Array, run: Run) -> Array:
        """Return the learning rate in force during t.

        Args:
            t: Times in the unit of the run, ≥ 0, in any order and with any gaps; a float or an array.
            run: The run, which has the schedule's length (`run.span`) and converts lengths to numbers (`run.of`).
        """
        return form.play(self, t, run)

    def unit(self) -> Counts:
        """Return the unit of t, which for some schedulers depends on a parameter."""
        return self.counts

    def own_length(self) -> float | None:
        """Return its own length in its own unit; None if it is as long as the run."""
        value = getattr(self, self.length_parameter, None) if self.length_parameter else None
        return float(value) if isinstance(value, float | int) else None

    def check_in(self, run: Run) -> None:
        """Do nothing, if it can play in a run.

        Raises:
            SpecError: If its framework refuses it with the lengths that it has there.
        """

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the times at which the curve jumps or changes its form, between which it is monotone.

        They are derived from the formula, if that is possible. A schedule with another closed form overrides this.
        """
        return self._derived_breakpoints(run, whole=False)

    def _derived_breakpoints(self, run: Run, *, whole: bool) -> Breakpoints:
        """Return the breakpoints that follow from the formula, for whole numbers t or for all."""
        from lrcli.expression import Symbol
        from lrcli.proof import Unproven, breakpoints_of

        try:
            return breakpoints_of(self.lr(array(Symbol("t", whole=whole)), run))
        except (Unproven, SpecError, ArithmeticError, ValueError):
            return (Anywhere(),)

    def peak_scaled(self, factor: float) -> Self:
        """Return the same schedule with its peak multiplied by a factor.

        Raises:
            SpecError: If none of its parameters is a peak, or another parameter contradicts the new peak.
        """
        if not self.peak:
            raise SpecError(f"{self.tag()} has no peak that could be scaled: give it a scale")
        return self.replaced(**{self.peak: getattr(self, self.peak) * factor})

    def started_at(self, lr: float, first: float) -> Self:
        """Return the same schedule with the peak for which it starts at another lr.

        Args:
            lr: The new first lr.
            first: Its present first lr.

        Raises:
            SpecError: If there is no such peak.
        """
        if first == getattr(self, self.peak, None):
            return self.replaced(**{self.peak: lr})
        if min(lr, first) <= 0:
            raise SpecError(f"no peak makes its first lr {lr:g} instead of {first:g}")
        return self.peak_scaled(lr / first)

    def equivalent(self, run: Run) -> Any:
        """Return lrcli's schedule with the same curve as a framework's scheduler; None if there is none."""
        return None

    def resolved(self) -> Family:
        """Return the schedule itself, or the one that a framework's factory (timm's `create_scheduler_v2`) creates."""
        return self

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield what is probably not meant, by rules for this family only; `lrcli.findings` has the rules for all.

        A finding has its code, its message with the numbers of this run, and its fix; the rest is filled in later.
        """
        yield from ()

    def problems(self) -> list[Problem]:
        """Return the problems between parameters, which `refuses` lists."""
        return super().problems() + [
            Problem(message=message.format_map(form.Scope(self, NO_RUN)), path=self._path_of(condition, message))
            for condition, message in self.refuses.items()
            if not self._depends_on_the_run(condition) and form.value(self, NO_RUN, condition)
        ]

    def _depends_on_the_run(self, condition: str) -> bool:
        """Return whether a condition has a length that is a number only in a run."""
        named = [p for p in parameters(type(self)) if p.kind == "length" and p.name in form.names_in(condition)]
        return any(not isinstance(getattr(self, p.field), float | int) for p in named)

    @classmethod
    def _path_of(cls, condition: str, message: str) -> Path:
        """Return the path of the parameter that a message begins with, or of the last one in the condition."""
        named = [p.name for p in parameters(cls) if p.name in form.names_in(condition)]
        first = message.partition(" ")[0]
        return (first,) if first in named else tuple(named[-1:])


class Schedule(Family, Composed, frozen=True, kw_only=True):
    """One of lrcli's own schedules, which has the parameters of composition."""

    def problems(self) -> list[Problem]:
        """Return the problems between parameters: min_lr above max_lr."""
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
