"""numpy's functions for expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.expression.tree import Expression, Value, is_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _function(name: str) -> Callable[..., Value]:
    return _applied(name, lambda *arguments: Expression(name, *arguments))


def _applied(name: str, build: Callable[..., Value]) -> Callable[..., Value]:
    """Return a function with numpy's name and meaning that returns an expression if one of its arguments is one."""

    def applied(*arguments: Value) -> Value:
        if any(isinstance(argument, Expression) for argument in arguments):
            return build(*arguments)
        return _numbers(name, *arguments)

    return staticmethod(applied)


def _numbers(name: str, *arguments: float) -> float:
    """Return the value of numpy's function for numbers; it may be infinite."""
    import numpy as np

    with np.errstate(all="ignore"):
        return float(getattr(np, name)(*map(float, arguments)))


def _rounded(name: str, operation: str) -> Callable[..., Value]:
    """Return a function that rounds to whole numbers, and returns expressions that are whole unchanged."""
    return _applied(name, lambda x: x if x.whole else Expression(operation, x, whole=True))


class Functions:
    """numpy's functions for expressions, under numpy's names, for `lrcli.numeric` and users' formulas."""

    cos = _function("cos")
    sin = _function("sin")
    exp = _function("exp")
    log = _function("log")
    log2 = _function("log2")
    log10 = _function("log10")
    sqrt = _function("sqrt")
    tanh = _function("tanh")

    @staticmethod
    def floor(x: Value) -> Value:
        """Return the largest whole number ≤ x."""
        if not isinstance(x, Expression):
            return _numbers("floor", x)
        if x.operation == "/" and all(map(is_whole, x.operands)):
            return Expression("//", *x.operands, whole=True)
        return x if x.whole else Expression("floor", x, whole=True)

    ceil = _rounded("ceil", "ceil")
    trunc = _rounded("trunc", "trunc")
    rint = _rounded("rint", "round")

    @staticmethod
    def minimum(a: Value, b: Value) -> Value:
        """Return the smaller of a and b."""
        return _extreme("min", min, a, b)

    @staticmethod
    def maximum(a: Value, b: Value) -> Value:
        """Return the larger of a and b."""
        return _extreme("max", max, a, b)

    @staticmethod
    def clip(x: Value, low: Value, high: Value) -> Value:
        """Return x limited to low and high."""
        return Functions.minimum(Functions.maximum(x, low), high)

    @staticmethod
    def where(condition: Value, a: Value, b: Value) -> Value:
        """Return a if the condition holds, and otherwise b."""
        if not isinstance(condition, Expression):
            return a if condition else b
        return Expression("where", condition, a, b, whole=is_whole(a) and is_whole(b))

    @staticmethod
    def count(t: Value, times: Sequence[float]) -> Value:
        """Return the number of times ≤ t."""
        return Expression("count", t, *times, whole=True)

    @staticmethod
    def piecewise(t: Value, starts: Sequence[float], forms: Sequence[Callable[[Value], Value]]) -> Value:
        """Return forms[i](t − starts[i]) for t from starts[i] until starts[i + 1]."""
        last = len(starts) - 1
        value = forms[last](t - starts[last])
        for i in range(last - 1, -1, -1):
            if starts[i] < starts[i + 1]:
                value = Functions.where(t < starts[i + 1], forms[i](t - starts[i]), value)
        return value

    add = _applied("add", lambda a, b: a + b)
    subtract = _applied("subtract", lambda a, b: a - b)
    multiply = _applied("multiply", lambda a, b: a * b)
    true_divide = _applied("true_divide", lambda a, b: a / b)
    floor_divide = _applied("floor_divide", lambda a, b: a // b)
    mod = _applied("mod", lambda a, b: a % b)
    power = _applied("power", lambda a, b: a**b)
    negative = _applied("negative", lambda a: -a)
    positive, absolute = staticmethod(lambda a: a), staticmethod(abs)
    less, less_equal = staticmethod(lambda a, b: a < b), staticmethod(lambda a, b: a <= b)
    greater, greater_equal = staticmethod(lambda a, b: a > b), staticmethod(lambda a, b: a >= b)
    equal, not_equal = staticmethod(lambda a, b: a == b), staticmethod(lambda a, b: a != b)
    logical_and, logical_or = staticmethod(lambda a, b: a & b), staticmethod(lambda a, b: a | b)

    @staticmethod
    def logical_not(a: Value) -> Value:
        """Return whether the condition does not hold."""
        return Expression("not", a) if isinstance(a, Expression) else not a


def _extreme(name: str, pick: Callable[[float, float], float], a: Value, b: Value) -> Value:
    if not isinstance(a, Expression) and not isinstance(b, Expression):
        return pick(a, b)
    return Expression(name, a, b, whole=is_whole(a) and is_whole(b))
