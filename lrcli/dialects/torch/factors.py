"""torch's schedulers that multiply the lr by a factor: StepLR, MultiStepLR, ConstantLR, LinearLR, and so on."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.codes import Caution
from lrcli.dialects.base import End, Real
from lrcli.dialects.torch.base import Multiplying
from lrcli.knots import marks, multiples
from lrcli.numeric import count_at_most, floor, full, minimum, where
from lrcli.schedules import Exponential, MultiStep, Polynomial, Step
from lrcli.schedules.linear import Linear

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run

Gamma = Annotated[Real, Meta(description="Factor of each decay.")]
TotalIters = Annotated[int, Meta(ge=0, le=10**15, description="How many steps it acts for.")]


class StepLR(Multiplying, tag="torch.StepLR", frozen=True, kw_only=True):
    """Multiply the lr by gamma every step_size steps.

    lr(t) = base_lr · gamma^⌊t / step_size⌋.
    """

    formula = "base_lr · gamma^⌊t / step_size⌋"
    changes = "at fixed intervals"
    shape = "by a constant factor"
    tips = ("A step_size that is not whole does not raise: 2.5 decays every 5 steps, when t % 2.5 == 0.",)
    example = {"step_size": 30}

    step_size: Annotated[float, Meta(ge=0, le=1e15, description="Steps between two decays.")]
    gamma: Gamma = 0.1

    @property
    def _period(self) -> float:
        """How far the whole numbers are apart that step_size divides."""
        return float(Fraction(self.step_size).numerator)

    def growth(self, t: Array, run: Run) -> Array:  # noqa: ARG002
        """Return gamma to the power of the decays so far."""
        return self.gamma ** floor(t / (self._period or 1.0))

    def factor_of_step(self, k: Array, run: Run) -> Array:  # noqa: ARG002
        """Return gamma where step_size divides k."""
        return where((k % (self._period or 1.0) == 0) & (k != 0), self.gamma, full(k, 1.0))

    def refuses_restart(self) -> str:
        """Return that a step_size of 0 is divided by."""
        return "step_size is 0, and torch divides by it" if self.step_size == 0 else ""

    def end(self, run: Run) -> End | None:  # noqa: ARG002
        """Return the first step of a step_size of 0."""
        return End(1, "step_size is 0, and torch divides by it") if self.step_size == 0 else None

    def turns(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return the decays."""
        return multiples(self._period, edges)

    def ours(self, run: Run) -> Spec | None:  # noqa: ARG002
        """Return a step schedule."""
        if self.step_size == 0 or not 0 < self.gamma <= 1 or self.base_lr == 0:
            return None
        return Step(max_lr=self.base_lr, step_size=self._period, gamma=self.gamma)


