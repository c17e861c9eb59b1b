"""REX: slowly at first, and fast at the end."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from lrcli.run import Length
from lrcli.schedules.base import FloorLr, PeakLr, Schedule


class Rex(Schedule, tag="rex", frozen=True, kw_only=True):
    """Fall slowly at first and fast at the end, then hold.

    lr(t) = min_lr + (max_lr − min_lr) · z / (1 − c + c·z), with z = 1 − min(t, L)/L the share of the time that is left,
    L = length and c = curvature. It reaches min_lr at t = L.
    """

    formula = "min_lr + (max_lr - min_lr) * z / (1 - curvature + curvature * z)"
    where = {"L": "length", "z": "(L - min(t, L)) / L"}
    changes = "at every step"
    shape = "as a reciprocal"
    use = "Runs with a small budget of epochs, and fine-tuning: it stays higher than a line for most of the run."
    tips = (
        "curvature=0.5 is REX as published, and pytorch_optimizer's; axolotl's RexLR has 0.9.",
        "Most of the fall is at the end: do not stop early.",
    )
    sources = ("Chen, Wolfe & Kyrillidis, arXiv:2107.04197", "pytorch_optimizer.REXScheduler", "axolotl RexLR")

    max_lr: PeakLr = 0.1
    min_lr: FloorLr = 0.0
    curvature: Annotated[float, Meta(ge=0, lt=1, description="How late it falls; 0 is a straight line.")] = 0.5
    length: Annotated[Length | None, Meta(description="When min_lr is reached (the end of the run).")] = None
