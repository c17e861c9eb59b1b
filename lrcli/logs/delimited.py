"""Tables with a header: commas, tabs, semicolons, bars or blanks between the cells."""

from __future__ import annotations

import csv
from itertools import chain
from typing import TYPE_CHECKING

from lrcli.logs.builder import Builder
from lrcli.logs.growing import SAMPLES
from lrcli.logs.header import HEAD, rows_of
from lrcli.logs.plain import plain_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.logs.header import Header
    from lrcli.logs.source import Source


def read_delimited(source: Source, header: Header) -> Builder:
    """Return the rows of a table, whose header may come again where a run was resumed."""
    builder = Builder(_format(header.names), source.needed)
    names = _distinct(header.names)
    left_out, begun = 0, not header.written
    for lines in _parted(source.blocks(), header):
        if begun and _added_at_once(builder, lines, header.sign, names):
            if builder.full:
                break
            continue
        rows = _rows_or_none(lines, header.sign, builder)
        begins = [at for at, row in enumerate(rows) if header.begins(row)] if header.written else []
        if not begun:
            rows, begun = rows[begins[0] :] if begins else [], bool(begins)
        body = [row for row in rows if len(row) == len(names) and not (begins and header.begins(row))]
        left_out += len(rows) - len(body) - len(begins)
        builder.add(names, zip(*body, strict=True), builder.take(len(body)))
        if builder.full:
            break
    if left_out:
        many = "1 line" if left_out == 1 else f"{left_out:,} lines"
        builder.notes.append(f"left out: {many} with more or fewer cells than the header")
    return builder


def _parted(blocks: Iterator[list[str]], header: Header) -> Iterator[list[str]]:
    """Yield blocks of lines with decimal points, the first lines apart, if no quoted cell stands over the cut."""
    first = next(blocks, [])
    quotes = sum(line.count('"') for line in first[:HEAD])
    parts = [first] if quotes % 2 else [first[:HEAD], first[HEAD:]]
    for lines in chain(parts, blocks):
        yield _with_points(lines) if header.commas else lines


def _with_points(lines: list[str]) -> list[str]:
    return [line.replace(",", ".") for line in lines]


def _added_at_once(builder: Builder, lines: list[str], sign: str, names: list[str]) -> bool:
    """Add some lines if all of their cells are plain numbers, and return whether they are."""
    numbers = plain_numbers(lines, sign, len(names))
    if numbers is None:
        return False
    printed = rows_of(lines[: len(numbers) : max(1, len(numbers) // SAMPLES)], sign)
    builder.add_numbers(names, numbers, list(zip(*printed, strict=True)), builder.take(len(numbers)))
    return True


def _rows_or_none(lines: list[str], sign: str, builder: Builder) -> list[list[str]]:
    """Return the rows of some lines; none, and a note, where they are no table."""
    try:
        return rows_of(lines, sign)
    except csv.Error as error:
        builder.notes.append(f"{len(lines):,} lines are left out: {error}")
        return []


def _distinct(names: list[str]) -> list[str]:
    """Return the names, a column without one by its place, and a second one of a name with a number."""
    seen: dict[str, int] = {}
    found = []
    for at, name in enumerate(names):
        word = name.strip() or f"column {at + 1}"
        seen[word] = seen.get(word, 0) + 1
        found.append(word if seen[word] == 1 else f"{word} ({seen[word]})")
    return found


def _format(names: list[str]) -> str:
    if {"lr/pg0", "x/lr0"} & set(names):
        return "Ultralytics csv"
    return "Lightning csv" if any(name.startswith("lr-") for name in names) else "csv"
