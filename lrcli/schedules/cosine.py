"""Cosine annealing, once or with warm restarts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.knots import marks, multiples, nearby
from lrcli.numeric import cos, floor, log, maximum, minimum, pi, where
from lrcli.run import Length
from lrcli.schedules.base import Factor, FloorLr, PeakLr, Schedule

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run


class Cosine(Schedule, tag="cosine", frozen=True, kw_only=True):
    """Fall along half a cosine wave, then hold.

    lr(t) = min_lr + (max_lr − min_lr)(1 + cos(π·min(t, L)/L))/2, with L = cycle_length. It reaches min_lr at t = L.
    """

    formula = "min_lr + (max_lr − min_lr)(1 + cos(π · min(t, L)/L)) / 2,  L = cycle_length"
    changes = "at every step"
    shape = "along a cosine"
    use = "The default of most modern recipes, from ResNets to language models; give it a warmup."
    tips = (
        "Longer cycles usually work better than more cycles, if the run is as long as the cycle.",
        "Let cycle_length be the length of the run: a cosine that is cut off leaves the rate high.",
        "For language models end at a tenth of the peak (min_lr), not at zero, if you will train on.",
    )
    sources = ("SGDR, arXiv:1608.03983", "torch.optim.lr_scheduler.CosineAnnealingLR")
    elsewhere = {
        "torch": "CosineAnnealingLR(T_max=cycle_length, eta_min=min_lr): rises again after T_max",
        "transformers": "cosine; cosine_with_min_lr: min_lr",
        "timm": "CosineLRScheduler(t_initial=cycle_length, lr_min=min_lr)",
        "Keras": "CosineDecay(max_lr, cycle_length, alpha=min_lr/max_lr)",
        "Optax": "cosine_decay_schedule(max_lr, cycle_length, alpha=min_lr/max_lr)",
        "MXNet": "CosineScheduler(max_update=cycle_length, base_lr=max_lr, final_lr=min_lr)",
    }
    also = {
        "lr": "max_lr",
        "base_lr": "max_lr",
        "eta_max": "max_lr",
        "eta_min": "min_lr",
        "lr_min": "min_lr",
        "final_lr": "min_lr",
        "t_max": "cycle_length",
        "t_initial": "cycle_length",
        "decay_steps": "cycle_length",
        "total_steps": "cycle_length",
        "num_training_steps": "cycle_length",
        "warmup_epochs": "warmup",
        "warmup_steps": "warmup",
        "warmup_t": "warmup",
        "num_warmup_steps": "warmup",
    }

    max_lr: PeakLr = 0.1
    min_lr: FloorLr = 0.0
    cycle_length: Annotated[Length | None, Meta(description="When min_lr is reached (the end of the run).")] = None

    def lr(self, t: Array, run: Run) -> Array:
        """Return the cosine's value at t."""
        length = run.of(self.cycle_length)
        return self.min_lr + (self.max_lr - self.min_lr) * _half_wave(minimum(t, length), length)

    def knots(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return the time at which it stops falling."""
        return marks(run.of(self.cycle_length))


class CosineRestarts(Schedule, tag="cosine-restarts", frozen=True, kw_only=True):
    """Fall along half a cosine wave, start again at the top, and so on.

    In cycle i = 0, 1, …, which is L_i = cycle_length · cycle_mult^i long and has the peak
    max_i = max_lr · cycle_decay^i:  lr(t) = min_lr + (max_i − min_lr)(1 + cos(π·t_cur/L_i))/2, with t_cur the time
    since the restart. The peak never goes below min_lr.
    """

    formula = (
        "min_lr + (max_i − min_lr)(1 + cos(π · t_cur/L_i)) / 2,  "
        "max_i = max_lr · cycle_decay^i,  L_i = cycle_length · cycle_mult^i"
    )
    changes = "in cycles"
    shape = "along a cosine"
    use = "Snapshot ensembles, runs that may be stopped at the end of any cycle, and plain SGD on small images."
    tips = (
        "Longer cycles usually work better: cycle_mult=2 makes each twice as long as the one before.",
        "Restarts often beat one plain cosine of the same length at the end of a cycle; in mid-cycle they lose.",
        "Stop at the end of a cycle: 10, 30, 70, 150 … for cycle_length=10 and cycle_mult=2.",
    )
    sources = ("SGDR, arXiv:1608.03983", "torch.optim.lr_scheduler.CosineAnnealingWarmRestarts")
    elsewhere = {
        "torch": "CosineAnnealingWarmRestarts(T_0=cycle_length, T_mult=cycle_mult, eta_min=min_lr)",
        "transformers": "cosine_with_restarts: num_cycles, all of one length",
        "timm": "CosineLRScheduler(t_initial=cycle_length, cycle_mul=cycle_mult, cycle_decay, cycle_limit=n)",
        "Keras": "CosineDecayRestarts(max_lr, cycle_length, t_mul=cycle_mult, m_mul=cycle_decay, alpha=min_lr/max_lr)",
        "Optax": "sgdr_schedule",
    }
    also = {
        "lr": "max_lr",
        "base_lr": "max_lr",
        "eta_min": "min_lr",
        "t_0": "cycle_length",
        "t_initial": "cycle_length",
        "t_mult": "cycle_mult",
        "cycle_mul": "cycle_mult",
        "m_mul": "cycle_decay",
        "cycle_magnitude_decay": "cycle_decay",
    }

    max_lr: PeakLr = 0.1
    min_lr: FloorLr = 0.0
    cycle_length: Annotated[Length, Meta(description="Length of the first cycle.")] = "25%"
    cycle_mult: Annotated[float, Meta(ge=1, le=1e6, description="How much longer each cycle is than the last.")] = 1.0
    cycle_decay: Annotated[Factor, Meta(description="Factor of the peak from one cycle to the next.")] = 1.0

    def lr(self, t: Array, run: Run) -> Array:
        """Return the value at t in the cycle that t is in."""
        first = run.of(self.cycle_length)
        cycle = self._cycle(t, first)
        start, length = self.cycle_of(t, first)
        t_cur = minimum(maximum(t - start, 0.0), length)
        height: Array | float = self.max_lr - self.min_lr
        if self.cycle_decay != 1:
            height = maximum(self.max_lr * self.cycle_decay**cycle - self.min_lr, 0.0)
        return self.min_lr + height * _half_wave(t_cur, length)

    def knots(self, run: Run, edges: Array) -> Array:
        """Return the restarts."""
        first = run.of(self.cycle_length)
        if self.cycle_mult == 1:
            return multiples(first, edges)
        return self._start(nearby(self._cycle(edges, first)), first)

    def cycle_of(self, t: Array, first: float) -> tuple[Array, Array | float]:
        """Return when the cycle that t is in began, and how long it is, for a first cycle of this length."""
        cycle = self._cycle(t, first)
        return self._start(cycle, first), first if self.cycle_mult == 1 else first * self.cycle_mult**cycle

    def _cycle(self, t: Array, first: float) -> Array:
        """Return the number of the cycle that t is in: by the logarithm, then put right where that is a bit off."""
        if self.cycle_mult == 1:
            return floor(t / first)
        guess = floor(log(t / first * (self.cycle_mult - 1) + 1) / math.log(self.cycle_mult))
        guess = where(self._start(guess, first) > t, guess - 1, guess)
        return where(self._start(guess + 1, first) <= t, guess + 1, guess)

    def _start(self, cycle: Array, first: float) -> Array:
        """Return when the cycle begins: the sum of the lengths before it."""
        if self.cycle_mult == 1:
            return first * cycle
        return first * ((self.cycle_mult**cycle - 1) / (self.cycle_mult - 1))


def _half_wave(t: Array, length: Array | float) -> Array:
    """Return half a cosine wave, from 1 at t = 0 to 0 at t = length, rounded as torch and timm round it."""
    return 0.5 * (1 + cos(pi * t / length))
