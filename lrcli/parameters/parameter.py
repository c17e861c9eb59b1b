"""A parameter as data: its names, kind, default and bounds, and which values it accepts."""

from __future__ import annotations

import math
import re
from typing import Any, Literal

import msgspec

from lrcli.problems import printable

Kind = Literal["number", "integer", "length", "choice", "switch", "text"]

LENGTH = r"([0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(ep|st|%)"
"""The pattern of a length with a unit: a number and `ep` (epochs), `st` (steps) or `%` (of the run)."""

_UNBOUNDED, _TINY = 1e9, 1e-5
"""Bounds beyond these only keep arithmetic finite and are not shown."""


_NOUNS = {"number": "a number", "integer": "a whole number", "length": "a number, 5ep, 500st or 10%"}


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a declaration.

    Attributes:
        field: Its name in Python.
        name: Its name in every text form.
        kind: The kind of its value, or of each of its values.
        default: Its default; None if it is required.
        description: Its description, in a sentence.
        optional: None is a valid value.
        many: It holds a tuple of values.
        size: The number of these values, if it is fixed.
        choices: The valid words of a choice.
        gt, ge, lt, le: Bounds of its numbers.
        required: It has no default.
        may_be_empty: Its tuple may be empty.
        otherwise: The name in the schedule's formula whose value it has if it is None.
        of_peak: It may be given as a share of the peak: `10%`.
        written_as_float: It must be a float, 1.0 and not 1, as in its framework.
        written_as_int: It must be an int, 1 and not 1.0, as in its framework.
        formula: The variable of its formula or lambda, if its text is one.
        per_group: It may have a value for each of the optimizer's parameter groups.
        pairs: Its tuple holds the keys and values of a mapping: key, value, key, value, ….
        time: The unit that a plain number is written with, if its text is a time: `ba`.
    """

    field: str
    name: str
    kind: Kind
    default: Any
    description: str = ""
    optional: bool = False
    many: bool = False
    size: int | None = None
    choices: tuple[str, ...] = ()
    gt: float | None = None
    ge: float | None = None
    lt: float | None = None
    le: float | None = None
    written_as_float: bool = False
    written_as_int: bool = False
    formula: str = ""
    pairs: bool = False
    time: str = ""
    required: bool = False
    may_be_empty: bool = False
    otherwise: str = ""
    per_group: bool = False
    of_peak: bool = False

    @property
    def flag(self) -> str:
        """Its name as an option: `--max-lr`."""
        return flag(self.name)

    @property
    def bounds(self) -> str:
        """Its bounds as text: `> 0`, `≥ 0 and ≤ 1`; "" if there are none."""
        low = self.ge if self.ge is not None else self.gt
        high = self.le if self.le is not None else self.lt
        if low is not None and low == high:
            return f"only {low:g}"
        low = None if low is not None and low <= -_UNBOUNDED else low
        if high is None or high >= _UNBOUNDED:
            tiny = low is not None and 0 < low < _TINY
            return "" if low is None else "> 0" if tiny else f"{'≥' if self.gt is None else '>'} {low:g}"
        if low is None:
            return f"{'≤' if self.lt is None else '<'} {high:g}"
        left = f"≥ {low:g}" if self.gt is None else f"> {low:g}"
        right = f"≤ {high:g}" if self.lt is None else f"< {high:g}"
        return f"{left} and {right}"

    def accept(self, value: object) -> Any:
        """Return the value converted to the type of the field.

        Raises:
            ValueError: If it is of another type, outside the bounds, infinite, or NaN.
        """
        if value is None and self.optional:
            return None
        if not self.many:
            return self._accept_one(value)
        if not isinstance(value, tuple | list):
            raise self._refusal("a list", value)
        if not value and not self.may_be_empty:
            raise ValueError(f"{self.name} needs at least one value")
        if self.size not in (None, len(value)):
            raise ValueError(f"{self.name} takes {self.size} values with commas between them, not {len(value)}")
        return tuple(self._accept_one(item) for item in value)

    def _accept_one(self, value: object) -> Any:
        if self.kind == "switch":
            if isinstance(value, bool):
                return value
            raise self._refusal("true or false", value)
        if self.kind == "choice":
            if value in self.choices:
                return value
            raise self._refusal(f"one of {', '.join(self.choices)}", value)
        if self.kind == "text":
            if isinstance(value, str):
                return value
            raise self._refusal("text", value)
        if self.kind == "length" and isinstance(value, str):
            return self._accept_text(value)
        return self._accept_number(value)

    def _accept_text(self, value: str) -> str:
        match = re.fullmatch(LENGTH, value)
        if match is None:
            raise ValueError(f"{self.name}: {value!r} is not a length; write 5, 5ep, 500st or 10%")
        self._accept_number(float(match[1]))
        if match[2] == "%" and float(match[1]) > 100:
            raise ValueError(f"{self.name}: {value} is more than the whole run")
        return value

    def _accept_number(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._refusal(_NOUNS[self.kind], value)
        if self.written_as_float and isinstance(value, int):
            raise ValueError(
                f"{self.name} must be written as a float, {value}.0: the framework refuses the int {value}"
            )
        if self.written_as_int and isinstance(value, float):
            raise ValueError(f"{self.name} must be written as an int: the framework refuses the float {value}")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise ValueError(f"{self.name} must be finite, not {number:g}")
        if self.kind == "integer" and not number.is_integer():
            raise ValueError(f"{self.name} must be a whole number, not {number:g}")
        if not self._within(number):
            above = self.le is not None and number > self.le and self.ge != self.le
            below = self.ge is not None and number < self.ge and self.ge != self.le
            limit = f"≤ {self.le:g}" if above else f"≥ {self.ge:g}" if below else self.bounds
            raise ValueError(f"{self.name} must be {limit}, not {number:g}")
        return int(number) if self.kind == "integer" else number

    def _refusal(self, wanted: str, value: object) -> ValueError:
        return ValueError(f"{self.name} must be {wanted}, not {value!r}")

    def _within(self, number: float) -> bool:
        return (
            (self.gt is None or number > self.gt)
            and (self.ge is None or number >= self.ge)
            and (self.lt is None or number < self.lt)
            and (self.le is None or number <= self.le)
        )


def text_of(value: Any) -> str:
    """Return a value as text, as people write it: `0.3`, `30,60`, `true`, `none`."""
    if isinstance(value, tuple | list):
        return ",".join(map(text_of, value))
    if isinstance(value, str):
        return printable(value)
    return str(plain(value)).lower() if isinstance(value, bool) or value is None else str(plain(value))


def plain(value: Any) -> Any:
    """Return a value as people write it in Python or JSON: 5 for 5.0, a list for a tuple."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
    return int(value) if whole else value


def flag(name: str) -> str:
    """Return a parameter's name as an option: `--max-lr`."""
    return "--" + name.replace("_", "-")
