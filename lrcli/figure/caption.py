"""What a figure says in words: what it draws, and the numbers that a reader would otherwise guess."""

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
    """Return what the figure draws, if it is one schedule: its spec, with its name if it has one, and its run."""
    if len(entries) > 1:
        return ""
    name, spec, run = entries[0].given_name, entries[0].spec, entries[0].run
    text = inline(spec)
    made_up = ", a made-up loss" if run.metric is None and list(metric_driven_parts(spec, run)) else ""
    return f"{f'{name} = {text}' if name else text}, {run.text}{made_up}"


def ends(entry: Entry) -> str:
    """Return the first, the highest and the last lr."""
    found, unit = summary.ends(entry.spec, entry.run), entry.run.counts
    peak = f"{short(found.peak)} at {unit} {amount(found.peak_at)}"
    return f"first {short(found.first)}, peak {peak}, last {short(found.last)}"


def readings(series: Sequence[Series], places: Sequence[float], unit: str) -> Iterator[str]:
    """Yield what each curve is at each place that was asked for."""
    for x in places:
        values = {one.name: one.at(x) for one in series}
        known = [(f"{name} " if len(series) > 1 else "") + short(v) for name, v in values.items() if v is not None]
        yield f"at {unit} {amount(x)}: {', '.join(known)}"


def facts(entries: Sequence[Entry]) -> list[str]:
    """Return what the parts of each spec are, and what its lengths come to; what several have in common, once."""
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
    """Return whose facts follow; nothing where they are everyone's."""
    return "" if len(names) == everyone else f"{', '.join(names)}: "
