"""torch 2.13: `torch.optim.lr_scheduler`, whose schedulers change the lr that the step before left, and SWALR."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Annotated, Literal, Self

from msgspec import Meta, structs

from lrcli.breakpoints import Growing
from lrcli.frameworks.chain import Multiplying, Overwriting, Stepped
from lrcli.frameworks.plateau import TorchPlateau
from lrcli.frameworks.scheduler import PER_GROUP, End, OptimizerLr, Real, Share, Steps, StepsOrZero
from lrcli.frameworks.torch_chains import ChainedScheduler as ChainedScheduler
from lrcli.frameworks.torch_chains import SequentialLR as SequentialLR
from lrcli.frameworks.torch_chains import Torch
from lrcli.numeric import counting, full, highest, not_an_expression, running_product
from lrcli.problems import Finding, Problem, SpecError
from lrcli.schedules import Linear, form
from lrcli.schedules.plateau import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.breakpoints import Breakpoints
    from lrcli.numeric import Array
    from lrcli.run import Run
    from lrcli.schedules import Schedule

_WHOLE = "Give a whole total_iters of 1 or more."

Gamma = Annotated[Real, Meta(description="Factor of each decay.")]
TotalIters = Annotated[float, Meta(ge=0, le=1e15, description="How many steps it acts for.")]
EtaMin = Annotated[Real, Meta(description="Lowest lr.")]
Lambda = Annotated[
    str,
    Meta(
        description="A formula of epoch: 0.95 ** epoch, or a lambda.",
        extra={"formula": "epoch", "per_group": True},
    ),
]
Whole = Annotated[int, Meta(ge=1, le=10**15, extra={"written_as_int": True})]
Momentum = Annotated[Real, Meta(description="For the momentum, which does not touch the lr.")]
CycleMomentum = Annotated[bool, Meta(description="Change the momentum too, against the lr.")]


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
        """Return where a factor of 0 is to be taken back."""
        end = self.said("end", run)
        why = "factor is 0, and torch divides by it to take it back"
        return End(end, why) if self.factor == 0 and self.first <= end < math.inf else None

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that the factor stays."""
        if self.said("end", run) == math.inf and self.factor != 1:
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
            last = float(self.said(self.formula, run, t=self.total_iters))
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
        """Return where a negative power meets 0."""
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


class CosineAnnealingWarmRestarts(
    Torch, Overwriting, tag="torch.CosineAnnealingWarmRestarts", frozen=True, kw_only=True
):
    """Fall along half a cosine, jump back to base_lr, and so on in cycles that are each T_mult times as long."""

    formula = "eta_min + (base_lr - eta_min) * (1 + cos(pi * T_cur / T_i)) / 2"
    where = {
        "i": "floor(t / T_0) if T_mult == 1 else cycle_number(t, T_0, T_mult)",
        "T_cur": "t - T_0 * (i if T_mult == 1 else (T_mult ** i - 1) / (T_mult - 1))",
        "T_i": "T_0 if T_mult == 1 else T_0 * T_mult ** i",
    }
    fractional = True
    changes = "in cycles"
    shape = "along a cosine"
    same = "cosine-restarts: max_lr=base_lr, min_lr=eta_min, cycle_length=T_0, cycle_mult=T_mult"
    tips = (
        "Stepped by whole numbers it never reaches eta_min: a cycle ends a step before that.",
        "Looked at --per-step in a run of epochs, it is stepped by fractions of epochs, as its documentation shows.",
    )
    example = {"T_0": 10}

    T_0: Annotated[Whole, Meta(description="Length of the first cycle.")]
    T_mult: Annotated[
        int,
        Meta(
            ge=1, le=10**6, description="How much longer each cycle is than the last.", extra={"written_as_int": True}
        ),
    ] = 1
    eta_min: EtaMin = 0.0

    def resumed(self, t: Array, run: Run) -> Array:
        """Return what it sets from the step after last_epoch on: in its first cycle or, wherever it was, the second."""
        begin = self.first if self.first < self.T_0 else self.T_0 + self.first % self.T_0
        return self.onward(t + begin, self.base_lr, self.base, run)

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the restarts, which are not read off the formula if each cycle is longer than the one before."""
        return super().breakpoints(run) if self.T_mult == 1 or self.first else (Growing(self.T_0, self.T_mult),)


class CyclicLR(Torch, Overwriting, tag="torch.CyclicLR", frozen=True, kw_only=True):
    """Climb and fall between base_lr and max_lr in straight lines."""

    formula = "base_lr + (max_lr - base_lr) * height * S"
    where = {
        "size": "step_size_up + step_size_down",
        "up": "step_size_up / size",
        "cycle": "floor(1 + t / size)",
        "x": "1.0 + t / size - cycle",
        "height": "where(x <= up, x / up, (x - 1) / (up - 1))",
        "S": (
            "scale_fn(cycle if scale_mode == 'cycle' else t) if scale_fn else "
            "1 / 2.0 ** (cycle - 1) if mode == 'triangular2' else gamma ** t if mode == 'exp_range' else 1"
        ),
    }
    not_arguments = frozenset({"last_epoch", "initial_lr"})
    changes = "in cycles"
    shape = "linearly"
    peak = "max_lr"
    same = """
        cyclic: min_lr=base_lr, max_lr=max_lr, step_size_up=step_size_up, step_size_down=step_size_down, mode=mode,
            gamma=gamma | scale_fn is None
    """
    tips = (
        "base_lr is its own, not the optimizer's: it overwrites the optimizer's lr.",
        "exp_range shrinks with gamma to the power of all steps so far, not of those in the cycle.",
    )
    example = {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 20}

    base_lr: Annotated[Real, Meta(description="Lowest lr of a cycle.", extra=PER_GROUP)]
    max_lr: Annotated[Real, Meta(description="Highest lr of a cycle.", extra=PER_GROUP)]
    step_size_up: Annotated[Steps, Meta(description="Steps of the climb.")] = 2000.0
    step_size_down: Annotated[
        Steps | None, Meta(description="Steps of the fall (step_size_up).", extra={"otherwise": "step_size_up"})
    ] = None
    mode: Annotated[Literal["triangular", "triangular2", "exp_range"], Meta(description="What becomes of the top.")] = (
        "triangular"
    )
    gamma: Annotated[Real, Meta(description="Factor of the top from step to step, for exp_range.")] = 1.0
    scale_fn: Annotated[str | None, Meta(description="A formula of x instead of the mode.", extra={"formula": "x"})] = (
        None
    )
    scale_mode: Annotated[Literal["cycle", "iterations"], Meta(description="What x is.")] = "cycle"
    cycle_momentum: CycleMomentum = True
    base_momentum: Momentum = 0.8
    max_momentum: Momentum = 0.9

    def onward(self, t: Array, lr: float, base: float, run: Run) -> Array:
        """Return its formula, which has a base_lr of its own."""
        return form.play(self, t, run)

    def noted(self, lr: float, initial: float | None) -> tuple[float, float]:
        """Return its base_lr as the optimizer's lr, and as initial_lr if there is none yet."""
        return self.base_lr, self.base_lr if initial is None else initial

    def left(self, lr: float, initial: float) -> float:
        """Return initial_lr: the constructor steps before it knows its own base_lr."""
        return initial

    def raises(self, run: Run) -> End | None:
        """Return where the height of the cycles is too small for Python: at the cycle 1025 of triangular2."""
        if self.mode != "triangular2" or self.scale_fn:
            return None
        why = "mode=triangular2 divides by 2.0 to the power of the cycle, which overflows"
        return End(math.ceil(1024 * float(self.said("size", run))), why)

    def momentum(self) -> Self | None:
        """Return the same cycles between max_momentum and base_momentum."""
        between = {"base_lr": self.max_momentum, "max_lr": self.base_momentum}
        return self.replaced(**between) if self.cycle_momentum else None


