"""Optax: schedules are functions of the count of updates, which it keeps as int32 and divides in float32."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import accumulate, count
from struct import pack, unpack
from typing import TYPE_CHECKING, Annotated, Literal, Self

from msgspec import Meta

from lrcli.frameworks.plateau import Cooldown, Patience, Plateau
from lrcli.frameworks.scheduler import Count, Members, OnOptimizer, Real, Scheduler, Share, Steps, StepsOrZero
from lrcli.numeric import piecewise
from lrcli.problems import Finding, Problem
from lrcli.schedules.metric import Replay
from lrcli.schedules.plateau import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array
    from lrcli.run import Run
    from lrcli.schedules import Schedule

Init = Annotated[float, Meta(ge=-1e300, le=1e300, description="Value at the start.")]
Peak = Annotated[float, Meta(ge=-1e300, le=1e300, description="Value at the end of the warm-up.")]
End = Annotated[float, Meta(ge=-1e300, le=1e300, description="Value at the end.")]
Begin = Annotated[int, Meta(ge=-(10**15), le=10**15, description="Steps before it begins to change.")]
Limit = Annotated[Real | None, Meta(description="Value that the decay stops at; none if not given.")]
Staircase = Annotated[bool, Meta(description="Change only after each transition_steps.")]
Exponent = Annotated[float, Meta(ge=0, le=1e6, description="Power of the cosine.")]
Rate = Annotated[float, Meta(ge=0, le=1e9, description="Factor in transition_steps.")]
Scales = Annotated[
    tuple[Real, ...],
    Meta(
        description="Steps and the factors that apply from each of them on: 30,0.1,60,0.1.",
        extra={"pairs": True, "may_be_empty": True},
    ),
]
Div = Annotated[float, Meta(gt=0, le=1e300, description="Peak over the first value.")]
FinalDiv = Annotated[float, Meta(gt=0, le=1e300, description="First value over the last.")]


class Optax(Scheduler, frozen=True, kw_only=True):
    """A schedule of Optax."""

    home = "optax"
    version = "0.2.8"
    counts = "steps"
    precision = "float32"
    peak = "init_value"


class ConstantSchedule(Optax, tag="optax.constant_schedule", frozen=True, kw_only=True):
    """Keep one value."""

    formula = "value"
    changes = "never"
    shape = "not at all"
    peak = "value"
    positional = "value"
    same = "constant: max_lr=value"
    example = {"value": 0.1}

    value: Init


class PolynomialSchedule(Optax, tag="optax.polynomial_schedule", frozen=True, kw_only=True):
    """Go from init_value to end_value as a power of the time left, after transition_begin."""

    formula = "(init_value - end_value) * (1 - u / T) ** power + end_value if T > 0 else init_value"
    where = {"T": "transition_steps", "u": "min(max(t - max(transition_begin, 0), 0), T)"}
    shape = "as a power of the time left"
    length_parameter = "transition_steps"
    same = """
        polynomial: max_lr=init_value, min_lr=end_value, power=power, max_update=transition_steps
            | transition_begin == 0
    """
    tips = (
        "With a power that is not whole it is NaN from the end of the transition on, for about half of all "
        "transition_steps, when it is compiled by jax.jit: 1 - t/T comes out a little below 0 in float32.",
    )
    example = {"init_value": 0.1, "end_value": 0.01, "power": 2}

    init_value: Init
    end_value: End
    power: Annotated[float, Meta(ge=0, le=1e6, description="Power of the time left.")]
    transition_steps: Annotated[StepsOrZero | None, Meta(description="Length of the change.")] = None
    transition_begin: Begin = 0

    @classmethod
    def proposals(cls, schedule: Schedule, run: Run) -> Iterator[Self]:
        """Yield it for whole powers: with others it may end at NaN when it is compiled."""
        return (one for one in super().proposals(schedule, run) if one.power.is_integer())

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that it is NaN when it is compiled."""
        yield from super().findings(run)
        length, begin = run.of(self.transition_steps), max(self.transition_begin, 0)
        if self.power.is_integer() or not length or run.span <= begin + length or not _ends_below_0(length):
            return
        better = next(other for other in count(int(length) + 1) if not _ends_below_0(other))
        message = (
            f"polynomial_schedule with power={self.power:g} and transition_steps={length:g} is NaN from step "
            f"{begin + length:g} on when jax.jit compiles it, and so are the weights"
        )
        yield Finding("LR041", message, f"Set transition_steps={better}, or a whole power.", path=("transition_steps",))


