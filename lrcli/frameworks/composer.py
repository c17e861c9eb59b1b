"""Composer: factors of the optimizer's lr over times such as 10ep, 500ba or 0.1dur, one batch late."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from lrcli.breakpoints import At
from lrcli.frameworks.scheduler import OnOptimizer
from lrcli.numeric import floor, highest, maximum, not_an_expression, piecewise
from lrcli.parameters import parameters
from lrcli.problems import Problem, SpecError
from lrcli.schedules import form

if TYPE_CHECKING:
    from lrcli.breakpoints import Breakpoints
    from lrcli.numeric import Array
    from lrcli.run import Run

_TIME = re.compile(r"(\d+(?:\.\d+)?(?:e[-+]?\d+)?)(ep|ba|dur)")
_TIME_OF = {"time": "ba"}
Time = Annotated[str, Meta(description="A time: 10ep, 500ba or 0.1dur (a share of the run).", extra=_TIME_OF)]
Max = Annotated[str, Meta(description="When alpha_f is reached.", extra=_TIME_OF)]
Warmup = Annotated[str, Meta(description="Length of the warm-up: 10ep, 500ba or 0.1dur.", extra=_TIME_OF)]
Alpha = Annotated[float, Meta(ge=0, le=1e9, description="Factor of the lr.")]
First = Annotated[float, Meta(ge=0, le=1e9, description="Factor at the start.")]
Last = Annotated[float, Meta(ge=0, le=1e9, description="Factor at the end.")]
Gamma = Annotated[float, Meta(ge=0, le=1e9, description="Factor of each step down.")]
Scale = Annotated[bool, Meta(description="Shorten the warm-up with scale_schedule_ratio too.")]

_OWN = frozenset({"base_lr", "scale_schedule_ratio", "step_schedulers_every_batch"})


class Composer(OnOptimizer, frozen=True, kw_only=True):
    """A scheduler of Composer; scale_schedule_ratio and step_schedulers_every_batch are the Trainer's."""

    home = "composer.optim"
    version = "0.32.1"
    counts = "steps"
    takes_optimizer = False
    not_arguments = _OWN

    scale_schedule_ratio: Annotated[float, Meta(gt=0, le=1e9, description="Trainer's factor of every time.")] = 1.0
    step_schedulers_every_batch: Annotated[bool, Meta(description="If not, the lr changes once an epoch.")] = True

    def local_time(self, t: Array, run: Run) -> Array:
        """Return the batch whose time the Trainer has when it steps the schedulers: the one before."""
        if self.step_schedulers_every_batch:
            return maximum(floor(t) - 1, 0.0)
        batches = self._batches_per_epoch(run)
        return floor(floor(t) / batches) * batches

    def rate(self, t: Array, run: Run) -> Array:
        """Return base_lr times the factor."""
        times = {name: self.batches(text, run, self._ratio(name)) for name, text in self._times()}
        return form.values(self, run, self.formula, t, **times)

    def _ratio(self, name: str) -> float:
        """Return the factor of a time; the warm-up's own is in its ramp."""
        return 1.0 if name == "t_warmup" else self.scale_schedule_ratio

    def _times(self) -> list[tuple[str, Any]]:
        return [(p.name, getattr(self, p.field)) for p in parameters(type(self)) if p.kind == "text"]

    def _batches_per_epoch(self, run: Run) -> int:
        if run.steps_per_epoch is None:
            raise SpecError(f"{self.tag()} has times in epochs: they need steps_per_epoch")
        return run.steps_per_epoch

    def batches(self, text: Any, run: Run, ratio: float) -> Any:
        """Return a time, or each of some, in batches."""
        if isinstance(text, tuple):
            return tuple(self.batches(one, run, ratio) for one in text)
        match = _TIME.fullmatch(text)
        if match is None:
            raise SpecError(f"{text!r} is not a time: write 10ep, 500ba or 0.1dur")
        value, unit = float(match[1]), match[2]
        if unit == "dur":
            return int(value * run.total)
        return int(value * ratio * (self._batches_per_epoch(run) if unit == "ep" else 1))

    def problems(self) -> list[Problem]:
        """Return texts that are no times."""
        texts = [(name, one) for name, text in self._times() for one in (text if isinstance(text, tuple) else [text])]
        return super().problems() + [
            Problem(message=f"{name}: {one!r} is not a time; write 10ep, 500ba or 0.1dur", path=(name,))
            for name, one in texts
            if not _TIME.fullmatch(one)
        ]


