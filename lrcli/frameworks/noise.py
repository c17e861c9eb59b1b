"""The noise that timm adds to the lr, drawn as torch's CPU generator draws it."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lrcli.numeric import array, not_an_expression

if TYPE_CHECKING:
    from lrcli.numeric import Array


def seeded(lr: Array, t: Array, inside: Any, seed: int, std: float, limit: float) -> Array:
    """Return lr · (1 + ν) inside a range, with a random ν for each t.

    Args:
        lr: The lr without noise.
        t: Whole numbers, in the shape of lr.
        inside: Whether each t has noise.
        seed: The generator is seeded with seed + t for each t.
        std: Standard deviation of ν before it is limited.
        limit: ν is drawn again until |ν| < limit.
    """
    not_an_expression(t, "its noise is drawn from a generator, and no closed form")
    import numpy as np

    times, within = np.atleast_1d(t), np.atleast_1d(inside)
    noise = np.zeros(times.shape)
    noise[within] = [_draw(seed + int(one), std, limit) for one in times[within].tolist()]
    out: Any = np.atleast_1d(lr) * (1 + noise)
    return array(out if np.ndim(t) else float(out[0]))


@lru_cache(maxsize=1 << 17)
def _draw(seed: int, std: float, limit: float) -> float:
    """Return the first of a generator's standard normals, times std, that is within the limit.

    torch.randn(1): Box and Muller on two uniforms of 53 bits from a Mersenne twister, rounded to float32; the second
    normal of each pair is kept for the next call.
    """
    from numpy.random import RandomState

    words = RandomState(seed & 0xFFFFFFFF)

    def uniform() -> float:
        high, low = (int(word) for word in words.randint(0, 1 << 32, size=2, dtype="uint32"))
        return (((high << 32) | low) & ((1 << 53) - 1)) / (1 << 53)

    while True:
        angle = 2 * math.pi * uniform()
        radius = math.sqrt(-2 * math.log1p(-uniform()))
        for normal in (radius * math.cos(angle), radius * math.sin(angle)):
            noise = _as_float32(normal) * std
            if abs(noise) < limit:
                return noise


def _as_float32(value: float) -> float:
    from struct import pack, unpack

    return float(unpack("f", pack("f", value))[0])
