"""A schedule that is no part of lrcli, as another package would add it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.knots import marks
from lrcli.numeric import maximum
from lrcli.schedules import Schedule
from lrcli.schedules.base import PeakLr
from lrcli.schedules.cosine import Cosine as Cosine

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run


class Hill(Schedule, tag="hill", frozen=True, kw_only=True):
    """Climb to the middle of the run and come down again.

    lr(t) = max_lr · (1 − |2t/T − 1|^steepness), with T the length of the run.
    """

    formula = "max_lr · (1 − |2t/T − 1|^steepness)"
    changes = "at every step"
    shape = "up and down"
    use = "To test plug-ins."
    tips = ("A higher steepness makes a broader top.",)
    sources = ("lrcli's own tests",)
    elsewhere = {"torch": "LambdaLR"}

    max_lr: PeakLr = 0.1
    steepness: Annotated[float, Meta(ge=1, le=100, description="How broad the top is.")] = 2.0

    def lr(self, t: Array, run: Run) -> Array:
        """Return the height of the hill at t."""
        return self.max_lr * maximum(1 - abs(2 * t / run.span - 1) ** self.steepness, 0.0)

    def knots(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return the top and the foot."""
        return marks(run.span / 2, run.span)
