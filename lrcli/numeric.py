"""The functions of closed forms.

They take a float, an array or an expression, and use `math`, numpy or `lrcli.expression`. With floats, `list` and
`describe` draw schedules without importing numpy, whose import takes longer than all the rest of their work.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING, Any

from lrcli.problems import SpecError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Namespace = Any
    """math, numpy, or `lrcli.expression.Functions`."""

pi, inf = math.pi, math.inf


def numpy() -> Namespace:
    """Return numpy, which is imported only when it is needed."""
    import numpy as np

    return np


def is_scalar(x: object) -> bool:
    """Return whether x is a float or an int, and not an array or an expression."""
    return isinstance(x, float | int)


def namespace_of(*values: object) -> Namespace:
    """Return the namespace with the functions for some values: math, numpy, or that of an expression."""
    if all(map(is_scalar, values)):
        return math
    return next((found for value in values if (found := getattr(value, "namespace", None))), None) or numpy()


def array(x: Any) -> Array:
    """Return x, typed as an array: floats and expressions support the same arithmetic, which types cannot express."""
    result: Array = x
    return result


def is_expression(x: object) -> bool:
    """Return whether x is an expression: only these have a namespace."""
    return hasattr(x, "namespace")


def not_an_expression(t: object, why: str) -> None:
    """Raise if t is an expression, for a computation that has no closed form.

    Raises:
        SpecError: With `why`, if t is an expression.
    """
    if is_expression(t):
        raise SpecError(why)


def cos(x: Array) -> Array:
    """Return the cosine of x (radians)."""
    return array(namespace_of(x).cos(x))


def sin(x: Array) -> Array:
    """Return the sine of x (radians)."""
    return array(namespace_of(x).sin(x))


def exp(x: Array) -> Array:
    """Return e to the power of x."""
    return array(namespace_of(x).exp(x))


def tanh(x: Array) -> Array:
    """Return the hyperbolic tangent of x."""
    return array(namespace_of(x).tanh(x))


def log(x: Array) -> Array:
    """Return the natural logarithm of x, x > 0."""
    return array(namespace_of(x).log(x))


def single(x: Array | float) -> Array:
    """Return x rounded to float32, the precision of some frameworks; an expression unchanged."""
    if is_expression(x):
        return array(x)
    np = numpy()
    rounded: Any = np.float32(x).astype(np.float64)
    return array(float(rounded) if is_scalar(x) else rounded)


def single_log(x: Array | float) -> Array:
    """Return the natural logarithm as numpy computes it in float32, whose last digit may be wrong."""
    if is_expression(x):
        return log(array(x))
    np = numpy()
    found: Any = np.log(np.float32(x)).astype(np.float64)
    return array(float(found) if is_scalar(x) else found)


def whole_log(x: Array, base: float) -> Array:
    """Return the largest whole number ≤ log(x)/log(base), x > 0, for the logarithms of `math`.

    numpy's logarithm may differ in its last bit; if the quotient is almost whole, the result then differs by 1.
    """
    quotient = log(x) / math.log(base)
    if is_scalar(x) or is_expression(x):
        return floor(quotient)
    np = numpy()
    close = np.abs(quotient - np.rint(quotient)) < 1e-9
    quotient[close] = [math.log(one) / math.log(base) for one in x[close].tolist()]
    return floor(quotient)


def sqrt(x: Array) -> Array:
    """Return the square root of x, x ≥ 0."""
    return array(namespace_of(x).sqrt(x))


def floor(x: Array) -> Array:
    """Return the largest whole number ≤ x."""
    return array(x // 1 if is_scalar(x) else namespace_of(x).floor(x))


def ceil(x: Array) -> Array:
    """Return the smallest whole number ≥ x."""
    return array(-(-x // 1) if is_scalar(x) else namespace_of(x).ceil(x))


def minimum(a: Array | float, b: Array | float) -> Array:
    """Return the smaller of a and b, element by element."""
    return _of_both("minimum", min, a, b)


def maximum(a: Array | float, b: Array | float) -> Array:
    """Return the larger of a and b, element by element."""
    return _of_both("maximum", max, a, b)


def _of_both(name: str, of_floats: Callable[..., object], a: Array | float, b: Array | float) -> Array:
    namespace = namespace_of(a, b)
    return array((of_floats if namespace is math else getattr(namespace, name))(a, b))


def where(condition: Any, a: Array | float, b: Array | float) -> Array:
    """Return a where the condition holds, and b elsewhere. Both are computed for all elements."""
    if isinstance(condition, bool):
        return array(a if condition else b)
    return array(namespace_of(condition).where(condition, a, b))


def line(t: Array, length: float, start: float, end: float) -> Array:
    """Return the straight line from start at t = 0 to end at t = length.

    It is computed as a weighted mean, which is exact at both ends and loses no digits near 0.
    """
    if start == 0:
        return end * (t / length)
    falling = start * ((length - t) / length)
    return falling if end == 0 else falling + end * (t / length)


def full(t: Array, value: float) -> Array:
    """Return the value, in the shape of t."""
    return array(value if is_scalar(t) or is_expression(t) else numpy().full_like(t, value))


def count_at_most(t: Array, times: Sequence[float]) -> Array:
    """Return the number of times ≤ t."""
    ordered = sorted(times)
    if is_expression(t):
        return array(namespace_of(t).count(t, ordered))
    count: Any = bisect_right if is_scalar(t) else partial(numpy().searchsorted, side="right")
    return array(count(ordered, t))


def bisect_at(t: Array, times: Sequence[float]) -> Array:
    """Return Python's `bisect_right(times, t)`, which for ascending times is the number of times ≤ t."""
    ordered = sorted(times)
    if list(times) == ordered:
        return count_at_most(t, ordered)
    found: list[float] = [bisect_right(times, one) for one in (-math.inf, *ordered)]
    return pick(found, count_at_most(t, ordered))


