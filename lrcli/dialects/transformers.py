"""The schedulers of transformers 5: every `SchedulerType`, by its name and by that of its function.

All but the two that listen are LambdaLR: the optimizer's lr times a factor f(t), with t the optimizer's updates.
"""

from __future__ import annotations

import math
from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.dialects.base import Dialect, End, OptimizerLr, Real, Surprise
from lrcli.dialects.torch.plateau import ReduceLROnPlateau
from lrcli.numeric import cos, full, joined, marks, maximum, minimum, multiples, pi, sqrt, where
from lrcli.problems import Problem
from lrcli.run import Length, LengthOrZero
from lrcli.schedules import Constant, Cosine, Linear
from lrcli.schedules.plateau import Listening, Replay, heard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run

Cycles = Annotated[float, Meta(ge=0, le=1e9, description="Waves of the cosine; 0.5 is half of one, down.")]


class _Trainer(Dialect, frozen=True, kw_only=True):
    """What the Trainer has a default for, or fills in."""

    base_lr: OptimizerLr = 5e-5
    last_epoch: Annotated[int, Meta(ge=-1, le=-1, description="A resumed run is not shown: only -1.")] = -1
    synonyms = {"lr": "base_lr", "learning_rate": "base_lr"}


class _WarmedUp(_Trainer, frozen=True, kw_only=True):
    """A scheduler with a linear warm-up from 0: f(t) = t / max(1, num_warmup_steps) for t < num_warmup_steps."""

    num_warmup_steps: Annotated[LengthOrZero, Meta(description="Steps of the warm-up.")] = 0.0
    warmup_steps: Annotated[
        LengthOrZero | None, Meta(description="The same for the Trainer: below 1 it is a share of the run, rounded up.")
    ] = None
    warmup_ratio: Annotated[
        float | None, Meta(ge=0, le=1, description="Older Trainers' share of the run, rounded up.")
    ] = None

    def total(self, run: Run) -> float:
        """Return the length of the schedule."""
        return run.of(None)

    def warmup_of(self, run: Run) -> float:
        """Return the length of the warm-up: as the Trainer reads it, or as it is given."""
        share = self.warmup_ratio
        if self.warmup_steps is not None:
            steps = run.of(self.warmup_steps)
            if steps >= 1 or steps == 0:
                return float(int(steps))
            share = steps
        return run.of(self.num_warmup_steps) if share is None else float(math.ceil(self.total(run) * share))

    def climb(self, t: Array, warmup: float) -> Array:
        """Return the factor of the warm-up."""
        return t / max(1.0, warmup)

    def after(self, t: Array, warmup: float, total: float) -> Array:
        """Return the factor after the warm-up."""
        raise NotImplementedError

    def rate(self, t: Array, run: Run) -> Array:
        """Return the optimizer's lr times the factor."""
        warmup, total = self.warmup_of(run), self.total(run)
        factor = self.after(maximum(t, warmup), warmup, total)
        return self.base_lr * where(t < warmup, self.climb(t, warmup), factor)

    def turns(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return the end of the warm-up and of the schedule."""
        return marks(self.warmup_of(run), self.total(run))

    def surprises(self, run: Run) -> Iterator[Surprise]:
        """Yield what the warm-up does."""
        warmup = self.warmup_of(run)
        if warmup >= run.span and warmup > 0:
            text = (
                f"the warm-up takes {warmup:g} {run.unit}s of {run.span:g}: the peak {self.base_lr:g} is never reached"
            )
            yield Surprise("LR005", text)
        if float(self.rate(0.0, run)) == 0:  # type: ignore[arg-type] # a closed form takes a float as well
            yield Surprise("LR007", f"the lr is exactly 0 at {run.unit} 0: the first batch does not train")


class _Timed(_WarmedUp, frozen=True, kw_only=True):
    """A scheduler that has an end."""

    num_training_steps: Annotated[
        Length | None, Meta(description="Length of the schedule (that of the run, as the Trainer fills it in).")
    ] = None

    def total(self, run: Run) -> float:
        """Return num_training_steps."""
        return run.of(self.num_training_steps)

    def progress(self, t: Array, warmup: float, total: float) -> Array:
        """Return how much of the time after the warm-up is over."""
        return (t - warmup) / max(1.0, total - warmup)

    def surprises(self, run: Run) -> Iterator[Surprise]:
        """Yield that the run is shorter than the schedule."""
        yield from super().surprises(run)
        if self.total(run) > run.span * 1.01 + 1:
            last = float(self.rate(run.span - 1, run))  # type: ignore[arg-type]
            text = f"num_training_steps={self.total(run):g}, but the run has {run.span:g} {run.unit}s"
            yield Surprise("LR003", f"{text}: it ends at {100 * last / (self.base_lr or 1.0):.3g} % of the peak")


class ConstantSchedule(_Trainer, tag="transformers.constant", frozen=True, kw_only=True):
    """Keep the optimizer's lr.

    f(t) = 1.
    """

    names = ("get_constant_schedule",)
    formula = "base_lr"
    changes = "never"
    shape = "not at all"
    tips = ("It has no warm-up, whatever warmup_steps says: that is constant_with_warmup.",)

    warmup_steps: Annotated[LengthOrZero, Meta(description="Has no effect here.")] = 0.0

    def ours(self, run: Run) -> Spec:  # noqa: ARG002
        """Return a constant."""
        return Constant(max_lr=max(self.base_lr, 1e-300))

    def surprises(self, run: Run) -> Iterator[Surprise]:  # noqa: ARG002
        """Yield that a warm-up has no effect."""
        if self.warmup_steps:
            yield Surprise("LR017", "'constant' has no warm-up: did you mean 'constant_with_warmup'?")


class ConstantWithWarmup(_WarmedUp, tag="transformers.constant_with_warmup", frozen=True, kw_only=True):
    """Warm up, then keep the optimizer's lr.

    f(t) = 1 after the warm-up.
    """

    names = ("get_constant_schedule_with_warmup",)
    formula = "base_lr · min(1, t / num_warmup_steps)"
    shape = "linearly, then not at all"

    def after(self, t: Array, warmup: float, total: float) -> Array:  # noqa: ARG002
        """Return 1."""
        return full(t, 1.0)

    def ours(self, run: Run) -> Spec:
        """Return a constant with a warm-up."""
        return Constant(max_lr=max(self.base_lr, 1e-300), warmup=self.warmup_of(run))


class LinearSchedule(_Timed, tag="transformers.linear", frozen=True, kw_only=True):
    """Warm up, then fall to 0 in a straight line.

    f(t) = max(0, (T − t) / max(1, T − w)), with T = num_training_steps and w = num_warmup_steps.
    """

    names = ("get_linear_schedule_with_warmup",)
    formula = "base_lr · (T − t)/(T − w),  T = num_training_steps, w = num_warmup_steps"
    shape = "linearly"

    def after(self, t: Array, warmup: float, total: float) -> Array:
        """Return the line."""
        return maximum((total - t) / max(1.0, total - warmup), 0.0)

    def ours(self, run: Run) -> Spec | None:
        """Return a line with a warm-up."""
        warmup, total = self.warmup_of(run), self.total(run)
        if warmup >= total or self.base_lr == 0:
            return None
        return Linear(start_lr=self.base_lr, end_lr=0.0, length=total - warmup, warmup=warmup)


class CosineSchedule(_Timed, tag="transformers.cosine", frozen=True, kw_only=True):
    """Warm up, then follow a cosine wave.

    f(t) = max(0, (1 + cos(2π·num_cycles·p))/2), with p = (t − w)/max(1, T − w), T = num_training_steps and
    w = num_warmup_steps.
    """

    names = ("get_cosine_schedule_with_warmup",)
    formula = "base_lr · (1 + cos(2π · num_cycles · p)) / 2,  p = (t − w)/(T − w)"
    shape = "along a cosine"
    tips = (
        "num_cycles counts whole waves: 0.5, the default, is half of one; 1 goes down and up again.",
        "Past num_training_steps it rises again.",
    )

    num_cycles: Cycles = 0.5

    def after(self, t: Array, warmup: float, total: float) -> Array:
        """Return the wave."""
        return maximum(0.5 * (1.0 + cos(pi * self.num_cycles * 2.0 * self.progress(t, warmup, total))), 0.0)

    def turns(self, run: Run, edges: Array) -> Array:
        """Return the tops and troughs of the wave."""
        return _wave_turns(self, self.num_cycles, run, edges)

    def ours(self, run: Run) -> Spec | None:
        """Return a cosine with a warm-up, if it is half a wave and the run does not go on after it."""
        warmup, total = self.warmup_of(run), self.total(run)
        if warmup >= total or self.num_cycles != 0.5 or run.span > total + 1 or self.base_lr == 0:
            return None
        return Cosine(max_lr=self.base_lr, cycle_length=total - warmup, warmup=warmup)

    def surprises(self, run: Run) -> Iterator[Surprise]:
        """Yield that the wave rises again."""
        yield from super().surprises(run)
        yield from _rises(self, self.num_cycles, run)


class CosineWithRestarts(_Timed, tag="transformers.cosine_with_restarts", frozen=True, kw_only=True):
    """Warm up, then fall along half a cosine num_cycles times.

    f(t) = (1 + cos(π·(num_cycles·p mod 1)))/2 for p < 1, then 0, with p = (t − w)/max(1, T − w).
    """

    names = ("get_cosine_with_hard_restarts_schedule_with_warmup",)
    formula = "base_lr · (1 + cos(π · (num_cycles · p mod 1))) / 2,  p = (t − w)/(T − w)"
    shape = "along a cosine"
    tips = ("num_cycles counts halves of a wave here: 1, the default, is cosine without any restart.",)

    num_cycles: Annotated[float, Meta(ge=0, le=1e9, description="Cycles, each half a wave.")] = 1.0

    def after(self, t: Array, warmup: float, total: float) -> Array:
        """Return the cycle's height."""
        progress = self.progress(t, warmup, total)
        height = maximum(0.5 * (1.0 + cos(pi * ((self.num_cycles * progress) % 1.0))), 0.0)
        return where(progress >= 1.0, 0.0, height)

    def turns(self, run: Run, edges: Array) -> Array:
        """Return the restarts."""
        return _wave_turns(self, self.num_cycles / 2, run, edges)

    def surprises(self, run: Run) -> Iterator[Surprise]:
        """Yield that one cycle never restarts."""
        yield from super().surprises(run)
        if self.num_cycles <= 1:
            yield Surprise("LR013", f"cosine_with_restarts with num_cycles={self.num_cycles:g} never restarts")


class PolynomialSchedule(_Timed, tag="transformers.polynomial", frozen=True, kw_only=True):
    """Warm up, then fall to lr_end as a power of the time that is left.

    lr(t) = (base_lr − lr_end)·(1 − (t − w)/(T − w))^power + lr_end for t ≤ T, then lr_end.
    """

    names = ("get_polynomial_decay_schedule_with_warmup",)
    formula = "(base_lr − lr_end) · (1 − (t − w)/(T − w))^power + lr_end"
    shape = "as a power of the time left"
    tips = ("lr_end is 1e-7 by default, not 0.",)

    lr_end: Annotated[float, Meta(ge=0, le=1e300, description="Lr at the end.")] = 1e-7
    power: Annotated[Real, Meta(description="Power of the time that is left.")] = 1.0

    def problems(self) -> list[Problem]:
        """Return an lr_end that is no lower than the optimizer's lr."""
        found = super().problems()
        if self.lr_end >= self.base_lr:
            message = f"lr_end ({self.lr_end:g}) must be smaller than base_lr ({self.base_lr:g})"
            found.append(Problem(message=message, path=("lr_end",)))
        return found

    def after(self, t: Array, warmup: float, total: float) -> Array:
        """Return the power over the optimizer's lr."""
        left = 1 - (minimum(t, total) - warmup) / ((total - warmup) or 1.0)
        decay = (self.base_lr - self.lr_end) * maximum(left, 0.0) ** self.power + self.lr_end
        return where(t > total, self.lr_end / self.base_lr, decay / self.base_lr)

    def end(self, run: Run) -> End | None:
        """Return where a decay of no length is divided by."""
        if self.warmup_of(run) == self.total(run):
            why = f"num_warmup_steps and num_training_steps are both {self.total(run):g}"
            return End(self.total(run), f"{why}, and transformers divides by their difference")
        if self.power < 0:
            return End(self.total(run), "its power is negative, and transformers raises 0 to it")
        return None


class InverseSqrt(_WarmedUp, tag="transformers.inverse_sqrt", frozen=True, kw_only=True):
    """Warm up, then fall as one over the square root of the time.

    f(t) = 1/√((t + s − w)/s), with s = timescale, or w, or 10,000 if there is no warm-up.
    """

    names = ("get_inverse_sqrt_schedule",)
    formula = "base_lr / √((t + s − w)/s),  s = timescale or w or 10,000"
    shape = "as 1/√t"
    tips = ("Without a warm-up its timescale is 10,000 steps: almost flat.",)

    timescale: Annotated[float | None, Meta(gt=0, le=1e15, description="How slowly it decays.")] = None

    def after(self, t: Array, warmup: float, total: float) -> Array:  # noqa: ARG002
        """Return the root."""
        timescale = self.timescale or warmup or 10_000.0
        return 1.0 / sqrt((t + (timescale - warmup)) / timescale)


class _MinLr(_Timed, frozen=True, kw_only=True):
    """A cosine that ends at a share of the peak, given as min_lr_rate or as min_lr."""

    num_cycles: Cycles = 0.5
    min_lr: Annotated[float | None, Meta(ge=0, le=1e300, description="Lowest lr, or …")] = None
    min_lr_rate: Annotated[float | None, Meta(ge=0, le=1e300, description="… its share of base_lr.")] = None

    @property
    def lowest(self) -> float:
        """The lowest factor."""
        if self.min_lr is not None:
            return self.min_lr / (self.base_lr or 1.0)
        return self.min_lr_rate or 0.0

    def problems(self) -> list[Problem]:
        """Return that neither or both of min_lr and min_lr_rate are given."""
        found = super().problems()
        if self.min_lr is not None and self.min_lr_rate is not None:
            found.append(Problem(message="give min_lr or min_lr_rate, not both", path=("min_lr_rate",)))
        if self.min_lr is None and self.min_lr_rate is None:
            found.append(Problem(message=f"{self.tag()} needs min_lr or min_lr_rate", path=("min_lr",)))
        return found

    def wave(self, progress: Array) -> Array:
        """Return the wave, from 1 down to the lowest factor."""
        factor = 0.5 * (1.0 + cos(pi * self.num_cycles * 2.0 * progress))
        return maximum(factor * (1 - self.lowest) + self.lowest, 0.0)

    def turns(self, run: Run, edges: Array) -> Array:
        """Return the tops and troughs of the wave."""
        return _wave_turns(self, self.num_cycles, run, edges)

    def surprises(self, run: Run) -> Iterator[Surprise]:
        """Yield that the wave rises again."""
        yield from super().surprises(run)
        yield from _rises(self, self.num_cycles, run)


class CosineWithMinLr(_MinLr, tag="transformers.cosine_with_min_lr", frozen=True, kw_only=True):
    """Warm up from 0, then follow a cosine wave down to min_lr.

    f(t) = max(0, r + (1 − r)(1 + cos(2π·num_cycles·p))/2), with r = min_lr_rate or min_lr/base_lr and
    p = (t − w)/max(1, T − w).
    """

    names = ("get_cosine_with_min_lr_schedule_with_warmup",)
    formula = "base_lr · (r + (1 − r)(1 + cos(2π · num_cycles · p)) / 2),  r = min_lr_rate or min_lr/base_lr"
    shape = "along a cosine"
    example = {"min_lr_rate": 0.1}
    tips = ("The warm-up is from 0, below min_lr.", "Past num_training_steps it rises again.")

    def after(self, t: Array, warmup: float, total: float) -> Array:
        """Return the wave."""
        return self.wave(self.progress(t, warmup, total))

    def ours(self, run: Run) -> Spec | None:
        """Return a cosine with a warm-up, if it is half a wave and the run does not go on after it."""
        warmup, total = self.warmup_of(run), self.total(run)
        if warmup >= total or self.num_cycles != 0.5 or run.span > total + 1 or self.lowest > 1 or self.base_lr == 0:
            return None
        low = self.base_lr * self.lowest
        return Cosine(max_lr=self.base_lr, min_lr=low, cycle_length=total - warmup, warmup=warmup)


class CosineWarmupWithMinLr(_MinLr, tag="transformers.cosine_warmup_with_min_lr", frozen=True, kw_only=True):
    """Warm up above 0, then follow a cosine wave down to min_lr, on a clock that is one step ahead of the others'.

    f(t) = (t + 1)/w for t < w, or q + (1 − q)·t/max(1, w − 1) with q = warmup_lr_rate; then as cosine_with_min_lr, with
    p = (t − w + 1)/max(1, T − w).
    """

    names = ("get_cosine_with_min_lr_schedule_with_warmup_lr_rate",)
    formula = "base_lr · (r + (1 − r)(1 + cos(2π · num_cycles · p)) / 2),  p = (t − w + 1)/(T − w)"
    shape = "along a cosine"
    example = {"min_lr_rate": 0.1}
    tips = (
        "It is at its lowest at t = num_training_steps − 1, and without a warm-up lr(0) is already below the peak.",
    )

    warmup_lr_rate: Annotated[float | None, Meta(ge=0, le=1e9, description="Factor at which the warm-up begins.")] = (
        None
    )

    def climb(self, t: Array, warmup: float) -> Array:
        """Return the factor of the warm-up."""
        if self.warmup_lr_rate is None:
            return (t + 1.0) / max(1.0, warmup)
        return self.warmup_lr_rate + (1 - self.warmup_lr_rate) * t / max(1.0, warmup - 1)

    def after(self, t: Array, warmup: float, total: float) -> Array:
        """Return the wave."""
        return self.wave((t - warmup + 1.0) / max(1.0, total - warmup))

    def turns(self, run: Run, edges: Array) -> Array:
        """Return the tops and troughs of the wave, which is a step ahead."""
        return _wave_turns(self, self.num_cycles, run, edges, ahead=1.0)


class WarmupStableDecay(_WarmedUp, tag="transformers.warmup_stable_decay", frozen=True, kw_only=True):
    """Warm up from min_lr_ratio, stay at the peak, and decay to min_lr_ratio.

    f(t) = r + (1 − r)·g(t/w), then 1 for S steps, then r + (1 − r)·h((t − w − S)/D), then r, with r = min_lr_ratio,
    D = num_decay_steps and S = num_stable_steps or T − w − D. g and h go as warmup_type and decay_type say.
    """

    names = ("get_wsd_schedule",)
    formula = "base_lr · (r + (1 − r) · g(t/w)), then base_lr, then base_lr · (r + (1 − r) · h(u))"
    changes = "in phases"
    shape = "flat, then by decay_type"
    example = {"num_decay_steps": 20, "num_warmup_steps": 5}
    tips = (
        "The arguments come in the order warm-up, decay, training, stable.",
        "The warm-up begins at min_lr_ratio · base_lr, not at 0.",
    )

    num_decay_steps: Annotated[LengthOrZero, Meta(description="Steps of the decay.")]
    num_training_steps: Annotated[
        Length | None, Meta(description="Length of all; the stable phase has what the others leave.")
    ] = None
    num_stable_steps: Annotated[LengthOrZero | None, Meta(description="Steps at the peak, instead.")] = None
    warmup_type: Annotated[Literal["linear", "cosine", "1-sqrt"], Meta(description="Shape of the warm-up.")] = "linear"
    decay_type: Annotated[Literal["linear", "cosine", "1-sqrt"], Meta(description="Shape of the decay.")] = "cosine"
    min_lr_ratio: Annotated[float, Meta(ge=0, le=1e9, description="Share of base_lr at both ends.")] = 0.0
    num_cycles: Cycles = 0.5

    def problems(self) -> list[Problem]:
        """Return that no length is given."""
        found = super().problems()
        if self.num_training_steps is None and self.num_stable_steps is None:
            message = "give num_training_steps or num_stable_steps: transformers wants either (100% is the whole run)"
            found.append(Problem(message=message, path=("num_training_steps",)))
        return found

    def total(self, run: Run) -> float:
        """Return num_training_steps, or the length of the run, of which a warmup_steps below 1 is a share."""
        return run.of(self.num_training_steps)

    def _phases(self, run: Run) -> tuple[float, float, float]:
        """Return the lengths of the three phases; the stable one may be negative, as in transformers."""
        warmup, decay = self.warmup_of(run), run.of(self.num_decay_steps)
        if self.num_stable_steps is not None:
            return warmup, run.of(self.num_stable_steps), decay
        return warmup, self.total(run) - warmup - decay, decay

    def rate(self, t: Array, run: Run) -> Array:
        """Return the optimizer's lr times the factor of the phase."""
        warmup, stable, decay = self._phases(run)
        climbed = minimum(t / max(1.0, warmup), 1.0)
        rise = {
            "linear": lambda: climbed,
            "cosine": lambda: 0.5 * (1.0 - cos(pi * climbed)),
            "1-sqrt": lambda: 1.0 - sqrt(1.0 - climbed),
        }[self.warmup_type]()
        u = minimum(maximum((t - warmup - stable) / max(1.0, decay), 0.0), 1.0)
        fall = {
            "linear": lambda: 1.0 - u,
            "cosine": lambda: 0.5 * (1.0 + cos(pi * self.num_cycles * 2.0 * u)),
            "1-sqrt": lambda: 1.0 - sqrt(u),
        }[self.decay_type]()
        low = self.min_lr_ratio
        factor = where(t < warmup + stable + decay, maximum(fall * (1 - low) + low, 0.0), low)
        factor = where(t < warmup + stable, 1.0, factor)
        return self.base_lr * where(t < warmup, maximum(rise * (1 - low) + low, 0.0), factor)

    def turns(self, run: Run, edges: Array) -> Array:
        """Return the ends of the phases, and the tops and troughs of the decay's wave."""
        warmup, stable, decay = self._phases(run)
        half = max(1.0, decay) / (2 * self.num_cycles) if self.num_cycles else decay + 1
        return joined(marks(warmup, warmup + stable, warmup + stable + decay), multiples(half, edges, warmup + stable))

    def surprises(self, run: Run) -> Iterator[Surprise]:
        """Yield that the phases do not fit."""
        yield from super().surprises(run)
        warmup, stable, decay = self._phases(run)
        if stable < 0:
            text = f"num_training_steps={self.total(run):g} is less than warm-up and decay ({warmup:g} + {decay:g})"
            yield Surprise("LR032", f"{text}: the lr drops into the middle of the decay at {run.unit} {warmup:g}")
        if run.span < warmup + stable:
            text = f"the run ends after {run.span:g} {run.unit}s, before the decay at {warmup + stable:g}"
            yield Surprise("LR003", f"{text}: get_wsd_schedule takes (warmup, decay, training, stable), in this order")


class PlateauSchedule(ReduceLROnPlateau, tag="transformers.reduce_lr_on_plateau", frozen=True, kw_only=True):
    """Multiply the lr by factor when a metric has stopped improving; torch's ReduceLROnPlateau.

    The parameters mode, factor, patience, threshold, threshold_mode, cooldown, min_lr and eps are torch's.
    """

    names = ("get_reduce_on_plateau_schedule",)
    synonyms = {"lr": "base_lr", "learning_rate": "base_lr"}
    tips = ("The Trainer steps it once an evaluation, and a warm-up has no effect.",)

    base_lr: OptimizerLr = 5e-5


class Greedy(Listening, _Trainer, tag="transformers.greedy", frozen=True, kw_only=True):
    """Raise the lr while a metric improves, and lower it while it does not (GreedyLR).

    After more than patience good steps in a row lr ← min(lr/factor, max_lr), after as many bad ones
    lr ← max(lr·factor, min_lr). cooldown and warmup_after_rise are the steps after a fall and after a rise that are not judged.
    """

    names = ("get_greedy_schedule", "GreedyLR")
    synonyms = {"lr": "base_lr", "learning_rate": "base_lr", "warmup": "warmup_after_rise"}
    formula = "lr/factor after more than patience good steps in a row, lr · factor after as many bad ones"
    changes = "when a metric stalls"
    shape = "by a constant factor, both ways"
    tips = (
        "min_lr is 1e-3 by default, above most lrs of fine-tuning: below it the lr only ever rises.",
        "smooth=true judges the mean of the last window_size values.",
    )

    mode: Annotated[Literal["min", "max"], Meta(description="A better metric is lower, or higher.")] = "min"
    factor: Annotated[float, Meta(gt=0, lt=1, description="Factor of each change.")] = 0.95
    patience: Annotated[int, Meta(ge=0, le=10**9, description="How many steps in a row are borne.")] = 10
    threshold: Annotated[float, Meta(ge=0, le=1e9, description="By how much the metric must improve.")] = 1e-6
    threshold_mode: Annotated[Literal["rel", "abs"], Meta(description="Relative to the best, or absolute.")] = "abs"
    cooldown: Annotated[int, Meta(ge=0, le=10**9, description="Steps after a fall that are not judged.")] = 0
    warmup_after_rise: Annotated[
        int, Meta(ge=0, le=10**9, description="GreedyLR's warmup: steps after a rise that are not judged.")
    ] = 0
    min_lr: Annotated[float, Meta(ge=0, le=1e300, description="Lowest lr.")] = 1e-3
    max_lr: Annotated[float, Meta(ge=0, le=1e300, description="Highest lr.")] = 1.0
    eps: Annotated[float, Meta(ge=0, le=1e9, description="Smallest change that is made.")] = 1e-8
    verbose: Annotated[bool, Meta(description="Does not touch the lr.")] = False
    smooth: Annotated[bool, Meta(description="Judge a moving mean.")] = False
    window_size: Annotated[int, Meta(ge=1, le=10**6, description="How many values the mean is of.")] = 50
    reset_start: Annotated[int, Meta(ge=0, le=10**9, description="Falls at min_lr before it starts anew.")] = 500

    def replayed(self, run: Run) -> Replay:
        """Return what the rule makes of what is heard."""
        return _greedy(self, heard(run))

    def surprises(self, run: Run) -> Iterator[Surprise]:  # noqa: ARG002
        """Yield that min_lr is above the lr."""
        if self.base_lr < self.min_lr:
            text = f"min_lr={self.min_lr:g} is above base_lr={self.base_lr:g}"
            yield Surprise("LR033", f"{text}: GreedyLR never lowers the lr, it only raises it")


class _Judge:
    """The state of GreedyLR."""

    def __init__(self, rule: Greedy) -> None:
        self.rule = rule
        self.lr = rule.base_lr
        self.resting = self.rising = 0
        self.forget()

    def forget(self) -> None:
        """Begin anew, but for the lr."""
        self.best = math.inf if self.rule.mode == "min" else -math.inf
        self.bad = self.good = self.resting = self.rising = 0
        self.resets_in = self.rule.reset_start
        self.window: deque[float] = deque()
        self.sum = 0.0

    def hear(self, metric: float) -> bool:
        """Take one value of the metric, and return whether it was judged and bad."""
        if self.rule.smooth:
            metric = self._mean_with(metric)
        if self.resting or self.rising:
            self.resting, self.rising = max(self.resting - 1, 0), self.rising - (not self.resting)
            self.bad = self.good = 0
            return False
        better = self._better(metric)
        if better:
            self.best = metric
        self.good, self.bad = (self.good + 1, 0) if better else (0, self.bad + 1)
        if self.good > self.rule.patience:
            self._rise()
        elif self.bad > self.rule.patience:
            self._fall()
        return not better

    def _mean_with(self, metric: float) -> float:
        """Return the moving mean, kept as a running sum, as GreedyLR keeps it."""
        self.window.append(metric)
        self.sum += metric
        if len(self.window) > self.rule.window_size:
            self.sum -= self.window.popleft()
        return self.sum / len(self.window)

    def _better(self, metric: float) -> bool:
        lower = self.rule.mode == "min"
        share, margin = (self.rule.threshold, 0.0) if self.rule.threshold_mode == "rel" else (0.0, self.rule.threshold)
        if lower:
            return metric < self.best * (1.0 - share) - margin
        return metric > self.best * (1.0 + share) + margin

    def _rise(self) -> None:
        higher = min(self.lr / self.rule.factor, self.rule.max_lr)
        self.lr = higher if higher - self.lr > self.rule.eps else self.lr
        self.resets_in = self.rule.reset_start
        self.rising, self.good = self.rule.warmup_after_rise, 0

    def _fall(self) -> None:
        lower = max(self.lr * self.rule.factor, self.rule.min_lr)
        self.lr = lower if self.lr - lower > self.rule.eps else self.lr
        if self.lr <= self.rule.min_lr:
            self.resets_in -= 1
            if self.resets_in <= 0:
                self.forget()
                self.lr = self.rule.base_lr
        self.resting, self.bad = self.rule.cooldown, 0


@lru_cache(maxsize=16)
def _greedy(rule: Greedy, metric: tuple[float, ...]) -> Replay:
    judge = _Judge(rule)
    rates, bad, cuts = [judge.lr], [], []
    for t, value in enumerate(metric):
        if judge.hear(value):
            bad.append(t)
        if judge.lr != rates[-1]:
            cuts.append(t + 1)
        rates.append(judge.lr)
    return Replay(tuple(rates), tuple(bad), tuple(cuts))


def _wave_turns(schedule: _Timed, cycles: float, run: Run, edges: Array, ahead: float = 0.0) -> Array:
    """Return the ends of the warm-up and of the schedule, and each half wave's."""
    warmup, total = schedule.warmup_of(run), schedule.total(run)
    half = max(1.0, total - warmup) / (2 * cycles) if cycles else total + 1
    return joined(marks(warmup, total), multiples(half, edges, warmup - ahead))


def _rises(schedule: _Timed, cycles: float, run: Run) -> Iterator[Surprise]:
    warmup, total = schedule.warmup_of(run), schedule.total(run)
    trough = warmup + max(1.0, total - warmup) / (2 * cycles) if cycles else math.inf
    if run.span > trough + 1:
        text = f"the cosine is a wave: after {run.unit} {trough:g} the lr rises again"
        yield Surprise("LR004", f"{text} (num_cycles={cycles:g}, num_training_steps={total:g})")
