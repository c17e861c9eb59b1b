"""A figure as text for a terminal."""

from __future__ import annotations

import re
import textwrap
from itertools import starmap
from typing import TYPE_CHECKING

import numpy as np

from lrcli.figure.data import limits, on_the_edge
from lrcli.numbers import count
from lrcli.render import canvas
from lrcli.render.ascii import to_ascii
from lrcli.render.canvas import BRAILLE, Area, Line
from lrcli.render.palette import METRIC, pen
from lrcli.render.ruler import Ruler, ruler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.engine import Columns
    from lrcli.figure.data import Axis, Figure, Panel
    from lrcli.render.canvas import Dots
    from lrcli.render.palette import Pen
    from lrcli.render.style import Style

FEWEST_ROWS = 7
"""A drawing is not made lower than this to make room for anything else."""
_PANEL_ROWS = 5
"""Rows of a further panel, without its title."""
_AXIS_ASCII = str.maketrans("│┤┬└─┼┊┌┴●", "|+++-+:++O")
_SIGN_CELLS = 4


def show(
    figure: Figure,
    style: Style,
    *,
    rows: int | None = None,
    reserved: int = 0,
    least: int = FEWEST_ROWS,
    legend: bool = True,
) -> str:
    """Return the figure as text: title or legend, drawing, caption.

    Args:
        figure: What to draw.
        style: The size of the terminal, and what it can show. All that is returned has at most `style.height` lines,
            unless the drawing would be lower than `least`.
        rows: Rows of the first panel with its axes, if they were asked for; they are not made fewer then.
        reserved: Lines that the caller writes below the figure (warnings, a table). The drawing is that much lower, so
            that a terminal shows both.
        least: Rows that the first panel has, with its axes, whatever else there is.
        legend: Say above the drawing which line is which.
    """
    dots, pens = _dots(figure, style), _pens(figure)
    head = _head(figure, pens, dots, style) if legend else []
    sketch = _Sketch(figure, style, dots)
    foot = _wrapped(_together([*figure.caption, *sketch.remarks()], sketch.width), style)
    height = rows or max(style.height - len(head) - len(foot) - _below(figure) - reserved, least)
    return "\n".join([*head, *sketch.drawn(pens, height), *foot])


def area(figure: Figure, style: Style, rows: int) -> list[str]:
    """Return the drawing alone, with its axes, in so many rows."""
    return _Sketch(figure, style, _dots(figure, style)).drawn(_pens(figure), rows - _below(figure))


def signs(figure: Figure, style: Style) -> list[str]:
    """Return a short piece of the line of each curve, as a legend has it."""
    dots = _dots(figure, style)
    return [style.painted(canvas.sample(one, dots, _SIGN_CELLS), one.colour) for one in _pens(figure)]


def _dots(figure: Figure, style: Style) -> Dots:
    several = len(figure.panels[0].series) > 1
    return BRAILLE if not style.ascii_only and (style.colour or not several) else canvas.SIGNS


def _pens(figure: Figure) -> list[Pen]:
    curves = len(figure.panels[0].series)
    return [pen(i, curves) for i in range(curves)]


def _below(figure: Figure) -> int:
    """Return how many rows the further panels take."""
    return sum(_PANEL_ROWS + 2 for _ in figure.panels[1:])


