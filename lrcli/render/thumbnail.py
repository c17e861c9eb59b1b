"""A small curve in block characters, drawn one float at a time so that nothing heavy is loaded for it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from lrcli.compose import play
from lrcli.problems import SpecError, computed

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run

_BLOCKS = " ▁▂▃▄▅▆▇█"
_ASCII = " .:#"


def thumbnail(spec: Spec, run: Run, *, columns: int, rows: int, ascii_only: bool = False) -> list[str]:
    """Return the curve as filled columns, the highest lr at full height.

    Args:
        spec: What to draw.
        run: Over which run.
        columns: Width; a run with fewer points has fewer columns.
        rows: Height.
        ascii_only: Use no character beyond ASCII.

    Raises:
        SpecError: If the lr is too large for a float.
    """
    signs = _ASCII if ascii_only else _BLOCKS
    points = min(columns, run.points)
    indices = [float(i * (run.points - 1) // max(points - 1, 1)) for i in range(points)]
    with computed("the lr"):
        values = [float(play(spec, run.time(cast("Array", i)), run)) for i in indices]
    if not all(map(math.isfinite, values)):
        raise SpecError("the lr is not finite")
    highest = max(*values, 0.0) or 1.0
    levels = [round(value / highest * rows * (len(signs) - 1)) for value in values]
    return ["".join(_sign(signs, level, row) for level in levels).rstrip() for row in reversed(range(rows))]


def _sign(signs: str, level: int, row: int) -> str:
    full = len(signs) - 1
    return signs[min(max(level - row * full, 0), full)]
