"""Lines in which every cell is a plain number: read at once, without a Python object for each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lrcli.numeric import Array


def plain_numbers(lines: list[str], sign: str, count: int) -> Array | None:
    """Return the numbers of some lines, a row for each line.

    None unless each line has so many cells and each cell is a number: nothing else (quotes, an empty cell, a word, half
    a line) is read here, and an empty line only as the last.
    """
    filled = lines[:-1] if lines and not lines[-1] else lines
    if not any(map(str.strip, filled)):
        return None
    try:
        found = np.loadtxt(filled, delimiter=sign.strip(" ") or None, comments=None, ndmin=2)
    except ValueError:
        return None
    return found if found.shape == (len(filled), count) else None
