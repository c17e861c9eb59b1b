"""MXNet: `mx.lr_scheduler`, whose updates count from 1."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from lrcli.frameworks.scheduler import Lr, Positive, Real, Scheduler, Steps, StepsOrZero

Factor = Annotated[float, Meta(ge=0, le=1, description="Factor of the lr at each step.")]


class MXNet(Scheduler, frozen=True, kw_only=True):
    """A scheduler of MXNet, with its warm-up."""

    home = "mxnet.lr_scheduler"
    version = "1.9.1"
    counts = "steps"
    clock = "t + 1"
    peak = "base_lr"
    warmup_parameter = "warmup_steps"
    formula = "where(t < warmup_steps, climb, after)"
    where = {
        "climb": "line(t, warmup_steps or 1, warmup_begin_lr, base_lr) if warmup_mode == 'linear' else warmup_begin_lr",
    }
    refuses = {"warmup_begin_lr > base_lr": "warmup_begin_lr must not be above base_lr"}

    base_lr: Annotated[Lr, Meta(description="Highest lr.")] = 0.01
    warmup_steps: Annotated[StepsOrZero, Meta(description="Length of the warm-up.")] = 0.0
    warmup_begin_lr: Annotated[Lr, Meta(description="Lr at which the warm-up begins.")] = 0.0
    warmup_mode: Annotated[Literal["linear", "constant"], Meta(description="Shape of the warm-up.")] = "linear"


class Cutting(MXNet, frozen=True, kw_only=True):
    """A scheduler that cuts the lr, of which the optimizer may overwrite the base_lr."""

    shape = "by a constant factor"

    optimizer_learning_rate: Annotated[
        Lr | None,
        Meta(description="learning_rate of the optimizer, which overwrites base_lr but for the warm-up."),
    ] = None


class FactorScheduler(Cutting, tag="mxnet.FactorScheduler", frozen=True, kw_only=True):
    """Multiply the lr by factor after every step updates, and stop at stop_factor_lr."""

    changes = "at fixed intervals"
    where = MXNet.where | {
        "top": "base_lr if optimizer_learning_rate is None else optimizer_learning_rate",
        "after": "max(top * factor ** floor((t - 1) / step), min(stop_factor_lr, top))",
    }
    same = """
        step: max_lr=base_lr, step_size=step, gamma=factor
            | warmup_steps == 0, optimizer_learning_rate == None, stop_factor_lr <= 1e-8
    """
    tips = (
        "The steps are counted from the start, not from the end of the warm-up: a long warm-up ends several cuts low.",
    )
    example = {"step": 30, "factor": 0.1}

    step: Annotated[Positive, Meta(description="Updates from one cut to the next.")]
    factor: Factor = 1.0
    stop_factor_lr: Annotated[Lr, Meta(description="Lowest lr.")] = 1e-8


class MultiFactorScheduler(Cutting, tag="mxnet.MultiFactorScheduler", frozen=True, kw_only=True):
    """Multiply the lr by factor at each of some updates."""

    where = MXNet.where | {
        "top": "base_lr if optimizer_learning_rate is None else optimizer_learning_rate",
        "after": "top * factor ** count(t - 1, step)",
    }
    changes = "at chosen times"
    same = """
        multistep: max_lr=base_lr, milestones=step, gamma=factor
            | warmup_steps == 0, optimizer_learning_rate == None
    """
    refuses = MXNet.refuses | {"list(step) != sorted(set(step))": "step must ascend: {step}"}
    example = {"step": (30, 60), "factor": 0.1}

    step: Annotated[tuple[Positive, ...], Meta(description="Updates at which it is cut, counted from 0.")]
    factor: Factor = 1.0


class Falling(MXNet, frozen=True, kw_only=True):
    """A scheduler that falls to final_lr until max_update, the warm-up included."""

    length_parameter = "max_update"
    where = MXNet.where | {"q": "(min(t, max_update) - warmup_steps) / (max_update - warmup_steps)"}
    refuses = MXNet.refuses | {"max_update <= warmup_steps": "max_update must be above warmup_steps"}

    max_update: Annotated[Steps | None, Meta(description="Length of the whole, warm-up included.")] = None
    final_lr: Annotated[Real, Meta(description="Lr at max_update.")] = 0.0


class PolyScheduler(Falling, tag="mxnet.PolyScheduler", frozen=True, kw_only=True):
    """Fall as a power of the time left."""

    where = Falling.where | {"after": "final_lr + (base_lr - final_lr) * (1 - max(q, 0)) ** pwr"}
    shape = "as a power of the time left"
    tips = ("After max_update the lr holds its last value, though the documentation says 0.",)

    pwr: Annotated[float, Meta(ge=0, le=1e6, description="Power of the time left.")] = 2.0


class CosineScheduler(Falling, tag="mxnet.CosineScheduler", frozen=True, kw_only=True):
    """Fall along half a cosine."""

    where = Falling.where | {"after": "final_lr + (base_lr - final_lr) * (1 + cos(pi * max(q, 0))) / 2"}
    shape = "along a cosine"
