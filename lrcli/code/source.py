"""From expressions to Python: a function with an `if` for each part, in the words of math, jax.numpy or keras.ops."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from lrcli.code.simplify import simplified
from lrcli.expression import CONDITIONS, Expression, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LEVELS = {
    "or": 1, "and": 2, "not": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "==": 4, "!=": 4, "+": 5, "-": 5, "*": 6, "/": 6,
    "//": 6, "%": 6, "neg": 7, "**": 8,
}  # fmt: skip
"""How strongly Python's operators bind; what is not here binds strongest."""
_CHAINED = frozenset({"<", "<=", ">", ">=", "==", "!="})
_HIGHEST = 10
WIDTH = 88
"""Columns that a line of written code may have, as ruff and black have it."""


class Words(NamedTuple):
    """How a library names things.

    Attributes:
        prefix: Before the names of functions: `math.`, `jnp.`, `ops.`.
        minimum, maximum, absolute: The functions of these meanings.
        pi: The number.
        branches: It chooses with `if`; if not, with where, and for all elements at once.
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


def body(value: Value, words: Words, indent: str = "    ", writer: type[Writer] | None = None) -> list[str]:
    """Return the lines of a function that returns a value.

    Args:
        value: An expression or a number.
        words: The library's.
        indent: Before every line.
        writer: Writes another language than Python.
    """
    value = _spread(simplified(value)) if words.branches else simplified(value)
    return _block(value, words, indent, writer or Writer)


def written(value: Value, words: Words) -> str:
    """Return a value as one expression."""
    return Writer(words, {}).text(value)


def _block(value: Value, words: Words, indent: str, kind: type[Writer]) -> list[str]:
    if words.branches and isinstance(value, Expression) and value.operation == "where":
        condition, then, otherwise = value.operands
        writer = kind(words, {})
        before, *after = [f"{indent}{line}" for line in writer.branch(writer.text(condition))]
        inside = _block(then, words, indent + "    ", kind)
        return [before, *inside, *after, *_block(otherwise, words, indent, kind)]
    return list(_statements(value, kind(words, {}), indent))


def _spread(value: Value) -> Value:
    """Return an operation on a choice and a number as a choice of operations, so that the choice can be an `if`."""
    if not isinstance(value, Expression) or value.operation in ("where", "name"):
        return value
    operands = [_spread(operand) for operand in value.operands]
    chosen = [i for i, one in enumerate(operands) if isinstance(one, Expression) and one.operation == "where"]
    others = [one for i, one in enumerate(operands) if i not in chosen]
    if len(chosen) != 1 or any(isinstance(one, Expression) for one in others):
        return value
    condition, *branches = operands[chosen[0]].operands
    spread = []
    for branch in branches:
        own = [branch if i == chosen[0] else one for i, one in enumerate(operands)]
        spread.append(_spread(Expression(value.operation, *own)))
    return Expression("where", condition, *spread)


def _statements(value: Value, writer: Writer, indent: str) -> Iterator[str]:
    """Yield a line for each part that stands in an expression more than once, or is too long in it, and the return."""
    names = writer.names
    queue = _repeated(value, writer.words)
    while queue or (queue := _too_long(value, writer, indent)):
        part = queue.pop(0)
        name = f"x{len(names) + 1}" if names else "x"
        yield f"{indent}{writer.assigned(name, writer.text(part))}"
        names[part.key()] = name
    yield f"{indent}{writer.returned(writer.text(value))}"


def _too_long(value: Value, writer: Writer, indent: str) -> list[Expression]:
    """Return the longest part of a return that fits on a line, if the return itself does not."""
    if len(f"{indent}return {writer.text(value)}") <= WIDTH:
        return []
    room = WIDTH - len(f"{indent}x99 = ")
    parts = [part for part in _parts(value, writer.words, writer.names) if part is not value]
    fitting = [part for part in parts if _SHORTEST < len(writer.text(part)) <= room]
    return [max(fitting, key=lambda part: len(writer.text(part)))] if fitting else []


_SHORTEST = 12
"""A part with a shorter text is not worth a name."""


def _parts(value: Value, words: Words, names: dict[object, str]) -> Iterator[Expression]:
    """Yield an expression and all that it is made of, but for conditions and for what has a name already."""
    if isinstance(value, Expression) and value.operation != "name" and value.key() not in names:
        yield value
        for operand in _reached(value, words):
            if not (isinstance(operand, Expression) and operand.operation in CONDITIONS):
                yield from _parts(operand, words, names)


def _reached(value: Expression, words: Words) -> tuple[Value, ...]:
    """Return the operands that are always computed: of a choice with `if` and `else` only the condition."""
    return value.operands[:1] if value.operation == "where" and words.branches else value.operands


def _repeated(value: Value, words: Words) -> list[Expression]:
    """Return the parts of an expression that stand in it more than once and are worth a name, the inner ones first."""
    counts: dict[object, int] = {}
    computed: dict[object, Expression] = {}

    def visit(one: Value, *, always: bool) -> None:
        if not isinstance(one, Expression) or one.operation == "name":
            return
        key = one.key()
        counts[key] = counts.get(key, 0) + 1
        if counts[key] == 1 or (always and key not in computed):
            for i, operand in enumerate(one.operands):
                visit(operand, always=always and i < len(_reached(one, words)))
        if always:
            computed.setdefault(key, one)

    visit(value, always=True)
    return [one for key, one in computed.items() if counts[key] > 1 and _size(one) > 3]


def _size(value: Value) -> int:
    return 1 + sum(map(_size, value.operands)) if isinstance(value, Expression) else 1


class Writer:
    """Writes one expression, with names for the parts that have one.

    Attributes:
        levels: How strongly the signs of the language bind.
        own: Functions that the language has outside of its library.
    """

    levels: ClassVar[Mapping[str, int]] = LEVELS
    own: ClassVar[Mapping[str, str]] = {"round": "round"}

    def __init__(self, words: Words, names: dict[object, str]) -> None:
        self.words = words
        self.names = names

    def branch(self, condition: str) -> list[str]:
        """Return the line before what a condition decides on, and those after it."""
        return [f"if {condition}:"]

    def assigned(self, name: str, text: str) -> str:
        """Return the line that gives a value a name."""
        return f"{name} = {text}"

    def returned(self, text: str) -> str:
        """Return the line that returns a value."""
        return f"return {text}"

    def number(self, value: float) -> str:
        """Return a number as the language has it."""
        return number(value, self.words)

    def text(self, value: Value, level: float = 0) -> str:
        """Return the expression, in parentheses if what is around it binds more strongly."""
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
        if base.startswith("-"):  # or Python raises to the power first
            base = f"({base})"
        if isinstance(above, Expression) and base.isdecimal():  # of whole numbers Python would write all the digits
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
    """Return whether a difference has a power that is not whole: compiled in float32 it may end at NaN."""
    broken = not isinstance(exponent, Expression) and not float(exponent).is_integer()
    return broken and isinstance(base, Expression) and any(one.operation == "-" for one in _inside(base))


def _inside(value: Value) -> Iterator[Expression]:
    if isinstance(value, Expression):
        yield value
        for operand in value.operands:
            yield from _inside(operand)


def _is_simple(text: str) -> bool:
    """Return whether a formatter puts no blanks around the power of this: a name or a number."""
    return text.removeprefix("-").replace(".", "").replace("_", "").isalnum()


def number(value: float, words: Words = MATH) -> str:
    """Return a number as a person writes it: 5 for 5.0, and π by its name."""
    if isinstance(value, bool):
        return str(value)
    if value == 3.141592653589793:
        return words.pi
    if not math.isfinite(value):
        return f'float("{value}")'
    whole = float(value).is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else repr(float(value))


def call(function: str, arguments: list[str], indent: str = "", around: int = 0) -> str:
    """Return a call on one line, or on one line an argument where that is too long, as ruff sets it.

    Args:
        function: Its name.
        arguments: As they stand between the parentheses.
        indent: Of the line that it stands on.
        around: How many columns of that line something else takes.
    """
    one_line = f"{function}({', '.join(arguments)})"
    if "\n" not in one_line and len(indent + one_line) + around <= WIDTH:
        return one_line
    inner = indent + "    "
    lines = [f"{inner}{argument}," for argument in arguments]
    return "\n".join([f"{function}(", *lines, f"{indent})"])
