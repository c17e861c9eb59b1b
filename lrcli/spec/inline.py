"""Inline text: `cosine:max_lr=0.3,warmup=5`, parts joined by `+`, factors by `*`, and parentheses around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lrcli.problems import Path, Problem, SpecError
from lrcli.registry import SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST = "<first>"
"""The key of a value without a name: `30` in `step:30`, the formula in `expr:0.1*exp(-t)`."""

DEEPEST = 40
"""Levels of parts inside of parts: more than anybody writes, and fewer than Python's own limit."""

_MOST_PARTS = 1000
_LONGEST = 1 << 18
"""Characters of a text: a thousand parts of two hundred and fifty each."""

_KEY = re.compile(r"\s*([A-Za-z_][\w-]*)\s*=(?!=)")
_NAME = re.compile(r"[\s(]*([A-Za-z][\w.-]*)\s*(?:[:+*)]|$)")
"""The name of a schedule and the sign after it, which a formula cannot have there."""
_EXPONENT = re.compile(r"[0-9.][eE]")


def read(text: str) -> tuple[object, dict[Path, int]]:
    """Return the data in a text, and the column (from 1) of everything in it, by path.

    Args:
        text: One schedule, or several joined by `+`. A value may contain commas: `milestones=30,60,gamma=0.2`. A
            sequence in parentheses has parameters like a schedule: `(step:for=5+cosine:for=25):repeat=3`. A `*`
            before a schedule's name multiplies; any other belongs to a formula.

    Raises:
        SpecError: If a part has no name or parentheses do not match; each problem with its column as path `(column,)`.
    """
    if len(text) > _LONGEST:
        raise SpecError(Problem(message=f"longer than {_LONGEST:,} characters", path=(1,)))
    reader = _Reader()
    data = reader.sequence(text, 0, ())
    if reader.problems:
        raise SpecError(*reader.problems)
    return data, reader.columns


class _Reader:
    """Reads one text, and records the columns of values and the problems."""

    def __init__(self) -> None:
        self.columns: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def sequence(self, text: str, begin: int, path: Path) -> object:
        """Return one part, or a list of several."""
        pieces = list(_split(text, "+"))
        self.columns.setdefault(path, begin + 1)
        if len(pieces) > _MOST_PARTS:
            self._wrong(begin, f"{len(pieces)} parts are too many ({_MOST_PARTS} at most)")
            return []
        if len(pieces) == 1:
            return self._product(text, begin, path)
        return [self._product(piece, begin + at, (*path, i)) for i, (at, piece) in enumerate(pieces)]

    def _product(self, text: str, begin: int, path: Path) -> dict[str, object]:
        """Return one part, or several that are multiplied."""
        pieces = list(_factors(text))
        if len(pieces) > _MOST_PARTS:
            self._wrong(begin, f"{len(pieces)} factors are too many ({_MOST_PARTS} at most)")
            return {}
        if len(pieces) == 1:
            return self._part(text, begin, path)
        self.columns[path] = begin + len(text) - len(text.lstrip()) + 1
        return {
            "product": [self._part(piece, begin + at, (*path, "product", i)) for i, (at, piece) in enumerate(pieces)]
        }

    def _part(self, text: str, begin: int, path: Path) -> dict[str, object]:
        indent = len(text) - len(text.lstrip())
        start = begin + indent
        self.columns[path] = self.columns[*path, "type"] = start + 1
        if text.lstrip().startswith("("):
            return self._parenthesis(text[indent:], start, path)
        name, _, rest = text.partition(":")
        if not name.strip():
            self._wrong(start, "a schedule's name is missing; write cosine:max_lr=0.1")
        return {"type": name.strip(), **self._parameters(rest, begin + len(name) + 1, path)}

    def _parenthesis(self, text: str, begin: int, path: Path) -> dict[str, object]:
        end = _closing(text)
        if len(path) > DEEPEST:
            self._wrong(begin, "nested too deeply")
            return {}
        if end is None:
            self._wrong(begin, "this parenthesis is never closed")
            return {}
        after = text[end + 1 :].lstrip()
        if after and not after.startswith(":"):
            self._wrong(begin + end + 1, f"{after!r} cannot follow a parenthesis; write :repeat=3 or +")
        within = text[1:end]
        is_product = len(list(_split(within, "+"))) == 1 < len(list(_factors(within)))
        own_begin = begin + len(text) - len(after) + 1
        if is_product:
            return {**self._product(within, begin + 1, path), **self._parameters(after[1:], own_begin, path)}
        inner = self.sequence(within, begin + 1, (*path, "sequence"))
        parts = inner if isinstance(inner, list) else [inner]
        return {"sequence": parts, **self._parameters(after[1:], own_begin, path)}

    def _parameters(self, text: str, begin: int, path: Path) -> dict[str, str]:
        data: dict[str, str] = {}
        key, more = FIRST, list[str]()
        for at, item in _split(text, ",") if text.strip() else ():
            match = _KEY.match(item)
            column = begin + at + len(item) - len(item.lstrip())
            if match is None and key in data:
                more.append(item.strip())
                continue
            data |= _continued(data, key, more)
            more = []
            key = match[1] if match else FIRST
            if key in data:
                self._wrong(column, f"{key} is given twice")
            data[key] = _unwrapped(item[match.end() if match else 0 :].strip())
            self.columns[*path, key] = column + 1
        return data | _continued(data, key, more)

    def _wrong(self, at: int, message: str) -> None:
        self.problems.append(Problem(message=message, path=(at + 1,)))


def _continued(data: dict[str, str], key: str, more: list[str]) -> dict[str, str]:
    """Return a value with the items after the commas that belong to it."""
    return {key: ",".join([data[key], *more])} if more else {}


def _split(text: str, separator: str) -> Iterator[tuple[int, str]]:
    """Yield the pieces between separators that are not in parentheses or numbers, each with where it begins."""
    depth = begin = 0
    for i, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if sign == separator and depth <= 0 and not (sign == "+" and _EXPONENT.fullmatch(text, max(begin, i - 2), i)):
            yield begin, text[begin:i]
            begin = i + 1
    yield begin, text[begin:]


def _factors(text: str) -> Iterator[tuple[int, str]]:
    """Yield the factors of a product, each with where it begins: only a `*` beside a name separates factors."""
    begin = 0
    colon = text.find(":")
    known: dict[str, bool] = {}
    for at, _ in _split(text, "*"):
        power = text[max(at - 2, 0) : at + 1].count("*") > 1
        if at > 0 and not power and (not begin <= colon < at or _is_schedule(text, at, known)):
            yield begin, text[begin : at - 1]
            begin = at
            colon = text.find(":", begin) if colon < begin and colon >= 0 else colon
    yield begin, text[begin:]


def _is_schedule(text: str, at: int, known: dict[str, bool]) -> bool:
    """Return whether the name of a schedule begins here; `known` holds the names that were looked up before."""
    match = _NAME.match(text, at, at + _LONGEST_NAME)
    if match is None:
        return False
    if match[1] not in known:
        known[match[1]] = SCHEDULES.find(match[1]) is not None
    return known[match[1]]


_LONGEST_NAME = 200
"""Characters of a name: more than any schedule has."""


def _unwrapped(text: str) -> str:
    """Return a value without the parentheses around all of it, which keep a formula's plus from ending it."""
    return text[1:-1] if text.startswith("(") and _closing(text) == len(text) - 1 else text


def _closing(text: str) -> int | None:
    """Return where the parenthesis that opens a text is closed."""
    depth = 0
    for i, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return i
    return None
