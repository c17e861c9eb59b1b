"""torchtitan: a warm-up, a stable phase and a decay, as factors of the optimizer's lr."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from lrcli.frameworks.scheduler import OnOptimizer, Share, Steps, StepsOrZero


class LRSchedulersContainer(OnOptimizer, tag="torchtitan.LRSchedulersContainer", frozen=True, kw_only=True):
    """Climb in a straight line, stay, and fall in one of three shapes to min_lr_factor."""

    home = "torchtitan.components.lr_scheduler"
    version = "0.3.0"
    counts = "steps"
    formula = (
        "base_lr * where(t < w, (t + 1) / (w or 1), where(t < start, 1, min_lr_factor + (1 - min_lr_factor) * fall))"
    )
    where = {
        "total": "training_steps if total_steps is None else total_steps",
        "w": "min(warmup_steps, total)",
        "decay": "total - w if decay_ratio is None else min(round(total * decay_ratio), total - w)",
        "start": "total + 1 - decay",
        "p": "min(max(t + 1 - start, 0) / max(decay, 1), 1)",
        "fall": "1 - p if decay_type == 'linear' else 1 - sqrt(p) if decay_type == 'sqrt' else (1 + cos(pi * p)) / 2",
    }
    changes = "in phases"
    shape = "as decay_type says"
    length_parameter = "training_steps"
    warmup_parameter = "warmup_steps"
    not_arguments = frozenset({"base_lr", "training_steps"})
    tips = (
        "The warm-up has no step at lr 0, and the decay ends one step after the run: min_lr_factor is never reached.",
    )

    training_steps: Annotated[Steps | None, Meta(description="Length of the run.")] = None
    warmup_steps: Annotated[StepsOrZero, Meta(description="Length of the warm-up.")] = 200.0
    total_steps: Annotated[
        Annotated[int, Meta(ge=1, le=10**15)] | None, Meta(description="Length of the schedule, if not of the run.")
    ] = None
    decay_ratio: Annotated[Share | None, Meta(description="Share of the steps that decay; all after the warm-up.")] = (
        None
    )
    decay_type: Annotated[Literal["linear", "sqrt", "cosine"], Meta(description="Shape of the decay.")] = "linear"
    min_lr_factor: Annotated[Share, Meta(description="Lowest lr, as a share of the optimizer's.")] = 0.0
