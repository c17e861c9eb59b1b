"""Closed forms as expressions: what a schedule does to t when t is a name instead of a number.

A schedule's own `lr(t)` is called with a `Symbol`, which takes part in arithmetic and in the functions of
`lrcli.numeric`, and writes down what is done to it: the code that lrcli writes comes from the formula it evaluates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CONDITIONS = frozenset({"<", "<=", ">", ">=", "==", "!=", "and", "or", "not"})
"""The operations that are true or false."""

Value = Any
"""An Expression, or a number."""


class Expression:
    """What is done to what: an operation and its operands, each an expression or a number.

    Attributes:
        operation: A sign (`+`), or a function of `Functions` (`cos`).
        operands: In order.
        whole: Its value is a whole number wherever the symbol is one.
    """

    __slots__ = ("operands", "operation", "whole")

    def __init__(self, operation: str, *operands: Value, whole: bool = False) -> None:
        self.operation = operation
        self.operands = operands
        self.whole = whole

    @property
    def namespace(self) -> type[Functions]:
        """Where `lrcli.numeric` finds the functions of expressions."""
        return Functions

    @property
    def is_condition(self) -> bool:
        """Whether it is true or false, and no number."""
        return self.operation in CONDITIONS

    def key(self) -> tuple[Any, ...]:
        """Return what makes two expressions the same."""
        own = (operand.key() if isinstance(operand, Expression) else operand for operand in self.operands)
        return (self.operation, *own)

    def __add__(self, other: Value) -> Value:
        return _arithmetic("+", self, other)

    def __radd__(self, other: Value) -> Value:
        return _arithmetic("+", other, self)

    def __sub__(self, other: Value) -> Value:
        return _arithmetic("-", self, other)

    def __rsub__(self, other: Value) -> Value:
        return _arithmetic("-", other, self)

    def __mul__(self, other: Value) -> Value:
        return _arithmetic("*", self, other)

    def __rmul__(self, other: Value) -> Value:
        return _arithmetic("*", other, self)

    def __truediv__(self, other: Value) -> Value:
        return _arithmetic("/", self, other)

    def __rtruediv__(self, other: Value) -> Value:
        return _arithmetic("/", other, self)

    def __floordiv__(self, other: Value) -> Value:
        return _arithmetic("//", self, other)

    def __rfloordiv__(self, other: Value) -> Value:
        return _arithmetic("//", other, self)

    def __mod__(self, other: Value) -> Value:
        return _arithmetic("%", self, other)

    def __rmod__(self, other: Value) -> Value:
        return _arithmetic("%", other, self)

    def __pow__(self, other: Value) -> Value:
        return _arithmetic("**", self, other)

    def __rpow__(self, other: Value) -> Value:
        return _arithmetic("**", other, self)

    def __neg__(self) -> Value:
        return Expression("neg", self, whole=self.whole)

    def __abs__(self) -> Value:
        return Expression("abs", self, whole=self.whole)

    def __lt__(self, other: Value) -> Value:
        return Expression("<", self, other)

    def __le__(self, other: Value) -> Value:
        return Expression("<=", self, other)

    def __gt__(self, other: Value) -> Value:
        return Expression(">", self, other)

    def __ge__(self, other: Value) -> Value:
        return Expression(">=", self, other)

    def __eq__(self, other: object) -> Value:
        return Expression("==", self, other)

    def __ne__(self, other: object) -> Value:
        return Expression("!=", self, other)

    def __and__(self, other: Value) -> Value:
        return _logic("and", self, other, neutral=True)

    def __rand__(self, other: Value) -> Value:
        return _logic("and", other, self, neutral=True)

    def __or__(self, other: Value) -> Value:
        return _logic("or", self, other, neutral=False)

    def __ror__(self, other: Value) -> Value:
        return _logic("or", other, self, neutral=False)

    __hash__ = None  # type: ignore[assignment] # == makes an expression


class Symbol(Expression):
    """The name that stands for t."""

    __slots__ = ()

    def __init__(self, name: str, *, whole: bool = True) -> None:
        super().__init__("name", name, whole=whole)


_NEUTRAL = {
    ("+", 0, 0): 1,
    ("+", 1, 0): 0,
    ("-", 1, 0): 0,
    ("*", 0, 1): 1,
    ("*", 1, 1): 0,
    ("/", 1, 1): 0,
    ("**", 1, 1): 0,
}
"""(operation, which operand, its value): the operand that the result then is."""


def _arithmetic(operation: str, left: Value, right: Value) -> Value:
    for (sign, place, value), result in _NEUTRAL.items():
        operand = (left, right)[place]
        if sign == operation and not isinstance(operand, Expression) and operand == value:
            return (left, right)[result]
    if operation in ("+", "-") and (shifted := _shifted(operation, left, right)) is not None:
        return shifted
    whole = operation in ("+", "-", "*", "//", "%") and is_whole(left) and is_whole(right)
    return Expression(operation, left, right, whole=whole)


def _shifted(operation: str, left: Value, right: Value) -> Value | None:
    """Return a whole number moved twice by whole numbers as moved once, which is exact; None for anything else."""
    if isinstance(right, Expression) or not isinstance(left, Expression) or left.operation not in ("+", "-"):
        return None
    inner, first = left.operands
    if isinstance(first, Expression) or not (is_whole(inner) and is_whole(first) and is_whole(right)):
        return None
    move = (first if left.operation == "+" else -first) + (right if operation == "+" else -right)
    return inner + move if move >= 0 else inner - -move


def _logic(operation: str, left: Value, right: Value, *, neutral: bool) -> Value:
    for known, other in ((left, right), (right, left)):
        if isinstance(known, bool):
            return other if known is neutral else known
    return Expression(operation, left, right)


def is_whole(value: Value) -> bool:
    """Return whether a value is a whole number wherever the symbol is one."""
    return value.whole if isinstance(value, Expression) else float(value).is_integer()


def _function(name: str) -> Callable[..., Value]:
    return _applied(name, lambda *arguments: Expression(name, *arguments))


def _applied(name: str, build: Callable[..., Value]) -> Callable[..., Value]:
    """Return a function of numpy's name: of expressions an expression, of numbers what numpy says, infinite or not."""

    def applied(*arguments: Value) -> Value:
        if any(isinstance(argument, Expression) for argument in arguments):
            return build(*arguments)
        return _numbers(name, *arguments)

    return staticmethod(applied)


