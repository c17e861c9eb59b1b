"""Search a curve for its peak, its fall below a level, its largest fall and its changes, without evaluating all points.

Each search begins with columns, whose lowest and highest lr are known however many points they have, and continues in
the columns that can have the result, until these are short enough to be evaluated at all points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import engine

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.engine import Columns
    from lrcli.numeric import Array
    from lrcli.run import Run

_COLUMNS = 128
_SHORT = 1 << 12
"""Ranges of up to this many points are evaluated at all points."""
_ROUNDING = 1e-9
_CANDIDATES = 4
"""The number of ranges that are searched for the largest fall."""


class Found(NamedTuple):
    """An lr, or the difference between two, and its point."""

    value: float
    at: int


class Search:
    """A curve that can be searched; a short one is evaluated once."""

    def __init__(self, spec: Spec, run: Run) -> None:
        self.spec, self.run = spec, run
        self._whole = engine.evaluate(spec, run).lr if run.points <= engine.EXACT else None
        self._seen: dict[tuple[int, int], Columns] = {}

    def lr(self, begin: int, end: int) -> Array:
        """Return the lr at the points from begin to end − 1."""
        if self._whole is not None:
            return self._whole[begin:end]
        return engine.at(self.spec, self.run, np.arange(begin, end, dtype=np.float64))

    def peak(self) -> Found:
        """Return the highest lr and the first point at which it is in force."""
        begin, end = 0, self.run.points
        while not self._is_short(begin, end):
            edges, columns = self._columns(begin, end)
            best = int(np.argmax(columns.high))
            begin, end = edges[best], edges[best + 1]
        lr = self.lr(begin, end)
        return Found(float(lr.max()), begin + int(lr.argmax()))

    def first_below(self, level: float, begin: int) -> int | None:
        """Return the first point from begin on at which the lr is below a level; None if there is none."""
        return self._first_below(level, begin, 0, self.run.points)

    def _first_below(self, level: float, begin: int, start: int, stop: int) -> int | None:
        if stop <= begin:
            return None
        if self._is_short(start, stop):
            first = max(start, begin)
            below = self.lr(first, stop) < level
            return first + int(below.argmax()) if below.any() else None
        edges, columns = self._columns(start, stop)
        found = (self._first_below(level, begin, edges[i], edges[i + 1]) for i in np.flatnonzero(columns.low < level))
        return next((point for point in found if point is not None), None)

    def largest_fall(self) -> Found | None:
        """Return the largest fall from one point to the next, and where the lower lr begins; None if it never falls.

        It is searched next to the largest fall so far, and where the lr has the steepest mean slope.
        """
        best, ranges = Found(0.0, 0), [(0, self.run.points)]
        while ranges:
            steep: list[tuple[float, tuple[int, int]]] = []
            for begin, end in ranges:
                t = self._points(begin, end)
                falls, apart = -np.diff(self._at(t)), np.diff(t)
                if apart.size == 0 or falls.max() <= best.value * (1 + _ROUNDING):
                    continue
                steps = np.where(apart == 1, falls, 0.0)
                step = int(np.argmax(steps >= steps.max() * (1 - _ROUNDING)))
                if steps[step] > best.value * (1 + _ROUNDING):
                    best = Found(float(steps[step]), int(t[step + 1]))
                steep += _steep(t, np.where(apart > 1, falls / apart, 0.0), step)
            steep.sort(key=lambda one: -one[0])
            ranges = list(dict.fromkeys(part for _, part in steep))[: 2 * _CANDIDATES]
        return best if best.value > 0 else None

    def changes(self, most: int) -> list[int] | None:
        """Return the points at which the lr differs from the point before; None if there are more than `most`."""
        return self._changes(1, self.run.points, most)

    def _changes(self, begin: int, end: int, most: int) -> list[int] | None:
        if self._is_short(begin, end):
            new = np.flatnonzero(np.diff(self.lr(begin - 1, end))) + begin
            return None if new.size > most else [int(point) for point in new]
        edges, columns = self._columns(begin - 1, end)
        uneven = np.flatnonzero(columns.low < columns.high)
        if uneven.size > most:
            return None
        starts = np.array(edges[1:-1], dtype=np.float64)
        jumps = engine.at(self.spec, self.run, starts) != engine.at(self.spec, self.run, starts - 1)
        all_found = [int(start) for start in starts[jumps]]
        for i in uneven:
            found = self._changes(edges[i] + 1, edges[i + 1], most - len(all_found))
            if found is None:
                return None
            all_found += found
        return sorted(all_found) if len(all_found) <= most else None

    def _points(self, begin: int, end: int) -> Array:
        """Return the points of a range to evaluate: all, or the ends of columns and the breakpoints."""
        if self._is_short(begin, end):
            return np.arange(begin, end, dtype=np.float64)
        edges = np.array(_edges(begin, end), dtype=np.float64)
        return engine.points_to_evaluate(self.spec, self.run, edges, _SHORT)

    def _at(self, t: Array) -> Array:
        return engine.at(self.spec, self.run, t) if self._whole is None else self._whole[t.astype(np.int64)]

    def _is_short(self, begin: int, end: int) -> bool:
        """Return whether all points of a range are evaluated."""
        return self._whole is not None or end - begin <= _SHORT

    def _columns(self, begin: int, end: int) -> tuple[list[int], Columns]:
        edges = _edges(begin, end)
        if (begin, end) not in self._seen:
            columns = engine.columns(self.spec, self.run, np.array(edges, dtype=np.float64), _SHORT)
            self._seen[begin, end] = columns
        return edges, self._seen[begin, end]


def _edges(begin: int, end: int) -> list[int]:
    """Return the edges of columns, each of which starts at a point."""
    return [begin + (end - begin) * i // _COLUMNS for i in range(_COLUMNS + 1)]


def _steep(t: Array, slopes: Array, step: int) -> list[tuple[float, tuple[int, int]]]:
    """Return the steepest ranges between some points, and the range around a step, each with its slope."""
    if slopes.max() <= 0:
        return []
    around = [step, *np.argsort(-slopes, kind="stable")[:_CANDIDATES].tolist()]
    return [(float(slopes[i]), (int(t[max(i - 2, 0)]), int(t[min(i + 3, t.size - 1)]) + 1)) for i in around]
