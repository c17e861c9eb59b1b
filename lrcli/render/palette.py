"""The colours, dashes and signs by which curves differ."""

from __future__ import annotations

from typing import NamedTuple


class Pen(NamedTuple):
    """How a line is drawn.

    Attributes:
        sign: What it is made of where dots cannot be used.
        colour: One of 256; None for the terminal's own.
        dash: Columns of dots that are drawn and left out, in turn; empty for a solid line.
    """

    sign: str
    colour: int | None
    dash: tuple[int, ...] = ()


COLOURS = (33, 202, 65, 127, 139, 28)
"""Of a terminal's 256: with a contrast of 3:1 to black and to white, and apart under deuteranopia too."""
DASHES: tuple[tuple[int, ...], ...] = ((), (6, 2), (2, 2), (10, 2, 2, 2))
"""Columns of dots that are drawn and left out."""
SIGNS = "*+xo#@%&"
METRIC = Pen(".", 245)


def pen(index: int, curves: int) -> Pen:
    """Return how one of several curves is drawn."""
    if curves == 1:
        return Pen(SIGNS[0], COLOURS[0])
    dash = DASHES[(index + index // len(COLOURS)) % len(DASHES)]
    return Pen(SIGNS[index % len(SIGNS)], COLOURS[index % len(COLOURS)], dash)
