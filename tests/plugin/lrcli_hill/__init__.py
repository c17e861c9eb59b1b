"""A schedule that is no part of lrcli, as another package would add it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from lrcli.schedules import Schedule
from lrcli.schedules.base import PeakLr
from lrcli.schedules.cosine import Cosine as Cosine


class Hill(Schedule, tag="hill", frozen=True, kw_only=True):
    """Climb to the middle of the run and come down again.

    lr(t) = max_lr · (1 − |2t/T − 1|^steepness), with T the length of the run, and never below 0.
    """

    formula = "max_lr * max(1 - abs(2 * t / span - 1) ** steepness, 0)"
    changes = "at every step"
    shape = "up and down"
    use = "To test plug-ins."
    tips = ("A higher steepness makes a broader top.",)
    sources = ("lrcli's own tests",)

    max_lr: PeakLr = 0.1
    steepness: Annotated[float, Meta(ge=1, le=100, description="How broad the top is.")] = 2.0
