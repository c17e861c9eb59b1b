"""Shorter expressions by what is known of t: that it is ≥ 0, and in each branch whether its condition holds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from lrcli.expression import Expression, Functions, Value

if TYPE_CHECKING:
    from collections.abc import Callable

_COMPARISONS = ("<", "<=", ">", ">=")


class Range(NamedTuple):
    """An interval that a value is in; t itself is below its upper end."""

    low: float
    high: float


_ANY = Range(-math.inf, math.inf)


def simplified(value: Value, t: Range = Range(0.0, math.inf)) -> Value:
    """Return an equal value without the limits and branches that no t reaches.

    Args:
        value: An expression or a number.
        t: The interval that the symbol is in.
    """
    if not isinstance(value, Expression) or value.operation == "name":
        return value
    if value.operation == "where":
        return _choice(value, t)
    operands = [simplified(operand, t) for operand in value.operands]
    if value.operation in ("min", "max"):
        return _limit(value.operation, operands[0], operands[1], t)
    if value.operation in _COMPARISONS:
        return _comparison(value.operation, operands[0], operands[1], t)
    result = Expression(value.operation, *operands, whole=value.whole)
    low, high = range_of(result, t)
    return low if low == high and value.operation == "//" else _rebuilt(result)


def _rebuilt(value: Expression) -> Value:
    """Return an operation with what follows if an operand is now a number: x for x − 0."""
    left, right = value.operands if len(value.operands) == 2 else (None, None)
    rebuild: dict[str, Callable[[Value, Value], Value]] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
    }
    return rebuild[value.operation](left, right) if value.operation in rebuild else value


def _choice(value: Expression, t: Range) -> Value:
    condition = simplified(value.operands[0], t)
    if isinstance(condition, bool):
        return simplified(value.operands[1] if condition else value.operands[2], t)
    then, otherwise = _sides(condition, t)
    return Functions.where(condition, simplified(value.operands[1], then), simplified(value.operands[2], otherwise))


def _sides(condition: Value, t: Range) -> tuple[Range, Range]:
    """Return the interval of t if the condition holds, and if it does not."""
    if not isinstance(condition, Expression) or condition.operation not in _COMPARISONS:
        return t, t
    left, right = condition.operands
    shift = 0.0
    if isinstance(left, Expression) and left.operation == "-" and not isinstance(left.operands[1], Expression):
        left, shift = left.operands
    if not isinstance(left, Expression) or left.operation != "name" or isinstance(right, Expression):
        return t, t
    border = right + shift
    past = border if condition.operation in ("<", ">=") else math.nextafter(border, math.inf)
    below, above = Range(t.low, min(t.high, past)), Range(max(t.low, border), t.high)
    return (below, above) if condition.operation in ("<", "<=") else (above, below)


def _limit(operation: str, a: Value, b: Value, t: Range) -> Value:
    """Return the smaller or the larger of two values: one of them, if it always is."""
    (low_a, high_a), (low_b, high_b) = range_of(a, t), range_of(b, t)
    first_is_lower, second_is_lower = high_a <= low_b, high_b <= low_a
    if first_is_lower or second_is_lower:
        return a if first_is_lower == (operation == "min") else b
    if isinstance(a, Expression) and a.operation == operation and not isinstance(b, Expression):
        inner, limit = a.operands
        if not isinstance(limit, Expression):
            return Expression(operation, inner, min(limit, b) if operation == "min" else max(limit, b), whole=a.whole)
    return Functions.minimum(a, b) if operation == "min" else Functions.maximum(a, b)


def _comparison(operation: str, left: Value, right: Value, t: Range) -> Value:
    (low, high), (least, most) = range_of(left, t), range_of(right, t)
    held = {"<": high < least, "<=": high <= least, ">": low > most, ">=": low >= most}[operation]
    missed = {"<": low >= most, "<=": low > most, ">": high <= least, ">=": high < least}[operation]
    if held or missed:
        return held
    if isinstance(left, Expression) and left.operation == "//" and operation in ("<", ">="):
        inner, divisor = left.operands
        if not isinstance(divisor, Expression) and not isinstance(right, Expression) and float(right).is_integer():
            return Expression(operation, inner, divisor * right)
    if isinstance(left, Expression) and left.operation == "min" and operation == "<":
        inner, limit = left.operands
        if not isinstance(limit, Expression) and not isinstance(right, Expression) and right <= limit:
            return Expression("<", inner, right)
    return Expression(operation, left, right)


def range_of(value: Value, t: Range) -> Range:
    """Return an interval that a value is in; all numbers where its operation has no rule below."""
    if not isinstance(value, Expression):
        return Range(float(value), float(value))
    if value.operation == "name":
        return t
    if len(value.operands) != 2:
        return Range(-1.0, 1.0) if value.operation in ("cos", "sin", "tanh") else _ANY
    top = _below if _is_name(value.operands[0]) else _floor
    a, b = (range_of(operand, t) for operand in value.operands)
    ranges: dict[str, Callable[[], Range]] = {
        "+": lambda: Range(a.low + b.low, a.high + b.high),
        "-": lambda: Range(a.low - b.high, a.high - b.low),
        "min": lambda: Range(min(a.low, b.low), min(a.high, b.high)),
        "max": lambda: Range(max(a.low, b.low), max(a.high, b.high)),
    }
    if b.low == b.high > 0:
        ranges |= {
            "*": lambda: Range(a.low * b.low, a.high * b.low),
            "/": lambda: Range(a.low / b.low, a.high / b.low),
            "//": lambda: Range(_floor(a.low / b.low), top(a.high / b.low)),
        }
    return ranges[value.operation]() if value.operation in ranges else _ANY


def _is_name(value: Value) -> bool:
    return isinstance(value, Expression) and value.operation == "name"


def _below(value: float) -> float:
    """Return the largest whole number below a limit that is not reached: t is below the end of its interval."""
    return math.ceil(value) - 1 if math.isfinite(value) else value


def _floor(value: float) -> float:
    return math.floor(value) if math.isfinite(value) else value
