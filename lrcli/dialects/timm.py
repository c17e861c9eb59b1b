"""timm's schedulers, and its factory `create_scheduler_v2`.

timm's loop calls step(t) at the end of t − 1, with t counted from 1, so that lr(0) is what the constructor leaves: the
first lr of the warm-up, or the optimizer's lr.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.dialects.base import Dialect, End, Real, Surprise
from lrcli.dialects.noise import seeded
from lrcli.numeric import (
    cos,
    count_at_most,
    exp,
    floor,
    full,
    joined,
    log,
    marks,
    maximum,
    minimum,
    multiples,
    nearby,
    pi,
    sqrt,
    tanh,
    where,
)
from lrcli.parameters import parameters
from lrcli.problems import Problem
from lrcli.schedules import Constant, Cosine, Plateau, Schedule
from lrcli.schedules.base import Composed
from lrcli.schedules.plateau import Listening, Replay, heard, replay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run

LrMin = Annotated[float, Meta(ge=0, le=1e300, description="Lowest lr.")]
Warmup = Annotated[float, Meta(ge=0, le=1e15, description="Length of the linear warm-up.")]
WarmupLr = Annotated[float, Meta(ge=0, le=1e300, description="Lr at which the warm-up begins.")]
Prefix = Annotated[bool, Meta(description="The schedule's clock starts after the warm-up.")]
InEpochs = Annotated[bool, Meta(description="t counts epochs; if not, the optimizer's updates.")]
Initialize = Annotated[bool, Meta(description="Does not touch the lr.")]


class _Noisy(Dialect, frozen=True, kw_only=True):
    """timm's noise: lr · (1 + ν), with ν from torch's generator, seeded by noise_seed + t."""

    noise_range_t: Annotated[
        tuple[Real, ...] | None, Meta(description="From when, or from when to when, to add noise.")
    ] = None
    noise_pct: Annotated[float, Meta(gt=0, le=1e9, description="Noise that is larger is drawn again.")] = 0.67
    noise_std: Annotated[float, Meta(ge=0, le=1e9, description="Standard deviation of the noise.")] = 1.0
    noise_seed: Annotated[int | None, Meta(ge=0, le=2**31, description="Seed of the noise.")] = 42
    initialize: Initialize = True

    def with_noise(self, lr: Array, t: Array) -> Array:
        """Return the lr with its noise."""
        if self.noise_range_t is None:
            return lr
        first, *rest = self.noise_range_t
        inside = (t >= max(first, 1)) & (t < (rest[0] if rest else math.inf))
        return seeded(lr, t, inside, self.noise_seed or 0, self.noise_std, self.noise_pct)

    def problems(self) -> list[Problem]:
        """Return a range that is not one or two times."""
        found = super().problems()
        if self.noise_range_t is not None and len(self.noise_range_t) > 2:
            found.append(Problem(message="noise_range_t takes one or two times", path=("noise_range_t",)))
        if self.noise_range_t is not None and self.noise_seed is None:
            found.append(Problem(message="the noise needs a noise_seed", path=("noise_seed",)))
        return found


class _Timm(_Noisy, frozen=True, kw_only=True):
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
        late = maximum(t, self.warmup_t)
        lr = self.main(late - self.warmup_t if self.warmup_prefix else late)
        if self.warmup_t:
            climb = self.warmup_lr_init + t * ((self.top() - self.warmup_lr_init) / self.warmup_t)
            lr = where(t < self.warmup_t, climb, lr)
        lr = self.with_noise(lr, t)
        return where(t == 0, self.warmup_lr_init if self.warmup_t else self.base_lr, lr)

    def turns(self, run: Run, edges: Array) -> Array:
        """Return the first step, the end of the warm-up, and the knots of the schedule."""
        rate = run.steps_per_epoch or 1
        scale = rate if self.t_in_epochs and run.unit == "step" else 1.0
        scale = 1 / rate if not self.t_in_epochs and run.unit == "epoch" else scale
        before = self.warmup_t if self.warmup_prefix else 0.0
        own = before + self.main_turns(maximum(edges / scale - before, 0.0))
        return joined(marks(1.0, self.warmup_t), own) * scale

    def surprises(self, run: Run) -> Iterator[Surprise]:
        """Yield that the lr jumps down when the warm-up ends, or that the warm-up never does."""
        if self.warmup_t and not self.warmup_prefix:
            due, after = self.top(), float(self.main(self.warmup_t))  # type: ignore[arg-type] # a float will do
            if abs(after - due) > 0.01 * max(due, after):
                text = f"the warm-up climbs to {due:.4g}, but the lr is {after:.4g} at {run.unit} {self.warmup_t:g}"
                yield Surprise("LR015", f"{text}: with warmup_prefix=False the schedule's clock started at 0")
        if self.warmup_t >= self.steps(run.span - 0.5, run) + 1:  # type: ignore[arg-type]
            yield Surprise("LR005", f"the warm-up takes {self.warmup_t:g} of {run.span:g} {run.unit}s: it never ends")
        if self.warmup_t and self.warmup_lr_init == 0:
            yield Surprise("LR007", f"the lr is exactly 0 at {run.unit} 0: the first {run.unit} does not train")


class _Cycles(_Timm, frozen=True, kw_only=True):
    """A scheduler that may be repeated: cycle i is t_initial · cycle_mul^i long, its top base_lr · cycle_decay^i."""

    changes = "in cycles"

    t_initial: Annotated[float | None, Meta(gt=0, le=1e15, description="Length of the first cycle.")] = None
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
        return floor(log(left) / math.log(self.cycle_mul))

    def end(self, run: Run) -> End | None:
        """Return where cycles that get shorter have all been."""
        if self.cycle_mul >= 1:
            return None
        last = math.ceil(self.length / (1 - self.cycle_mul)) + (self.warmup_t if self.warmup_prefix else 0.0)
        return End(
            last, f"cycle_mul={self.cycle_mul:g} makes cycles shorter, and timm takes a logarithm of less than 0"
        )

    def main_turns(self, edges: Array) -> Array:
        """Return the borders of the cycles, and the steps beside them."""
        if self.cycle_mul == 1:
            return multiples(self.length, edges)
        cycle = nearby(self._cycle(edges))
        border = (1 - self.cycle_mul**cycle) / (1 - self.cycle_mul) * self.length
        return joined(border, border - 1, border + 1)


class CosineLRScheduler(_Cycles, tag="timm.CosineLRScheduler", frozen=True, kw_only=True):
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
        return 0.5 * (1 + cos(pi * past**self.k_decay / length**self.k_decay))

    def ours(self, run: Run) -> Spec | None:  # noqa: ARG002
        """Return a cosine, if it has neither cycles nor noise nor a power."""
        odd = self.cycle_limit != 1 or self.k_decay != 1 or self.noise_range_t is not None or not self.t_in_epochs
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


class TanhLRScheduler(_Cycles, tag="timm.TanhLRScheduler", frozen=True, kw_only=True):
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
        if self.lb >= self.ub:
            found.append(Problem(message=f"lb ({self.lb:g}) must be below ub ({self.ub:g})", path=("lb",)))
        return found


class PolyLRScheduler(_Cycles, tag="timm.PolyLRScheduler", frozen=True, kw_only=True):
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
        return maximum(1 - past**self.k_decay / length**self.k_decay, 0.0) ** self.power


class StepLRScheduler(_Timm, tag="timm.StepLRScheduler", frozen=True, kw_only=True):
    """Multiply the lr by decay_rate every decay_t, after a warm-up.

    lr = base_lr · decay_rate^⌊t / decay_t⌋.
    """

    formula = "base_lr · decay_rate^⌊t / decay_t⌋"
    changes = "at fixed intervals"
    shape = "by a constant factor"
    example = {"decay_t": 30, "decay_rate": 0.1}
    tips = ("decay_rate is 1 by default: no decay at all.", "warmup_prefix is true by default here, unlike elsewhere.")

    decay_t: Annotated[float, Meta(gt=0, le=1e15, description="Time between two decays.")]
    decay_rate: Annotated[float, Meta(ge=0, le=1e6, description="Factor of each decay.")] = 1.0
    warmup_prefix: Prefix = True

    def main(self, t: Array) -> Array:
        """Return the steps."""
        return self.base_lr * self.decay_rate ** (t // self.decay_t)

    def main_turns(self, edges: Array) -> Array:
        """Return the decays."""
        return multiples(self.decay_t, edges)

    def surprises(self, run: Run) -> Iterator[Surprise]:
        """Yield that the default does not decay."""
        yield from super().surprises(run)
        if self.decay_rate == 1:
            yield Surprise("LR034", "decay_rate=1, timm's default, never decays")


class MultiStepLRScheduler(_Timm, tag="timm.MultiStepLRScheduler", frozen=True, kw_only=True):
    """Multiply the lr by decay_rate one step before each milestone, after a warm-up.

    lr = base_lr · decay_rate^(number of decay_t ≤ t + 1).
    """

    formula = "base_lr · decay_rate^(number of decay_t ≤ t + 1)"
    changes = "at chosen times"
    shape = "by a constant factor"
    example = {"decay_t": [30, 60], "decay_rate": 0.1}
    tips = ("It decays one epoch before the milestone, and so one earlier than torch's MultiStepLR.",)

    decay_t: Annotated[tuple[Real, ...], Meta(description="Milestones.")]
    decay_rate: Annotated[float, Meta(ge=0, le=1e6, description="Factor of each decay.")] = 1.0
    warmup_prefix: Prefix = True

    def main(self, t: Array) -> Array:
        """Return the steps."""
        return self.base_lr * self.decay_rate ** count_at_most(t + 1, self.decay_t)

    def main_turns(self, edges: Array) -> Array:  # noqa: ARG002
        """Return the decays."""
        return marks(*(milestone - 1 for milestone in self.decay_t))

    def surprises(self, run: Run) -> Iterator[Surprise]:
        """Yield that it is early, or does not decay."""
        yield from super().surprises(run)
        if self.decay_rate == 1:
            yield Surprise("LR034", "decay_rate=1, timm's default, never decays")
        elif self.decay_t:
            first = self.decay_t[0]
            yield Surprise("LR035", f"the milestone {first:g} already acts at {run.unit} {first - 1:g}, unlike torch's")


class WSDLRScheduler(_Timm, tag="timm.WSDLRScheduler", frozen=True, kw_only=True):
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
    stable_timescale: Annotated[float | None, Meta(gt=0, le=1e15, description="How slowly that falls.")] = None
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
        return where(f <= 0, stable, self.lr_min + (stable - self.lr_min) * self._decay(f))

    def _stable(self, s: Array) -> Array:
        if self.stable_fn == "constant":
            return full(s, 1.0)
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


class PlateauLRScheduler(Listening, _Noisy, tag="timm.PlateauLRScheduler", frozen=True, kw_only=True):
    """Multiply the lr by decay_rate when a metric has stopped improving, after a warm-up; torch's rule, threshold rel.

    What it hears up to the epoch warmup_t does not count. Its parameters patience_t, threshold, cooldown_t, lr_min and
    mode are torch's patience, threshold, cooldown, min_lr and mode; noise_type says which noise (normal).
    """

    formula = "base_lr · decay_rate^(number of times that more than patience_t epochs in a row were bad), ≥ lr_min"
    changes = "when a metric stalls"
    shape = "by a constant factor"
    tips = ("mode is max by default: it wants an accuracy. timm has deprecated it.",)

    decay_rate: Annotated[float, Meta(gt=0, lt=1, description="Factor of each cut.")] = 0.1
    patience_t: Annotated[int, Meta(ge=0, le=10**9, description="How many bad epochs in a row are borne.")] = 10
    threshold: Annotated[float, Meta(ge=0, le=1e9, description="By what share the metric must improve.")] = 1e-4
    cooldown_t: Annotated[int, Meta(ge=0, le=10**9, description="Epochs after a cut that are never bad.")] = 0
    warmup_t: Annotated[int, Meta(ge=0, le=10**9, description="Length of the linear warm-up.")] = 0
    warmup_lr_init: WarmupLr = 0.0
    lr_min: LrMin = 0.0
    mode: Annotated[Literal["min", "max"], Meta(description="A better metric is lower, or higher.")] = "max"
    noise_type: Annotated[Literal["normal"], Meta(description="Which noise.")] = "normal"
    noise_seed: Annotated[int | None, Meta(ge=0, le=2**31, description="Seed of the noise.")] = None

    def replayed(self, run: Run) -> Replay:
        """Return what the rule makes of what is heard once the warm-up is over."""
        rule = Plateau(
            max_lr=max(self.base_lr, 1e-300),
            min_lr=min(self.lr_min, max(self.base_lr, 1e-300)),
            factor=self.decay_rate,
            patience=self.patience_t,
            threshold=self.threshold,
            cooldown=self.cooldown_t,
            mode=self.mode,
        )
        found = replay(rule, heard(run)[self.warmup_t :])
        slope = (self.base_lr - self.warmup_lr_init) / (self.warmup_t or 1)
        climb = tuple(self.warmup_lr_init + t * slope for t in range(self.warmup_t))
        bad, cuts = (tuple(t + self.warmup_t for t in times) for times in (found.bad, found.cuts))
        return Replay((*climb, *found.lr), bad, cuts)

    def lr(self, t: Array, run: Run) -> Array:
        """Return the replayed lr, with noise."""
        return self.with_noise(super().lr(t, run), floor(t))

    def surprises(self, run: Run) -> Iterator[Surprise]:  # noqa: ARG002
        """Yield that it wants an accuracy."""
        if self.mode == "max":
            yield Surprise("LR036", "mode is 'max': a higher metric is better; with a loss every epoch is bad")


class CreateScheduler(Dialect, tag="timm.create_scheduler_v2", frozen=True, kw_only=True):
    """Make a scheduler as timm's train.py does, by the name `sched`.

    It is the scheduler of that name, with num_epochs, decay_epochs, decay_milestones, patience_epochs, decay_rate,
    min_lr, warmup_lr, warmup_epochs, warmup_prefix, noise, noise_pct, noise_std, noise_seed, cycle_mul, cycle_decay,
    cycle_limit, k_decay, decay_fn, stable_timescale and plateau_mode as its arguments, times updates_per_epoch where
    step_on_epochs is false. cooldown_epochs only lengthens the run.
    """

    names = ("create_scheduler",)
    formula = "the scheduler that sched names"
    shape = "as that does"
    tips = (
        "decay_rate is the power of sched=poly, so 0.1 by default.",
        "cycle_decay is 0.1 by default, where the classes have 1.",
        "warmup_prefix is false, for step and multistep too, whose classes have true.",
    )
    positional = "sched"

    sched: Annotated[
        Literal["cosine", "tanh", "step", "constant", "multistep", "plateau", "poly", "wsd", "rsqrt", "none"],
        Meta(description="Which scheduler."),
    ] = "cosine"
    num_epochs: Annotated[int, Meta(ge=1, le=10**12, description="Length of the schedule.")] = 300
    decay_epochs: Annotated[float | None, Meta(gt=0, le=1e12, description="Time between decays, or of the decay.")] = (
        None
    )
    decay_milestones: Annotated[tuple[Real, ...], Meta(description="Milestones of multistep.")] = (90.0, 180.0, 270.0)
    cooldown_epochs: Annotated[int, Meta(ge=0, le=10**12, description="Epochs after the schedule.")] = 0
    patience_epochs: Annotated[int, Meta(ge=0, le=10**9, description="Patience of plateau.")] = 10
    decay_rate: Annotated[float, Meta(ge=0, le=1e6, description="Factor of decays; the power of poly.")] = 0.1
    min_lr: LrMin = 0.0
    warmup_lr: WarmupLr = 1e-5
    warmup_epochs: Warmup = 0.0
    warmup_prefix: Prefix = False
    noise: Annotated[
        tuple[Real, ...] | None, Meta(description="From what share of the schedule to what to add noise.")
    ] = None
    noise_pct: Annotated[float, Meta(gt=0, le=1e9, description="Noise that is larger is drawn again.")] = 0.67
    noise_std: Annotated[float, Meta(ge=0, le=1e9, description="Standard deviation of the noise.")] = 1.0
    noise_seed: Annotated[int, Meta(ge=0, le=2**31, description="Seed of the noise.")] = 42
    cycle_mul: Annotated[float, Meta(gt=0, le=1e6, description="How much longer each cycle is.")] = 1.0
    cycle_decay: Annotated[float, Meta(ge=0, le=1e6, description="Factor of the top from cycle to cycle.")] = 0.1
    cycle_limit: Annotated[int, Meta(ge=0, le=10**9, description="How many cycles.")] = 1
    k_decay: Annotated[float, Meta(gt=0, le=1e6, description="Power of the time in the cycle.")] = 1.0
    decay_fn: Annotated[
        Literal["linear", "1-sqrt", "cosine", "power", "exp"] | None, Meta(description="Shape of wsd's decay.")
    ] = None
    stable_timescale: Annotated[float | None, Meta(gt=0, le=1e12, description="Timescale of rsqrt.")] = None
    plateau_mode: Annotated[Literal["min", "max"], Meta(description="Mode of plateau.")] = "max"
    step_on_epochs: Annotated[bool, Meta(description="Step once an epoch; if not, once an update.")] = True
    updates_per_epoch: Annotated[int, Meta(ge=0, le=10**12, description="Updates of an epoch.")] = 0

    def problems(self) -> list[Problem]:
        """Return updates without their number, and a plateau of updates."""
        found = super().problems()
        if not self.step_on_epochs and not self.updates_per_epoch:
            message = "step_on_epochs=false needs updates_per_epoch"
            found.append(Problem(message=message, path=("updates_per_epoch",)))
        if self.sched == "plateau" and not self.step_on_epochs:
            found.append(Problem(message="plateau can only be stepped once an epoch", path=("step_on_epochs",)))
        if self.noise is not None and len(self.noise) > 2:
            found.append(Problem(message="noise takes one or two shares", path=("noise",)))
        if self.sched in ("wsd", "rsqrt") and not 0 < self._decay_t() <= self._stable_and_decay():
            message = f"{self.sched} needs a decay of 0 to {self._stable_and_decay():g}, not {self._decay_t():g}"
            found.append(Problem(message=message, path=("decay_epochs",)))
        return found

    @property
    def _unit(self) -> int:
        """How many of its steps an epoch has."""
        return 1 if self.step_on_epochs else self.updates_per_epoch

    def _stable_and_decay(self) -> float:
        """Return what wsd and rsqrt have left for their two phases."""
        return self._unit * (self.num_epochs - (0 if self.warmup_prefix else self.warmup_epochs))

    def _decay_t(self) -> float:
        """Return the length of the decay of wsd and rsqrt, of which a share below 1 is of both phases."""
        epochs = self.decay_epochs or 0.2
        return float(round(epochs * self._stable_and_decay() if epochs < 1 else epochs * self._unit))

    def made(self) -> Schedule:
        """Return the scheduler that the factory returns."""
        unit, length = self._unit, float(self.num_epochs * self._unit)
        own = {parameter.field: getattr(self, parameter.field) for parameter in parameters(Composed)}
        del own["warmup_prefix"]
        if self.sched == "none":
            return Constant(max_lr=max(self.base_lr, 1e-300), **own)
        noise = {
            "base_lr": self.base_lr,
            "noise_range_t": None if self.noise is None else tuple(share * length for share in self.noise),
            "noise_pct": self.noise_pct,
            "noise_std": self.noise_std,
            "noise_seed": self.noise_seed,
            **own,
        }
        warmup = {"warmup_t": self.warmup_epochs * unit, "warmup_lr_init": self.warmup_lr}
        if self.sched == "plateau":
            return PlateauLRScheduler(
                **noise,
                warmup_t=int(self.warmup_epochs),
                warmup_lr_init=self.warmup_lr,
                decay_rate=self.decay_rate,
                patience_t=self.patience_epochs,
                lr_min=self.min_lr,
                mode=self.plateau_mode,
            )
        common = {**noise, **warmup, "t_in_epochs": self.step_on_epochs}
        prefix = {"warmup_prefix": self.warmup_prefix}
        cycles = {
            "t_initial": length,
            "lr_min": self.min_lr,
            "cycle_mul": self.cycle_mul,
            "cycle_decay": self.cycle_decay,
            "cycle_limit": self.cycle_limit,
        }
        match self.sched:
            case "cosine":
                return CosineLRScheduler(**common, **prefix, **cycles, k_decay=self.k_decay)
            case "tanh":
                return TanhLRScheduler(**common, **prefix, **cycles)
            case "poly":
                return PolyLRScheduler(**common, **prefix, **cycles, power=self.decay_rate, k_decay=self.k_decay)
            case "step":
                every = (self.decay_epochs or 90) * unit
                return StepLRScheduler(**common, **prefix, decay_t=every, decay_rate=self.decay_rate)
            case "constant":
                return StepLRScheduler(**common, **prefix, decay_t=1.0)
            case "multistep":
                milestones = tuple(milestone * unit for milestone in self.decay_milestones)
                return MultiStepLRScheduler(**common, **prefix, decay_t=milestones, decay_rate=self.decay_rate)
        return WSDLRScheduler(
            **common,
            t_initial=self._stable_and_decay(),
            decay_t=self._decay_t(),
            lr_min=self.min_lr,
            stable_fn="rsqrt" if self.sched == "rsqrt" else "constant",
            stable_timescale=None if self.stable_timescale is None else self.stable_timescale * unit,
            decay_fn=self.decay_fn or ("linear" if self.sched == "rsqrt" else "1-sqrt"),
        )

    def ours(self, run: Run) -> Spec:  # noqa: ARG002
        """Return the scheduler that the factory returns."""
        return self.made()