def _ends_below_0(length: float) -> bool:
    """Return whether XLA computes 1 - length · (1/length) as less than 0, with 1/length rounded to float32."""
    (inverse,) = unpack("f", pack("f", 1 / length))
    return Fraction(inverse) * Fraction(length) > 1


class LinearSchedule(Optax, tag="optax.linear_schedule", frozen=True, kw_only=True):
    """Go from init_value to end_value in a straight line, after transition_begin."""

    formula = "(init_value - end_value) * (1 - u / T) + end_value if T > 0 else init_value"
    where = {"T": "transition_steps", "u": "min(max(t - max(transition_begin, 0), 0), T)"}
    shape = "linearly"
    length_parameter = "transition_steps"
    same = "linear: start_lr=init_value, end_lr=end_value, length=transition_steps | transition_begin == 0"
    example = {"init_value": 0.1, "end_value": 0.0}

    init_value: Init
    end_value: End
    transition_steps: Annotated[StepsOrZero | None, Meta(description="Length of the change.")] = None
    transition_begin: Begin = 0


class Scaled(Optax, frozen=True, kw_only=True):
    """A schedule that is multiplied by a factor at each boundary."""

    where = {
        "boundaries": "cumulative(init_value, boundaries_and_scales)[0]",
        "values": "cumulative(init_value, boundaries_and_scales)[1]",
    }
    refuses = {"min(0, *boundaries_and_scales[1::2]) < 0": "the scales must be ≥ 0"}
    changes = "at chosen times"

    boundaries_and_scales: Scales = ()

    def problems(self) -> list[Problem]:
        """Return a boundary without its scale."""
        if len(self.boundaries_and_scales) % 2:
            message = "boundaries_and_scales needs a scale for each boundary: 30,0.1,60,0.1"
            return [Problem(message=message, path=("boundaries_and_scales",))]
        return super().problems()


class PiecewiseConstantSchedule(Scaled, tag="optax.piecewise_constant_schedule", frozen=True, kw_only=True):
    """Multiply the value by a factor at each boundary."""

    formula = "pick(values, count(t, boundaries))"
    shape = "by a factor"
    tips = ("The factors multiply: {30: 0.1, 60: 0.1} is 0.01 of init_value from step 60 on.",)
    example = {"init_value": 0.1, "boundaries_and_scales": (30.0, 0.1, 60.0, 0.1)}

    init_value: Init


class PiecewiseInterpolateSchedule(Scaled, tag="optax.piecewise_interpolate_schedule", frozen=True, kw_only=True):
    """Go from each boundary's value to the next one's, linearly or along half a cosine."""

    formula = "phases(t, [0, *boundaries], values, interpolate_type)"
    shape = "linearly or along cosines"
    example = {"interpolate_type": "linear", "init_value": 0.1, "boundaries_and_scales": (20.0, 5.0, 60.0, 0.1)}

    interpolate_type: Annotated[Literal["linear", "cosine"], Meta(description="Shape of each phase.")]
    init_value: Init


class ExponentialDecay(Optax, tag="optax.exponential_decay", frozen=True, kw_only=True):
    """Multiply the value by decay_rate in every transition_steps, and stop at end_value."""

    formula = "limited if T > 0 and decay_rate != 0 else init_value"
    where = {
        "T": "transition_steps",
        "x": "max(t - max(transition_begin, 0), 0) / T",
        "value": "init_value * decay_rate ** (floor(x) if staircase else x)",
        "limited": "value if end_value is None else max(value, end_value) if decay_rate < 1 else min(value, end_value)",
    }
    shape = "by a constant factor"
    same = """
        step: max_lr=init_value, step_size=transition_steps, gamma=decay_rate
            | staircase == True, transition_begin == 0, end_value == None
        exponential: max_lr=init_value, gamma=decay_rate
            | transition_steps == 1, transition_begin == 0, end_value == None
    """
    example = {"init_value": 0.1, "transition_steps": 20, "decay_rate": 0.5}

    init_value: Init
    transition_steps: Annotated[StepsOrZero, Meta(description="Length of the change.")]
    decay_rate: Rate
    transition_begin: Begin = 0
    staircase: Staircase = False
    end_value: Limit = None


