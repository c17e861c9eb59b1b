"""PaddlePaddle: `paddle.optimizer.lr`, whose schedulers count calls of `step()`, once an epoch or once an update."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from msgspec import Meta

from lrcli.frameworks.plateau import (
    Cooldown,
    CutFactor,
    Eps,
    MinLr,
    Mode,
    Patience,
    Plateau,
    Threshold,
    ThresholdMode,
)
from lrcli.frameworks.scheduler import Count, End, Lr, Members, Positive, Real, Scheduler, Share, Steps
from lrcli.numeric import array, cos, pi, piecewise
from lrcli.parameters import parameters
from lrcli.problems import Problem
from lrcli.schedules.plateau import Rule, margins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array
    from lrcli.run import Run
    from lrcli.schedules import Schedule

Lambda = Annotated[
    str, Meta(description="A formula of t: 0.95 ** t, or a lambda with one argument.", extra={"formula": "t"})
]
Initial = Annotated[float, Meta(ge=0, le=1e300, description="First lr.")]
Gamma = Annotated[float, Meta(gt=0, lt=1, description="Factor of the lr.")]
Rate = Annotated[float, Meta(gt=0, le=1e9, description="How fast it falls.")]


class Paddle(Scheduler, frozen=True, kw_only=True):
    """A scheduler of Paddle."""

    home = "paddle.optimizer.lr"
    version = "3.3.1"
    peak = "learning_rate"
    synonyms = {"base_lr": "learning_rate"}

    def problems(self) -> list[Problem]:
        """Return a problem for each length that is not whole, which Paddle refuses."""
        lengths = [(p.name, getattr(self, p.field)) for p in parameters(type(self)) if p.kind == "length"]
        return super().problems() + [
            Problem(message=f"{name} must be a whole number, not {value:g}", path=(name,))
            for name, value in lengths
            if isinstance(value, float) and not value.is_integer()
        ]


class NoamDecay(Paddle, tag="paddle.NoamDecay", frozen=True, kw_only=True):
    """Climb linearly and fall as one over the square root of the step."""

    formula = "learning_rate * d_model**-0.5 * where(t == 0, 0, min(max(t, 1) ** -0.5, t * warmup_steps**-1.5))"
    shape = "as 1/√t"
    tips = ("It counts from 0, so that the lr of step 0 is exactly 0.",)
    example = {"d_model": 512, "warmup_steps": 20}

    d_model: Annotated[Positive, Meta(description="Width of the model.")]
    warmup_steps: Annotated[Positive, Meta(description="Step at which the peak is.")]
    learning_rate: Annotated[float, Meta(ge=0, le=1e300, description="Factor of the whole curve.")] = 1.0


class PiecewiseDecay(Paddle, tag="paddle.PiecewiseDecay", frozen=True, kw_only=True):
    """Hold values[i] until boundaries[i]."""

    formula = "pick(held, count(t, boundaries))"
    where = {"held": "[*values[:len(boundaries)], values[-1]]"}
    changes = "at chosen times"
    shape = "to the values given"
    peak = ""
    synonyms = {}
    example = {"boundaries": (30, 60), "values": (0.1, 0.01, 0.001)}
    refuses = {"len(values) <= len(boundaries)": "values must be more than boundaries"}

    boundaries: Annotated[tuple[Count, ...], Meta(description="When each value but the first begins.")]
    values: Annotated[tuple[Lr, ...], Meta(description="The lrs.")]


class NaturalExpDecay(Paddle, tag="paddle.NaturalExpDecay", frozen=True, kw_only=True):
    """Fall as the exponential function."""

    formula = "learning_rate * exp(-gamma * t)"
    shape = "by a constant factor"
    example = {"learning_rate": 0.1, "gamma": 0.05}

    learning_rate: Initial
    gamma: Rate


class InverseTimeDecay(Paddle, tag="paddle.InverseTimeDecay", frozen=True, kw_only=True):
    """Fall as one over the time."""

    formula = "learning_rate / (1 + gamma * t)"
    shape = "as 1/t"
    same = "inverse-time: max_lr=learning_rate, decay_rate=gamma, decay_steps=0 * gamma + 1"
    example = {"learning_rate": 0.1, "gamma": 0.1}

    learning_rate: Initial
    gamma: Rate


class PolynomialDecay(Paddle, tag="paddle.PolynomialDecay", frozen=True, kw_only=True):
    """Fall to end_lr as a power of the time left; with cycle jump up again, each time for longer."""

    formula = "(learning_rate - end_lr) * (1 - u / D) ** power + end_lr"
    where = {
        "D": "decay_steps * max(1, ceil(t / decay_steps)) if cycle else decay_steps",
        "u": "t if cycle else min(t, decay_steps)",
    }
    shape = "as a power of the time left"
    length_parameter = "decay_steps"
    same = """
        linear: start_lr=learning_rate, end_lr=end_lr, length=decay_steps | power == 1.0, cycle == False
        polynomial: max_lr=learning_rate, min_lr=end_lr, power=power, max_update=decay_steps, cycle=cycle
    """
    example = {"learning_rate": 0.1}

    learning_rate: Initial
    decay_steps: Annotated[Steps | None, Meta(description="Length of the decay.")] = None
    end_lr: Annotated[Lr, Meta(description="Lr at the end.")] = 1e-4
    power: Annotated[float, Meta(gt=0, le=1e6, description="Power of the time left.")] = 1.0
    cycle: Annotated[bool, Meta(description="Start again at each multiple of decay_steps.")] = False


class ExponentialDecay(Paddle, tag="paddle.ExponentialDecay", frozen=True, kw_only=True):
    """Multiply the lr by gamma at every step."""

    formula = "learning_rate * gamma**t"
    shape = "by a constant factor"
    same = "exponential: max_lr=learning_rate, gamma=gamma"
    example = {"learning_rate": 0.1, "gamma": 0.95}

    learning_rate: Initial
    gamma: Gamma


class MultiStepDecay(Paddle, tag="paddle.MultiStepDecay", frozen=True, kw_only=True):
    """Multiply the lr by gamma at each milestone."""

    formula = "learning_rate * gamma ** count(t, milestones)"
    changes = "at chosen times"
    shape = "by a constant factor"
    same = "multistep: max_lr=learning_rate, milestones=milestones, gamma=gamma"
    example = {"learning_rate": 0.1, "milestones": (30, 60)}

    learning_rate: Initial
    milestones: Annotated[
        tuple[Count, ...], Meta(description="When the lr is multiplied.", extra={"may_be_empty": True})
    ]
    gamma: Annotated[float, Meta(ge=0, lt=1, description="Factor of each step.")] = 0.1


class StepDecay(Paddle, tag="paddle.StepDecay", frozen=True, kw_only=True):
    """Multiply the lr by gamma after every step_size."""

    formula = "learning_rate * gamma ** floor(t / step_size)"
    changes = "at fixed intervals"
    shape = "by a constant factor"
    same = "step: max_lr=learning_rate, step_size=step_size, gamma=gamma"
    example = {"learning_rate": 0.1, "step_size": 30}

    learning_rate: Initial
    step_size: Annotated[Positive, Meta(description="Steps between two cuts.")]
    gamma: Annotated[float, Meta(ge=0, lt=1, description="Factor of each cut.")] = 0.1


class CosineAnnealingDecay(Paddle, tag="paddle.CosineAnnealingDecay", frozen=True, kw_only=True):
    """Follow a cosine wave between learning_rate and eta_min, down in T_max and up again."""

    formula = "eta_min + (learning_rate - eta_min) * (1 + cos(pi * t / T_max)) / 2"
    shape = "along a cosine"
    length_parameter = "T_max"
    same = "cosine: max_lr=learning_rate, min_lr=eta_min, cycle_length=T_max | span <= T_max + 1"
    example = {"learning_rate": 0.1}

    learning_rate: Initial
    T_max: Annotated[Steps | None, Meta(description="Half of the wave's length.")] = None
    eta_min: Annotated[Real, Meta(description="Lr at the trough.")] = 0.0


class LinearLR(Paddle, tag="paddle.LinearLR", frozen=True, kw_only=True):
    """Multiply the lr by a factor that goes in a straight line."""

    formula = "learning_rate * (start_factor + (end_factor - start_factor) * min(t, total_steps) / total_steps)"
    shape = "linearly"
    same = """
        linear: start_lr=learning_rate * start_factor, end_lr=learning_rate * end_factor, length=total_steps
            | start_factor <= 1, end_factor <= 1
    """
    example = {"learning_rate": 0.1, "total_steps": 20}

    learning_rate: Initial
    total_steps: Annotated[Positive, Meta(description="Length of the line.")]
    start_factor: Annotated[float, Meta(gt=0, le=1, description="Factor at step 0.")] = 1 / 3
    end_factor: Annotated[Share, Meta(description="Factor from total_steps on.")] = 1.0


class CosineAnnealingWarmRestarts(Paddle, tag="paddle.CosineAnnealingWarmRestarts", frozen=True, kw_only=True):
    """Fall along half a cosine, jump back up, and so on, each time T_mult as long."""

    formula = "eta_min + (learning_rate - eta_min) * (1 + cos(pi * x)) / 2"
    where = {
        "n": "0 if T_mult == 1 else whole_log(t / T_0 * (T_mult - 1) + 1, T_mult)",
        "x": "(t % T_0) / T_0 if T_mult == 1 else (t - T_0 * (T_mult**n - 1) / (T_mult - 1)) / (T_0 * T_mult**n)",
    }
    changes = "in cycles"
    shape = "along a cosine"
    same = "cosine-restarts: max_lr=learning_rate, min_lr=eta_min, cycle_length=T_0, cycle_mult=T_mult"
    example = {"learning_rate": 0.1, "T_0": 20}

    learning_rate: Initial
    T_0: Annotated[Positive, Meta(description="Length of the first cycle.")]
    T_mult: Annotated[Positive, Meta(description="Length of each cycle over that before.")] = 1
    eta_min: Annotated[Real, Meta(description="Lr at the end of a cycle, which it does not reach.")] = 0.0


class OneCycleLR(Paddle, tag="paddle.OneCycleLR", frozen=True, kw_only=True):
    """Climb to max_learning_rate and fall to end_learning_rate."""

    formula = "from one value to the next in the phase of t"
    changes = "in phases"
    shape = "along a cosine or linearly"
    peak = "max_learning_rate"
    synonyms = {}
    length_parameter = "total_steps"
    same = """
        one-cycle: max_lr=max_learning_rate, pct_start=phase_pct, div_factor=divide_factor,
            final_div_factor=max_learning_rate / divide_factor / end_learning_rate, anneal=anneal_strategy,
            three_phase=three_phase | total_steps == span, end_learning_rate > 0
    """
    tips = ("end_learning_rate is an lr; torch's final_div_factor is a factor.",)
    example = {"max_learning_rate": 0.1, "total_steps": 100}

    max_learning_rate: Annotated[Lr, Meta(description="Highest lr.")]
    total_steps: Annotated[Positive | None, Meta(description="Length in steps.")] = None
    divide_factor: Annotated[float, Meta(gt=0, le=1e300, description="Highest lr over the first.")] = 25.0
    end_learning_rate: Annotated[Lr, Meta(description="Last lr.")] = 1e-4
    phase_pct: Annotated[Share, Meta(description="Share of the steps that climb.")] = 0.3
    anneal_strategy: Annotated[Literal["cos", "linear"], Meta(description="Shape of each phase.")] = "cos"
    three_phase: Annotated[bool, Meta(description="Fall as long as it climbed, then further down.")] = False

    def in_run(self, run: Run) -> Self:
        """Return the same with the length of the run, if it has none."""
        return self if self.total_steps else self.replaced(total_steps=int(run.span))

    def _length(self, run: Run) -> float:
        return float(self.total_steps or run.span)

    def end(self, run: Run) -> End:
        """Return one step past total_steps, where Paddle raises."""
        return End(self._length(run) + 1, f"total_steps is {self._length(run):g}")

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr of the phase that t is in; the last goes on past its end."""
        length, top, first = self._length(run), self.max_learning_rate, self.max_learning_rate / self.divide_factor
        climb = self.phase_pct * length - 1
        marks = [(0.0, first), (climb, top)]
        marks += [(2 * self.phase_pct * length - 2, first)] if self.three_phase else []
        marks.append((length - 1, self.end_learning_rate))
        starts = [0.0, *(float(math.floor(at) + 1) for at, _ in marks[1:-1])]
        phases = list(zip(starts, marks[:-1], marks[1:], strict=True))
        return piecewise(t, starts, [partial(self._since, *phase) for phase in phases])

    def _since(self, begin: float, first: tuple[float, float], last: tuple[float, float], t: Array) -> Array:
        part = (t + begin - first[0]) / ((last[0] - first[0]) or 1.0)
        if self.anneal_strategy == "linear":
            return (last[1] - first[1]) * part + first[1]
        return last[1] + (first[1] - last[1]) / 2 * (1 + cos(pi * part))


