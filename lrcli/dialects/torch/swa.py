"""torch's SWALR, which anneals from whatever lr it finds to that of stochastic weight averaging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.dialects.base import OptimizerLr
from lrcli.dialects.torch.base import Moves, TorchScheduler
from lrcli.knots import marks
from lrcli.numeric import cos, full, maximum, minimum, pi, where

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run


class SWALR(TorchScheduler, tag="torch.SWALR", frozen=True, kw_only=True):
    """Anneal to swa_lr and stay there.

    lr(t) = base_lr · (1 − α) + swa_lr · α, with α = (1 − cos(π·u))/2 or u (anneal_strategy), and with
    u = min(1, t/anneal_epochs). In a sequence base_lr is the lr that it finds.
    """

    formula = "base_lr · (1 − α(u)) + swa_lr · α(u),  u = min(1, t/anneal_epochs)"
    shape = "along a cosine or linearly"
    tips = (
        "It starts from the lr in force when it is first stepped: say that as a SequentialLR whose last member it is.",
        "It stays at swa_lr for ever, and is not cyclic.",
    )
    example = {"swa_lr": 0.05}
    shared = ("swa_lr",)
    by_count = True

    swa_lr: Annotated[OptimizerLr, Meta(description="The lr of the averaging.")]
    anneal_epochs: Annotated[int, Meta(ge=0, le=10**15, description="Steps of the annealing.")] = 10
    anneal_strategy: Annotated[Literal["cos", "linear"], Meta(description="Shape of the annealing.")] = "cos"

    def _alpha(self, steps: Array) -> Array:
        u = minimum(maximum(steps / max(1, self.anneal_epochs), 0.0), 1.0)
        return u if self.anneal_strategy == "linear" else (1 - cos(pi * u)) / 2

    def started(self, lr: float, base: float, run: Run) -> float:  # noqa: ARG002
        """Return the lr that it finds; swa_lr at once, if it need not anneal."""
        return lr if self.anneal_epochs else self.swa_lr

    def restarted(self, lr: float, base: float, run: Run) -> float:
        """Return the same: it has no closed form of its own."""
        return self.started(lr, base, run)

    def onward(self, t: Array, lr: float, base: float, run: Run) -> Array:  # noqa: ARG002
        """Return the lr on the way from this one to swa_lr."""
        alpha = self._alpha(t)
        return self.swa_lr * alpha + lr * (1 - alpha)

    def moves(self, k: Array, base: float, run: Run) -> Moves:  # noqa: ARG002
        """Return torch's recursion: it finds where it came from out of the lr, and goes on from there."""
        steps = maximum(k, 1.0) if self.anneal_epochs == 0 else k
        before, now = self._alpha(steps - 1), self._alpha(steps)
        left = where(before == 1, 1.0, 1 - before)
        factor = where(before == 1, full(k, 0.0), (1 - now) / left)
        return Moves(factor, self.swa_lr * (now - before * factor))

    def turns(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return the end of the annealing."""
        return marks(self.anneal_epochs)
