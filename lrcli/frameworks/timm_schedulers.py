"""timm's schedulers with a closed form: a warm-up, then cycles, steps or phases, and noise.

timm's loop calls step(t) at the end of t - 1, with t counted from 1, so that lr(0) is the lr after the constructor: the
first lr of the warm-up, or the optimizer's lr.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.frameworks.noise import seeded
from lrcli.frameworks.scheduler import End, Lr, OnOptimizer, Real, Steps, StepsOrZero
from lrcli.numeric import where
from lrcli.parameters import NOT_A_PARAMETER
from lrcli.problems import Finding
from lrcli.schedules import form
from lrcli.schedules.base import Counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array
    from lrcli.run import Run

LrMin = Annotated[Lr, Meta(description="Lowest lr.")]
Warmup = Annotated[StepsOrZero, Meta(description="Length of the linear warm-up.")]
WarmupLr = Annotated[Lr, Meta(description="Lr at which the warm-up begins.")]
Prefix = Annotated[bool, Meta(description="The schedule's own time begins after the warm-up.")]
DecayRate = Annotated[float, Meta(ge=0, le=1e6, description="Factor of each decay.")]
Power = Annotated[float, Meta(gt=0, le=1e6)]
CycleMul = Annotated[float, Meta(gt=0, le=1e6, description="How much longer each cycle is.")]
CycleDecay = Annotated[float, Meta(ge=0, le=1e6, description="Factor of the top from cycle to cycle.")]
CycleLimit = Annotated[int, Meta(ge=0, le=10**9, description="How many cycles; lr_min after them.")]
KDecay = Annotated[Power, Meta(description="Power of the time in the cycle.")]
NoisePct = Annotated[float, Meta(gt=0, le=1e9, description="Noise that is larger is drawn again.")]
NoiseStd = Annotated[float, Meta(ge=0, le=1e9, description="Standard deviation of the noise.")]
Seed = Annotated[Annotated[int, Meta(ge=0, le=2**31)] | None, Meta(description="Seed of the noise (42).")]
Length = Annotated[Steps | None, Meta(description="Length of the first cycle.", extra={"otherwise": "rest"})]
Decay = Literal["linear", "1-sqrt", "cosine", "power", "exp"]


class Timm(OnOptimizer, frozen=True, kw_only=True):
    """A scheduler of timm, and its noise: lr · (1 + ν), with ν from torch's generator, seeded by noise_seed + t."""

    home = "timm.scheduler"
    version = "1.0.31"
    warmup_parameter = "warmup_t"

    noise_range_t: Annotated[
        tuple[Real, ...] | None, Meta(description="From when, or from when to when, to add noise.")
    ] = None
    noise_pct: NoisePct = 0.67
    noise_std: NoiseStd = 1.0
    noise_seed: Seed = 42
    initialize: Annotated[bool, Meta(description="Does not touch the lr.")] = True
    refuses = {
        "noise_range_t is not None and len(noise_range_t) > 2": "noise_range_t takes one or two times",
        "noise_range_t is not None and noise_pct < noise_std / 100": "noise_pct is less than a hundredth of noise_std: "
        "timm would draw the noise of each step a hundred times before it is small enough",
    }

    def with_noise(self, lr: Array, t: Array, after: float = 0.0) -> Array:
        """Return the lr with its noise; there is none up to the time `after`."""
        if self.noise_range_t is None:
            return lr
        first, *rest = self.noise_range_t
        inside = (t >= first) & (t > after) & (t < (rest[0] if rest else math.inf))
        return seeded(lr, t, inside, 42 if self.noise_seed is None else self.noise_seed, self.noise_std, self.noise_pct)


class Timed(Timm, frozen=True, kw_only=True):
    """A scheduler with a warm-up, then `main`, a function of the time u.

    If `main` does not begin at base_lr, timm's lr at t = 0 is base_lr all the same: then `late` is 1.
    """

    formula = "where(t < max(w, late), climb, main)"
    where = {
        "w": "warmup_t",
        "late": "0",
        "climb": "warmup_lr_init + t * ((top - warmup_lr_init) / w) if w > 0 else base_lr",
        "top": "base_lr",
        "u": "(max(t - w, 0) if warmup_prefix else max(t, w)) if w > 0 else t",
        "rest": "max(span - warmup_t, 1) if warmup_prefix else span",
    }

    warmup_t: Warmup = 0.0
    warmup_lr_init: WarmupLr = 0.0
    warmup_prefix: Prefix = False
    t_in_epochs: Annotated[bool, Meta(description="t counts epochs; if not, optimizer updates.")] = True

    def unit(self) -> Counts:
        """Return the unit that t counts."""
        return "epochs" if self.t_in_epochs else "steps"

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr of the formula, with noise from t = 1 on."""
        lr = super().rate(t, run)
        return lr if self.noise_range_t is None else where(t < 1, lr, self.with_noise(lr, t))

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that the lr jumps where the warm-up ends."""
        yield from super().findings(run)
        end = form.value(self, run, "w")
        if self.warmup_prefix or not 0 < end < run.span:
            return
        due, after = form.value(self, run, "top"), form.value(self, run, "at(w, 'main')")
        if abs(after - due) > _JUMP * max(due, after):
            message = f"the warm-up climbs to {due:.4g}, but the lr is {after:.4g} at {run.unit} {end:g}"
            yield Finding("LR015", message, "Set warmup_prefix=true, so that the schedule starts after the warm-up.")


