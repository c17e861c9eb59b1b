"""The values of users' formulas and functions: as float64, in the shape of t, and with the errors of Python as NaN."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from lrcli.numeric import array, is_expression, is_scalar, namespace_of, numpy

if TYPE_CHECKING:
    from collections.abc import Callable

    from lrcli.expression import Value
    from lrcli.numeric import Array, Namespace


def evaluated(
    form: Callable[[Namespace, dict[str, Value]], Value], t: Array, span: float, values: dict[str, Value]
) -> Array:
    """Return the value of a formula of t and x = t/span, as float64 in the shape of t."""
    if is_expression(t):
        return array(form(namespace_of(t), {**values, "t": t, "x": t / span}))
    np = numpy()
    times = np.asarray(t, dtype=np.float64)
    with np.errstate(all="ignore"):
        result = form(np, {**values, "t": times, "x": times / span})
    if is_scalar(t):
        return array(float(result))
    whole = isinstance(result, np.ndarray) and result.shape == times.shape and result.dtype == times.dtype
    if whole and result is not times:
        return array(result)
    return array(np.array(np.broadcast_to(result, times.shape), dtype=np.float64))


class _Python:
    """numpy with NaN, which is no lr, where Python would raise an error and numpy returns an infinity.

    These are divisions by 0, logarithms of 0 and overflows.
    """

    raising = frozenset({"true_divide", "floor_divide", "power", "exp", "log", "log10", "log2"})

    def __getattr__(self, name: str) -> Any:
        function = getattr(numpy(), name)
        return partial(self._finite, function) if name in self.raising else function

    @staticmethod
    def _finite(function: Callable[..., Any], *arguments: Any) -> Any:
        result = function(*arguments)
        return numpy().where(numpy().isinf(result), math.nan, result)


def as_python(namespace: Namespace) -> Namespace:
    """Return the namespace for a formula that the framework evaluates in Python; numpy with Python's errors as NaN."""
    return _Python() if namespace is numpy() else namespace
