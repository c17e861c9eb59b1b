"""A figure as SVG, without a library: small, exact for short runs, and with text as text."""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np

from lrcli.render.paths import Path, band, path
from lrcli.render.scale import Scale
from lrcli.render.theme import BAND, GREY, legend, stroke, theme, thickness
from lrcli.render.view import Picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.figure.data import Axis, Figure, Panel
    from lrcli.render.theme import Stroke

_WIDE = 0.56
"""The mean width of a letter, in heights of the letters: what sans-serif fonts have, more or less."""
_SAMPLE = 2.2
"""The length of a line in the legend, in heights of the letters."""
_PANEL_SHARE = 0.3
"""The height of a further panel, as a share of the first."""


class _Box(NamedTuple):
    """A drawing area in points from the top left."""

    left: float
    top: float
    width: float
    height: float

    def element(self) -> str:
        """Return it as a rectangle."""
        return f'<rect x="{self.left:.2f}" y="{self.top:.2f}" width="{self.width:.2f}" height="{self.height:.2f}"/>'


def svg(figure: Figure, picture: Picture | None = None) -> str:
    """Return the figure as an SVG document.

    Args:
        figure: What to draw.
        picture: Its size, style and title; those of paper if nothing is said.
    """
    return _Sheet(figure, picture or Picture()).document()


class _Sheet:
    """One picture while it is written."""

    def __init__(self, figure: Figure, picture: Picture) -> None:
        self.figure, self.theme = figure, theme(picture)
        self.title = figure.title if picture.title is None else picture.title
        self.bare = picture.bare
        names = [series.name for panel in figure.panels for series in panel.series]
        self.id = f"lr{crc32(repr((names, figure.title, figure.caption, self.theme)).encode()):08x}"
        self.scales = [Scale.of(figure, panel) for panel in figure.panels]

    def document(self) -> str:
        """Return the whole document."""
        t = self.theme
        head, top = self._head()
        foot, bottom = self._foot()
        body = [*head, *self._panels(top, bottom), *foot]
        root = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{t.width:g}pt" height="{t.height:g}pt" '
            f'viewBox="0 0 {t.width:g} {t.height:g}" font-family="Helvetica, Arial, sans-serif" '
            f'font-size="{t.letters:g}" fill="{t.ink}" role="img">'
        )
        names = ", ".join(one.name for one in self.figure.panels[0].series)
        lines = [
            root,
            f"<title>{escape(self.title or names)}</title>",
            f"<desc>{escape(' '.join(self.figure.caption))}</desc>",
        ]
        return "\n".join([*lines, f'<rect width="100%" height="100%" fill="{t.paper}"/>', *body, "</svg>\n"])

    def _head(self) -> tuple[list[str], float]:
        """Return title and legend, and where they end."""
        t, y, parts = self.theme, 0.5 * self.theme.letters, []
        for line in self._wrapped(self.title, t.letters):
            y += 1.3 * t.letters
            parts.append(_text(line, t.width / 2, y, "middle"))
        series = self.figure.panels[0].series
        size, columns = legend([one.name for one in series], t)
        for i, one in enumerate(series if len(series) > 1 else ()):
            x = size + i % columns * (t.width - size) / columns
            y += 0.0 if i % columns else 1.4 * size
            long = 0 if one.dots else _SAMPLE * size
            sample = f"M{x + (_SAMPLE * size - long) / 2:.2f} {y - 0.3 * size:.2f}h{long:.2f}"
            label = _text(one.name, x + (_SAMPLE + 0.4) * size, y, "start", f'font-size="{size:g}"')
            parts += [self._line(sample, stroke(i, len(series)), dots=one.dots), label]
        return parts, y + (3.4 if self.figure.above else 1.0) * t.letters

    def _foot(self) -> tuple[list[str], float]:
        """Return the caption, and where it begins."""
        size = 0.85 * self.theme.letters
        rows = () if self.bare else (*self.figure.caption, *self.scales[0].remarks)
        lines = [line for row in rows for line in self._wrapped(row, size)]
        top = self.theme.height - (len(lines) * 1.25 + 0.4) * size
        parts = [
            _text(
                line, self.theme.letters, top + (i + 0.9) * 1.25 * size, "start", f'font-size="{size:g}" opacity="0.8"'
            )
            for i, line in enumerate(lines)
        ]
        return parts, top - 3.0 * self.theme.letters

    def _wrapped(self, text: str, size: float) -> list[str]:
        return textwrap.wrap(text, max(int((self.theme.width / size - 2) / _WIDE), 8), break_on_hyphens=False)

    def _panels(self, top: float, bottom: float) -> Iterator[str]:
        """Yield the axes and the curves of all panels."""
        t = self.theme
        labels = max(len(label) for scale in self.scales for _, label in scale.ticks)
        left = (2.0 + _WIDE * labels + 0.8) * t.letters
        width, gap = max(t.width - left - t.letters, 1.0), 2.0 * t.letters
        more = len(self.scales) - 1
        height = max((bottom - top - more * gap) / (1 + more * _PANEL_SHARE), 1.0)
        y = top
        for i, (panel, scale) in enumerate(zip(self.figure.panels, self.scales, strict=True)):
            box = _Box(left, y, width, height * (_PANEL_SHARE if i else 1.0))
            yield from self._panel(panel, scale, box, first=i == 0)
            y += box.height + gap
        yield from self._x_axis(self.figure.x, _Box(left, y - gap, width, 0.0), 1)
        if self.figure.above:
            yield from self._x_axis(self.figure.above, _Box(left, top, width, 0.0), -1)

    def _panel(self, panel: Panel, scale: Scale, box: _Box, *, first: bool) -> Iterator[str]:
        """Yield one panel: its grid, guides, curves and marks."""
        t, x = self.theme, self.figure.x
        for value, label in scale.ticks:
            y = box.top + box.height * (1 - scale.place(value))
            yield _stroked(f"M{box.left:.2f} {y:.2f}h{box.width:.2f}", t.faint, 0.5)
            yield _text(label, box.left - 0.4 * t.letters, y + 0.35 * t.letters, "end")
        if first:
            at, middle = 1.2 * t.letters, box.top + box.height / 2
            yield _text(panel.label, at, middle, "middle", f'transform="rotate(-90 {at:.2f} {middle:.2f})"')
        else:
            yield _text(panel.label, box.left, box.top - 0.5 * t.letters, "start")
        for guide in self.figure.guides:
            if x.low <= guide.x <= x.high:
                line = f"M{box.left + box.width * x.place(guide.x):.2f} {box.top:.2f}v{box.height:.2f}"
                yield _stroked(line, t.ink, 0.5, ' stroke-dasharray="1 2" opacity="0.5"')
        clip = f"{self.id}-{round(box.top)}"
        inside = _Box(box.left, box.top - t.line, box.width, box.height + 2 * t.line)
        yield f'<clipPath id="{clip}">{inside.element()}</clipPath>'
        yield f'<g clip-path="url(#{clip})">'
        for i, series in enumerate(panel.series):
            how = stroke(i, len(panel.series)) if first else GREY
            points = path(series, x)
            if series.within:
                outline = _path(Path(*band(points, series.within), steps=False), x, scale, box)
                yield f'<path d="{outline}Z" fill="{how.colour}" opacity="{BAND}"/>'
            yield self._line(_path(points, x, scale, box), how, series.name, dots=series.dots)
        yield "</g>"
        for mark in panel.marks:
            place = box.left + box.width * x.place(mark.x), box.top + box.height * (1 - scale.place(mark.y))
            yield f'<circle cx="{place[0]:.2f}" cy="{place[1]:.2f}" r="{1.8 * t.line:.2f}"/>'
            yield _text(mark.label, place[0] + 0.5 * t.letters, place[1] - 0.5 * t.letters, "start")
        yield _stroked(f"M{box.left:.2f} {box.top:.2f}v{box.height:.2f}h{box.width:.2f}", t.ink, 0.8)

    def _x_axis(self, axis: Axis, box: _Box, side: int) -> Iterator[str]:
        """Yield the marks and labels of a horizontal axis; the side is 1 below the drawing and −1 above it."""
        t = self.theme
        most = max(int(box.width / (4.5 * t.letters)), 2)
        for value, label in axis.ticks(most):
            x = box.left + box.width * axis.place(value)
            yield _stroked(f"M{x:.2f} {box.top:.2f}v{side * 0.35 * t.letters:.2f}", t.ink, 0.8)
            yield _text(label, x, box.top + (1.35 if side > 0 else -0.6) * t.letters, "middle")
        y = box.top + (2.6 if side > 0 else -1.9) * t.letters
        yield _text(axis.unit, box.left + box.width / 2, y, "middle")

    def _line(self, drawn: str, how: Stroke, name: str = "", *, dots: bool = False) -> str:
        width = thickness(self.theme, len(self.figure.panels[0].series))
        if dots:
            return _stroked(drawn, how.colour, 2.5 * width, ' stroke-linecap="round"', name)
        dash = " ".join(f"{0.7 * length * width:g}" for length in how.dash)
        return _stroked(drawn, how.colour, width, f' stroke-dasharray="{dash}"' if dash else "", name)


