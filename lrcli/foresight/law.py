"""The loss that a learning-rate schedule leads to: two laws with constant exponents, linear in what a log must tell.

With e_k the lr of step k = 1, 2, … as a share of the log's peak, S_t = Σ_{k≤t} e_k, and d_k = e_{k−1} − e_k for the
steps after the peak is first reached (0 before),

    L(t) = L0 + A·S_t^−s − B·Σ_{k≤t} d_k·q_k·[1 − (1 + C·max(e_k, 10⁻⁶)^−γ·(S_t − S_{k−1}))^−β]

A falls as the sum of the lr grows; B is what lowering the lr gives, in full only when steps have been taken at the
lower lr. The exponents are the same for every run, so that L is linear in (L0, A, B). They were chosen by the error of
predictions from one run on four sources: MultiPowerLaw, fabian-sp/lr-scheduling, the OLMo ladder, and small runs of
our own.

Sources: the sum and its power, Tissue et al., arXiv:2408.11029; the memory of the drops, Luo et al. (Multi-Power Law),
arXiv:2503.12811; the weight q of a drop that depends on S, Li et al. (functional scaling law), arXiv:2509.19189.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli.foresight.blocks import blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lrcli.foresight.blocks import Blocks
    from lrcli.numeric import Array


class Law(NamedTuple):
    """The constants of one law; the symbols are those of the formula.

    Attributes:
        s: Exponent of the sum of the lr.
        c: How fast a drop of the lr begins to pay.
        beta: Exponent of that.
        gamma: Exponent of the lr that was dropped to.
        weight: q_k = weight + S_{k−1}^−s; if None, q_k = 1.
    """

    s: float
    c: float
    beta: float
    gamma: float
    weight: float | None = None

    def weights(self, before: Array) -> Array:
        """Return q for drops before which the lr summed up to this."""
        return np.ones_like(before) if self.weight is None else self.weight + before**-self.s


LAWS = {
    "source": Law(s=0.462, c=0.110, beta=0.155, gamma=0.702, weight=0.0569),
    "plain": Law(s=0.471, c=0.115, beta=0.132, gamma=0.606),
}
"""Both are fitted, and a prediction is their mean: it is better than either."""


def columns(law: Law, curve: Blocks, steps: NDArray[np.int_]) -> Array:
    """Return the factors of L0, A and B at some steps, one row each: columns @ (L0, A, B) is the loss.

    Args:
        law: The constants.
        curve: An lr per step, from `blocks`.
        steps: Counted from 1.
    """
    total = curve.sums[steps - 1]
    return np.stack([np.ones_like(total), total**-law.s, -_paid(law, curve, steps, total)], axis=1)


def _paid(law: Law, curve: Blocks, steps: NDArray[np.int_], total: Array) -> Array:
    """Return how much of the drops of the lr has paid off by each step."""
    length = curve.last - curve.first + 1
    happened = np.clip((steps[:, None] - curve.first) / length, 0, 1)
    since = np.maximum(total[:, None] - curve.before, 0)
    paid = 1 - (1 + law.c * curve.rate**-law.gamma * since) ** -law.beta
    result: Array = (happened * paid) @ (curve.drop * law.weights(curve.before))
    return result


def columns_of(lr: Array, peak: float, steps: NDArray[np.int_]) -> dict[str, Array]:
    """Return the columns of each law for an lr per step.

    Args:
        lr: The lr of steps 1, 2, ….
        peak: The highest lr of the log, which need not be that of this schedule.
        steps: At which steps, counted from 1.
    """
    curve = blocks(lr, peak)
    return {name: columns(law, curve, steps) for name, law in LAWS.items()}
