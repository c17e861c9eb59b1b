"""The functions that closed forms are written with.

Given arrays they are numpy's. Given a single float they are `math`'s, so that `list` and `describe` can draw
a schedule without loading numpy, which costs more than all the rest of them.
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

pi, inf = math.pi, math.inf


def _numpy() -> Any:
    import numpy as np

    return np


def _is_scalar(x: object) -> bool:
    return isinstance(x, float | int)


def _namespace(*values: object) -> Any:
    """Return where the functions that suit these values are: numpy, or math, or that of an expression's own."""
    if all(map(_is_scalar, values)):
        return math
    return next((found for value in values if (found := getattr(value, "namespace", None))), None) or _numpy()


def array(x: Any) -> Array:
    """Return x as it is: a float and an expression take part in the same arithmetic, which numpy's types cannot say."""
    result: Array = x
    return result


def _is_expression(x: object) -> bool:
    return hasattr(x, "namespace")


def not_an_expression(t: object, why: str) -> None:
    """Raise if t is a name and no number: what follows is no closed form that could be written as code.

    Raises:
        SpecError: With why.
    """
    if _is_expression(t):
        raise SpecError(why)


def cos(x: Array) -> Array:
    """Return the cosine of x (radians)."""
    return array(_namespace(x).cos(x))


def sin(x: Array) -> Array:
    """Return the sine of x (radians)."""
    return array(_namespace(x).sin(x))


def exp(x: Array) -> Array:
    """Return e to the power of x."""
    return array(_namespace(x).exp(x))


def tanh(x: Array) -> Array:
    """Return the hyperbolic tangent of x."""
    return array(_namespace(x).tanh(x))


def log(x: Array) -> Array:
    """Return the natural logarithm of x, x > 0."""
    return array(_namespace(x).log(x))


def single(x: Array | float) -> Array:
    """Return x rounded to float32, as frameworks compute that count in it; an expression is left as it is."""
    if _is_expression(x):
        return array(x)
    np = _numpy()
    rounded: Any = np.float32(x).astype(np.float64)
    return array(float(rounded) if _is_scalar(x) else rounded)


def single_log(x: Array | float) -> Array:
    """Return the natural logarithm as libraries compute it in float32, for some x a last digit off."""
    if _is_expression(x):
        return log(array(x))
    np = _numpy()
    found: Any = np.log(np.float32(x)).astype(np.float64)
    return array(float(found) if _is_scalar(x) else found)


def whole_log(x: Array, base: float) -> Array:
    """Return the largest whole number ≤ log(x)/log(base), x > 0, rounded as `math` rounds it.

    numpy's logarithm may be a bit off that of `math`, which is a whole number off where the quotient is almost whole.
    """
    quotient = log(x) / math.log(base)
    if _is_scalar(x) or _is_expression(x):
        return floor(quotient)
    np = _numpy()
    close = np.abs(quotient - np.rint(quotient)) < 1e-9
    quotient[close] = [math.log(one) / math.log(base) for one in x[close].tolist()]
    return floor(quotient)


def sqrt(x: Array) -> Array:
    """Return the square root of x, x ≥ 0."""
    return array(_namespace(x).sqrt(x))


