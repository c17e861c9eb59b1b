"""From a log, or a fit in a file, to a fit that may be used."""

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
    """A fit that may be used, and what limits it."""

    saved: Saved
    findings: tuple[Finding, ...]


def fitted(log: Log, columns: Columns, schedule: Array | None = None) -> Fitted:
    """Return the fit to a log.

    Args:
        log: What a run wrote.
        columns: Which of its columns to take, where that was said.
        schedule: The lr of steps 1, 2, … where that is known better than from the log.

    Raises:
        SpecError: If the log does not hold what a fit needs, or does not follow the laws: why, and what would do.
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
        SpecError: If it is none, or of another version.
    """
    saved = decoded(read_text(path), path)
    return Fitted(saved, tuple(of_fit(saved.fit, saved.loss, validation=saved.validation)))
