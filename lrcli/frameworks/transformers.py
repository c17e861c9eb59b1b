"""transformers 5: every `SchedulerType`, by its name and by that of its function.

All but the two that depend on a metric are LambdaLR: the optimizer's lr times a factor, with t the optimizer's updates.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from lrcli.frameworks import greedy
from lrcli.frameworks.plateau import TorchPlateau
from lrcli.frameworks.scheduler import End, Lr, OnOptimizer, OptimizerLr, Real, Steps, StepsOrZero
from lrcli.problems import Finding, Problem
from lrcli.schedules import form
from lrcli.schedules.base import Counts
from lrcli.schedules.metric import MetricFamily, Replay, metric_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array
    from lrcli.run import Run

Warmup = Annotated[StepsOrZero, Meta(description="Steps of the warm-up.")]
Total = Annotated[Steps | None, Meta(description="Steps of the whole schedule, warm-up included.")]
Cycles = Annotated[float, Meta(ge=0, le=1e9, description="Waves of the cosine; 0.5 is half of one, down.")]
MinLr = Annotated[Lr | None, Meta(description="Lowest lr, or …")]
MinRate = Annotated[Annotated[float, Meta(ge=0, le=1e300)] | None, Meta(description="… its share of base_lr.")]
Shape = Literal["linear", "cosine", "1-sqrt"]
Pause = Annotated[int, Meta(ge=0, le=10**9)]


class Transformers(OnOptimizer, frozen=True, kw_only=True):
    """A schedule of transformers."""

    home = "transformers"
    version = "5.24"
    counts: ClassVar[Counts] = "steps"
    synonyms = {"learning_rate": "base_lr"}
    not_arguments = frozenset({"base_lr", "last_epoch", "warmup_steps", "warmup_ratio"})
    always = frozenset({"num_warmup_steps"})

    @classmethod
    def maker(cls) -> str:
        """Return the name of its function."""
        return cls.names[0]

    base_lr: OptimizerLr = 5e-5
    last_epoch: Annotated[int, Meta(ge=-1, le=-1, description="A resumed run is not shown: only -1.")] = -1


class WarmedUp(Transformers, frozen=True, kw_only=True):
    """A schedule with a linear warm-up from 0."""

    where = {"w": "num_warmup_steps", "climb": "t / max(1, w)"}
    warmup_parameter = "num_warmup_steps"

    num_warmup_steps: Warmup = 0.0
    warmup_steps: Annotated[
        Annotated[float, Meta(ge=0, le=1e15)] | None,
        Meta(description="The same for the Trainer: below 1 it is a share of the run, rounded up."),
    ] = None
    warmup_ratio: Annotated[
        Annotated[float, Meta(ge=0, le=1)] | None, Meta(description="Older Trainers' share of the run, rounded up.")
    ] = None

    def in_run(self, run: Run) -> WarmedUp:
        """Return the same schedule with its lengths in steps, and the warm-up as num_warmup_steps."""
        warmup = self._warmup(run)
        return super().in_run(run).replaced(num_warmup_steps=warmup, warmup_steps=None, warmup_ratio=None)

    def _warmup(self, run: Run) -> float:
        """Return the steps of the warm-up, which the Trainer's arguments may give as a share."""
        share = self.warmup_ratio
        if self.warmup_steps is not None:
            if self.warmup_steps >= 1:
                return float(int(self.warmup_steps))
            share = self.warmup_steps
        if share is not None:
            return float(math.ceil(run.of(getattr(self, "num_training_steps", None)) * share))
        warmup = run.of(self.num_warmup_steps)
        return float(math.ceil(warmup)) if isinstance(self.num_warmup_steps, str) else warmup  # it counts whole steps

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr during the step t."""
        return form.play(self.in_run(run), t, run)


class Timed(WarmedUp, frozen=True, kw_only=True):
    """A schedule that has an end."""

    where = WarmedUp.where | {"T": "num_training_steps", "p": "(t - w) / max(1, T - w)"}
    length_parameter = "num_training_steps"

    num_training_steps: Total = None


class ConstantSchedule(Transformers, tag="transformers.constant", frozen=True, kw_only=True):
    """Keep the optimizer's lr."""

    names = ("get_constant_schedule",)
    formula = "base_lr"
    changes = "never"
    shape = "not at all"
    same = "constant: max_lr=base_lr | base_lr > 0"
    tips = ("It has no warm-up, whatever warmup_steps says: that is constant_with_warmup.",)

    warmup_steps: Annotated[float, Meta(ge=0, le=1e15, description="Has no effect here.")] = 0.0

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that a warm-up has no effect."""
        yield from super().findings(run)
        if self.warmup_steps:
            yield Finding(
                "LR017", "'constant' ignores warmup_steps", "Use constant_with_warmup.", path=("warmup_steps",)
            )


class ConstantWithWarmup(WarmedUp, tag="transformers.constant_with_warmup", frozen=True, kw_only=True):
    """Warm up, then keep the optimizer's lr."""

    names = ("get_constant_schedule_with_warmup",)
    formula = "base_lr * where(t < w, climb, 1)"
    shape = "linearly, then not at all"
    same = "constant: max_lr=base_lr, warmup=num_warmup_steps | base_lr > 0"