_JUMP = 0.001
"""The smallest jump at the end of a warm-up that is a finding, as a share of the lr."""


_WARMUP = "warmup=warmup_t, warmup_from=warmup_lr_init, warmup_prefix=warmup_prefix"
_UNIT = "t_in_epochs == (unit == 'epoch')"
_ONCE = f"{_UNIT}, cycle_limit == 1, cycle_mul == 1.0, noise_range_t == None, base_lr >= lr_min"


class Cycles(Timed, frozen=True, kw_only=True):
    """A scheduler that may be repeated: cycle i is t_initial · cycle_mul^i long, its top base_lr · cycle_decay^i.

    timm computes i by a logarithm, which at the start of some cycles is a cycle too low, or too high: then the time in
    the cycle is below 0, and its powers with an exponent that is not whole are not defined.
    """

    where = Timed.where | {
        "late": "0 if cycle_limit else 1",
        "main": "curve if once and ends_low else where(i < cycle_limit, curve, lr_min)",
        "curve": "lr_min + (high - lr_min) * height",
        "once": "cycle_limit == 1 and cycle_mul == 1",
        "ends_low": "True",
        "i": "floor(u / t_initial) if cycle_mul == 1 else "
        "whole_log(max(1 - u / t_initial * (1 - cycle_mul), 1e-300), cycle_mul)",
        "begin": "t_initial * i if cycle_mul == 1 else (1 - cycle_mul**i) / (1 - cycle_mul) * t_initial",
        "L": "t_initial if cycle_mul == 1 else cycle_mul**i * t_initial",
        "c": "min(u, t_initial) if once else min(max(u - begin, 0), L) if whole "
        "else where(u < begin, inf, min(u - begin, L))",
        "whole": "True",
        "high": "base_lr if once or cycle_decay == 1 else base_lr * cycle_decay ** min(i, 1e6)",
    }
    changes = "in cycles"
    length_parameter = "t_initial"

    t_initial: Length = None
    lr_min: LrMin = 0.0
    cycle_mul: CycleMul = 1.0
    cycle_decay: CycleDecay = 1.0
    cycle_limit: CycleLimit = 1

    def end(self, run: Run) -> End | None:
        """Return the end of all cycles, if each is shorter than the one before."""
        if self.cycle_mul >= 1:
            return None
        length, warmup = form.value(self, run, "t_initial"), form.value(self, run, "w")
        over = math.ceil(length / (1 - self.cycle_mul))
        over -= self._is_over(over - 1, length)
        over += not self._is_over(over, length)
        last = over + warmup if self.warmup_prefix else max(over, warmup)
        why = f"cycle_mul={self.cycle_mul:g} makes cycles shorter, and timm takes a logarithm of less than 0"
        return End(last, why)

    def _is_over(self, t: int, length: float) -> bool:
        """Return whether timm takes the logarithm of a number ≤ 0 at t, with its rounding."""
        return 1 - t / length * (1 - self.cycle_mul) <= 0

    def own_length(self) -> float | None:
        """Return the length of all cycles, with a warm-up before them, as timm counts it."""
        ahead = self.warmup_t if self.warmup_prefix else 0.0
        if not isinstance(self.t_initial, float) or isinstance(ahead, str):
            return None
        cycles = max(1, self.cycle_limit)
        if self.cycle_mul == 1:
            return self.t_initial * cycles + ahead
        return math.floor(-self.t_initial * (self.cycle_mul**cycles - 1) / (1 - self.cycle_mul)) + ahead


class CosineLRScheduler(Cycles, tag="timm.CosineLRScheduler", frozen=True, kw_only=True):
    """Fall along half a cosine, once or in cycles, after a warm-up."""

    where = Cycles.where | {
        "whole": "cycle_mul == 1 or k_decay % 1 == 0",
        "height": "0.5 * (1 + cos(pi * c / L)) if k_decay == 1 else 0.5 * (1 + cos(pi * c**k_decay / L**k_decay))",
    }
    shape = "along a cosine"
    same = f"""
        cosine: max_lr=base_lr, min_lr=lr_min, cycle_length=t_initial, k_decay=k_decay, {_WARMUP}
            | {_ONCE}, base_lr > 0
    """
    tips = ("Without warmup_prefix the cosine runs underneath the warm-up, and the lr jumps down where that ends.",)

    k_decay: KDecay = 1.0


