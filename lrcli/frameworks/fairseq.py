"""fairseq: the schedulers of --lr-scheduler, which count updates, and some of them epochs too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from lrcli.breakpoints import At
from lrcli.frameworks.plateau import CutFactor, Patience, Plateau, Threshold
from lrcli.frameworks.scheduler import Count, Lr, Positive, Real, Scheduler, Share, Steps, StepsOrZero
from lrcli.numeric import count_at_most, floor, full, highest, maximum, minimum, not_an_expression, pick, where
from lrcli.problems import Problem, SpecError
from lrcli.schedules import form
from lrcli.schedules.metric import LONGEST, Replay, metric_values, time_after, values_before
from lrcli.schedules.plateau import Rule, replay
from lrcli.tables import looked_up

if TYPE_CHECKING:
    from lrcli.breakpoints import Breakpoints
    from lrcli.numeric import Array
    from lrcli.run import Run

Pairs = Annotated[tuple[Real, ...], Meta(extra={"pairs": True, "may_be_empty": True})]
Rates = Annotated[tuple[Lr, ...], Meta(description="The lr; with several, that of each epoch.")]
Warmup = Annotated[StepsOrZero, Meta(description="Updates of the warm-up.")]
WarmupLr = Annotated[float, Meta(ge=-1e300, le=1e300, description="Lr at which it begins; below 0, the default.")]
Shrink = Annotated[float, Meta(ge=0, le=1e9)]
ForceAnneal = Annotated[Annotated[int, Meta(ge=1, le=10**9)] | None, Meta(description="Epoch from which it anneals.")]


class Fairseq(Scheduler, frozen=True, kw_only=True):
    """A scheduler of fairseq."""

    home = "fairseq.optim.lr_scheduler"
    version = "git 3d262bb25690"
    counts = "steps"
    peak = ""
    warmup_parameter = "warmup_updates"
    where = {"top": "lr[0]", "w": "warmup_updates"}

    rates: Rates = msgspec.field(default=(0.1,), name="lr")

    def epoch(self, t: Array, run: Run) -> Array:
        """Return the epoch of an update, counted from 1.

        Raises:
            SpecError: If the number of updates in an epoch is not known.
        """
        if run.steps_per_epoch is None:
            raise SpecError(f"{self.tag()} with an lr for each epoch needs steps_per_epoch")
        return floor(t / run.steps_per_epoch) + 1


class Cosine(Fairseq, tag="fairseq.cosine", frozen=True, kw_only=True):
    """Climb, then fall along half a cosine, again and again, each time lr_shrink as high."""

    formula = "where(t < w, first + (top - first) * t / (w or 1), shrink * (min_lr + (top - min_lr) * wave))"
    where = Fairseq.where | {
        "first": "min_lr if warmup_init_lr < 0 else warmup_init_lr",
        "period": "lr_period_updates if lr_period_updates > 0 else (max_update or span) - w",
        "s": "max(t - w, 0)",
        "i": "floor(s / period) if t_mult == 1 else whole_log(1 + s / period * (t_mult - 1), t_mult)",
        "x": "(s / period) % 1 if t_mult == 1 else (s / period - (t_mult**i - 1) / (t_mult - 1)) / t_mult**i",
        "wave": "(1 + cos(pi * x)) / 2",
        "shrink": "lr_shrink**i",
    }
    changes = "in cycles"
    shape = "along a cosine"
    tips = ("lr_shrink is 0.1 by default: at every restart, and past the only cycle, the lr is a tenth.",)

    warmup_updates: Warmup = 0.0
    warmup_init_lr: WarmupLr = -1.0
    min_lr: Annotated[Lr, Meta(description="Lowest lr.")] = 0.0
    t_mult: Annotated[float, Meta(ge=1, le=1e6, description="Length of each cycle over that before.")] = 1.0
    lr_period_updates: Annotated[float, Meta(ge=-1, le=1e15, description="Updates of the first cycle.")] = -1.0
    lr_shrink: Annotated[Shrink, Meta(description="Height of each cycle over that before.")] = 0.1
    max_update: Annotated[Count | None, Meta(description="Updates of the run.")] = None


class InverseSqrt(Fairseq, tag="fairseq.inverse_sqrt", frozen=True, kw_only=True):
    """Climb, then fall as one over the square root of the update."""

    formula = "where(t < w, first + (top - first) * t / w, top * sqrt(w / max(t, w)))"
    where = Fairseq.where | {"first": "warmup_init_lr if warmup_init_lr >= 0 else 0"}
    shape = "as 1/√t"
    refuses = {"warmup_updates == 0": "warmup_updates is 0, and fairseq divides by it"}

    warmup_updates: Warmup = 4000.0
    warmup_init_lr: WarmupLr = -1.0


class PolynomialDecay(Fairseq, tag="fairseq.polynomial_decay", frozen=True, kw_only=True):
    """Climb, then fall to end_learning_rate as a power of the updates left."""

    formula = "where((t <= w) & (w > 0), top * t / (w or 1), where(t >= T, end_learning_rate, fall))"
    where = {
        "w": "warmup_updates",
        "T": "total_num_update",
        "fall": "(top - end_learning_rate) * (1 - (t - w) / (T - w)) ** power + end_learning_rate",
    }
    shape = "as a power of the time left"
    length_parameter = "total_num_update"
    tips = ("Of several lrs the first is never used, because the epochs are counted from 1.",)

    warmup_updates: Warmup = 0.0
    force_anneal: ForceAnneal = None
    end_learning_rate: Annotated[Lr, Meta(description="Lr at total_num_update.")] = 0.0
    power: Annotated[float, Meta(ge=0, le=1e6, description="Power of the updates left.")] = 1.0
    total_num_update: Annotated[Steps | None, Meta(description="Updates until end_learning_rate.")] = None

    def rate(self, t: Array, run: Run) -> Array:
        """Return the decay of the lr that the epoch has."""
        if self.force_anneal is None and len(self.rates) == 1:
            return self._decayed(t, run, self.rates[0])
        epoch = self.epoch(t, run)
        if self.force_anneal is None:
            return self._decayed(t, run, pick(self.rates, minimum(epoch, len(self.rates) - 1.0)))
        not_an_expression(t, "from force_anneal on each epoch decays what the one before has left")
        return self._decayed(t, run, pick(self._tops(int(highest(epoch)), run), epoch))

    def _tops(self, last: int, run: Run) -> list[float]:
        """Return the lr that each epoch decays: from epoch force_anneal on, the lr at the end of the epoch before.

        Raises:
            SpecError: If there are too many epochs.
        """
        if last > LONGEST:
            raise SpecError(f"{self.tag()} with force_anneal is stepped through here: {last:,} epochs are too many")
        tops: list[float] = []
        for epoch in range(last + 1):
            if epoch < (self.force_anneal or 0):
                tops.append(self.rates[min(epoch, len(self.rates) - 1)])
            else:
                begin: Any = float((epoch - 1) * (run.steps_per_epoch or 0))
                tops.append(float(self._decayed(begin, run, tops[-1])))
        return tops

    def _decayed(self, t: Array, run: Run, top: Any) -> Array:
        return form.values(self, run, self.formula, t, top=top)


class TriStage(Fairseq, tag="fairseq.tri_stage", frozen=True, kw_only=True):
    """Climb in a straight line, stay, fall as a power, and stay."""

    formula = "top * where(t < w, climb, where(t < w + h, 1, where(t <= w + h + d, final_lr_scale**p, final_lr_scale)))"
    where = {
        "top": "lr[0]",
        "N": "max_update or span",
        "w": "warmup_steps if phase_ratio is None else int(N * phase_ratio[0])",
        "h": "hold_steps if phase_ratio is None else int(N * phase_ratio[1])",
        "d": "decay_steps if phase_ratio is None else int(N * phase_ratio[2])",
        "climb": "init_lr_scale + (1 - init_lr_scale) * t / (w or 1)",
        "p": "max(t - w - h, 0) / d",
    }
    changes = "in phases"
    shape = "linearly, then as a power"
    warmup_parameter = "warmup_steps"
    refuses = {"phase_ratio is None and decay_steps == 0": "decay_steps is 0, and fairseq divides by it"}
    example = {"warmup_steps": 20, "hold_steps": 30, "decay_steps": 50}

    warmup_steps: Annotated[Count, Meta(description="Updates of the climb.")] = 0
    hold_steps: Annotated[Count, Meta(description="Updates at the peak.")] = 0
    decay_steps: Annotated[Count, Meta(description="Updates of the fall.")] = 0
    phase_ratio: Annotated[
        tuple[Share, Share, Share] | None, Meta(description="The three as shares of max_update, together 1.")
    ] = None
    init_lr_scale: Annotated[Share, Meta(description="First lr, as a share of the peak.")] = 0.01
    final_lr_scale: Annotated[float, Meta(gt=0, le=1, description="Last lr, as a share of the peak.")] = 0.01
    max_update: Annotated[Count | None, Meta(description="Updates of the run.")] = None


class Triangular(Fairseq, tag="fairseq.triangular", frozen=True, kw_only=True):
    """Climb and fall between lr and max_lr, each cycle lr_shrink as high."""

    formula = "low + (high - low) * max(0, 1 - x)"
    where = {
        "z": "lr_period_updates // 2",
        "cycle": "floor(t / (2 * z))",
        "x": "abs(t / z - 2 * (cycle + 1) + 1)",
        "high": "max_lr * lr_shrink**cycle",
        "low": "lr[0] * lr_shrink**cycle if shrink_min else lr[0]",
    }
    changes = "in cycles"
    shape = "linearly"
    warmup_parameter = ""
    peak = "max_lr"
    example = {"max_lr": 0.1, "lr": (0.01,), "lr_period_updates": 40}

    max_lr: Annotated[Lr, Meta(description="Highest lr of a cycle.")]
    lr_period_updates: Annotated[Annotated[int, Meta(ge=2, le=10**15)], Meta(description="Updates of a cycle.")] = 5000
    lr_shrink: Annotated[Shrink, Meta(description="Height of each cycle over that before.")] = 0.1
    shrink_min: Annotated[bool, Meta(description="Shrink the lowest lr too.")] = False


class Step(Fairseq, tag="fairseq.step", frozen=True, kw_only=True):
    """Climb, then multiply the lr by lr_decay after every lr_deacy_period, never below min_lr."""

    formula = (
        "where(t < w, first + (top - first) * t / (w or 1), max(top * lr_decay ** floor(s / lr_deacy_period), min_lr))"
    )
    where = Fairseq.where | {
        "first": "min_lr if warmup_init_lr < 0 else warmup_init_lr",
        "s": "max(t - w, 0)",
    }
    changes = "at fixed intervals"
    shape = "by a constant factor"
    synonyms = {"lr_decay_period": "lr_deacy_period"}
    tips = ("The option really is spelt lr_deacy_period.",)

    warmup_updates: Warmup = 0.0
    warmup_init_lr: WarmupLr = -1.0
    min_lr: Annotated[Lr, Meta(description="Lowest lr.")] = 0.0
    lr_deacy_period: Annotated[Positive, Meta(description="Updates between two cuts.")] = 25000
    lr_decay: Annotated[Shrink, Meta(description="Factor of each cut.")] = 0.5


class Fixed(Fairseq, tag="fairseq.fixed", frozen=True, kw_only=True):
    """Take the lr of the epoch; from force_anneal on shrink the last in every epoch."""

    formula = "the lr of the epoch, times min(1, (t + 1) / warmup_updates)"
    changes = "at chosen times"
    shape = "to the values given"

    force_anneal: ForceAnneal = None
    lr_shrink: Annotated[Shrink, Meta(description="Factor of each epoch from force_anneal on.")] = 0.1
    warmup_updates: Warmup = 0.0

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr of the epoch, during the warm-up a share of it."""
        warmup = run.of(self.warmup_updates)
        ramp = minimum((t + 1) / (warmup or 1.0), 1.0) if warmup else full(t, 1.0)
        if len(self.rates) == 1 and self.force_anneal is None:
            return self.rates[0] * ramp
        epoch = self.epoch(t, run)
        listed = pick(self.rates, minimum(epoch - 1, len(self.rates) - 1.0))
        if self.force_anneal is None:
            return listed * ramp
        shrunk = self.rates[-1] * self.lr_shrink ** maximum(epoch + 1 - self.force_anneal, 0.0)
        return where(epoch < self.force_anneal, listed, shrunk) * ramp


