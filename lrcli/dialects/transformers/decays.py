"""transformers' schedulers that stay, or fall once: constant, linear, polynomial, inverse_sqrt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.codes import Caution
from lrcli.dialects.base import End, Real
from lrcli.dialects.transformers.base import Timed, TrainerScheduler, WarmedUp
from lrcli.numeric import full, maximum, minimum, sqrt, where
from lrcli.problems import Problem
from lrcli.run import LengthOrZero
from lrcli.schedules import Constant, Linear

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run


class ConstantSchedule(TrainerScheduler, tag="transformers.constant", frozen=True, kw_only=True):
    """Keep the optimizer's lr.

    f(t) = 1.
    """

    names = ("get_constant_schedule",)
    formula = "base_lr"
    changes = "never"
    shape = "not at all"
    tips = ("It has no warm-up, whatever warmup_steps says: that is constant_with_warmup.",)

    warmup_steps: Annotated[LengthOrZero, Meta(description="Has no effect here.")] = 0.0

    def ours(self, run: Run) -> Spec:  # noqa: ARG002
        """Return a constant."""
        return Constant(max_lr=max(self.base_lr, 1e-300))

    def cautions(self, run: Run) -> Iterator[Caution]:  # noqa: ARG002
        """Yield that a warm-up has no effect."""
        if self.warmup_steps:
            yield Caution("LR017", "'constant' has no warm-up: did you mean 'constant_with_warmup'?")


class ConstantWithWarmup(WarmedUp, tag="transformers.constant_with_warmup", frozen=True, kw_only=True):
    """Warm up, then keep the optimizer's lr.

    f(t) = 1 after the warm-up.
    """

    names = ("get_constant_schedule_with_warmup",)
    formula = "base_lr · min(1, t / num_warmup_steps)"
    shape = "linearly, then not at all"

    def after(self, t: Array, warmup: float, total: float) -> Array:  # noqa: ARG002
        """Return 1."""
        return full(t, 1.0)

    def ours(self, run: Run) -> Spec:
        """Return a constant with a warm-up."""
        return Constant(max_lr=max(self.base_lr, 1e-300), warmup=self.warmup_of(run))


class LinearSchedule(Timed, tag="transformers.linear", frozen=True, kw_only=True):
    """Warm up, then fall to 0 in a straight line.

    f(t) = max(0, (T − t) / max(1, T − w)), with T = num_training_steps and w = num_warmup_steps.
    """

    names = ("get_linear_schedule_with_warmup",)
    formula = "base_lr · (T − t)/(T − w),  T = num_training_steps, w = num_warmup_steps"
    shape = "linearly"

    def after(self, t: Array, warmup: float, total: float) -> Array:
        """Return the line."""
        return maximum((total - t) / max(1.0, total - warmup), 0.0)

    def ours(self, run: Run) -> Spec | None:
        """Return a line with a warm-up."""
        warmup, total = self.warmup_of(run), self.total(run)
        if warmup >= total or self.base_lr == 0:
            return None
        return Linear(start_lr=self.base_lr, end_lr=0.0, length=total - warmup, warmup=warmup)


class PolynomialSchedule(Timed, tag="transformers.polynomial", frozen=True, kw_only=True):
    """Warm up, then fall to lr_end as a power of the time that is left.

    lr(t) = (base_lr − lr_end)·(1 − (t − w)/(T − w))^power + lr_end for t ≤ T, then lr_end.
    """

    names = ("get_polynomial_decay_schedule_with_warmup",)
    formula = "(base_lr − lr_end) · (1 − (t − w)/(T − w))^power + lr_end"
    shape = "as a power of the time left"
    tips = ("lr_end is 1e-7 by default, not 0.",)

    lr_end: Annotated[float, Meta(ge=0, le=1e300, description="Lr at the end.")] = 1e-7
    power: Annotated[Real, Meta(description="Power of the time that is left.")] = 1.0

    def problems(self) -> list[Problem]:
        """Return an lr_end that is no lower than the optimizer's lr."""
        found = super().problems()
        if self.lr_end >= self.base_lr:
            message = f"lr_end ({self.lr_end:g}) must be smaller than base_lr ({self.base_lr:g})"
            found.append(Problem(message=message, path=("lr_end",)))
        return found

    def after(self, t: Array, warmup: float, total: float) -> Array:
        """Return the power over the optimizer's lr."""
        left = 1 - (minimum(t, total) - warmup) / ((total - warmup) or 1.0)
        decay = (self.base_lr - self.lr_end) * maximum(left, 0.0) ** self.power + self.lr_end
        return where(t > total, self.lr_end / self.base_lr, decay / self.base_lr)

    def end(self, run: Run) -> End | None:
        """Return where a decay of no length is divided by."""
        if self.warmup_of(run) == self.total(run):
            why = f"num_warmup_steps and num_training_steps are both {self.total(run):g}"
            return End(self.total(run), f"{why}, and transformers divides by their difference")
        if self.power < 0:
            return End(self.total(run), "its power is negative, and transformers raises 0 to it")
        return None


class InverseSqrt(WarmedUp, tag="transformers.inverse_sqrt", frozen=True, kw_only=True):
    """Warm up, then fall as one over the square root of the time.

    f(t) = 1/√((t + s − w)/s), with s = timescale, or w, or 10,000 if there is no warm-up.
    """

    names = ("get_inverse_sqrt_schedule",)
    formula = "base_lr / √((t + s − w)/s),  s = timescale or w or 10,000"
    shape = "as 1/√t"
    tips = ("Without a warm-up its timescale is 10,000 steps: almost flat.",)

    timescale: Annotated[Annotated[float, Meta(gt=0, le=1e15)] | None, Meta(description="How slowly it decays.")] = None

    def after(self, t: Array, warmup: float, total: float) -> Array:  # noqa: ARG002
        """Return the root."""
        timescale = self.timescale or warmup or 10_000.0
        return 1.0 / sqrt((t + (timescale - warmup)) / timescale)
