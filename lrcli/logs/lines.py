"""The clock and the values in lines of text; a line of a known form is read by the places of its numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from lrcli.logs.names import is_rate
from lrcli.logs.patterns import BAR, DARKNET, NUMBER, PAIR, RATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lrcli.logs.patterns import Tool

    Row = dict[str, object]

COLUMNS = {"epoch01": "epoch", "epoch1": "epoch", "count": "step", "iter": "step"}
"""The columns of those groups of a tool's clock whose names differ from the column's."""
_FORMS = 4096
"""Forms of lines that are remembered."""
_NUMBER = re.compile(rf"(?<![\w.])({NUMBER})(?!\w)")


class Said(NamedTuple):
    """The numbers that were found in a line.

    Attributes:
        clock: The groups of the tool's clock; empty if the line shows none.
        bar: The step and the length of transformers' progress bar; empty if it is none.
        values: Its learning rates and its other numbers that have a name; none if it has no learning rate or loss.
    """

    clock: Mapping[str, str]
    bar: Mapping[str, str]
    values: Mapping[str, str]


_Places = dict[str, tuple[int, int]]


class _Found(NamedTuple):
    """The same, as places in the line, and those of the names."""

    clock: _Places
    bar: _Places
    values: _Places
    names: list[tuple[int, int]]


class Lines:
    """Reads lines of one tool."""

    def __init__(self, tool: Tool) -> None:
        self._tool = tool
        self._own = {COLUMNS.get(name, name) for name in tool.groups}
        self._forms: dict[str, tuple[dict[str, int], ...] | None] = {}

    def said(self, line: str) -> Said:
        """Return the clock and the values in a line."""
        parts = _NUMBER.split(line)
        form = "\0".join(parts[::2])
        known = self._forms.get(form)
        if known is not None:
            return Said(*({name: parts[at] for name, at in places.items()} for places in known))
        found = self._found(line)
        if form not in self._forms and len(self._forms) < _FORMS:
            self._forms[form] = _by_number(line, found)
        return Said(*({name: _written(line[slice(*at)]) for name, at in part.items()} for part in found[:3]))

    def _found(self, line: str) -> _Found:
        clock: _Places = {}
        if shown := self._tool.pattern.search(line):
            clock = {name: shown.span(i + 1) for i, name in enumerate(self._tool.groups) if shown[i + 1]}
        bar = BAR.match(line)
        rates = {word: (name, number) for word, name, number in _rates(line)}
        others = list(_others(line)) if rates or "oss" in line else []
        others = [one for one in others if not is_rate(one[0]) and one[0].lower() not in self._own]
        values = {word: number for word, _, number in others} | {word: at for word, (_, at) in rates.items()}
        names = [*(name for _, name, _ in others), *(name for name, _ in rates.values())]
        return _Found(clock, {"step": bar.span(1), "length": bar.span(2)} if bar else {}, values, names)


def rates_in(line: str) -> bool:
    """Return whether a line has a learning rate."""
    return next(_rates(line), None) is not None


def _rates(line: str) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Yield the learning rates in a line: what each is called, where its name is, and its number."""
    seen: set[str] = set()
    for found in RATE.finditer(line):
        word = "lr" if found[1] == "L.r." else found[1].partition("(")[0]
        if is_rate(word) and word not in seen:
            seen.add(word)
            yield word, found.span(1), found.span(2)
    if not seen and (darknet := DARKNET.search(line)):
        yield "lr", (darknet.start(), darknet.start()), darknet.span(1)


def _others(line: str) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Yield the other numbers that have a name, likewise."""
    for found in PAIR.finditer(RATE.sub(lambda rate: " " * len(rate[0]), line)):
        yield found[1], found.span(1), found.span(2)


def _written(number: str) -> str:
    """Return a number without commas: those between thousands, or a decimal one."""
    whole, comma, rest = number.partition(",")
    decimal = comma and (len(rest) != 3 or whole == "0")
    return f"{whole}.{rest}" if decimal and "," not in rest else number.replace(",", "")


def _by_number(line: str, found: _Found) -> tuple[dict[str, int], ...] | None:
    """Return which of the numbers in a line each is; None if any of them is a part of one, or in a name."""
    places = {number.span(1): 2 * at + 1 for at, number in enumerate(_NUMBER.finditer(line))}
    if any(begin < end and start < stop for begin, stop in found.names for start, end in places if end > begin):
        return None
    try:
        return tuple({name: places[at] for name, at in part.items()} for part in found[:3])
    except KeyError:
        return None
