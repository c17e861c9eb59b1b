"""A comparison as a table: a row for each schedule, or all measures in rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.numbers import percent, short
from lrcli.render.tables import BETWEEN, table
from lrcli.run import amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.figure.comparison import Compared
    from lrcli.render.style import Style

Number = float | int | None
_LABELS = {
    "first": "first",
    "peak": "peak",
    "peak_at": "peak at",
    "final": "last",
    "mean": "mean",
    "mean_over_peak": "mean / peak",
    "below_half_peak_from": "below 1/2 from",
    "below_tenth_peak_from": "below 1/10 from",
    "largest_drop": "largest drop",
    "largest_drop_at": "drop at",
}
_SHORT = ("peak", "final", "mean")
_LONGEST_NAME = 30
_SIGN = 5
"""Columns that a piece of a line takes before a name."""


class _Column(NamedTuple):
    """One measure of every schedule, as it is read."""

    label: str
    cells: list[str]


def overview(
    found: Sequence[Compared], style: Style, *, asked: bool, diff: bool, signs: Sequence[str] | None = None
) -> str:
    """Return the table with a row for each schedule: the most useful measures, and what was asked for.

    Args:
        found: From `compared`.
        style: How wide it may be.
        asked: The readings were asked for.
        diff: Show the others as differences to the base.
        signs: Pieces of their lines, so that the table is the legend of the drawing too.
    """
    columns = [
        *(_measure(found, key, diff=diff) for key in _SHORT),
        _Column("largest difference", [_apart(one) for one in found]),
        *(_readings(found, diff=diff) if asked else []),
    ]
    names = [_named(one, diff=diff) for one in found]
    name_width = min(max(map(len, names)), _LONGEST_NAME if style.width else 10**9) + (_SIGN if signs else 0)
    heads = [f"{sign} {name}" for sign, name in zip(signs, names, strict=True)] if signs else names
    return _tables(heads, columns, style, name_width)


def in_full(found: Sequence[Compared], style: Style, *, diff: bool) -> str:
    """Return the table with a row for each measure and one column per schedule, as many tables as the width needs."""
    columns = [*(_measure(found, key, diff=diff) for key in _LABELS), *_readings(found, diff=diff)]
    columns.append(_Column("largest difference", [_apart(one) for one in found]))
    labels = [column.label for column in columns]
    names = [_named(one, diff=diff) for one in found]
    schedules = [_Column(name, [column.cells[i] for column in columns]) for i, name in enumerate(names)]
    return _tables(labels, schedules, style, max(map(len, labels)))


def _tables(heads: Sequence[str], columns: Sequence[_Column], style: Style, head_width: int) -> str:
    """Return as many tables as the width needs, each with the heads of the rows."""
    tables = []
    for group in _groups(columns, style.room - head_width):
        rows = [[head, *(column.cells[i] for column in group)] for i, head in enumerate(heads)]
        headers = ["", *(column.label for column in group)]
        text = table(headers, rows, width=style.width, colour=style.colour, ascii_only=style.ascii_only, rule=False)
        tables.append(text)
    return "\n".join(tables)


def _named(one: Compared, *, diff: bool) -> str:
    return f"{one.entry.name} (base)" if diff and one.apart is None else one.entry.name


def _measure(found: Sequence[Compared], key: str, *, diff: bool) -> _Column:
    values = [one.measures[key] for one in found]
    mixed = len({one.entry.run.counts for one in found}) > 1
    units = [f"{one.entry.run.counts} " if mixed and isinstance(one.measures[key], int) else "" for one in found]
    return _Column(_LABELS[key], [u + cell for u, cell in zip(units, _cells(found, values, diff=diff), strict=True)])


def _readings(found: Sequence[Compared], *, diff: bool) -> list[_Column]:
    return [
        _Column(f"at {amount(x)}", _cells(found, [one.readings[x] for one in found], diff=diff))
        for x in found[0].readings
    ]


def _cells(found: Sequence[Compared], values: Sequence[Number], *, diff: bool) -> list[str]:
    """Return numbers as they are, or each but the base's as its difference to that."""
    reference = next(value for one, value in zip(found, values, strict=True) if one.apart is None)
    return [
        _difference(value, reference) if diff and one.apart is not None else number(value)
        for one, value in zip(found, values, strict=True)
    ]


def _apart(one: Compared) -> str:
    """Return the largest difference: how much, as a share of the peak, and where."""
    if one.apart is None:
        return "-"
    if one.apart.value == 0:
        return "none"
    return f"{short(one.apart.value)} ({percent(one.apart.share)}) at {amount(one.apart.x)}"


def _difference(value: Number, reference: Number) -> str:
    if value is None or reference is None:
        return number(value) if value == reference else f"{number(value)} (not {number(reference)})"
    if value == reference:
        return "="
    whole = isinstance(value, int) and isinstance(reference, int)
    return f"{value - reference:+d}" if whole else f"{value - reference:+.4g}"


def number(value: Number) -> str:
    """Return a rate with four digits, and an epoch or step whole."""
    return str(value) if isinstance(value, int) else short(value)


def _groups(columns: Sequence[_Column], room: int) -> list[list[_Column]]:
    """Return the columns in groups that fit into the room, at least one in each."""
    groups: list[list[_Column]] = [[]]
    used = 0
    for column in columns:
        width = max(map(len, [column.label, *column.cells])) + BETWEEN
        if groups[-1] and used + width > room:
            groups.append([])
            used = 0
        groups[-1].append(column)
        used += width
    return groups
