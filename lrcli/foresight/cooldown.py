"""The length of a linear cooldown, chosen after one logged run among 5 to 95 % of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.foresight.predict import at_the_end

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lrcli.foresight.fit import Fit
    from lrcli.numeric import Array

SHARES = tuple(percent / 100 for percent in range(5, 100, 5))
"""The lengths that are compared, as shares of the run."""
_AS_GOOD = 0.002
"""Losses that differ by less (in nats) are as good: reruns of one run differ by more."""


class Cooldown(NamedTuple):
    """The length of a linear cooldown, as a share of the run.

    Attributes:
        pick: The shortest that is as good as the best.
        longest: The longest that is as good.
        best: The one with the lowest expected loss.
        losses: The expected loss at the end (nats), by share.
    """

    pick: float
    longest: float
    best: float
    losses: Mapping[float, float]


def cooldown(steps: int, peak: float, warmup: int, share: float, final: float = 0.0) -> Array:
    """Return the lr of steps 1, 2, …: a linear warm-up, the peak, and a linear fall to final · peak at the end."""
    k = np.arange(1.0, steps + 1)
    lr = (k - (1 - share) * steps) / (share * steps)
    np.clip(lr, 0, 1, out=lr)  # in place: 19 lengths of a million steps are tried
    lr *= final - 1
    lr += 1
    k /= max(warmup, 1)
    np.minimum(lr, k, out=lr)
    lr *= peak
    return lr


def suggest(fit: Fit, steps: int, final: float = 0.0) -> Cooldown:
    """Return the length of the cooldown for a planned run with the log's peak and warm-up.

    Args:
        fit: A fit to a log, which may be used.
        steps: The steps of the planned run.
        final: The lr at the end, as a share of the peak.
    """
    tried = ((share, cooldown(steps, fit.peak, fit.warmup, share, final)) for share in SHARES)
    losses = {share: float(at_the_end(fit, lr).mean()) for share, lr in tried}
    best = min(losses, key=losses.__getitem__)
    good = [share for share, loss in losses.items() if loss <= losses[best] + _AS_GOOD]
    return Cooldown(good[0], good[-1], best, losses)


def spec_of(fit: Fit, share: float, final: float = 0.0) -> str:
    """Return a run with such a cooldown as a spec; it reaches its last lr one step later than `cooldown`."""
    floor = f",min_lr={fit.peak * final:.6g}" if final else ""
    length = f"decay_length={100 * share:.0f}%,decay_shape=linear"
    return f"wsd:max_lr={fit.peak:.6g}{floor},warmup={fit.warmup},{length}"