class LinearSchedule(Timed, tag="transformers.linear", frozen=True, kw_only=True):
    """Warm up, then fall to 0 in a straight line."""

    names = ("get_linear_schedule_with_warmup",)
    formula = "base_lr * where(t < w, climb, max((T - t) / max(1, T - w), 0))"
    shape = "linearly"
    same = """
        linear: start_lr=base_lr, end_lr=0.0, length=num_training_steps - num_warmup_steps, warmup=num_warmup_steps
            | base_lr > 0, num_warmup_steps < num_training_steps
    """


class CosineSchedule(Timed, tag="transformers.cosine", frozen=True, kw_only=True):
    """Warm up, then follow a cosine wave."""

    names = ("get_cosine_schedule_with_warmup",)
    formula = "base_lr * where(t < w, climb, max(0.5 * (1 + cos(pi * num_cycles * 2 * p)), 0))"
    shape = "along a cosine"
    same = """
        cosine: max_lr=base_lr, cycle_length=num_training_steps - num_warmup_steps, warmup=num_warmup_steps
            | num_cycles == 0.5, base_lr > 0, num_warmup_steps < num_training_steps, span <= num_training_steps + 1
    """
    tips = (
        "num_cycles counts whole waves: 0.5, the default, is half of one; 1 goes down and up again.",
        "Past num_training_steps it rises again.",
    )

    num_cycles: Cycles = 0.5


