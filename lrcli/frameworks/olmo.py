"""OLMo: schedulers that are asked with the step counted from 1."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from lrcli.frameworks.scheduler import Lr, OnOptimizer, Share, Steps, StepsOrZero

Warmup = Annotated[StepsOrZero, Meta(description="Length of the warm-up.")]
WarmupLr = Annotated[Lr | None, Meta(description="Lr at which the warm-up begins; a tenth of the lr if not given.")]


class OLMo(OnOptimizer, frozen=True, kw_only=True):
    """A scheduler of OLMo."""

    home = "olmo.optim"
    version = "git 59a53e3f68e5"
    counts = "steps"
    clock = "t + 1"
    takes_optimizer = False


class WarmedUp(OLMo, frozen=True, kw_only=True):
    """A scheduler with a linear warm-up."""

    changes = "in phases"
    warmup_parameter = "warmup_steps"
    formula = "where(t < w, climb, after)"
    where = {
        "w": "warmup_steps",
        "low": "base_lr / 10 if warmup_min_lr is None else warmup_min_lr",
        "climb": "low + (base_lr - low) * min(t, w) / (w or 1)",
    }
    tips = ("The warm-up begins at a tenth of the lr, not at 0, unless warmup_min_lr is given.",)

    warmup_steps: Warmup = 2000.0
    warmup_min_lr: WarmupLr = None


class Falling(WarmedUp, frozen=True, kw_only=True):
    """A scheduler that falls to the share alpha_f of the lr at t_max."""

    length_parameter = "t_max"
    where = WarmedUp.where | {
        "E": "base_lr * alpha_f",
        "q": "min(max((t - w) / (t_max - w), 0), 1)",
        "after": "where(t >= t_max, E, fall)",
    }

    alpha_f: Annotated[Share, Meta(description="Lowest lr, as a share of the lr.")] = 0.1
    t_max: Annotated[Steps | None, Meta(description="Length of the whole, warm-up included.")] = None


class CosWithWarmup(Falling, tag="olmo.CosWithWarmup", frozen=True, kw_only=True):
    """Climb, then fall along half a cosine."""

    where = Falling.where | {"fall": "E + (base_lr - E) * (1 + cos(pi * q)) / 2"}
    shape = "along a cosine"


class LinearWithWarmup(Falling, tag="olmo.LinearWithWarmup", frozen=True, kw_only=True):
    """Climb, then fall in a straight line."""

    where = Falling.where | {"fall": "base_lr - (base_lr - E) * q"}
    shape = "linearly"


class CosLinearEnvelope(Falling, tag="olmo.CosLinearEnvelope", frozen=True, kw_only=True):
    """Climb, then fall along half a cosine times a straight line."""

    where = Falling.where | {"fall": "E + (base_lr - E) * (1 - q) * (1 + cos(pi * q)) / 2"}
    shape = "along a cosine times a line"


class InvSqrtWithWarmup(WarmedUp, tag="olmo.InvSqrtWithWarmup", frozen=True, kw_only=True):
    """Climb, then fall as one over the square root of the step."""

    where = WarmedUp.where | {"after": "base_lr * sqrt(w / max(w, t))"}
    shape = "as 1/√t"


class ConstantScheduler(OLMo, tag="olmo.ConstantScheduler", frozen=True, kw_only=True):
    """Keep the lr."""

    formula = "base_lr"
    changes = "never"
    shape = "not at all"
    same = "constant: max_lr=base_lr"


class ConstantWithWarmupScheduler(WarmedUp, tag="olmo.ConstantWithWarmupScheduler", frozen=True, kw_only=True):
    """Climb, and stay."""

    where = WarmedUp.where | {"after": "base_lr"}
    shape = "linearly"
