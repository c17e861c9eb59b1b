"""Triangular cycles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.breakpoints import Every
from lrcli.run import Length
from lrcli.schedules.base import Factor, FloorLr, PeakLr, Schedule

if TYPE_CHECKING:
    from lrcli.breakpoints import Breakpoints
    from lrcli.run import Run


class Cyclic(Schedule, tag="cyclic", frozen=True, kw_only=True):
    """Climb and fall in straight lines between two learning rates, again and again.

    With the cycle c = 1 + ⌊t/(up + down)⌋ and h climbing from 0 to 1 in up = step_size_up and falling back in
    down = step_size_down:
    lr(t) = min_lr + (max_lr − min_lr) · h · s, where s, by the mode, is 1 (triangular), 2^−(c−1)
    (triangular2) or gamma^t (exp_range).
    """

    formula = "min_lr + (max_lr - min_lr) * (h * s)"
    where = {
        "up": "step_size_up",
        "down": "step_size_down",
        "turns": "1 + t / (up + down)",
        "c": "floor(turns)",
        "x": "turns - c",
        "top": "up / (up + down)",
        "h": "min(x / top, (x - 1) / (top - 1))",
        "s": "1 if mode == 'triangular' else 2.0 ** (1 - c) if mode == 'triangular2' else gamma ** t",
    }
    changes = "in cycles"
    shape = "linearly"
    use = "When the best rate is not known: it visits all of them. The bounds come from an LR range test."
    tips = (
        "Take min_lr where the loss of a range test begins to fall and max_lr where it begins to rise.",
        "Smith advises half-cycles (step_size_up) of 2 to 10 epochs; end the run at the end of a cycle.",
        "triangular2 halves the height each cycle and needs no other decay.",
    )
    sources = ("Smith, arXiv:1506.01186", "torch.optim.lr_scheduler.CyclicLR")

    min_lr: FloorLr = 0.001
    max_lr: PeakLr = 0.1
    step_size_up: Annotated[Length, Meta(description="Time of the climb.")] = "10%"
    step_size_down: Annotated[
        Length | None, Meta(description="Time of the fall (as long as the climb).", extra={"otherwise": "step_size_up"})
    ] = None
    mode: Annotated[
        Literal["triangular", "triangular2", "exp_range"], Meta(description="What becomes of the height.")
    ] = "triangular"
    gamma: Annotated[Factor, Meta(description="Factor of the height per step, in mode exp_range.")] = 0.99

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the corners of the triangles, and where gamma^t overtakes the climb: those are not derived."""
        if self.mode != "exp_range" or self.gamma == 1:
            return super().breakpoints(run)
        up = run.of(self.step_size_up)
        whole = up + (up if self.step_size_down is None else run.of(self.step_size_down))
        top = min(up, -1 / math.log(self.gamma))
        return tuple(Every(whole, offset) for offset in (0.0, top, up))
