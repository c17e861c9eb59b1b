"""The title and the caption of a figure: what is drawn, and numbers that are hard to read off a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli import summary
from lrcli.numbers import short
from lrcli.outline import metric_driven_parts, parts_in_words, understood
from lrcli.run import amount
from lrcli.spec.write import inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lrcli.entry import Entry
    from lrcli.figure.series import Series


def title(entries: Sequence[Entry]) -> str:
    """Return the title of a figure of one schedule: its spec, its name if it has one, its run; empty for several."""
    if len(entries) > 1:
        return ""
    name, spec, run = entries[0].given_name, entries[0].spec, entries[0].run
    text = inline(spec)
    made_up = ", a made-up loss" if run.metric is None and list(metric_driven_parts(spec, run)) else ""
    return f"{f'{name} = {text}' if name else text}, {run.text}{made_up}"


def ends(entry: Entry) -> str:
    """Return the first, the highest and the last lr, as text."""
    found, unit = summary.ends(entry.spec, entry.run), entry.run.counts
    peak = f"{short(found.peak)} at {unit} {amount(found.peak_at)}"
    return f"first {short(found.first)}, peak {peak}, last {short(found.last)}"


def readings(series: Sequence[Series], places: Sequence[float], unit: str) -> Iterator[str]:
    """Yield a line for each place that was asked for, with the value of each curve there."""
    for x in places:
        values = {one.name: one.at(x) for one in series}
        known = [(f"{name} " if len(series) > 1 else "") + short(v) for name, v in values.items() if v is not None]
        yield f"at {unit} {amount(x)}: {', '.join(known)}"


def facts(entries: Sequence[Entry]) -> list[str]:
    """Return the parts and the computed lengths of each spec, as text; facts that several share are said once."""
    owners: dict[str, list[str]] = {}
    for entry in entries:
        spec, run = entry.spec, entry.run
        parts = parts_in_words(spec, run)
        for fact in dict.fromkeys([*([f"parts by {run.unit}: {parts}"] if parts else []), *understood(spec, run)]):
            owners.setdefault(fact, []).append(entry.name)
    by_owners: dict[tuple[str, ...], list[str]] = {}
    for fact, names in owners.items():
        by_owners.setdefault(tuple(names), []).append(fact)
    return [_of(names, len(entries)) + "; ".join(found) for names, found in by_owners.items()]


def _of(names: Sequence[str], everyone: int) -> str:
    """Return the names of the schedules that facts are about; empty if they are about all."""
    return "" if len(names) == everyone else f"{', '.join(names)}: "
