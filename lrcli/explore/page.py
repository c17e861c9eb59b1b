"""The rows of text on the screen, part by part, from the state and the size of the terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from lrcli.explore import cells, words
from lrcli.explore.keys import KEYS
from lrcli.figure.data import Guide, Mark
from lrcli.problems import SpecError, printable
from lrcli.render.terminal import area, signs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.explore.state import Panel, State
    from lrcli.figure.data import Figure
    from lrcli.render.style import Style

LEAST = (40, 16)
"""The smallest terminal, in columns and rows, in which the explorer can be shown."""
_ERROR = 202
"""The colour of an error, of 256: readable on black and on white."""


class Page(NamedTuple):
    """The screen, in rows, from the top down.

    Attributes:
        tabs: The names of the schedules, with the line that each is drawn with.
        drawing: Their curves, or a text over the screen.
        status: The values at the cursor, and the findings.
        form: A line about the chosen field, and all fields.
        keys: The keys, or why the last one did nothing.
    """

    tabs: list[str]
    drawing: list[str]
    status: list[str]
    form: list[str]
    keys: list[str]

    @property
    def rows(self) -> list[str]:
        """All rows."""
        return [row for part in self for row in part]


class _Heights(NamedTuple):
    """The rows of the parts whose height depends on the terminal."""

    findings: int
    fields: int
    drawing: int


def _heights(rows: int) -> _Heights:
    """Return the heights in a terminal with a number of rows; four more parts have one row each."""
    findings = 1 + (rows >= 22) + (rows >= 32)
    fields = 3 + (rows >= 20) + (rows >= 24) + 2 * (rows >= 28) + 3 * (rows >= 36)
    return _Heights(findings, fields, rows - 4 - findings - fields)


def page(state: State, style: Style) -> Page:
    """Return the screen for a state, in the size of the style."""
    width, height = style.width or 80, style.height
    if width < LEAST[0] or height < LEAST[1]:
        message = f"The terminal has {width} columns and {height} rows; the explorer needs {LEAST[0]} and {LEAST[1]}."
        return Page([], _filled(textwrap.wrap(message, max(width, 1)), height, style), [], [], [])
    if state.panel is not None:
        return Page([], _panel(state.panel, style), [], [], [_keys(state, style)])
    part = _heights(height)
    findings = words.findings(state, part.findings, style)
    return Page(
        [_tabs(state, style)],
        _filled(_drawn(state, style, part.drawing), part.drawing, style),
        [words.read_off(state, style), *_filled(findings, part.findings, style)],
        [cells.heading(state, style), *_filled(cells.form(state, part.fields, style), part.fields, style)],
        [_keys(state, style)],
    )


def _filled(rows: Sequence[str], height: int, style: Style) -> list[str]:
    """Return rows cut or filled up with empty ones to a height, in characters that the terminal can show."""
    filled = [*rows, *[""] * height][:height]
    return [style.shown(row) for row in filled]


def _tabs(state: State, style: Style) -> str:
    """Return the names of the schedules; those before the chosen one only where there is room for them."""
    room = style.width or 80
    longest = max(room // min(len(state.now.subjects), 3) - 8, 8)
    names = [style.clipped(one.entry.name, longest) for one in state.now.subjects]
    begin, end = state.chosen, len(names)
    while begin > 0 and sum(len(name) + 8 for name in names[begin - 1 : state.chosen + 1]) <= room:
        begin -= 1
    while end > state.chosen + 1 and sum(len(name) + 8 for name in names[begin:end]) > room:
        end -= 1
    marked = [style.bold(f"[{name}]") if i == state.chosen else f" {name} " for i, name in enumerate(names)]
    shown = list(zip(signs(state.now.figure, style), marked, strict=True))[begin:end]
    return " ".join(f"{sign} {name}" for sign, name in shown)


def _drawn(state: State, style: Style, rows: int) -> list[str]:
    try:
        figure = _figure(state)
        return area(figure if rows >= _ROWS_OF_TWO else figure._replace(panels=figure.panels[:1]), style, rows)
    except SpecError as error:
        return textwrap.wrap(str(error.problems[0]), style.width or 80)


_ROWS_OF_TWO = 18
"""A drawing with fewer rows shows the learning rate only, without the metric that it depends on."""


def _figure(state: State) -> Figure:
    """Return the figure with the cursor in it."""
    figure, x = state.now.figure, state.cursor
    first, *others = figure.panels
    first = first._replace(log=state.log)
    if x is not None:
        value = first.series[state.chosen].at(x)
        marks = () if value is None or (state.log and value <= 0) else (Mark(x, value),)
        first, figure = first._replace(marks=marks), figure._replace(guides=(*figure.guides, Guide(x, "asked")))
    return figure._replace(panels=(first, *others))


def _panel(panel: Panel, style: Style) -> list[str]:
    """Return the text over the screen, as much of it as fits."""
    height = style.height - 1
    wrap = textwrap.TextWrapper(style.width or 80, drop_whitespace=False, break_on_hyphens=False)
    rows = [part for row in panel.text.split("\n") for part in wrap.wrap(printable(row)) or [""]]
    top = min(panel.top, max(len(rows) - (height - 1), 0))
    return _filled([style.bold(panel.title), *rows[top:]], height, style)


def _keys(state: State, style: Style) -> str:
    """Return the last row: why the last key did nothing, what is being typed, or the keys."""
    if state.error:
        return style.painted(style.clipped(state.error), _ERROR)
    if state.typed is not None:
        doing = f"read off at: {state.typed}_" if state.reading else "Enter takes the value, Esc leaves it as it was"
        return style.clipped(doing)
    if state.panel is not None:
        return style.clipped("↑ ↓ scroll, any other key closes")
    said = [style.shown(f"{key.shown} {key.brief}") for key in KEYS if key.brief]
    while len(said) > _KEPT and len("  ".join(said)) > (style.width or 80):
        said.pop(-_KEPT)
    return style.dim(style.clipped("  ".join(said)))


_KEPT = 3
"""The last keys, among them help and quit, are shown however narrow the terminal is."""
