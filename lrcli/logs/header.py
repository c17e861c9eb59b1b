"""The header of a table: its delimiter, the names of its columns, and whether commas are decimal."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, NamedTuple

from lrcli.logs.names import named_by_file

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD = 400
"""Lines in which a table begins, if it does."""
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[-+]?inf(?:inity)?|nan", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+(?:e[-+]?\d+)?", re.IGNORECASE)
_MLFLOW = re.compile(rf"\d{{13}} (?:{_NUMBER.pattern}) \d+", re.IGNORECASE)
"""A line of a metric's file in MLflow: milliseconds since 1970, the value, the step."""
_BARS = "|│┃"
_SIGNS = (",", "\t", ";", *_BARS, "  ", " ")
"""What may stand between cells; two blanks are two or more, and let names have one."""
_RULE = frozenset("|+-=:─│┼├┤┬┴╭╮╰╯┌┐└┘━┃╞╡╪═╇┡┩┏┓┗┛┳┻ \t")
"""What a line is made of that rules off a table."""


class Header(NamedTuple):
    """The header of a table.

    Attributes:
        sign: What stands between its cells.
        names: Its columns.
        commas: Its numbers have decimal commas.
        written: It stands in a line of the file.
    """

    sign: str
    names: list[str]
    commas: bool = False
    written: bool = True

    def begins(self, row: Sequence[str]) -> bool:
        """Return whether a row is the header."""
        return [cell.strip("# ") for cell in row[:2]] == [name.strip("# ") for name in self.names[:2]]


def header_of(lines: Sequence[str], path: str = "") -> Header | None:
    """Return the header of the table that begins with these lines; None if they begin none.

    The header has no number in it, and the line after it has as many cells, one of them a number at least. It may be
    the last of some lines that begin with `#`. Lines of numbers alone are a table too.
    """
    filled = [line for line in lines if line.strip() and not _RULE.issuperset(line)]
    first = next((at for at, line in enumerate(filled) if not line.startswith("#")), 0)
    for at in (first, first - 1):
        for sign in _SIGNS:
            if at >= 0 and (found := _begun(filled[at : at + 20], sign, path)):
                return found
    return _of_numbers(filled[first : first + 20], path)


def _begun(lines: Sequence[str], sign: str, path: str) -> Header | None:
    """Return the header in the first of some lines, if it is one."""
    if len(lines) < 2:
        return None
    names, *rows = (cells_of(line, sign) for line in lines)
    commas = sign != "," and _have_commas(rows)
    row = [cell.replace(",", ".") for cell in rows[0]] if commas else rows[0]
    odd = set() if '"' in lines[0] else set("={}:")
    loose = sign not in ",\t;"
    if (
        2 * sum(len(one) == len(names) for one in rows) <= len(rows)
        or len(row) != len(names)
        or len(names) + (names[0].isidentifier() if names else 0) < 2
        or any(_NUMBER.fullmatch(name) or odd & set(name) or (loose and not name[:1].isalpha()) for name in names)
        or not any(map(_NUMBER.fullmatch, row))
    ):
        return None
    if [name.lower() for name in names] == ["wall time", "step", "value"]:  # TensorBoard's download of one tag
        names = [*names[:2], named_by_file(path) or names[2]]
        return Header(sign, names, commas)
    return Header(sign, names, commas)


def _have_commas(rows: Sequence[Sequence[str]]) -> bool:
    cells = [cell for row in rows for cell in row]
    points = any("." in cell and _NUMBER.fullmatch(cell) for cell in cells)
    return any(map(_DECIMAL_COMMA.fullmatch, cells)) and not points


def _of_numbers(lines: Sequence[str], path: str) -> Header | None:
    """Return the names of the columns of lines that are numbers from the first on."""
    if lines and all(map(_MLFLOW.fullmatch, map(str.strip, lines))):
        return Header(" ", ["timestamp", named_by_file(path) or "value", "step"], written=False)
    for sign in _SIGNS:
        rows = [cells_of(line, sign) for line in lines]
        commas = sign != "," and _have_commas(rows)
        cells = [[cell.replace(",", ".") if commas else cell for cell in row] for row in rows]
        counts = {len(row) for row in cells}
        numbers = all(_NUMBER.fullmatch(cell) for row in cells for cell in row)
        if numbers and len(cells) > 1 and len(counts) == 1 and (count := counts.pop()) > 1:
            return Header(sign, [f"column {at + 1}" for at in range(count)], commas, written=False)
    return None


def cells_of(line: str, sign: str) -> list[str]:
    """Return the cells of one line, a `#` at its beginning left out."""
    rows = rows_of([line.lstrip("# ") if line.startswith("#") else line], sign)
    return [cell.strip() for cell in rows[0]] if rows else []


def rows_of(lines: Sequence[str], sign: str) -> list[list[str]]:
    """Return the cells of some lines, those that are empty or rule off left out.

    Raises:
        csv.Error: If a quoted cell does not end.
    """
    if sign == " ":
        return [cells for line in lines if (cells := line.lstrip("#").split())]
    if sign == "  ":
        return [re.split(r"\s{2,}", text) for line in lines if (text := line.strip("# \t"))]
    if sign in _BARS:
        filled = (line.strip() for line in lines if not _RULE.issuperset(line))
        return [[cell.strip() for cell in line.strip(sign).split(sign)] for line in filled if line]
    return [row for row in csv.reader(lines, delimiter=sign, skipinitialspace=True) if row]
