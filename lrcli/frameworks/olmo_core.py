"""OLMo-core: schedulers whose step counts from 1, with lengths in steps or as shares of t_max."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from lrcli.frameworks.scheduler import Count, Lr, Members, OnOptimizer, Positive, Share, Steps
from lrcli.numeric import array, full, maximum, where
from lrcli.problems import Problem

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run

Warmup = Annotated[Count | None, Meta(description="Length of the warm-up.")]
WarmupShare = Annotated[Share | None, Meta(description="The same as a share of t_max.")]
Decay = Annotated[Count | None, Meta(description="Length of the decay at the end.")]
DecayShare = Annotated[Share | None, Meta(description="The same as a share of t_max.")]
Fraction = Annotated[float, Meta(ge=0, le=1e9)]


class OLMoCore(OnOptimizer, frozen=True, kw_only=True):
    """A scheduler of OLMo-core."""

    home = "olmo_core.optim"
    version = "git fa6c5014c9f6"
    counts = "steps"
    clock = "t + 1"
    takes_optimizer = False
    length_parameter = "t_max"

    t_max: Annotated[Steps | None, Meta(description="Length of the whole.")] = None


class ConstantScheduler(OLMoCore, tag="olmo_core.ConstantScheduler", frozen=True, kw_only=True):
    """Keep the lr."""

    formula = "base_lr"
    changes = "never"
    shape = "not at all"
    length_parameter = ""


class WarmedUp(OLMoCore, frozen=True, kw_only=True):
    """A scheduler with a linear warm-up."""

    changes = "in phases"
    warmup_parameter = "warmup"
    formula = "where(t < w, climb, after)"
    where = {
        "w": "round(warmup_fraction * t_max) if warmup is None and warmup_fraction is not None else warmup or 0",
        "climb": "warmup_min_lr + (base_lr - warmup_min_lr) * min(t, w) / (w or 1)",
    }

    warmup: Warmup = None
    warmup_fraction: WarmupShare = None
    warmup_min_lr: Annotated[Lr, Meta(description="Lr at which the warm-up begins.")] = 0.0


class ConstantWithWarmup(WarmedUp, tag="olmo_core.ConstantWithWarmup", frozen=True, kw_only=True):
    """Climb, and stay."""

    where = WarmedUp.where | {"after": "base_lr"}
    shape = "linearly"


class Tailed(WarmedUp, frozen=True, kw_only=True):
    """A scheduler that falls in a straight line at the end."""

    where = WarmedUp.where | {
        "d": "round(decay_fraction * t_max) if decay is None and decay_fraction is not None else decay or 0",
        "left": "max(t_max - t, 0) / (d or 1)",
        "after": "where(t >= t_max - d, decay_min_lr + (before - decay_min_lr) * left, main)",
    }
    refuses = {"decay is not None and decay_fraction is not None": "give decay or decay_fraction, not both"}

    decay: Decay = None
    decay_fraction: DecayShare = 0.1
    decay_min_lr: Annotated[Lr, Meta(description="Lr at the end.")] = 0.0


class WSD(Tailed, tag="olmo_core.WSD", frozen=True, kw_only=True):
    """Climb, stay, and fall in a straight line at the end."""

    where = Tailed.where | {"main": "base_lr", "before": "base_lr"}
    shape = "linearly"


class PowerLR(Tailed, tag="olmo_core.PowerLR", frozen=True, kw_only=True):
    """Climb, fall as a power of the step, and in a straight line at the end."""

    where = Tailed.where | {
        "main": "base_lr * (max(t, 1) / (w or 1)) ** b",
        "before": "base_lr * ((t_max - d) / (w or 1)) ** b",
    }
    shape = "as a power of the step"

    b: Annotated[float, Meta(ge=-1e6, le=1e6, description="Power of the step.")] = -0.51


class Falling(WarmedUp, frozen=True, kw_only=True):
    """A scheduler that falls to the share alpha_f of the lr at t_max."""

    where = WarmedUp.where | {
        "E": "base_lr * alpha_f",
        "q": "min(max((t - w) / (t_max - w), 0), 1)",
        "after": "where(t >= t_max, E, fall)",
    }

    alpha_f: Annotated[Share, Meta(description="Lowest lr, as a share of the lr.")] = 0.1


class LinearWithWarmup(Falling, tag="olmo_core.LinearWithWarmup", frozen=True, kw_only=True):
    """Climb, then fall in a straight line."""

    where = Falling.where | {"fall": "base_lr - (base_lr - E) * q"}
    shape = "linearly"


class CosWithWarmup(Falling, tag="olmo_core.CosWithWarmup", frozen=True, kw_only=True):
    """Climb, then fall along half a cosine."""

    where = Falling.where | {"fall": "E + (base_lr - E) * (1 + cos(pi * q)) / 2"}
    shape = "along a cosine"


class HalfCosWithWarmup(Falling, tag="olmo_core.HalfCosWithWarmup", frozen=True, kw_only=True):
    """Climb to the middle of a cosine, and fall along its second half."""

    where = Falling.where | {
        "top": "(base_lr + E) / 2",
        "climb": "warmup_min_lr + (top - warmup_min_lr) * min(t, w) / (w or 1)",
        "fall": "E + (base_lr - E) * (1 + cos(pi * (1 + q) / 2)) / 2",
    }
    shape = "along half of a cosine"
    tips = ("The lr is never reached: the peak is the mean of the lr and alpha_f of it.",)


class InvSqrtWithWarmup(Falling, tag="olmo_core.InvSqrtWithWarmup", frozen=True, kw_only=True):
    """Climb, then fall towards alpha_f as one over the square root of the step."""

    where = Falling.where | {"after": "E + (base_lr - E) * sqrt((w or 1) / max(w, t))"}
    shape = "as 1/√t"


class CosWithWarmupAndLinearDecay(Falling, tag="olmo_core.CosWithWarmupAndLinearDecay", frozen=True, kw_only=True):
    """Climb, fall along half a cosine, and in a straight line at the end."""

    where = Falling.where | {
        "end": "span",
        "d": "round(decay_fraction * end) if decay is None and decay_fraction is not None else decay or 0",
        "left": "max(end - t, 0) / (d or 1)",
        "wave": "where(t >= t_max, E, E + (base_lr - E) * (1 + cos(pi * q)) / 2)",
        "qd": "min(max((end - d - w) / (t_max - w), 0), 1)",
        "before": "E + (base_lr - E) * (1 + cos(pi * qd)) / 2",
        "after": "where(t >= end - d, decay_min_lr + (before - decay_min_lr) * left, wave)",
    }
    shape = "along a cosine, then linearly"

    decay: Decay = None
    decay_fraction: DecayShare = 0.1
    decay_min_lr: Annotated[Lr, Meta(description="Lr at the end.")] = 0.0


class WSDS(OLMoCore, tag="olmo_core.WSDS", frozen=True, kw_only=True):
    """Stay and fall in each of some periods; the warm-up is in the first."""

    formula = "where(t >= whole, decay_min_lr, where((t <= w) & (i < 1), climb, where(left <= d, fall, top)))"
    where = {
        "starts": "ends((0, *period_lengths), 1)",
        "whole": "starts[-1]",
        "i": "count(t - 1, starts[1:-1])",
        "length": "pick(period_lengths, i)",
        "multipliers": "period_lr_multipliers or (1.0,)",
        "top": "base_lr * pick(multipliers, i)",
        "w": "warmup or 0 if warmup_fraction is None else round(warmup_fraction * period_lengths[0])",
        "climb": "warmup_min_lr + (top - warmup_min_lr) * min(t, w) / (w or 1)",
        "d": "floor(decay_fraction * length + 0.5) if decay is None else decay",
        "left": "pick(starts[1:], i) - t",
        "fall": "decay_min_lr + (top - decay_min_lr) * left / max(d, 1)",
    }
    changes = "in phases"
    shape = "linearly"
    example = {"period_lengths": (40, 40), "warmup": 10, "decay": 10}
    refuses = {"decay is None and decay_fraction is None": "give decay or decay_fraction"}

    period_lengths: Annotated[tuple[Positive, ...], Meta(description="Length of each period.")]
    period_lr_multipliers: Annotated[
        tuple[Fraction, ...] | None, Meta(description="Factor of the lr in each period.")
    ] = None
    warmup: Warmup = None
    warmup_fraction: WarmupShare = None
    warmup_min_lr: Annotated[Lr, Meta(description="Lr at which the warm-up begins.")] = 0.0
    decay: Decay = None
    decay_fraction: DecayShare = 0.1
    decay_min_lr: Annotated[Lr, Meta(description="Lr at the end of each period.")] = 0.0

    def own_length(self) -> float:
        """Return the sum of the periods."""
        return float(sum(self.period_lengths))


class ExponentialScheduler(OLMoCore, tag="olmo_core.ExponentialScheduler", frozen=True, kw_only=True):
    """Climb from lr_min to the lr as a power, to find the lr at which the loss grows."""

    formula = "lr_min * (base_lr / lr_min) ** min(t / t_max, 1)"
    shape = "by a constant factor"

    lr_min: Annotated[float, Meta(gt=0, le=1e300, description="First lr.")] = 1e-9


class SequentialScheduler(OLMoCore, tag="olmo_core.SequentialScheduler", frozen=True, kw_only=True):
    """Follow schedulers one after the other, each from the last lr of the one before."""

    formula = "schedulers[i](t - schedulers_max[0] - … - schedulers_max[i - 1])"
    changes = "in phases"
    shape = "as its schedulers do"
    members = "schedulers"
    tips = ("The last step of a part still belongs to it.",)
    example = {
        "schedulers": [{"type": "olmo_core.LinearWithWarmup"}, {"type": "olmo_core.CosWithWarmup"}],
        "schedulers_max": [40],
    }

    schedulers: Members
    schedulers_max: Annotated[tuple[Positive, ...], Meta(description="Steps of each but the last.")]

    def problems(self) -> list[Problem]:
        """Return members of another kind, and lengths that are not one fewer."""
        return [
            *super().problems(),
            *self.problems_of_lengths("schedulers_max", "give a length for each scheduler but the last"),
            *self.problems_of_members(OLMoCore, "its members are schedulers of OLMo-core"),
        ]

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr of the active scheduler."""
        lr, start, first = full(t, self.base_lr), 0.0, self.base_lr
        lengths = [*map(float, self.schedulers_max), max(run.of(self.t_max) - sum(self.schedulers_max), 1.0)]
        for member, length in zip(self.schedulers, lengths, strict=True):
            part = member.replaced(base_lr=first, t_max=length)
            end: Any = length
            lr = where(t > start, part.rate(t - start, run), lr)
            first, start = float(part.rate(end, run)), start + length
        return lr


