"""nanoGPT: `get_lr` of its train.py."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from lrcli.frameworks.scheduler import Lr, Scheduler, Steps, StepsOrZero


class GetLr(Scheduler, tag="nanogpt.get_lr", frozen=True, kw_only=True):
    """Climb in a straight line from learning_rate / (warmup_iters + 1), then fall along half a cosine to min_lr."""

    home = "train"
    version = "git 3adf61e1"
    counts = "steps"
    formula = "where(t < warmup_iters, climb, min_lr + (learning_rate - min_lr) * wave)"
    where = {
        "climb": "learning_rate * (t + 1) / (warmup_iters + 1)",
        "x": "(min(max(t, warmup_iters), lr_decay_iters) - warmup_iters) / (lr_decay_iters - warmup_iters)",
        "wave": "(1 + cos(pi * x)) / 2",
    }
    same = """
        cosine: max_lr=learning_rate, min_lr=min_lr, cycle_length=lr_decay_iters - warmup_iters, warmup=warmup_iters,
            warmup_from=learning_rate / (warmup_iters + 1) | min_lr <= learning_rate, warmup_iters < lr_decay_iters
    """
    changes = "in phases"
    shape = "along a cosine"
    peak = "learning_rate"
    length_parameter = "lr_decay_iters"
    warmup_parameter = "warmup_iters"
    synonyms = {"base_lr": "learning_rate"}
    refuses = {"lr_decay_iters == warmup_iters": "lr_decay_iters is warmup_iters, and get_lr divides by the difference"}
    tips = ("The warm-up has no step at lr 0: it begins at 1 / (warmup_iters + 1) of the peak.",)

    learning_rate: Annotated[Lr, Meta(description="Highest lr.")] = 6e-4
    warmup_iters: Annotated[StepsOrZero, Meta(description="Length of the warm-up.")] = 2000.0
    lr_decay_iters: Annotated[Steps | None, Meta(description="When min_lr is reached, warm-up included.")] = 600000.0
    min_lr: Annotated[Lr, Meta(description="Lowest lr.")] = 6e-5
