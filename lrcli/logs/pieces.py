"""Lines, exponentials and half cosines, one after the other: what is said of a run that no single schedule explains."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from lrcli.logs.decimals import short, whole
from lrcli.logs.fit import Form, best_length, solve_at
from lrcli.logs.models import Piece, Pieces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from lrcli.logs.points import Points
    from lrcli.numeric import Array

_MOST = 12
"""More pieces would explain whatever a run is."""
_SHARP = 4.0
"""By so many tolerances a rounded run leaves a piece at once; a curve leaves lines that are laid along it slowly."""
_LEAST = 4
"""Points of a piece; the first of a run may have one fewer, and the last any number."""
_HALF = Form("cosine", free_end=True)


def pieces(points: Points) -> list[Pieces]:
    """Return the pieces that a run is made of, if they are few; none if they are not."""
    slow = next(_slowing(points), None)
    if slow is not None:
        return [Pieces(peak=points.peak, starts=(float(points.x[0]),), parts=(slow,))]
    starts: list[float] = []
    parts: list[Piece] = []
    at = 0
    while at < len(points):
        end, part = max(_from(points, at), key=lambda one: one[0], default=(at, None))
        if part is None or (end - at < _LEAST - (at == 0) and end < len(points)) or len(parts) == _MOST:
            return []
        if parts and not points.whole and not _leaves(points, parts[-1], at):
            return []
        starts.append(float(points.x[at]))
        parts.append(part)
        at = end
    model = Pieces(peak=points.peak, starts=tuple(starts), parts=tuple(parts))
    return [model] if points.error(model) <= 1 else []


def _leaves(points: Points, piece: Piece, at: int) -> bool:
    """Return whether the points from one on are clearly off the piece before them."""
    off = np.abs(piece.lr(points.x[at : at + 3]) - points.y[at : at + 3])
    return bool((off > _SHARP * points.tolerance[at : at + 3]).any())


def _from(points: Points, at: int) -> Iterator[tuple[int, Piece]]:
    """Yield what the points from one on may be, and the first point past it."""
    for kind in ("line", "exponential"):
        size = _LEAST
        while at + size < len(points) and _chord(points, at, at + size, kind):
            size *= 2
        low, high = size // 2, min(size, len(points) - at)
        while low < high:  # the longest that agrees
            middle = (low + high + 1) // 2
            low, high = (middle, high) if _chord(points, at, at + middle, kind) else (low, middle - 1)
        piece = _chord(points, at, at + low, kind)
        if piece is not None:
            yield at + low, piece
    yield from _half_wave(points, at)


def _chord(points: Points, begin: int, end: int, kind: Literal["line", "exponential"]) -> Piece | None:
    """Return the line, or the exponential, through some points, if it agrees with each."""
    x, y = points.x[begin:end], points.y[begin:end]
    first, last = float(x[0]), float(x[-1]) if len(x) > 1 else float(x[0]) + 1.0
    if last <= first or (kind == "exponential" and (y <= 2 * points.tolerance[begin:end]).any()):
        return None
    part = points.part(slice(begin, end))
    value = np.log(y) if kind == "exponential" else y
    if points.whole or len(x) < 3:
        ends = float(y[0]), float(y[-1])
    else:
        weight = (y if kind == "exponential" else np.ones_like(y)) / part.tolerance
        columns = np.stack([(last - x) / (last - first), (x - first) / (last - first)], axis=1)
        low, high = _middle(columns, value, weight).tolist()
        ends = (float(np.exp(low)), float(np.exp(high))) if kind == "exponential" else (low, high)
    piece = Piece(kind, first, last, *ends)
    return piece if part.error(Pieces(starts=(first,), parts=(piece,))) <= 1 else None


def _middle(columns: Array, y: Array, weight: Array) -> Array:
    """Return the numbers with which the weighted differences are at most 1, or nearly so."""
    found: Array = np.zeros(columns.shape[1])
    more = np.ones_like(y)
    for _ in range(_ROUNDS):
        root = weight * np.sqrt(more)
        found = np.asarray(np.linalg.lstsq(columns * root[:, None], y * root, rcond=None)[0], dtype=np.float64)
        off = np.abs(columns @ found - y) * weight
        if not 0.95 < off.max() < _NEARLY:
            break
        more = more * off / off.max()  # Lawson's: in the end the largest differences are equal
    return found


_ROUNDS = 12
_NEARLY = 2.0
"""Least squares that are further off than this agree with no other weights either."""


_CURVED = 100.0
"""Over so many tolerances a logarithm, a square root and a line are surely apart."""


def _fitted(form: Piece, points: Points) -> Piece:
    """Return a piece of this form, from and to the values that are nearest to the points."""
    done = form.lr(points.x)
    first, last = _middle(np.stack([1 - done, done], axis=1), points.y, 1 / points.tolerance).tolist()
    return form._replace(first=0.0 if abs(first) < points.tolerance.max() / 4 else first, last=last)


def _slowing(points: Points) -> Iterator[Piece]:
    """Yield the logarithm or the square root that a whole run rises by."""
    little = points.y[-1] - points.y[0] < _CURVED * points.tolerance.max()
    if len(points) < 2 * _LEAST or little or (np.diff(points.y) < -points.tolerance[1:]).any():
        return
    sample, end = points.sample(), float(points.x[-1])
    kinds: tuple[Literal["log", "root"], ...] = ("log", "root")
    for kind, begin in product(kinds, (-1.0, 0.0, 1.0, 2.0)):
        if begin <= points.x[min(2, len(points) - 1)]:
            form = Piece(kind, begin, end, 0.0, 1.0)
            piece = _fitted(form, sample)
            if not points.whole and sample.error(Pieces(starts=(float(points.x[0]),), parts=(piece,))) < _NEARLY:
                piece = _fitted(form, points)
            if points.error(Pieces(starts=(float(points.x[0]),), parts=(piece,))) <= 1:
                yield piece


def _half_wave(points: Points, at: int) -> Iterator[tuple[int, Piece]]:
    """Yield the half of a cosine that the points from one on are, as far as they go one way."""
    end = _one_way(points, at)
    if end - at < 2 * _LEAST:
        return
    window = points.part(slice(at, end))
    before = float(points.x[at - 1]) if at else float(points.x[0]) - points.step
    begin = np.array([*whole(before, float(points.x[at]), 40), *([0.0, 1.0] if at else [])])
    if not len(begin):
        return
    shortest = np.maximum(float(window.x[-2]) - begin, 0.5)
    best = best_length(_HALF, window.sample(), 0.0, np.zeros(len(begin)), begin, shortest)
    for length in dict.fromkeys([float(round(best.length[0])), float(best.length[0])]):
        times = np.zeros(1), best.begin[:1], np.array([length])
        peak, low, _ = solve_at(_HALF, window, 0.0, *times).numbers[0].tolist()
        slack_of_both = float(window.tolerance.min()) / 4
        ends = short(peak, slack_of_both)[0], short(low, slack_of_both)[0]
        piece = Piece("cosine", float(best.begin[0]), float(best.begin[0]) + length, *ends)
        model = Pieces(starts=(float(window.x[0]),), parts=(piece,))
        if window.error(model) <= 1:
            still = points.part(slice(at, None)).error(model) <= 1  # the last points do not move, and are of it too
            yield len(points) if still else end, piece
            return


def _one_way(points: Points, at: int) -> int:
    """Return the first point past those from one on that all rise, or all fall."""
    change, slack = np.diff(points.y[at:]), points.tolerance[at + 1 :]
    moves = np.flatnonzero(np.abs(change) > slack)
    if len(moves) < 2:
        return at
    way = np.sign(change[moves])
    turn = np.flatnonzero(way != way[1])
    last = int(moves[int(turn[turn > 0][0]) - 1 if (turn > 0).any() else -1])
    return at + last + 2
