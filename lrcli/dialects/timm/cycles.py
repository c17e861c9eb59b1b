"""timm's schedulers that can be repeated: cosine, tanh and poly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.dialects.base import End, Real
from lrcli.dialects.timm.base import LrMin, TimmScheduler
from lrcli.knots import joined, multiples, nearby
from lrcli.numeric import cos, floor, maximum, minimum, pi, tanh, where, whole_log
from lrcli.problems import Problem
from lrcli.schedules import Cosine

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run


class Cycles(TimmScheduler, frozen=True, kw_only=True):
    """A scheduler that may be repeated: cycle i is t_initial · cycle_mul^i long, its top base_lr · cycle_decay^i."""

    changes = "in cycles"

    t_initial: Annotated[
        Annotated[float, Meta(gt=0, le=1e15)] | None, Meta(description="Length of the first cycle.")
    ] = None
    lr_min: LrMin = 0.0
    cycle_mul: Annotated[float, Meta(gt=0, le=1e6, description="How much longer each cycle is.")] = 1.0
    cycle_decay: Annotated[float, Meta(ge=0, le=1e6, description="Factor of the top from cycle to cycle.")] = 1.0
    cycle_limit: Annotated[int, Meta(ge=0, le=10**9, description="How many cycles; lr_min after them.")] = 1

    def problems(self) -> list[Problem]:
        """Return that the length is not given."""
        found = super().problems()
        if self.t_initial is None:
            message = f"{self.tag()} needs a t_initial: it has no default; write t_initial=…"
            found.append(Problem(message=message, path=("t_initial",)))
        return found

    @property
    def length(self) -> float:
        """The length of the first cycle."""
        return self.t_initial or 1.0

    def height(self, past: Array, length: Array | float) -> Array:
        """Return the height in a cycle, from 1 to 0, when so much of its length is past."""
        raise NotImplementedError

    def main(self, t: Array) -> Array:
        """Return the lr in the cycle that t is in."""
        if self.cycle_limit == 1 == self.cycle_mul:
            once = self.lr_min + (self.base_lr - self.lr_min) * self.height(minimum(t, self.length), self.length)
            ends_low = float(self.height(self.length, self.length)) == 0  # type: ignore[arg-type] # a float will do
            return once if ends_low else where(t < self.length, once, self.lr_min)
        cycle = self._cycle(t)
        if self.cycle_mul == 1:
            length: Array | float = self.length
            past = t - self.length * cycle
        else:
            length = self.cycle_mul**cycle * self.length
            past = t - (1 - self.cycle_mul**cycle) / (1 - self.cycle_mul) * self.length
        past = minimum(maximum(past, 0.0), length)
        high = self.base_lr if self.cycle_decay == 1 else self.base_lr * self.cycle_decay ** minimum(cycle, 1e6)
        lr = self.lr_min + (high - self.lr_min) * self.height(past, length)
        return where(cycle < self.cycle_limit, lr, self.lr_min)

    def _cycle(self, t: Array) -> Array:
        """Return the number of the cycle, by timm's own logarithm, which at some borders is a cycle late."""
        if self.cycle_mul == 1:
            return floor(t / self.length)
        left = maximum(1 - t / self.length * (1 - self.cycle_mul), 1e-300)
        return whole_log(left, self.cycle_mul)

    def end(self, run: Run) -> End | None:  # noqa: ARG002
        """Return where cycles that get shorter have all been."""
        if self.cycle_mul >= 1:
            return None
        over = math.ceil(self.length / (1 - self.cycle_mul))
        last = over + self.warmup_t if self.warmup_prefix else max(over, self.warmup_t)
        return End(
            last, f"cycle_mul={self.cycle_mul:g} makes cycles shorter, and timm takes a logarithm of less than 0"
        )

    def all_cycles(self) -> float:
        """Return the length of all cycles, with the warm-up if that comes first, as timm counts it."""
        cycles = max(1, self.cycle_limit)
        length = self.length * cycles
        if self.cycle_mul != 1:
            length = math.floor(-self.length * (self.cycle_mul**cycles - 1) / (1 - self.cycle_mul))
        return length + (self.warmup_t if self.warmup_prefix else 0.0)

    def main_turns(self, edges: Array) -> Array:
        """Return the borders of the cycles, and the steps beside them."""
        if self.cycle_mul == 1:
            return multiples(self.length, edges)
        cycle = nearby(self._cycle(edges))
        border = (1 - self.cycle_mul**cycle) / (1 - self.cycle_mul) * self.length
        return joined(border, border - 1, border + 1)


