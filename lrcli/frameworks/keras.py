"""Keras 3: `keras.optimizers.schedules`, whose schedules count optimizer steps and compute in float32."""

from __future__ import annotations

import math
import operator
import re
from functools import reduce
from itertools import accumulate, pairwise, takewhile
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.formula import as_python, evaluated, read
from lrcli.frameworks.plateau import Cooldown, MinLr, Patience, Plateau
from lrcli.frameworks.scheduler import Lr, OnOptimizer, Real, Scheduler, Steps, StepsOrZero
from lrcli.numeric import not_an_expression, where
from lrcli.problems import Finding, Problem, SpecError
from lrcli.schedules import form
from lrcli.schedules.plateau import Rule
from lrcli.tables import looked_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.formula import Evaluate
    from lrcli.numeric import Array
    from lrcli.run import Run

Initial = Annotated[float, Meta(ge=0, le=1e300, description="Lr at step 0.")]
Alpha = Annotated[float, Meta(ge=0, le=1e9, description="Lowest lr, as a share of the highest.")]
Staircase = Annotated[bool, Meta(description="Change only after each decay_steps.")]


class Keras(Scheduler, frozen=True, kw_only=True):
    """A schedule of Keras 3."""

    home = "keras.optimizers.schedules"
    version = "3.15"
    counts = "steps"
    precision = "float32"
    peak = "initial_learning_rate"


class ExponentialDecay(Keras, tag="keras.ExponentialDecay", frozen=True, kw_only=True):
    """Multiply the lr by decay_rate in every decay_steps."""

    formula = "initial_learning_rate * decay_rate**x"
    where = {"x": "floor(t / decay_steps) if staircase else t / decay_steps"}
    shape = "by a constant factor"
    same = """
        step: max_lr=initial_learning_rate, step_size=decay_steps, gamma=decay_rate | staircase == True
        exponential: max_lr=initial_learning_rate, gamma=decay_rate | decay_steps == 1
    """
    example = {"initial_learning_rate": 0.1, "decay_steps": 20, "decay_rate": 0.5}

    initial_learning_rate: Initial
    decay_steps: Annotated[Steps, Meta(description="Length of the decay.")]
    decay_rate: Annotated[float, Meta(ge=0, le=1e9, description="Factor of the lr in decay_steps.")]
    staircase: Staircase = False


class PiecewiseConstantDecay(Keras, tag="keras.PiecewiseConstantDecay", frozen=True, kw_only=True):
    """Hold values[i] until boundaries[i], that step included."""

    formula = "pick(values, count(t, [int(boundary) + 1 for boundary in boundaries]))"
    changes = "at chosen times"
    shape = "to the values given"
    peak = ""
    tips = ("A boundary is inclusive: the change comes at boundary + 1. In torch, Optax and Paddle it comes at it.",)
    example = {"boundaries": [30, 60], "values": [0.1, 0.01, 0.001]}

    boundaries: Annotated[tuple[Real, ...], Meta(description="Last step of each value but the last.")]
    values: Annotated[tuple[Lr, ...], Meta(description="The lrs, one more than boundaries.")]
    refuses = {
        "len(boundaries) != len(values) - 1": "values needs one value more than boundaries: {values} for {boundaries}"
    }

    def rate(self, t: Array, run: Run) -> Array:
        """Return the value of the range of t; if boundaries do not ascend, the sum over all ranges that hold t."""
        if list(self.boundaries) == sorted(self.boundaries):
            return super().rate(t, run)
        edges = pairwise([-math.inf, *map(math.trunc, self.boundaries), math.inf])
        ranges = (
            where((t > low) & (t <= high), value, 0.0) for (low, high), value in zip(edges, self.values, strict=True)
        )
        return reduce(operator.add, ranges)


class PolynomialDecay(Keras, tag="keras.PolynomialDecay", frozen=True, kw_only=True):
    """Fall to end_learning_rate as a power of the time left; with cycle jump up again, each time for longer."""

    formula = "(initial_learning_rate - end_learning_rate) * (1 - u / D) ** power + end_learning_rate"
    where = {
        "D": "decay_steps * max(1, ceil(t / decay_steps)) if cycle else decay_steps",
        "u": "t if cycle else min(t, decay_steps)",
    }
    shape = "as a power of the time left"
    same = """
        linear: start_lr=initial_learning_rate, end_lr=end_learning_rate, length=decay_steps
            | power == 1.0, cycle == False
        polynomial: max_lr=initial_learning_rate, min_lr=end_learning_rate, power=power, max_update=decay_steps,
            cycle=cycle
    """
    length_parameter = "decay_steps"
    tips = ("end_learning_rate is 0.0001 by default, whatever the peak is.",)
    example = {"initial_learning_rate": 0.1}

    initial_learning_rate: Initial
    decay_steps: Annotated[Steps | None, Meta(description="Length of the decay.")] = None
    end_learning_rate: Annotated[Lr, Meta(description="Lr at the end of the decay.")] = 1e-4
    power: Annotated[float, Meta(ge=0, le=1e6, description="Power of the time left.")] = 1.0
    cycle: Annotated[bool, Meta(description="Start again above end_learning_rate at each multiple of decay_steps.")] = (
        False
    )


