"""A line that falls, times a warm-up that rises underneath it, as Ultralytics has: the warm-up counts iterations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lrcli.logs.decimals import RATIOS, near
from lrcli.logs.models import Scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.logs.points import Points
    from lrcli.numeric import Array

_LEAST = 4
"""Points that a line is recognised by."""


def scaled(points: Points) -> list[Scaled]:
    """Return the lines times a warm-up that agree with a run: one whose warm-up does not end in it comes last."""
    found = [model for offset in (0.0, 1.0) for model in _ended(points, offset) if points.error(model) <= 1]
    if found:
        return sorted(found, key=Scaled.bits)
    return [model for offset in (0.0, 1.0) for model in _unended(points, offset) if points.error(model) <= 1][:1]


def _ended(points: Points, offset: float) -> Iterator[Scaled]:
    """Yield the lines that the last points are on, and the warm-up that the first are short of them by."""
    t = points.x - offset
    top = int(np.argmax(points.y))
    for begin in range(top, min(top + 3, len(points) - _LEAST + 1)):
        slope, base = _line(t[begin:], points.y[begin:], points.tolerance[begin:])
        done = points.y[:begin] / (base + slope * t[:begin])
        if slope >= 0 or begin < 2 or not (done > 0).all() or not (done < 1).all():
            continue
        rise, at_zero = _line(t[:begin], done, points.tolerance[:begin] / points.y[:begin])
        for peak in near(base, 2 * float(points.tolerance.max()))[:3] if rise > 0 else ():
            for share in (0.01, 0.0, *RATIOS):
                length = (1 - share) * peak / -slope
                if abs(length - round(length)) < 1e-3 * length:
                    yield Scaled(
                        offset=offset, peak=peak, end=share * peak, length=float(round(length)),
                        warmup=1 / rise, begin=-at_zero / rise,
                    )  # fmt: skip


def _unended(points: Points, offset: float) -> Iterator[Scaled]:
    """Yield the line and the warm-up whose product is the parabola that a run which does not leave the warm-up is."""
    t = points.x - offset
    if len(points) < _LEAST or t[0] < 0:
        return
    columns = np.stack([t * t, t, np.ones_like(t)], axis=1) / points.tolerance[:, None]
    parabola = np.linalg.lstsq(columns, points.y / points.tolerance, rcond=None)[0]
    roots = np.roots(parabola)
    if len(roots) < 2 or np.iscomplex(roots).any() or parabola[0] >= 0:
        return
    begin, length = sorted(roots.real.tolist())
    if -1.01 <= begin <= 0 and length > 0:
        warmup = float(t[-1]) + 1 - begin
        yield Scaled(
            offset=offset, peak=-float(parabola[0]) * length * warmup, length=length, warmup=warmup, begin=begin,
            ended=False,
        )  # fmt: skip


def _line(x: Array, y: Array, tolerance: Array) -> tuple[float, float]:
    """Return slope and base of the line through some points, each weighted by how exact it is."""
    columns = np.stack([x, np.ones_like(x)], axis=1) / tolerance[:, None]
    slope, base = np.linalg.lstsq(columns, y / tolerance, rcond=None)[0].tolist()
    return slope, base
