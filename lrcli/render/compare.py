"""Schedules side by side: one table, and one sentence that says what differs most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lrcli import engine
from lrcli.entry import at_points
from lrcli.numbers import short, ticks
from lrcli.render.tables import BETWEEN, table
from lrcli.spec.write import data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.render.view import View
    from lrcli.summary import Summary


Measure = float | int | None
"""A rate, an epoch or step (which is whole), or nothing."""


def columns_of(entries: Sequence[Entry], view: View) -> list[int]:
    """Return the points at which the table reads the lr off: those asked for, else five round ones and the last."""
    if view.at:
        return at_points(view.at, entries)
    points = max(entry.run.points for entry in entries)
    round_ones = [int(tick) for tick in ticks(0, points - 1, 5, whole=True)] if points > 1 else [0]
    return sorted({*(point for point in round_ones[1:] if point < points), points - 1})


def measures(entry: Entry, summary: Summary, points: Sequence[int]) -> dict[str, Measure]:
    """Return what the table tells of one schedule, by the label of its row."""
    unit = entry.run.counts
    at_a_point = {f"lr at {unit} {point}": engine.at_point(entry.spec, entry.run, point) for point in points}
    return {
        "first": summary.first,
        "peak": summary.peak,
        f"peak at {unit}": summary.peak_at,
        "final": summary.final,
        "mean": summary.mean,
        "Σlr / constant": summary.mean / summary.peak if summary.peak else None,
        "below 1/2 peak from": summary.below_half_at,
        "below 1/10 peak from": summary.below_tenth_at,
        "largest drop": summary.drop,
        "largest drop at": summary.drop_at,
        **at_a_point,
    }


def side_by_side(
    told: dict[str, dict[str, Measure]],
    base: str | None,
    *,
    width: int | None,
    colour: bool,
    ascii_only: bool,
) -> str:
    """Return the table: a row a measure, a column a schedule, and as many tables as the width needs.

    Args:
        told: From `measures`, by the name of the schedule.
        base: Show the others as differences to this one.
        width: Columns of the terminal; None for a pipe.
        colour: Use ANSI colours.
        ascii_only: Use no character beyond ASCII.
    """
    labels = list(dict.fromkeys(label for values in told.values() for label in values))
    cells = {name: [_cell(told, name, label, base) for label in labels] for name in told}
    heads = {name: f"{name} (base)" if name == base else name for name in told}
    room = (width or 10**9) - max(map(len, labels)) - 1 - BETWEEN
    tables = []
    for group in _groups({name: max(map(len, [heads[name], *cells[name]])) + BETWEEN for name in told}, room):
        rows = [[label, *(cells[name][i] for name in group)] for i, label in enumerate(labels)]
        headers = ["", *(heads[name] for name in group)]
        tables.append(table(headers, rows, width=width, colour=colour, ascii_only=ascii_only))
    return "\n\n".join(tables)


def facts(entries: Sequence[Entry], told: dict[str, dict[str, Measure]]) -> dict[str, Any]:
    """Return what the table tells for machines, exactly."""
    curves = [
        {
            "name": entry.name,
            "spec": data(entry.spec),
            "points": entry.run.points,
            "measures": told[entry.name],
        }
        for entry in entries
    ]
    return {"unit": entries[0].run.counts, "curves": curves}


def _cell(told: dict[str, dict[str, Measure]], name: str, label: str, base: str | None) -> str:
    value = told[name].get(label)
    if base is None or name == base:
        return _number(value)
    reference = told[base].get(label)
    if value is None or reference is None:
        return _number(value) if value == reference else f"{_number(value)} (not {_number(reference)})"
    if value == reference:
        return "="
    whole = isinstance(value, int) and isinstance(reference, int)
    return f"{value - reference:+d}" if whole else f"{value - reference:+.4g}"


def _number(value: Measure) -> str:
    """Return a rate with four digits, and an epoch or step whole."""
    return str(value) if isinstance(value, int) else short(value)


def _groups(widths: dict[str, int], room: int) -> list[list[str]]:
    """Return the names in groups that fit into the room, at least one in each."""
    groups: list[list[str]] = [[]]
    used = 0
    for name, width in widths.items():
        if groups[-1] and used + width > room:
            groups.append([])
            used = 0
        groups[-1].append(name)
        used += width
    return groups


def verdict(entries: Sequence[Entry], summaries: Sequence[Summary]) -> str:
    """Return one sentence on the measure in which the schedules are furthest apart.

    Each measure is put on a scale from 0 (all the same) to 1, so that they can be compared: rates by how much
    smaller the smallest is than the largest, times by the share of the longest run that lies between them.
    """
    names = [entry.name for entry in entries]
    if len(names) == 1:
        return f"There is only {names[0]}: name a second schedule to compare it with."
    if looked := _identical(entries):
        return f"There is no difference: {' and '.join(names)} are the same at {looked}."
    points = max(entry.run.points for entry in entries)
    unit = entries[0].run.counts
    halves = [summary.below_half_at if summary.below_half_at is not None else points for summary in summaries]
    sentences = [
        _rates(
            names,
            [summary.mean for summary in summaries],
            "spends {times} the learning rate of {low} (mean {a}, not {b})",
        ),
        _rates(
            names,
            [summary.peak for summary in summaries],
            "peaks at {times} the learning rate of {low} ({a}, not {b})",
        ),
        _times(names, halves, points, unit),
        _ends(names, summaries),
    ]
    return "What differs most: " + max(sentences)[1] + "."


def _identical(entries: Sequence[Entry]) -> str:
    """Return where all curves are the same: at every point, or at all that were looked at; nothing if they differ."""
    first, *others = entries
    points, unit = first.run.points, first.run.counts
    if any(entry.run.points != points for entry in others):
        return ""
    edges = np.linspace(0, points, _LOOKS + 1)
    looked = np.unique(np.concatenate([engine.worth_a_look(entry.spec, entry.run, edges) for entry in entries]))
    rates = engine.at(first.spec, first.run, looked)
    if not all(np.array_equal(engine.at(entry.spec, entry.run, looked), rates) for entry in others):
        return ""
    proven = looked.size == points or all((entry.spec, entry.run) == (first.spec, first.run) for entry in others)
    return f"every {unit}" if proven else f"all of the {looked.size} {unit}s that were looked at"


_LOOKS = 1024


def _rates(names: Sequence[str], values: Sequence[float], sentence: str) -> tuple[float, str]:
    low, high = int(np.argmin(values)), int(np.argmax(values))
    if values[high] == values[low]:
        return 0.0, ""
    times = f"{values[high] / values[low]:.3g} times" if values[low] else "infinitely many times"
    text = sentence.format(times=times, low=names[low], a=short(values[high]), b=short(values[low]))
    return 1 - values[low] / values[high], f"{names[high]} {text}"


def _times(names: Sequence[str], times: Sequence[int], points: int, unit: str) -> tuple[float, str]:
    early, late = int(np.argmin(times)), int(np.argmax(times))
    when = f"only from {unit} {times[late]} on" if times[late] < points else "never"
    text = f"{names[early]} is below half of its peak from {unit} {times[early]} on, {names[late]} {when}"
    return (times[late] - times[early]) / points, text


def _ends(names: Sequence[str], summaries: Sequence[Summary]) -> tuple[float, str]:
    shares = [summary.final / summary.peak if summary.peak else 0.0 for summary in summaries]
    low, high = int(np.argmin(shares)), int(np.argmax(shares))
    text = f"{names[high]} ends at {100 * shares[high]:.3g} % of its peak, {names[low]} at {100 * shares[low]:.3g} %"
    return shares[high] - shares[low], text
