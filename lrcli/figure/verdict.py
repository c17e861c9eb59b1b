"""The sentence that answers a comparison: are they the same, and if not, what differs most?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.figure.plateaus import why
from lrcli.numbers import percent, short
from lrcli.run import amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.figure.comparison import Compared
    from lrcli.figure.difference import Difference

_ROUNDING, _PRACTICALLY = 1e-9, 1e-3
"""Shares of the peak below which a difference is due to rounding, or too small to matter in training."""
_WORTH_SAYING = 0.01


def verdict(found: Sequence[Compared], unit: str, *, brief: bool = False) -> str:
    """Return a sentence with the largest difference of the schedules, and the measure in which they differ most.

    Args:
        found: The schedules, from `compared`.
        unit: The unit of the horizontal axis.
        brief: Leave out the largest difference, which the table shows too, if there is more to say.
    """
    if len(found) == 1:
        return f"There is only {found[0].entry.name}: name a second schedule to compare it with."
    base = next(one for one in found if one.apart is None)
    pairs = [(one.entry.name, one.apart) for one in found if one.apart is not None]
    name, apart = max(pairs, key=lambda pair: pair[1].value)
    if apart.value == 0:
        return _equal(base.entry.name, pairs, unit, found)
    differ = f"{base.entry.name} and {name} differ by at most {short(apart.value)}"
    share, where = f"{percent(apart.share)} of the peak", f"at {unit} {amount(apart.x)}"
    if apart.share < _ROUNDING:
        return f"They are the same but for rounding: {differ}, {where}."
    if apart.share < _PRACTICALLY:
        return f"They are practically the same: {differ} ({share}), {where}."
    most = max(_candidates(found, unit))
    more = why([one.entry for one in found]) or (f" {most.text}." if most.share > _WORTH_SAYING else "")
    return more.strip() if brief and more else f"{differ.replace('at most', 'up to')} ({share}), {where}.{more}"


def _equal(base: str, pairs: Sequence[tuple[str, Difference]], unit: str, found: Sequence[Compared]) -> str:
    """Return the sentence that all curves are the same, and where they were compared."""
    names = [base, *(name for name, _ in pairs)]
    runs = {(one.entry.run.counts, one.entry.run.points) for one in found}
    all_equal = all(one.entry.spec == found[0].entry.spec for one in found)
    every = all_equal or all(apart.exact for _, apart in pairs)
    looked = f"every {unit}" if every else f"all {unit}s that were looked at"
    shorter = " that all of them have" if len(runs) > 1 else ""
    return f"There is no difference: {', '.join(names[:-1])} and {names[-1]} are the same at {looked}{shorter}."


class _Candidate(NamedTuple):
    """A sentence on one measure, and how much the schedules differ in it, from 0 to 1."""

    share: float
    text: str


def _candidates(found: Sequence[Compared], unit: str) -> list[_Candidate]:
    """Return a sentence on each measure.

    Each measure is put on a scale from 0 (all the same) to 1, so that they can be compared: rates by how much
    smaller the smallest is than the largest, times by the share of the run that lies between them.
    """
    names = [one.entry.name for one in found]
    means, peaks = ([getattr(one.summary, what) for one in found] for what in ("mean", "peak"))
    ends = [one.summary.final / one.summary.peak if one.summary.peak else 0.0 for one in found]
    alike = len({(one.entry.run.counts, one.entry.run.points) for one in found}) == 1
    return [
        _rates(names, means, "The mean lr of"),
        _rates(names, peaks, "The peak of"),
        _ends(names, ends),
        *([_times(found, unit)] if alike else []),
    ]


def _rates(names: Sequence[str], values: Sequence[float], what: str) -> _Candidate:
    low, high = int(np.argmin(values)), int(np.argmax(values))
    if values[high] == values[low]:
        return _Candidate(0.0, "")
    numbers = f"{short(values[high])} against {short(values[low])}"
    times = f"{_ratio(values[high] / values[low])} times that of" if values[low] else "above 0, unlike that of"
    return _Candidate(1 - values[low] / values[high], f"{what} {names[high]} is {times} {names[low]} ({numbers})")


def _ratio(value: float) -> str:
    """Return three digits of a ratio, whole where it is large."""
    return f"{float(f'{value:.3g}'):,.0f}" if 100 <= value < 1e6 else f"{value:.3g}"


def _times(found: Sequence[Compared], unit: str) -> _Candidate:
    points = found[0].entry.run.points
    times = [points if one.summary.below_half_at is None else one.summary.below_half_at for one in found]
    early, late = int(np.argmin(times)), int(np.argmax(times))
    when = f"from {unit} {amount(times[late])} on" if times[late] < points else "never"
    first = f"{found[early].entry.name} is below half of its peak from {unit} {amount(times[early])} on"
    return _Candidate((times[late] - times[early]) / points, f"{first}, {found[late].entry.name} {when}")


def _ends(names: Sequence[str], shares: Sequence[float]) -> _Candidate:
    low, high = int(np.argmin(shares)), int(np.argmax(shares))
    text = f"{names[high]} ends at {percent(shares[high])} of its peak, {names[low]} at {percent(shares[low])}"
    return _Candidate(shares[high] - shares[low], text)
