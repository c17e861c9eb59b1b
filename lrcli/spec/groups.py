"""The optimizer's parameter groups: a list for a parameter that torch takes per group makes one spec for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.parameters import parameters
from lrcli.problems import Problem, SpecError
from lrcli.registry import SCHEDULES
from lrcli.spec import inline

if TYPE_CHECKING:
    from collections.abc import Iterator


def by_group(data: object) -> list[object]:
    """Return the data of the scheduler of each parameter group; the data itself if it has no lists per group.

    Raises:
        SpecError: If two lists are of different lengths.
    """
    if not isinstance(data, dict):
        return [data]
    lists = _lists(data)
    counts = {len(values) for values in lists.values()}
    if len(counts) > 1:
        lengths = ", ".join(f"{len(values)} for {name}" for name, values in lists.items())
        raise SpecError(Problem(message=f"a list has one value for each parameter group, not {lengths}"))
    groups = [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]
    return [data | group for group in groups] or [data]


def _lists(data: dict[str, object]) -> dict[str, list[str]]:
    """Return the lists in brackets of parameters that may differ between groups, by key."""
    bracketed = {key: value for key, value in data.items() if isinstance(value, str) and value.startswith("[")}
    declaration = SCHEDULES.find(str(data.get("type"))) if bracketed else None
    if declaration is None:
        return {}
    names = {inline.FIRST: declaration.positional} | declaration.aliases()
    may = {parameter.name for parameter in parameters(declaration) if parameter.per_group}
    return {key: list(_split(text)) for key, text in bracketed.items() if names.get(key, key) in may}


def _split(text: str) -> Iterator[str]:
    """Yield the values of a list in brackets; commas inside of parentheses do not separate values."""
    depth, value = 0, ""
    for sign in f"{text.strip()[1:].removesuffix(']')},":
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            yield value.strip()
            value = ""
        else:
            value += sign
