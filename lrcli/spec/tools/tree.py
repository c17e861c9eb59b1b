"""Values in nested data, found and changed by their path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.problems import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DEEPEST = 8


def at(data: object, path: Iterable[str | int]) -> object:
    """Return the value at a path, of keys and list indices; None if there is none."""
    for step in path:
        data = _child(data, step)
    return data


def section(data: object, path: Iterable[str | int]) -> dict[str, object]:
    """Return the mapping at a path; an empty one if there is none."""
    found = at(data, path)
    return found if isinstance(found, dict) else {}


def has(data: object, path: Iterable[str]) -> bool:
    """Return whether there is a key at a path of keys, even if its value is null."""
    for step in path:
        if not isinstance(data, dict) or step not in data:
            return False
        data = data[step]
    return True


def paths(data: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every value in mappings inside of mappings."""
    if isinstance(data, dict) and len(path) < _DEEPEST:
        for key, value in data.items():
            yield (*path, str(key))
            yield from paths(value, (*path, str(key)))


def put(data: object, path: Iterable[str | int], value: object) -> object:
    """Set the value at a path, adding mappings on the way, and return the value before.

    Raises:
        SpecError: If the path leads to an entry that a list does not have.
    """
    *way, last = path
    for step in way:
        inner = _child(data, step)
        if not isinstance(inner, dict | list):
            inner = {}
            _set(data, step, inner)
        data = inner
    before = _child(data, last)
    _set(data, last, value)
    return before


def _child(data: object, step: str | int) -> object:
    if isinstance(data, dict):
        return data.get(str(step))
    return data[int(step)] if isinstance(data, list) and _is_index(data, step) else None


def _set(data: object, step: str | int, value: object) -> None:
    if isinstance(data, dict):
        data[str(step)] = value
    elif isinstance(data, list):
        if not _is_index(data, step):
            raise SpecError(f"there is no entry {step} here: a list has numbered entries, from 0 to {len(data) - 1}")
        data[int(step)] = value


def _is_index(data: list[object], step: str | int) -> bool:
    return str(step).isdecimal() and int(step) < len(data)
