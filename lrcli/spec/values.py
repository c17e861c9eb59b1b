"""From text to the value of a parameter: `1e-3`, `1/3`, `2k`, `10%`, `5ep`, `true`, `30,60,80`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lrcli.problems import SpecError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lrcli.parameters import Parameter

_NUMBER = r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?"
_PLAIN = re.compile(rf"(?P<number>{_NUMBER})(?P<suffix>[kKMGBT]?)")
_FRACTION = re.compile(rf"(?P<over>{_NUMBER})/(?P<under>{_NUMBER})")
_LENGTH = re.compile(r"(?P<number>.*?)\s*(?P<unit>ep|epochs?|st|steps?|%)")
_SUFFIXES = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "B": 1e9, "T": 1e12}
_UNITS = {"%": "%", "e": "ep", "s": "st"}
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_SPECIAL = {"inf", "+inf", "-inf", "nan", ".inf", "+.inf", "-.inf", ".nan", "infinity", "-infinity"}
_LONGEST = 60
"""Characters of the longest number: more than anybody writes."""


def number(text: str) -> float:
    """Return the value of a number in text: `0.001`, `1e-3`, `1_000`, `1/3`, `2k`, `1.5M`.

    Raises:
        ValueError: If the text is not a number.
    """
    text = text.strip()
    if len(text) <= _LONGEST:
        if match := _PLAIN.fullmatch(text):
            return float(match["number"].replace("_", "")) * _SUFFIXES[match["suffix"]]
        if (match := _FRACTION.fullmatch(text)) and float(match["under"].replace("_", "")) != 0:
            return float(match["over"].replace("_", "")) / float(match["under"].replace("_", ""))
        if text.lower() in _SPECIAL:
            return float(text.replace(".", ""))
    raise ValueError(f"{shown(text)} is not a number; write 0.001, 1e-3, 1/1000 or 2k")


def shown(value: object) -> str:
    """Return a value as a message shows it: its repr, shortened in the middle if it is long."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 20]}…{text[-10:]}"


def value_of(parameter: Parameter, raw: object) -> Any:
    """Return the value that was written for a parameter.

    Args:
        parameter: The declaration of the parameter.
        raw: Text, or a value of YAML, JSON or Python.

    Raises:
        ValueError: If the parameter does not accept it; the message says what it accepts.
    """
    if parameter.optional and (raw is None or (isinstance(raw, str) and raw.lower() in ("none", "null"))):
        return None
    if not parameter.many:
        return parameter.accept(_one(parameter, raw))
    if parameter.pairs and isinstance(raw, dict | list):
        pairs = raw.items() if isinstance(raw, dict) else raw
        raw = [number for pair in pairs for number in (pair if isinstance(pair, list | tuple) else [pair])]
    if parameter.may_be_empty and isinstance(raw, str) and not raw.strip("[]() "):
        raw = ()
    items = raw.strip("[]() ").split(",") if isinstance(raw, str) else raw
    items = items if isinstance(items, list | tuple) else [items]
    return parameter.accept([_one(parameter, item) for item in items])


def _one(parameter: Parameter, raw: object) -> object:
    if isinstance(raw, list | tuple | dict):
        raise ValueError(f"{parameter.name} takes one value, not {shown(raw)}")  # noqa: TRY004
    if parameter.kind == "text":
        return str(raw)
    if not isinstance(raw, str):
        return raw
    text = raw.strip()
    match parameter.kind:
        case "switch":
            return _WORDS.get(text.lower(), text)
        case "choice":
            return text
        case "length":
            return _named(parameter, _length, text)
        case _:
            value = _named(parameter, _share if _is_share(parameter) else number, text)
            return int(value) if _is_int(parameter, text) and value.is_integer() else value


def _is_int(parameter: Parameter, text: str) -> bool:
    """Return whether a framework that distinguishes int and float gets an int: from 10 or 10k, but not from 10.0."""
    if parameter.written_as_int:
        return not re.search("[.eE]", text)
    return parameter.written_as_float and text.isdecimal()


def _named(parameter: Parameter, reader: Callable[[str], Any], text: str) -> Any:
    try:
        return reader(text)
    except ValueError as error:
        raise ValueError(f"{parameter.name}: {error}") from None


def _length(text: str) -> float | str:
    match = _LENGTH.fullmatch(text)
    if match is None:
        return number(text)
    try:
        value = number(match["number"])
    except ValueError:
        raise ValueError(f"{shown(text)} is not a length; write 5, 5ep, 500st or 10%") from None
    return f"{int(value) if value.is_integer() else value}{_UNITS[match['unit'][0]]}"


def _is_share(parameter: Parameter) -> bool:
    return 1 in (parameter.le, parameter.lt)


def _share(text: str) -> float:
    return number(text[:-1]) / 100 if text.endswith("%") else number(text)


def share_of(raw: object, peak: float) -> object:
    """Return a share of the peak (`10%`) as a number without its rounding error, and anything else as it is."""
    text = raw.strip() if isinstance(raw, str) else ""
    if not text.endswith("%") or _PLAIN.fullmatch(text[:-1].strip()) is None:
        return raw
    return float(f"{_share(text) * peak:.15g}")


def number_in_data(raw: object) -> float:
    """Return a number of data that is not the value of a parameter.

    Raises:
        SpecError: If it is not a number.
    """
    try:
        value = number(raw) if isinstance(raw, str) else raw
    except ValueError as error:
        raise SpecError(str(error)) from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SpecError(f"{shown(raw)} is not a number")
    return value
