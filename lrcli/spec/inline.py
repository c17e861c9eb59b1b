"""Inline text: `cosine:max_lr=0.3,warmup=5`, and parts joined by `+`."""

from __future__ import annotations

import re
from typing import Any

from lrcli.problems import Path, Problem, SpecError

_PLUS = re.compile(r"(?<![0-9.][eE])\+")


def read(text: str) -> tuple[Any, dict[Path, int]]:
    """Return the data that the text stands for, and the column (from 1) of everything in it.

    Args:
        text: One schedule, or several joined by `+`. A value may go on over commas: `milestones=30,60,gamma=0.2`.

    Raises:
        SpecError: If a part has no name or a parameter no value; each problem with its column as path `(column,)`.
    """
    parts: list[dict[str, Any]] = []
    columns: dict[Path, int] = {}
    problems: list[Problem] = []
    begin = 0
    pieces = _PLUS.split(text)
    for index, piece in enumerate(pieces):
        prefix = () if len(pieces) == 1 else (index,)
        parts.append(_part(piece, begin, prefix, columns, problems))
        begin += len(piece) + 1
    if problems:
        raise SpecError(*problems)
    return (parts[0] if len(parts) == 1 else parts), columns


def _part(
    text: str, begin: int, prefix: tuple[int, ...], columns: dict[Path, int], problems: list[Problem]
) -> dict[str, Any]:
    name, _, rest = text.partition(":")
    start = begin + len(name) - len(name.lstrip()) + 1
    columns[prefix] = columns[*prefix, "type"] = start
    if not name.strip():
        problems.append(Problem(message="a schedule's name is missing; write cosine:max_lr=0.1", path=(start,)))
    data: dict[str, Any] = {"type": name.strip()}
    column, key = begin + len(name) + 2, ""
    for item in rest.split(",") if rest.strip() else []:
        first, equals, value = item.partition("=")
        here = column + len(item) - len(item.lstrip())
        column += len(item) + 1
        if equals:
            key = first.strip()
            if key in data:
                problems.append(Problem(message=f"{key} is given twice", path=(here,)))
            data[key] = value.strip()
            columns[*prefix, key] = here
        elif key:
            data[key] += "," + item.strip()
        else:
            message = f"{item.strip()!r} is not a parameter with a value, as in max_lr=0.1"
            problems.append(Problem(message=message, path=(here,)))
    return data