_WARMED_UP: tuple[type[Paddle], ...] = (
    PolynomialDecay, CosineAnnealingDecay, ExponentialDecay, StepDecay, MultiStepDecay, InverseTimeDecay, LinearLR,
    CosineAnnealingWarmRestarts,
)  # fmt: skip
"""The classes that a warm-up is proposed around."""


class LinearWarmup(Paddle, tag="paddle.LinearWarmup", frozen=True, kw_only=True):
    """Climb from start_lr to end_lr in a straight line, then follow learning_rate: an lr, or a scheduler."""

    formula = "start_lr + (end_lr - start_lr) * t / warmup_steps for t < warmup_steps, then learning_rate"
    changes = "in phases"
    shape = "linearly, then as its scheduler does"
    peak = "end_lr"
    synonyms = {}
    members = "learning_rate"
    one_member = True
    warmup_parameter = "warmup_steps"
    refuses = {"end_lr <= start_lr": "end_lr ({end_lr:g}) must be above start_lr ({start_lr:g})"}
    example = {
        "learning_rate": (StepDecay(learning_rate=0.1, step_size=30),),
        "warmup_steps": 10, "start_lr": 0.0, "end_lr": 0.1,
    }  # fmt: skip

    learning_rate: Members
    warmup_steps: Annotated[Count, Meta(description="Length of the warm-up.")]
    start_lr: Annotated[Lr, Meta(description="Lr at which it begins.")]
    end_lr: Annotated[Lr, Meta(description="Lr at which it ends, whatever follows.")]

    @classmethod
    def proposals(cls, schedule: Schedule, run: Run) -> Iterator[Self]:
        """Yield the schedule's warm-up around each scheduler that may be the schedule without it."""
        length = run.of(schedule.warmup)
        if not length.is_integer() or length == 0 or schedule.warmup_shape != "linear" or not schedule.warmup_prefix:
            return
        rest = schedule.replaced(warmup=0.0, warmup_from=0.0)
        first = float(rest.lr(array(0.0), run))
        for kind in _WARMED_UP:
            for inner in kind.proposals(rest, run):
                if first > schedule.warmup_from:
                    line: dict[str, Any] = {"start_lr": schedule.warmup_from, "end_lr": first}
                    yield cls(learning_rate=(inner,), warmup_steps=int(length), **line)

    def rate(self, t: Array, run: Run) -> Array:
        """Return the line, then the scheduler, which counts from the end of the warm-up."""
        climb = (self.end_lr - self.start_lr) / (self.warmup_steps or 1)
        after = partial(self.learning_rate[0].lr, run=run)
        return piecewise(t, [0.0, float(self.warmup_steps)], [lambda u: self.start_lr + climb * u, after])

    def problems(self) -> list[Problem]:
        """Return a problem if there is not exactly one scheduler."""
        found = super().problems()
        if len(self.learning_rate) != 1:
            found.append(Problem(message="learning_rate is an lr, or one scheduler", path=("learning_rate",)))
        return found


