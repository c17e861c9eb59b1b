"""The column of a log that `--metric FILE` or `--metric FILE:COLUMN` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.spec.text import is_there

if TYPE_CHECKING:
    from lrcli.logs.metric import Metric


def read_metric(text: str) -> Metric:
    """Return the metric that `FILE` or `FILE:COLUMN` names.

    Raises:
        InputError: If the file cannot be read.
        SpecError: If it is no log, or has no such column.
    """
    from lrcli.logs.metric import metric_of
    from lrcli.logs.read import read_log

    file, colon, column = text.rpartition(":")
    if not colon or is_there(text):
        file, column = text, ""
    return metric_of(read_log(file), column)
