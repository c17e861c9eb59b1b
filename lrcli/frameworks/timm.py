"""timm 1.0: its schedulers, and the factory that its train.py calls."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta

from lrcli.frameworks.plateau import CutFactor, Mode, Patience, Plateau
from lrcli.frameworks.scheduler import OnOptimizer, Real
from lrcli.frameworks.timm_schedulers import (
    CosineLRScheduler,
    CycleDecay,
    CycleLimit,
    CycleMul,
    Decay,
    KDecay,
    LrMin,
    MultiStepLRScheduler,
    NoisePct,
    NoiseStd,
    PolyLRScheduler,
    Prefix,
    Seed,
    StepLRScheduler,
    TanhLRScheduler,
    Timm,
    WarmupLr,
    WSDLRScheduler,
)
from lrcli.numeric import floor
from lrcli.problems import Finding, Problem
from lrcli.schedules.base import Counts, Family
from lrcli.schedules.metric import Replay, metric_values
from lrcli.schedules.plateau import Rule, replay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.breakpoints import Breakpoints
    from lrcli.numeric import Array
    from lrcli.run import Run


Arguments = dict[str, Any]
"""Arguments of a scheduler's class by name."""


class PlateauLRScheduler(Plateau, Timm, tag="timm.PlateauLRScheduler", frozen=True, kw_only=True):
    """Multiply the lr by decay_rate when a metric has stopped improving, after a warm-up; torch's rule, threshold rel.

    The metric up to the epoch warmup_t does not count. Its parameters patience_t, threshold, cooldown_t, lr_min and
    mode are torch's patience, threshold, cooldown, min_lr and mode; noise_type says which noise (normal).
    """

    formula = "base_lr * decay_rate ** (times that more than patience_t epochs in a row were bad), never below lr_min"
    counts = "epochs"
    tips = ("mode is max by default: it is made for an accuracy. timm has deprecated it.",)

    decay_rate: CutFactor = 0.1
    patience_t: Patience = 10
    threshold: Annotated[float, Meta(ge=0, le=1e9, description="By what share the metric must improve.")] = 1e-4
    cooldown_t: Annotated[int, Meta(ge=0, le=10**9, description="Epochs after a cut that are never bad.")] = 0
    warmup_t: Annotated[float, Meta(ge=0, le=1e9, description="Length of the linear warm-up.")] = 0.0
    warmup_lr_init: WarmupLr = 0.0
    lr_min: LrMin = 0.0
    mode: Mode = "max"
    noise_type: Annotated[Literal["normal"], Meta(description="Which noise.")] = "normal"
    noise_seed: Seed = None

    def rule(self) -> Rule:
        """Return torch's rule under timm's names."""
        return Rule(
            lr=self.base_lr,
            factor=self.decay_rate,
            patience=self.patience_t,
            mode=self.mode,
            share=self.threshold,
            cooldown=self.cooldown_t,
            min_lr=self.lr_min,
            eps=1e-8,
        )

    def replayed(self, run: Run) -> Replay:
        """Return the lr of the warm-up, then the replay of the metric after it."""
        if not self.warmup_t:
            return replay(self.rule(), metric_values(run))
        values = metric_values(run)
        last = min(math.floor(self.warmup_t), max(len(values), math.ceil(run.total)))
        slope = (self.base_lr - self.warmup_lr_init) / self.warmup_t
        *climb, reached = (self.warmup_lr_init + t * slope for t in range(last + 1))
        found = replay(self.rule()._replace(lr=reached), values[last:])
        bad, cuts = (tuple(t + last for t in times) for times in (found.bad, found.cuts))
        return Replay((*climb, *found.lr), bad, cuts)

    def lr(self, t: Array, run: Run) -> Array:
        """Return the replayed lr, with noise."""
        return self.with_noise(super().lr(t, run), floor(t), after=self.warmup_t)

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that mode is max, so that a loss never improves."""
        yield from super().findings(run)
        if self.mode == "max":
            message = "mode is 'max', timm's default: a higher metric is better, and with a loss every epoch is bad"
            yield Finding("LR036", message, "Set mode=min for a loss.", path=("mode",))


class CreateScheduler(OnOptimizer, tag="timm.create_scheduler_v2", frozen=True, kw_only=True):
    """Create a scheduler as timm's train.py does, by the name `sched`.

    It is the scheduler of that name, with num_epochs, decay_epochs, decay_milestones, patience_epochs, decay_rate,
    min_lr, warmup_lr, warmup_epochs, warmup_prefix, noise, noise_pct, noise_std, noise_seed, cycle_mul, cycle_decay,
    cycle_limit, k_decay, decay_fn, stable_timescale and plateau_mode as its arguments, times updates_per_epoch where
    step_on_epochs is false. cooldown_epochs only lengthens the run.
    """

    home = "timm.scheduler"
    version = "1.0.31"
    names = ("create_scheduler",)
    formula = "the scheduler that sched names"
    shape = "as the scheduler that sched names"
    warmup_parameter = "warmup_epochs"
    tips = (
        "decay_rate is the power of sched=poly, so 0.1 by default.",
        "cycle_decay is 0.1 by default, where the classes have 1.",
        "warmup_prefix is false, for step and multistep too, whose classes have true.",
    )
    positional = "sched"
    refuses = {
        "not step_on_epochs and not updates_per_epoch": "step_on_epochs=false needs updates_per_epoch",
        "sched == 'plateau' and not step_on_epochs": "plateau can only be stepped once an epoch: step_on_epochs",
        "noise is not None and len(noise) > 2": "noise takes one or two shares",
    }

    sched: Annotated[
        Literal["cosine", "tanh", "step", "constant", "multistep", "plateau", "poly", "wsd", "rsqrt", "none"],
        Meta(description="Which scheduler."),
    ] = "cosine"
    num_epochs: Annotated[int, Meta(ge=1, le=10**12, description="Length of the schedule.")] = 300
    decay_epochs: Annotated[
        Annotated[float, Meta(gt=0, le=1e12)] | None, Meta(description="Time between decays, or of the decay.")
    ] = None
    decay_milestones: Annotated[tuple[Real, ...], Meta(description="Milestones of multistep.")] = (90.0, 180.0, 270.0)
    cooldown_epochs: Annotated[int, Meta(ge=0, le=10**12, description="Epochs after the schedule.")] = 0
    patience_epochs: Annotated[int, Meta(ge=0, le=10**9, description="Patience of plateau.")] = 10
    decay_rate: Annotated[float, Meta(ge=0, le=1e6, description="Factor of decays; the power of poly.")] = 0.1
    min_lr: LrMin = 0.0
    warmup_lr: WarmupLr = 1e-5
    warmup_epochs: Annotated[float, Meta(ge=0, le=1e15, description="Length of the linear warm-up.")] = 0.0
    warmup_prefix: Prefix = False
    noise: Annotated[
        tuple[Real, ...] | None, Meta(description="From what share of the schedule to what to add noise.")
    ] = None
    noise_pct: NoisePct = 0.67
    noise_std: NoiseStd = 1.0
    noise_seed: Seed = 42
    cycle_mul: CycleMul = 1.0
    cycle_decay: CycleDecay = 0.1
    cycle_limit: CycleLimit = 1
    k_decay: KDecay = 1.0
    decay_fn: Annotated[Decay | None, Meta(description="Shape of wsd's decay.")] = None
    stable_timescale: Annotated[
        Annotated[float, Meta(gt=0, le=1e12)] | None, Meta(description="Timescale of rsqrt.")
    ] = None
    plateau_mode: Annotated[Literal["min", "max"], Meta(description="Mode of plateau.")] = "max"
    step_on_epochs: Annotated[bool, Meta(description="Step once an epoch; if not, once an update.")] = True
    updates_per_epoch: Annotated[int, Meta(ge=0, le=10**12, description="Updates of an epoch.")] = 0

    def problems(self) -> list[Problem]:
        """Return a problem if the phases are longer than the schedule."""
        found = super().problems()
        if self.sched not in ("wsd", "rsqrt") or found:
            return found
        if self._stable_and_decay() <= 0:
            message = f"warmup_epochs ({self.warmup_epochs:g}) leave no time in num_epochs ({self.num_epochs})"
            return [Problem(message=message, path=("warmup_epochs",))]
        if not 0 < self._decay_t() <= self._stable_and_decay():
            message = f"{self.sched} needs a decay of 0 to {self._stable_and_decay():g}, not {self._decay_t():g}"
            return [Problem(message=message, path=("decay_epochs",))]
        return []

    @property
    def _unit(self) -> int:
        """The number of its steps in an epoch."""
        return 1 if self.step_on_epochs else self.updates_per_epoch

    def _stable_and_decay(self) -> float:
        """Return the length of both phases of wsd and rsqrt together."""
        return self._unit * (self.num_epochs - (0 if self.warmup_prefix else self.warmup_epochs))

    def _decay_t(self) -> float:
        """Return the length of the decay of wsd and rsqrt; below 1 it is a share of both phases."""
        epochs = self.decay_epochs or 0.2
        return float(round(epochs * self._stable_and_decay() if epochs < 1 else epochs * self._unit))

    def run_epochs(self) -> int:
        """Return the epochs of the whole training: all cycles, a warm-up before them, and the cooldown."""
        if self.sched in ("cosine", "tanh", "poly", "wsd", "rsqrt"):
            whole = self.resolved().own_length() or 0.0
            return int(whole + self.cooldown_epochs * self._unit) // self._unit
        return self.num_epochs + (int(self.warmup_epochs) if self.warmup_prefix else 0)

    def unit(self) -> Counts:
        """Return the unit of the scheduler that it creates."""
        return self.resolved().unit()

    def lr(self, t: Array, run: Run) -> Array:
        """Return the lr of the scheduler that it creates."""
        return self.resolved().lr(t, run)

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the breakpoints of the scheduler that it creates."""
        return self.resolved().breakpoints(run)

    def equivalent(self, run: Run) -> Any:
        """Return the same curve as one of lrcli's schedules, if there is one over the whole run."""
        return self.resolved().equivalent(run)

    def resolved(self) -> Family:
        """Return the scheduler that it creates."""
        kind, own = self._kinds()[self.sched]
        return kind(**{"base_lr": self.base_lr, **self._noise(), **self._warmup(), **own})

    def _kinds(self) -> dict[str, tuple[type[Timm], Arguments]]:
        return {
            "cosine": (CosineLRScheduler, {**self._cycles(), "k_decay": self.k_decay}),
            "tanh": (TanhLRScheduler, self._cycles()),
            "poly": (PolyLRScheduler, {**self._cycles(), "k_decay": self.k_decay, "power": self.decay_rate}),
            "step": (StepLRScheduler, {**self._steps(), "decay_t": float((self.decay_epochs or 90) * self._unit)}),
            "constant": (StepLRScheduler, {**self._steps(), "decay_t": 1.0, "decay_rate": 1.0}),
            "none": (StepLRScheduler, {"decay_t": 1.0, "noise_range_t": None, "warmup_t": 0.0}),
            "multistep": (MultiStepLRScheduler, {**self._steps(), "decay_t": self._milestones()}),
            "plateau": (PlateauLRScheduler, self._plateau()),
            "wsd": (WSDLRScheduler, self._wsd()),
            "rsqrt": (WSDLRScheduler, self._wsd()),
        }

    def _noise(self) -> Arguments:
        length = self.num_epochs * self._unit
        return {
            "noise_range_t": None if self.noise is None else tuple(share * length for share in self.noise),
            "noise_pct": self.noise_pct,
            "noise_std": self.noise_std,
            "noise_seed": self.noise_seed,
        }

    def _warmup(self) -> Arguments:
        own = {"warmup_t": self.warmup_epochs * self._unit, "warmup_lr_init": self.warmup_lr}
        return own if self.sched == "plateau" else {**own, "t_in_epochs": self.step_on_epochs}

    def _cycles(self) -> Arguments:
        names = ("warmup_prefix", "cycle_mul", "cycle_decay", "cycle_limit")
        own = {name: getattr(self, name) for name in names}
        return {**own, "t_initial": float(self.num_epochs * self._unit), "lr_min": self.min_lr}

    def _steps(self) -> Arguments:
        return {"warmup_prefix": self.warmup_prefix, "decay_rate": self.decay_rate}

    def _milestones(self) -> tuple[float, ...]:
        return tuple(milestone * self._unit for milestone in self.decay_milestones)

    def _plateau(self) -> Arguments:
        own = {"patience_t": self.patience_epochs, "lr_min": self.min_lr, "mode": self.plateau_mode}
        return {**own, "decay_rate": self.decay_rate}

    def _wsd(self) -> Arguments:
        timescale = None if self.stable_timescale is None else self.stable_timescale * self._unit
        return {
            "t_initial": float(self._stable_and_decay()),
            "decay_t": self._decay_t(),
            "lr_min": self.min_lr,
            "stable_fn": "rsqrt" if self.sched == "rsqrt" else "constant",
            "stable_timescale": timescale,
            "decay_fn": self.decay_fn or ("linear" if self.sched == "rsqrt" else "1-sqrt"),
        }
