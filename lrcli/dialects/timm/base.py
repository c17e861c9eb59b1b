"""What timm's schedulers have in common: a warm-up, a clock, and noise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.codes import Caution
from lrcli.dialects.base import Dialect, Real
from lrcli.dialects.noise import seeded
from lrcli.knots import joined, marks
from lrcli.numeric import floor, maximum, where
from lrcli.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array
    from lrcli.run import Run

LrMin = Annotated[float, Meta(ge=0, le=1e300, description="Lowest lr.")]
Warmup = Annotated[float, Meta(ge=0, le=1e15, description="Length of the linear warm-up.")]
WarmupLr = Annotated[float, Meta(ge=0, le=1e300, description="Lr at which the warm-up begins.")]
Prefix = Annotated[bool, Meta(description="The schedule's clock starts after the warm-up.")]
InEpochs = Annotated[bool, Meta(description="t counts epochs; if not, the optimizer's updates.")]
Initialize = Annotated[bool, Meta(description="Does not touch the lr.")]


class NoisyScheduler(Dialect, frozen=True, kw_only=True):
    """timm's noise: lr · (1 + ν), with ν from torch's generator, seeded by noise_seed + t."""

    noise_range_t: Annotated[
        tuple[Real, ...] | None, Meta(description="From when, or from when to when, to add noise.")
    ] = None
    noise_pct: Annotated[float, Meta(gt=0, le=1e9, description="Noise that is larger is drawn again.")] = 0.67
    noise_std: Annotated[float, Meta(ge=0, le=1e9, description="Standard deviation of the noise.")] = 1.0
    noise_seed: Annotated[Annotated[int, Meta(ge=0, le=2**31)] | None, Meta(description="Seed of the noise.")] = 42
    initialize: Initialize = True

    def with_noise(self, lr: Array, t: Array, after: float = 0.0) -> Array:
        """Return the lr with its noise, which begins after a time."""
        if self.noise_range_t is None:
            return lr
        first, *rest = self.noise_range_t
        inside = (t >= first) & (t > after) & (t < (rest[0] if rest else math.inf))
        return seeded(lr, t, inside, self.noise_seed or 0, self.noise_std, self.noise_pct)

    def problems(self) -> list[Problem]:
        """Return a range that is not one or two times."""
        found = super().problems()
        if self.noise_range_t is not None and len(self.noise_range_t) > 2:
            found.append(Problem(message="noise_range_t takes one or two times", path=("noise_range_t",)))
        if self.noise_range_t is not None and self.noise_seed is None:
            found.append(Problem(message="the noise needs a noise_seed", path=("noise_seed",)))
        return found


class TimmScheduler(NoisyScheduler, frozen=True, kw_only=True):
    """A scheduler of timm: a warm-up, then `main`, then noise."""

    warmup_t: Warmup = 0.0
    warmup_lr_init: WarmupLr = 0.0
    warmup_prefix: Prefix = False
    t_in_epochs: InEpochs = True

    def main(self, t: Array) -> Array:
        """Return the lr without a warm-up and without noise."""
        raise NotImplementedError

    def main_turns(self, edges: Array) -> Array:
        """Return the knots of `main`."""
        raise NotImplementedError

    def top(self) -> float:
        """Return the lr that the warm-up climbs to."""
        return self.base_lr

    def steps(self, t: Array, run: Run) -> Array:
        """Return timm's t: epochs or updates, whatever the run counts, where steps_per_epoch is known."""
        rate = run.steps_per_epoch
        if rate is not None and self.t_in_epochs and run.unit == "step":
            return floor(t / rate)
        if rate is not None and not self.t_in_epochs and run.unit == "epoch":
            return floor(t * rate + 1e-9)
        return floor(t)

    def rate(self, t: Array, run: Run) -> Array:  # noqa: ARG002
        """Return the warm-up, then the schedule with its noise."""
        if self.warmup_t:
            late = maximum(t, self.warmup_t)
            climb = self.warmup_lr_init + t * ((self.top() - self.warmup_lr_init) / self.warmup_t)
            lr = where(t < self.warmup_t, climb, self.main(late - self.warmup_t if self.warmup_prefix else late))
            first = self.warmup_lr_init
        else:
            lr, first = self.main(t), self.base_lr
        if self.noise_range_t is None and (self.warmup_t or float(self.main(0.0)) == first):  # type: ignore[arg-type]
            return lr
        return where(t == 0, first, self.with_noise(lr, t))

    def turns(self, run: Run, edges: Array) -> Array:
        """Return the first step, the end of the warm-up, and the knots of the schedule."""
        rate = run.steps_per_epoch or 1
        scale = rate if self.t_in_epochs and run.unit == "step" else 1.0
        scale = 1 / rate if not self.t_in_epochs and run.unit == "epoch" else scale
        before = self.warmup_t if self.warmup_prefix else 0.0
        own = before + self.main_turns(maximum(edges / scale - before, 0.0))
        return joined(marks(1.0, self.warmup_t), own) * scale

    def cautions(self, run: Run) -> Iterator[Caution]:
        """Yield that the lr jumps down when the warm-up ends, or that the warm-up never does."""
        if self.warmup_t and not self.warmup_prefix:
            due, after = self.top(), float(self.main(self.warmup_t))  # type: ignore[arg-type] # a float will do
            if abs(after - due) > 0.001 * max(due, after):
                text = f"the warm-up climbs to {due:.4g}, but the lr is {after:.4g} at {run.unit} {self.warmup_t:g}"
                yield Caution("LR015", f"{text}: with warmup_prefix=False the schedule's clock started at 0")
        if self.warmup_t >= self.steps(run.span - 0.5, run) + 1:  # type: ignore[arg-type]
            yield Caution("LR005", f"the warm-up takes {self.warmup_t:g} of {run.span:g} {run.unit}s: it never ends")
        if self.warmup_t and self.warmup_lr_init == 0:
            yield Caution("LR007", f"the lr is exactly 0 at {run.unit} 0: the first {run.unit} does not train")
