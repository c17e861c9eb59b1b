"""The metric of a real run, out of its log: csv, tsv, json, jsonl, and transformers' trainer_state.json."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any, NamedTuple

from lrcli.problems import Problem, SpecError, closest
from lrcli.spec.text import is_there, read_text

GUESSES = (
    "val_loss", "eval_loss", "valid_loss", "validation_loss", "test_loss", "loss", "train_loss", "val_accuracy",
    "eval_accuracy", "accuracy",
)  # fmt: skip
"""Columns that are taken if nobody says which, in this order."""


_MOST = 1 << 28
"""Bytes of a log."""


class Metric(NamedTuple):
    """The values of one column of a log, where it has any.

    Attributes:
        values: One per epoch, or per logged step.
        column: Which it is.
        guessed: Nobody said so.
    """

    values: tuple[float, ...]
    column: str
    guessed: bool


def read_metric(text: str) -> Metric:
    """Return the metric that `FILE` or `FILE:COLUMN` names.

    Raises:
        InputError: If the file cannot be read.
        SpecError: If it is no log, or has no such column.
    """
    file, colon, column = text.rpartition(":")
    if not colon or is_there(text):
        file, column = text, ""
    rows = _rows(file, read_text(file, _MOST))
    columns = list(dict.fromkeys(name for row in rows for name, value in row.items() if _number(value) is not None))
    chosen = column or next((name for name in GUESSES if name in columns), "")
    if chosen not in columns:
        known = f"it has {', '.join(columns)}" if columns else "it has no column of numbers"
        message = f"there is no column {chosen!r} of numbers; {known}" if column else f"which column? {known}"
        raise SpecError(Problem(message=message, place=file, suggestion=closest(column, columns) if column else ""))
    values = (_number(row.get(chosen)) for row in rows)
    return Metric(tuple(value for value in values if value is not None), chosen, not column)


def _rows(file: str, text: str) -> list[dict[str, Any]]:
    """Return the rows of a log as mappings."""
    suffix = Path(file).suffix.lower()
    try:
        if suffix == ".json":
            return _json_rows(json.loads(text))
        if suffix in (".jsonl", ".ndjson", ".txt") and text.lstrip().startswith("{"):
            return _json_rows([json.loads(line) for line in text.splitlines() if line.strip()])
    except (ValueError, RecursionError) as error:
        raise SpecError(Problem(message=f"not JSON: {error}", place=file)) from None
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    delimiter = "\t" if suffix == ".tsv" else ","
    try:
        return [dict(row) for row in csv.DictReader(io.StringIO("\n".join(lines)), delimiter=delimiter)]
    except csv.Error as error:
        raise SpecError(Problem(message=f"not a table: {error}", place=file)) from None


def _json_rows(data: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Return the rows of a list of mappings, of transformers' log_history, or of a mapping of columns."""
    if isinstance(data, dict) and isinstance(data.get("log_history"), list):
        data = data["log_history"]
    if isinstance(data, dict):
        columns = {name: values for name, values in data.items() if isinstance(values, list)}
        return [
            {name: values[i] for name, values in columns.items() if i < len(values)}
            for i in range(max(map(len, columns.values()), default=0))
        ]
    return [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []


def _number(value: object) -> float | None:
    """Return a cell as a number; None if it is empty, text or not finite."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
