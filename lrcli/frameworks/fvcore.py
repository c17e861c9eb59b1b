"""fvcore: factors as functions of where, the share of max_iter that is done, as detectron2 uses them."""

from __future__ import annotations

import math
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.frameworks.scheduler import End, Members, OnOptimizer, Positive, Real, Share, Steps
from lrcli.numeric import piecewise
from lrcli.problems import Problem
from lrcli.schedules import form

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run

Value = Annotated[float, Meta(ge=-1e300, le=1e300)]
_MEMBERS = "its members are schedulers of fvcore"

Updates = Annotated[Positive | None, Meta(description="Iterations that milestones are counted in.")]


class Fvcore(OnOptimizer, frozen=True, kw_only=True):
    """A function of where = t / max_iter, times the optimizer's lr."""

    home = "fvcore.common.param_scheduler"
    version = "0.1.5"
    counts = "steps"
    takes_optimizer = False
    length_parameter = "max_iter"
    not_arguments = frozenset({"base_lr", "max_iter"})

    max_iter: Annotated[Steps | None, Meta(description="Length of the run: of detectron2's LRMultiplier.")] = None

    def factor(self, w: Array, run: Run) -> Array:
        """Return the factor at where = w."""
        return form.shaped(form.value(self, run, self.formula, w=w, e=1e-6), w)

    def rate(self, t: Array, run: Run) -> Array:
        """Return the optimizer's lr times the factor."""
        return self.base_lr * self.factor(t / run.of(self.max_iter), run)


class ConstantParamScheduler(Fvcore, tag="fvcore.ConstantParamScheduler", frozen=True, kw_only=True):
    """Keep one factor."""

    formula = "value"
    changes = "never"
    shape = "not at all"
    example = {"value": 0.5}

    value: Annotated[Value, Meta(description="The factor.")]

    def end(self, run: Run) -> End:
        """Return max_iter: where must be below 1."""
        return End(run.of(self.max_iter), "where must be below 1")


class CosineParamScheduler(Fvcore, tag="fvcore.CosineParamScheduler", frozen=True, kw_only=True):
    """Go from start_value to end_value along half a cosine."""

    formula = "end_value + (start_value - end_value) * (1 + cos(pi * w)) / 2"
    shape = "along a cosine"
    example = {"start_value": 1.0, "end_value": 0.0}

    start_value: Annotated[Value, Meta(description="Factor at the start.")]
    end_value: Annotated[Value, Meta(description="Factor at the end.")]


class ExponentialParamScheduler(Fvcore, tag="fvcore.ExponentialParamScheduler", frozen=True, kw_only=True):
    """Multiply the factor by decay over the whole run."""

    formula = "start_value * decay**w"
    shape = "by a constant factor"
    example = {"start_value": 1.0, "decay": 0.02}
    tips = ("decay is the factor of the whole run, not of an epoch.",)

    start_value: Annotated[Value, Meta(description="Factor at the start.")]
    decay: Annotated[float, Meta(ge=0, le=1e9, description="Factor over the whole run.")]


class LinearParamScheduler(Fvcore, tag="fvcore.LinearParamScheduler", frozen=True, kw_only=True):
    """Go from start_value to end_value in a straight line."""

    formula = "end_value * w + start_value * (1 - w)"
    shape = "linearly"
    example = {"start_value": 1.0, "end_value": 0.0}

    start_value: Annotated[Value, Meta(description="Factor at the start.")]
    end_value: Annotated[Value, Meta(description="Factor at the end.")]


class MultiStepParamScheduler(Fvcore, tag="fvcore.MultiStepParamScheduler", frozen=True, kw_only=True):
    """Take the next of some factors at each milestone."""

    formula = "pick(values, count(floor((w + e) * N), marks))"
    where = {
        "N": "num_updates or milestones[-1]",
        "marks": "milestones[:len(values) - 1] if milestones is not None else parts",
        "parts": "equal_parts(N, len(values))",
    }
    changes = "at chosen times"
    shape = "to the values given"
    example = {"values": (1.0, 0.1, 0.01), "num_updates": 90, "milestones": (30, 60)}
    refuses = {"num_updates is None and milestones is None": "give num_updates or milestones"}

    values: Annotated[tuple[Value, ...], Meta(description="The factors.")]
    num_updates: Updates = None
    milestones: Annotated[tuple[Positive, ...] | None, Meta(description="When each factor but the first begins.")] = (
        None
    )


class StepParamScheduler(Fvcore, tag="fvcore.StepParamScheduler", frozen=True, kw_only=True):
    """Take each of some factors for an equal share of the run."""

    formula = "pick(values, floor((w + e) * len(values)))"
    changes = "at fixed intervals"
    shape = "to the values given"
    example = {"num_updates": 90, "values": (1.0, 0.1, 0.01)}
    tips = ("num_updates does nothing: the share of the run decides.",)

    num_updates: Annotated[Value, Meta(description="Does nothing.")]
    values: Annotated[tuple[Value, ...], Meta(description="The factors.")]


