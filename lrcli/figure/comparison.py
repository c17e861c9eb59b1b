"""The numbers by which schedules are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.figure.difference import Difference, difference
from lrcli.numbers import ticks
from lrcli.spec.write import data
from lrcli.summary import Summary, summarize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.figure.data import Figure

_READINGS = 5
"""How many round places curves are read off at if none were asked for."""


class Compared(NamedTuple):
    """One schedule of a comparison.

    Attributes:
        entry: The schedule.
        summary: Its curve in numbers.
        readings: Its lr by place on the axis; None where its run is over.
        apart: Its largest difference from the base; None for the base itself.
    """

    entry: Entry
    summary: Summary
    readings: dict[float, float | None]
    apart: Difference | None

    @property
    def measures(self) -> dict[str, float | int | None]:
        """The numbers of its curve, by their names in JSON."""
        one = self.summary
        return {
            "first": one.first,
            "peak": one.peak,
            "peak_at": one.peak_at,
            "final": one.final,
            "mean": one.mean,
            "mean_over_peak": one.mean / one.peak if one.peak else None,
            "below_half_peak_from": one.below_half_at,
            "below_tenth_peak_from": one.below_tenth_at,
            "largest_drop": one.drop,
            "largest_drop_at": one.drop_at,
        }


def compared(entries: Sequence[Entry], figure: Figure, at: Sequence[float], base: str | None = None) -> list[Compared]:
    """Return the comparison of schedules, one item for each.

    Args:
        entries: The schedules.
        figure: Their figure.
        at: Places on its horizontal axis at which to read them off; round ones if there are none.
        base: The name of the schedule that the others are compared with; by default the first.
    """
    series = [one for one in figure.panels[0].series if not one.dots]
    to = next((one for one in series if one.name == base), series[0])
    places = at or _round_places(figure)
    return [
        Compared(
            entry,
            summarize(entry.spec, entry.run),
            {x: curve.at(x) for x in places},
            None if curve is to else difference(to, curve),
        )
        for entry, curve in zip(entries, series, strict=True)
    ]


def _round_places(figure: Figure) -> list[float]:
    """Return round places within the runs, and the last point of the longest."""
    last = max(one.span[1] - 1 / one.per_x for one in figure.panels[0].series if not one.dots)
    return sorted({*(x for x in ticks(0, last, _READINGS, whole=True)[1:] if x < last), last}) if last >= 1 else [last]


def facts(found: Sequence[Compared], figure: Figure) -> dict[str, object]:
    """Return a comparison as data for JSON."""
    base = next(one.entry.name for one in found if one.apart is None)
    curves = [
        {
            "name": one.entry.name,
            "spec": data(one.entry.spec),
            "unit": one.entry.run.counts,
            "points": one.entry.run.points,
            "measures": one.measures,
            "readings": [{"at": x, "lr": lr} for x, lr in one.readings.items()],
            "difference": None if one.apart is None else _difference(one.apart),
        }
        for one in found
    ]
    return {"unit": figure.x.unit, "base": base, "curves": curves}


def _difference(apart: Difference) -> dict[str, object]:
    return {"largest": apart.value, "share_of_peak": apart.share, "at": apart.x, "every_point_looked_at": apart.exact}
