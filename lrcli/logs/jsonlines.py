"""A JSON object a line: mmcv, mmengine, detectron2, DeiT, SlowFast, LLaMA-Factory, and Python's dicts as printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from lrcli.logs.builder import Builder
from lrcli.logs.names import is_clock, is_rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.logs.source import Source

    Row = dict[str, Any]

STRETCH = 1 << 14
"""Rows that are turned into columns at a time."""
_DEEP = 6
"""The depth to which nested objects are flattened."""
_NOT_JSON = re.compile(r"(?<=[\s:,\[])(-?nan|-?inf|NaN|-?Infinity)(?=[\s,\]}])")
_DECODER = msgspec.json.Decoder()


def are_rows(lines: list[str]) -> bool:
    """Return whether more than half of some lines hold an object each."""
    filled = [line for line in lines[:400] if line.strip()]
    return 2 * sum(decoded(line) is not None for line in filled) > len(filled)


def decoded(line: str) -> Row | None:
    """Return the object in a line, as JSON or as Python prints it; None if there is none.

    Other text may stand before one that has a clock of its own.
    """
    before, brace, after = line.strip().partition("{")
    text = brace + after
    if not text.endswith("}"):
        return None
    for written in (str, _as_json):
        try:
            row = _DECODER.decode(written(text))
        except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
            continue
        return row if isinstance(row, dict) and (not before or any(map(is_clock, row))) else None
    return None


def _as_json(text: str) -> str:
    """Return what Python's json or print wrote as JSON."""
    quoted = text if '"' in text else text.replace("'", '"').replace("None", "null")
    return _NOT_JSON.sub(r'"\1"', quoted)


def lines_of(data: bytes) -> Iterator[list[str]]:
    """Yield the lines of a file that is in memory."""
    yield data.decode("utf-8", "replace").split("\n")


def read_lines(source: Source) -> Builder:
    """Return the rows of a file that has an object a line."""
    builder = Builder("json lines", source.needed)
    add_lines(builder, source.blocks())
    return builder


def add_lines(builder: Builder, blocks: Iterator[list[str]]) -> None:
    """Add the objects of lines to a log."""
    left_out = 0
    for lines in blocks:
        filled = [line for line in lines if "{" in line]
        for begin in range(0, len(filled), STRETCH):
            found = [decoded(line) for line in filled[begin : begin + STRETCH]]
            rows = [row for row in found if row is not None]
            left_out += len(found) - len(rows)
            _describe(builder, rows[:50])
            builder.add_rows([one for row in rows if (one := _training(row)) is not None])
        if builder.full:
            break
    if left_out:
        many = "1 line that is" if left_out == 1 else f"{left_out:,} lines that are"
        builder.notes.append(f"left out: {many} not JSON")


def flat(row: Row, deep: int = _DEEP) -> Row:
    """Return a row whose cells are no objects: `{"train": {"loss": 1}}` has a column train/loss."""
    if not deep or not any(isinstance(cell, dict) for cell in row.values()):
        return row
    found: Row = {}
    for name, cell in row.items():
        inner = flat(cell, deep - 1) if isinstance(cell, dict) else {"": cell}
        found.update({f"{name}/{key}" if key else name: one for key, one in inner.items()})
    return found


def _training(row: Row) -> Row | None:
    """Return a row without the values of an evaluation: the lr beside an evaluation belongs to no training step."""
    row, kind = flat(row), row.get("_type", row.get("mode"))
    if isinstance(row.get("step"), list) and len(row["step"]) == 2:  # DLLogger's epoch, and the step in it
        row = {**row, "epoch": row["step"][0], "step": row["step"][1]}
    if kind is None:
        return row
    if kind == "train_iter_":
        return None
    evaluates = isinstance(kind, str) and kind.startswith(("val", "test"))
    return {name: cell for name, cell in row.items() if not (is_rate(name) or name == "iter")} if evaluates else row


_FORMATS = (
    ("LLaMA-Factory", {"total_steps", "current_steps"}),
    ("mmcv json", {"data_time", "mode"}),
    ("detectron2", {"data_time", "iteration"}),
    ("mmengine scalars", {"data_time", "step"}),
    ("DeiT", {"train_lr"}),
    ("SlowFast", {"_type"}),
)


def _describe(builder: Builder, rows: list[Row]) -> None:
    """Recognise the tool of a log, and keep the lengths in its rows."""
    for row in rows:
        if builder.format == "json lines":
            builder.format = next((name for name, keys in _FORMATS if keys <= row.keys()), builder.format)
        total = str(row.get("epoch", "")).partition("/")[2]
        builder.hint(total=row.get("total_steps"), total_epochs=total or row.get("total_epochs"))
