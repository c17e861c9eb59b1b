"""Numbers as text with few digits, and round numbers for axes."""

from __future__ import annotations

import math

_SUFFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def short(value: float | None) -> str:
    """Return a number with four significant digits: `0.1`, `2.467e-05`; a dash for None."""
    return "-" if value is None else f"{value:.4g}"


def percent(share: float) -> str:
    """Return a share in percent: `47 %`, `100 %`, `0.25 %`, `< 0.0001 %`."""
    value = 100 * share
    if abs(value) >= 100:
        return f"{value:,.0f} %"
    return f"{value:.3g} %" if abs(value) >= 1e-4 or value == 0 else "< 0.0001 %"


def count(value: float) -> str:
    """Return an epoch or a step as an axis shows it: `90`, `20k`, `1.5M`."""
    for size, suffix in _SUFFIXES:
        if abs(value) >= 10 * size or (abs(value) >= size >= 1e6):
            return f"{value / size:.6g}{suffix}"
    return f"{value:.6g}"


def nice_step(span: float, most: int) -> float:
    """Return the smallest of 1, 2, 5 · 10^k that divides a span into at most `most` pieces."""
    rough = span / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * m for m in (1, 2, 5, 10) if power * m >= rough * (1 - 1e-9))


def ticks(low: float, high: float, most: int, *, whole: bool = False) -> list[float]:
    """Return round numbers from low to high, about `most` at most.

    Args:
        low: The low end of the axis.
        high: The high end, above low.
        most: The number of ticks that there is room for.
        whole: Only whole numbers.
    """
    step = nice_step(high - low, most)
    step = max(step, 1.0) if whole else step
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [0.0 if i == 0 else float(f"{i * step:.12g}") for i in range(first, last + 1)]


def decades(low: float, high: float, most: int) -> list[float]:
    """Return powers of ten from low to high, at most `most` of them; 1, 2, 5 · 10^k where there are few."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    every = max(1, math.ceil((last - first + 1) / max(most, 1)))
    powers = [10.0**e for e in range(first, last + 1, every)]
    if len(powers) >= 3:
        return powers
    between = [m * 10.0**e for e in range(first - 1, last + 1) for m in (1, 2, 5)]
    fine = [float(f"{value:.12g}") for value in between if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
    return fine if len(fine) <= most else powers
