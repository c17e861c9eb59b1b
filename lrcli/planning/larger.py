"""What another batch size changes: the peak, by one of two rules, and the number of updates."""

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
"""Whom each rule is by, and for which optimizer; k is how many times larger the batch is."""


class Larger(NamedTuple):
    """A run with another batch size.

    Attributes:
        before: The batch that the peak was chosen for.
        after: The batch of the run.
        rule: The rule by which the peak is scaled here.
        peak: The peak for the batch before; None if none is declared.
        updates: Updates of the run, where they are known.
    """

    before: int
    after: int
    rule: str
    peak: float | None
    updates: float | None

    @property
    def ratio(self) -> float:
        """How many times larger the batch is."""
        return self.after / self.before

    @property
    def factors(self) -> dict[str, float]:
        """By how much each rule multiplies the peak."""
        return {"linear": self.ratio, "sqrt": math.sqrt(self.ratio)}

    @property
    def updates_before(self) -> int | None:
        """Updates of the same number of samples with the batch before."""
        return None if self.updates is None else math.ceil(self.updates * self.ratio)


def larger(entry: Entry) -> Larger | None:
    """Return what `batch_scale` changes, if a spec has one."""
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
