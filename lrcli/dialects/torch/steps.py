"""torch's schedulers that hold the lr and then multiply it by a factor: StepLR and MultiStepLR."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.dialects.base import End, Real
from lrcli.dialects.torch.base import Multiplying
from lrcli.knots import marks, multiples
from lrcli.numeric import count_at_most, floor, full, where
from lrcli.schedules import MultiStep, Step

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run

Gamma = Annotated[Real, Meta(description="Factor of each decay.")]


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
