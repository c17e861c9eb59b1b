"""The effect of another batch size: on the peak, by one of two rules, and on the number of updates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from lrcli.compose import Around, Product, Sequence, around, schedules_of
from lrcli.planning.counts import updates_of

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.entry import Entry

SOURCES = {
    "linear": "for SGD: Goyal et al. 2017, arXiv:1706.02677",
    "sqrt": "for Adam: Malladi et al. 2022, arXiv:2205.10287, which also changes beta to 1 - k (1 - beta) and eps to "
    "eps / √k",
}
"""The optimizer and the paper of each rule; k is the factor by which the batch size grows."""


class Larger(NamedTuple):
    """A run with another batch size.

    Attributes:
        before: The batch size that the peak was chosen for.
        after: The batch size of the run.
        rule: The rule by which the peak is scaled here.
        peak: The peak for the batch size before; None if the schedule has no peak parameter.
        updates: Updates in the run; None if they are not known.
    """

    before: int
    after: int
    rule: str
    peak: float | None
    updates: float | None

    @property
    def ratio(self) -> float:
        """The factor by which the batch size grows."""
        return self.after / self.before

    @property
    def factors(self) -> dict[str, float]:
        """The factor of the peak, by rule: k (linear), √k (sqrt)."""
        return {"linear": self.ratio, "sqrt": math.sqrt(self.ratio)}

    @property
    def updates_before(self) -> int | None:
        """Updates for the same number of samples with the batch size before."""
        return None if self.updates is None else math.ceil(self.updates * self.ratio)


def larger(entry: Entry) -> Larger | None:
    """Return the effect of a spec's `batch_scale`; None if it has none."""
    spec = _scaled(entry.spec)
    if spec is None or (scale := around(spec).batch_scale) is None:
        return None
    first = schedules_of(spec)[0]
    peak = getattr(first, first.peak, None) if first.peak else None
    return Larger(*scale, around(spec).batch_rule, peak, updates_of(entry.run))


def _scaled(spec: Spec) -> Spec | None:
    """Return the first spec, from the outside, that has a batch_scale."""
    if around(spec).batch_scale is not None:
        return spec
    parts = spec.parts if isinstance(spec, Sequence) else spec.factors if isinstance(spec, Product) else ()
    parts = (spec.inner,) if isinstance(spec, Around) else parts
    return next((found for part in parts if (found := _scaled(part)) is not None), None)
