"""JSON documents: trainer_state.json, lists of equal length, a list of rows; and the whole rows of a truncated one."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from lrcli.logs.builder import Builder
from lrcli.logs.jsonlines import STRETCH, add_lines, decoded, flat, lines_of
from lrcli.logs.names import EPOCHS, STEPS
from lrcli.problems import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lrcli.logs.builder import Needed
    from lrcli.logs.source import Source

_NOT_JSON = re.compile(rb"(?<=[\s:,\[])(NaN|-?Infinity)(?=[\s,\]}])")
"""What Python writes for numbers that JSON does not know."""
_NUMBERS = re.compile(rb"\[\s*-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\s*[,\]]")
"""How a list of numbers begins, and a line of text such as `[2024-05-01 …]` does not."""
_DEEP = 4
"""The depth to which a document is searched for lists."""


class _State(msgspec.Struct):
    """transformers' trainer_state.json, its rows not looked into yet."""

    log_history: list[msgspec.Raw]
    max_steps: object = None
    global_step: object = None
    logging_steps: object = None


def is_document(head: bytes) -> bool:
    """Return whether a file that begins so is one JSON document, and not one row per line."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    rows = [decoded(line.decode("utf-8", "replace")) for line in text.split(b"\n", 2)[:2]]
    if text[:1] == b"[":  # of a list, and not of a line of text such as `[Rank 0] step=10`
        return text[1:].lstrip()[:1] in (b"{", b"[", b"]", b"") or bool(_NUMBERS.match(text))
    return text[:1] == b"{" and (len(rows) < 2 or None in rows)


def read_document(source: Source) -> Builder:
    """Return the rows of a document.

    Raises:
        SpecError: If it is not JSON, and has no whole row before the error.
        InputError: If it is too long.
    """
    data = source.whole()
    for text in (data, _NOT_JSON.sub(rb'"\1"', data)):
        try:
            return _of_state(text, source.needed)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass
        try:
            return _of_data(msgspec.json.decode(text))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            problem = str(error)
    return _rest(source, data, problem)


def _of_state(data: bytes, needed: Needed | None) -> Builder:
    state = msgspec.json.decode(data, type=_State)
    builder = Builder("trainer_state", needed)
    builder.hint(total=state.max_steps, end=state.global_step, every=state.logging_steps)
    decoder = msgspec.json.Decoder()
    for begin in range(0, len(state.log_history), STRETCH):
        _add(builder, [decoder.decode(raw) for raw in state.log_history[begin : begin + STRETCH]])
        if builder.full:
            break
    return builder


def _add(builder: Builder, rows: Sequence[object]) -> None:
    builder.add_rows([flat(row) for row in rows if isinstance(row, dict)])


def _of_data(data: object) -> Builder:
    builder = Builder("json")
    if isinstance(data, list):
        named = [dict(zip(("wall time", "step", "value"), row, strict=False)) for row in data if isinstance(row, list)]
        _add(builder, named or data)  # TensorBoard's own download is a list of lists
        return builder
    lists = list(_lists(data, "", _DEEP))
    columns = [(name, cells) for name, cells in lists if not isinstance(cells[0], dict)]
    tables = [(name, rows) for name, rows in lists if isinstance(rows[0], dict)]
    if max((len(rows) for _, rows in tables), default=0) > max((len(cells) for _, cells in columns), default=0):
        for name, rows in tables:
            _add(builder, [_under(name, row) for row in rows if isinstance(row, dict)])
        return builder
    for name, cells in columns:
        builder.add([name], [cells], np.arange(len(cells), dtype=np.int32))
    builder.rows = max((len(cells) for _, cells in columns), default=0)
    if isinstance(data, dict) and not columns:
        _add(builder, [data])
    return builder


def _under(path: str, row: dict[str, object]) -> dict[str, object]:
    """Return a row with the way to its table before its names; what counts epochs or steps counts those of the run."""
    clocks = {*STEPS, *EPOCHS}
    return {name if name in clocks else f"{path}/{name}".strip("/"): cell for name, cell in row.items()}


def _lists(data: object, name: str, deep: int) -> Iterator[tuple[str, list[object]]]:
    """Yield the lists of a document with the way to each, `history` left out of it."""
    if isinstance(data, list) and data:
        yield name, data
    elif isinstance(data, dict) and deep:
        for key, value in data.items():
            yield from _lists(value, name if key == "history" else f"{name}/{key}".strip("/"), deep - 1)


def _rest(source: Source, data: bytes, problem: str) -> Builder:
    """Return the rows of a file that is no document: those of its lines, or those before it breaks off."""
    builder = Builder("json lines", source.needed)
    add_lines(builder, lines_of(data))
    if builder.rows:
        return builder
    builder = Builder("json")
    rows = [row for row in _salvaged(data.decode("utf-8", "replace")) if isinstance(row, dict)]
    if not rows:
        raise SpecError(Problem(message=f"not JSON: {problem}", place=source.path))
    _add(builder, rows)
    builder.notes.append(f"the file breaks off: {len(rows):,} whole rows are read")
    return builder


def _salvaged(text: str) -> Iterator[object]:
    """Yield the whole rows of a list that breaks off."""
    at = text.find('"log_history"')
    at = text.find("[", max(at, 0)) + 1
    decoder = json.JSONDecoder()
    while at:
        at = _next(text, at)
        try:
            row, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield row


def _next(text: str, at: int) -> int:
    while at < len(text) and text[at] in ", \t\r\n":
        at += 1
    return at
