"""The figure of a log: its points, and the schedule that it was, or was meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lrcli import engine
from lrcli.figure.data import Axis, Figure, Panel
from lrcli.figure.series import Measured, Series

if TYPE_CHECKING:
    from lrcli.checking.report import Report
    from lrcli.numeric import Array

_COLUMNS = 2048
"""Places at which a schedule is looked at."""


def figure_of_log(report: Report) -> Figure:
    """Return a log over its own clock, under the schedule that was found and the one that was meant."""
    points, model = report.answer.points, report.answer.model
    begin, end = float(points.x[0]), float(points.x[-1]) + points.step
    series = [Series("log", Measured(points.x, points.y, end))]
    if report.meant is not None:
        series.append(Series("meant", Measured(*_meant(report), end)))
    elif model is not None:
        x = np.linspace(begin, end, _COLUMNS)
        series.append(Series("theory", Measured(x, model.lr(x), end)))
    span = (
        f"{len(points):,} points of {', '.join(report.group.names)}, {report.unit} {begin:,.6g} to {points.x[-1]:,.6g}"
    )
    panel = Panel(tuple(series), label="lr", limits=None, from_zero=True)
    return Figure("", Axis(report.unit, begin, end), (panel,), caption=(span,))


def _meant(report: Report) -> tuple[Array, Array]:
    assert report.meant is not None  # noqa: S101 - the caller asked
    spec, run = report.meant
    x = np.unique(np.round(np.linspace(float(report.answer.points.x[0]), float(report.answer.points.x[-1]), _COLUMNS)))
    return x, engine.at(spec, run, np.clip(x, 0, run.points - 1))
