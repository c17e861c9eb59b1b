"""How a learning rate falls from 1 to 0, and rises from 0 to 1, over a time u from 0 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from lrcli.numeric import Array

Shape = Literal[
    "linear", "cosine", "power", "1-sqrt", "rex", "cosine-line", "half-cosine", "tanh", "exponential", "inverse-sqrt",
    "inverse-time", "inverse-power", "flat", "log",
]  # fmt: skip
Ramp = Literal["linear", "constant", "cosine", "quadratic", "log"]

ENDLESS = frozenset({"exponential", "inverse-sqrt", "inverse-time", "inverse-power", "flat"})
"""Shapes that reach no end: their u is the time itself over a length of their own."""
POWERS = (0.9, 2.0, 0.5, 3.0, 1.5, 4.0, 0.8, 0.7)
"""Powers that people give to a polynomial."""


def fall(shape: Shape, u: Array, power: float, length: Array | float) -> Array:
    """Return how much of the way is left at u, of a decay of so many steps."""
    if shape in ENDLESS:
        return _endless(shape, np.maximum(u, 0.0), power)
    u = np.clip(u, 0.0, 1.0)
    if shape == "cosine":
        return np.asarray(0.5 * (1 + np.cos(np.pi * u)))
    if shape == "log":
        return np.asarray(1 - np.log1p(u * length) / np.log1p(length))
    if shape in _OTHERS:
        return _OTHERS[shape](u)
    return 1 - u if shape == "linear" else (1 - u) ** power


_OTHERS: dict[str, Callable[[Array], Array]] = {
    "1-sqrt": lambda u: 1 - np.sqrt(u),
    "rex": lambda u: (1 - u) / (1 - u / 2),
    "cosine-line": lambda u: (1 - u) * 0.5 * (1 + np.cos(np.pi * u)),
    "half-cosine": lambda u: 1 - np.sin(0.5 * np.pi * u),
    "tanh": lambda u: 0.5 * (1 - np.tanh(10 * u - 7)),  # timm
}


def _endless(shape: Shape, u: Array, power: float) -> Array:
    """Return exp(-u), 1/sqrt(1 + u), 1/(1 + u), 1/(1 + u)^power, or 1."""
    if shape == "exponential":
        return np.exp(-u)
    if shape == "flat":
        return np.ones_like(u)
    if shape == "inverse-power":
        return np.asarray((1 + u) ** -power)
    return 1 / np.sqrt(1 + u) if shape == "inverse-sqrt" else 1 / (1 + u)


def rise(ramp: Ramp, u: Array, warmup: Array | float) -> Array:
    """Return how much of the way is done at u, which is below 1, of a warm-up of so many steps."""
    u = np.clip(u, 0.0, 1.0)
    if ramp == "cosine":
        return np.asarray(0.5 * (1 - np.cos(np.pi * u)))
    if ramp == "log":  # DeepSpeed
        return np.asarray(np.minimum(np.log(u * warmup + 1) / np.log(np.maximum(warmup, 2.0)), 1.0))
    if ramp == "quadratic":
        return u * u
    return u if ramp == "linear" else np.zeros_like(u)
