"""Schedules that fall a little at every step: polynomial, exponential, inverse and logarithmic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.breakpoints import At, Every
from lrcli.problems import Problem
from lrcli.run import Length
from lrcli.schedules.base import Factor, FloorLr, KDecay, PeakLr, Schedule

if TYPE_CHECKING:
    from lrcli.breakpoints import Breakpoints
    from lrcli.run import Run


class Polynomial(Schedule, tag="polynomial", frozen=True, kw_only=True):
    """Fall to min_lr as a power of the time that is left, then hold.

    lr(t) = min_lr + (max_lr − min_lr) · (1 − (min(t, D)/D)^k_decay)^power, with D = M = max_update. It reaches min_lr
    at t = M. With cycle D = M · max(1, ⌈t/M⌉): after each M it jumps up again, to the curve of a decay that is longer
    by M.
    """

    formula = "min_lr + (max_lr - min_lr) * left ** power"
    where = {
        "M": "max_update",
        "D": "M * max(1, ceil(t / M)) if cycle else M",
        "left": "(D - min(t, D)) / D if k_decay == 1 else 1 - (min(t, D) / D) ** k_decay",
    }
    changes = "at every step"
    shape = "as a power of the time left"
    use = "Semantic segmentation (power 0.9), linear decay to a floor (power 1), and large-batch SGD (power 2)."
    tips = (
        "A smaller power keeps the rate large for longer; power 1 is a straight line.",
        "max_update is where it ends, not the number of drops: leave it out to end with the run.",
    )
    sources = (
        "DeepLab, arXiv:1606.00915",
        "mxnet.lr_scheduler.PolyScheduler",
        "k-decay, arXiv:2004.05909 (timm)",
        "keras.optimizers.schedules.PolynomialDecay (cycle)",
    )

    max_lr: PeakLr = 0.1
    min_lr: FloorLr = 0.0
    power: Annotated[float, Meta(gt=0, le=1e6, description="Exponent; 1 is a straight line.")] = 2.0
    max_update: Annotated[Length | None, Meta(description="When min_lr is reached (the end of the run).")] = None
    k_decay: KDecay = 1.0
    cycle: Annotated[bool, Meta(description="Jump up again after each max_update, each time less high.")] = False

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return where each fall ends, which with k_decay is not derived the formula."""
        if self.cycle and self.max_update is not None:
            return (Every(run.of(self.max_update)),)
        return super().breakpoints(run)


class Exponential(Schedule, tag="exponential", frozen=True, kw_only=True):
    """Multiply the learning rate by gamma at every epoch.

    lr(t) = max_lr · gamma^t. Without a gamma it is (end_lr/max_lr)^(1/T): end_lr is reached at the end of the run.
    """

    formula = "max_lr * gamma ** t"
    where = {"to_end": "(end_lr / max_lr) ** (1 / span)", "low": "0.01 * max_lr"}
    changes = "at every step"
    shape = "by a constant factor"
    use = "Long runs without a fixed end, and GANs; on a log axis it is a straight line."
    tips = (
        "gamma is per epoch (per step in a run of steps): it means another curve when the run counts otherwise.",
        "end_lr=1% gives the lr at the end of the run, whatever its length.",
        "The rate halves every ln 2 / −ln gamma: about 14 epochs at 0.95, 69 at 0.99.",
    )
    sources = ("torch.optim.lr_scheduler.ExponentialLR",)

    max_lr: PeakLr = 0.1
    gamma: Annotated[
        Factor | None,
        Meta(
            description="Factor from one epoch to the next (so that end_lr is reached).",
            extra={"otherwise": "to_end"},
        ),
    ] = None
    end_lr: Annotated[
        Annotated[float, Meta(gt=0, le=1e300)] | None,
        Meta(
            description="Learning rate at the end of the run (1 % of the peak).",
            extra={"otherwise": "low", "of_peak": True},
        ),
    ] = None

    def problems(self) -> list[Problem]:
        """Return the problems between parameters: both gamma and end_lr, or an end above the peak."""
        found = super().problems()
        if self.end_lr is not None and self.end_lr > self.max_lr:
            message = f"end_lr ({self.end_lr:g}) is above max_lr ({self.max_lr:g})"
            found.append(Problem(message=message, path=("end_lr",)))
        if self.gamma is not None and self.end_lr is not None:
            message = "gamma and end_lr both say how fast it falls; give one of them"
            found.append(Problem(message=message, path=("end_lr",)))
        return found


