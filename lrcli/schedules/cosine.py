"""Cosine annealing, once or with warm restarts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.breakpoints import Growing
from lrcli.run import Length
from lrcli.schedules.base import Factor, FloorLr, KDecay, PeakLr, Schedule

if TYPE_CHECKING:
    from lrcli.breakpoints import Breakpoints
    from lrcli.run import Run


class Cosine(Schedule, tag="cosine", frozen=True, kw_only=True):
    """Fall along half a cosine wave, then hold.

    lr(t) = min_lr + (max_lr − min_lr) · ((1 + cos(π·(min(t, L)/L)^k))/2)^e, with L = cycle_length, k = k_decay and
    e = exponent. With both at 1, as they are by default, it is half a cosine wave. It reaches min_lr at t = L.
    """

    formula = (
        "min_lr + (max_lr - min_lr) * 0.5 * wave if exponent == 1 else "
        "min_lr + (max_lr - min_lr) * (0.5 * wave) ** exponent"
    )
    where = {
        "L": "cycle_length",
        "angle": "pi * min(t, L) / L if k_decay == 1 else pi * (min(t, L) / L) ** k_decay",
        "wave": "1 + cos(angle)",
    }
    changes = "at every step"
    shape = "along a cosine"
    use = "The default of most modern recipes, from ResNets to language models; give it a warmup."
    tips = (
        "Longer cycles usually work better than more cycles, if the run is as long as the cycle.",
        "Let cycle_length be the length of the run: a cosine that is cut off leaves the rate high.",
        "For language models end at a tenth of the peak (min_lr), not at zero, if you will train on.",
    )
    sources = (
        "SGDR, arXiv:1608.03983",
        "torch.optim.lr_scheduler.CosineAnnealingLR",
        "k-decay, arXiv:2004.05909 (timm)",
        "optax.cosine_decay_schedule (exponent)",
    )

    max_lr: PeakLr = 0.1
    min_lr: FloorLr = 0.0
    cycle_length: Annotated[Length | None, Meta(description="When min_lr is reached (the end of the run).")] = None
    k_decay: KDecay = 1.0
    exponent: Annotated[float, Meta(gt=0, le=1e300, description="Power of the wave; 2 falls sooner.")] = 1.0


class CosineRestarts(Schedule, tag="cosine-restarts", frozen=True, kw_only=True):
    """Fall along half a cosine wave, start again at the top, and so on.

    In cycle i = 0, 1, …, which is L_i = cycle_length · cycle_mult^i long and has the peak
    max_i = max_lr · cycle_decay^i:  lr(t) = min_lr + (max_i − min_lr)(1 + cos(π·t_cur/L_i))/2, with t_cur the time
    since the restart. The peak never goes below min_lr.
    """

    formula = "min_lr + height * 0.5 * (1 + cos(pi * t_cur / L))"
    where = {
        "i": "floor(t / cycle_length) if cycle_mult == 1 else cycle_number(t, cycle_length, cycle_mult)",
        "L": "cycle_length if cycle_mult == 1 else cycle_length * cycle_mult ** i",
        "begin": "cycle_length * (i if cycle_mult == 1 else (cycle_mult ** i - 1) / (cycle_mult - 1))",
        "t_cur": "min(max(t - begin, 0), L)",
        "height": "max_lr - min_lr if cycle_decay == 1 else max(max_lr * cycle_decay ** i - min_lr, 0)",
    }
    changes = "in cycles"
    shape = "along a cosine"
    use = "Snapshot ensembles, runs that may be stopped at the end of any cycle, and plain SGD on small images."
    tips = (
        "Longer cycles usually work better: cycle_mult=2 makes each twice as long as the one before.",
        "Restarts often beat one plain cosine of the same length at the end of a cycle; in mid-cycle they lose.",
        "Stop at the end of a cycle: 10, 30, 70, 150 … for cycle_length=10 and cycle_mult=2.",
    )
    sources = ("SGDR, arXiv:1608.03983", "torch.optim.lr_scheduler.CosineAnnealingWarmRestarts")

    max_lr: PeakLr = 0.1
    min_lr: FloorLr = 0.0
    cycle_length: Annotated[Length, Meta(description="Length of the first cycle.")] = "25%"
    cycle_mult: Annotated[float, Meta(ge=1, le=1e6, description="How much longer each cycle is than the last.")] = 1.0
    cycle_decay: Annotated[Factor, Meta(description="Factor of the peak from one cycle to the next.")] = 1.0

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the restarts, which are not derived the formula if each cycle is longer than the one before."""
        first = run.of(self.cycle_length)
        return super().breakpoints(run) if self.cycle_mult == 1 else (Growing(first, self.cycle_mult),)
