"""Megatron-LM: one scheduler, whose steps are samples: each update advances it by the global batch size."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from lrcli.frameworks.scheduler import Lr, Positive, Scheduler

Samples = Annotated[float, Meta(ge=0, le=1e15)]


class OptimizerParamScheduler(Scheduler, tag="megatron.OptimizerParamScheduler", frozen=True, kw_only=True):
    """Climb in a straight line, then decay in one of five styles; every length is in samples."""

    home = "megatron.core.optimizer_param_scheduler"
    version = "0.16.1"
    counts = "steps"
    clock = "t * increment"
    takes_optimizer = True
    not_arguments = frozenset({"increment"})
    formula = "where((t <= W) & (W > 0), line(t, W or 1, init_lr, max_lr), after)"
    where = {
        "W": "lr_warmup_steps",
        "D": "span * increment if lr_decay_steps is None else lr_decay_steps",
        "after": "full(t, max_lr) if lr_decay_style == 'constant' else where(t > D, min_lr, decayed)",
        "decayed": "max(min_lr, max_lr * sqrt(max(W, 1) / max(t, 1))) if style == 'inverse-square-root' else "
        "min_lr + (max_lr - min_lr) * share",
        "style": "lr_decay_style",
        "r": "(t - W) / (D - W)",
        "share": "1 - r if style == 'linear' else (1 + cos(pi * r)) / 2 if style == 'cosine' else stable",
        "A": "D - wsd_decay_steps",
        "stable": "where(t <= A, 1, anneal)",
        "x": "max(t - A, 0) / wsd_decay_steps",
        "wsd": "lr_wsd_decay_style or 'exponential'",
        "anneal": "1 - x if wsd == 'linear' else (1 + cos(pi * x)) / 2 if wsd == 'cosine' else "
        "1 - sqrt(x) if wsd == 'minus_sqrt' else 2 * 0.5**x - 1",
    }
    changes = "in phases"
    shape = "as lr_decay_style says"
    peak = "max_lr"
    warmup_parameter = "lr_warmup_steps"
    refuses = {
        "lr_decay_style == 'WSD' and wsd_decay_steps is None": "WSD needs wsd_decay_steps",
        "lr_decay_steps is not None and lr_warmup_steps >= lr_decay_steps":
            "lr_warmup_steps ({lr_warmup_steps:g}) must be below lr_decay_steps ({lr_decay_steps:g})",
        "min_lr > max_lr": "min_lr ({min_lr:g}) is above max_lr ({max_lr:g})",
    }  # fmt: skip
    tips = (
        "lr_warmup_steps, lr_decay_steps and wsd_decay_steps are samples: updates times the global batch size.",
        "The constant style ignores min_lr; inverse-square-root drops to min_lr after lr_decay_steps.",
    )
    example = {"max_lr": 1e-3}

    init_lr: Annotated[Lr, Meta(description="Lr at which the warm-up begins.")] = 0.0
    max_lr: Annotated[Lr, Meta(description="Highest lr.")]
    min_lr: Annotated[Lr, Meta(description="Lowest lr.")] = 0.0
    lr_warmup_steps: Annotated[Samples, Meta(description="Samples of the warm-up.")] = 0.0
    lr_decay_steps: Annotated[Samples | None, Meta(description="Samples until min_lr; those of the run.")] = None
    lr_decay_style: Annotated[
        Literal["linear", "cosine", "constant", "inverse-square-root", "WSD"], Meta(description="Shape of the decay.")
    ] = "linear"
    wsd_decay_steps: Annotated[Samples | None, Meta(description="Samples of WSD's decay.")] = None
    lr_wsd_decay_style: Annotated[
        Literal["exponential", "linear", "cosine", "minus_sqrt"] | None, Meta(description="Shape of WSD's decay.")
    ] = None
    increment: Annotated[Positive, Meta(description="Samples of an update: the global batch size.")] = 1
