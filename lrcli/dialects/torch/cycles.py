"""torch's cycles: CyclicLR and OneCycleLR, which both set the lr whatever the optimizer's was."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.codes import Caution
from lrcli.dialects.base import End, OptimizerLr, Real
from lrcli.dialects.torch.base import Overwriting
from lrcli.dialects.torch.formulas import function_of
from lrcli.knots import joined, marks, multiples
from lrcli.numeric import cos, floor, pi, piecewise, where
from lrcli.problems import Problem, SpecError
from lrcli.schedules import OneCycle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run

Momentum = Annotated[Real, Meta(description="Does not touch the lr.")]
Switch = Annotated[bool, Meta(description="Does not touch the lr.")]


class CyclicLR(Overwriting, tag="torch.CyclicLR", frozen=True, kw_only=True):
    """Climb and fall between base_lr and max_lr in straight lines.

    lr(t) = base_lr + (max_lr − base_lr) · h · S, with h the height in the cycle (0 to 1 and back) and S = 1
    (triangular), 2^−(cycle − 1) (triangular2) or gamma^t (exp_range), or scale_fn of the cycle or of t, as scale_mode
    says.
    """

    formula = "base_lr + (max_lr − base_lr) · h(t) · S,  S = 1, 2^−(cycle − 1) or gamma^t"
    changes = "in cycles"
    shape = "linearly"
    tips = (
        "base_lr is its own, not the optimizer's: it overwrites the optimizer's lr.",
        "exp_range shrinks with gamma to the power of all steps so far, not of those in the cycle.",
    )
    example = {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 20}

    base_lr: Annotated[Real, Meta(description="Lowest lr of a cycle.")]
    max_lr: Annotated[Real, Meta(description="Highest lr of a cycle.")]
    step_size_up: Annotated[float, Meta(gt=0, le=1e15, description="Steps of the climb.")] = 2000.0
    step_size_down: Annotated[Annotated[float, Meta(gt=0, le=1e15)] | None, Meta(description="Steps of the fall.")] = (
        None
    )
    mode: Annotated[Literal["triangular", "triangular2", "exp_range"], Meta(description="What becomes of the top.")] = (
        "triangular"
    )
    gamma: Annotated[Real, Meta(description="Factor of the top from step to step, for exp_range.")] = 1.0
    scale_fn: Annotated[
        str | None, Meta(description="A formula of x instead of the mode.", extra={"formula": True})
    ] = None
    scale_mode: Annotated[Literal["cycle", "iterations"], Meta(description="What x is.")] = "cycle"
    cycle_momentum: Switch = True
    base_momentum: Momentum = 0.8
    max_momentum: Momentum = 0.9

    @property
    def _total(self) -> float:
        return self.step_size_up + (self.step_size_down or self.step_size_up)

    def value(self, t: Array, base: float, run: Run) -> Array:  # noqa: ARG002
        """Return the height of the cycle at t, scaled."""
        ratio = self.step_size_up / self._total
        cycle = floor(1 + t / self._total)
        x = 1.0 + t / self._total - cycle
        height = where(x <= ratio, x / ratio, (x - 1) / (ratio - 1))
        return self.base_lr + (self.max_lr - self.base_lr) * height * self._scale(cycle, t)

    def _scale(self, cycle: Array, t: Array) -> Array | float:
        if self.scale_fn is not None:
            return function_of(self.scale_fn, "x")(cycle if self.scale_mode == "cycle" else t)
        if self.mode == "triangular2":
            return 1 / 2.0 ** (cycle - 1)
        return self.gamma**t if self.mode == "exp_range" else 1.0

    def problems(self) -> list[Problem]:
        """Return what is wrong with scale_fn."""
        found = super().problems()
        try:
            function_of(self.scale_fn or "1", "x")
        except SpecError as error:
            found += [problem._replace(path=("scale_fn",)) for problem in error.problems]
        return found

    def turns(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return the feet and the tops of the cycles."""
        return joined(multiples(self._total, edges), multiples(self._total, edges, self.step_size_up))


