"""One learning rate for the whole run."""

from __future__ import annotations

from lrcli.schedules.base import PeakLr, Schedule


class Constant(Schedule, tag="constant", frozen=True, kw_only=True):
    """Keep one learning rate.

    lr(t) = max_lr
    """

    formula = "max_lr"
    changes = "never"
    shape = "constant"
    use = "A baseline for every other schedule, and short fine-tuning runs; with a warmup, adapters (LoRA)."
    tips = (
        "If a decaying schedule does not beat constant at the same peak, the peak is too low.",
        "Give it a warmup when the optimizer is Adam and the batch is large.",
        "Schedule-free optimizers (arXiv:2405.15682) take a constant lr after a warm-up: constant:warmup=5%.",
    )
    sources = ("torch.optim.lr_scheduler.ConstantLR with factor 1", "transformers.get_constant_schedule")

    max_lr: PeakLr = 0.1