class StepScheduler(Composer, tag="composer.StepScheduler", frozen=True, kw_only=True):
    """Multiply the lr by gamma after every step_size."""

    formula = "base_lr * gamma ** floor(t / step_size)"
    near = "step: max_lr=base_lr, step_size=step_size, gamma=gamma"
    changes = "at fixed intervals"
    shape = "by a constant factor"
    example = {"step_size": "30ba"}

    step_size: Time
    gamma: Gamma = 0.1


class MultiStepScheduler(Composer, tag="composer.MultiStepScheduler", frozen=True, kw_only=True):
    """Multiply the lr by gamma at each milestone."""

    formula = "base_lr * gamma ** count(t, milestones)"
    near = "multistep: max_lr=base_lr, milestones=milestones, gamma=gamma"
    changes = "at chosen times"
    shape = "by a constant factor"
    example = {"milestones": ("0.5dur", "0.75dur")}

    milestones: Annotated[tuple[str, ...], Meta(description="Times of the cuts: 30ba,6ep,0.9dur.", extra=_TIME_OF)]
    gamma: Gamma = 0.1


class ConstantScheduler(Composer, tag="composer.ConstantScheduler", frozen=True, kw_only=True):
    """Multiply the lr by alpha until t_max, and not after it."""

    formula = "base_lr * where(t < t_max, alpha, 1)"
    same = "constant: max_lr=base_lr | alpha == 1.0"
    changes = "at chosen times"
    shape = "not at all"

    alpha: Alpha = 1.0
    t_max: Max = "1dur"


class LinearScheduler(Composer, tag="composer.LinearScheduler", frozen=True, kw_only=True):
    """Go from alpha_i to alpha_f in a straight line."""

    formula = "base_lr * (alpha_i + min(1, t / t_max) * (alpha_f - alpha_i))"
    shape = "linearly"

    alpha_i: First = 1.0
    alpha_f: Last = 0.0
    t_max: Max = "1dur"


class ExponentialScheduler(Composer, tag="composer.ExponentialScheduler", frozen=True, kw_only=True):
    """Multiply the lr by gamma in every decay_period, a little at every batch."""

    formula = "base_lr * gamma ** (t / decay_period)"
    near = "exponential: max_lr=base_lr, gamma=gamma | decay_period == '1ba'"
    shape = "by a constant factor"
    example = {"gamma": 0.9, "decay_period": "10ba"}

    gamma: Gamma
    decay_period: Time = "1ep"


class CosineAnnealingScheduler(Composer, tag="composer.CosineAnnealingScheduler", frozen=True, kw_only=True):
    """Fall along half a cosine to alpha_f."""

    formula = "base_lr * (alpha_f + (1 - alpha_f) * (1 + cos(pi * min(1, t / t_max))) / 2)"
    shape = "along a cosine"
    tips = ("The last factor is never used: the lr is one batch late.",)

    t_max: Max = "1dur"
    alpha_f: Last = 0.0


