"""torch 2.13: `torch.optim.lr_scheduler`, whose schedulers change the current lr at each step, and SWALR."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Annotated, Literal, Self

from msgspec import Meta

from lrcli.frameworks.chain import Multiplying, Overwriting, Stepped
from lrcli.frameworks.plateau import TorchPlateau
from lrcli.frameworks.scheduler import End, OptimizerLr, Real, Share, StepsOrZero
from lrcli.frameworks.torch_chains import ChainedScheduler as ChainedScheduler
from lrcli.frameworks.torch_chains import SequentialLR as SequentialLR
from lrcli.frameworks.torch_chains import Torch
from lrcli.frameworks.torch_cycles import CosineAnnealingWarmRestarts as CosineAnnealingWarmRestarts
from lrcli.frameworks.torch_cycles import CyclicLR as CyclicLR
from lrcli.frameworks.torch_cycles import EtaMin
from lrcli.frameworks.torch_cycles import OneCycleLR as OneCycleLR
from lrcli.numeric import full
from lrcli.problems import Finding
from lrcli.schedules import Linear, form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array
    from lrcli.run import Run
    from lrcli.schedules import Schedule

_WHOLE = "Give a whole total_iters of 1 or more."

Gamma = Annotated[Real, Meta(description="Factor of each decay.")]
TotalIters = Annotated[float, Meta(ge=0, le=1e15, description="How many steps it acts for.")]
Lambda = Annotated[
    str,
    Meta(
        description="A formula of epoch: 0.95 ** epoch, or a lambda.",
        extra={"formula": "epoch", "per_group": True},
    ),
]


class ConstantLR(Torch, Multiplying, tag="torch.ConstantLR", frozen=True, kw_only=True):
    """Multiply the lr by factor until total_iters."""

    formula = "base_lr * where(t < end, factor, 1)"
    where = {"end": "total_iters if total_iters % 1 == 0 and total_iters > 0 else inf"}
    begins = "lr * factor"
    restarts = "base_lr * factor if total_iters > 0 else base_lr"
    times = "where(t == 0, factor, where(t == total_iters, 1 / (factor or 1), 1))"
    held = False
    changes = "at chosen times"
    shape = "by a constant factor"
    same = "constant: max_lr=base_lr | factor == 1.0"
    tips = ("With a total_iters of 0, or that is not whole, the factor is never taken back.",)

    factor: Annotated[Share, Meta(description="Factor of the lr until total_iters.")] = 1 / 3
    total_iters: TotalIters = 5.0

    def raises(self, run: Run) -> End | None:
        """Return where a factor of 0 would be taken back."""
        end = form.value(self, run, "end")
        why = "factor is 0, and torch divides by it to take it back"
        return End(end, why) if self.factor == 0 and self.first <= end < math.inf else None

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that the factor stays."""
        if form.value(self, run, "end") == math.inf and self.factor != 1:
            message = f"ConstantLR with total_iters={self.total_iters:g} never removes its factor of {self.factor:.4g}"
            yield Finding("LR030", message, _WHOLE, path=("total_iters",))


