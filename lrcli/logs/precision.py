"""How exactly a column was printed: the rounding error of each of its numbers."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lrcli.numeric import Array

Kind = Literal["float64", "float32", "digits", "decimals", "exact", "mixed"]

_MANY = 12
"""So many digits are not a rounded number but a whole float."""


class Precision(NamedTuple):
    """How exactly the numbers of a column were printed.

    Attributes:
        kind: As a whole float64 or float32; with so many significant digits, or decimals; `"exact"`: a few round
            numbers, each of them as it was meant; or `"mixed"`: with decimals, and the small ones with an exponent.
        places: How many digits or decimals.
        digits: How many significant digits the small ones have, if it is mixed.
        least: From which size on a number has decimals, if it is mixed.
    """

    kind: Kind = "float64"
    places: int = 17
    digits: int = 0
    least: float = 0.0

    def half(self, y: Array) -> Array:
        """Return half a unit of the last digit of each value."""
        size = np.abs(np.where(np.isfinite(y), y, 0.0))
        peak = float(size.max(initial=0.0)) or 1.0
        if self.kind == "float32":
            return np.maximum(size * 2.0**-24, 1e-45)
        if self.kind == "decimals":
            return np.full(y.shape, 0.5 * 10.0**-self.places)
        if self.kind == "mixed":
            small = Precision("digits", self.digits).half(y)
            return np.where(size < self.least, small, 0.5 * 10.0**-self.places)
        if self.kind == "digits":
            smallest = size[size > 0].min(initial=peak)
            unit = np.floor(np.log10(np.where(size > 0, size, smallest)) + 1e-12)
            return np.asarray(0.5 * 10.0 ** (unit - self.places + 1))
        return np.full(y.shape, 4e-16 * peak)

    def __str__(self) -> str:
        if self.kind in ("digits", "decimals"):
            return f"{self.places} {self.kind}"
        if self.kind == "mixed":
            return f"{self.places} decimals or {self.digits} digits"
        return "exact numbers" if self.kind == "exact" else self.kind


WHOLE = Precision()
"""The precision of columns other than learning rates."""


def precision_of(printed: Sequence[str]) -> Precision:
    """Return how exactly a column was printed, of which these are samples as they stand in the log."""
    unique = list(dict.fromkeys(printed))
    y = np.array([float(text) for text in printed])
    counted = {text: _digits(text) for text in unique}
    decimals = np.array([counted[text][0] for text in printed] or [0])
    digits = np.array([counted[text][1] for text in printed] or [1])
    if digits.max() >= _MANY:
        with np.errstate(over="ignore"):
            single = bool((y.astype(np.float32) == y).all() and y.any())
        return Precision("float32", 8) if single else Precision("float64", 17)
    if not y.any():
        return Precision("decimals", max(int(decimals.max()), 1))
    if mixed := _mixed(unique, counted):
        return mixed
    often = Counter(printed)
    repeated = all(count >= 3 or text == printed[-1] for text, count in often.items())
    fixed = len(set(decimals.tolist())) == 1 and decimals[0] >= 4 and len(unique) > 1  # as `%.5f` prints
    if repeated and not fixed and _few(unique, int(digits.max())) and not _adjacent(unique, int(decimals.max())):
        return Precision("exact", int(digits.max()))
    return _rounded(y, decimals, digits, len(unique))


def _mixed(unique: list[str], counted: dict[str, tuple[int, int]]) -> Precision | None:
    """Return how numbers are rounded that are padded, and have an exponent where they are small, as Keras prints."""
    small = [text for text in unique if "e" in text.lower()]
    large = [text for text in unique if "e" not in text.lower() and float(text)]
    padded = {len(text.lower().partition("e")[0].partition(".")[2]) for text in small}
    decimals = {counted[text][0] for text in large}
    if len(padded) != 1 or len(decimals) != 1 or not min(padded) or min(decimals) < _SHORTEST:
        return None
    return Precision("mixed", min(decimals), min(padded) + 1, min(abs(float(text)) for text in large))


_SHORTEST = 2
"""Decimals that numbers have at least that are rounded to as many."""


def _rounded(y: Array, decimals: NDArray[np.int_], digits: NDArray[np.int_], unique: int) -> Precision:
    """Return which of the two more values fill: the most decimals, or the most significant digits."""
    some = y != 0
    fixed = float((decimals == decimals.max()).mean())
    significant = float((digits[some] == digits.max()).mean())
    spread = np.ptp(np.floor(np.log10(np.abs(y[some])) + 1e-12))
    always_as_many = len(set(digits[some].tolist())) == 1 and spread >= 1 and unique > 3
    if fixed >= significant and not always_as_many:
        return Precision("decimals", int(decimals.max()))
    return Precision("digits", int(digits.max()))


def _digits(text: str) -> tuple[int, int]:
    """Return the decimals (the exponent counted) and the significant digits of a printed number."""
    mantissa, _, exponent = text.strip().lower().partition("e")
    whole, point, fraction = mantissa.lstrip("+-").partition(".")
    digits = (whole + fraction).lstrip("0")
    if not point and not exponent:
        digits = whole.strip("0")
    power = int(exponent) if len(exponent) < _LONGEST and exponent.lstrip("+-").isdecimal() else 0
    return min(len(fraction) - power, _MOST), len(digits) or 1


_MOST = 300
"""Decimals that a power of ten can still stand for; numbers that have more are as good as 0."""
_LONGEST = 6
"""Characters of an exponent that is too long for any float."""


def _few(unique: list[str], digits: int) -> bool:
    """Return whether a column holds a few short numbers: no sign of any rounding."""
    split = [text.lower().partition("e") for text in unique]
    padded = any(exponent and "." in mantissa and mantissa.endswith("0") for mantissa, _, exponent in split)
    as_long = len(unique) > 3 and len({len(text) for text in unique}) == 1
    return len(unique) <= 12 and digits <= 4 and not padded and not as_long


def _adjacent(unique: list[str], decimals: int) -> bool:
    """Return whether most of a few numbers differ by one unit of the last decimal: a slope, seen coarsely."""
    units = sorted(round(float(text) * 10.0**decimals) for text in unique)
    ones = sum(after - before == 1 for before, after in pairwise(units))
    return len(units) > 1 and ones >= 0.6 * (len(units) - 1)