class SchedulerStage(OLMoCore, tag="olmo_core.SchedulerStage", frozen=True, kw_only=True):
    """Go from one lr to another in duration steps, as a stage of a ComposableScheduler."""

    formula = "last + (first - last) * left"
    where = {
        "first": "base_lr * start_lr_fraction if start_lr_fraction is not None else "
        "base_lr if start_lr is None else start_lr",
        "last": "base_lr * end_lr_fraction if end_lr_fraction is not None else first if end_lr is None else end_lr",
        "x": "min(t, duration) / duration",
        "left": "(1 + cos(pi * x)) / 2 if shape == 'cosine' else 1 - x",
    }
    shape = "linearly, or along a cosine"
    length_parameter = ""
    refuses = {
        "start_lr is not None and start_lr_fraction is not None": "give start_lr or start_lr_fraction, not both",
        "end_lr is not None and end_lr_fraction is not None": "give end_lr or end_lr_fraction, not both",
    }
    example = {"duration": 50, "end_lr_fraction": 0.1}

    duration: Annotated[Positive, Meta(description="How many steps it takes.")]
    form: Annotated[Literal["linear", "cosine"], Meta(description="How it goes.")] = msgspec.field(
        default="linear", name="shape"
    )
    start_lr: Annotated[Lr | None, Meta(description="First lr; the last of the stage before if not given.")] = None
    start_lr_fraction: Annotated[Fraction | None, Meta(description="The same as a share of the lr.")] = None
    end_lr: Annotated[Lr | None, Meta(description="Last lr; the first if not given.")] = None
    end_lr_fraction: Annotated[Fraction | None, Meta(description="The same as a share of the lr.")] = None
    start: Annotated[Count | None, Meta(description="When it takes over from the stages, as override_decay.")] = None

    def after(self, lr: float, base: float) -> SchedulerStage:
        """Return the same stage for an optimizer's lr; without a start_lr it starts from the current lr."""
        has_start = self.start_lr is not None or self.start_lr_fraction is not None
        return self.replaced(base_lr=base, **({} if has_start else {"start_lr": lr}))


