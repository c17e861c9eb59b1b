"""timm's schedulers that go in steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.codes import Caution
from lrcli.dialects.base import Real
from lrcli.dialects.timm.base import Prefix, TimmScheduler
from lrcli.knots import marks, multiples
from lrcli.numeric import count_at_most, whole_times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array
    from lrcli.run import Run


class StepLRScheduler(TimmScheduler, tag="timm.StepLRScheduler", frozen=True, kw_only=True):
    """Multiply the lr by decay_rate every decay_t, after a warm-up.

    lr = base_lr · decay_rate^⌊t / decay_t⌋.
    """

    formula = "base_lr · decay_rate^⌊t / decay_t⌋"
    changes = "at fixed intervals"
    shape = "by a constant factor"
    example = {"decay_t": 30, "decay_rate": 0.1}
    tips = ("decay_rate is 1 by default: no decay at all.", "warmup_prefix is true by default here, unlike elsewhere.")

    decay_t: Annotated[float, Meta(gt=0, le=1e15, description="Time between two decays.")]
    decay_rate: Annotated[float, Meta(ge=0, le=1e6, description="Factor of each decay.")] = 1.0
    warmup_prefix: Prefix = True

    def main(self, t: Array) -> Array:
        """Return the steps."""
        return self.base_lr * self.decay_rate ** whole_times(t, self.decay_t)

    def main_turns(self, edges: Array) -> Array:
        """Return the decays."""
        return multiples(self.decay_t, edges)

    def cautions(self, run: Run) -> Iterator[Caution]:
        """Yield that the default does not decay."""
        yield from super().cautions(run)
        if self.decay_rate == 1:
            yield Caution("LR034", "decay_rate=1, timm's default, never decays")


class MultiStepLRScheduler(TimmScheduler, tag="timm.MultiStepLRScheduler", frozen=True, kw_only=True):
    """Multiply the lr by decay_rate one step before each milestone, after a warm-up.

    lr = base_lr · decay_rate^(number of decay_t ≤ t + 1).
    """

    formula = "base_lr · decay_rate^(number of decay_t ≤ t + 1)"
    changes = "at chosen times"
    shape = "by a constant factor"
    example = {"decay_t": [30, 60], "decay_rate": 0.1}
    tips = ("It decays one epoch before the milestone, and so one earlier than torch's MultiStepLR.",)

    decay_t: Annotated[tuple[Real, ...], Meta(description="Milestones.")]
    decay_rate: Annotated[float, Meta(ge=0, le=1e6, description="Factor of each decay.")] = 1.0
    warmup_prefix: Prefix = True

    def main(self, t: Array) -> Array:
        """Return the steps."""
        return self.base_lr * self.decay_rate ** count_at_most(t + 1, self.decay_t)

    def main_turns(self, edges: Array) -> Array:  # noqa: ARG002
        """Return the decays."""
        return marks(*(milestone - 1 for milestone in self.decay_t))

    def cautions(self, run: Run) -> Iterator[Caution]:
        """Yield that it is early, or does not decay."""
        yield from super().cautions(run)
        if self.decay_rate == 1:
            yield Caution("LR034", "decay_rate=1, timm's default, never decays")
        elif self.decay_t:
            first = self.decay_t[0]
            yield Caution("LR035", f"the milestone {first:g} already acts at {run.unit} {first - 1:g}, unlike torch's")
