"""A straight line."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from lrcli.run import Length
from lrcli.schedules.base import AnyLr, Schedule


class Linear(Schedule, tag="linear", frozen=True, kw_only=True):
    """Go in a straight line from one learning rate to another, then hold.

    lr(t) = start_lr + (end_lr − start_lr) · min(t, L)/L, with L = length. It reaches end_lr at t = L.
    """

    formula = "line(min(t, L), L, start_lr, end_lr)"
    where = {"L": "length"}
    changes = "at every step"
    shape = "linearly"
    use = "The parts of a sequence (a ramp up, a cool-down), and linear decay: linear:start_lr=0.1,end_lr=0."
    tips = (
        "By default it climbs, as the first part of a sequence; swap start_lr and end_lr for a decay.",
        "Linear decay to zero is a strong default for fine-tuning, with a warmup of 3 to 10 %.",
    )
    sources = ("torch.optim.lr_scheduler.LinearLR", "BERT, arXiv:1810.04805")
    elsewhere = {
        "torch": "LinearLR(start_factor=start_lr/lr, end_factor=end_lr/lr, total_iters=length)",
        "transformers": "linear: warmup and a line to 0",
        "timm": "sched='poly' with decay_rate=1",
        "Keras": "PolynomialDecay(start_lr, length, end_lr, power=1)",
        "Optax": "linear_schedule(start_lr, end_lr, length)",
        "MXNet": "PolyScheduler(length, base_lr=start_lr, final_lr=end_lr, pwr=1)",
    }
    peak = "end_lr"
    also = {
        "total_iters": "length",
        "transition_steps": "length",
        "init_value": "start_lr",
        "end_value": "end_lr",
    }

    start_lr: Annotated[AnyLr, Meta(description="Learning rate at t = 0.")] = 0.0
    end_lr: Annotated[AnyLr, Meta(description="Learning rate from t = length on.")] = 0.1
    length: Annotated[Length | None, Meta(description="How long the line is (the rest of the run).")] = None

    def peak_scaled(self, factor: float) -> Linear:
        """Return the same line with its higher end so many times as high."""
        if self.start_lr > self.end_lr:
            return self.replaced(start_lr=self.start_lr * factor)
        return self.replaced(end_lr=self.end_lr * factor)