class LinearLR(Torch, Multiplying, tag="torch.LinearLR", frozen=True, kw_only=True):
    """Multiply the lr by a factor that goes in a straight line from start_factor to end_factor."""

    formula = "base_lr * (start_factor + (end_factor - start_factor) * min(t, floor(T)) / (T or 1))"
    where = {"T": "total_iters"}
    begins = "lr * start_factor"
    restarts = "base_lr * start_factor"
    no_restart = {"T == 0": "LinearLR's total_iters is 0, and torch's closed form divides by it"}
    times = (
        "where(t == 0, start_factor, where(t > T, 1, 1 + (end_factor - start_factor)"
        " / (T * start_factor + (min(t, T) - 1) * (end_factor - start_factor))))"
    )
    shape = "linearly"
    same = """
        linear: start_lr=base_lr * start_factor, end_lr=base_lr * end_factor, length=total_iters
            | total_iters > 0, total_iters % 1 == 0
    """
    tips = (
        "It begins at start_factor · base_lr, never at 0, and is at end_factor at t = total_iters.",
        "A total_iters that is not whole stops it at the last whole step before, short of end_factor.",
    )

    start_factor: Annotated[float, Meta(gt=0, le=1, description="Factor at t = 0.")] = 1 / 3
    end_factor: Annotated[Share, Meta(description="Factor from total_iters on.")] = 1.0
    total_iters: TotalIters = 5.0

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that it never comes to its end_factor."""
        if self.total_iters % 1 or self.total_iters == 0:
            last = float(form.value(self, run, self.formula, t=self.total_iters))
            message = f"LinearLR with total_iters={self.total_iters:g} stays at {last:.6g}, short of its end_factor"
            yield Finding("LR030", message, _WHOLE, path=("total_iters",))


class ExponentialLR(Torch, Multiplying, tag="torch.ExponentialLR", frozen=True, kw_only=True):
    """Multiply the lr by gamma at every step."""

    formula = "base_lr * gamma ** t"
    times = "gamma"
    shape = "by a constant factor"
    same = "exponential: max_lr=base_lr, gamma=gamma"
    example = {"gamma": 0.95}

    gamma: Gamma


class PolynomialLR(Torch, Multiplying, tag="torch.PolynomialLR", frozen=True, kw_only=True):
    """Let the lr fall to 0 as a power of the time that is left."""

    formula = "base_lr * (1 - min(t, floor(T)) / (T or 1)) ** power"
    where = {"T": "total_iters"}
    no_restart = {"T == 0": "PolynomialLR's total_iters is 0, and torch's closed form divides by it"}
    times = (
        "where(t > T, 1, inf if T == 0 else ((1 - min(t, T) / (T or 1)) / (1 - (min(t, T) - 1) / (T or 1))) ** power)"
    )
    shape = "as a power of the time left"
    same = """
        polynomial: max_lr=base_lr, power=power, max_update=total_iters | total_iters > 0, total_iters % 1 == 0
    """
    tips = ("It has no end_lr; with power=0 it never decays, and with total_iters=0 neither.",)

    total_iters: TotalIters = 5.0
    power: Annotated[Real, Meta(description="Power of the time that is left.")] = 1.0

    def raises(self, run: Run) -> End | None:
        """Return where 0 would be raised to a negative power."""
        over = 0 < self.first >= self.total_iters  # a resumed run takes no step to it
        if self.power >= 0 or self.total_iters == 0 or self.total_iters % 1 or over:
            return None
        return End(self.total_iters, "its power is negative, and torch raises 0 to it")


class StepLR(Torch, Multiplying, tag="torch.StepLR", frozen=True, kw_only=True):
    """Multiply the lr by gamma every step_size steps."""

    formula = "base_lr * gamma ** floor(t / (period or 1))"
    where = {"period": "numerator(step_size)"}
    no_restart = {"step_size == 0": "step_size is 0, and torch divides by it"}
    times = "where((t % (period or 1) == 0) & (t != 0), gamma, 1)"
    held = False
    changes = "at fixed intervals"
    shape = "by a constant factor"
    same = """
        step: max_lr=base_lr, step_size=step_size, gamma=gamma | step_size % 1 == 0
        step: max_lr=base_lr, step_size=period, gamma=gamma | step_size % 1 > 0
    """
    tips = ("A step_size that is not whole does not raise: 2.5 decays every 5 steps, when t % 2.5 == 0.",)
    example = {"step_size": 30}

    step_size: Annotated[StepsOrZero, Meta(description="Steps between two decays.")]
    gamma: Gamma = 0.1

    def raises(self, run: Run) -> End | None:
        """Return the first step of a step_size of 0."""
        return End(1, "step_size is 0, and torch divides by it") if self.step_size == 0 else None


class MultiStepLR(Torch, Multiplying, tag="torch.MultiStepLR", frozen=True, kw_only=True):
    """Multiply the lr by gamma at each milestone."""

    formula = "base_lr * gamma ** count(t, reached)"
    where = {"reached": "[m for m in milestones if m >= 0 and m % 1 == 0]"}
    begins = "lr * gamma ** count(0, reached)"
    restarts = "base_lr * gamma ** count(0, milestones)"
    times = "gamma ** (count(t, reached) - count(t - 1, reached))"
    held = False
    changes = "at chosen times"
    shape = "by a constant factor"
    same = """
        multistep: max_lr=base_lr, milestones=milestones, gamma=gamma
            | min(1, *milestones) == 1, len(reached) == len(milestones)
    """
    tips = (
        "A milestone that is given twice counts twice, and 0 already applies at t = 0.",
        "A milestone that is not whole never comes: 60.5 is compared with whole epochs.",
    )
    example = {"milestones": [30, 80]}

    milestones: Annotated[tuple[Real, ...], Meta(description="When to decay.", extra={"may_be_empty": True})]
    gamma: Gamma = 0.1

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield the milestones that never come."""
        missed = ", ".join(f"{milestone:g}" for milestone in self.milestones if milestone % 1 or milestone < 0)
        if missed:
            message = f"MultiStepLR never reaches {missed}: it compares milestones with whole epochs"
            yield Finding("LR030", message, "Give whole milestones.", path=("milestones",))


class CosineAnnealingLR(Torch, Stepped, tag="torch.CosineAnnealingLR", frozen=True, kw_only=True):
    """Follow a cosine wave: down to eta_min at T_max, and up again."""

    formula = "eta_min + (base_lr - eta_min) * (1 + cos(pi * t / T)) / 2"
    where = {
        "T": "T_max or 1",
        "trough": "(t - 1 - T) % (2 * T) == 0",
        "before": "where(trough, 1, 1 + cos(pi * (t - 1) / T))",
        "ratio": "(1 + cos(pi * t / T)) / where(before == 0, 1, before)",
        "up": "(base_lr - eta_min) * (1 - cos(pi / T)) / 2",
    }
    origin = "base_lr if lr == base_lr else where(t <= T_max, lr, base_lr)"
    no_restart = {"T_max == 0": "T_max is 0, and torch divides by it"}
    times = "inf if T_max == 0 else where(trough, 1, ratio)"
    plus = "where(trough, up, eta_min * (1 - ratio))"
    shape = "along a cosine"
    length_parameter = "T_max"
    same = "cosine: max_lr=base_lr, min_lr=eta_min, cycle_length=T_max | eta_min >= 0, span <= T_max + 1"
    tips = (
        "It is a wave: after T_max the lr rises again, and is back at base_lr at 2 · T_max.",
        "torch steps it by a recursion, which past T_max and with eta_min > 0 drifts from the wave: by 5e-10 of "
        "base_lr for T_max=10,000.",
    )

    T_max: Annotated[StepsOrZero | None, Meta(description="Half of the period: when the lr is lowest.")] = None
    eta_min: EtaMin = 0.0

    def raises(self, run: Run) -> End | None:
        """Return the first step of a T_max of 0."""
        return End(1, "T_max is 0, and torch divides by it") if self.T_max == 0 else None