class CosineAnnealingWarmRestartsScheduler(
    Composer, tag="composer.CosineAnnealingWarmRestartsScheduler", frozen=True, kw_only=True
):
    """Fall along half a cosine, again and again, each time t_mult as long (in whole batches)."""

    formula = "base_lr * (alpha_f + (1 - alpha_f) * (1 + cos(pi * x)) / 2)"
    where = {"x": "(t % t_0) / t_0"}
    near = """
        cosine-restarts: max_lr=base_lr, min_lr=base_lr * alpha_f, cycle_length=t_0, cycle_mult=t_mult
    """
    changes = "in cycles"
    shape = "along a cosine"
    example = {"t_0": "25ba"}

    t_0: Time
    t_mult: Annotated[float, Meta(gt=0, le=1e6, description="Length of each cycle over that before.")] = 1.0
    alpha_f: Last = 0.0

    def rate(self, t: Array, run: Run) -> Array:
        """Return the cosine of the cycle that t is in."""
        if self.t_mult == 1:
            return super().rate(t, run)
        not_an_expression(t, "its cycles are counted one by one, and there is no closed form")
        cycles = self._cycles(highest(t), run)
        forms = [partial(self._cycle, run, length) for _, length in cycles]
        return piecewise(t, [float(start) for start, _ in cycles], forms)

    def _cycles(self, last: float, run: Run) -> list[tuple[int, int]]:
        """Return when each cycle up to a batch begins, and how long it is."""
        found = [(0, self.batches(self.t_0, run, self.scale_schedule_ratio))]
        while sum(found[-1]) <= last:
            found.append((sum(found[-1]), int(self.t_mult * found[-1][1])))
            if found[-1][1] == 0:
                raise SpecError(f"{self.tag()} has no lr at step {found[-1][0]}: t_mult makes a cycle 0 batches long")
        return found

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the starts of the cycles, as late as the Trainer is."""
        if self.t_mult == 1:
            return super().breakpoints(run)
        return (At(tuple(start + 1.0 for start, _ in self._cycles(run.total, run))),)

    def _cycle(self, run: Run, length: int, t: Array) -> Array:
        return form.values(self, run, self.formula, t, x=t / length)


class PolynomialScheduler(Composer, tag="composer.PolynomialScheduler", frozen=True, kw_only=True):
    """Fall to alpha_f as a power of the time left."""

    formula = "base_lr * (alpha_f + (1 - alpha_f) * (1 - min(1, t / t_max)) ** power)"
    shape = "as a power of the time left"
    example = {"power": 2.0}

    power: Annotated[float, Meta(ge=0, le=1e6, description="Power of the time left.")]
    t_max: Max = "1dur"
    alpha_f: Last = 0.0


class WarmedUp(Composer, frozen=True, kw_only=True):
    """A scheduler with a warm-up from 0."""

    changes = "in phases"
    where = {
        "ramp": "t / ((int(t_warmup * scale_schedule_ratio) if scale_warmup else t_warmup) or 1)",
        "q": "min(1, max(t - t_warmup, 0) / max(t_max - t_warmup, 1))",
    }

    t_warmup: Warmup
    scale_warmup: Scale = False


class MultiStepWithWarmupScheduler(WarmedUp, tag="composer.MultiStepWithWarmupScheduler", frozen=True, kw_only=True):
    """Climb, then multiply the lr by gamma at each milestone, counted from the start."""

    formula = "base_lr * where(t < t_warmup, min(1, ramp), gamma ** count(t, milestones))"
    shape = "by a constant factor"
    example = {"t_warmup": "10ba", "milestones": ("0.5dur", "0.75dur")}

    milestones: Annotated[tuple[str, ...], Meta(description="Times of the cuts: 30ba,6ep,0.9dur.", extra=_TIME_OF)]
    gamma: Gamma = 0.1


class ConstantWithWarmupScheduler(WarmedUp, tag="composer.ConstantWithWarmupScheduler", frozen=True, kw_only=True):
    """Climb to alpha, and stay until t_max."""

    formula = "base_lr * where(t < t_warmup, alpha * min(1, ramp), where(t < t_max, alpha, 1))"
    near = "constant: max_lr=base_lr, warmup=t_warmup | alpha == 1.0"
    shape = "linearly"
    example = {"t_warmup": "10ba"}

    alpha: Alpha = 1.0
    t_max: Max = "1dur"


class LinearWithWarmupScheduler(WarmedUp, tag="composer.LinearWithWarmupScheduler", frozen=True, kw_only=True):
    """Climb to alpha_i, then go to alpha_f in a straight line."""

    formula = "base_lr * where(t < t_warmup, alpha_i * min(1, ramp), alpha_i + q * (alpha_f - alpha_i))"
    near = """
        linear: start_lr=base_lr * alpha_i, end_lr=base_lr * alpha_f, length=t_max - t_warmup, warmup=t_warmup
    """
    shape = "linearly"
    example = {"t_warmup": "10ba"}

    alpha_i: First = 1.0
    alpha_f: Last = 0.0
    t_max: Max = "1dur"


class CosineAnnealingWithWarmupScheduler(
    WarmedUp, tag="composer.CosineAnnealingWithWarmupScheduler", frozen=True, kw_only=True
):
    """Climb, then fall along half a cosine to alpha_f."""

    formula = "base_lr * where(t < t_warmup, min(1, ramp), alpha_f + (1 - alpha_f) * (1 + cos(pi * q)) / 2)"
    near = """
        cosine: max_lr=base_lr, min_lr=base_lr * alpha_f, cycle_length=t_max - t_warmup, warmup=t_warmup
    """
    shape = "along a cosine"
    example = {"t_warmup": "10ba"}

    t_max: Max = "1dur"
    alpha_f: Last = 0.0


class PolynomialWithWarmupScheduler(WarmedUp, tag="composer.PolynomialWithWarmupScheduler", frozen=True, kw_only=True):
    """Climb, then fall to alpha_f as a power of the time left."""

    formula = "base_lr * where(t < t_warmup, min(1, ramp), alpha_f + (1 - alpha_f) * (1 - q) ** power)"
    near = """
        polynomial: max_lr=base_lr, min_lr=base_lr * alpha_f, power=power, max_update=t_max - t_warmup,
            warmup=t_warmup
    """
    shape = "as a power of the time left"
    example = {"t_warmup": "10ba"}

    power: Annotated[float, Meta(ge=0, le=1e6, description="Power of the time left.")] = 2.0
    t_max: Max = "1dur"
    alpha_f: Last = 0.0
