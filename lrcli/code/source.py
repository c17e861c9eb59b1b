"""From expressions to the body of a function: an `if` for each branch, and names for parts that are used twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.code.layout import WIDTH
from lrcli.code.simplify import simplified
from lrcli.code.writer import Writer
from lrcli.expression import CONDITIONS, Expression, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.code.writer import Words


def body(value: Value, words: Words, indent: str = "    ", writer: type[Writer] | None = None) -> list[str]:
    """Return the lines of the body of a function that returns a value.

    Args:
        value: An expression or a number.
        words: The names of the library that the code uses.
        indent: Indentation of every line.
        writer: The class that writes expressions and statements; by default Python's.
    """
    value = _spread(simplified(value)) if words.branches else simplified(value)
    return _block(value, words, indent, writer or Writer)


def written(value: Value, words: Words) -> str:
    """Return a value as the text of one expression."""
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
    """Return an operation on a choice and numbers as a choice between operations, which can be written as an `if`."""
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
    """Yield an assignment for each part that is repeated or makes a line too long, and then the return."""
    names = writer.names
    queue = _repeated(value, writer.words)
    while queue or (queue := _too_long(value, writer, indent)):
        part = queue.pop(0)
        name = f"x{len(names) + 1}" if names else "x"
        yield f"{indent}{writer.assigned(name, writer.text(part))}"
        names[part.key()] = name
    yield f"{indent}{writer.returned(writer.text(value))}"


def _too_long(value: Value, writer: Writer, indent: str) -> list[Expression]:
    """Return the longest part that fits on a line of its own, if the return statement does not fit on one."""
    if len(f"{indent}return {writer.text(value)}") <= WIDTH:
        return []
    room = WIDTH - len(f"{indent}x99 = ")
    parts = [part for part in _parts(value, writer.words, writer.names) if part is not value]
    fitting = [part for part in parts if _SHORTEST < len(writer.text(part)) <= room]
    return [max(fitting, key=lambda part: len(writer.text(part)))] if fitting else []


_SHORTEST = 12
"""A part whose text is not longer than this gets no name."""


def _parts(value: Value, words: Words, names: dict[object, str]) -> Iterator[Expression]:
    """Yield an expression and all of its parts, except conditions and parts that have a name already."""
    if isinstance(value, Expression) and value.operation != "name" and value.key() not in names:
        yield value
        for operand in _reached(value, words):
            if not (isinstance(operand, Expression) and operand.operation in CONDITIONS):
                yield from _parts(operand, words, names)


def _reached(value: Expression, words: Words) -> tuple[Value, ...]:
    """Return the operands that are always evaluated: of a choice with `if` and `else` only the condition."""
    return value.operands[:1] if value.operation == "where" and words.branches else value.operands


def _repeated(value: Value, words: Words) -> list[Expression]:
    """Return the parts that occur more than once and are large enough for a name, the innermost first."""
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
