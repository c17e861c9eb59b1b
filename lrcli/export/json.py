"""The JSON that every verb prints with --json: one document, exact numbers, a version."""

from __future__ import annotations

from typing import Any

import msgspec

SCHEMA_VERSION = 2
"""Incremented when a field changes its meaning or is removed, not when one is added."""


def document(**fields: object) -> str:
    """Return one JSON document with its version; NaN and infinity become null."""
    return encoded({"schema_version": SCHEMA_VERSION, **fields})


def encoded(data: object) -> str:
    """Return data as JSON; in the names of files, bytes that are no text are written as their numbers."""
    try:
        return msgspec.json.encode(data, enc_hook=_plain).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(_as_text(msgspec.to_builtins(data, enc_hook=_plain))).decode()


def _plain(value: Any) -> object:
    """Return a number of numpy as Python's."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} is no JSON")


def _as_text(data: Any) -> Any:
    match data:
        case str():
            return data.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {_as_text(key): _as_text(value) for key, value in data.items()}
        case list() | tuple():
            return [_as_text(one) for one in data]
    return data
