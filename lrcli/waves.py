"""Curves that go up and down: after how many points they do the same again, and stretches of whole periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import engine

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.run import Run

MANY = 64
"""Up to this many periods are looked at one by one."""

REGULAR = 1e-6
"""Periods are the same if they differ by no more than this share."""

_NEAREST, _FAMILY = 200, 7
"""Knots that are looked at to find a period, and how many of them at equal distances make one."""


class Waves(NamedTuple):
    """Points from begin to end − 1 in which a curve goes up and down.

    Attributes:
        begin: The first.
        end: One past the last.
        period: Points after which it does the same again, but for its height.
        times: Periods that are looked at together.
    """

    begin: float
    end: float
    period: float
    times: int = 1

    @property
    def length(self) -> float:
        """How long the periods are that are looked at together."""
        return self.times * self.period

    @property
    def looks(self) -> int:
        """How often these come."""
        return round((self.end - self.begin) / self.length)

    def whole(self) -> Waves:
        """Return the same without the first MANY periods, in which something else may end, and a last one cut off.

        So many periods are then looked at together that they are as near as can be to a whole number of points.
        """
        off = [round(abs(n * self.period - round(n * self.period)) / n, 9) for n in range(1, MANY // 2)]
        begin = float(np.ceil(self.begin + MANY * self.period))
        rest = self._replace(begin=begin, times=1 + int(np.argmin(off)))
        return rest._replace(end=float(np.round(begin + (self.end - begin) // rest.length * rest.length)))

    def halves(self) -> list[Waves]:
        """Return both halves, each of whole periods."""
        middle = float(np.round(self.begin + self.looks // 2 * self.length))
        return [self._replace(end=middle), self._replace(begin=middle)]


def period_near(spec: Spec, run: Run, place: float) -> float:
    """Return after how many points the curve comes again near a place, but for its height; 0 if it does not.

    Of the knots within eight periods (`knots.multiples`), seven at equal distances may be a family. Of several
    the one is taken in which the lr on both sides of the knots changes least, and of those the longest.
    """
    times = engine.turns(spec, run, np.array([place, place]))
    times = np.unique(times[(times >= 1) & (times < run.points - 1)])
    near = np.sort(times[np.argsort(np.abs(times - place))[:_NEAREST]])
    start, other = np.triu_indices(near.size, 1)
    members = [start, other]
    for k in range(2, _FAMILY):
        apart = near[other] - near[start]
        due = near[start] + k * apart
        found = np.minimum(np.searchsorted(near, due - REGULAR * apart), near.size - 1)
        kept = (np.abs(near[found] - due) <= REGULAR * apart) & (np.abs(near[start] - place) <= 9 * apart)
        start, other = start[kept], other[kept]
        members = [*(member[kept] for member in members), found[kept]]
    if not start.size:
        return 0.0
    sides = np.stack([engine.at(spec, run, np.ceil(near)), engine.at(spec, run, np.floor(near) - 1)])
    unlike = np.abs(np.diff(sides[:, np.stack(members)], axis=1)).mean(axis=(0, 1))
    alike = unlike <= 2 * unlike.min() + 1e-9 * np.abs(sides).max()
    periods = (near[other] - near[start])[alike]
    longest = float(periods.max())
    half = periods[np.abs(periods - longest / 2) <= REGULAR * longest]
    return float(half.max()) if half.size else longest
