"""mmengine: schedulers that multiply or shift the current lr from begin to end, and lists of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

import msgspec
from msgspec import Meta

from lrcli.frameworks.mmengine_lists import INF, Begin, MMEngine, Until
from lrcli.frameworks.mmengine_lists import ParamScheduler as ParamScheduler
from lrcli.frameworks.plateau import Cooldown, CutFactor, Eps, MinLr, Patience, Plateau, Threshold
from lrcli.frameworks.scheduler import Count, End, Lr, OnOptimizer, Positive, Real, Share
from lrcli.schedules import CosineRestarts, Linear
from lrcli.schedules.metric import Replay, metric_values
from lrcli.schedules.plateau import Rule, margins, replay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.run import Run
    from lrcli.schedules.base import Schedule

ALMOST_0 = 1e-9
"""Written instead of a start_factor of 0, which mmengine refuses."""

MOST_PERIODS = 100
"""The most restarts that are written as a list of periods."""

Gamma = Annotated[Real, Meta(description="Factor of each decay.")]
EtaMin = Annotated[Lr | None, Meta(description="Lowest lr; 0 if nothing is given.")]
EtaMinRatio = Annotated[Share | None, Meta(description="Lowest lr as a share of the optimizer's, instead of eta_min.")]
_TWO_FLOORS = {"eta_min is not None and eta_min_ratio is not None": "give eta_min or eta_min_ratio, not both"}


class ConstantLR(MMEngine, tag="mmengine.ConstantLR", frozen=True, kw_only=True):
    """Multiply the lr by factor until end − 1."""

    where = MMEngine.where | {"inside": "base_lr * where(u < max(n, 1), factor, 1)"}
    times = "where(u == 0, factor, where(u == n, 1 / (factor or 1), 1))"
    same = "constant: max_lr=base_lr | factor == 1.0"
    changes = "at chosen times"
    shape = "by a constant factor"
    refuses = MMEngine.refuses | {
        "factor == 0 and end < 10**9 and n > 0": "factor is 0, and mmengine divides by it to take it back"
    }
    tips = ("The factor is taken back one step before end; with end=begin+1 never.",)

    factor: Annotated[Share, Meta(description="Factor of the lr.")] = 1 / 3


class LinearLR(MMEngine, tag="mmengine.LinearLR", frozen=True, kw_only=True):
    """Multiply the lr by a factor that goes in a straight line from start_factor to end_factor."""

    where = MMEngine.where | {"inside": "base_lr * (start_factor + (end_factor - start_factor) * u / (n or 1))"}
    times = (
        "where(u == 0, start_factor, 1 + (end_factor - start_factor)"
        " / (n * start_factor + (max(u, 1) - 1) * (end_factor - start_factor)))"
    )
    shape = "linearly"
    same = """
        linear: start_lr=base_lr * start_factor, end_lr=base_lr * end_factor, length=end - 1 | begin == 0, end > 1
    """
    tips = ("It is at end_factor at end − 1, one step before torch's LinearLR of that length.",)

    start_factor: Annotated[float, Meta(gt=0, le=1, description="Factor at begin.")] = 1 / 3
    end_factor: Annotated[Share, Meta(description="Factor at end − 1.")] = 1.0

    @classmethod
    def proposals(cls, schedule: Schedule, run: Run) -> Iterator[Self]:
        """Yield a line from almost 0 for a line from 0, which mmengine refuses."""
        if isinstance(schedule, Linear) and schedule.ends[0] == 0:
            schedule = schedule.replaced(start_lr=ALMOST_0 * schedule.ends[1], end_lr=schedule.ends[1])
        return super().proposals(schedule, run)


class ExponentialLR(MMEngine, tag="mmengine.ExponentialLR", frozen=True, kw_only=True):
    """Multiply the lr by gamma at every step."""

    where = MMEngine.where | {"inside": "base_lr * gamma ** u"}
    times = "where(u == 0, 1, gamma)"
    shape = "by a constant factor"
    same = "exponential: max_lr=base_lr, gamma=gamma | begin == 0, span <= end"
    example = {"gamma": 0.95}

    gamma: Gamma


class StepLR(MMEngine, tag="mmengine.StepLR", frozen=True, kw_only=True):
    """Multiply the lr by gamma every step_size steps."""

    where = MMEngine.where | {"inside": "base_lr * gamma ** floor(u / step_size)"}
    times = "where((u % step_size == 0) & (u != 0), gamma, 1)"
    converted = ("step_size",)
    changes = "at fixed intervals"
    shape = "by a constant factor"
    same = "step: max_lr=base_lr, step_size=step_size, gamma=gamma | begin == 0, span <= end"
    example = {"step_size": 30}

    step_size: Annotated[Positive, Meta(description="Steps between two decays.")]
    gamma: Gamma = 0.1


class MultiStepLR(MMEngine, tag="mmengine.MultiStepLR", frozen=True, kw_only=True):
    """Multiply the lr by gamma at each milestone, counted from begin."""

    where = MMEngine.where | {"inside": "base_lr * gamma ** count(u, milestones)"}
    times = "gamma ** (count(u, milestones) - count(u - 1, milestones))"
    converted = ("milestones",)
    changes = "at chosen times"
    shape = "by a constant factor"
    same = "multistep: max_lr=base_lr, milestones=milestones, gamma=gamma | begin == 0, span <= end"
    tips = ("milestones count from begin. One that is given twice counts twice.",)
    example = {"milestones": [16, 22]}

    milestones: Annotated[tuple[Count, ...], Meta(description="When to decay.", extra={"may_be_empty": True})]
    gamma: Gamma = 0.1


class CosineAnnealingLR(MMEngine, tag="mmengine.CosineAnnealingLR", frozen=True, kw_only=True):
    """Follow a cosine wave, down to eta_min at T_max and up again."""

    where = MMEngine.where | {
        "T": "T_max or end - begin",
        "E": "base_lr * eta_min_ratio if eta_min_ratio is not None else eta_min or 0",
        "inside": "E + (base_lr - E) * (1 + cos(pi * u / T)) / 2",
        "trough": "(u - 1 - T) % (2 * T) == 0",
        "before": "where(trough, 1, 1 + cos(pi * (u - 1) / T))",
        "ratio": "where(u == 0, 1, (1 + cos(pi * u / T)) / where(before == 0, 1, before))",
    }
    times = "where(trough, 1, ratio)"
    plus = "where(trough, (base_lr - E) * (1 - cos(pi / T)) / 2, E * (1 - ratio))"
    converted = ("T_max",)
    shape = "along a cosine"
    refuses = MMEngine.refuses | _TWO_FLOORS
    same = """
        cosine: max_lr=base_lr, min_lr=eta_min or 0, cycle_length=T_max
            | begin == 0, eta_min_ratio == None, end == T_max + 1
        cosine: max_lr=base_lr, min_lr=eta_min or 0, cycle_length=T_max
            | begin == 0, eta_min_ratio == None, span <= end, span <= T_max + 1
        cosine: max_lr=base_lr, min_lr=eta_min or 0, cycle_length=end
            | begin == 0, eta_min_ratio == None, T_max == None, span <= end
    """
    tips = ("Without T_max eta_min is never reached: T_max is end − begin, and the last step is one before.",)

    T_max: Annotated[Positive | None, Meta(description="When the lr is lowest; end − begin if not given.")] = None
    eta_min: EtaMin = None
    eta_min_ratio: EtaMinRatio = None


class CosineRestartLR(MMEngine, tag="mmengine.CosineRestartLR", frozen=True, kw_only=True):
    """Fall along half a cosine in each period, from a weight of the lr; after the last leave the lr as it is."""

    where = MMEngine.where | {
        "E": "base_lr * eta_min_ratio if eta_min_ratio is not None else eta_min or 0",
        "ends": "totals(periods)",
        "U": "min(u, ends[-1] - 1)",
        "i": "count(U, ends[:-1])",
        "p": "pick(periods, i)",
        "v": "U - pick([0] + ends, i)",
        "top": "base_lr * pick(restart_weights, i)",
        "inside": "E + (top - E) * (1 + cos(pi * v / p)) / 2",
        "ratio": "where(v == 0, 0, (1 + cos(pi * v / p)) / (1 + cos(pi * (max(v, 1) - 1) / p)))",
    }
    times = "where(u > U, 1, ratio)"
    plus = "where(u > U, 0, where(v == 0, top, E * (1 - ratio)))"
    converted = ("periods",)
    changes = "in cycles"
    shape = "along a cosine"
    refuses = (
        MMEngine.refuses
        | _TWO_FLOORS
        | {"len(periods) != len(restart_weights)": "give as many restart_weights as periods"}
    )
    example = {"periods": [30, 60], "restart_weights": [1.0, 0.5]}

    periods: Annotated[tuple[Positive, ...], Meta(description="Length of each period.")]
    restart_weights: Annotated[tuple[Real, ...], Meta(description="First lr of each period, over the lr.")] = (1.0,)
    eta_min: EtaMin = None
    eta_min_ratio: EtaMinRatio = None

    @classmethod
    def proposals(cls, schedule: Schedule, run: Run) -> Iterator[Self]:
        """Yield the periods that cosine restarts have in the run."""
        if not isinstance(schedule, CosineRestarts) or schedule.warmup or run.of(schedule.cycle_length) < 1:
            return
        first, low = run.of(schedule.cycle_length), schedule.min_lr
        lengths = [first]
        while sum(lengths) < run.span and len(lengths) < MOST_PERIODS:
            lengths.append(lengths[-1] * schedule.cycle_mult)
        tops = [max(schedule.max_lr * schedule.cycle_decay**i, low) for i in range(len(lengths))]
        if all(length.is_integer() for length in lengths):
            yield cls(
                base_lr=schedule.max_lr,
                periods=tuple(map(int, lengths)),
                restart_weights=tuple(top / schedule.max_lr for top in tops),
                eta_min=low,
                by_epoch=run.unit == "epoch",
            )


class PolyLR(MMEngine, tag="mmengine.PolyLR", frozen=True, kw_only=True):
    """Fall to eta_min as a power of the time left."""

    where = MMEngine.where | {
        "inside": "eta_min + (base_lr - eta_min) * (1 - u / (n or 1)) ** power",
        "ratio": "where(u == 0, 1, (1 - 1 / (n - max(u, 1) + 1)) ** power)",
    }
    times = "ratio"
    plus = "eta_min * (1 - ratio)"
    shape = "as a power of the time left"
    same = "polynomial: max_lr=base_lr, min_lr=eta_min, power=power, max_update=end - 1 | begin == 0, end > 1"

    eta_min: Annotated[Lr, Meta(description="Lr at end − 1.")] = 0.0
    power: Annotated[float, Meta(ge=0, le=1e6, description="Power of the time left.")] = 1.0


class OneCycleLR(MMEngine, tag="mmengine.OneCycleLR", frozen=True, kw_only=True):
    """Climb from eta_max/div_factor to eta_max, and fall far below where it began."""

    where = MMEngine.where | {
        "top": "pct_start * total_steps - 1",
        "back": "2 * pct_start * total_steps - 2 if three_phase else total_steps - 1",
        "first": "eta_max / div_factor",
        "last": "first / final_div_factor",
        "climb": "anneal(first, eta_max, u / (top or 1), anneal_strategy)",
        "fall": "anneal(eta_max, first if three_phase else last, (u - top) / (back - top or 1), anneal_strategy)",
        "tail": "anneal(first, last, (u - back) / (total_steps - 1 - back or 1), anneal_strategy)",
        "inside": "where(u <= top, climb, where(u <= back, fall, tail) if three_phase else fall)",
    }
    times = "0"
    plus = "inside"
    converted = ("total_steps",)
    changes = "in phases"
    shape = "along a cosine or linearly"
    peak = "eta_max"
    same = """
        one-cycle: max_lr=eta_max, pct_start=pct_start, div_factor=div_factor, final_div_factor=final_div_factor,
            anneal=anneal_strategy, three_phase=three_phase | begin == 0, total_steps == span, span <= end
    """
    example = {"eta_max": 0.1, "total_steps": 100}

    eta_max: Annotated[Lr, Meta(description="Highest lr.")] = 0.0
    total_steps: Annotated[Positive, Meta(description="Length in steps.")]
    pct_start: Annotated[Share, Meta(description="Share of the steps that climb.")] = 0.3
    anneal_strategy: Annotated[Literal["cos", "linear"], Meta(description="Shape of each phase.")] = "cos"
    div_factor: Annotated[float, Meta(gt=0, le=1e300, description="eta_max over the first lr.")] = 25.0
    final_div_factor: Annotated[float, Meta(gt=0, le=1e300, description="First lr over the last.")] = 1e4
    three_phase: Annotated[bool, Meta(description="Fall as long as it climbed, then further down.")] = False

    def end(self, run: Run) -> End | None:
        """Return the first step after total_steps, if it is in the window."""
        own = self.in_run(run)
        first = own.begin + own.total_steps + 1
        return End(first, f"total_steps is {own.total_steps}, and mmengine raises") if first < own.until else None


class ReduceOnPlateauLR(Plateau, OnOptimizer, tag="mmengine.ReduceOnPlateauLR", frozen=True, kw_only=True):
    """Multiply the lr by factor when a metric of the validation has stopped improving."""

    home = MMEngine.home
    version = MMEngine.version
    counts = "epochs"
    formula = "base_lr * factor ** (times that more than patience epochs in a row were bad), never below min_value"
    same = """
        plateau: max_lr=base_lr, mode='min', factor=factor, patience=patience,
            threshold=threshold, threshold_mode=threshold_rule, cooldown=cooldown, min_lr=min_value, eps=eps
            | rule == 'less', base_lr > 0, factor > 0, begin == 0, span < end
        plateau: max_lr=base_lr, mode='max', factor=factor, patience=patience,
            threshold=threshold, threshold_mode=threshold_rule, cooldown=cooldown, min_lr=min_value, eps=eps
            | rule == 'greater', base_lr > 0, factor > 0, begin == 0, span < end
    """

    monitor: Annotated[str, Meta(description="Name of the metric.")] = "loss"
    comparison: Annotated[Literal["less", "greater"], Meta(description="Which metric is better.")] = msgspec.field(
        default="less", name="rule"
    )
    factor: CutFactor = 0.1
    patience: Patience = 10
    threshold: Threshold = 1e-4
    threshold_rule: Annotated[Literal["rel", "abs"], Meta(description="The threshold is a share, or absolute.")] = "rel"
    cooldown: Cooldown = 0
    min_value: MinLr = 0.0
    eps: Eps = 1e-8
    begin: Begin = 0
    until: Until = msgspec.field(default=INF, name="end")

    def rule(self) -> Rule:
        """Return torch's rule under mmengine's names."""
        share, margin = margins(self.threshold, self.threshold_rule)
        return Rule(
            lr=self.base_lr,
            factor=self.factor,
            patience=self.patience,
            mode="min" if self.comparison == "less" else "max",
            share=share,
            margin=margin,
            cooldown=self.cooldown,
            min_lr=self.min_value,
            eps=self.eps,
        )

    def replayed(self, run: Run) -> Replay:
        """Return the replay of the metrics from begin to end, which count epochs that are done."""
        metric = metric_values(run)
        first = min(max(self.begin - 1, 0), len(metric))
        judged = replay(self.rule(), metric[first : self.until - 1])
        after = len(metric) - first - len(judged.lr) + 1
        lr = (self.base_lr,) * first + judged.lr + judged.lr[-1:] * after
        return Replay(lr, tuple(t + first for t in judged.bad), tuple(t + first for t in judged.cuts))