def pick(values: Sequence[float], index: Array) -> Array:
    """Return values[index] for whole numbers ≥ 0; beyond the end the last value."""
    if is_expression(index):
        picked: Any = values[-1]
        for i in range(len(values) - 2, -1, -1):
            picked = where(index < i + 1, values[i], picked)
        return array(picked)
    if is_scalar(index):
        return array(values[min(int(index), len(values) - 1)])
    np = numpy()
    result: Array = np.asarray(values, dtype=np.float64)[np.minimum(index.astype(np.int64), len(values) - 1)]
    return result


def piecewise(t: Array, starts: Sequence[float], forms: Sequence[Callable[[Array], Array]]) -> Array:
    """Return forms[i](t − starts[i]) for t from starts[i] until starts[i + 1].

    Args:
        t: Times ≥ starts[0], in any order.
        starts: The ascending starts of the forms. Of several forms with the same start the last is used.
        forms: One closed form for each start, as a function of the time since its start.
    """
    if is_expression(t):
        return array(namespace_of(t).piecewise(t, starts, forms))
    if is_scalar(t):
        i = max(bisect_right(starts, float(t)) - 1, 0)
        return forms[i](t - starts[i])
    if len(forms) == 1:
        return forms[0](t - starts[0] if starts[0] else t)
    out: Array = numpy().empty_like(t)
    for where_in, start, form in zip(_stretches(t, starts), starts, forms, strict=True):
        if t[where_in].size:
            out[where_in] = form(t[where_in] - start)
    return out


def _stretches(t: Array, starts: Sequence[float]) -> list[Any]:
    """Return the indices in t of each form: as slices if t ascends, which need no copies, and otherwise as masks."""
    ends = (*starts[1:], math.inf)
    if t.ndim and (t[1:] >= t[:-1]).all():
        cuts = [*numpy().searchsorted(t, starts[1:]).tolist(), t.size]
        return [slice(begin, end) for begin, end in zip([0, *cuts], cuts, strict=False)]
    return [(t >= start) & (t < end) for start, end in zip(starts, ends, strict=True)]


def cycle_number(t: Array, first: float, ratio: float) -> Array:
    """Return the number of the cycle, from 0, that t is in, for cycles with the lengths first · ratio^k.

    It is computed by the logarithm, and corrected where the rounding of that gives a neighbouring cycle.
    """

    def begin(number: Array) -> Array:
        return first * ((ratio**number - 1) / (ratio - 1))

    guess = floor(log(t / first * (ratio - 1) + 1) / math.log(ratio))
    guess = where(begin(guess) > t, guess - 1, guess)
    return where(begin(guess + 1) <= t, guess + 1, guess)


def highest(x: Array) -> float:
    """Return the largest element; minus infinity for an empty array and for an expression."""
    if is_scalar(x) or is_expression(x):
        return -math.inf if is_expression(x) else float(x)
    return float(x.max()) if x.size else -math.inf
