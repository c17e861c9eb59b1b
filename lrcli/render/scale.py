"""The vertical axis of a picture: the place of each value, and the ticks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.figure.data import limits, on_the_edge
from lrcli.numbers import decades, short, ticks

if TYPE_CHECKING:
    from lrcli.figure.data import Figure, Panel


class Scale(NamedTuple):
    """A vertical axis: the place (0 to 1) of each value, its ticks, and remarks on values that it cannot show."""

    low: float
    high: float
    log: bool
    ticks: list[tuple[float, str]]
    remarks: list[str]

    @classmethod
    def of(cls, figure: Figure, panel: Panel) -> Scale:
        """Return the axis of a panel; its highest value is labelled if it is an axis of learning rates."""
        edges = figure.x.edges(512)
        columns = [series.columns(edges) for series in panel.series]
        low, high = limits(panel, [(pair.low, pair.high) for pair in columns])
        values = decades(low, high, 6) if panel.log else ticks(low, high, 5)
        bare = cls(low, high, panel.log, [], on_the_edge(panel, low, columns))
        labels = {value: short(value) for value in values}
        if panel.from_zero:
            labels = {v: text for v, text in labels.items() if bare.place(high) - bare.place(v) > _NEAR} | {
                high: short(high)
            }
        return bare._replace(ticks=sorted(labels.items()))

    def place(self, value: float) -> float:
        """Return where up the axis a value stands; what is lower than a logarithmic axis is on its bottom."""
        if self.log:
            return float(np.log(max(value, self.low) / self.low) / np.log(self.high / self.low))
        return (value - self.low) / (self.high - self.low)


_NEAR = 0.06
"""A tick that is nearer to the peak than this share of the axis gives way to it."""
