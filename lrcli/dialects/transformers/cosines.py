"""transformers' cosines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.codes import Caution
from lrcli.dialects.transformers.base import Cycles, Timed, rises, wave_turns
from lrcli.numeric import cos, maximum, pi, where
from lrcli.problems import Problem
from lrcli.schedules import Cosine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run


class CosineSchedule(Timed, tag="transformers.cosine", frozen=True, kw_only=True):
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
        return wave_turns(self, self.num_cycles, run, edges)

    def ours(self, run: Run) -> Spec | None:
        """Return a cosine with a warm-up, if it is half a wave and the run does not go on after it."""
        warmup, total = self.warmup_of(run), self.total(run)
        if warmup >= total or self.num_cycles != 0.5 or run.span > total + 1 or self.base_lr == 0:
            return None
        return Cosine(max_lr=self.base_lr, cycle_length=total - warmup, warmup=warmup)

    def cautions(self, run: Run) -> Iterator[Caution]:
        """Yield that the wave rises again."""
        yield from super().cautions(run)
        yield from rises(self, self.num_cycles, run)


class CosineWithRestarts(Timed, tag="transformers.cosine_with_restarts", frozen=True, kw_only=True):
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
        return wave_turns(self, self.num_cycles / 2, run, edges)

    def cautions(self, run: Run) -> Iterator[Caution]:
        """Yield that one cycle never restarts."""
        yield from super().cautions(run)
        if self.num_cycles <= 1:
            yield Caution("LR013", f"cosine_with_restarts with num_cycles={self.num_cycles:g} never restarts")


class _MinLr(Timed, frozen=True, kw_only=True):
    """A cosine that ends at a share of the peak, given as min_lr_rate or as min_lr."""

    num_cycles: Cycles = 0.5
    min_lr: Annotated[Annotated[float, Meta(ge=0, le=1e300)] | None, Meta(description="Lowest lr, or …")] = None
    min_lr_rate: Annotated[
        Annotated[float, Meta(ge=0, le=1e300)] | None, Meta(description="… its share of base_lr.")
    ] = None

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
        return wave_turns(self, self.num_cycles, run, edges)

    def cautions(self, run: Run) -> Iterator[Caution]:
        """Yield that the wave rises again."""
        yield from super().cautions(run)
        yield from rises(self, self.num_cycles, run)


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

    warmup_lr_rate: Annotated[
        Annotated[float, Meta(ge=0, le=1e9)] | None, Meta(description="Factor at which the warm-up begins.")
    ] = None

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
        return wave_turns(self, self.num_cycles, run, edges, ahead=1.0)
