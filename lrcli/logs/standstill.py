"""Steps that a scheduler missed, found in the log alone: the lr stands still while the clock goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lrcli.logs.points import Points
    from lrcli.numeric import Array

_CLEAR = 6.0
"""An lr that moves by so many tolerances from a point to the next is surely moving."""
_RARE = 0.06
"""Above this share of the points it is no missed step, but how the schedule goes."""
_SURE = 0.2
"""By how much the number of missed steps between two points may seem to be no whole number."""


def standstills(points: Points) -> list[Array]:
    """Return how many steps were missed before each point: those in which an lr that moves did not.

    Between points of one step the lr stands still; between points of many it moves by a smaller part of its way than
    before and after. Where it turns, that may be how the schedule goes: there are two answers then.
    """
    if len(points) < 8 or np.ptp(points.y) == 0:
        return []
    every = points.step
    if not (np.diff(points.x) == every).all():
        return []
    change = np.diff(points.y)
    slack = points.tolerance[1:] + points.tolerance[:-1]
    tried = [_repeats(change, slack, turns=turns) for turns in (False, True)] if every == 1 else []
    few = max(1, _RARE * len(points))
    some = [lost for lost in tried or [_shorter(change, slack, every)] if 0 < np.count_nonzero(lost) <= few]
    once = some[:1] if len(some) > 1 and np.array_equal(some[0], some[1]) else some
    return [np.concatenate([[0.0], np.cumsum(lost)]) for lost in once]


def _repeats(change: Array, slack: Array, *, turns: bool) -> Array:
    """Return where the lr stands still between changes that are clear, and in one direction unless turns count."""
    stands = np.abs(change) <= slack
    moving = np.flatnonzero(np.abs(change) > 0.5 * _CLEAR * slack)
    lost = np.zeros(len(change))
    before = np.searchsorted(moving, np.flatnonzero(stands)) - 1
    for at, place in zip(np.flatnonzero(stands).tolist(), before.tolist(), strict=True):
        if not 0 <= place < len(moving) - 1:
            continue
        first, last = int(moving[place]), int(moving[place + 1])
        between = stands[first + 1 : last]
        levels = not {first - 1, last + 1} & set(moving[max(place - 1, 0) : place + 3].tolist())
        if (turns or change[first] * change[last] > 0) and between.all() and len(between) <= _IN_A_ROW and not levels:
            lost[at] = 1.0
    return lost


_IN_A_ROW = 4


def _shorter(change: Array, slack: Array, every: float) -> Array:
    """Return by how many whole steps the lr moves less than the changes before and after it lead to expect."""
    padded = np.pad(change, 2, mode="edge")
    left, right = padded[1:-3], padded[3:-1]
    guesses = np.stack([2 * left - padded[:-4], 2 * right - padded[4:], (left + right) / 2])
    expected = np.median(guesses, axis=0)
    with np.errstate(all="ignore"):
        fewer = every * (1 - change / expected)
        noise = every * 2 * slack / np.abs(expected)
    fewer = np.where(np.isfinite(fewer), fewer, 0.0)
    count = np.round(fewer)
    sure = (np.abs(fewer - count) < _SURE) & (noise < _SURE) & (count >= 1) & (count < every)
    steady = np.ptp(guesses, axis=0) * every < 4 * np.abs(expected)
    lost = np.where(sure & steady, count, 0.0)
    lost[[0, -1]] = 0.0
    return lost
