"""A fit in a file, as JSON: `lrcli fit -o` writes it, `--fit` reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lrcli.foresight.fit import Fit
from lrcli.foresight.law import LAWS
from lrcli.problems import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 1
"""It grows when the laws or their constants change, so that no coefficients are used with others."""


class Saved(msgspec.Struct, frozen=True):
    """What a file holds.

    Attributes:
        version: Of the laws.
        source: The name of the log.
        loss: The name of its loss.
        validation: That is a loss on other data than the model trains on.
        fit: What the log told.
    """

    version: int
    source: str
    loss: str
    validation: bool
    fit: Fit


def encoded(saved: Saved) -> Iterator[bytes]:
    """Yield the file."""
    yield msgspec.json.format(msgspec.json.encode(saved), indent=1) + b"\n"


def decoded(text: str, place: str) -> Saved:
    """Return what a file holds.

    Raises:
        SpecError: If it was not written by this version, or by something else.
    """
    try:
        saved = msgspec.json.decode(text, type=Saved)
    except msgspec.MsgspecError as error:
        reason = str(error)[:1].lower() + str(error)[1:]
        message = f"not a fit that lrcli wrote: {reason}; write one with lrcli fit LOG -o {place}"
        raise SpecError(Problem(message=message, place=place)) from None
    if saved.version != VERSION or saved.fit.laws.keys() != LAWS.keys():
        message = f"its laws have version {saved.version}, and these {VERSION}; write it anew with lrcli fit"
        raise SpecError(Problem(message=message, place=place))
    return saved