class TanhLRScheduler(Cycles, tag="timm.TanhLRScheduler", frozen=True, kw_only=True):
    """Fall along a hyperbolic tangent, once or in cycles, after a warm-up."""

    where = Cycles.where | {
        "late": "1",
        "top": "base_lr if warmup_prefix else at(w, 'main')",
        "ends_low": "False",
        "height": "0.5 * (1 - tanh(lb * (1 - c / L) + ub * (c / L)))",
    }
    refuses = Timm.refuses | {
        "cycle_mul < 1 and not warmup_prefix and warmup_t * (1 - cycle_mul) >= t_initial": (
            "the cycles are over before the warm-up is, and timm asks for the lr there"
        ),
        "lb >= ub": "lb ({lb:g}) must be below ub ({ub:g})",
    }
    shape = "along a hyperbolic tangent"
    tips = ("At the end of a cycle 0.25 % of the fall are left (ub=3), and then it jumps to lr_min.",)

    lb: Annotated[Real, Meta(description="Where on the tangent it begins.")] = -7.0
    ub: Annotated[Real, Meta(description="Where on the tangent it ends.")] = 3.0


class PolyLRScheduler(Cycles, tag="timm.PolyLRScheduler", frozen=True, kw_only=True):
    """Fall as a power of the time that is left, once or in cycles, after a warm-up."""

    where = Cycles.where | {
        "ends_low": "power > 0",
        "whole": "cycle_mul == 1 or k_decay % 1 == 0",
        "height": "(1 - c / L) ** power if k_decay == 1 else (1 - (c / L) ** k_decay) ** power",
    }
    shape = "as a power of the time left"
    same = f"""
        linear: start_lr=base_lr, end_lr=lr_min, length=t_initial, {_WARMUP}
            | power == 1.0, k_decay == 1.0, {_ONCE}, base_lr > 0
        polynomial: max_lr=base_lr, min_lr=lr_min, power=power, max_update=t_initial, k_decay=k_decay, {_WARMUP}
            | {_ONCE}, base_lr > 0
    """
    tips = ("power is 0.5 by default; in create_scheduler_v2 it is decay_rate, so 0.1.",)

    power: Annotated[float, Meta(ge=0, le=1e6, description="Power of the time that is left.")] = 0.5
    k_decay: KDecay = 1.0


class InSteps(Timed, frozen=True, kw_only=True):
    """A scheduler that multiplies the lr by decay_rate, by default 1."""

    shape = "by a constant factor"

    decay_rate: DecayRate = 1.0
    warmup_prefix: Prefix = True

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that the default does not decay."""
        yield from super().findings(run)
        if self.decay_rate == 1 and getattr(self, "decay_t", None) != 1:  # which is how timm makes a constant
            yield Finding("LR034", "decay_rate=1, timm's default, never decays", "Set decay_rate, for example to 0.1.")


class StepLRScheduler(InSteps, tag="timm.StepLRScheduler", frozen=True, kw_only=True):
    """Multiply the lr by decay_rate every decay_t, after a warm-up."""

    where = Timed.where | {"main": "base_lr * decay_rate ** (floor(u / decay_t) if decay_t % 1 == 0 else u // decay_t)"}
    changes = "at fixed intervals"
    same = f"""
        constant: max_lr=base_lr, {_WARMUP} | {_UNIT}, decay_rate == 1.0, noise_range_t == None, base_lr > 0
        exponential: max_lr=base_lr, gamma=decay_rate, {_WARMUP}
            | {_UNIT}, decay_t == 1.0, noise_range_t == None, base_lr > 0
        step: max_lr=base_lr, step_size=decay_t, gamma=decay_rate, {_WARMUP}
            | {_UNIT}, decay_t % 1 == 0, noise_range_t == None, base_lr > 0
    """
    example = {"decay_t": 30, "decay_rate": 0.1}
    tips = ("decay_rate is 1 by default: no decay at all.", "warmup_prefix is true by default here, unlike elsewhere.")

    decay_t: Annotated[Steps, Meta(description="Time between two decays.")]


class MultiStepLRScheduler(InSteps, tag="timm.MultiStepLRScheduler", frozen=True, kw_only=True):
    """Multiply the lr by decay_rate one step before each milestone, after a warm-up."""

    where = Timed.where | {
        "late": "1 if min(inf, *decay_t) <= 1 else 0",
        "main": "base_lr * decay_rate ** bisect(u + 1, decay_t)",
    }
    changes = "at chosen times"
    example = {"decay_t": [30, 60], "decay_rate": 0.1}
    tips = (
        "It decays one epoch before the milestone, and so one earlier than torch's MultiStepLR.",
        "Milestones that do not ascend are searched as if they did: some then count twice, others never.",
    )

    decay_t: Annotated[tuple[Real, ...], Meta(description="Milestones.")]

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that it decays one step before each milestone."""
        yield from super().findings(run)
        if self.decay_rate != 1:
            first = self.decay_t[0]
            message = f"the milestone {first:g} already acts at {run.unit} {first - 1:g}, unlike torch's"
            yield Finding("LR035", message, "Add 1 to each milestone to decay where torch's MultiStepLR does.")