class MultiStepLR(Multiplying, tag="torch.MultiStepLR", frozen=True, kw_only=True):
    """Multiply the lr by gamma at each milestone.

    lr(t) = base_lr · gamma^(number of milestones ≤ t).
    """

    formula = "base_lr · gamma^(number of milestones ≤ t)"
    changes = "at chosen times"
    shape = "by a constant factor"
    tips = ("A milestone that is given twice counts twice, and 0 already applies at t = 0.",)
    example = {"milestones": [30, 80]}

    milestones: Annotated[tuple[int, ...], Meta(description="When to decay.", extra={"may_be_empty": True})]
    gamma: Gamma = 0.1

    def started(self, lr: float, base: float, run: Run) -> float:  # noqa: ARG002
        """Return the lr after the milestones at 0."""
        return lr * self.gamma ** self.milestones.count(0)

    def restarted(self, lr: float, base: float, run: Run) -> float:  # noqa: ARG002
        """Return the closed form at 0, which counts negative milestones too."""
        return base * self.gamma ** sum(milestone <= 0 for milestone in self.milestones)

    def growth(self, t: Array, run: Run) -> Array:  # noqa: ARG002
        """Return gamma to the power of the milestones passed since 0."""
        return self.gamma ** count_at_most(t, [float(m) for m in self.milestones if m > 0])

    def factor_of_step(self, k: Array, run: Run) -> Array:  # noqa: ARG002
        """Return gamma for each milestone at k."""
        factor = full(k, 1.0)
        for milestone in set(self.milestones):
            factor = where(k == milestone, self.gamma ** self.milestones.count(milestone), factor)
        return factor

    def turns(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return the milestones."""
        return marks(*self.milestones)

    def ours(self, run: Run) -> Spec | None:  # noqa: ARG002
        """Return a multistep schedule."""
        if not 0 < self.gamma <= 1 or min(self.milestones, default=0) < 1 or self.base_lr == 0:
            return None
        return MultiStep(max_lr=self.base_lr, milestones=tuple(map(float, self.milestones)), gamma=self.gamma)


class ConstantLR(Multiplying, tag="torch.ConstantLR", frozen=True, kw_only=True):
    """Multiply the lr by factor until total_iters.

    lr(t) = base_lr · factor for t < total_iters, then base_lr.
    """

    formula = "base_lr · factor for t < total_iters, then base_lr"
    changes = "at chosen times"
    shape = "by a constant factor"
    tips = ("With total_iters=0 the factor is never taken back, though torch's closed form says it is.",)

    factor: Annotated[float, Meta(ge=0, le=1, description="Factor of the lr until total_iters.")] = 1 / 3
    total_iters: TotalIters = 5

    def started(self, lr: float, base: float, run: Run) -> float:  # noqa: ARG002
        """Return the lr times factor."""
        return lr * self.factor

    def restarted(self, lr: float, base: float, run: Run) -> float:  # noqa: ARG002
        """Return the closed form at 0."""
        return base * self.factor if self.total_iters > 0 else base

    def growth(self, t: Array, run: Run) -> Array:  # noqa: ARG002
        """Return 1, and 1/factor from total_iters on."""
        if self.total_iters == 0 or self.factor == 0:
            return full(t, 1.0)
        return where(t >= self.total_iters, 1 / self.factor, full(t, 1.0))

    def factor_of_step(self, k: Array, run: Run) -> Array:  # noqa: ARG002
        """Return factor at 0 and 1/factor at total_iters."""
        return where(k == 0, self.factor, where(k == self.total_iters, 1 / (self.factor or 1.0), full(k, 1.0)))

    def end(self, run: Run) -> End | None:  # noqa: ARG002
        """Return where a factor of 0 is to be taken back."""
        if self.factor == 0 and self.total_iters > 0:
            return End(self.total_iters, "factor is 0, and torch divides by it to take it back")
        return None

    def turns(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return total_iters."""
        return marks(self.total_iters)

    def cautions(self, run: Run) -> Iterator[Caution]:  # noqa: ARG002
        """Yield that total_iters=0 is for ever."""
        if self.total_iters == 0:
            yield Caution("LR030", f"ConstantLR with total_iters=0 never takes its factor {self.factor:.4g} back")


class LinearLR(Multiplying, tag="torch.LinearLR", frozen=True, kw_only=True):
    """Multiply the lr by a factor that goes in a straight line.

    lr(t) = base_lr · (start_factor + (end_factor − start_factor) · min(t, total_iters) / total_iters).
    """

    formula = "base_lr · (start_factor + (end_factor − start_factor) · min(t, total_iters) / total_iters)"
    shape = "linearly"
    tips = ("It begins at start_factor · base_lr, never at 0, and is at end_factor at t = total_iters.",)

    start_factor: Annotated[float, Meta(gt=0, le=1, description="Factor at t = 0.")] = 1 / 3
    end_factor: Annotated[float, Meta(ge=0, le=1, description="Factor from total_iters on.")] = 1.0
    total_iters: TotalIters = 5

    def started(self, lr: float, base: float, run: Run) -> float:  # noqa: ARG002
        """Return the lr times start_factor."""
        return lr * self.start_factor

    def growth(self, t: Array, run: Run) -> Array:  # noqa: ARG002
        """Return the line over start_factor."""
        if self.total_iters == 0:
            return full(t, 1.0)
        rise = self.end_factor - self.start_factor
        return (self.start_factor + rise * minimum(t, self.total_iters) / self.total_iters) / self.start_factor

    def refuses_restart(self) -> str:
        """Return that total_iters=0 is divided by."""
        return "" if self.total_iters else "LinearLR's total_iters is 0, and torch's closed form divides by it"

    def factor_of_step(self, k: Array, run: Run) -> Array:  # noqa: ARG002
        """Return torch's ratio of the line at k and at k − 1."""
        rise = self.end_factor - self.start_factor
        inside = minimum(k, self.total_iters)
        ratio = 1 + rise / (self.total_iters * self.start_factor + (inside - 1) * rise)
        return where(k == 0, self.start_factor, where(k > self.total_iters, 1.0, ratio))

    def turns(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return the end of the line."""
        return marks(self.total_iters)

    def ours(self, run: Run) -> Spec | None:  # noqa: ARG002
        """Return a line."""
        if self.total_iters == 0:
            return None
        first, last = self.base_lr * self.start_factor, self.base_lr * self.end_factor
        return Linear(start_lr=first, end_lr=last, length=float(self.total_iters))

    def cautions(self, run: Run) -> Iterator[Caution]:  # noqa: ARG002
        """Yield that total_iters=0 is for ever."""
        if self.total_iters == 0:
            stuck = (
                f"LinearLR with total_iters=0 stays at start_factor · base_lr = {self.base_lr * self.start_factor:.4g}"
            )
            yield Caution("LR030", f"{stuck} for ever")


class ExponentialLR(Multiplying, tag="torch.ExponentialLR", frozen=True, kw_only=True):
    """Multiply the lr by gamma at every step.

    lr(t) = base_lr · gamma^t.
    """

    formula = "base_lr · gamma^t"
    shape = "by a constant factor"
    example = {"gamma": 0.95}

    gamma: Gamma

    def growth(self, t: Array, run: Run) -> Array:  # noqa: ARG002
        """Return gamma^t."""
        return self.gamma**t

    def factor_of_step(self, k: Array, run: Run) -> Array:  # noqa: ARG002
        """Return gamma."""
        return full(k, self.gamma)

    def ours(self, run: Run) -> Spec | None:  # noqa: ARG002
        """Return an exponential decay."""
        if not 0 < self.gamma <= 1 or self.base_lr == 0:
            return None
        return Exponential(max_lr=self.base_lr, gamma=self.gamma)


class PolynomialLR(Multiplying, tag="torch.PolynomialLR", frozen=True, kw_only=True):
    """Let the lr fall to 0 as a power of the time that is left.

    lr(t) = base_lr · (1 − min(t, total_iters) / total_iters)^power.
    """

    formula = "base_lr · (1 − min(t, total_iters) / total_iters)^power"
    shape = "as a power of the time left"
    tips = ("It has no end_lr; with power=0 it never decays, and with total_iters=0 neither.",)

    total_iters: TotalIters = 5
    power: Annotated[Real, Meta(description="Power of the time that is left.")] = 1.0

    def growth(self, t: Array, run: Run) -> Array:  # noqa: ARG002
        """Return the power of the time that is left."""
        if self.total_iters == 0:
            return full(t, 1.0)
        left = 1 - minimum(t, self.total_iters) / self.total_iters
        return left**self.power if self.power >= 0 else where(left > 0, where(left > 0, left, 1.0) ** self.power, 0.0)

    def refuses_restart(self) -> str:
        """Return that total_iters=0 is divided by."""
        return "" if self.total_iters else "PolynomialLR's total_iters is 0, and torch's closed form divides by it"

    def factor_of_step(self, k: Array, run: Run) -> Array:  # noqa: ARG002
        """Return torch's ratio of the powers at k and at k − 1."""
        before = 1 - (minimum(k, self.total_iters) - 1) / (self.total_iters or 1)
        ratio = (1 - minimum(k, self.total_iters) / (self.total_iters or 1)) / before
        return where(k > self.total_iters, 1.0, where(k > self.total_iters, 1.0, ratio) ** self.power)

    def end(self, run: Run) -> End | None:  # noqa: ARG002
        """Return where a negative power meets 0."""
        if self.power < 0 and self.total_iters > 0:
            return End(self.total_iters, "its power is negative, and torch raises 0 to it")
        return None

    def turns(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return the end of the decay."""
        return marks(self.total_iters)

    def ours(self, run: Run) -> Spec | None:  # noqa: ARG002
        """Return a polynomial decay."""
        if self.total_iters == 0 or self.power <= 0 or self.base_lr == 0:
            return None
        return Polynomial(max_lr=self.base_lr, power=self.power, max_update=float(self.total_iters))
