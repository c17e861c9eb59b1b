"""What was asked for besides a file: it is apart from the readers of tools' files, which plain specs do not need."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.run import RunOptions

if TYPE_CHECKING:
    from collections.abc import Mapping


class WhatIf(NamedTuple):
    """What was asked for besides a file.

    Attributes:
        run: How long the run is.
        sets: Values of `--set`, by dotted key.
        tool: The tool that wrote the file, if it was named.
    """

    run: RunOptions = RunOptions()
    sets: Mapping[str, str] = {}
    tool: str | None = None
