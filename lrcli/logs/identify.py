"""Which schedule made a run: candidates in closed form, each verified against every printed number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lrcli.logs.answer import Answer, Status
from lrcli.logs.budget import OF_ITS_PARTS, OF_THE_RUN, ExhaustedError, budget
from lrcli.logs.cycles import cycles, rises_again
from lrcli.logs.decays import decays, flat
from lrcli.logs.lengths import SELF_SIMILAR
from lrcli.logs.levels import levels
from lrcli.logs.missed import Missed, missed, rising
from lrcli.logs.models import Decay
from lrcli.logs.pieces import pieces
from lrcli.logs.scaled import scaled
from lrcli.logs.standstill import standstills
from lrcli.logs.top import setups, top_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lrcli.logs.found import Found
    from lrcli.logs.models import Model
    from lrcli.logs.points import Points
    from lrcli.logs.top import Top
    from lrcli.numeric import Array

ENOUGH = 8
"""Points below which nothing is called identified."""
_SAME = {True: 1e-6, False: 1e-3}
"""Shares of the peak by which two curves may differ and still be called one: for whole floats, and rounded numbers."""
_MARGIN = 10.0
"""Bits by which a log must say more than it costs to say the schedule."""


def identify(points: Points, ends: tuple[float, ...] = ()) -> Answer:
    """Return which schedule made a run.

    Args:
        points: The run, its clock ascending.
        ends: When the log says that the run ends, if it says so.
    """
    if len(points) < 2 or points.peak <= 0 or not np.isfinite(points.y).all():
        return Answer(status="too little to tell" if len(points) < 2 else "unknown", points=points)
    searched = _within(OF_THE_RUN, lambda: _of_the_run(points, ends))
    answer = unknown = searched or Answer(status="unknown", points=points)
    if answer.model is None:
        answer = _within(OF_ITS_PARTS, lambda: _in_part(points, ends, unknown)) or unknown
    if searched is None and answer.status == "identified":  # a schedule that was not tried may be the right one
        answer = replace(answer, status="so far")
    return answer if _agrees(answer) else Answer(status="unknown", points=points, nearest=answer.nearest)


def _within(most: int, search: Callable[[], Answer]) -> Answer | None:
    """Return what a search finds; None if it would take more work."""
    try:
        with budget(most):
            return search()
    except ExhaustedError:
        return None


def _of_the_run(points: Points, ends: tuple[float, ...]) -> Answer:
    """Return which schedule explains all points."""
    tried = (_known_standstill(points, lost, ends) for lost in standstills(points))
    return next((one for one in tried if _agrees(one)), None) or _identified(points, ends)


def _agrees(answer: Answer) -> bool:
    """Return whether a schedule, on the clock that is said, gives every number that it is said to explain."""
    points = answer.points.part(slice(answer.first, None))
    behind = np.zeros(len(points))
    for at, count in answer.offsets:
        behind += np.where(points.x >= at, count, 0)
    return answer.model is not None and replace(points, x=points.x - behind).error(answer.model) <= 1


def _in_part(points: Points, ends: tuple[float, ...], unknown: Answer) -> Answer:
    """Return what the run is in pieces, or but for its first points."""
    ramps = scaled(points)
    if ramps:
        return _answer(points, ramps, [], status="identified" if ramps[0].ended else "so far")
    found = pieces(points)
    if found:
        return _answer(points, found, [], status="so far")
    for first in dict.fromkeys((1, len(points) // 10)):
        if first and len(points) - first >= 2 * ENOUGH:
            rest = _identified(points.part(slice(first, None)), ends, missed_too=False)
            if rest.model is not None and rest.status in ("identified", "so far"):
                return replace(rest, points=points, first=first, status="so far")
    for first in (1, 2) if len(points) > 2 * ENOUGH else ():
        later = points.part(slice(first, None))
        found = pieces(later)
        if found:
            return replace(_answer(later, found, [], status="so far"), points=points, first=first)
    return unknown


def _known_standstill(points: Points, lost: Array, ends: tuple[float, ...]) -> Answer:
    """Return what a run was if so many steps were missed before each point."""
    straight = replace(points, x=points.x - lost)
    answer = _identified(straight, ends, missed_too=False)
    found = [] if answer.model is not None else pieces(straight)
    if found:
        answer = _answer(straight, found, [], status="so far")
    at = np.flatnonzero(np.diff(lost)) + 1
    where = [(float(points.x[one]), int(lost[one] - lost[one - 1])) for one in at.tolist()]
    return replace(answer, points=points, offsets=tuple(where))


def _identified(points: Points, ends: tuple[float, ...], *, missed_too: bool = True) -> Answer:
    top = top_of(points)
    steps = levels(points, top) if top.first < len(points) - 1 else []
    if steps and (len(steps[0].at) or top.first == 0):
        return _answer(points, steps, [], status="so far")
    if top.last == len(points) - 1:
        return _rising(points, top, missed_too=missed_too)
    if len(rises_again(points, top)):
        return _again(points, top, ends)
    found = decays(points, setups(points, top), ends)
    if found.plain:
        return _answer(points, found.plain, found.raw, ends=ends)
    if not missed_too:
        return Answer(status="unknown", points=points, nearest=found.nearest)
    return _with_misses(points, top, ends, found)


def _rising(points: Points, top: Top, *, missed_too: bool) -> Answer:
    """Return what is known of a run that has not fallen yet."""
    found = flat(points, setups(points, top))
    if found:
        return _answer(points, found, [], status="so far")
    standing = rising(points, top) if missed_too else []
    if standing:
        return replace(_standing(points, standing), status="so far")
    return Answer(status="unknown", points=points)


def _again(points: Points, top: Top, ends: tuple[float, ...]) -> Answer:
    """Return what a run is that rises again."""
    found = cycles(points, top, ends)
    return _answer(points, found, [], status="so far") if found else Answer(status="unknown", points=points)


def _with_misses(points: Points, top: Top, ends: tuple[float, ...], found: Found) -> Answer:
    standing = missed(points, top, ends, found)
    if not standing:
        return Answer(status="unknown", points=points, nearest=found.nearest)
    return _standing(points, standing)


def _standing(points: Points, standing: list[Missed]) -> Answer:
    """Return the cheapest of what agrees if steps were missed."""
    best = standing[0]
    answer = _answer(points, [best.model], [], offset=best.offset)
    others = tuple(other.model for other in standing[1:4])
    rivals = (other.model for other in standing[1:] if other.bits() < best.bits() + _MARGIN)
    alone = not any(_differs(best.model, rival, points) for rival in rivals)
    sure = points.whole and len(points) >= ENOUGH and answer.status == "identified" and alone
    changes = np.flatnonzero(np.diff(best.offset)) + 1
    where = [(float(points.x[at]), int(best.offset[at] - best.offset[at - 1])) for at in changes.tolist()]
    model = best.model.later(float(best.offset[0]))
    return replace(answer, model=model, others=others, offsets=tuple(where), status="identified" if sure else "so far")


def _answer(
    points: Points,
    plain: Sequence[Model],
    raw: Sequence[Model],
    *,
    status: Status = "identified",
    offset: Array | None = None,
    ends: tuple[float, ...] = (),
) -> Answer:
    """Return the plainest of what agrees, and what else does that goes on differently."""
    different = list(dict.fromkeys(plain))
    best = min(different, key=lambda model: model.bits())
    if len(different) > _MOST:
        different = sorted(different, key=lambda model: model.bits())[:_MOST]
    x = points.x if offset is None else points.x - offset
    error = points.furthest(best, x) / points.peak
    evidence = _evidence(points)
    answer = Answer(status=status, points=points, model=best, error=error, evidence=evidence)
    if evidence < best.bits() + _MARGIN or len(points) < 3:
        return replace(answer, status="too little to tell", others=tuple(different[1:4]))
    plain_rivals = [model for model in different if model is not best and _differs(best, model, points)]
    rivals = [*plain_rivals, *(model for model in raw[:_MOST] if _differs(best, model, points))]
    if status == "identified" and _is_open(best, points, ends):
        return replace(answer, status="so far")
    if not rivals:
        return answer if len(points) >= ENOUGH or status != "identified" else replace(answer, status="so far")
    spoken = sorted(plain_rivals, key=lambda model: model.bits())[:4]
    lasts = [model.last for model in [best, *rivals] if np.isfinite(model.last)]
    return replace(
        answer, status="so far", others=tuple(spoken), end=(min(lasts), max(lasts)) if len(lasts) > 1 else None
    )


_MOST = 1000
"""Models that agree with a run and are compared: where there are more, the plainest of them."""


def _is_open(model: Model, points: Points, ends: tuple[float, ...]) -> bool:
    """Return whether a decay may end elsewhere: at no whole time, or as a line of which the end is not seen."""
    if not isinstance(model, Decay) or not np.isfinite(model.last):
        return False
    if abs(model.last - round(model.last)) > 1e-6:
        return True
    held = int((np.abs(points.y - points.y[-1]) <= 1.5 * points.tolerance).sum())
    stated = any(abs(model.last - end) <= 1 for end in ends)
    at_zero = model.end == 0 and points.x[-1] + points.step >= model.last
    return model.shape in SELF_SIMILAR and held < _HELD and not stated and not at_zero


_HELD = 5
"""Points at the end of a line after which it is surely over: one that stands still may be a missed step."""


def _differs(best: Model, other: Model, points: Points) -> bool:
    """Return whether two schedules go on differently, up to the end of the first."""
    last = float(points.x[-1])
    until = max(best.last if np.isfinite(best.last) else last + 0.5 * (last - points.x[0]), last)
    x = np.linspace(float(points.x[0]), until, 257)
    gap = np.abs(best.lr(x) - other.lr(x)).max()
    return bool(gap > _SAME[points.whole] * points.peak)


def _evidence(points: Points) -> float:
    """Return how much the log says: for each point, as many bits as its digits resolve of the peak."""
    resolved = np.log2(np.maximum(points.peak / (2 * points.tolerance), 1.0))
    return float(np.minimum(resolved, 30.0).sum())
