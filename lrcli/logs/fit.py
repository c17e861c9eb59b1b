"""Least squares over many candidates at once: the peak, the end and the start of a decay are linear in the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.logs.budget import spend
from lrcli.logs.shapes import ENDLESS, Ramp, Shape, fall, rise

if TYPE_CHECKING:
    from lrcli.logs.points import Points
    from lrcli.numeric import Array


class Form(NamedTuple):
    """What of a decay is not linear, and what is left out.

    Attributes:
        shape: How it falls.
        power: Of a polynomial.
        ramp: How it rises.
        free_end: The end is not 0.
        free_start: The warm-up does not begin at 0.
    """

    shape: Shape
    power: float = 1.0
    ramp: Ramp = "linear"
    free_end: bool = False
    free_start: bool = False


class Solved(NamedTuple):
    """What least squares made of some candidates, one row each.

    Attributes:
        numbers: Peak, end and start.
        error: The largest difference from the points, in tolerances.
        deviation: The standard error of peak, end and start for points that are off by one tolerance.
    """

    numbers: Array
    error: Array
    deviation: Array


class Best(NamedTuple):
    """The nearest candidates, one row each.

    Attributes:
        warmup: How long each rises.
        begin: When its decay begins.
        length: How long its decay is.
        solved: What least squares made of it.
    """

    warmup: Array
    begin: Array
    length: Array
    solved: Solved


def basis(form: Form, t: Array, warmup: Array, begin: Array, length: Array) -> Array:
    """Return what peak, end and start are multiplied by: (candidate, 3, point).

    Args:
        form: Which form.
        t: Times of the points, of shape (candidate, point).
        warmup: How long each candidate rises, of shape (candidate, 1), as the others are.
        begin: When its decay begins.
        length: How long its decay is.
    """
    return np.stack(_columns(form, t, warmup, begin, length), axis=1)


def _columns(form: Form, t: Array, warmup: Array, begin: Array, length: Array) -> list[Array]:
    """Return the columns of `basis`, one by one."""
    left = fall(form.shape, (t - begin) / length, form.power, length)
    if not warmup.any():
        return [left, 1 - left, np.zeros_like(left)]
    done = rise(form.ramp, t / np.where(warmup > 0, warmup, 1.0), warmup)
    rising = t < warmup
    return [np.where(rising, done, left), np.where(rising, 0.0, 1 - left), np.where(rising, 1 - done, 0.0)]


def _solve(used: list[int], columns: list[Array], points: Points, again: int) -> Solved:
    """Return the peak, end and start with which each candidate is nearest to the points."""
    weighted = np.stack([columns[at] / points.tolerance for at in used], axis=1)
    target = points.y / points.tolerance
    gram = weighted @ weighted.transpose(0, 2, 1)
    scale = np.sqrt(np.maximum(np.einsum("cii->ci", gram), 1e-300))
    outer = scale[:, :, None] * scale[:, None, :]
    inverse = np.linalg.inv(gram / outer + 1e-13 * np.eye(len(used))) / outer
    found = np.einsum("cij,cj->ci", inverse, weighted @ target)
    rest = target - np.einsum("ci,cip->cp", found, weighted)
    for _ in range(again):  # once more with what is left: normal equations lose half of the digits
        found = found + np.einsum("cij,cj->ci", inverse, np.einsum("cip,cp->ci", weighted, rest))
        rest = target - np.einsum("ci,cip->cp", found, weighted)
    numbers, deviation = np.zeros((len(found), 3)), np.zeros((len(found), 3))
    numbers[:, used] = found
    deviation[:, used] = np.sqrt(np.abs(np.einsum("cii->ci", inverse)))
    return Solved(numbers, np.nan_to_num(np.abs(rest).max(axis=1), nan=np.inf), deviation)


def solve_at(
    form: Form, points: Points, offset: float, warmup: Array, begin: Array, length: Array, *, rough: bool = False
) -> Solved:
    """Return what least squares makes of candidates with these times, one for each row.

    Raises:
        ExhaustedError: If the log's budget of work is spent.
    """
    spend(len(length) * len(points))
    t = np.broadcast_to(np.maximum(points.x - offset, 0.0), (len(length), len(points)))
    used = [0] + [1] * form.free_end + [2] * form.free_start
    with np.errstate(all="ignore"):
        columns = _columns(form, t, warmup[:, None], begin[:, None], length[:, None])
        return _solve(used, columns, points, 2 if points.whole and not rough else 0)


def best_length(form: Form, points: Points, offset: float, warmup: Array, begin: Array, shortest: Array) -> Best:
    """Return the best length for each of the warm-ups and begins that are nearest to the points, nearest first."""
    if len(warmup) > 2 * _LIKELY:
        first = _lengths(form, points.sample(most=16), offset, (warmup, begin, shortest), 2, rough=True)
        likely = np.sort(np.argsort(first.error)[:_LIKELY])
        warmup, begin, shortest = warmup[likely], begin[likely], shortest[likely]
    rounds = 6 if points.whole else 4
    rough = _lengths(form, points.sample(most=32), offset, (warmup, begin, shortest), rounds, rough=True)
    some = np.argsort(rough.error)[:_ROWS]
    warmup, begin, shortest = warmup[some], begin[some], shortest[some]
    if points.whole and rough.error[some[0]] * np.median(points.tolerance) > _HOPELESS * points.peak:
        length = rough.deviation[some, 0]
        return Best(warmup, begin, length, solve_at(form, points, offset, warmup, begin, length))
    fine = _lengths(form, points, offset, (warmup, begin, shortest), 9 if points.whole or len(warmup) < 3 else 6)
    order = np.argsort(fine.error)
    return Best(warmup[order], begin[order], fine.deviation[order, 0], Solved(*(one[order] for one in fine)))


def _lengths(
    form: Form, points: Points, offset: float, times: tuple[Array, ...], rounds: int, *, rough: bool = False
) -> Solved:
    """Return the best of all lengths for each candidate, itself in place of the deviation.

    A grid is laid over the logarithm of what the length exceeds the shortest by, again and again about its best place.
    """
    warmup, begin, shortest = times
    span = float(points.x[-1] - points.x[0]) or 1.0
    low = np.full(len(warmup), np.log(min(1e-4 * span, 0.25) if form.shape not in ENDLESS else 1e-3 * span))
    high = np.full(len(warmup), np.log(60 * span if form.shape not in ENDLESS else 1e4 * span))
    rows = np.arange(len(warmup))
    for _ in range(rounds):
        grid = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, _GRID)
        lengths = shortest[:, None] + np.exp(grid)
        every = np.repeat(warmup, _GRID), np.repeat(begin, _GRID), lengths.ravel()
        error = solve_at(form, points, offset, *every, rough=rough).error.reshape(lengths.shape)
        best = error.argmin(axis=1)
        low, high = grid[rows, np.maximum(best - 1, 0)], grid[rows, np.minimum(best + 1, _GRID - 1)]
    found = lengths[rows, best]
    solved = solve_at(form, points, offset, warmup, begin, found)
    return solved._replace(deviation=found[:, None])


_HOPELESS = 3e-4
"""Whole floats that are off by this share of the peak, with the length known to 10⁻⁵, do not come from this form."""
_GRID = 20
_ROWS = 10
_LIKELY = 100
"""So many warm-ups and begins are compared through more than a few points."""