def floor(x: Array) -> Array:
    """Return the largest whole number ≤ x."""
    return array(x // 1 if _is_scalar(x) else _namespace(x).floor(x))


def ceil(x: Array) -> Array:
    """Return the smallest whole number ≥ x."""
    return array(-(-x // 1) if _is_scalar(x) else _namespace(x).ceil(x))


def minimum(a: Array | float, b: Array | float) -> Array:
    """Return the smaller of a and b, element by element."""
    namespace = _namespace(a, b)
    pick: Any = min if namespace is math else namespace.minimum
    return array(pick(a, b))


def maximum(a: Array | float, b: Array | float) -> Array:
    """Return the larger of a and b, element by element."""
    namespace = _namespace(a, b)
    pick: Any = max if namespace is math else namespace.maximum
    return array(pick(a, b))


def where(condition: Any, a: Array | float, b: Array | float) -> Array:
    """Return a where the condition holds, else b. Both are computed, so both must be defined everywhere."""
    if isinstance(condition, bool):
        return array(a if condition else b)
    return array(_namespace(condition).where(condition, a, b))


def line(t: Array, length: float, start: float, end: float) -> Array:
    """Return the straight line from start at t = 0 to end at t = length.

    It is a weighted mean of the two: exact at both ends, and without loss of digits where it comes near to 0.
    """
    if start == 0:
        return end * (t / length)
    falling = start * ((length - t) / length)
    return falling if end == 0 else falling + end * (t / length)


def full(t: Array, value: float) -> Array:
    """Return the value, in the shape of t."""
    return array(value if _is_scalar(t) or _is_expression(t) else _numpy().full_like(t, value))


def count_at_most(t: Array, marks: Sequence[float]) -> Array:
    """Return how many of the marks are ≤ t."""
    ordered = sorted(marks)
    if _is_expression(t):
        return array(_namespace(t).count(t, ordered))
    count: Any = bisect_right if _is_scalar(t) else partial(_numpy().searchsorted, side="right")
    return array(count(ordered, t))


def bisect_at(t: Array, marks: Sequence[float]) -> Array:
    """Return what Python's `bisect_right(marks, t)` does: how many marks are ≤ t, if they ascend."""
    ordered = sorted(marks)
    if list(marks) == ordered:
        return count_at_most(t, ordered)
    found: list[float] = [bisect_right(marks, one) for one in (-math.inf, *ordered)]
    return pick(found, count_at_most(t, ordered))


def pick(values: Sequence[float], index: Array) -> Array:
    """Return values[index], for whole numbers from 0 on; the last value beyond the end."""
    if _is_expression(index):
        picked: Any = values[-1]
        for i in range(len(values) - 2, -1, -1):
            picked = where(index < i + 1, values[i], picked)
        return array(picked)
    if _is_scalar(index):
        return array(values[min(int(index), len(values) - 1)])
    np = _numpy()
    result: Array = np.asarray(values, dtype=np.float64)[np.minimum(index.astype(np.int64), len(values) - 1)]
    return result


def piecewise(t: Array, starts: Sequence[float], forms: Sequence[Callable[[Array], Array]]) -> Array:
    """Play form i from starts[i] until starts[i + 1], each on a clock of its own that begins at 0.

    Args:
        t: Times, in any order, none before starts[0].
        starts: When each form begins, ascending. Of several that begin together, the last plays.
        forms: As many closed forms.
    """
    if _is_expression(t):
        return array(_namespace(t).piecewise(t, starts, forms))
    if _is_scalar(t):
        i = max(bisect_right(starts, float(t)) - 1, 0)
        return forms[i](t - starts[i])
    if len(forms) == 1:
        return forms[0](t - starts[0] if starts[0] else t)
    out: Array = _numpy().empty_like(t)
    for where_in, start, form in zip(_stretches(t, starts), starts, forms, strict=True):
        if t[where_in].size:
            out[where_in] = form(t[where_in] - start)
    return out


def _stretches(t: Array, starts: Sequence[float]) -> list[Any]:
    """Return where in t each form plays: as slices where t ascends, which copy nothing, and else as masks."""
    ends = (*starts[1:], math.inf)
    if t.ndim and (t[1:] >= t[:-1]).all():
        cuts = [*_numpy().searchsorted(t, starts[1:]).tolist(), t.size]
        return [slice(begin, end) for begin, end in zip([0, *cuts], cuts, strict=False)]
    return [(t >= start) & (t < end) for start, end in zip(starts, ends, strict=True)]


def looked_up(table: Sequence[float], t: Array) -> Array:
    """Return the value of a table that is in force during t: that of the whole number below it, or the last."""
    not_an_expression(t, "it depends on a metric: its lr is not a function of time")
    if _is_scalar(t):
        return array(table[min(int(t), len(table) - 1)])
    np = _numpy()
    result: Array = np.asarray(table)[np.minimum(t.astype(np.int64), len(table) - 1)]
    return result


def counted(times: Sequence[float], t: Array) -> Array:
    """Return how many of some ascending times are not after t."""
    not_an_expression(t, "it depends on a metric: its lr is not a function of time")
    if _is_scalar(t):
        return array(float(bisect_right(times, float(t))))
    np = _numpy()
    result: Array = np.searchsorted(np.asarray(times), t, side="right").astype(np.float64)
    return result


def evaluated(form: Callable[[Any, dict[str, Any]], Any], t: Array, span: float, values: dict[str, Any]) -> Array:
    """Return what a formula over t and x = t/span says, in the shape of t and as float64."""
    if _is_expression(t):
        return array(form(_namespace(t), {**values, "t": t, "x": t / span}))
    np = _numpy()
    times = np.asarray(t, dtype=np.float64)
    with np.errstate(all="ignore"):
        result = form(np, {**values, "t": times, "x": times / span})
    if _is_scalar(t):
        return array(float(result))
    whole = isinstance(result, np.ndarray) and result.shape == times.shape and result.dtype == times.dtype
    if whole and result is not times:
        return array(result)
    return array(np.array(np.broadcast_to(result, times.shape), dtype=np.float64))


class _Python:
    """numpy for what the user's own Python will compute: NaN, which is no lr, where Python raises instead of going on.

    It does for a division by 0, a logarithm of 0 and what overflows, where numpy goes on with an infinity.
    """

    raising = frozenset({"true_divide", "floor_divide", "power", "exp", "log", "log10", "log2"})

    def __getattr__(self, name: str) -> Any:
        function = getattr(_numpy(), name)
        return partial(self._finite, function) if name in self.raising else function

    @staticmethod
    def _finite(function: Callable[..., Any], *arguments: Any) -> Any:
        result = function(*arguments)
        return _numpy().where(_numpy().isinf(result), math.nan, result)


def as_python(namespace: Any) -> Any:
    """Return the namespace for a formula that is a function of the user's own Python."""
    return _Python() if namespace is _numpy() else namespace


def cycle_number(t: Array, first: float, ratio: float) -> Array:
    """Return in which cycle t is, from 0, where the first is so long and each so many times as long as the one before.

    It is found by the logarithm, and put right where that is a rounding error off.
    """

    def begin(number: Array) -> Array:
        return first * ((ratio**number - 1) / (ratio - 1))

    guess = floor(log(t / first * (ratio - 1) + 1) / math.log(ratio))
    guess = where(begin(guess) > t, guess - 1, guess)
    return where(begin(guess + 1) <= t, guess + 1, guess)


def highest(x: Array) -> float:
    """Return the largest element; minus infinity where there is none."""
    if _is_scalar(x) or _is_expression(x):
        return -math.inf if _is_expression(x) else float(x)
    return float(x.max()) if x.size else -math.inf


def running_product(factors: Array, t: Array) -> Array:
    """Return, for whole numbers t, the product of the first t + 1 factors."""
    np = _numpy()
    products = np.cumprod(np.asarray(factors, dtype=np.float64))
    picked = products[np.asarray(t).astype(np.int64)]
    return array(float(picked) if _is_scalar(t) else picked)


def counting(n: int) -> Array:
    """Return 0, 1, …, n as float64."""
    return array(_numpy().arange(n + 1, dtype=float))
