"""Tables with a header: commas, tabs, semicolons or blanks between the cells."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, NamedTuple

from lrcli.logs.builder import SAMPLES, Builder
from lrcli.logs.plain import plain_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.logs.source import Source

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[-+]?inf(?:inity)?|nan", re.IGNORECASE)


HEAD = 400
"""Lines in which a table begins, if it does."""


class Header(NamedTuple):
    """How a table begins.

    Attributes:
        sign: What stands between its cells.
        names: Its columns.
    """

    sign: str
    names: list[str]


def header_of(lines: list[str]) -> Header | None:
    """Return the header of the table that begins with these lines; None if they begin none.

    The header has no number in it, and the line after it has as many cells, one of them a number at least. It may be
    the last of some lines that begin with `#`.
    """
    filled = [line for line in lines if line.strip()]
    first = next((at for at, line in enumerate(filled) if not line.startswith("#")), 0)
    pairs = [(first, first + 1), (first - 1, first)]
    for header, row in pairs:
        for sign in (",", "\t", ";", " "):
            if header >= 0 and row < len(filled) and _is_table(_cells(filled[header], sign), _cells(filled[row], sign)):
                return Header(sign, _cells(filled[header], sign))
    return None


def _is_table(header: list[str], row: list[str]) -> bool:
    return (
        len(header) == len(row)
        and len(header) + (header[0].isidentifier() if header else 0) > 1
        and not any(_NUMBER.fullmatch(name) or set("={}:") & set(name) for name in header)
        and any(map(_NUMBER.fullmatch, row))
    )


def _cells(line: str, sign: str) -> list[str]:
    """Return the cells of one line, a `#` at its beginning left out."""
    rows = _rows([line.lstrip("# ") if line.startswith("#") else line], sign)
    return [cell.strip() for cell in rows[0]] if rows else []


def _rows(lines: list[str], sign: str) -> list[list[str]]:
    if sign == " ":
        return [cells for line in lines if (cells := line.lstrip("#").split())]
    return [row for row in csv.reader(lines, delimiter=sign, skipinitialspace=True) if row]


def read_delimited(source: Source, header: Header) -> Builder:
    """Return the rows of a table, whose header may come again where a run was resumed."""
    builder = Builder(_format(header.names))
    names = _distinct(header.names)
    heads = {before + header.names[0] + after for before in ("", "#", "# ") for after in ("", " ")}
    left_out, begun = 0, False
    for lines in _parted(source.blocks()):
        if begun and _added_at_once(builder, lines, header.sign, names):
            if builder.full:
                break
            continue
        rows = _rows_or_none(lines, header.sign, builder)
        begins = [at for at, row in enumerate(rows) if row[0] in heads]
        if not begun:
            rows, begun = rows[begins[0] :] if begins else [], bool(begins)
        body = [row for row in rows if len(row) == len(names) and row[0] not in heads]
        left_out += len(rows) - len(body) - len(begins)
        builder.add(names, zip(*body, strict=True), builder.take(len(body)))
        if builder.full:
            break
    if left_out:
        builder.notes.append(f"{left_out:,} lines with more or fewer cells than the header are left out")
    return builder


def _parted(blocks: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield blocks of lines, the header of the first apart from its numbers, if no quoted cell stands over the cut."""
    first = next(blocks, [])
    quotes = sum(line.count('"') for line in first[:HEAD])
    yield from ([first] if quotes % 2 else [first[:HEAD], first[HEAD:]])
    yield from blocks


def _added_at_once(builder: Builder, lines: list[str], sign: str, names: list[str]) -> bool:
    """Add some lines if all of their cells are plain numbers, and return whether they are."""
    numbers = plain_numbers(lines, sign, len(names))
    if numbers is None:
        return False
    printed = _rows(lines[: len(numbers) : max(1, len(numbers) // SAMPLES)], sign)
    builder.add_numbers(names, numbers, list(zip(*printed, strict=True)), builder.take(len(numbers)))
    return True


def _rows_or_none(lines: list[str], sign: str, builder: Builder) -> list[list[str]]:
    """Return the rows of some lines; none, and a note, where they are no table."""
    try:
        return _rows(lines, sign)
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