class CosineWithRestarts(Timed, tag="transformers.cosine_with_restarts", frozen=True, kw_only=True):
    """Warm up, then fall along half a cosine num_cycles times, and stay at 0."""

    names = ("get_cosine_with_hard_restarts_schedule_with_warmup",)
    formula = "base_lr * where(t < w, climb, where(p >= 1, 0, max(0.5 * (1 + cos(pi * (num_cycles * p % 1))), 0)))"
    shape = "along a cosine"
    tips = ("num_cycles counts halves of a wave here: 1, the default, is cosine without any restart.",)

    num_cycles: Annotated[float, Meta(ge=0, le=1e9, description="Cycles, each half a wave.")] = 1.0

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that one cycle never restarts."""
        yield from super().findings(run)
        if self.num_cycles <= 1:
            message = f"cosine_with_restarts with num_cycles={self.num_cycles:g} never restarts"
            yield Finding("LR013", message, "Give it num_cycles of 2 or more.", path=("num_cycles",))


class AboveZero(Timed, frozen=True, kw_only=True):
    """A cosine that ends at a share of the peak, given as min_lr_rate or as min_lr."""

    formula = "base_lr * where(t < w, climb, max(0.5 * (1 + cos(pi * num_cycles * 2 * p)) * (1 - r) + r, 0))"
    where = Timed.where | {"r": "min_lr_rate if min_lr is None else min_lr / base_lr"}
    refuses = {
        "min_lr is not None and min_lr_rate is not None": "give min_lr or min_lr_rate, not both",
        "min_lr_rate is None and min_lr is None": "it needs min_lr or min_lr_rate",
        "min_lr is not None and base_lr == 0": "transformers divides min_lr by base_lr, which is 0",
    }
    shape = "along a cosine"
    example = {"min_lr_rate": 0.1}

    num_cycles: Cycles = 0.5
    min_lr: MinLr = None
    min_lr_rate: MinRate = None


class CosineWithMinLr(AboveZero, tag="transformers.cosine_with_min_lr", frozen=True, kw_only=True):
    """Warm up from 0, then follow a cosine wave down to min_lr."""

    names = ("get_cosine_with_min_lr_schedule_with_warmup",)
    same = """
        cosine: max_lr=base_lr, min_lr=min_lr, cycle_length=num_training_steps - num_warmup_steps,
            warmup=num_warmup_steps
            | min_lr_rate == None, num_cycles == 0.5, min_lr <= base_lr, num_warmup_steps < num_training_steps,
            span <= num_training_steps + 1
        cosine: max_lr=base_lr, min_lr=base_lr * min_lr_rate, cycle_length=num_training_steps - num_warmup_steps,
            warmup=num_warmup_steps
            | min_lr == None, num_cycles == 0.5, min_lr_rate <= 1, num_warmup_steps < num_training_steps,
            span <= num_training_steps + 1
    """
    tips = ("The warm-up is from 0, below min_lr.", "Past num_training_steps it rises again.")


class CosineWarmupWithMinLr(AboveZero, tag="transformers.cosine_warmup_with_min_lr", frozen=True, kw_only=True):
    """Warm up above 0, then follow a cosine wave down to min_lr, both one step ahead of the other cosines."""

    names = ("get_cosine_with_min_lr_schedule_with_warmup_lr_rate",)
    where = AboveZero.where | {
        "climb": "(t + 1) / max(1, w) if warmup_lr_rate is None else "
        "warmup_lr_rate + (1 - warmup_lr_rate) * t / max(1, w - 1)",
        "p": "(t - w + 1) / max(1, T - w)",
    }
    tips = (
        "It is at its lowest at t = num_training_steps - 1, and without a warm-up lr(0) is already below the peak.",
    )

    warmup_lr_rate: Annotated[
        Annotated[float, Meta(ge=0, le=1e9)] | None, Meta(description="Factor at which the warm-up begins.")
    ] = None


class PolynomialSchedule(Timed, tag="transformers.polynomial", frozen=True, kw_only=True):
    """Warm up, then fall to lr_end as a power of the time that is left."""

    names = ("get_polynomial_decay_schedule_with_warmup",)
    formula = "base_lr * where(t < w, climb, where(t > T, lr_end, (base_lr - lr_end) * u**power + lr_end) / base_lr)"
    where = WarmedUp.where | {"T": "num_training_steps", "u": "max(1 - (min(t, T) - w) / (T - w), 0) if T > w else 1"}
    refuses = {"lr_end >= base_lr": "lr_end ({lr_end:g}) must be smaller than base_lr ({base_lr:g})"}
    shape = "as a power of the time left"
    same = """
        polynomial: max_lr=base_lr, min_lr=lr_end, power=power, max_update=num_training_steps - num_warmup_steps,
            warmup=num_warmup_steps | num_warmup_steps < num_training_steps
    """
    tips = ("lr_end is 1e-7 by default, not 0.",)

    lr_end: Annotated[Lr, Meta(description="Lr at the end.")] = 1e-7
    power: Annotated[Real, Meta(description="Power of the time that is left.")] = 1.0

    def end(self, run: Run) -> End | None:
        """Return where transformers divides by 0, or raises 0 to a negative power."""
        known = self.in_run(run)
        total = form.value(known, run, "T")
        warmup = form.value(known, run, "w")
        if warmup == total:
            why = f"num_warmup_steps and num_training_steps are both {total:g}"
            return End(total, f"{why}, and transformers divides by their difference")
        if self.power < 0 and warmup < total:
            return End(total, "its power is negative, and transformers raises 0 to it")
        return None


class InverseSqrt(WarmedUp, tag="transformers.inverse_sqrt", frozen=True, kw_only=True):
    """Warm up, then fall as one over the square root of the time."""

    names = ("get_inverse_sqrt_schedule",)
    formula = "base_lr * where(t < w, climb, 1 / sqrt((max(t, w) + (s - w)) / s))"
    where = WarmedUp.where | {"s": "timescale or w or 10000"}
    shape = "as 1/√t"
    same = """
        inverse-sqrt: max_lr=base_lr, timescale=timescale, warmup=num_warmup_steps | timescale != None, base_lr > 0
        inverse-sqrt: max_lr=base_lr, timescale=num_warmup_steps, warmup=num_warmup_steps
            | timescale == None, num_warmup_steps > 0, base_lr > 0
        inverse-sqrt: max_lr=base_lr, timescale=10000.0, warmup=num_warmup_steps
            | timescale == None, num_warmup_steps == 0, base_lr > 0
    """
    tips = ("Without a warm-up its timescale is 10,000 steps: almost flat.",)

    timescale: Annotated[Annotated[float, Meta(gt=0, le=1e15)] | None, Meta(description="How slowly it decays.")] = None


class WarmupStableDecay(WarmedUp, tag="transformers.warmup_stable_decay", frozen=True, kw_only=True):
    """Warm up from min_lr_ratio, stay at the peak, and decay to min_lr_ratio."""

    names = ("get_wsd_schedule",)
    formula = "base_lr * where(t < w, max(rise * (1 - r) + r, 0), where(t < w + S, 1, where(t < w + S + D, decay, r)))"
    where = {
        "w": "num_warmup_steps",
        "S": "num_stable_steps",
        "rest": "num_training_steps - num_warmup_steps - num_decay_steps",
        "D": "num_decay_steps",
        "r": "min_lr_ratio",
        "x": "min(t / max(1, w), 1)",
        "rise": "x if warmup_type == 'linear' else 0.5 * (1 - cos(pi * x)) if warmup_type == 'cosine' else "
        "1 - sqrt(1 - x)",
        "u": "min(max((t - w - S) / max(1, D), 0), 1)",
        "fall": "1 - u if decay_type == 'linear' else 0.5 * (1 + cos(pi * num_cycles * 2 * u)) "
        "if decay_type == 'cosine' else 1 - sqrt(u)",
        "decay": "max(fall * (1 - r) + r, 0)",
    }
    changes = "in phases"
    shape = "flat, then by decay_type"
    same = """
        wsd: max_lr=base_lr, min_lr=base_lr * min_lr_ratio, decay_length=num_decay_steps, decay_shape=decay_type,
            warmup=num_warmup_steps, warmup_from=base_lr * min_lr_ratio
            | warmup_type == 'linear', num_cycles == 0.5, min_lr_ratio <= 1, S >= 0, span == w + S + D, base_lr > 0
    """
    example = {"num_decay_steps": 20, "num_warmup_steps": 5, "num_training_steps": "100%"}
    tips = (
        "The arguments come in the order warm-up, decay, training, stable.",
        "The warm-up begins at min_lr_ratio * base_lr, not at 0.",
    )

    num_warmup_steps: Warmup = 0.0
    num_decay_steps: Annotated[StepsOrZero, Meta(description="Steps of the decay.")]
    num_training_steps: Annotated[
        Steps | None, Meta(description="Length of all; the stable phase has what the others leave.")
    ] = None
    num_stable_steps: Annotated[
        StepsOrZero | None, Meta(description="Steps at the peak, instead.", extra={"otherwise": "rest"})
    ] = None
    warmup_type: Annotated[Shape, Meta(description="Shape of the warm-up.")] = "linear"
    decay_type: Annotated[Shape, Meta(description="Shape of the decay.")] = "cosine"
    min_lr_ratio: Annotated[float, Meta(ge=0, le=1e9, description="Share of base_lr at both ends.")] = 0.0
    num_cycles: Cycles = 0.5

    def own_length(self) -> float | None:
        """Return num_training_steps, or the sum of the phases."""
        phases = (self.num_warmup_steps, self.num_stable_steps, self.num_decay_steps)
        lengths = phases if self.num_training_steps is None else (self.num_training_steps,)
        known = [length for length in lengths if isinstance(length, float)]
        return sum(known) if len(known) == len(lengths) else None

    def problems(self) -> list[Problem]:
        """Return a problem if no length is given."""
        found = super().problems()
        if self.num_training_steps is None and self.num_stable_steps is None:
            message = "give num_training_steps or num_stable_steps: one is needed (100% is the whole run)"
            found.append(Problem(message=message, path=("num_training_steps",)))
        return found

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that the phases are longer than num_training_steps."""
        yield from super().findings(run)
        w, stable, decay = (form.value(self.in_run(run), run, name) for name in ("w", "S", "D"))
        if stable < 0:
            text = f"num_training_steps={w + stable + decay:g} is less than warm-up and decay ({w:g} + {decay:g})"
            message = f"{text}: the lr drops into the middle of the decay at {run.unit} {w:g}"
            yield Finding("LR032", message, f"Set num_training_steps to {w + decay:g} or more.")