class CosineDecaySchedule(Optax, tag="optax.cosine_decay_schedule", frozen=True, kw_only=True):
    """Fall along half a cosine to the share alpha of init_value."""

    formula = "init_value * ((1 - alpha) * ((1 + cos(pi * min(t, decay_steps) / decay_steps)) / 2) ** exponent + alpha)"
    shape = "along a cosine"
    length_parameter = "decay_steps"
    same = "cosine: max_lr=init_value, min_lr=init_value * alpha, cycle_length=decay_steps, exponent=exponent"
    tips = ("alpha is a share of init_value, not an lr.",)
    example = {"init_value": 0.1}

    init_value: Init
    decay_steps: Annotated[Steps | None, Meta(description="Length of the decay.")] = None
    alpha: Annotated[float, Meta(ge=-1e9, le=1e9, description="Lowest value, as a share of init_value.")] = 0.0
    exponent: Exponent = 1.0


class LinearOnecycleSchedule(Optax, tag="optax.linear_onecycle_schedule", frozen=True, kw_only=True):
    """Climb to peak_value, fall back, and fall on to almost 0, in three straight lines."""

    formula = "phases(t, [0, *boundaries], values)"
    where = {
        "T": "transition_steps",
        "first": "peak_value / div_factor",
        "factors": "[int(pct_start * T), div_factor, int(pct_final * T), 1 / div_factor, T, 1 / final_div_factor]",
        "boundaries": "cumulative(first, factors)[0]",
        "values": "cumulative(first, factors)[1]",
    }
    changes = "in phases"
    shape = "linearly"
    length_parameter = "transition_steps"
    peak = "peak_value"
    example = {"peak_value": 0.1}

    transition_steps: Annotated[Steps | None, Meta(description="Length of the change.")] = None
    peak_value: Peak
    pct_start: Annotated[Share, Meta(description="Share of the steps at which the peak is.")] = 0.3
    pct_final: Annotated[Share, Meta(description="Share of the steps at which it is back at the first value.")] = 0.85
    div_factor: Div = 25.0
    final_div_factor: FinalDiv = 1e4


class CosineOnecycleSchedule(Optax, tag="optax.cosine_onecycle_schedule", frozen=True, kw_only=True):
    """Climb to peak_value and fall to almost 0, along two half cosines."""

    formula = "phases(t, [0, *boundaries], values, 'cosine')"
    where = {
        "T": "transition_steps",
        "first": "peak_value / div_factor",
        "factors": "[int(pct_start * T), div_factor, int(T), 1 / (div_factor * final_div_factor)]",
        "boundaries": "cumulative(first, factors)[0]",
        "values": "cumulative(first, factors)[1]",
    }
    changes = "in phases"
    shape = "along a cosine"
    length_parameter = "transition_steps"
    peak = "peak_value"
    tips = ("The peak is at int(pct_start · transition_steps); torch's OneCycleLR has it one step earlier.",)
    example = {"peak_value": 0.1}

    transition_steps: Annotated[Steps | None, Meta(description="Length of the change.")] = None
    peak_value: Peak
    pct_start: Annotated[Share, Meta(description="Share of the steps at which the peak is.")] = 0.3
    div_factor: Div = 25.0
    final_div_factor: FinalDiv = 1e4


class WarmedUp(Optax, frozen=True, kw_only=True):
    """A schedule with a linear warm-up from init_value to peak_value."""

    peak = "peak_value"
    warmup_parameter = "warmup_steps"
    changes = "in phases"


