"""The formats of exported files, written in blocks; those that are not text in files of their own."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lrcli import engine
from lrcli.export.json import SCHEMA_VERSION, encoded
from lrcli.export.npy import npy_file
from lrcli.export.parquet import GROUP, parquet_file
from lrcli.export.rows import column, names, stretches
from lrcli.momentum import momentum_of
from lrcli.spec.write import data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lrcli.entry import Entry
    from lrcli.numeric import Array


def csv_rows(entries: Sequence[Entry], unit: str, points: Sequence[int]) -> Iterator[bytes]:
    """Yield CSV: `epoch,lr` for one schedule, `epoch,<name>,…` for several."""
    yield _header(entries, unit, ",")
    yield from map(_delimited, _rows(entries, points))


def tsv_rows(entries: Sequence[Entry], unit: str, points: Sequence[int]) -> Iterator[bytes]:
    """Yield the same as CSV, with tabs."""
    yield _header(entries, unit, "\t")
    yield from (_delimited(rows).replace(b",", b"\t") for rows in _rows(entries, points))


def markdown_rows(entries: Sequence[Entry], unit: str, points: Sequence[int]) -> Iterator[bytes]:
    """Yield a table in Markdown, its numbers to the right."""
    headers = [name.replace("|", "\\|") for name in names(entries, unit)]
    yield f"| {' | '.join(headers)} |\n|{' ---: |' * len(headers)}\n".encode()
    for rows in _rows(entries, points):
        lines = _delimited(rows).replace(b",", b" | ").splitlines()
        yield b"".join(b"| %s |\n" % line for line in lines)


def json_lines(entries: Sequence[Entry], unit: str, points: Sequence[int]) -> Iterator[bytes]:
    """Yield one JSON object a row, with the names that CSV has as its header."""
    keys = names(entries, unit)
    encoder = msgspec.json.Encoder()
    for rows in _rows(entries, points):
        yield encoder.encode_lines([dict(zip(keys, row, strict=True)) for row in rows])


def json_document(
    entries: Sequence[Entry],
    unit: str,
    points: Sequence[int] | None = None,
    more: Mapping[str, object] | None = None,
    *,
    momentum: bool = False,
) -> Iterator[bytes]:
    """Yield one JSON document: every curve with its name, its spec, its t and its lr.

    Args:
        entries: The curves.
        unit: What the rows, or the axis of the drawing, count.
        points: The points to write; by default all.
        more: Fields after the curves.
        momentum: Add the momentum to each curve.
    """
    yield b'{"schema_version":%d,"unit":%s,"curves":[' % (SCHEMA_VERSION, _json(unit))
    for i, entry in enumerate(entries):
        own = range(entry.run.points) if points is None else points
        head = {"name": entry.name, "spec": data(entry.spec), "unit": entry.run.counts, "points": entry.run.points}
        yield (b"," if i else b"") + _json(head)[:-1]
        yield from _array("t", ([t for t in stretch if t < entry.run.points] for stretch in stretches(own)))
        yield from _array("lr", (column(entry, stretch).tolist() for stretch in stretches(own)))
        if momentum:
            yield from _array("momentum", (column(momentum_of(entry), s).tolist() for s in stretches(own)))
        yield b"}"
    yield b"]" + (b"," if more else b"") + _json(more or {})[1:] + b"\n"


def _json(data: object) -> bytes:
    return encoded(data).encode()


def _array(key: str, pieces: Iterator[Sequence[float]]) -> Iterator[bytes]:
    """Yield a field whose value is a list, a piece at a time."""
    yield b',"%s":[' % key.encode()
    texts = (text for piece in pieces if (text := msgspec.json.encode(piece)[1:-1]))
    yield from ((b"," if begin else b"") + text for begin, text in enumerate(texts))
    yield b"]"


class Format(NamedTuple):
    """A format.

    Attributes:
        write: Yields the file in pieces.
        size: Rows in one piece.
        binary: The file is not text, so it is not written to a terminal.
    """

    write: Callable[[Sequence[Entry], str, Sequence[int]], Iterator[bytes]]
    size: int = engine.BLOCK
    binary: bool = False


FORMATS: dict[str, Format] = {
    "csv": Format(csv_rows),
    "tsv": Format(tsv_rows),
    "json": Format(json_document),
    "jsonl": Format(json_lines),
    "md": Format(markdown_rows),
    "npy": Format(npy_file, binary=True),
    "parquet": Format(parquet_file, GROUP, binary=True),
}
"""By the name that is also the file's extension."""


def _header(entries: Sequence[Entry], unit: str, delimiter: str) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n").writerow(map(as_name, names(entries, unit)))
    return buffer.getvalue().encode()


def as_name(name: str) -> str:
    """Return a name as a cell that a spreadsheet does not read as a formula."""
    return f"'{name}" if name.startswith(_FORMULA) else name


_FORMULA = ("=", "+", "-", "@")
"""A spreadsheet evaluates a cell that begins with one of these as a formula, unless an apostrophe is before it."""


def _rows(entries: Sequence[Entry], points: Sequence[int]) -> Iterator[Iterator[tuple[float | None, ...]]]:
    """Yield rows (t, lr, …) in blocks; a schedule whose run is over has None."""
    for stretch in stretches(points):
        yield zip(stretch, *(_filled(column(entry, stretch), len(stretch)) for entry in entries), strict=True)


def _filled(rates: Array, length: int) -> list[float | None]:
    found: list[float | None] = rates.tolist()
    return found + [None] * (length - len(found))


def _delimited(rows: Iterator[tuple[float | None, ...]]) -> bytes:
    """Return rows of numbers with commas, written by a JSON encoder: the fastest writer of exact floats."""
    text = msgspec.json.Encoder().encode_lines(rows).translate(None, b"[]")
    return text.replace(b"null", b"") if b"null" in text else text
