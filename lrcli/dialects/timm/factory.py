"""timm's factory, `create_scheduler_v2`, as its train.py calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from msgspec import Meta

from lrcli.dialects.base import Dialect, Real
from lrcli.dialects.timm.base import LrMin, Prefix, Warmup, WarmupLr
from lrcli.dialects.timm.cycles import CosineLRScheduler, PolyLRScheduler, TanhLRScheduler
from lrcli.dialects.timm.plateau import PlateauLRScheduler
from lrcli.dialects.timm.steps import MultiStepLRScheduler, StepLRScheduler
from lrcli.dialects.timm.wsd import WSDLRScheduler
from lrcli.parameters import parameters
from lrcli.problems import Problem
from lrcli.schedules import Constant, Schedule
from lrcli.schedules.base import Composed

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.dialects.timm.cycles import Cycles
    from lrcli.run import Run


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
    decay_epochs: Annotated[
        Annotated[float, Meta(gt=0, le=1e12)] | None, Meta(description="Time between decays, or of the decay.")
    ] = None
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
    stable_timescale: Annotated[
        Annotated[float, Meta(gt=0, le=1e12)] | None, Meta(description="Timescale of rsqrt.")
    ] = None
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
        if self.sched in ("wsd", "rsqrt") and self._stable_and_decay() <= 0:
            message = f"warmup_epochs ({self.warmup_epochs:g}) leave no time in num_epochs ({self.num_epochs})"
            found.append(Problem(message=message, path=("warmup_epochs",)))
        elif self.sched in ("wsd", "rsqrt") and not 0 < self._decay_t() <= self._stable_and_decay():
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

    def run_epochs(self) -> int:
        """Return the epochs to train, with cycles, the warm-up that comes first, and the cooldown."""
        if self.sched in ("cosine", "tanh", "poly"):
            made = cast("Cycles", self.made())
            return int(made.all_cycles() + self.cooldown_epochs * self._unit) // self._unit
        if self.sched in ("wsd", "rsqrt"):
            whole = self._stable_and_decay() + self.warmup_epochs * self._unit
            return int(whole + self.cooldown_epochs * self._unit) // self._unit
        return self.num_epochs + (int(self.warmup_epochs) if self.warmup_prefix else 0)

    def made(self) -> Schedule:
        """Return the scheduler that the factory returns."""
        composed: dict[str, Any] = {p.field: getattr(self, p.field) for p in parameters(Composed)}
        del composed["warmup_prefix"]  # timm's own, which each class has
        if self.sched == "none":
            return Constant(max_lr=max(self.base_lr, 1e-300), **composed)
        made: dict[str, tuple[type[Dialect], dict[str, Any]]] = {
            "cosine": (CosineLRScheduler, {**self._cycles(), "k_decay": self.k_decay}),
            "tanh": (TanhLRScheduler, self._cycles()),
            "poly": (PolyLRScheduler, {**self._cycles(), "k_decay": self.k_decay, "power": self.decay_rate}),
            "step": (StepLRScheduler, {**self._steps(), "decay_t": (self.decay_epochs or 90) * self._unit}),
            "constant": (StepLRScheduler, {**self._steps(), "decay_t": 1.0, "decay_rate": 1.0}),
            "multistep": (MultiStepLRScheduler, {**self._steps(), "decay_t": self._milestones()}),
            "plateau": (PlateauLRScheduler, self._plateau()),
            "wsd": (WSDLRScheduler, self._wsd()),
            "rsqrt": (WSDLRScheduler, self._wsd()),
        }
        kind, own = made[self.sched]
        return kind(**{"base_lr": self.base_lr, **self._noise(), **self._warmup(), **own, **composed})

    def _noise(self) -> dict[str, Any]:
        length = self.num_epochs * self._unit
        return {
            "noise_range_t": None if self.noise is None else tuple(share * length for share in self.noise),
            "noise_pct": self.noise_pct,
            "noise_std": self.noise_std,
            "noise_seed": self.noise_seed,
        }

    def _warmup(self) -> dict[str, Any]:
        own = {"warmup_t": self.warmup_epochs * self._unit, "warmup_lr_init": self.warmup_lr}
        return own if self.sched == "plateau" else {**own, "t_in_epochs": self.step_on_epochs}

    def _cycles(self) -> dict[str, Any]:
        return {
            "warmup_prefix": self.warmup_prefix,
            "t_initial": float(self.num_epochs * self._unit),
            "lr_min": self.min_lr,
            "cycle_mul": self.cycle_mul,
            "cycle_decay": self.cycle_decay,
            "cycle_limit": self.cycle_limit,
        }

    def _steps(self) -> dict[str, Any]:
        return {"warmup_prefix": self.warmup_prefix, "decay_rate": self.decay_rate}

    def _milestones(self) -> tuple[float, ...]:
        return tuple(milestone * self._unit for milestone in self.decay_milestones)

    def _plateau(self) -> dict[str, Any]:
        return {
            "decay_rate": self.decay_rate,
            "patience_t": self.patience_epochs,
            "lr_min": self.min_lr,
            "mode": self.plateau_mode,
        }

    def _wsd(self) -> dict[str, Any]:
        timescale = None if self.stable_timescale is None else self.stable_timescale * self._unit
        return {
            "t_initial": self._stable_and_decay(),
            "decay_t": self._decay_t(),
            "lr_min": self.min_lr,
            "stable_fn": "rsqrt" if self.sched == "rsqrt" else "constant",
            "stable_timescale": timescale,
            "decay_fn": self.decay_fn or ("linear" if self.sched == "rsqrt" else "1-sqrt"),
        }

    def ours(self, run: Run) -> Spec:  # noqa: ARG002
        """Return the scheduler that the factory returns."""
        return self.made()