class WarmupConstantSchedule(WarmedUp, tag="optax.warmup_constant_schedule", frozen=True, kw_only=True):
    """Climb to peak_value in a straight line, and stay."""

    formula = "line(min(t, w), w, init_value, peak_value) if w > 0 else init_value"
    where = {"w": "warmup_steps"}
    shape = "linearly"
    same = "constant: max_lr=peak_value, warmup=warmup_steps, warmup_from=init_value | warmup_steps > 0"
    tips = ("With warmup_steps=0 it stays at init_value and never reaches the peak.",)
    example = {"init_value": 0.0, "peak_value": 0.1, "warmup_steps": 20}

    init_value: Init
    peak_value: Peak
    warmup_steps: Annotated[StepsOrZero, Meta(description="Length of the warm-up.")]


class WarmupCosineDecaySchedule(WarmedUp, tag="optax.warmup_cosine_decay_schedule", frozen=True, kw_only=True):
    """Climb to peak_value in a straight line, then fall along half a cosine to end_value."""

    formula = "where(t < w, climb, peak_value * ((1 - alpha) * wave**exponent + alpha))"
    where = {
        "w": "warmup_steps",
        "climb": "line(t, w, init_value, peak_value) if w > 0 else init_value",
        "alpha": "end_value / peak_value if peak_value != 0 else 0",
        "T": "decay_steps - w",
        "wave": "(1 + cos(pi * min(max(t - w, 0), T) / T)) / 2",
    }
    shape = "along a cosine"
    length_parameter = "decay_steps"
    same = """
        cosine: max_lr=peak_value, min_lr=end_value, warmup=warmup_steps, warmup_from=init_value,
            cycle_length=decay_steps - warmup_steps, exponent=exponent | peak_value > 0
    """
    refuses = {"decay_steps <= warmup_steps": "decay_steps counts the warm-up: it must be above warmup_steps"}
    tips = ("decay_steps counts warmup_steps; in Keras it does not.",)
    example = {"init_value": 0.0, "peak_value": 0.1, "warmup_steps": 10}

    init_value: Init
    peak_value: Peak
    warmup_steps: Annotated[StepsOrZero, Meta(description="Length of the warm-up.")]
    decay_steps: Annotated[Steps | None, Meta(description="Length of the whole, warm-up included.")] = None
    end_value: End = 0.0
    exponent: Exponent = 1.0


class WarmupExponentialDecaySchedule(
    WarmedUp, tag="optax.warmup_exponential_decay_schedule", frozen=True, kw_only=True
):
    """Climb to peak_value in a straight line, then multiply by decay_rate in every transition_steps."""

    formula = "where(t < w, climb, limited if T > 0 and decay_rate != 0 else peak_value)"
    where = {
        "w": "warmup_steps",
        "climb": "line(t, w, init_value, peak_value) if w > 0 else init_value",
        "T": "transition_steps",
        "x": "max(t - w - max(transition_begin, 0), 0) / T",
        "value": "peak_value * decay_rate ** (floor(x) if staircase else x)",
        "limited": "value if end_value is None else max(value, end_value) if decay_rate < 1 else min(value, end_value)",
    }
    shape = "by a constant factor"
    example = {"init_value": 0.0, "peak_value": 0.1, "warmup_steps": 10, "transition_steps": 20, "decay_rate": 0.5}

    init_value: Init
    peak_value: Peak
    warmup_steps: Annotated[StepsOrZero, Meta(description="Length of the warm-up.")]
    transition_steps: Annotated[StepsOrZero, Meta(description="Length of the change.")]
    decay_rate: Rate
    transition_begin: Begin = 0
    staircase: Staircase = False
    end_value: Limit = None


