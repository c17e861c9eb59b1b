"""Expressions as text: in Python over math, jax.numpy or keras.ops; another language overrides what differs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from lrcli.expression import Expression, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LEVELS = {
    "or": 1, "and": 2, "not": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "==": 4, "!=": 4, "+": 5, "-": 5, "*": 6, "/": 6,
    "//": 6, "%": 6, "neg": 7, "**": 8,
}  # fmt: skip
"""How strongly Python's operators bind; everything else (names, numbers, calls) binds most strongly."""
_CHAINED = frozenset({"<", "<=", ">", ">=", "==", "!="})
_HIGHEST = 10


class Words(NamedTuple):
    """The names of a library.

    Attributes:
        prefix: What stands before the names of functions: `math.`, `jnp.`, `ops.`.
        minimum, maximum, absolute: Its functions for these.
        pi: Its name for π.
        branches: Whether code chooses with `if`; otherwise with the library's `where`, for all elements at once.
    """

    prefix: str
    minimum: str
    maximum: str
    absolute: str
    pi: str
    branches: bool


MATH = Words("math.", "min", "max", "abs", "math.pi", branches=True)
JAX = Words("jnp.", "jnp.minimum", "jnp.maximum", "jnp.abs", "jnp.pi", branches=False)
KERAS = Words("ops.", "ops.minimum", "ops.maximum", "ops.abs", "math.pi", branches=False)


def number(value: float, words: Words = MATH) -> str:
    """Return a number as people write it in code: 5 for 5.0, and π by its name."""
    if isinstance(value, bool):
        return str(value)
    if value == 3.141592653589793:
        return words.pi
    if not math.isfinite(value):
        return f'float("{value}")'
    whole = float(value).is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else repr(float(value))


class Writer:
    """Writes one expression; a part that has a name is written as this name.

    Attributes:
        levels: How strongly the operators of the language bind.
        own: Functions of the language itself, which take no prefix.
    """

    levels: ClassVar[Mapping[str, int]] = LEVELS
    own: ClassVar[Mapping[str, str]] = {"round": "round"}

    def __init__(self, words: Words, names: dict[object, str]) -> None:
        self.words = words
        self.names = names

    def branch(self, condition: str) -> list[str]:
        """Return the line that opens a branch, and the lines that close it."""
        return [f"if {condition}:"]

    def assigned(self, name: str, text: str) -> str:
        """Return the statement that assigns a value to a name."""
        return f"{name} = {text}"

    def returned(self, text: str) -> str:
        """Return the return statement."""
        return f"return {text}"

    def number(self, value: float) -> str:
        """Return a number in the syntax of the language."""
        return number(value, self.words)

    def text(self, value: Value, level: float = 0) -> str:
        """Return the expression, in parentheses if the operator around it (its level) binds more strongly."""
        if not isinstance(value, Expression):
            return self.number(value)
        if value.operation != "name" and (name := self.names.get(value.key())):
            return name
        chosen = value.operation == "where" and self.words.branches
        own = 0.5 if chosen else self.levels.get(value.operation, _HIGHEST)
        text = self._operation(value, own)
        return f"({text})" if own < level else text

    def _operation(self, value: Expression, own: float) -> str:
        operation, operands = value.operation, value.operands
        special = {
            "name": self._name,
            "neg": self._negative,
            "where": self._where,
            "count": self._count,
            "not": self._not,
            "**": self._power,
        }
        if operation in special:
            return special[operation](value)
        if operation in ("and", "or") and not self.words.branches:
            return self._call(f"{self.words.prefix}logical_{operation}", operands)
        if own < _HIGHEST:
            return self._sign(operation, operands, own)
        named = {"min": self.words.minimum, "max": self.words.maximum, "abs": self.words.absolute}
        if self.words.branches:
            named = {**named, **self.own}
        return self._call(named.get(operation, self.words.prefix + operation), operands)

    def _name(self, value: Expression) -> str:
        return str(value.operands[0])

    def _sign(self, operation: str, operands: tuple[Value, ...], own: float) -> str:
        chained = operation in _CHAINED  # a < b < c means something else in Python
        left, right = self.text(operands[0], own + chained), self.text(operands[1], own + 1)
        if operation == "+" and right.startswith("-"):
            return f"{left} - {right[1:]}"
        return f"{left} {operation} {right}"

    def _negative(self, value: Expression) -> str:
        return f"-{self.text(value.operands[0], LEVELS['neg'])}"

    def _not(self, value: Expression) -> str:
        if not self.words.branches:
            return self._call(f"{self.words.prefix}logical_not", value.operands)
        return f"not {self.text(value.operands[0], LEVELS['not'])}"

    def _where(self, value: Expression) -> str:
        if not self.words.branches:
            return self._call(f"{self.words.prefix}where", value.operands)
        condition, then, otherwise = (
            self.text(operand, level) for operand, level in zip(value.operands, (1, 1, 0), strict=True)
        )
        return f"{then} if {condition} else {otherwise}"

    def _power(self, value: Expression) -> str:
        level, (below, above) = LEVELS["**"], value.operands
        if not self.words.branches and _may_round_below_0(below, above):
            below = Expression("max", below, 0)
        base, exponent = self.text(below, level + 1), self.text(above, level)
        if base.startswith("-"):  # without them Python would raise to the power first
            base = f"({base})"
        if isinstance(above, Expression) and base.isdecimal():  # a power of ints is exact, however many digits it has
            base = f"{base}.0"
        return f"{base}**{exponent}" if _is_simple(base) and _is_simple(exponent) else f"{base} ** {exponent}"

    def _call(self, function: str, operands: tuple[Value, ...]) -> str:
        return f"{function}({', '.join(self.text(operand) for operand in operands)})"

    def _count(self, value: Expression) -> str:
        t, *marks = value.operands
        shown = ", ".join(number(mark, self.words) for mark in marks)
        if self.words.branches:
            return f"sum({self.text(t, 5)} >= m for m in ({shown}{',' if len(marks) == 1 else ''}))"
        prefix = self.words.prefix
        return f"{prefix}sum({self.text(t, 5)} >= {prefix}array([{shown}]))"


def _may_round_below_0(base: Value, exponent: Value) -> bool:
    """Return whether a difference has a power that is not whole: in float32 it may be below 0, and the power NaN."""
    broken = not isinstance(exponent, Expression) and not float(exponent).is_integer()
    return broken and isinstance(base, Expression) and any(one.operation == "-" for one in _inside(base))


def _inside(value: Value) -> Iterator[Expression]:
    if isinstance(value, Expression):
        yield value
        for operand in value.operands:
            yield from _inside(operand)


def _is_simple(text: str) -> bool:
    """Return whether a text is a name or a number, around whose powers formatters put no spaces."""
    return text.removeprefix("-").replace(".", "").replace("_", "").isalnum()