class StepWithFixedGammaParamScheduler(
    Fvcore, tag="fvcore.StepWithFixedGammaParamScheduler", frozen=True, kw_only=True
):
    """Multiply the factor by gamma num_decays times, at equal distances."""

    formula = "base_value * gamma ** min(floor((w + e) * (num_decays + 1)), num_decays)"
    changes = "at fixed intervals"
    shape = "by a constant factor"
    example = {"base_value": 1.0, "num_decays": 3, "gamma": 0.1, "num_updates": 90}

    base_value: Annotated[Value, Meta(description="First factor.")]
    num_decays: Annotated[Positive, Meta(description="How many times it is multiplied.")]
    gamma: Annotated[float, Meta(ge=0, le=1e9, description="Factor of each time.")]
    num_updates: Annotated[Positive | None, Meta(description="Does nothing.")] = None


class PolynomialDecayParamScheduler(Fvcore, tag="fvcore.PolynomialDecayParamScheduler", frozen=True, kw_only=True):
    """Fall as a power of the share left."""

    formula = "base_value * (1 - w) ** power"
    shape = "as a power of the time left"
    example = {"base_value": 1.0, "power": 0.9}

    base_value: Annotated[Value, Meta(description="First factor.")]
    power: Annotated[Real, Meta(description="Power of the share left.")]


class CompositeParamScheduler(Fvcore, tag="fvcore.CompositeParamScheduler", frozen=True, kw_only=True):
    """Follow schedulers one after the other, each for a share of the run, with its own where or the run's."""

    formula = "schedulers[i](rescaled or fixed w)"
    changes = "in phases"
    shape = "as its schedulers do"
    members = "schedulers"
    example = {
        "schedulers": (
            LinearParamScheduler(start_value=0.0, end_value=1.0),
            CosineParamScheduler(start_value=1.0, end_value=0.0),
        ),
        "lengths": (0.1, 0.9),
        "interval_scaling": ("rescaled", "rescaled"),
    }

    schedulers: Members
    lengths: Annotated[tuple[Share, ...], Meta(description="Share of the run of each; together 1.")]
    interval_scaling: Annotated[
        tuple[Literal["rescaled", "fixed"], ...], Meta(description="Whether each sees 0 to 1, or the run's own where.")
    ]

    def factor(self, w: Array, run: Run) -> Array:
        """Return the factor of the scheduler whose share w is in."""
        starts = [0.0, *accumulate(self.lengths[:-1])]
        forms = [partial(self._member, i, start, run) for i, start in enumerate(starts)]
        return piecewise(w + 1e-6, starts, forms)

    def _member(self, i: int, start: float, run: Run, since: Array) -> Array:
        own = since - 1e-6
        rescaled = self.interval_scaling[i] == "rescaled"
        factor: Array = self.schedulers[i].factor(own / self.lengths[i] if rescaled else own + start, run)
        return factor

    def problems(self) -> list[Problem]:
        """Return members of another kind, and lists that do not fit together."""
        found = super().problems() + self.problems_of_members(Fvcore, _MEMBERS)
        if not len(self.schedulers) == len(self.lengths) == len(self.interval_scaling):
            found.append(Problem(message="give a length and an interval_scaling for each scheduler", path=("lengths",)))
        elif not math.isclose(sum(self.lengths), 1.0, abs_tol=1e-3):
            found.append(Problem(message=f"lengths are together {sum(self.lengths):g}, not 1", path=("lengths",)))
        return found


class WarmupParamScheduler(Fvcore, tag="fvcore.WarmupParamScheduler", frozen=True, kw_only=True):
    """detectron2's warm-up around a scheduler: up to the scheduler's value where the warm-up ends."""

    home = "detectron2.solver"
    formula = "scheduler(w), after a climb to it"
    changes = "in phases"
    shape = "as its scheduler does"
    members = "scheduler"
    example = {
        "scheduler": (CosineParamScheduler(start_value=1.0, end_value=0.0),),
        "warmup_factor": 0.001,
        "warmup_length": 0.1,
    }

    scheduler: Members
    warmup_factor: Annotated[float, Meta(ge=0, le=1e9, description="First factor, as a share of the scheduler's.")]
    warmup_length: Annotated[Share, Meta(description="Share of the run that is the warm-up.")]
    warmup_method: Annotated[Literal["linear", "constant"], Meta(description="Shape of the warm-up.")] = "linear"
    rescale_interval: Annotated[bool, Meta(description="Begin the scheduler after the warm-up.")] = False

    def factor(self, w: Array, run: Run) -> Array:
        """Return the warm-up's factor, then the scheduler's."""
        inner = self.scheduler[0]
        first = self.warmup_factor * float(inner.factor(0.0, run))
        last = float(inner.factor(0.0 if self.rescale_interval else self.warmup_length, run))

        def climb(x: Array) -> Array:
            part = (x - 1e-6) / (self.warmup_length or 1.0)
            return first + (last - first) * part if self.warmup_method == "linear" else form.shaped(first, x)

        def after(x: Array) -> Array:
            own = x / (1 - self.warmup_length) if self.rescale_interval else x + self.warmup_length
            factor: Array = inner.factor(own, run)
            return factor

        return piecewise(w + 1e-6, [0.0, self.warmup_length + 1e-6], [climb, after])

    def problems(self) -> list[Problem]:
        """Return a member of another kind."""
        return super().problems() + self.problems_of_members(Fvcore, _MEMBERS)
