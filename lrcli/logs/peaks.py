"""The peak of a schedule between the highest and the lowest that rounded points allow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from lrcli.logs.decimals import short
from lrcli.logs.models import Cycle, Decay

if TYPE_CHECKING:
    from lrcli.logs.points import Points

M = TypeVar("M", Decay, Cycle)


def with_plain_peak(points: Points, model: M) -> M | None:
    """Return a schedule with the plainest peak that agrees, its end and start the same shares; None without one."""
    share, first = model.end / model.peak, model.start / model.peak
    unit = replace(model, peak=1.0, end=share, start=first).lr(points.x)
    seen = unit > 1e-9
    low = float(((points.y - points.tolerance)[seen] / unit[seen]).max(initial=0.0))
    high = float(((points.y + points.tolerance)[seen] / unit[seen]).min(initial=np.inf))
    if not low <= high < np.inf:
        return None
    peak = short((low + high) / 2, (high - low) / 2 * 0.999)[0]
    found = replace(model, peak=peak, end=share * peak, start=first * peak)
    return found if points.error(found) <= 1 else None
