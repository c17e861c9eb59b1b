"""Figures of losses: of an LR range test, and of the losses that are expected for schedules."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lrcli.figure.data import Axis, Figure, Guide, Mark, Panel
from lrcli.figure.series import Measured, Series
from lrcli.numbers import nice_step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from lrcli.figure.data import Pair
    from lrcli.foresight.finder import Found
    from lrcli.numeric import Array


def figure_of_sweep(found: Found) -> Figure:
    """Return a range test with its smoothed curve; guides at the ends of the range to try, the pick and the ceiling."""
    end = float(found.lr[-1])
    series = (
        Series("the log", Measured(found.lr, found.loss, end)),
        Series("smoothed", Measured(found.curve.lr, found.curve.loss, end)),
    )
    marked = [found.low, found.pick, found.high, *([] if found.ceiling is None else [found.ceiling])]
    pick = Mark(found.pick, series[1].at(found.pick) or 0.0, f"{found.pick:.2g}")
    panel = Panel(series, label="loss", limits=_below_the_blow_up(found), from_zero=False, marks=(pick,))
    guides = tuple(Guide(lr, "asked") for lr in marked if found.lr[0] <= lr <= end)
    diverges = ", and where the loss diverges" if found.ceiling else ""
    caption = f"dotted: the range to try with the lr to use in it{diverges}"
    return Figure("", Axis("lr", float(found.lr[0]), end, log=True), (panel,), guides=guides, caption=(caption,))


def _below_the_blow_up(found: Found) -> Pair:
    """Return the limits of the losses before they rise far above where they were at the start."""
    smooth = found.curve.loss
    start, low = float(smooth[: max(3, smooth.size // 20)].max()), float(min(smooth.min(), found.loss.min()))
    return _round(low, start + 0.2 * (start - low))


def _round(low: float, high: float) -> Pair:
    """Return limits that are multiples of a round step and hold these two values."""
    step = float(nice_step(max(high - low, 1e-9 * abs(high), 1e-300), 10))
    return step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9)


def figure_of_curves(steps: NDArray[np.int_], losses: Mapping[str, Array], within: Mapping[str, float]) -> Figure:
    """Return expected losses over runs.

    Args:
        steps: The steps.
        losses: The loss at each step, by the name of the schedule; NaN where none is expected.
        within: The error (±) of the losses of each schedule.
    """
    every = np.array(list(losses.values()))
    series = tuple(
        Series(name, Measured(steps.astype(float), loss, float(steps[np.isfinite(loss)][-1])), within=within[name])
        for name, loss in losses.items()
    )
    early = steps >= _SHOWN_FROM * steps[-1]
    room = max(within.values())
    limits = _round(float(np.nanmin(every)) - room, float(np.nanmax(every[:, early])) + room)
    panel = Panel(series, label="loss", limits=limits, from_zero=False)
    return Figure("", Axis("step", 0.0, float(steps[-1])), (panel,), caption=(_BANDS,))


_BANDS = "a loss may be off by ±0.02, by ±0.04 far beyond the log; which schedule is better is known more closely"


_SHOWN_FROM = 0.15
"""The losses after this share of the run fit into the drawing; earlier ones may be above it."""
