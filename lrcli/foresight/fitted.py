"""A fit that may be used, from a log or from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.foresight.fit import fit, refusal
from lrcli.foresight.limits import of_fit
from lrcli.foresight.record import take
from lrcli.foresight.saved import VERSION, Saved, decoded
from lrcli.problems import Problem, SpecError
from lrcli.spec.text import read_text

if TYPE_CHECKING:
    from lrcli.foresight.record import Columns
    from lrcli.logs.table import Log
    from lrcli.numeric import Array
    from lrcli.problems import Finding


class Fitted(NamedTuple):
    """A fit that may be used, and findings on its limits."""

    saved: Saved
    findings: tuple[Finding, ...]


def fitted(log: Log, columns: Columns, schedule: Array | None = None) -> Fitted:
    """Return the fit to a log.

    Args:
        log: The log of a run.
        columns: The columns that were named.
        schedule: The lr of steps 1, 2, …, to be used instead of the log's.

    Raises:
        SpecError: If the log lacks what a fit needs, or does not follow the laws: the reason, and what log to use.
    """
    try:
        taken = take(log, columns, schedule)
        found = fit(taken.record)
    except SpecError as error:
        raise SpecError(*(problem.at(log.path) for problem in error.problems)) from None
    if reason := refusal(found):
        raise SpecError(Problem(message=reason, place=log.path))
    saved = Saved(VERSION, log.path, taken.loss, taken.validation, found)
    return Fitted(saved, tuple(of_fit(found, taken.loss, validation=taken.validation, planned=taken.planned)))


def read_fit(path: str) -> Fitted:
    """Return the fit in a file.

    Raises:
        InputError: If it cannot be read.
        SpecError: If it is not a fit, or of another version.
    """
    saved = decoded(read_text(path), path)
    return Fitted(saved, tuple(of_fit(saved.fit, saved.loss, validation=saved.validation)))
