"""What stands above and below a drawing: which line is which, and the numbers that a reader would otherwise guess."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from lrcli import engine, summary
from lrcli.outline import listeners, parts_in_words, understood
from lrcli.render import canvas
from lrcli.render.numbers import short
from lrcli.run import amount
from lrcli.spec.write import inline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.render.canvas import Size

PALETTE = (33, 208, 36, 170, 220, 75, 160, 245)
"""Colours of the lines, after Okabe and Ito: apart for most colour-blind eyes, on dark and on light."""


def legend(entries: Sequence[Entry], markers: Sequence[str], size: Size) -> list[str]:
    """Return the lines above the drawing: what it shows, and which line is which."""
    if len(entries) == 1:
        entry = entries[0]
        text = inline(entry.spec)
        own_name = entry.name == text.partition(":")[0] or any(sign in entry.name for sign in ":*+(")
        shown = text if own_name else f"{entry.name} = {text}"
        made_up = ", a made-up loss" if entry.run.metric is None and list(listeners(entry.spec, entry.run)) else ""
        return _broken_at_commas(f"{shown}, {entry.run.text}{made_up}", size.width)
    rows: list[str] = []
    used = size.width
    for i, (entry, marker) in enumerate(zip(entries, markers, strict=True)):
        sign = "━━" if marker == canvas.BRAILLE else marker * 2
        label = f"{sign} {entry.name}"
        if used + len(label) + 3 > size.width:
            rows.append("")
            used = -3
        painted = f"\x1b[38;5;{PALETTE[i % len(PALETTE)]}m{sign}\x1b[0m {entry.name}" if size.colour else label
        rows[-1] += painted if used < 0 else f"   {painted}"
        used += len(label) + 3
    return rows


def _broken_at_commas(text: str, width: int) -> list[str]:
    """Return a spec in lines that fit, none of which ends inside a value that is not longer than a line itself."""
    rows = [""]
    for piece in re.findall(r"[^,]*,?", text):
        for part in textwrap.wrap(piece, width, break_on_hyphens=False, drop_whitespace=False):
            if len((rows[-1] + part).rstrip()) > width:
                rows.append("")
            rows[-1] += part
    return [row.strip() for row in rows if row.strip()]


def numbers_of(entries: Sequence[Entry], marked: Sequence[int]) -> list[str]:
    """Return the numbers that a reader would otherwise guess from the drawing."""
    unit = entries[0].run.counts
    rows = []
    if len(entries) == 1:
        ends = summary.ends(entries[0].spec, entries[0].run)
        peak = f"{short(ends.peak)} at {unit} {amount(ends.peak_at)}"
        rows.append(f"first {short(ends.first)}, peak {peak}, last {short(ends.last)}")
    for point in marked:
        values = {entry.name: engine.at_point(entry.spec, entry.run, point) for entry in entries}
        known = [(f"{name} " if len(entries) > 1 else "") + short(v) for name, v in values.items() if v is not None]
        named = ", ".join(known)
        rows.append(f"at {unit} {amount(point)}: {named}")
    return rows


def made_of(entries: Sequence[Entry]) -> list[str]:
    """Return what the parts of each spec are, and what its lengths were understood as."""
    rows = []
    for name, spec, run in entries:
        whose = f"{name}: " if len(entries) > 1 else ""
        parts = parts_in_words(spec, run)
        facts = [*([f"parts by {run.unit}: {parts}"] if parts else []), *understood(spec, run)]
        rows += [whose + "; ".join(facts)] if facts else []
    return rows


def wrapped(rows: Sequence[str], width: int) -> list[str]:
    """Return rows as lines that are not longer than this."""
    return [line for row in rows for line in textwrap.wrap(row, width)]
