"""Triangular cycles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.knots import joined, multiples
from lrcli.numeric import floor, minimum
from lrcli.run import Length
from lrcli.schedules.base import Factor, FloorLr, PeakLr, Schedule

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run


class Cyclic(Schedule, tag="cyclic", frozen=True, kw_only=True):
    """Climb and fall in straight lines between two learning rates, again and again.

    With the cycle c = 1 + ⌊t/(up + down)⌋ and h climbing from 0 to 1 in up = step_size_up and falling back in
    down = step_size_down:
    lr(t) = min_lr + (max_lr − min_lr) · h · s, where s, by the mode, is 1 (triangular), 2^−(c−1)
    (triangular2) or gamma^t (exp_range).
    """

    formula = "min_lr + (max_lr − min_lr) · h(t) · s,  s = 1, 2^−(c−1) or gamma^t"
    changes = "in cycles"
    shape = "linearly"
    use = "When the best rate is not known: it visits all of them. The bounds come from an LR range test."
    tips = (
        "Take min_lr where the loss of a range test begins to fall and max_lr where it begins to rise.",
        "Smith advises half-cycles (step_size_up) of 2 to 10 epochs; end the run at the end of a cycle.",
        "triangular2 halves the height each cycle and needs no other decay.",
    )
    sources = ("Smith, arXiv:1506.01186", "torch.optim.lr_scheduler.CyclicLR")
    elsewhere = {
        "torch": "CyclicLR(base_lr=min_lr, max_lr, step_size_up, step_size_down, mode, gamma)",
        "Keras": "tfa CyclicalLearningRate(min_lr, max_lr, step_size_up)",
        "Paddle": "CyclicLR(base_learning_rate=min_lr, max_learning_rate=max_lr, step_size_up)",
        "Optax": "join_schedules of linear_schedule",
    }
    also = {"base_lr": "min_lr", "lr": "max_lr", "step_size": "step_size_up", "exp_gamma": "gamma"}

    min_lr: FloorLr = 0.001
    max_lr: PeakLr = 0.1
    step_size_up: Annotated[Length, Meta(description="Time of the climb.")] = "10%"
    step_size_down: Annotated[Length | None, Meta(description="Time of the fall (as long as the climb).")] = None
    mode: Annotated[
        Literal["triangular", "triangular2", "exp_range"], Meta(description="What becomes of the height.")
    ] = "triangular"
    gamma: Annotated[Factor, Meta(description="Factor of the height per step, in mode exp_range.")] = 0.99

    def lr(self, t: Array, run: Run) -> Array:
        """Return the triangle's value at t."""
        up, down = self._sides(run)
        turns = 1 + t / (up + down)
        cycle = floor(turns)
        x = turns - cycle
        turn = up / (up + down)
        height = minimum(x / turn, (x - 1) / (turn - 1))
        return self.min_lr + (self.max_lr - self.min_lr) * self._scaled(height, t, cycle)

    def knots(self, run: Run, edges: Array) -> Array:
        """Return the corners of the triangles, and where gamma^t overtakes the climb."""
        up, down = self._sides(run)
        top = up
        if self.mode == "exp_range" and self.gamma < 1:
            top = min(up, -1 / math.log(self.gamma))
        return joined(*(multiples(up + down, edges, offset) for offset in (0.0, top, up)))

    def _sides(self, run: Run) -> tuple[float, float]:
        up = run.of(self.step_size_up)
        return up, up if self.step_size_down is None else run.of(self.step_size_down)

    def _scaled(self, height: Array, t: Array, cycle: Array) -> Array:
        match self.mode:
            case "triangular":
                return height
            case "triangular2":
                return height * 2.0 ** (1 - cycle)
            case "exp_range":
                return height * self.gamma**t