class ComposableScheduler(OLMoCore, tag="olmo_core.ComposableScheduler", frozen=True, kw_only=True):
    """Go through stages, each from the last lr of the one before; override_decay takes over when it starts."""

    formula = "stages[i](t - the durations before)"
    changes = "in phases"
    shape = "as its stages do"
    members = "stages"
    member_type = "olmo_core.SchedulerStage"
    one_more = "override_decay"
    length_parameter = ""
    tips = ("It ignores t_max: after the last stage the lr stays as it is.",)
    example = {
        "stages": [
            {"duration": 20, "start_lr": 0.0, "end_lr_fraction": 1.0},
            {"duration": 60, "shape": "cosine", "end_lr_fraction": 0.1},
        ]
    }

    stages: Members

    def problems(self) -> list[Problem]:
        """Return members of another kind, and a second stage that takes over."""
        found = super().problems()
        wrong = self.problems_of_members(SchedulerStage, "its stages have a duration, a shape and lrs")
        if self.stages and wrong:
            return found + wrong
        if sum(one.start is not None for one in self.stages) > 1:
            found.append(Problem(message="one stage at most takes over", path=("stages",)))
        return found

    def own_length(self) -> float:
        """Return the sum of the durations."""
        return float(sum(stage.duration for stage in self.stages if stage.start is None))

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr of the active stage, or of the stage that has taken over."""
        lr = self._in_stages(t, run)
        for stage in (one for one in self.stages if one.start is not None):
            taken = stage.after(float(self._in_stages(array(float(stage.start)), run)), self.base_lr)
            lr = where(t > stage.start, taken.rate(maximum(t - stage.start, 0.0), run), lr)
        return lr

    def _in_stages(self, t: Array, run: Run) -> Array:
        lr, start, last = full(t, self.base_lr), 0.0, self.base_lr
        for stage in (one for one in self.stages if one.start is None):
            part = stage.after(last, self.base_lr)
            lr = where(t > start, part.rate(maximum(t - start, 0.0), run), lr)
            start, last = start + stage.duration, float(part.rate(array(float(stage.duration)), run))
        return lr