class InverseTimeDecay(Keras, tag="keras.InverseTimeDecay", frozen=True, kw_only=True):
    """Fall as one over the time."""

    formula = "initial_learning_rate / (1 + decay_rate * x)"
    where = {"x": "floor(t / decay_steps) if staircase else t / decay_steps"}
    shape = "as 1/t"
    same = """
        inverse-time: max_lr=initial_learning_rate, decay_steps=decay_steps, decay_rate=decay_rate,
            staircase=staircase
    """
    example = {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}

    initial_learning_rate: Initial
    decay_steps: Annotated[Steps, Meta(description="Length of the decay.")]
    decay_rate: Annotated[float, Meta(ge=0, le=1e9, description="How much the divisor grows in decay_steps.")]
    staircase: Staircase = False


class CosineDecay(Keras, tag="keras.CosineDecay", frozen=True, kw_only=True):
    """Fall along half a cosine to alpha of the peak; with warmup_target climb to that first."""

    formula = "where(t < w, climb, peak * ((1 - alpha) * wave + alpha))"
    where = {
        "w": "warmup_steps if warmup_target is not None else 0",
        "climb": "line(t, w, initial_learning_rate, peak) if w > 0 else peak",
        "peak": "initial_learning_rate if warmup_target is None else warmup_target",
        "wave": "(1 + cos(pi * min(max(t - w, 0), decay_steps) / decay_steps)) / 2",
    }
    shape = "along a cosine"
    same = """
        cosine: max_lr=initial_learning_rate, min_lr=initial_learning_rate * alpha, cycle_length=decay_steps
            | warmup_target == None
        cosine: max_lr=warmup_target, min_lr=warmup_target * alpha, cycle_length=decay_steps, warmup=warmup_steps,
            warmup_from=initial_learning_rate
    """
    length_parameter = "decay_steps"
    warmup_parameter = "warmup_steps"
    tips = (
        "decay_steps does not count warmup_steps; in Optax it does.",
        "warmup_steps does nothing unless warmup_target is given too.",
    )
    example = {"initial_learning_rate": 0.1}

    initial_learning_rate: Initial
    decay_steps: Annotated[Steps | None, Meta(description="Length of the decay.")] = None
    alpha: Alpha = 0.0
    warmup_target: Annotated[Lr | None, Meta(description="Lr at which the warm-up ends and the cosine begins.")] = None
    warmup_steps: Annotated[StepsOrZero, Meta(description="Length of the warm-up, before decay_steps.")] = 0.0

    def own_length(self) -> float | None:
        """Return the warm-up and the decay."""
        decay = super().own_length()
        ahead = self.warmup_steps if self.warmup_target is not None else 0.0
        return None if decay is None or isinstance(ahead, str) else decay + ahead


