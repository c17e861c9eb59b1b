"""Optax: schedules are functions of the count of updates, which it keeps as int32 and divides in float32."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta

from lrcli.frameworks.scheduler import Count, Lr, Real, Scheduler, Share, Steps, StepsOrZero
from lrcli.numeric import piecewise
from lrcli.parameters import NOT_A_PARAMETER
from lrcli.problems import Problem

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run

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
    transition_steps: StepsOrZero | None = None
    transition_begin: Begin = 0


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
    transition_steps: StepsOrZero | None = None
    transition_begin: Begin = 0


class PiecewiseConstantSchedule(Optax, tag="optax.piecewise_constant_schedule", frozen=True, kw_only=True):
    """Multiply the value by a factor at each boundary."""

    formula = "init_value * pick(scales, count(t, boundaries))"
    where = {"boundaries": "sorted_pairs(boundaries_and_scales)[0]", "scales": "products(sorted_pairs(boundaries_and_scales)[1])"}
    changes = "at chosen times"
    shape = "by a factor"
    tips = ("The factors multiply: {30: 0.1, 60: 0.1} is 0.01 of init_value from step 60 on.",)
    example = {"init_value": 0.1, "boundaries_and_scales": {30: 0.1, 60: 0.1}}

    init_value: Init
    boundaries_and_scales: Scales = ()

    def problems(self) -> list[Problem]:
        """Return factors below 0, which Optax refuses."""
        return super().problems() + _odd_pairs(self.boundaries_and_scales)


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
    transition_steps: StepsOrZero
    decay_rate: Rate
    transition_begin: Begin = 0
    staircase: Staircase = False
    end_value: Limit = None


_WAVE = "((1 + cos(pi * min(max(t - w, 0), T) / T)) / 2) ** exponent"


class CosineDecaySchedule(Optax, tag="optax.cosine_decay_schedule", frozen=True, kw_only=True):
    """Fall along half a cosine to the share alpha of init_value."""

    formula = "init_value * ((1 - alpha) * ((1 + cos(pi * min(t, decay_steps) / decay_steps)) / 2) ** exponent + alpha)"
    shape = "along a cosine"
    length_parameter = "decay_steps"
    same = "cosine: max_lr=init_value, min_lr=init_value * alpha, cycle_length=decay_steps | exponent == 1.0"
    tips = ("alpha is a share of init_value, not an lr.",)
    example = {"init_value": 0.1}

    init_value: Init
    decay_steps: Steps | None = None
    alpha: Annotated[float, Meta(ge=-1e9, le=1e9, description="Lowest value, as a share of init_value.")] = 0.0
    exponent: Exponent = 1.0


class PiecewiseInterpolateSchedule(Optax, tag="optax.piecewise_interpolate_schedule", frozen=True, kw_only=True):
    """Go from each boundary's value to the next one's, linearly or along half a cosine."""

    formula = "interpolated(t, interpolate_type, init_value, boundaries_and_scales)"
    changes = "in phases"
    shape = "linearly or along cosines"
    example = {"interpolate_type": "linear", "init_value": 0.1, "boundaries_and_scales": {20: 5.0, 60: 0.1}}

    interpolate_type: Annotated[Literal["linear", "cosine"], Meta(description="Shape of each phase.")]
    init_value: Init
    boundaries_and_scales: Scales = ()

    def rate(self, t: Array, run: Run) -> Array:  # noqa: ARG002
        """Return the value of the phase that t is in."""
        return _phases(t, self.interpolate_type, self.init_value, self.boundaries_and_scales)

    def problems(self) -> list[Problem]:
        """Return factors below 0, which Optax refuses."""
        return super().problems() + _odd_pairs(self.boundaries_and_scales)
