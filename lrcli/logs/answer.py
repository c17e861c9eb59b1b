"""The result of identification: the schedule of a run, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lrcli.logs.models import Model
    from lrcli.logs.points import Points

Status = Literal["identified", "so far", "one of", "too little to tell", "unknown"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Answer:
    """The schedule of a run, as far as its log shows.

    Attributes:
        status: How sure that is. Identified: nothing else agrees, now or later. So far: it agrees with all points, and
            they leave open how it goes on. One of: it is the plainest of several that go on differently.
        points: The run.
        model: The schedule; None where none agrees.
        others: Other schedules that agree.
        end: Between which points the end may be, if that is open.
        error: The largest difference from the points, as a share of the peak.
        offsets: For each point, what the log's clock is ahead of the scheduler's, where steps were missed.
        first: The first point that the schedule explains.
        nearest: The error (as a share of the peak) and the schedule that came nearest, if none agrees.
        evidence: How much the log supports the schedule, in bits.
        stair: Steps in an epoch, where the lr changes only once in each; the model then counts epochs.
    """

    status: Status
    points: Points
    model: Model | None = None
    others: tuple[Model, ...] = ()
    end: tuple[float, float] | None = None
    error: float = 0.0
    offsets: tuple[tuple[float, int], ...] = ()
    first: int = 0
    nearest: tuple[float, Model] | None = None
    evidence: float = 0.0
    stair: float | None = None
