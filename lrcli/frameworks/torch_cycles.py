"""torch's schedulers that set the lr in cycles: warm restarts, CyclicLR, and the one-cycle policy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal, Self

from msgspec import Meta, structs

from lrcli.breakpoints import Growing
from lrcli.frameworks.chain import Overwriting
from lrcli.frameworks.scheduler import PER_GROUP, End, OptimizerLr, Real, Share, Steps
from lrcli.frameworks.torch_chains import Torch
from lrcli.problems import Finding, Problem
from lrcli.schedules import form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.breakpoints import Breakpoints
    from lrcli.numeric import Array
    from lrcli.run import Run

EtaMin = Annotated[Real, Meta(description="Lowest lr.")]
Whole = Annotated[int, Meta(ge=1, le=10**15, extra={"written_as_int": True})]
Momentum = Annotated[Real, Meta(description="For the momentum, which does not touch the lr.")]
CycleMomentum = Annotated[bool, Meta(description="Change the momentum too, against the lr.")]


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
        """Return the lr from the step after last_epoch on: in the first cycle or, if that is over, in the second."""
        begin = self.first if self.first < self.T_0 else self.T_0 + self.first % self.T_0
        return self.onward(t + begin, self.base_lr, self.base, run)

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the restarts, which are not derived from the formula if each cycle is longer than the one before."""
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
        """Return its base_lr as the optimizer's lr, and as its initial_lr if there is none."""
        return self.base_lr, self.base_lr if initial is None else initial

    def left(self, lr: float, initial: float) -> float:
        """Return initial_lr: the constructor takes its step before it sets its own base_lr."""
        return initial

    def raises(self, run: Run) -> End | None:
        """Return the start of cycle 1025 of triangular2, where 2.0 ** (cycle - 1) overflows in Python."""
        if self.mode != "triangular2" or self.scale_fn:
            return None
        why = "mode=triangular2 divides by 2.0 to the power of the cycle, which overflows"
        return End(math.ceil(1024 * float(form.value(self, run, "size"))), why)

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
        """Return its first lr as initial_lr, even if there is one already."""
        return lr, self.max_lr / self.div_factor

    def momentum(self) -> OneCycleLR | None:
        """Return the same phases from max_momentum to base_momentum and back."""
        fields = {**structs.asdict(self), "max_lr": self.base_momentum}
        return _OneCycleMomentum(**fields) if self.cycle_momentum else None

    def problems(self) -> list[Problem]:
        """Return a problem for an incomplete length, and for a climb of length 0, at which torch raises an error."""
        found, length = super().problems(), self.own_length()
        if self.total_steps is None and (self.epochs is None) != (self.steps_per_epoch is None):
            found.append(Problem(message="give total_steps, or both epochs and steps_per_epoch", path=("total_steps",)))
        elif length is not None and self.pct_start * length == 1:
            message = "pct_start · total_steps is 1: the climb ends where it begins, and torch divides by its length"
            found.append(Problem(message=message, path=("pct_start",)))
        return found

    def raises(self, run: Run) -> End | None:
        """Return where torch raises an error: past total_steps, or at it if the last phase has length 0."""
        length, begin = form.value(self, run, "N"), form.value(self, run, "back if three_phase else top")
        if begin == length - 1:
            return End(length, "the last phase has no length, and torch divides by it")
        tried = f"Tried to step {length + 1:g} times"
        return End(length + 1, f"total_steps is {length:g}, and torch raises {tried!r}")

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield that the peak is missed, or that its last step() raises."""
        length, peak = form.value(self, run, "N"), form.value(self, run, "top")
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