class CyclicLR(Paddle, tag="paddle.CyclicLR", frozen=True, kw_only=True):
    """Climb and fall between two lrs in straight lines."""

    formula = "base_learning_rate + (max_learning_rate - base_learning_rate) * height * scale"
    where = {
        "down": "step_size_down or step_size_up",
        "S": "step_size_up + down",
        "cycle": "floor(1 + t / S)",
        "u": "t - (cycle - 1) * S",
        "height": "where(u <= step_size_up, u / step_size_up, (S - u) / down)",
        "scale": "scale_fn(cycle if scale_mode == 'cycle' else t) if scale_fn else "
        "2 ** (1 - cycle) if mode == 'triangular2' else exp_gamma**t if mode == 'exp_range' else 1",
    }
    changes = "in cycles"
    shape = "linearly"
    same = """
        cyclic: min_lr=base_learning_rate, max_lr=max_learning_rate, step_size_up=step_size_up,
            step_size_down=step_size_down or step_size_up, mode=mode, gamma=exp_gamma | scale_fn == None
    """
    peak = "max_learning_rate"
    synonyms = {}
    example = {"base_learning_rate": 0.01, "max_learning_rate": 0.1, "step_size_up": 20}

    base_learning_rate: Annotated[Lr, Meta(description="Lowest lr of a cycle.")]
    max_learning_rate: Annotated[Lr, Meta(description="Highest lr of a cycle.")]
    step_size_up: Annotated[Positive, Meta(description="Steps of the climb.")]
    step_size_down: Annotated[Positive | None, Meta(description="Steps of the fall.")] = None
    mode: Annotated[Literal["triangular", "triangular2", "exp_range"], Meta(description="What becomes of the top.")] = (
        "triangular"
    )
    exp_gamma: Annotated[Real, Meta(description="Factor of the top from step to step, for exp_range.")] = 1.0
    scale_fn: Annotated[str | None, Meta(description="A formula of t instead of the mode.", extra={"formula": "t"})] = (
        None
    )
    scale_mode: Annotated[Literal["cycle", "iterations"], Meta(description="What t is.")] = "cycle"


