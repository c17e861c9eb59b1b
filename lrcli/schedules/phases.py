"""Functions for schedules in phases: from one value to the next in a straight line or along half a cosine."""

from __future__ import annotations

import math
from functools import partial
from itertools import accumulate, pairwise
from operator import mul
from typing import TYPE_CHECKING, Literal

from lrcli.numeric import cos, full, line, pi, piecewise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.numeric import Array


def phases(
    t: Array, times: Sequence[float], values: Sequence[float], shape: Literal["linear", "cosine"] = "linear"
) -> Array:
    """Return the value at t of a curve through values[i] at times[i], which then holds the last value.

    Args:
        t: Times ≥ times[0].
        times: Ascending times.
        values: One value for each time.
        shape: The shape of the curve between two times.
    """
    ends = pairwise(zip(times, values, strict=True))
    forms = [partial(_phase, shape, to - at, first, last) for (at, first), (to, last) in ends]
    return piecewise(t, [float(at) for at in times], [*forms, partial(full, value=values[-1])])


def _phase(shape: str, length: float, first: float, last: float, t: Array) -> Array:
    if length == 0 or first == last:
        return full(t, first)
    if shape == "linear":
        return line(t, length, first, last)
    return last + (first - last) * (1 + cos(pi * t / length)) / 2


def cumulative(first: float, pairs: Sequence[float]) -> tuple[list[float], list[float]]:
    """Return the ascending boundaries of a mapping from boundaries to factors, and the values between them.

    Args:
        first: The value before the first boundary.
        pairs: Boundary, factor, boundary, factor, …; of two factors at one boundary the last counts.
    """
    ordered = sorted(dict(zip(pairs[::2], pairs[1::2], strict=True)).items())
    return [at for at, _ in ordered], list(accumulate((factor for _, factor in ordered), mul, initial=first))


def ends(shares: Sequence[float], length: float) -> list[int]:
    """Return the end of each phase, rounded to a whole number, for the phases' shares of a length."""
    return [round(share * length) for share in accumulate(shares)]


def equal_parts(length: float, parts: int) -> list[int]:
    """Return the boundaries between equal parts of a length, with the length of a part rounded up."""
    step = math.ceil(length / parts)
    return [step * i for i in range(1, parts)]


def anneal(start: float, end: float, share: Array, shape: Literal["linear", "cos"]) -> Array:
    """Return a phase from start to end at a share of its length, with the arithmetic of torch's OneCycleLR."""
    return (end - start) * share + start if shape == "linear" else end + (start - end) / 2.0 * (1 + cos(pi * share))
