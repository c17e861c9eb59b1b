"""What transformers' schedulers have in common: a warm-up, a length, and waves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.codes import Caution
from lrcli.dialects.base import Dialect, OptimizerLr
from lrcli.knots import joined, marks, multiples
from lrcli.numeric import maximum, where
from lrcli.run import Length, LengthOrZero

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array
    from lrcli.run import Run


Cycles = Annotated[float, Meta(ge=0, le=1e9, description="Waves of the cosine; 0.5 is half of one, down.")]


class TrainerScheduler(Dialect, frozen=True, kw_only=True):
    """What the Trainer has a default for, or fills in."""

    base_lr: OptimizerLr = 5e-5
    last_epoch: Annotated[int, Meta(ge=-1, le=-1, description="A resumed run is not shown: only -1.")] = -1
    synonyms = {"lr": "base_lr", "learning_rate": "base_lr"}


class WarmedUp(TrainerScheduler, frozen=True, kw_only=True):
    """A scheduler with a linear warm-up from 0: f(t) = t / max(1, num_warmup_steps) for t < num_warmup_steps."""

    num_warmup_steps: Annotated[LengthOrZero, Meta(description="Steps of the warm-up.")] = 0.0
    warmup_steps: Annotated[
        LengthOrZero | None, Meta(description="The same for the Trainer: below 1 it is a share of the run, rounded up.")
    ] = None
    warmup_ratio: Annotated[
        Annotated[float, Meta(ge=0, le=1)] | None, Meta(description="Older Trainers' share of the run, rounded up.")
    ] = None

    def total(self, run: Run) -> float:
        """Return the length of the schedule."""
        return run.of(None)

    def warmup_of(self, run: Run) -> float:
        """Return the length of the warm-up: as the Trainer reads it, or as it is given."""
        share = self.warmup_ratio
        if self.warmup_steps is not None:
            steps = run.of(self.warmup_steps)
            if steps >= 1 or steps == 0:
                return float(int(steps))
            share = steps
        return run.of(self.num_warmup_steps) if share is None else float(math.ceil(self.total(run) * share))

    def in_run(self, run: Run) -> WarmedUp:
        """Return the same with the warm-up in steps."""
        return self.replaced(num_warmup_steps=self.warmup_of(run), warmup_steps=None, warmup_ratio=None)

    def climb(self, t: Array, warmup: float) -> Array:
        """Return the factor of the warm-up."""
        return t / max(1.0, warmup)

    def after(self, t: Array, warmup: float, total: float) -> Array:
        """Return the factor after the warm-up."""
        raise NotImplementedError

    def rate(self, t: Array, run: Run) -> Array:
        """Return the optimizer's lr times the factor."""
        warmup, total = self.warmup_of(run), self.total(run)
        factor = self.after(maximum(t, warmup), warmup, total)
        return self.base_lr * where(t < warmup, self.climb(t, warmup), factor)

    def turns(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return the end of the warm-up and of the schedule."""
        return marks(self.warmup_of(run), self.total(run))

    def cautions(self, run: Run) -> Iterator[Caution]:
        """Yield what the warm-up does."""
        warmup = self.warmup_of(run)
        if warmup >= run.span and warmup > 0:
            text = (
                f"the warm-up takes {warmup:g} {run.unit}s of {run.span:g}: the peak {self.base_lr:g} is never reached"
            )
            yield Caution("LR005", text)
        if float(self.rate(0.0, run)) == 0:  # type: ignore[arg-type] # a closed form takes a float as well
            yield Caution("LR007", f"the lr is exactly 0 at {run.unit} 0: the first {run.unit} does not train")


class Timed(WarmedUp, frozen=True, kw_only=True):
    """A scheduler that has an end."""

    num_training_steps: Annotated[
        Length | None, Meta(description="Length of the schedule (that of the run, as the Trainer fills it in).")
    ] = None

    def total(self, run: Run) -> float:
        """Return num_training_steps."""
        return run.of(self.num_training_steps)

    def in_run(self, run: Run) -> WarmedUp:
        """Return the same with the warm-up and the length in steps."""
        return super().in_run(run).replaced(num_training_steps=self.total(run))

    def progress(self, t: Array, warmup: float, total: float) -> Array:
        """Return how much of the time after the warm-up is over."""
        return (t - warmup) / max(1.0, total - warmup)

    def cautions(self, run: Run) -> Iterator[Caution]:
        """Yield that the run is shorter than the schedule."""
        yield from super().cautions(run)
        if self.total(run) > run.span * 1.01 + 1:
            last = float(self.rate(run.span - 1, run))  # type: ignore[arg-type]
            text = f"num_training_steps={self.total(run):g}, but the run has {run.span:g} {run.unit}s"
            yield Caution("LR003", f"{text}: it ends at {100 * last / (self.base_lr or 1.0):.3g} % of the peak")


def wave_turns(schedule: Timed, cycles: float, run: Run, edges: Array, ahead: float = 0.0) -> Array:
    """Return the ends of the warm-up and of the schedule, and each half wave's."""
    warmup, total = schedule.warmup_of(run), schedule.total(run)
    half = max(1.0, total - warmup) / (2 * cycles) if cycles else total + 1
    return joined(marks(warmup, total), multiples(half, edges, warmup - ahead))


def rises(schedule: Timed, cycles: float, run: Run) -> Iterator[Caution]:
    """Yield that a wave of so many cycles rises again within the run."""
    warmup, total = schedule.warmup_of(run), schedule.total(run)
    trough = warmup + max(1.0, total - warmup) / (2 * cycles) if cycles else math.inf
    if run.span > trough + 1:
        text = f"the cosine is a wave: after {run.unit} {trough:g} the lr rises again"
        yield Caution("LR004", f"{text} (num_cycles={cycles:g}, num_training_steps={total:g})")