class LambdaDecay(Paddle, tag="paddle.LambdaDecay", frozen=True, kw_only=True):
    """Multiply the first lr by a function of the step."""

    formula = "learning_rate * lr_lambda(t)"
    shape = "any shape"
    positional = "lr_lambda"
    example = {"learning_rate": 0.1, "lr_lambda": "0.95 ** t"}

    learning_rate: Initial
    lr_lambda: Lambda


class MultiplicativeDecay(Paddle, tag="paddle.MultiplicativeDecay", frozen=True, kw_only=True):
    """Multiply the lr by a function of the step at every step; the function at 0 is not used."""

    formula = "learning_rate * lr_lambda(1) * … * lr_lambda(t)"
    shape = "any shape"
    positional = "lr_lambda"
    example = {"learning_rate": 0.1, "lr_lambda": "0.95"}

    learning_rate: Initial
    lr_lambda: Lambda

    def rate(self, t: Array, run: Run) -> Array:
        """Return the first lr times the product of the function's values."""
        return self.learning_rate * self.product("lr_lambda(t)", t, run)


class ReduceOnPlateau(Paddle, Plateau, tag="paddle.ReduceOnPlateau", frozen=True, kw_only=True):
    """Multiply the lr by factor when a metric has stopped improving."""

    formula = "learning_rate * factor ** (times that more than patience values in a row were bad), never below min_lr"
    same = """
        plateau: max_lr=learning_rate, mode=mode, factor=factor, patience=patience, threshold=threshold,
            threshold_mode=threshold_mode, cooldown=cooldown, min_lr=min_lr, eps=epsilon
            | learning_rate > 0, factor > 0, cooldown == 0
    """
    tips = ("During the cooldown the metric is not looked at: the best stays what it was. In torch it may change.",)
    example = {"learning_rate": 0.1}

    learning_rate: Initial
    mode: Mode = "min"
    factor: CutFactor = 0.1
    patience: Patience = 10
    threshold: Threshold = 1e-4
    threshold_mode: ThresholdMode = "rel"
    cooldown: Cooldown = 0
    min_lr: MinLr = 0.0
    epsilon: Eps = 1e-8

    def rule(self) -> Rule:
        """Return Paddle's rule."""
        share, margin = margins(self.threshold, self.threshold_mode)
        return Rule(
            lr=self.learning_rate,
            factor=self.factor,
            patience=self.patience,
            mode=self.mode,
            share=share,
            margin=margin,
            cooldown=self.cooldown,
            min_lr=self.min_lr,
            eps=self.epsilon,
            rests_in_cooldown=True,
        )
