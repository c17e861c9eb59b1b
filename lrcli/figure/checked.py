"""The figure of a log: its points, and the schedule that was found or was meant."""

from __future__ import annotations

import math
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from lrcli import engine
from lrcli.figure.data import Axis, Figure, Panel
from lrcli.figure.logged import Logged
from lrcli.figure.series import Dotted, Measured, Series

if TYPE_CHECKING:
    from lrcli.checking.report import Report
    from lrcli.compose import Spec
    from lrcli.logs.points import Points
    from lrcli.numeric import Array
    from lrcli.run import Run

_COLUMNS = 2048
"""Points at which a schedule is evaluated."""


def logged(report: Report) -> Logged:
    """Return the points of the run that a report is of."""
    points = report.answer.points
    end = float(points.x[-1]) + points.step
    theory, path = report.theory, report.log.path
    length = math.ceil(end) if theory is None else int(theory.run.total)
    metric = f"{path}:{theory.metric}" if theory is not None and theory.metric else None
    return Logged(PurePath(path).name, report.unit, points.x, points.y, end, length, metric)


def figure_of_log(report: Report) -> Figure:
    """Return the points of a log over its own clock, with the schedule that was meant, else the one found."""
    points, model = report.answer.points, report.answer.model
    begin, end = float(points.x[0]), float(points.x[-1]) + points.step
    series = [Series("log", Dotted(points.x, points.y, end), dots=True)]
    if report.meant is not None:
        series.append(Series("meant", Measured(*_meant(points, *report.meant), end)))
    elif model is not None:
        x = np.linspace(begin, end, _COLUMNS)
        series.append(Series("theory", Measured(x, model.lr(x), end)))
    span = (
        f"{len(points):,} points of {', '.join(report.group.names)}, {report.unit} {begin:,.6g} to {points.x[-1]:,.6g}"
    )
    panel = Panel(tuple(series), label="lr", limits=None, from_zero=True)
    return Figure("", Axis(report.unit, begin, end), (panel,), caption=(span,))


def _meant(points: Points, spec: Spec, run: Run) -> tuple[Array, Array]:
    x = np.unique(np.round(np.linspace(float(points.x[0]), float(points.x[-1]), _COLUMNS)))
    return x, engine.at(spec, run, np.clip(x, 0, run.points - 1))