def _numbers(name: str, *arguments: float) -> float:
    """Return what numpy's function gives of numbers, infinite or not."""
    import numpy as np

    with np.errstate(all="ignore"):
        return float(getattr(np, name)(*map(float, arguments)))


class Functions:
    """numpy's functions for expressions, under numpy's names: what `lrcli.numeric` and formulas ask for."""

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

    @staticmethod
    def ceil(x: Value) -> Value:
        """Return the smallest whole number ≥ x."""
        if not isinstance(x, Expression):
            return _numbers("ceil", x)
        return x if x.whole else Expression("ceil", x, whole=True)

    @staticmethod
    def trunc(x: Value) -> Value:
        """Return x without what stands after its point."""
        if not isinstance(x, Expression):
            return _numbers("trunc", x)
        return x if x.whole else Expression("trunc", x, whole=True)

    @staticmethod
    def rint(x: Value) -> Value:
        """Return the whole number nearest to x, the even one of two."""
        if not isinstance(x, Expression):
            return _numbers("rint", x)
        return x if x.whole else Expression("round", x, whole=True)

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
        """Return x within low and high."""
        return Functions.minimum(Functions.maximum(x, low), high)

    @staticmethod
    def where(condition: Value, a: Value, b: Value) -> Value:
        """Return a where the condition holds, else b."""
        if not isinstance(condition, Expression):
            return a if condition else b
        return Expression("where", condition, a, b, whole=is_whole(a) and is_whole(b))

    @staticmethod
    def count(t: Value, marks: Sequence[float]) -> Value:
        """Return how many of the marks are ≤ t."""
        return Expression("count", t, *marks, whole=True)

    @staticmethod
    def piecewise(t: Value, starts: Sequence[float], forms: Sequence[Callable[[Value], Value]]) -> Value:
        """Return form i from starts[i] until starts[i + 1], each counting from its own start."""
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