class _Sketch:
    """The drawing itself, without what stands above and below it."""

    def __init__(self, figure: Figure, style: Style, dots: Dots) -> None:
        self.figure, self.style, self.dots = figure, style, dots
        self.width = style.width or 80
        self.rough = [self._columns(panel, self.width) for panel in figure.panels]
        self.limits = list(starmap(limits, zip(figure.panels, self.rough, strict=True)))

    def remarks(self) -> list[str]:
        """Return what the drawing cannot show."""
        panel, (low, _) = self.figure.panels[0], self.limits[0]
        floor = on_the_edge(panel, low, self.rough[0])
        per_column = (self.figure.x.high - self.figure.x.low) / (self.width - 6)
        many = per_column * max(one.per_x for one in panel.series)
        unit = "step" if any(one.per_x > 1 for one in panel.series) else self.figure.x.unit
        run = max(one.span[1] for one in panel.series)
        beyond = [f"the run ends at {self.figure.x.unit} {count(run)}"] if run <= self.figure.x.low else []
        if self.figure.x.log:
            return floor
        return [*floor, *beyond, *([f"1 column ≈ {float(f'{many:.2g}'):,.15g} {unit}s"] if many >= 2 else [])]

    def drawn(self, pens: Sequence[Pen], height: int) -> list[str]:
        """Return the rows of all panels, the first with its axes as high as this."""
        x, above = self.figure.x, self.figure.above
        most = [max(height - 2 - (2 if above else 0), 2), *(_PANEL_ROWS for _ in self.figure.panels[1:])]
        rulers = [
            ruler(low, high, rows, log=panel.log, peak=panel.from_zero)
            for panel, (low, high), rows in zip(self.figure.panels, self.limits, most, strict=True)
        ]
        margin = max(len(label) for one in rulers for label in one.labels.values())
        margin = max([margin, len(x.unit) + 1, *([len(above.unit) + 1] if above else [])])
        width = max(self.width - margin - 1, 2)
        text = self._scale(above, margin, width, upper=True) if above else []
        for i, (panel, one) in enumerate(zip(self.figure.panels, rulers, strict=True)):
            area = Area(width, one.rows, self.dots if i == 0 else (canvas.SIGNS if self.style.ascii_only else BRAILLE))
            text += (
                [f"{' ' * (margin + 1)}{to_ascii(panel.label) if self.style.ascii_only else panel.label}"] if i else []
            )
            text += self._panel(panel, one, area, pens if i == 0 else [METRIC] * len(panel.series), margin)
            text += [self._line(width, margin)] if i + 1 < len(rulers) else []
        text += self._scale(x, margin, width, upper=False)
        return [row.translate(_AXIS_ASCII) if self.style.ascii_only else row for row in text]

    def _columns(self, panel: Panel, number: int) -> list[Columns]:
        edges = self.figure.x.edges(number)
        return [series.columns(edges) for series in panel.series]

    def _panel(self, panel: Panel, one: Ruler, area: Area, pens: Sequence[Pen], margin: int) -> list[str]:
        """Return the rows of one panel, each with its label."""
        x = self.figure.x
        lines = [
            Line(area.rows_of(one.place(low)), area.rows_of(one.place(high)), pen_, not series.dots)
            for series, (low, high), pen_ in zip(panel.series, self._visible(panel, area.columns), pens, strict=True)
        ]
        guides = [x.place(guide.x) for guide in self.figure.guides if x.low <= guide.x <= x.high]
        drawn = canvas.cells(area, lines, guides, self.style, self._marked(panel, one, area))
        heights = range(one.rows - 1, -1, -1)
        return [
            f"{one.labels.get(row, ''):>{margin}}{'┤' if row in one.labels else '│'}{text}"
            for row, text in zip(heights, drawn, strict=True)
        ]

    def _marked(self, panel: Panel, one: Ruler, area: Area) -> set[tuple[int, int]]:
        """Return the cells in which the marks of a panel stand."""
        places = one.place(np.array([mark.y for mark in panel.marks]))
        rows = (area.rows_of(places) // area.dots.y).astype(int).tolist()
        return {(row, area.cell(self.figure.x.place(mark.x))) for row, mark in zip(rows, panel.marks, strict=True)}

    def _visible(self, panel: Panel, number: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return the columns of each curve without those wholly outside the limits, so that none lies on the edge."""
        pairs = self._columns(panel, number)
        if panel.limits is None:
            return [(pair.low, pair.high) for pair in pairs]
        bottom, top = panel.limits
        seen = [np.where((high < bottom) | (low > top), np.nan, 0.0) for low, high in pairs]
        return [(pair.low + gap, pair.high + gap) for pair, gap in zip(pairs, seen, strict=True)]

    def _line(self, width: int, margin: int) -> str:
        """Return the horizontal axis between two panels, which has marks and no labels."""
        columns = self._marks(self.figure.x, width)
        return f"{' ' * margin}└{''.join('┬' if i in columns else '─' for i in range(width))}"

    def _marks(self, axis: Axis, width: int) -> dict[int, str]:
        """Return what is written at each marked column of cells."""
        columns = Area(width, 1, self.dots).columns - 1
        return {round(axis.place(x) * columns) // self.dots.x: text for x, text in axis.ticks(self.width // 9)}

    def _scale(self, axis: Axis, margin: int, width: int, *, upper: bool) -> list[str]:
        """Return a horizontal axis: its line with marks, and its labels after its unit."""
        marks = self._marks(axis, width)
        line = "".join(("┴" if upper else "┬") if i in marks else "─" for i in range(width))
        labels = [" "] * width
        free = 0
        for column, label in marks.items():
            begin = min(max(column - len(label) // 2, 0), width - len(label))
            if begin >= free:
                labels[begin : begin + len(label)] = label
                free = begin + len(label) + 1
        words = f"{axis.unit:>{margin - 1}}  {''.join(labels)}".rstrip()
        rows = [words, f"{' ' * margin}┌{line}"] if upper else [f"{' ' * margin}└{line}", words]
        return [row.rstrip() for row in rows]


def _head(figure: Figure, pens: Sequence[Pen], dots: Dots, style: Style) -> list[str]:
    """Return what stands above the drawing: what it shows, and which line is which."""
    width = style.width or 80
    if figure.title:
        text = to_ascii(figure.title) if style.ascii_only else figure.title
        return broken_at_commas(text, width)
    rows: list[str] = []
    used = width
    for series, pen_ in zip(figure.panels[0].series, pens, strict=True):
        sign = canvas.sample(pen_, dots, _SIGN_CELLS, joined=not series.dots)
        name = to_ascii(series.name) if style.ascii_only else series.name
        wide = len(sign) + 1 + len(name)
        if used + wide + 3 > width:
            rows.append("")
            used = -3
        rows[-1] += ("" if used < 0 else "   ") + f"{style.painted(sign, pen_.colour)} {name}"
        used += wide + 3
    return rows


def broken_at_commas(text: str, width: int) -> list[str]:
    """Return a spec in lines that fit, broken after commas but never inside a number such as 1,625."""
    rows = [""]
    for piece in re.findall(r"(?:[^,]|,(?=\d))*,?", text):
        for part in textwrap.wrap(piece, width, break_on_hyphens=False, drop_whitespace=False):
            if len((rows[-1] + part).rstrip()) > width:
                rows.append("")
            rows[-1] += part
    return [row.strip() for row in rows if row.strip()]


def _together(rows: Sequence[str], width: int) -> list[str]:
    """Return sentences with short ones on the same line."""
    lines: list[str] = []
    for row in rows:
        if lines and len(lines[-1]) + len(row) + 2 <= width:
            lines[-1] += f"; {row}"
        else:
            lines.append(row)
    return lines


def _wrapped(rows: Sequence[str], style: Style) -> list[str]:
    """Return rows as lines that are not longer than the terminal is wide."""
    texts = [to_ascii(row) if style.ascii_only else row for row in rows]
    return [line for text in texts for line in textwrap.wrap(text, style.width or 80, break_on_hyphens=False)]
