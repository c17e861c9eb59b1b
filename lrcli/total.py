"""The sum of a curve over more points than can be added up one by one.

Between its knots a curve is smooth, so that a few of its points tell the sum of many: adaptive summation, the
counterpart for whole steps of adaptive quadrature. Where a curve goes up and down more often than can be looked at,
its mean over a few whole periods is what is smooth, and is summed in its place.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import engine
from lrcli.waves import MANY, REGULAR, Waves, period_near

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run

_COLUMNS = 16
"""A stretch is divided into so many, before it is known what is in it."""

_DENSE = 14
"""So many knots within a column, without its ends, and there may be more that are not told (`knots.multiples`)."""

_PRECISE, _PRECISE_WAVES = 1e-11, 1e-7
"""A piece, or a stretch of waves, is divided until that changes its sum by no more than this share of the whole."""

_FEW = 64
"""Pieces of so many points are added up point by point."""

_FEW_WAVES, _LOOKS = 8, 1024
"""So many waves are looked at one by one, and so many points of one."""

_MOST = 1 << 21
"""Points that are looked at in all: what is rougher than they can tell is estimated."""


def total(spec: Spec, run: Run) -> float:
    """Return the sum of the lr over all points of the run, exactly, or to about 8 digits of more than EXACT of them."""
    if run.points <= engine.EXACT:
        return float(engine.evaluate(spec, run).lr.sum())
    return _Sum(spec, run).all()


class _Cells(NamedTuple):
    """Stretches of points, each from begin to end − 1."""

    begin: Array
    end: Array


class _Sum:
    """The sum of one curve."""

    def __init__(self, spec: Spec, run: Run) -> None:
        self.spec, self.run = spec, run
        self.left = _MOST
        self.waves: list[Waves] = []
        self.cells: list[_Cells] = []

    def all(self) -> float:
        """Return the sum over the run."""
        self._divide(np.round(np.linspace(0, self.run.points, _COLUMNS + 1)))
        whole = [rest for waves in self.waves if (rest := self._whole(waves)).looks > _FEW_WAVES]
        known = self._of_pieces() if self.cells else 0.0
        return known + self._of_waves(whole, known)

    def _whole(self, waves: Waves) -> Waves:
        """Return the whole periods of some waves, of which the rest, or all if they are few, become pieces."""
        rest = waves.whole()
        begin, end = (rest.begin, rest.end) if rest.looks > _FEW_WAVES else (waves.end, waves.end)
        self._add_cycles(waves.begin, begin, waves.period)
        self._add_cycles(end, waves.end, waves.period)
        return rest

    def _divide(self, edges: Array) -> None:
        """Sort the columns between some edges into smooth pieces and stretches of waves."""
        seams = self._seams(edges)
        for begin, end in pairwise(edges.tolist()):
            inside = seams[(seams > begin) & (seams < end)]
            if inside.size < _DENSE:
                self._add_pieces(begin, end, inside)
            else:
                self._divide_crowd(begin, end, inside)

    def _divide_crowd(self, begin: float, end: float, seams: Array) -> None:
        """Sort a column with many knots by the first and the last of them."""
        early, late = (period_near(self.spec, self.run, float(seams[i])) for i in (_DENSE // 2 - 1, -_DENSE // 2))
        period = max(early, late)
        regular = abs(late - early) <= REGULAR * period
        if not period:
            self._add_pieces(begin, end, seams)
        elif end - begin <= 2 * MANY * period:
            self._add_cycles(begin, end, period)
        elif regular:
            before = self.waves[-1] if self.waves else None
            if before and before.end == begin and abs(before.period - period) <= REGULAR * period:
                begin = self.waves.pop().begin
            self.waves.append(Waves(begin, end, period))
        else:
            self._divide(np.round(np.linspace(begin, end, 3)))

    def _add_cycles(self, begin: float, end: float, period: float) -> None:
        """Add the pieces between all the knots of a few periods."""
        if begin < end:
            self._add_pieces(begin, end, self._seams(np.linspace(begin, end, 2 + int((end - begin) / (8 * period)))))

    def _add_pieces(self, begin: float, end: float, seams: Array) -> None:
        borders = np.concatenate([[begin], seams[(seams > begin) & (seams < end)], [end]])
        self.cells.append(_Cells(borders[:-1], borders[1:]))

    def _seams(self, edges: Array) -> Array:
        """Return the points beside the knots, at which one smooth piece ends and the next begins."""
        times = engine.turns(self.spec, self.run, edges)
        found: Array = np.unique(np.concatenate([np.floor(times), np.ceil(times)]))
        return found

    def _of_pieces(self, precise: float = _PRECISE) -> float:
        """Return the sum over the pieces found so far, each divided until its halves say the same as the whole."""
        cells, self.cells = _Cells(*(np.concatenate(ends) for ends in zip(*self.cells, strict=True))), []
        done, cells = self._of_short(cells)
        guess = self._guess(cells)
        while guess.size:
            middle = (cells.begin + cells.end) // 2
            halves = _Cells(np.concatenate([cells.begin, middle]), np.concatenate([middle, cells.end]))
            finer = self._guess(halves)
            apart = np.abs(finer.reshape(2, -1).sum(axis=0) - guess)
            settled = (apart <= precise * (abs(done) + np.abs(finer).sum())) | (self.left < 0)
            done += float(finer.reshape(2, -1)[:, settled].sum())
            again = np.tile(~settled, 2)
            short, cells = self._of_short(_Cells(halves.begin[again], halves.end[again]))
            done, guess = done + short, self._guess(cells)
        return done

    def _of_short(self, cells: _Cells) -> tuple[float, _Cells]:
        """Return the sum over those cells that have few points, point by point, and the others."""
        points = cells.end - cells.begin
        short = points <= _FEW
        counts = points[short].astype(np.int64)
        t = (
            np.arange(counts.sum())
            - np.repeat(np.cumsum(counts) - counts, counts)
            + np.repeat(cells.begin[short], counts)
        )
        return float(self._lr(t).sum()), _Cells(cells.begin[~short], cells.end[~short])

    def _guess(self, cells: _Cells) -> Array:
        """Return the sum over each cell by three of its points; of an even number the last is added by itself."""
        begin, end = cells
        half = (end - begin - 1) // 2
        t = np.stack([begin, begin + half, begin + 2 * half, end - 1])
        first, middle, last, extra = self._lr(t.ravel()).reshape(t.shape)
        sums: Array = _parabola(half, first, middle, last) + np.where(end - begin > 2 * half + 1, extra, 0.0)
        return sums

    def _of_waves(self, found: list[Waves], known: float) -> float:
        """Return the sum over all waves, each stretch divided until its halves say the same as the whole.

        Args:
            found: Stretches of whole periods.
            known: The sum over the rest.
        """
        done, active = 0.0, [(waves, self._by_three(waves)) for waves in found]
        while active:
            halved = [(rough, [(half, self._by_three(half)) for half in waves.halves()]) for waves, rough in active]
            about = abs(done + known) + sum(abs(guess) for _, parts in halved for _, guess in parts)
            active = []
            for whole, parts in halved:
                finer = sum(guess for _, guess in parts)
                if abs(finer - whole) <= _PRECISE_WAVES * about or self.left < 0:
                    done += finer
                    continue
                for waves, guess in parts:
                    if waves.looks > _FEW_WAVES:
                        active.append((waves, guess))
                    else:
                        self._add_cycles(waves.begin, waves.end, waves.period)
        return done + (self._of_pieces() if self.cells else 0.0)

    def _by_three(self, waves: Waves) -> float:
        """Return the sum over waves by those over the first, the middle and the last periods."""
        half = (waves.looks - 1) // 2
        first, middle, last = (self._of_periods(waves, i) for i in (0, half, 2 * half))
        extra = self._of_periods(waves, waves.looks - 1) if waves.looks > 2 * half + 1 else 0.0
        return float(_parabola(half, first, middle, last)) + extra

    def _of_periods(self, waves: Waves, i: int) -> float:
        """Return the sum over the i-th of the periods that are looked at together: point by point if they are short."""
        begin, span = float(np.round(waves.begin + i * waves.length)), round(waves.length)
        if span <= _LOOKS:
            return float(self._lr(begin + np.arange(float(span))).sum())
        mine, self.cells = self.cells, []
        self._add_cycles(begin, begin + span, waves.period)
        found = self._of_pieces(_PRECISE_WAVES)
        self.cells = mine
        return found

    def _lr(self, t: Array) -> Array:
        self.left -= t.size
        return engine.at(self.spec, self.run, t)


def _parabola(half: Array | float, first: Array | float, middle: Array | float, last: Array | float) -> Array | float:
    """Return the sum of 2h + 1 values of a parabola, by the first, the middle and the last of them.

    Euler and Maclaurin: ∫ + (f₀ + f₂)/2 + (f₂' − f₀')/12 = h/3·(f₀ + 4f₁ + f₂) + (f₀ + f₂)/2 + (f₀ − 2f₁ + f₂)/(6h).
    """
    bend = (first - 2 * middle + last) / (6 * half)
    return half / 3 * (first + 4 * middle + last) + (first + last) / 2 + bend