class InverseTime(Schedule, tag="inverse-time", frozen=True, kw_only=True):
    """Fall as one over the time.

    lr(t) = max_lr / (1 + decay_rate · t/decay_steps), with ⌊t/decay_steps⌋ if staircase.
    """

    formula = "max_lr / (1 + decay_rate * x)"
    where = {"x": "floor(t / decay_steps) if staircase else t / decay_steps"}
    changes = "at every step"
    shape = "as 1/t"
    use = "Runs of unknown length, and plain SGD on convex problems, where 1/t is the rate that theory recommends."
    tips = ("The rate is half of max_lr at t = decay_steps / decay_rate.",)
    sources = (
        "Robbins & Monro 1951, doi:10.1214/aoms/1177729586",
        "keras.optimizers.schedules.InverseTimeDecay",
    )

    max_lr: PeakLr = 0.1
    decay_rate: Annotated[float, Meta(gt=0, le=1e9, description="How much the divisor grows.")] = 1.0
    decay_steps: Annotated[Length, Meta(description="Time in which the divisor grows by decay_rate.")] = 10.0
    staircase: Annotated[bool, Meta(description="Change only when decay_steps are full.")] = False


class InverseSqrt(Schedule, tag="inverse-sqrt", frozen=True, kw_only=True):
    """Fall as one over the square root of the time.

    lr(t) = max_lr · √(τ / (t + τ)), with τ = timescale. After a warmup of length w = τ this is max_lr · √(w/s) at
    step s counted from the start of the run, the form of fairseq, T5 and transformers.
    """

    formula = "max_lr * sqrt(timescale / (t + timescale))"
    changes = "at every step"
    shape = "as 1/√t"
    use = "Pre-training of unknown length: T5, fairseq's transformers. Give it a warmup as long as the timescale."
    tips = (
        "A longer timescale decays more slowly: the rate has halved after three timescales.",
        "It never reaches zero: add a decay at the end, or use wsd.",
    )
    sources = ("T5, arXiv:1910.10683", "transformers.get_inverse_sqrt_schedule", "fairseq inverse_sqrt")

    max_lr: PeakLr = 0.1
    timescale: Annotated[Length, Meta(description="Time in which the decay sets in.")] = 10.0


class Noam(Schedule, tag="noam", frozen=True, kw_only=True):
    """Climb linearly and fall as one over the square root of the step, as the first Transformer did.

    lr(t) = factor · d_model^−0.5 · min(n^−0.5, n · w^−1.5), with n = t + 1 counted from 1 as in the paper and
    w = warmup_steps. The peak, factor / √(d_model · w), is at n = w.
    """

    formula = "factor * d_model ** -0.5 * min(n ** -0.5, n * w ** -1.5)"
    where = {"n": "t + 1", "w": "warmup_steps"}
    changes = "at every step"
    shape = "as 1/√t"
    use = "To reproduce the Transformer of 2017 and what was built on its code, with d_model=512 and warmup_steps=4000."
    tips = (
        "The peak is factor / √(d_model · warmup_steps): a longer warm-up also lowers it.",
        "To choose the peak yourself use inverse-sqrt with a warmup.",
    )
    sources = ("Attention Is All You Need, arXiv:1706.03762, section 5.3",)
    peak = "factor"

    factor: Annotated[float, Meta(gt=0, le=1e9, description="Multiplies the whole curve.")] = 1.0
    d_model: Annotated[int, Meta(ge=1, le=10**9, description="Width of the model.")] = 512
    warmup_steps: Annotated[Length, Meta(description="When the peak is reached, counted from 1.")] = "10%"

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the peak, where the fall is first below the climb: it is not derived from the formula."""
        return (At((max(run.of(self.warmup_steps) - 1, 0.0),)),)


class Log(Schedule, tag="log", frozen=True, kw_only=True):
    """Fall as the logarithm of one over the time: fast at first, then ever more slowly.

    lr(t) = min_lr + (max_lr − min_lr) · log((L + 1)/(t + 1)) / log(L + 1), with L = length; it reaches min_lr at
    t = L and holds it.
    """

    formula = "min_lr + (max_lr - min_lr) * (log((L + 1) / (min(t, L) + 1)) / log(L + 1))"
    where = {"L": "length"}
    changes = "at every step"
    shape = "as log(1/x)"
    use = "A middle way between exponential and linear decay: most of the fall is at the start, with a long low tail."
    tips = ("Half of the fall is over at t ≈ √L: a run of 100 epochs is at half of its peak after 9.",)
    sources = ("log(1/x) annealing, from training scripts without a paper",)

    max_lr: PeakLr = 0.1
    min_lr: FloorLr = 0.0
    length: Annotated[Length | None, Meta(description="When min_lr is reached (the end of the run).")] = None