class OneCycleLR(Overwriting, tag="torch.OneCycleLR", frozen=True, kw_only=True):
    """Climb from max_lr/div_factor to max_lr and fall far below where it began.

    The climb ends at t = pct_start · total_steps − 1, the fall at total_steps − 1, at max_lr/div_factor divided by
    final_div_factor; with three_phase it first falls as long as it climbed. Each phase is half a cosine or a line
    (anneal_strategy). The length is total_steps, or epochs · steps_per_epoch.
    """

    formula = "max_lr/div_factor ↗ max_lr at pct_start · total_steps − 1 ↘ max_lr/div_factor/final_div_factor"
    changes = "in phases"
    shape = "along a cosine or linearly"
    tips = (
        "max_lr is reached exactly only if pct_start · total_steps is whole.",
        "total_steps counts calls of step(): one more than that and torch raises.",
    )
    example = {"max_lr": 0.1, "total_steps": 100}
    peak = "max_lr"
    shared = ("max_lr", "div_factor", "final_div_factor")

    max_lr: Annotated[OptimizerLr, Meta(description="Highest lr.")]
    total_steps: Annotated[Annotated[int, Meta(ge=1, le=10**15)] | None, Meta(description="Length in steps.")] = None
    epochs: Annotated[
        Annotated[int, Meta(ge=1, le=10**15)] | None, Meta(description="With steps_per_epoch, instead.")
    ] = None
    steps_per_epoch: Annotated[
        Annotated[int, Meta(ge=1, le=10**15)] | None, Meta(description="With epochs, instead.")
    ] = None
    pct_start: Annotated[
        float, Meta(ge=0, le=1, description="Share of the steps that climb.", extra={"written_as_float": True})
    ] = 0.3
    anneal_strategy: Annotated[Literal["cos", "linear"], Meta(description="Shape of each phase.")] = "cos"
    cycle_momentum: Switch = True
    base_momentum: Momentum = 0.85
    max_momentum: Momentum = 0.95
    div_factor: Annotated[float, Meta(gt=0, le=1e300, description="max_lr over the first lr.")] = 25.0
    final_div_factor: Annotated[float, Meta(gt=0, le=1e300, description="First lr over the last.")] = 1e4
    three_phase: Annotated[bool, Meta(description="Fall as long as it climbed, then further down.")] = False

    @property
    def _length(self) -> int:
        return self.total_steps or (self.epochs or 1) * (self.steps_per_epoch or 1)

    @property
    def first_lr(self) -> float:
        """The lr at which it begins, which it also makes the optimizer's initial_lr."""
        return self.max_lr / self.div_factor

    def _phases(self) -> list[tuple[float, float, float, float]]:
        """Return the phases: from when to when, and from which lr to which."""
        climb, last = self.pct_start * self._length - 1, float(self._length - 1)
        lowest = self.first_lr / self.final_div_factor
        if not self.three_phase:
            return [(0.0, climb, self.first_lr, self.max_lr), (climb, last, self.max_lr, lowest)]
        back = 2 * self.pct_start * self._length - 2
        return [
            (0.0, climb, self.first_lr, self.max_lr),
            (climb, back, self.max_lr, self.first_lr),
            (back, last, self.first_lr, lowest),
        ]

    def value(self, t: Array, base: float, run: Run) -> Array:  # noqa: ARG002
        """Return the lr of the first phase that t is not past, or of the last."""
        phases = self._phases()
        starts = [0.0, *(float(max(math.floor(end) + 1, 0)) for _, end, _, _ in phases[:-1])]
        forms = [partial(self._since, start, phase) for start, phase in zip(starts, phases, strict=True)]
        return piecewise(t, starts, forms)

    def _since(self, begin: float, phase: tuple[float, float, float, float], t: Array) -> Array:
        """Return the lr of a phase so long after its first whole step."""
        return self._anneal(t + begin, *phase)

    def _anneal(self, t: Array, start: float, end: float, first: float, last: float) -> Array:
        pct = (t - start) / ((end - start) or 1.0)
        if self.anneal_strategy == "linear":
            return (last - first) * pct + first
        return last + (first - last) / 2.0 * (1 + cos(pi * pct))

    def problems(self) -> list[Problem]:
        """Return a length that is not given, and a climb of no length, on which torch raises at once."""
        found = super().problems()
        if self.total_steps is None and (self.epochs is None or self.steps_per_epoch is None):
            message = "give total_steps, or both epochs and steps_per_epoch"
            found.append(Problem(message=message, path=("total_steps",)))
        elif self.pct_start * self._length == 1:
            message = "pct_start · total_steps is 1: the climb ends where it begins, and torch divides by its length"
            found.append(Problem(message=message, path=("pct_start",)))
        return found

    def end(self, run: Run) -> End | None:  # noqa: ARG002
        """Return where torch raises: a step past total_steps, or at it if the last phase has no length."""
        start, end, _, _ = self._phases()[-1]
        if start == end:
            return End(self._length, "the last phase has no length, and torch divides by it")
        tried = f"Tried to step {self._length + 1} times"
        return End(self._length + 1, f"total_steps is {self._length}, and torch raises {tried!r}")

    def turns(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return the ends of the phases."""
        return marks(*(max(phase[1], 0.0) for phase in self._phases()))

    def ours(self, run: Run) -> Spec | None:
        """Return a one-cycle schedule, if the run is as long."""
        if run.span != self._length or self.max_lr == 0:
            return None
        try:
            return OneCycle(
                max_lr=self.max_lr,
                pct_start=self.pct_start,
                div_factor=self.div_factor,
                final_div_factor=self.final_div_factor,
                anneal=self.anneal_strategy,
                three_phase=self.three_phase,
            )
        except SpecError:
            return None

    def cautions(self, run: Run) -> Iterator[Caution]:
        """Yield that the peak is missed, that it ends too early, or that its last step() raises."""
        peak = self.pct_start * self._length - 1
        if not float(peak).is_integer() or peak < 0:
            best = max(float(self.value(float(t), 0.0, run)) for t in {max(int(peak), 0), max(int(peak) + 1, 0)})  # type: ignore[arg-type]
            text = f"OneCycleLR never reaches max_lr={self.max_lr:g}: its peak is at step {peak:g}, which is not whole"
            yield Caution("LR019", f"{text}; the highest lr is {best:.6g}")
        if run.span > self._length:
            text = f"OneCycleLR has total_steps={self._length}, and the run has {run.span:g} {run.unit}s"
            yield Caution("LR008", f"{text}: the step() that ends {run.unit} {self._length:g} raises")
        elif run.span < self._length:
            text = f"OneCycleLR has total_steps={self._length}, but the run ends after {run.span:g} {run.unit}s"
            yield Caution("LR003", f"{text}: it never comes to its end")