class LambdaLR(Torch, Overwriting, tag="torch.LambdaLR", frozen=True, kw_only=True):
    """Multiply base_lr by a function of the epoch."""

    formula = "base_lr * lr_lambda(t)"
    shape = "any shape"
    tips = ("The function is a factor of base_lr, not an lr: torch's own example, epoch // 30, is 0 for 30 epochs.",)
    example = {"lr_lambda": "0.95 ** epoch"}
    positional = "lr_lambda"

    lr_lambda: Lambda

    @classmethod
    def proposals(cls, schedule: Schedule, run: Run) -> Iterator[Self]:
        """Yield a line from 0, which LinearLR cannot be."""
        if isinstance(schedule, Linear) and schedule.ends[0] == 0 and not schedule.warmup:
            length = f"{run.of(schedule.length):g}"
            yield cls(base_lr=schedule.ends[1], lr_lambda=f"min(epoch / {length}, 1)")


class MultiplicativeLR(Torch, Multiplying, tag="torch.MultiplicativeLR", frozen=True, kw_only=True):
    """Multiply the lr by a function of the epoch at every step."""

    formula = "base_lr * lr_lambda(1) * … * lr_lambda(t)"
    restarts = "lr * lr_lambda(0.0)"
    times = "lr_lambda(t)"
    shape = "any shape"
    tips = (
        "On its own it never calls lr_lambda(0); as a later member of SequentialLR it does, and continues from the "
        "current lr.",
    )
    example = {"lr_lambda": "0.95"}
    positional = "lr_lambda"

    lr_lambda: Lambda

    def rate(self, t: Array, run: Run) -> Array:
        """Return base_lr times the product of the factors."""
        return self.resumed(t, run) if self.first else self.base_lr * self.growth(t, run)

    def growth(self, t: Array, run: Run) -> Array:
        """Return the product of the function's values; a power, where it does not depend on the epoch."""
        if not re.search(r"[A-Za-z_]", self.lr_lambda):
            return full(t, float(form.value(self, run, "lr_lambda(1.0)"))) ** t
        return self.product("lr_lambda(t)", t, run)


class SWALR(Torch, Stepped, tag="torch.SWALR", frozen=True, kw_only=True):
    """Anneal from the current lr to swa_lr, and stay there."""

    home = "torch.optim.swa_utils"
    formula = "base_lr * (1 - alpha) + swa_lr * alpha"
    where = {
        "u": "min(t / anneal_epochs, 1) if anneal_epochs else 1",
        "alpha": "u if anneal_strategy == 'linear' else (1 - cos(pi * u)) / 2",
        "before": "min(max(t - 1, 0) / anneal_epochs, 1) if anneal_epochs else where(t > 1, 1, 0)",
        "alpha_before": "before if anneal_strategy == 'linear' else (1 - cos(pi * before)) / 2",
        "left": "where(alpha_before == 1, 0, (1 - alpha) / where(alpha_before == 1, 1, 1 - alpha_before))",
    }
    begins = "lr if anneal_epochs else swa_lr"
    restarts = "lr if anneal_epochs else swa_lr"
    origin = "lr"
    times = "left"
    plus = "swa_lr * (alpha - alpha_before * left)"
    shape = "along a cosine or linearly"
    tips = (
        "It starts from the lr in force at its first step: write it as the last member of a SequentialLR.",
        "It stays at swa_lr for ever, and is not cyclic.",
    )
    example = {"swa_lr": 0.05}
    shared = ("swa_lr",)
    by_count = True

    swa_lr: Annotated[OptimizerLr, Meta(description="The lr of the averaging.")]
    anneal_epochs: Annotated[
        int, Meta(ge=0, le=10**15, description="Steps of the annealing.", extra={"written_as_int": True})
    ] = 10
    anneal_strategy: Annotated[Literal["cos", "linear"], Meta(description="Shape of the annealing.")] = "cos"

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr during t, from the current lr even if initial_lr is another."""
        return self.resumed(t, run) if self.first else form.play(self, t, run)


class ReduceLROnPlateau(Torch, TorchPlateau, tag="torch.ReduceLROnPlateau", frozen=True, kw_only=True):
    """Multiply the lr by factor when a metric has stopped improving."""
