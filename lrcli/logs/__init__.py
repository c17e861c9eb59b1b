"""Training logs: what a run wrote, as columns of numbers over its own clock.

>>> from lrcli.logs import read_log
>>> log = read_log("trainer_state.json")
>>> log.format, log.clock, [column.name for column in log.rates]
('trainer_state', 'step', ['learning_rate'])
>>> rate = log.rates[0]
>>> rate.x[:3], rate.y[:3], str(rate.precision)
(array([10., 20., 30.]), array([5.77e-07, 1.15e-06, 1.73e-06]), 'float64')

`log.columns` has every column of numbers by its name, `log.losses` those of the training loss, `column.runs()` cuts one
where its clock falls back (a second run in the same file), and `log.over(column, "epoch")` gives its epochs where x
counts steps.
"""

from __future__ import annotations

from lrcli.logs.metric import Metric, metric_of
from lrcli.logs.names import is_loss, is_rate, mode_of
from lrcli.logs.precision import Precision
from lrcli.logs.read import read_log
from lrcli.logs.table import Clock, Column, Hints, Log

__all__ = [
    "Clock", "Column", "Hints", "Log", "Metric", "Precision", "is_loss", "is_rate", "metric_of", "mode_of", "read_log",
]  # fmt: skip
