"""What the rules for logs read, and the form of their findings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from lrcli.logs.models import Decay
from lrcli.problems import Finding

if TYPE_CHECKING:
    from lrcli.checking.examine import Group
    from lrcli.logs.answer import Answer
    from lrcli.logs.table import Log
    from lrcli.problems import Severity


def finding(code: str, severity: Severity, message: str) -> Finding:
    """Return a finding of a log; `explain` has the fix."""
    return Finding(code, message, severity=severity)


class Seen(NamedTuple):
    """What the rules look at: a log, and the longest run of its first group.

    Attributes:
        log: The log.
        groups: Its columns.
        answer: What the run was.
        unit: What its clock counts.
        end: Where on its clock the run ended.
        total: How long it should have been, if the log says so.
    """

    log: Log
    groups: list[Group]
    answer: Answer
    unit: str
    end: float
    total: float | None


def decay_of(seen: Seen) -> Decay | None:
    """Return the decay that was found, if it has an end."""
    model = seen.answer.model
    sure = seen.answer.status in ("identified", "so far")
    return model if isinstance(model, Decay) and sure and math.isfinite(model.last) else None


def steps_missed(answer: Answer) -> int:
    """Return how many steps the scheduler missed."""
    return sum(count for _, count in answer.offsets)
