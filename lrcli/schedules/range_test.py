"""The sweep of an LR range test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.knots import marks
from lrcli.numeric import minimum
from lrcli.schedules.base import PeakLr, Schedule

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run


class RangeTest(Schedule, tag="range-test", frozen=True, kw_only=True):
    """Sweep the learning rate from very small to very large, as an LR finder does.

    By the mode, lr(t) = min_lr · (max_lr/min_lr)^x (exponential) or min_lr + (max_lr − min_lr) · x (linear), with
    x = t/(T − 1) and T the length of the run: the first step is at min_lr, the last at max_lr, as in torch-lr-finder.
    """

    formula = "min_lr · (max_lr / min_lr)^(t / (T − 1)),  or min_lr + (max_lr − min_lr) · t / (T − 1)"
    changes = "at every step"
    shape = "upwards, exponentially or linearly"
    use = "Before a run: train for some hundred steps with it, log lr and loss, and let lrcli find read off the peak."
    tips = (
        "Sweep exponentially to find the order of magnitude, linearly to find bounds for cyclic and one-cycle.",
        "100 to 1000 steps are enough: lrcli plot range-test --steps 200 --log.",
        "lrcli code range-test --steps 200 --to torch writes the loop that records; lrcli find range.csv reads it.",
    )
    sources = ("Smith, arXiv:1506.01186", "torch-lr-finder", "fastai Learner.lr_find")
    elsewhere = {
        "torch": "torch-lr-finder range_test(start_lr=min_lr, end_lr=max_lr, num_iter=T, step_mode=mode)",
        "Lightning": "Tuner.lr_find(min_lr, max_lr, num_training=T, mode): one step ahead of this clock",
        "fastai": "lr_find(start_lr=min_lr, end_lr=max_lr, num_it=T)",
        "DeepSpeed": "LRRangeTest, linear",
    }
    also = {"start_lr": "min_lr", "end_lr": "max_lr", "step_mode": "mode"}

    min_lr: Annotated[float, Meta(gt=0, le=1e300, description="Learning rate of the first step.")] = 1e-6
    max_lr: PeakLr = 1.0
    mode: Annotated[Literal["exponential", "linear"], Meta(description="How it climbs.")] = "exponential"

    def lr(self, t: Array, run: Run) -> Array:
        """Return the sweep's value at t."""
        x = minimum(t / max(run.span - 1, 1.0), 1.0)
        if self.mode == "linear":
            return self.min_lr + (self.max_lr - self.min_lr) * x
        return self.min_lr ** (1 - x) * self.max_lr**x

    def knots(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return the end of the sweep."""
        return marks(max(run.span - 1, 1.0))