class WSDLRScheduler(Timed, tag="timm.WSDLRScheduler", frozen=True, kw_only=True):
    """Warm up, stay at (or near) the peak, and decay to lr_min over the last decay_t of t_initial."""

    where = Timed.where | {
        "u": "max(t - w, 0) if w > 0 else t",
        "rest": "max(span - warmup_t, 1)",
        "late": "0 if lr_min <= base_lr else 1",
        "main": "v * g if lr_min == 0 else where(f <= 0, v, lr_min + (v - lr_min) * g)",
        "v": "max(base_lr * stable, lr_min)",
        "stable": "1.0 if stable_fn == 'constant' else (1 + u / tau) ** -p",
        "p": "0.5 if stable_fn == 'rsqrt' else stable_power",
        "tau": "stable_timescale or warmup_t",
        "f": "min(max((u - (t_initial - decay_t)) / decay_t, 0), 1)",
        "g": "1 - f if decay_fn == 'linear' else 1 - sqrt(f) if decay_fn == '1-sqrt' else "
        "0.5 * (1 + cos(pi * f)) if decay_fn == 'cosine' else 1 - f**decay_power if decay_fn == 'power' else "
        "(exp(f * log(decay_ratio)) - decay_ratio) / (1 - decay_ratio)",
    }
    refuses = Timm.refuses | {
        "decay_t > t_initial": "decay_t ({decay_t:g}) must be in (0, t_initial], and t_initial is {t_initial:g}",
        "stable_fn != 'constant' and not (stable_timescale or warmup_t)": (
            "stable_fn={stable_fn} needs a stable_timescale, or a warm-up to take it from"
        ),
    }
    changes = "in phases"
    shape = "flat, then by decay_fn"
    same = f"""
        wsd: max_lr=base_lr, min_lr=lr_min, decay_length=decay_t, decay_shape='exponential', decay_ratio=decay_ratio,
            warmup=warmup_t, warmup_from=warmup_lr_init | decay_fn == 'exp', stable_fn == 'constant', {_UNIT},
            noise_range_t == None, span == warmup_t + t_initial, base_lr >= lr_min
        wsd: max_lr=base_lr, min_lr=lr_min, decay_length=decay_t, decay_shape=decay_fn, warmup=warmup_t,
            warmup_from=warmup_lr_init | decay_fn != 'power', stable_fn == 'constant', {_UNIT},
            noise_range_t == None,
            span == warmup_t + t_initial, base_lr >= lr_min
    """
    length_parameter = "t_initial"
    example = {"t_initial": 100, "decay_t": 20}
    tips = ("The warm-up always comes first: warmup_t + t_initial is the length of all.",)

    t_initial: Annotated[
        Steps | None, Meta(description="Length of the stable phase and the decay.", extra={"otherwise": "rest"})
    ] = None
    decay_t: Annotated[Steps, Meta(description="Length of the decay.")]
    lr_min: LrMin = 0.0
    stable_fn: Annotated[Literal["constant", "rsqrt", "power"], Meta(description="The stable phase.")] = "constant"
    stable_timescale: Annotated[
        Annotated[float, Meta(gt=0, le=1e15)] | None, Meta(description="How slowly that falls.")
    ] = None
    stable_power: Annotated[Power, Meta(description="Power of stable_fn=power.")] = 0.5
    decay_fn: Annotated[Decay, Meta(description="Shape of the decay.")] = "1-sqrt"
    decay_power: Annotated[Power, Meta(description="Power of decay_fn=power.")] = 0.5
    decay_ratio: Annotated[float, Meta(gt=0, lt=1, description="How far decay_fn=exp goes.")] = 0.1
    warmup_prefix: Annotated[bool, NOT_A_PARAMETER] = True

    def own_length(self) -> float | None:
        """Return the warm-up and the phases after it."""
        lengths = [length for length in (self.warmup_t, self.t_initial) if isinstance(length, float)]
        return sum(lengths) if len(lengths) == 2 else None
