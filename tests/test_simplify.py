"""Expressions made shorter say the same at every t."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lrcli.code.simplify import simplified
from lrcli.code.source import body
from lrcli.code.writer import JAX, KERAS, MATH
from lrcli.expression import Functions, Symbol

if TYPE_CHECKING:
    from collections.abc import Callable

LEAVES = st.just("t") | st.sampled_from([0, 1, 2, 3, 5, 10, 0.5, 7.5])
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.tuples(st.sampled_from(["+", "-", "*", "min", "max", "floor", "//"]), inner, inner)
        | st.tuples(
            st.sampled_from(["<", "<=", ">", ">="]), st.tuples(inner, st.sampled_from([0, 3, 5, 10])), inner, inner
        )
    ),
    max_leaves=12,
)


def made(tree: Any, t: Any) -> Any:
    if tree == "t":
        return t
    if not isinstance(tree, tuple):
        return tree
    if len(tree) == 4:
        left, right = made(tree[1][0], t), tree[1][1]
        condition = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[tree[0]]
        return Functions.where(condition, made(tree[2], t), made(tree[3], t))
    a, b = made(tree[1], t), made(tree[2], t)
    operations = {
        "+": lambda: a + b,
        "-": lambda: a - b,
        "*": lambda: a * b,
        "min": lambda: Functions.minimum(a, b),
        "max": lambda: Functions.maximum(a, b),
        "floor": lambda: Functions.floor(a),
        "//": lambda: a // 3,
    }
    return operations[tree[0]]()


def compiled(lines: list[str]) -> Callable[[int], float]:
    space: dict[str, Any] = {}
    exec("\n".join(["import math", "def f(t):", *lines]), space)
    return lambda t: float(space["f"](t))


@settings(max_examples=500, deadline=None)
@given(tree=TREES)
def test_what_is_written_is_what_was_meant(tree: Any) -> None:
    value = made(tree, Symbol("t"))
    written = compiled(body(value, MATH))
    for t in range(13):
        assert written(t) == float(made(tree, t))


@settings(max_examples=100, deadline=None)
@given(tree=TREES)
def test_simplifying_twice_changes_nothing(tree: Any) -> None:
    once = simplified(made(tree, Symbol("t")))
    for words in (MATH, JAX, KERAS):
        assert body(once, words) == body(simplified(once), words)
