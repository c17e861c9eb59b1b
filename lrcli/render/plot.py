"""Curves as a drawing with axes, a legend and a caption."""

from __future__ import annotations

import math
import re
import textwrap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import engine, summary
from lrcli.entry import at_points, same_unit
from lrcli.outline import listeners, parts_in_words, seams, understood
from lrcli.problems import SpecError
from lrcli.render import canvas
from lrcli.render.canvas import Line, Scale, Size, Tick
from lrcli.render.heard import what_is_heard
from lrcli.render.metric import METRIC_ROWS, label_width, metric_drawing
from lrcli.render.numbers import count, decades, nice_step, short, ticks
from lrcli.run import amount
from lrcli.spec.write import inline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.entry import Entry
    from lrcli.numeric import Array
    from lrcli.render.view import View

MARKERS = "*+xo#@%&"
"""What lines are made of when colours cannot tell them apart."""
PALETTE = (33, 208, 36, 170, 220, 75, 160, 245)
"""Colours of the lines, after Okabe and Ito: apart for most colour-blind eyes, on dark and on light."""
_FEWEST_ROWS = 8
_MOST_CURVES = 64
_NOTHING = 1e-300
"""A highest lr below this is drawn as 0."""
_DEEPEST = 1e-12
"""A logarithmic axis goes no deeper than this under its highest lr; what is lower lies on its bottom edge."""


class _Axis(NamedTuple):
    """A span of values, and the way from a value to its place (0 to 1) on it."""

    low: float
    high: float
    log: bool = False

    def mark(self, value: float) -> float:
        """Return the place of a single value."""
        return float(self.place(np.array(value)))

    def place(self, value: Array) -> Array:
        """Return the places of values; NaN stays NaN."""
        if not self.log:
            return (value - self.low) / (self.high - self.low)
        deep = np.maximum(value, self.low)
        return np.log(deep / self.low) / math.log(self.high / self.low)


def plot(entries: Sequence[Entry], view: View, size: Size, *, numbers: bool = True) -> str:
    """Return the drawing of one or several schedules, with what a reader needs to know above and below it.

    Args:
        entries: What to draw.
        view: What was asked for.
        size: How much room there is.
        numbers: Say below it what is first, highest and last, and what was asked for with --at.

    Raises:
        SpecError: If some of them count epochs and others steps, or they are too many for one drawing.
    """
    same_unit(entries)
    if len(entries) > _MOST_CURVES:
        raise SpecError(
            f"{len(entries)} curves are too many for one drawing: choose {_MOST_CURVES} at most, as FILE#NAME"
        )
    braille = not size.ascii_only and (size.colour or len(entries) == 1)
    markers = [canvas.BRAILLE if braille else MARKERS[i % len(MARKERS)] for i in range(len(entries))]
    marked = at_points(view.at, entries)
    above = _legend(entries, markers, size)
    below = _wrapped([*(_numbers(entries, marked) if numbers else []), *_made_of(entries)], size.width)
    rows = view.height or max(size.height - len(above) - len(below), _FEWEST_ROWS)
    heard = what_is_heard(entries)
    if heard and view.height is None:
        rows = max(rows - METRIC_ROWS, _FEWEST_ROWS)
    size = size._replace(height=rows, margin=max((label_width(one) for one in heard[:1]), default=0))
    guides = [*marked, *(cut for one in heard for cut in one.cuts), *_seams(entries)]
    drawing, note, margin = _drawing(entries, view, size, markers, guides)
    metric = [metric_drawing(one, view, size._replace(margin=margin)) for one in heard[:1]]
    return "\n".join([*above, drawing, *metric, *below, *_wrapped(note, size.width)])