class PlateauSchedule(TorchPlateau, tag="transformers.reduce_lr_on_plateau", frozen=True, kw_only=True):
    """Multiply the lr by factor when a metric has stopped improving; torch's ReduceLROnPlateau."""

    names = ("get_reduce_on_plateau_schedule",)
    home = Transformers.home
    version = Transformers.version
    synonyms = {"learning_rate": "base_lr"}
    tips: ClassVar[tuple[str, ...]] = ("The Trainer steps it once an evaluation, and a warm-up has no effect.",)

    base_lr: OptimizerLr = 5e-5


class Greedy(MetricFamily, Transformers, tag="transformers.greedy", frozen=True, kw_only=True):
    """Raise the lr while a metric improves, and lower it while it does not (GreedyLR).

    After more than patience good steps in a row lr ← min(lr/factor, max_lr), after as many bad ones
    lr ← max(lr·factor, min_lr). The cooldown steps after a fall, and the warmup steps after a rise, are not judged.
    """

    names = ("get_greedy_schedule", "GreedyLR")
    formula = "lr / factor after more than patience good steps in a row, lr * factor after as many bad ones"
    counts = "loop"
    changes = "when a metric stalls"
    shape = "by a constant factor, both ways"
    tips = (
        "min_lr is 1e-3 by default, above most lrs of fine-tuning: below it the lr only ever rises.",
        "smooth=true judges the mean of the last window_size values.",
    )

    mode: Annotated[Literal["min", "max"], Meta(description="A better metric is lower, or higher.")] = "min"
    factor: Annotated[float, Meta(gt=0, lt=1, description="Factor of each change.")] = 0.95
    patience: Annotated[Pause, Meta(description="How many steps in a row do not yet lead to a change.")] = 10
    threshold: Annotated[float, Meta(ge=0, le=1e9, description="By how much the metric must improve.")] = 1e-6
    threshold_mode: Annotated[Literal["rel", "abs"], Meta(description="Relative to the best, or absolute.")] = "abs"
    cooldown: Annotated[Pause, Meta(description="Steps after a fall that are not judged.")] = 0
    warmup: Annotated[Pause, Meta(description="Steps after a rise that are not judged.")] = 0
    min_lr: Annotated[Lr, Meta(description="Lowest lr.")] = 1e-3
    max_lr: Annotated[Lr, Meta(description="Highest lr.")] = 1.0
    eps: Annotated[float, Meta(ge=0, le=1e9, description="A change by this or less is not made.")] = 1e-8
    verbose: Annotated[bool, Meta(description="Does not touch the lr.")] = False
    smooth: Annotated[bool, Meta(description="Judge a moving mean.")] = False
    window_size: Annotated[int, Meta(ge=1, le=10**6, description="How many values the mean is of.")] = 50
    reset_start: Annotated[Pause, Meta(description="Falls at min_lr before it starts again.")] = 500

    def replayed(self, run: Run) -> Replay:
        """Return the replay of the run's metric by GreedyLR's rule."""
        return greedy.replay(self, metric_values(run))

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that min_lr is above the lr."""
        yield from super().findings(run)
        if self.base_lr < self.min_lr:
            message = f"min_lr={self.min_lr:g} is above base_lr={self.base_lr:g}: GreedyLR never lowers the lr"
            yield Finding("LR033", message, "Set min_lr below base_lr.", path=("min_lr",))
