"""The nodes of expressions, which are created by arithmetic, comparisons and logic on other nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lrcli.expression.functions import Functions

CONDITIONS = frozenset({"<", "<=", ">", ">=", "==", "!=", "and", "or", "not"})
"""The operations whose result is true or false."""

Value = Any
"""An Expression, or a number."""


class Expression:
    """An operation and its operands, each of which is an expression or a number.

    Attributes:
        operation: An operator (`+`) or a function of `Functions` (`cos`).
        operands: The operands.
        whole: Whether its value is a whole number for all whole numbers t.
    """

    __slots__ = ("operands", "operation", "whole")

    def __init__(self, operation: str, *operands: Value, whole: bool = False) -> None:
        self.operation = operation
        self.operands = operands
        self.whole = whole

    @property
    def namespace(self) -> type[Functions]:
        """The functions for expressions, for `lrcli.numeric`."""
        from lrcli.expression.functions import Functions

        return Functions

    @property
    def is_condition(self) -> bool:
        """Whether its value is true or false."""
        return self.operation in CONDITIONS

    def key(self) -> tuple[Any, ...]:
        """Return a key that two expressions share if they are the same."""
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
    """The variable t."""

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
"""(operation, index of an operand, value of this operand): the index of the operand that is the result."""


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
    """Return (x ± a) ± b as x ± c for whole numbers, which is exact; None for other expressions."""
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
    """Return whether a value is a whole number for all whole numbers t."""
    return value.whole if isinstance(value, Expression) else float(value).is_integer()
