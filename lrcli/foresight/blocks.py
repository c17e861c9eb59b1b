"""The changes of a learning rate after its peak, merged into about 256 blocks, so that a million steps cost no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lrcli.numeric import Array

MOST = 256
"""About how many blocks the changes of a smooth decay are merged into."""
SMALLEST = 1e-6
"""An lr below this share of the peak is taken as this share."""
_NO_CHANGE = 1e-12
_TO_PEAK = 0.99
"""The warm-up is over when the lr first reaches this share of the highest."""
_RISE = 0.10


class Blocks(NamedTuple):
    """An lr per step, as shares e of a peak, and its changes in blocks; the means are weighted by the changes.

    Attributes:
        sums: S, the sum of e up to and with each step.
        drop: By how much e falls in each block; negative where it rises.
        before: Mean of S before the step of a change.
        rate: Mean of e after it.
        first: Index of the first step of each block.
        last: Index of its last step.
    """

    sums: Array
    drop: Array
    before: Array
    rate: Array
    first: NDArray[np.int_]
    last: NDArray[np.int_]


def end_of_warmup(lr: Array) -> int:
    """Return the index of the first step that is practically at the peak."""
    return int(np.argmax(lr >= _TO_PEAK * lr.max()))


def rises_again(lr: Array) -> bool:
    """Return whether the lr rises, after its peak, by more than a tenth of it."""
    after = lr[end_of_warmup(lr) :]
    return bool(np.max(after - np.minimum.accumulate(after)) > _RISE * lr.max())


def blocks(lr: Array, peak: float) -> Blocks:
    """Return an lr per step with its changes in blocks.

    Args:
        lr: The lr of steps 1, 2, …, above 0 somewhere.
        peak: What its shares are of.
    """
    e = lr / peak
    sums = np.cumsum(e)
    begin = end_of_warmup(e)
    changed = np.flatnonzero(e[begin + 1 :] != e[begin:-1]) + begin + 1
    changes = e[changed - 1] - e[changed]
    clear = np.abs(changes) > _NO_CHANGE
    changed, changes = changed[clear], changes[clear]
    start = _starts(changes)
    if not start.size:
        return Blocks(sums, *np.zeros((3, 0)), *np.zeros((2, 0), np.int_))
    drop = np.add.reduceat(changes, start)
    before = np.add.reduceat(changes * (sums[changed] - e[changed]), start) / drop
    rate = np.add.reduceat(changes * e[changed], start) / drop
    end = np.append(start[1:], changes.size) - 1
    return Blocks(sums, drop, before, np.maximum(rate, SMALLEST), changed[start], changed[end])


def _starts(changes: Array) -> NDArray[np.int_]:
    """Return which changes begin a block: half of the blocks are even in the size of changes, half in their number."""
    size = np.abs(changes)
    if not size.size:
        return np.zeros(0, np.int_)
    share = np.cumsum(size) / size.sum() + np.arange(1, size.size + 1) / size.size
    number = np.floor(share / 2 * MOST * (1 - 1e-6))
    new = (np.diff(number) > 0) | (np.diff(np.sign(changes)) != 0)
    return np.flatnonzero(np.append(True, new))