def _path(points: Path, x: Axis, scale: Scale, box: _Box) -> str:
    """Return the points as the data of an SVG path."""
    drawn, pen_down, last = [], False, 0.0
    for at, value in zip(points.x.tolist(), points.y.tolist(), strict=True):
        if not np.isfinite(value):
            pen_down = False
            continue
        left, top = box.left + box.width * x.place(at), box.top + box.height * (1 - scale.place(value))
        if points.dots:
            drawn.append(f"M{left:.2f} {top:.2f}h0")
        elif not pen_down:
            drawn.append(f"M{left:.2f} {top:.2f}")
        elif points.steps:
            drawn.append(f"H{left:.2f}" + ("" if abs(top - last) < 0.005 else f"V{top:.2f}"))
        else:
            drawn.append(f"L{left:.2f} {top:.2f}")
        pen_down, last = True, top
    return "".join(drawn)


def _stroked(drawn: str, colour: str, width: float, more: str = "", name: str = "") -> str:
    """Return a line, with a name that viewers show under the cursor."""
    inside = f"<title>{escape(name)}</title>" if name else ""
    return f'<path d="{drawn}" fill="none" stroke="{colour}" stroke-width="{width:g}"{more}>{inside}</path>'


def _text(text: str, x: float, y: float, anchor: str, more: str = "") -> str:
    space = f" {more}" if more else ""
    return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}"{space}>{escape(text)}</text>'