class CosineLRScheduler(Cycles, tag="timm.CosineLRScheduler", frozen=True, kw_only=True):
    """Fall along half a cosine, once or in cycles, after a warm-up.

    lr = lr_min + (hi − lr_min)(1 + cos(π·c^k/L^k))/2, with c the time in the cycle, L its length, hi its top and
    k = k_decay. After cycle_limit cycles it is lr_min. Common to timm's schedulers: warmup_t, warmup_lr_init,
    warmup_prefix, t_in_epochs, noise_range_t, noise_pct, noise_std, noise_seed, initialize, and of those with cycles
    t_initial, cycle_mul, cycle_decay, cycle_limit.
    """

    formula = "lr_min + (hi − lr_min)(1 + cos(π · c^k/L^k)) / 2,  k = k_decay"
    shape = "along a cosine"
    example = {"t_initial": 100}
    tips = ("Without warmup_prefix the cosine runs underneath the warm-up, and the lr jumps down where that ends.",)

    k_decay: Annotated[float, Meta(gt=0, le=1e6, description="Power of the time in the cycle.")] = 1.0

    def height(self, past: Array, length: Array | float) -> Array:
        """Return the cosine."""
        if self.k_decay == 1:
            return 0.5 * (1 + cos(pi * past / length))
        return 0.5 * (1 + cos(pi * past**self.k_decay / length**self.k_decay))

    def ours(self, run: Run) -> Spec | None:
        """Return a cosine, if it has neither cycles nor noise nor a power, and counts what the run counts."""
        odd = self.cycle_limit != 1 or self.k_decay != 1 or self.noise_range_t is not None
        odd = odd or (run.steps_per_epoch is not None and self.t_in_epochs != (run.unit == "epoch"))
        if odd or not 0 < self.base_lr >= self.lr_min:
            return None
        return Cosine(
            max_lr=self.base_lr,
            min_lr=self.lr_min,
            cycle_length=self.length,
            warmup=self.warmup_t,
            warmup_from=self.warmup_lr_init,
            warmup_prefix=self.warmup_prefix,
        )


class TanhLRScheduler(Cycles, tag="timm.TanhLRScheduler", frozen=True, kw_only=True):
    """Fall along a hyperbolic tangent, once or in cycles, after a warm-up.

    lr = lr_min + (hi − lr_min)(1 − tanh(lb·(1 − u) + ub·u))/2, with u the share of the cycle that is past.
    """

    formula = "lr_min + (hi − lr_min)(1 − tanh(lb · (1 − u) + ub · u)) / 2"
    shape = "along a hyperbolic tangent"
    example = {"t_initial": 100}
    tips = ("At the end of a cycle 0.25 % of the fall are left (ub=3), and then it jumps to lr_min.",)

    lb: Annotated[Real, Meta(description="Where on the tangent it begins.")] = -7.0
    ub: Annotated[Real, Meta(description="Where on the tangent it ends.")] = 3.0

    def height(self, past: Array, length: Array | float) -> Array:
        """Return the tangent."""
        u = past / length
        return 0.5 * (1 - tanh(self.lb * (1 - u) + self.ub * u))

    def top(self) -> float:
        """Return the tangent's lr where the warm-up ends, if that runs underneath."""
        return self.base_lr if self.warmup_prefix else float(self.main(self.warmup_t))  # type: ignore[arg-type]

    def problems(self) -> list[Problem]:
        """Return bounds that do not ascend."""
        found = super().problems()
        if self.cycle_mul < 1 and not self.warmup_prefix and self.warmup_t * (1 - self.cycle_mul) >= self.length:
            message = "the cycles are over before the warm-up is, and timm asks for the lr there"
            found.append(Problem(message=message, path=("warmup_t",)))
        if self.lb >= self.ub:
            found.append(Problem(message=f"lb ({self.lb:g}) must be below ub ({self.ub:g})", path=("lb",)))
        return found


class PolyLRScheduler(Cycles, tag="timm.PolyLRScheduler", frozen=True, kw_only=True):
    """Fall as a power of the time that is left, once or in cycles, after a warm-up.

    lr = lr_min + (hi − lr_min)(1 − c^k/L^k)^power, with c the time in the cycle, L its length and k = k_decay.
    """

    formula = "lr_min + (hi − lr_min)(1 − c^k/L^k)^power,  k = k_decay"
    shape = "as a power of the time left"
    example = {"t_initial": 100}
    tips = ("power is 0.5 by default; in create_scheduler_v2 it is decay_rate, so 0.1.",)

    power: Annotated[float, Meta(ge=0, le=1e6, description="Power of the time that is left.")] = 0.5
    k_decay: Annotated[float, Meta(gt=0, le=1e6, description="Power of the time in the cycle.")] = 1.0

    def height(self, past: Array, length: Array | float) -> Array:
        """Return the power."""
        if self.k_decay == 1:
            return (1 - past / length) ** self.power
        return maximum(1 - past**self.k_decay / length**self.k_decay, 0.0) ** self.power
