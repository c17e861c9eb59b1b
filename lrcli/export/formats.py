"""Rows of t and lr as CSV, TSV, JSON and JSON Lines, a block at a time."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from lrcli import engine
from lrcli.export.json import SCHEMA_VERSION
from lrcli.spec.write import data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lrcli.outline import Entry


def csv_rows(entries: Sequence[Entry], unit: str) -> Iterator[bytes]:
    """Yield CSV: `epoch,lr` for one schedule, `epoch,<name>,…` for several."""
    yield _header(entries, unit, ",")
    yield from map(_delimited, _rows(entries))


def tsv_rows(entries: Sequence[Entry], unit: str) -> Iterator[bytes]:
    """Yield the same as CSV, with tabs."""
    yield _header(entries, unit, "\t")
    yield from (_delimited(rows).replace(b",", b"\t") for rows in _rows(entries))


def json_lines(entries: Sequence[Entry], unit: str) -> Iterator[bytes]:
    """Yield one JSON object a row, with the names that CSV has as its header."""
    names = _names(entries, unit)
    encoder = msgspec.json.Encoder()
    for rows in _rows(entries):
        yield encoder.encode_lines([dict(zip(names, row, strict=True)) for row in rows])


def json_document(entries: Sequence[Entry], unit: str) -> Iterator[bytes]:
    """Yield one JSON document: every curve with its name, its spec and its lr from t = 0 on."""
    encode = msgspec.json.encode
    yield b'{"schema_version":%d,"unit":%s,"curves":[' % (SCHEMA_VERSION, encode(unit))
    for i, entry in enumerate(entries):
        head = {"name": entry.name, "spec": data(entry.spec), "points": entry.run.points}
        yield (b"," if i else b"") + encode(head)[:-1] + b',"lr":['
        for begin, (_, lr) in enumerate(engine.blocks(entry.spec, entry.run)):
            yield (b"," if begin else b"") + encode(lr.tolist())[1:-1]
        yield b"]}"
    yield b"]}\n"


FORMATS: dict[str, Callable[[Sequence[Entry], str], Iterator[bytes]]] = {
    "csv": csv_rows,
    "tsv": tsv_rows,
    "json": json_document,
    "jsonl": json_lines,
}
"""How to write each format, by the name that is also its file's extension."""


def _names(entries: Sequence[Entry], unit: str) -> list[str]:
    return [unit, *(["lr"] if len(entries) == 1 else [entry.name for entry in entries])]


def _header(entries: Sequence[Entry], unit: str, delimiter: str) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n").writerow(_names(entries, unit))
    return buffer.getvalue().encode()


def _rows(entries: Sequence[Entry]) -> Iterator[Iterator[tuple[float | None, ...]]]:
    """Yield rows (t, lr, …) in blocks; a schedule whose run is over has None."""
    points = max(entry.run.points for entry in entries)
    for begin in range(0, points, engine.BLOCK):
        end = min(begin + engine.BLOCK, points)
        columns = [_column(entry, begin, end) for entry in entries]
        yield zip(range(begin, end), *columns, strict=True)


def _column(entry: Entry, begin: int, end: int) -> list[float | None]:
    t = np.arange(begin, min(end, entry.run.points), dtype=np.float64)
    lr: list[float | None] = engine.at(entry.spec, entry.run, t).tolist()
    return lr + [None] * (end - begin - len(lr))


def _delimited(rows: Iterator[tuple[float | None, ...]]) -> bytes:
    """Return rows of numbers with commas, by way of a JSON encoder: the fastest writer of shortest exact floats."""
    text = msgspec.json.Encoder().encode_lines(rows).translate(None, b"[]")
    return text.replace(b"null", b"") if b"null" in text else text