class Manual(Fairseq, tag="fairseq.manual", frozen=True, kw_only=True):
    """Take the lr of the last epoch that is listed, or of the last update."""

    formula = "the lr of the last update listed so far; before the first, that of the last epoch"
    changes = "at chosen times"
    shape = "to the values given"
    warmup_parameter = ""
    example = {"update2lr": (1.0, 0.1, 50.0, 0.01)}

    epoch2lr: Annotated[Pairs, Meta(description="Epochs, from 1, and their lrs in turn.")] = ()
    update2lr: Annotated[Pairs, Meta(description="Updates and their lrs in turn.")] = ()

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr that is listed last."""
        epochs, updates = (sorted(zip(p[::2], p[1::2], strict=True)) for p in (self.epoch2lr, self.update2lr))
        first = dict(epochs).get(1, dict(updates).get(1, self.rates[0]))
        by_epoch = _listed(epochs, self.epoch(t, run), first) if epochs else full(t, first)
        return where(t < updates[0][0], by_epoch, _listed(updates, t, first)) if updates else by_epoch

    def problems(self) -> list[Problem]:
        """Return an epoch or an update without its lr."""
        odd = [name for name in ("epoch2lr", "update2lr") if len(getattr(self, name)) % 2]
        return super().problems() + [Problem(message=f"{one} needs an lr for each key", path=(one,)) for one in odd]


def _listed(pairs: list[tuple[float, float]], at: Array, first: float) -> Array:
    """Return the value of the last key ≤ a time."""
    return pick([first, *(value for _, value in pairs)], count_at_most(at, [key for key, _ in pairs]))


class ReduceLrOnPlateau(Plateau, Fairseq, tag="fairseq.reduce_lr_on_plateau", frozen=True, kw_only=True):
    """Climb, then multiply the lr by lr_shrink when the metric of an epoch has stopped improving."""

    formula = "where(t <= w, climb, lr * lr_shrink ** (times that more than lr_patience epochs in a row were bad))"
    tips = ("Epochs that end during the warm-up are not counted.",)

    lr_shrink: Annotated[CutFactor, Meta(description="Factor of each cut.")] = 0.1
    lr_threshold: Threshold = 1e-4
    lr_patience: Patience = 0
    warmup_updates: Warmup = 0.0
    warmup_init_lr: WarmupLr = -1.0
    maximize_best_checkpoint_metric: Annotated[bool, Meta(description="A higher metric is better.")] = False

    def rule(self) -> Rule:
        """Return torch's rule under fairseq's names."""
        mode: Literal["min", "max"] = "max" if self.maximize_best_checkpoint_metric else "min"
        return Rule(
            lr=self.rates[0],
            factor=self.lr_shrink,
            patience=self.lr_patience,
            mode=mode,
            share=self.lr_threshold,
            eps=1e-8,
        )

    def replayed(self, run: Run) -> Replay:
        """Return the replay of the metrics of the epochs that end after the warm-up."""
        metric, warmup = metric_values(run), run.of(self.warmup_updates)
        ends = run.known or [_updates(run) * (i + 1) for i in range(len(metric))]
        skipped = sum(end <= warmup for end in ends)
        judged = replay(self.rule(), metric[skipped:])
        moved = (tuple(t + skipped for t in found) for found in (judged.bad, judged.cuts))
        return Replay(self.rates[:1] * skipped + judged.lr, *moved)

    def lr(self, t: Array, run: Run) -> Array:
        """Return the lr of the warm-up, then the lr after the cuts."""
        warmup = run.of(self.warmup_updates)
        values_so_far = values_before(t, run) if run.known is not None else floor(t / _updates(run))
        cut = looked_up(self.replayed(run).lr, values_so_far)
        first = max(self.warmup_init_lr, 0.0)
        climb = first + (self.rates[0] - first) * t / (warmup or 1.0)
        return where(t <= warmup, climb, cut) if warmup else cut

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the end of the warm-up, and the cuts."""
        warmup, cuts = run.of(self.warmup_updates), self.replayed(run).cuts
        times = [time_after(cut, run) if run.known is not None else cut * _updates(run) for cut in cuts]
        return (At((warmup, warmup + 1.0, *map(float, times))),)


def _updates(run: Run) -> int:
    """Return the updates of an epoch; 1 if they are not known, so that each update has one value of the metric."""
    return run.steps_per_epoch or 1
