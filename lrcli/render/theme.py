"""The look of a picture: its size, letters and colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.render.palette import COLOURS, pen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.render.view import Picture


class Theme(NamedTuple):
    """The look of a picture; lengths are in points, 72 to an inch."""

    width: float
    height: float
    letters: float
    line: float
    ink: str
    paper: str
    faint: str


_THEMES = {
    "paper": Theme(5.0 * 72, 3.2 * 72, 8.0, 1.2, "#1a1a1a", "#ffffff", "#d9d9d9"),
    "slide": Theme(10.0 * 72, 5.6 * 72, 16.0, 2.6, "#1a1a1a", "#ffffff", "#d9d9d9"),
    "dark": Theme(6.4 * 72, 4.0 * 72, 10.0, 1.5, "#e6e6e6", "#111111", "#3a3a3a"),
}


def theme(picture: Picture) -> Theme:
    """Return the look that was asked for."""
    found = _THEMES[picture.style]
    width = found.width if picture.width_in is None else picture.width_in * 72
    height = found.height if picture.height_in is None else picture.height_in * 72
    return found._replace(width=width, height=height)


def thickness(look: Theme, curves: int) -> float:
    """Return how thick the lines of so many curves are: thin where they are many."""
    return look.line if curves <= _APART else 0.5 * look.line


class Stroke(NamedTuple):
    """How a curve is drawn: its colour, and the lengths of its dashes and gaps in widths of the line."""

    colour: str
    dash: tuple[int, ...]


_APART = 24
"""So many curves differ in colour or dash; more are coloured along a scale in the order of the legend."""
_SCALE = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (220, 200, 40))
"""Viridis, but for its palest end."""


def stroke(index: int, curves: int) -> Stroke:
    """Return how one of several curves is drawn; the colours and dashes are those of the terminal."""
    one = pen(index, curves)
    if curves <= _APART:
        return Stroke(_hex(_rgb(one.colour or COLOURS[0])), one.dash)
    place = index / (curves - 1) * (len(_SCALE) - 1)
    left = min(int(place), len(_SCALE) - 2)
    mixed = [round(a + (b - a) * (place - left)) for a, b in zip(_SCALE[left], _SCALE[left + 1], strict=True)]
    return Stroke(_hex(mixed), one.dash)


GREY = Stroke("#8a8a8a", ())
BAND = 0.15
"""The opacity of the band in which a curve may be."""


def _rgb(colour: int) -> list[int]:
    """Return red, green and blue of one of the 216 colours of a terminal's cube."""
    levels = (0, 95, 135, 175, 215, 255)
    return [levels[(colour - 16) // part % 6] for part in (36, 6, 1)]


def _hex(rgb: list[int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in rgb)


_LEGEND = 0.35
"""The share of a picture's height that a legend may take."""


def legend(names: Sequence[str], look: Theme) -> tuple[float, int]:
    """Return the height of the letters in a legend, and its columns: smaller letters where there are many names."""
    wide = 0.6 * max(map(len, names)) + 4
    for share in (1.0, 0.85, 0.7, 0.6, 0.5, 0.4):
        size = share * look.letters
        columns = max(1, min(len(names), int((look.width - size) / (wide * size))))
        if -(-len(names) // columns) * 1.4 * size <= _LEGEND * look.height:
            break
    return size, columns
