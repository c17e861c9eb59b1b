"""A curve in numbers: its ends, its peak, its mean, and when it falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.search import Search
from lrcli.total import total

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.run import Run


class Summary(NamedTuple):
    """A curve in numbers; every `_at` is a t.

    Attributes:
        first: lr at t = 0.
        peak: Highest lr.
        peak_at: The first t of the peak.
        final: lr at t = N − 1.
        mean: Mean lr; times N, it is the sum.
        below_half_at: The first t after the peak at which the lr is below half of it; None if it never is.
        below_tenth_at: The same for a tenth.
        drop: Largest fall from one t to the next, as a positive number; 0 if it never falls.
        drop_at: The t of the lower lr; None if it never falls.
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
    """The first, the highest and the last lr."""

    first: float
    peak: float
    peak_at: int
    last: float


def summarize(spec: Spec, run: Run) -> Summary:
    """Return the summary of a curve over its run, in a time that does not grow with the length of the run."""
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
