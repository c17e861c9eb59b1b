"""How written Python is laid out: calls that are broken into lines, and the import of math where it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH = 88
"""Columns of a line, as in ruff and black."""


def call(function: str, arguments: list[str], indent: str = "", around: int = 0) -> str:
    """Return a call on one line or, where that is too long, with one argument a line, as ruff formats it.

    Args:
        function: The name of the function.
        arguments: The text of each argument.
        indent: Indentation of the line that the call is on.
        around: How many columns of that line other text takes.
    """
    one_line = f"{function}({', '.join(arguments)})"
    if "\n" not in one_line and len(indent + one_line) + around <= WIDTH:
        return one_line
    inner = indent + "    "
    lines = [f"{inner}{argument}," for argument in arguments]
    return "\n".join([f"{function}(", *lines, f"{indent})"])


def math_import(lines: Iterable[str]) -> list[str]:
    """Return the import of math and an empty line if some of the lines use it, and nothing otherwise."""
    return ["import math", ""] if any("math." in line for line in lines) else []
