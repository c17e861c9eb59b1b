"""The sweep of an LR range test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.breakpoints import At
from lrcli.schedules import form
from lrcli.schedules.base import PeakLr, Schedule

if TYPE_CHECKING:
    from lrcli.breakpoints import Breakpoints
    from lrcli.run import Run


class RangeTest(Schedule, tag="range-test", frozen=True, kw_only=True):
    """Sweep the learning rate from very small to very large, as an LR finder does.

    By the mode, lr(t) = min_lr · (max_lr/min_lr)^x (exponential) or min_lr + (max_lr − min_lr) · x (linear), with
    x = t/(T − 1) and T the length of the run: the first step is at min_lr, the last at max_lr, as in torch-lr-finder.
    """

    formula = "min_lr + (max_lr - min_lr) * x if mode == 'linear' else min_lr ** (1 - x) * max_lr ** x"
    where = {"x": "min(t / last, 1)", "last": "max(span - point, point)"}
    changes = "at every step"
    shape = "upwards, exponentially or linearly"
    use = "Before a run: train for some hundred steps with it, log lr and loss, and let lrcli find read off the peak."
    tips = (
        "Sweep exponentially to find the order of magnitude, linearly to find bounds for cyclic and one-cycle.",
        "100 to 1000 steps are enough: lrcli plot range-test --steps 200 --log.",
        "lrcli code range-test --steps 200 --to torch writes the loop that records; lrcli find range.csv reads it.",
    )
    sources = ("Smith, arXiv:1506.01186", "torch-lr-finder", "fastai Learner.lr_find")

    min_lr: Annotated[float, Meta(gt=0, le=1e300, description="Learning rate of the first step.")] = 1e-6
    max_lr: PeakLr = 1.0
    mode: Annotated[Literal["exponential", "linear"], Meta(description="How it climbs.")] = "exponential"

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the end of the sweep: of a rising and a falling power it is not derived."""
        return (At((form.value(self, run, "last"),)),)
