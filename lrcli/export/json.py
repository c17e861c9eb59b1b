"""The JSON that every verb prints with --json: one document, exact numbers, a version."""

from __future__ import annotations

from typing import Any

import msgspec

SCHEMA_VERSION = 2
"""It grows when a field changes its meaning or goes; new fields do not change it."""


def document(**fields: Any) -> str:
    """Return one JSON document with its version; NaN and infinity become null."""
    return msgspec.json.encode({"schema_version": SCHEMA_VERSION, **fields}).decode()
