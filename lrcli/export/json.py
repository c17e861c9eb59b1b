"""The JSON that every verb prints with --json: one document, exact numbers, a version."""

from __future__ import annotations

import msgspec

SCHEMA_VERSION = 2
"""Incremented when a field changes its meaning or is removed, not when one is added."""


def document(**fields: object) -> str:
    """Return one JSON document with its version; NaN and infinity become null."""
    return msgspec.json.encode({"schema_version": SCHEMA_VERSION, **fields}).decode()
