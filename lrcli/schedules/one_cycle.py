"""The one-cycle policy."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from lrcli.schedules.base import PeakLr, Schedule


class OneCycle(Schedule, tag="one-cycle", frozen=True, kw_only=True):
    """Climb to the peak, then fall far below where it began, in one cycle as long as the run.

    With T the length of the run it climbs from lo = max_lr/div_factor to max_lr at t = pct_start·T − 1 and falls to
    lo/final_div_factor at t = T − 1, the last one: the clock of torch, Paddle and mmengine. With three_phase it is
    back at lo at t = 2·pct_start·T − 2 before it falls on. From a to b each phase goes along
    b + (a − b)(1 + cos πq)/2 (anneal=cos) or a + (b − a)·q (linear), with q from 0 to 1.
    """

    formula = "phases(t, times, rates, shape)"
    where = {
        "times": "[0, peak, back, end] if three_phase else [0, peak, end]",
        "rates": "[lo, max_lr, lo, lo / final_div_factor] if three_phase else [lo, max_lr, lo / final_div_factor]",
        "lo": "max_lr / div_factor",
        "peak": "max(pct_start * span - point, 0)",
        "back": "max(2 * pct_start * span - 2 * point, peak)",
        "end": "max(span - point, back if three_phase else peak)",
        "shape": "'cosine' if anneal == 'cos' else 'linear'",
    }
    refuses = {
        "three_phase and pct_start > 0.5": "pct_start must be ≤ 0.5 with three_phase (climb and fall take it twice), "
        "not {pct_start:g}"
    }
    changes = "in phases"
    shape = "along a cosine or linearly"
    use = "Super-convergence: short runs at a peak 3 to 10 times higher than with other schedules."
    tips = (
        "Take max_lr from an LR range test, just below where the loss begins to rise.",
        "It is as long as the run and has to be stepped at every batch: use --steps or --per-step.",
        "Use less of other regularisation: the high rate regularises too.",
    )
    sources = ("Smith & Topin, arXiv:1708.07120", "torch.optim.lr_scheduler.OneCycleLR")

    max_lr: PeakLr = 0.1
    div_factor: Annotated[float, Meta(ge=1, le=1e12, description="Peak over first learning rate.")] = 25.0
    final_div_factor: Annotated[float, Meta(ge=1, le=1e12, description="First over last learning rate.")] = 1e4
    pct_start: Annotated[float, Meta(gt=0, lt=1, description="Share of the run that climbs.")] = 0.3
    anneal: Annotated[Literal["cos", "linear"], Meta(description="Shape of the phases.")] = "cos"
    three_phase: Annotated[bool, Meta(description="Fall as long as it climbed, then fall on to the end.")] = False
