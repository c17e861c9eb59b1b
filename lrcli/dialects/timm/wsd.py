"""timm's warm-up, stable phase and decay."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.dialects.timm.base import LrMin, Prefix, TimmScheduler
from lrcli.knots import marks
from lrcli.numeric import cos, exp, maximum, minimum, pi, sqrt, where
from lrcli.problems import Problem

if TYPE_CHECKING:
    from lrcli.numeric import Array


class WSDLRScheduler(TimmScheduler, tag="timm.WSDLRScheduler", frozen=True, kw_only=True):
    """Warm up, stay at (or near) the peak, and decay to lr_min.

    With s = t − warmup_t: v = max(base_lr·stable(s), lr_min), and over the last decay_t of t_initial
    lr = lr_min + (v − lr_min)·g(f). stable is 1, (1 + s/τ)^−½ or (1 + s/τ)^−stable_power (stable_fn), with τ =
    stable_timescale or warmup_t; g is 1 − f, 1 − √f, (1 + cos πf)/2, 1 − f^decay_power or (r^f − r)/(1 − r) with
    r = decay_ratio (decay_fn).
    """

    formula = "base_lr · stable(s), then lr_min + (v − lr_min) · g(f) over the last decay_t"
    changes = "in phases"
    shape = "flat, then by decay_fn"
    example = {"t_initial": 100, "decay_t": 20}
    tips = ("The warm-up always comes first: warmup_t + t_initial is the length of all.",)

    t_initial: Annotated[float, Meta(gt=0, le=1e15, description="Length of the stable phase and the decay.")]
    decay_t: Annotated[float, Meta(gt=0, le=1e15, description="Length of the decay.")]
    lr_min: LrMin = 0.0
    stable_fn: Annotated[Literal["constant", "rsqrt", "power"], Meta(description="The stable phase.")] = "constant"
    stable_timescale: Annotated[
        Annotated[float, Meta(gt=0, le=1e15)] | None, Meta(description="How slowly that falls.")
    ] = None
    stable_power: Annotated[float, Meta(gt=0, le=1e6, description="Power of stable_fn=power.")] = 0.5
    decay_fn: Annotated[
        Literal["linear", "1-sqrt", "cosine", "power", "exp"], Meta(description="Shape of the decay.")
    ] = "1-sqrt"
    decay_power: Annotated[float, Meta(gt=0, le=1e6, description="Power of decay_fn=power.")] = 0.5
    decay_ratio: Annotated[float, Meta(gt=0, lt=1, description="How far decay_fn=exp goes.")] = 0.1
    warmup_prefix: Prefix = True

    def problems(self) -> list[Problem]:
        """Return a decay that is longer than all, and a stable phase without a timescale."""
        found = super().problems()
        if self.decay_t > self.t_initial:
            message = f"decay_t ({self.decay_t:g}) must be in (0, t_initial], and t_initial is {self.t_initial:g}"
            found.append(Problem(message=message, path=("decay_t",)))
        if self.stable_fn != "constant" and not (self.stable_timescale or self.warmup_t):
            message = f"stable_fn={self.stable_fn} needs a stable_timescale, or a warm-up to take it from"
            found.append(Problem(message=message, path=("stable_timescale",)))
        return found

    def main(self, t: Array) -> Array:
        """Return the stable phase, decayed."""
        stable = maximum(self.base_lr * self._stable(t), self.lr_min)
        f = minimum(maximum((t - (self.t_initial - self.decay_t)) / self.decay_t, 0.0), 1.0)
        if self.lr_min == 0:
            return stable * self._decay(f)
        return where(f <= 0, stable, self.lr_min + (stable - self.lr_min) * self._decay(f))

    def _stable(self, s: Array) -> Array | float:
        if self.stable_fn == "constant":
            return 1.0
        power = 0.5 if self.stable_fn == "rsqrt" else self.stable_power
        return (1.0 + s / (self.stable_timescale or self.warmup_t)) ** -power

    def _decay(self, f: Array) -> Array:
        if self.decay_fn == "1-sqrt":
            return 1 - sqrt(f)
        if self.decay_fn == "cosine":
            return 0.5 * (1 + cos(pi * f))
        if self.decay_fn == "power":
            return 1 - f**self.decay_power
        if self.decay_fn == "exp":
            return (exp(f * math.log(self.decay_ratio)) - self.decay_ratio) / (1 - self.decay_ratio)
        return 1 - f

    def main_turns(self, edges: Array) -> Array:  # noqa: ARG002
        """Return both ends of the decay."""
        return marks(self.t_initial - self.decay_t, self.t_initial)
