"""The formats of files: CSV, TSV, JSON and JSON Lines are written here, a block at a time, and Parquet beside."""

from __future__ import annotations

import csv
import io
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lrcli import engine
from lrcli.export.json import SCHEMA_VERSION
from lrcli.export.parquet import GROUP, parquet_file
from lrcli.export.rows import column, names, stretches
from lrcli.spec.write import data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lrcli.entry import Entry
    from lrcli.numeric import Array


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
    keys = names(entries, unit)
    encoder = msgspec.json.Encoder()
    for rows in _rows(entries):
        yield encoder.encode_lines([dict(zip(keys, row, strict=True)) for row in rows])


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


class Format(NamedTuple):
    """How to write.

    Attributes:
        write: Yields the file, a piece at a time.
        pieces: How many pieces that will be, more or less.
        binary: It is not for a person's eyes.
    """

    write: Callable[[Sequence[Entry], str], Iterator[bytes]]
    pieces: Callable[[Sequence[Entry]], int]
    binary: bool = False


def _pieces(entries: Sequence[Entry], size: int = engine.BLOCK) -> int:
    """Return how many blocks of rows there are."""
    return max(entry.run.points for entry in entries) // size + 1


FORMATS: dict[str, Format] = {
    "csv": Format(csv_rows, _pieces),
    "tsv": Format(tsv_rows, _pieces),
    "json": Format(json_document, lambda entries: sum(_pieces([entry]) for entry in entries)),
    "jsonl": Format(json_lines, _pieces),
    "parquet": Format(parquet_file, partial(_pieces, size=GROUP), binary=True),
}
"""By the name that is also the file's extension."""


def _header(entries: Sequence[Entry], unit: str, delimiter: str) -> bytes:
    buffer = io.StringIO()
    header = [f"'{name}" if name.startswith(_FORMULA) else name for name in names(entries, unit)]
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n").writerow(header)
    return buffer.getvalue().encode()


_FORMULA = ("=", "+", "-", "@")
"""With one of these a spreadsheet takes a name for a formula, and runs it; an apostrophe before it keeps it a name."""


def _rows(entries: Sequence[Entry]) -> Iterator[Iterator[tuple[float | None, ...]]]:
    """Yield rows (t, lr, …) in blocks; a schedule whose run is over has None."""
    for stretch in stretches(entries):
        yield zip(stretch, *(_filled(column(entry, stretch), len(stretch)) for entry in entries), strict=True)


def _filled(rates: Array, length: int) -> list[float | None]:
    found: list[float | None] = rates.tolist()
    return found + [None] * (length - len(found))


def _delimited(rows: Iterator[tuple[float | None, ...]]) -> bytes:
    """Return rows of numbers with commas, by way of a JSON encoder: the fastest writer of shortest exact floats."""
    text = msgspec.json.Encoder().encode_lines(rows).translate(None, b"[]")
    return text.replace(b"null", b"") if b"null" in text else text
