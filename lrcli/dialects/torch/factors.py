"""torch's schedulers that multiply the lr by a factor at every step: ConstantLR, LinearLR and the decays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.codes import Caution
from lrcli.dialects.base import End, Real
from lrcli.dialects.torch.base import Multiplying
from lrcli.dialects.torch.steps import Gamma
from lrcli.knots import marks
from lrcli.numeric import full, minimum, where
from lrcli.schedules import Exponential, Polynomial
from lrcli.schedules.linear import Linear

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run

TotalIters = Annotated[int, Meta(ge=0, le=10**15, description="How many steps it acts for.")]


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
