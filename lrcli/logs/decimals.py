"""Plain numbers: the shortest decimal within a tolerance, round whole numbers, and the bits that they take."""

from __future__ import annotations

import math

RATIOS = (0.1, 0.01, 0.001, 0.05, 0.2, 0.5, 0.25, 0.02, 1e-4, 1 / 3, 4e-6, 0.04)
"""Shares of the peak at which schedules often begin or end."""


def short(value: float, tolerance: float) -> tuple[float, int]:
    """Return the decimal with the fewest digits within a tolerance of a value, and how many digits it has."""
    if abs(value) <= tolerance:
        return 0.0, 0
    for digits in range(1, 17):
        rounded = float(f"{value:.{digits - 1}e}")
        if abs(rounded - value) <= tolerance:
            return rounded, digits
    return value, 17


def near(value: float, error: float) -> list[float]:
    """Return plain numbers that a value with this error may be, the plainest first, and the value itself."""
    found = [short(value, error / part)[0] for part in (1, 8, 64)] + [short(value, abs(value) * 1e-9)[0], value]
    return list(dict.fromkeys(found))


def bits_of(value: float) -> float:
    """Return the bits that a decimal takes: 3.3 a digit, less for 1, 2 and 5."""
    if value == 0 or not math.isfinite(value):
        return 0.0
    digits = short(value, abs(value) * 1e-9)[1]
    return 3.3 * digits - (1.5 if digits == 1 and f"{abs(value):e}"[0] in "125" else 0.0)


def bits_of_whole(number: float) -> float:
    """Return the bits that a whole number takes: its own, less those of its trailing zeros; 25 more for a fraction."""
    if number != round(number):
        return 25.0 + bits_of(number)
    rest, zeros = abs(int(number)), 0
    while rest and rest % 10 == 0:
        rest, zeros = rest // 10, zeros + 1
    return math.log2(rest + 1) + 0.6 * zeros


def whole(low: float, high: float, most: int = 40, extra: tuple[float, ...] = ()) -> list[float]:
    """Return the whole numbers from low to high: all of them if they are few, else the roundest; and some more."""
    if not math.isfinite(high - low):  # nothing fits, so there is nothing near it
        return []
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    found = [float(number) for number in extra if low - 1 <= number <= high + 1]
    if last - first < most:
        return list(dict.fromkeys([*found, *map(float, range(first, last + 1))]))
    for power in range(15, -1, -1):
        for lead in (5, 2, 1):
            unit = lead * 10**power
            begin, end = -(-first // unit), last // unit
            if 0 < end - begin + 1 <= most:
                found += [float(number * unit) for number in range(begin, end + 1)]
        if len(found) > most:
            break
    return list(dict.fromkeys(found))[: 2 * most]
