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
"""Incremented when the laws or their constants change, since coefficients belong to one version."""


class Saved(msgspec.Struct, frozen=True):
    """The content of a file.

    Attributes:
        version: The version of the laws.
        source: The name of the log.
        loss: The name of the loss in it.
        validation: It is a loss on data that the model does not train on.
        fit: The fit.
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
    """Return the content of a file.

    Raises:
        SpecError: If the text is not a fit, or one of another version.
    """
    try:
        saved = msgspec.json.decode(text, type=Saved)
    except msgspec.MsgspecError as error:
        reason = str(error)[:1].lower() + str(error)[1:]
        message = f"not a fit that lrcli wrote: {reason}; write one with lrcli fit LOG -o {place}"
        raise SpecError(Problem(message=message, place=place)) from None
    if saved.version != VERSION or saved.fit.laws.keys() != LAWS.keys():
        message = f"its laws have version {saved.version}, and these {VERSION}; write it again with lrcli fit"
        raise SpecError(Problem(message=message, place=place))
    return saved