class CosineDecayRestarts(Keras, tag="keras.CosineDecayRestarts", frozen=True, kw_only=True):
    """Fall along half a cosine, again and again, each time t_mul as long and m_mul as high."""

    formula = "initial_learning_rate * ((1 - alpha) * m_mul**i * (1 + cos(pi * part)) / 2 + alpha)"
    where = {
        "x": "t / first_decay_steps",
        "m": "single(t_mul)",
        "terms": "single(1 - single(single(x) * single(1 - m)))",
        "i": "floor(x) if t_mul == 1 else floor(single(single_log(terms) / single_log(m)))",
        "part": "x - i if t_mul == 1 else (x - (1 - t_mul**i) / (1 - t_mul)) / t_mul**i",
    }
    changes = "in cycles"
    shape = "along a cosine"
    same = """
        cosine-restarts: max_lr=initial_learning_rate, min_lr=initial_learning_rate * alpha,
            cycle_length=first_decay_steps, cycle_mult=t_mul, cycle_decay=m_mul | m_mul == 1.0 or alpha == 0
    """
    tips = (
        "Keras computes the number of the cycle as a logarithm in float32. At some restarts it comes out a little too "
        "small: the lr is then alpha there, and the restart comes one step late (with t_mul=1.2 at 14 of 45 restarts).",
        "Which ones depends on the backend: lrcli computes numpy's; with jax and torch they may be others.",
        "t_mul is 2 by default: each cycle is twice as long as the one before.",
    )
    example = {"initial_learning_rate": 0.1, "first_decay_steps": 20}

    initial_learning_rate: Initial
    first_decay_steps: Annotated[Steps, Meta(description="Length of the first cycle.")]
    t_mul: Annotated[float, Meta(ge=1, le=1e6, description="Length of each cycle over that before.")] = 2.0
    m_mul: Annotated[float, Meta(ge=0, le=1e6, description="Height of each cycle over that before.")] = 1.0
    alpha: Alpha = 0.0

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield the restarts that come one step late."""
        yield from super().findings(run)
        restarts = self._restarts(run)
        late = [at for at, number in restarts if form.Scope(self, run, t=float(at))["i"] < number]
        if late:
            lowest = self.initial_learning_rate * self.alpha
            message = (
                f"CosineDecayRestarts with t_mul={self.t_mul:g} restarts one step late, {len(late)} of {len(restarts)} "
                f"times: the lr at step {late[0]} is {lowest:.4g} (alpha), not the peak"
            )
            yield Finding("LR040", message, "Use t_mul=2.", path=("t_mul",))

    def _restarts(self, run: Run) -> list[tuple[int, int]]:
        """Return the whole steps of the run at which a cycle should begin, each with the number of the cycle."""
        if self.t_mul == 1:
            return []
        length = run.of(self.first_decay_steps)
        starts = accumulate((length * self.t_mul**i for i in range(_MOST_CYCLES)), initial=0.0)
        inside = takewhile(lambda one: one[1] < run.span, enumerate(starts))
        return [(round(at), i) for i, at in inside if i and abs(at - round(at)) < 1e-9 * at]


_MOST_CYCLES = 1000


class ReduceLROnPlateau(Plateau, OnOptimizer, tag="keras.ReduceLROnPlateau", frozen=True, kw_only=True):
    """Multiply the lr by factor when a metric has stopped improving."""

    home = "keras.callbacks"
    version = Keras.version
    counts = "epochs"
    precision = "float32"
    takes_optimizer = False
    formula = "base_lr * factor ** (times that patience epochs in a row were bad), never below min_lr"
    tips = (
        "The lr falls after patience bad epochs; in torch after patience + 1.",
        "min_delta is absolute, 0.0001 by default; torch's threshold is a share of the best.",
        "The epoch that ends the cooldown counts as bad already, if it is.",
    )

    monitor: Annotated[str, Meta(description="Name of the metric, by which mode=auto guesses.")] = "val_loss"
    factor: Annotated[float, Meta(ge=0, lt=1, description="Factor of each cut.")] = 0.1
    patience: Patience = 10
    mode: Annotated[Literal["auto", "min", "max"], Meta(description="Whether a better metric is lower.")] = "auto"
    min_delta: Annotated[float, Meta(ge=0, le=1e9, description="By how much the metric must improve.")] = 1e-4
    cooldown: Cooldown = 0
    min_lr: MinLr = 0.0

    def rule(self) -> Rule:
        """Return Keras's rule."""
        guessed: Literal["min", "max"] = "max" if "acc" in self.monitor else "min"
        return Rule(
            lr=self.base_lr,
            factor=self.factor,
            patience=max(self.patience, 1),
            mode=guessed if self.mode == "auto" else self.mode,
            margin=self.min_delta,
            cooldown=max(self.cooldown - 1, 0),
            min_lr=self.min_lr,
            comparison=">=",
            first_is_best=True,
        )


class LearningRateScheduler(OnOptimizer, tag="keras.LearningRateScheduler", frozen=True, kw_only=True):
    """Set the lr of each epoch to a function of the epoch and of the lr before."""

    home = "keras.callbacks"
    version = Keras.version
    counts = "epochs"
    precision = "float32"
    takes_optimizer = False
    formula = "schedule(epoch, lr of the epoch before)"
    shape = "any shape"
    positional = "schedule"
    example = {"schedule": "0.1 * 0.5 ** (epoch // 10)"}

    schedule: Annotated[str, Meta(description="A formula of epoch and lr: lr if epoch < 10 else lr * 0.9.")]

    def rate(self, t: Array, run: Run) -> Array:
        """Return the value of the function; if it uses lr, epoch by epoch."""
        form = read(self.schedule, ["epoch", "lr"])
        if not re.search(r"\blr\b", self.schedule):
            return evaluated(lambda numpy, values: form(as_python(numpy), {"epoch": values["t"]}), t, 1.0, {})
        not_an_expression(t, "each lr depends on the one before, and there is no closed form")
        return looked_up(_one_by_one(form, self.base_lr, self.steps_through(t)), t)

    def problems(self) -> list[Problem]:
        """Return what is wrong with the formula."""
        try:
            read(self.schedule, ["epoch", "lr"])
        except SpecError as error:
            return [problem._replace(path=("schedule",)) for problem in error.problems]
        return super().problems()


def _one_by_one(form: Evaluate, lr: float, epochs: int) -> tuple[float, ...]:
    """Return the lr of each epoch, computed from the lr of the epoch before."""
    import numpy as np

    rates = []
    with np.errstate(all="ignore"):
        for epoch in range(epochs):
            lr = float(form(as_python(np), {"epoch": float(epoch), "lr": lr}))
            rates.append(lr)
    return tuple(rates)
