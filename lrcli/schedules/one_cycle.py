"""The one-cycle policy."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.knots import marks
from lrcli.numeric import cos, minimum, pi, piecewise
from lrcli.problems import Problem
from lrcli.schedules.base import PeakLr, Schedule

if TYPE_CHECKING:
    from collections.abc import Callable

    from lrcli.numeric import Array
    from lrcli.run import Run


class OneCycle(Schedule, tag="one-cycle", frozen=True, kw_only=True):
    """Climb to the peak, then fall far below where it began, in one cycle as long as the run.

    With T the length of the run it climbs from lo = max_lr/div_factor to max_lr at t = pct_start·T − 1 and falls to
    lo/final_div_factor at t = T − 1, the last one: the clock of torch, Paddle and mmengine. With three_phase it is
    back at lo at t = 2·pct_start·T − 2 before it falls on. From a to b each phase goes along
    b + (a − b)(1 + cos πq)/2 (anneal=cos) or a + (b − a)·q (linear), with q from 0 to 1.
    """

    formula = "max_lr/div_factor ↗ max_lr at pct_start·T − 1 ↘ max_lr/div_factor/final_div_factor at T − 1"
    changes = "in phases"
    shape = "along a cosine or linearly"
    use = "Super-convergence: short runs at a peak 3 to 10 times higher than other schedules stand."
    tips = (
        "Take max_lr from an LR range test, just below where the loss begins to rise.",
        "It is made for the length of the run and has to be stepped at every batch: use --steps or --per-step.",
        "Lower the other regularisation: the high rate is one.",
    )
    sources = ("Smith & Topin, arXiv:1708.07120", "torch.optim.lr_scheduler.OneCycleLR")
    elsewhere = {
        "torch": "OneCycleLR(max_lr, total_steps=T, pct_start, anneal_strategy=anneal, div_factor, final_div_factor)",
        "Paddle": "OneCycleLR(max_lr, total_steps, div_factor, end_learning_rate=max_lr/div_factor/final_div_factor)",
        "Optax": "cosine_onecycle_schedule(T, max_lr, pct_start, div_factor, final_div_factor): peak at int(pct·T)",
    }
    also = {"lr": "max_lr", "anneal_strategy": "anneal", "eta_max": "max_lr", "divide_factor": "div_factor"}

    max_lr: PeakLr = 0.1
    div_factor: Annotated[float, Meta(ge=1, le=1e12, description="Peak over first learning rate.")] = 25.0
    final_div_factor: Annotated[float, Meta(ge=1, le=1e12, description="First over last learning rate.")] = 1e4
    pct_start: Annotated[float, Meta(gt=0, lt=1, description="Share of the run that climbs.")] = 0.3
    anneal: Annotated[Literal["cos", "linear"], Meta(description="Shape of the phases.")] = "cos"
    three_phase: Annotated[bool, Meta(description="Fall as long as it climbed, then fall on to the end.")] = False

    def lr(self, t: Array, run: Run) -> Array:
        """Return the value at t in the phase that t is in."""
        corners = self._corners(run)
        times = [time for time, _ in corners]
        phases = [self._phase(*pair) for pair in pairwise(corners)]
        return piecewise(minimum(t, times[-1]), times[:-1], phases)

    def knots(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return the ends of the phases."""
        return marks(*(time for time, _ in self._corners(run)))

    def problems(self) -> list[Problem]:
        """Refuse three phases that do not fit into the run."""
        found = super().problems()
        if self.three_phase and self.pct_start > 0.5:
            message = f"pct_start must be ≤ 0.5 with three_phase (climb and fall take it twice), not {self.pct_start:g}"
            found.append(Problem(message=message, path=("pct_start",)))
        return found

    def _corners(self, run: Run) -> list[tuple[float, float]]:
        """Return (t, lr) where the phases meet."""
        total, first = run.span, self.max_lr / self.div_factor
        peak = max(self.pct_start * total - 1, 0.0)
        corners = [(0.0, first), (peak, self.max_lr)]
        if self.three_phase:
            corners.append((max(2 * self.pct_start * total - 2, peak), first))
        return [*corners, (max(total - 1, corners[-1][0]), first / self.final_div_factor)]

    def _phase(self, begin: tuple[float, float], end: tuple[float, float]) -> Callable[[Array], Array]:
        (t0, a), (t1, b) = begin, end

        def phase(t: Array) -> Array:
            q = minimum(t / (t1 - t0), 1.0) if t1 > t0 else t * 0
            return b + (a - b) * (0.5 * (1 + cos(pi * q))) if self.anneal == "cos" else a + (b - a) * q

        return phase