def _drawing(
    entries: Sequence[Entry], view: View, size: Size, markers: Sequence[str], marked: Sequence[float]
) -> tuple[str, list[str], int]:
    """Return the axes with the lines, what they cannot show, and how wide the labels are."""
    x = _Axis(*view.xlim) if view.xlim else _Axis(0.0, float(max(entry.run.points for entry in entries)))
    above = _other_unit(entries, x, size)
    columns, y, y_ticks = _fit(entries, x, view, size, markers[0], above)
    seen = [_within(pair, view.ylim) if view.ylim else pair for pair in columns]
    lines = [
        Line(y.place(low), y.place(high), marker, PALETTE[i % len(PALETTE)])
        for i, ((low, high), marker) in enumerate(zip(seen, markers, strict=True))
    ]
    drawing = canvas.draw(
        canvas.grid(size, y_ticks, markers[0], above),
        lines,
        [Tick(x.mark(v), count(v)) for v in ticks(x.low, x.high, size.width // 9, whole=True)],
        y_ticks,
        x_label=entries[0].run.counts,
        guides=[x.mark(t) for t in marked if x.low <= t <= x.high],
        above=above,
        colour=size.colour,
        ascii_only=size.ascii_only,
    )
    return drawing, _floor(y, seen), len(y_ticks[0].label)


def _other_unit(entries: Sequence[Entry], x: _Axis, size: Size) -> Scale | None:
    """Return the axis in steps for curves over epochs, and in epochs for curves over steps, where both are known."""
    (rate, *others) = {entry.run.steps_per_epoch for entry in entries}
    if rate is None or others:
        return None
    by_epoch = entries[0].run.counts == "epoch"
    factor = rate if by_epoch else 1 / rate
    values = ticks(x.low * factor, x.high * factor, size.width // 9, whole=True)
    return Scale([Tick(x.mark(v / factor), count(v)) for v in values], "step" if by_epoch else "epoch")


def _wrapped(rows: Sequence[str], width: int) -> list[str]:
    return [line for row in rows for line in textwrap.wrap(row, width)]


Pair = tuple["Array", "Array"]


def _fit(
    entries: Sequence[Entry], x: _Axis, view: View, size: Size, marker: str, above: Scale | None
) -> tuple[list[Pair], _Axis, list[Tick]]:
    """Return the columns of every curve, the vertical axis and its ticks.

    The width of the labels depends on the curves and the number of columns on the width of the labels, so the
    curves are looked at once in full width to choose the labels, and then in the columns that are left.
    """
    rough = [_columns(entry, x, size.width) for entry in entries]
    room = canvas.grid(size, [Tick(0, "")], marker, above).height
    most = max(room // 3, 3)
    y = _vertical(rough, view, most)
    values = decades(y.low, y.high, room // 2) if y.log else ticks(y.low, y.high, most)
    marks = [Tick(y.mark(value), short(value)) for value in values or [y.low, y.high]]
    y_ticks = canvas.aligned(marks, size)
    area = canvas.grid(size, y_ticks, marker, above)
    return [_columns(entry, x, area.columns) for entry in entries], y, y_ticks


def _columns(entry: Entry, x: _Axis, number: int) -> Pair:
    """Return the lowest and highest lr in each column; NaN where the run does not reach."""
    edges = np.linspace(x.low, x.high, number + 1)
    inside = np.flatnonzero((edges[1:] > 0) & (edges[:-1] < entry.run.points))
    low, high = np.full(number, np.nan), np.full(number, np.nan)
    if inside.size:
        own = np.clip(edges[inside[0] : inside[-1] + 2], 0, entry.run.points)
        low[inside], high[inside] = engine.columns(entry.spec, entry.run, own)
    return low, high


def _within(pair: Pair, limits: tuple[float, float]) -> Pair:
    """Return the columns without those that are wholly outside the limits, so that none lies on the edge instead."""
    low, high = pair
    outside = (high < limits[0]) | (low > limits[1])
    return np.where(outside, np.nan, np.maximum(low, limits[0])), np.where(outside, np.nan, high)


def _vertical(columns: Sequence[Pair], view: View, most: int) -> _Axis:
    """Return the vertical axis: from 0 (or the lowest decade) to the highest lr, or to a tick just above it."""
    seen = np.concatenate([np.concatenate(pair) for pair in columns])
    seen = seen[np.isfinite(seen)]
    if view.ylim is not None:
        return _Axis(view.ylim[0], view.ylim[1], view.log)
    highest = float(seen.max()) if seen.size and seen.max() > _NOTHING else 1.0
    if not view.log:
        step = nice_step(highest, most)
        tick = step * math.ceil(highest / step - 1e-9)
        return _Axis(0.0, tick if tick < highest * 1.05 else highest)
    positive = seen[seen > highest * _DEEPEST]
    lowest = float(positive.min()) if positive.size else highest / 10
    low = 10.0 ** math.floor(math.log10(lowest) + 1e-9)
    return _Axis(low if low < highest * (1 - 1e-9) else low / 10, highest, log=True)


def _legend(entries: Sequence[Entry], markers: Sequence[str], size: Size) -> list[str]:
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


def _numbers(entries: Sequence[Entry], marked: Sequence[int]) -> list[str]:
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


def _seams(entries: Sequence[Entry]) -> list[float]:
    """Return the points at which one part of a sequence follows another, if there is one curve to divide."""
    if len(entries) > 1:
        return []
    run = entries[0].run
    return [seam * run.points / run.total for seam in seams(entries[0].spec, run)]


def _made_of(entries: Sequence[Entry]) -> list[str]:
    """Return what the parts of each spec are, and what its lengths were understood as."""
    rows = []
    for name, spec, run in entries:
        whose = f"{name}: " if len(entries) > 1 else ""
        parts = parts_in_words(spec, run)
        facts = [*([f"parts by {run.unit}: {parts}"] if parts else []), *understood(spec, run)]
        rows += [whose + "; ".join(facts)] if facts else []
    return rows


def _floor(y: _Axis, columns: Sequence[Pair]) -> list[str]:
    """Return what a logarithmic axis cannot show."""
    if y.log and any((low < y.low * (1 - 1e-9)).any() for low, _ in columns):
        return [f"learning rates below {short(y.low)}, and 0, are drawn on the bottom edge"]
    return []
