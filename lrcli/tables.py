"""Values that are computed step by step, or known at single times, as functions of t."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from lrcli.numeric import array, is_scalar, not_an_expression, numpy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.numeric import Array


def looked_up(table: Sequence[float], t: Array) -> Array:
    """Return table[⌊t⌋]; beyond the end the last value.

    Raises:
        SpecError: If t is an expression.
    """
    not_an_expression(t, "it depends on a metric: its lr is not a function of time")
    if is_scalar(t):
        return array(table[min(int(t), len(table) - 1)])
    np = numpy()
    result: Array = np.asarray(table)[np.minimum(t.astype(np.int64), len(table) - 1)]
    return result


def counted(times: Sequence[float], t: Array) -> Array:
    """Return the number of ascending times ≤ t.

    Raises:
        SpecError: If t is an expression.
    """
    not_an_expression(t, "it depends on a metric: its lr is not a function of time")
    if is_scalar(t):
        return array(float(bisect_right(times, float(t))))
    np = numpy()
    result: Array = np.searchsorted(np.asarray(times), t, side="right").astype(np.float64)
    return result


def running_product(factors: Array, t: Array) -> Array:
    """Return the product of the first t + 1 factors, for whole numbers t."""
    np = numpy()
    products = np.cumprod(np.asarray(factors, dtype=np.float64))
    picked = products[np.asarray(t).astype(np.int64)]
    return array(float(picked) if is_scalar(t) else picked)


def counting(n: int) -> Array:
    """Return 0, 1, …, n as float64."""
    return array(numpy().arange(n + 1, dtype=float))