class JoinSchedules(Optax, tag="optax.join_schedules", frozen=True, kw_only=True):
    """Follow schedules one after the other, each of which counts from its own boundary."""

    formula = "schedules[i](t - boundaries[i - 1])"
    changes = "in phases"
    shape = "as its schedules do"
    peak = ""
    members = "schedules"
    boundaries_parameter = "boundaries"
    example = {
        "schedules": ["optax.constant_schedule:0.01", "optax.cosine_decay_schedule:init_value=0.1,decay_steps=80"],
        "boundaries": (20,),
    }

    schedules: Members
    boundaries: Annotated[
        tuple[Count, ...], Meta(description="When each schedule but the first begins.", extra={"may_be_empty": True})
    ]

    def rate(self, t: Array, run: Run) -> Array:
        """Return the value of the active schedule."""
        forms = [partial(member.lr, run=run) for member in self.schedules]
        return piecewise(t, [0.0, *map(float, self.boundaries)], forms)

    def problems(self) -> list[Problem]:
        """Return a problem for members of other frameworks, and for a wrong number of boundaries."""
        count = len(self.schedules)
        return [
            *super().problems(),
            *self.problems_of_members(Optax, "the schedules of join_schedules are Optax's own"),
            *self.problems_of_lengths("boundaries", f"{count} schedules need {count - 1} boundaries"),
        ]


class SgdrSchedule(Optax, tag="optax.sgdr_schedule", frozen=True, kw_only=True):
    """Follow warm-ups and cosines one after the other, each with its own values."""

    formula = "warmup_cosine_decay_schedule(cosine_kwargs[i])(t - the decay_steps before)"
    changes = "in cycles"
    shape = "along a cosine"
    peak = ""
    members = "cosine_kwargs"
    member_type = "optax.warmup_cosine_decay_schedule"
    example = {
        "cosine_kwargs": [
            {"init_value": 0.0, "peak_value": 0.1, "warmup_steps": 5, "decay_steps": 50},
            {"init_value": 0.0, "peak_value": 0.05, "warmup_steps": 5, "decay_steps": 50},
        ]
    }

    cosine_kwargs: Members

    def rate(self, t: Array, run: Run) -> Array:
        """Return the value of the cycle that t is in."""
        starts = accumulate((run.of(cycle.decay_steps) for cycle in self.cosine_kwargs[:-1]), initial=0.0)
        return piecewise(t, list(starts), [partial(cycle.lr, run=run) for cycle in self.cosine_kwargs])

    def problems(self) -> list[Problem]:
        """Return members that are no warm-up and cosine."""
        message = "cosine_kwargs are the arguments of warmup_cosine_decay_schedule"
        return super().problems() + self.problems_of_members(WarmupCosineDecaySchedule, message)


class ReduceOnPlateau(Plateau, OnOptimizer, tag="optax.reduce_on_plateau", frozen=True, kw_only=True):
    """Multiply the lr by factor when a metric has stopped improving, in the update that brings the metric."""

    home = "optax.contrib"
    version = Optax.version
    counts = "steps"
    precision = "float32"
    takes_optimizer = False
    formula = "base_lr * max(factor ** (times that patience values in a row were bad), min_scale)"
    tips = (
        "The lr falls after patience bad values, and in the same update; in torch one value and one update later.",
        "With patience=0 it is the other way round: the lr falls at every improvement, and never on a plateau.",
    )

    factor: Annotated[float, Meta(gt=0, lt=1, description="Factor of each cut.")] = 0.1
    patience: Patience = 10
    rtol: Annotated[float, Meta(ge=0, le=1, description="By what share of the best it must improve.")] = 1e-4
    atol: Annotated[float, Meta(ge=0, le=1e9, description="By how much it must improve besides.")] = 0.0
    cooldown: Cooldown = 0
    accumulation_size: Annotated[int, Meta(ge=1, le=10**9, description="Values that are averaged before each.")] = 1
    min_scale: Annotated[Share, Meta(description="Lowest lr, as a share of base_lr.")] = 0.0

    def rule(self) -> Rule:
        """Return Optax's rule."""
        return Rule(
            lr=self.base_lr,
            factor=self.factor,
            patience=self.patience,
            share=self.rtol,
            margin=self.atol,
            cooldown=self.cooldown,
            min_lr=self.base_lr * self.min_scale,
            comparison="==",
            accumulation=self.accumulation_size,
        )

    def replayed(self, run: Run) -> Replay:
        """Return the replay of the metric, in which a value already acts on the lr of its own update."""
        found = super().replayed(run)
        return Replay(found.lr[1:] or found.lr, found.bad, tuple(max(cut - 1, 0) for cut in found.cuts))
