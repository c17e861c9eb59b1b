"""A curve in numbers: its ends, its peak, its mean, and when it falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.search import Search
from lrcli.total import total

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.run import Run


class Summary(NamedTuple):
    """What a curve does, in numbers; every `_at` is a t.

    Attributes:
        first: lr at t = 0.
        peak: Highest lr.
        peak_at: When that is first in force.
        final: lr at t = N − 1.
        mean: Mean lr; times N, it is the sum.
        below_half_at: When, after the peak, the lr is first below half of it; None if never.
        below_tenth_at: The same for a tenth.
        drop: Largest fall from one t to the next, as a positive number; 0 if it never falls.
        drop_at: The t at which that lower lr begins; None if it never falls.
    """

    first: float
    peak: float
    peak_at: int
    final: float
    mean: float
    below_half_at: int | None
    below_tenth_at: int | None
    drop: float
    drop_at: int | None


class Ends(NamedTuple):
    """The three numbers that people ask for first."""

    first: float
    peak: float
    peak_at: int
    last: float


def summarize(spec: Spec, run: Run) -> Summary:
    """Return what the curve does over the whole run, in the time that a drawing takes however long that is."""
    curve = Search(spec, run)
    first, peak, peak_at, last = _ends(curve)
    half, tenth = (curve.first_below(peak / part, peak_at + 1) for part in (2, 10))
    fall = curve.largest_fall()
    drop, drop_at = (0.0, None) if fall is None else fall
    return Summary(first, peak, peak_at, last, total(spec, run) / run.points, half, tenth, drop, drop_at)


def ends(spec: Spec, run: Run) -> Ends:
    """Return the first, the highest and the last lr."""
    return _ends(Search(spec, run))


def _ends(curve: Search) -> Ends:
    points = curve.run.points
    (first,), (last,) = curve.lr(0, 1).tolist(), curve.lr(points - 1, points).tolist()
    return Ends(first, *curve.peak(), last)