class OneCycleLR(Torch, Overwriting, tag="torch.OneCycleLR", frozen=True, kw_only=True):
    """Climb from max_lr/div_factor to max_lr, and fall far below where it began."""

    formula = "where(t <= top, climb, where(t <= back, fall, tail) if three_phase else fall)"
    where = {
        "N": "total_steps or (epochs * steps_per_epoch if epochs and steps_per_epoch else span)",
        "top": "pct_start * N - 1",
        "back": "2 * pct_start * N - 2 if three_phase else N - 1",
        "first": "max_lr / div_factor",
        "last": "first / final_div_factor",
        "climb": "anneal(first, max_lr, t / (top or 1), anneal_strategy)",
        "fall": "anneal(max_lr, first if three_phase else last, (t - top) / (back - top or 1), anneal_strategy)",
        "tail": "anneal(first, last, (t - back) / (N - 1 - back or 1), anneal_strategy)",
    }
    counts = "steps"
    changes = "in phases"
    shape = "along a cosine or linearly"
    peak = "max_lr"
    length_parameter = "total_steps"
    shared = ("max_lr", "div_factor", "final_div_factor")
    same = """
        one-cycle: max_lr=max_lr, pct_start=pct_start, div_factor=div_factor, final_div_factor=final_div_factor,
            anneal=anneal_strategy, three_phase=three_phase | span == N
    """
    tips = (
        "max_lr is reached exactly only if pct_start · total_steps is whole.",
        "total_steps counts calls of step(): one more than that and torch raises.",
    )
    example = {"max_lr": 0.1}

    max_lr: Annotated[OptimizerLr, Meta(description="Highest lr.", extra=PER_GROUP)]
    total_steps: Annotated[Whole | None, Meta(description="Length in steps.")] = None
    epochs: Annotated[Whole | None, Meta(description="With steps_per_epoch, instead of total_steps.")] = None
    steps_per_epoch: Annotated[Whole | None, Meta(description="With epochs, instead of total_steps.")] = None
    pct_start: Annotated[
        Share, Meta(description="Share of the steps that climb.", extra={"written_as_float": True})
    ] = 0.3
    anneal_strategy: Annotated[Literal["cos", "linear"], Meta(description="Shape of each phase.")] = "cos"
    cycle_momentum: CycleMomentum = True
    base_momentum: Momentum = 0.85
    max_momentum: Momentum = 0.95
    div_factor: Annotated[float, Meta(gt=0, le=1e300, description="max_lr over the first lr.")] = 25.0
    final_div_factor: Annotated[float, Meta(gt=0, le=1e300, description="First lr over the last.")] = 1e4
    three_phase: Annotated[bool, Meta(description="Fall as long as it climbed, then further down.")] = False

    def in_run(self, run: Run) -> Self:
        """Return the same with the run's length as total_steps, if it has none itself."""
        return super().in_run(run) if self.own_length() else self.replaced(total_steps=int(run.span))

    def own_length(self) -> float | None:
        """Return total_steps, or epochs · steps_per_epoch."""
        return self.total_steps or ((self.epochs or 0) * (self.steps_per_epoch or 0) or None)

    def noted(self, lr: float, initial: float | None) -> tuple[float, float]:
        """Return its first lr as initial_lr, whatever that was."""
        return lr, self.max_lr / self.div_factor

    def momentum(self) -> OneCycleLR | None:
        """Return the same phases from max_momentum to base_momentum and back."""
        fields = {**structs.asdict(self), "max_lr": self.base_momentum}
        return _OneCycleMomentum(**fields) if self.cycle_momentum else None

    def problems(self) -> list[Problem]:
        """Return half a length, and a climb of no length, on which torch raises at once."""
        found, length = super().problems(), self.own_length()
        if self.total_steps is None and (self.epochs is None) != (self.steps_per_epoch is None):
            found.append(Problem(message="give total_steps, or both epochs and steps_per_epoch", path=("total_steps",)))
        elif length is not None and self.pct_start * length == 1:
            message = "pct_start · total_steps is 1: the climb ends where it begins, and torch divides by its length"
            found.append(Problem(message=message, path=("pct_start",)))
        return found

    def raises(self, run: Run) -> End | None:
        """Return where torch raises: a step past total_steps, or at it if the last phase has no length."""
        length, begin = self.said("N", run), self.said("back if three_phase else top", run)
        if begin == length - 1:
            return End(length, "the last phase has no length, and torch divides by it")
        tried = f"Tried to step {length + 1:g} times"
        return End(length + 1, f"total_steps is {length:g}, and torch raises {tried!r}")

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that the peak is missed, or that its last step() raises."""
        length, peak = self.said("N", run), self.said("top", run)
        if not float(peak).is_integer() or peak < 0:
            near = {min(max(t, 0.0), length - 1.0) for t in (math.floor(peak), math.floor(peak) + 1.0)}
            best = max(float(self.rate(t, run)) for t in near)
            text = f"OneCycleLR never reaches max_lr={self.max_lr:g}: its peak is at step {peak:g}, which is not whole"
            fix = "Choose pct_start so that pct_start · total_steps is whole."
            yield Finding("LR019", f"{text}; the highest lr is {best:.6g}", fix, "note", path=("pct_start",))
        if run.span > length:
            text = f"OneCycleLR has total_steps={length:g}, and the run has {run.span:g} {run.unit}s"
            fix = f"Set total_steps={run.span:g}."
            path = ("epochs" if self.total_steps is None else "total_steps",)
            yield Finding("LR008", f"{text}: the step() that ends {run.unit} {length:g} raises", fix, path=path)


class _OneCycleMomentum(OneCycleLR, tag="momentum", frozen=True, kw_only=True):
    """The momentum of OneCycleLR as a schedule: its max_lr is base_momentum."""

    where = {**OneCycleLR.where, "first": "max_momentum", "last": "max_momentum"}


class LambdaLR(Torch, Overwriting, tag="torch.LambdaLR", frozen=True, kw_only=True):
    """Multiply base_lr by a function of the epoch."""

    formula = "base_lr * lr_lambda(t)"
    shape = "as you say"
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
    shape = "as you say"
    tips = (
        "Alone it never asks for lr_lambda(0); as a later member of SequentialLR it does, and goes on from the lr that "
        "it finds.",
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
            return full(t, float(self.said("lr_lambda(1.0)", run))) ** t
        not_an_expression(t, "it is a product of as many factors as there are steps, and no closed form")
        last = highest(t)
        if last > LONGEST:
            raise SpecError(f"{self.tag()} is a product of {last:,.0f} factors: {LONGEST:,} at most")
        factors = self.said("lr_lambda(t)", run, t=counting(max(int(last), 0)))
        factors[0] = 1.0
        return running_product(factors, t)


class SWALR(Torch, Stepped, tag="torch.SWALR", frozen=True, kw_only=True):
    """Anneal from the lr that it finds to swa_lr, and stay there."""

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
        "It starts from the lr in force when it is first stepped: say that as a SequentialLR whose last member it is.",
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
        """Return the lr during t: from the lr that it finds, even if initial_lr is another."""
        return self.resumed(t, run) if self.first else form.play(self, t, run)


class ReduceLROnPlateau(Torch, TorchPlateau, tag="torch.ReduceLROnPlateau", frozen=True, kw_only=True):
    """Multiply the lr by factor when a metric has stopped improving."""
