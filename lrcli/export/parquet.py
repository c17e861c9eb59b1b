"""Rows of t and lr as Parquet, written in row groups; needs pyarrow, the extra `lrcli[parquet]`."""

from __future__ import annotations

from io import RawIOBase
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from lrcli.export.json import SCHEMA_VERSION
from lrcli.export.rows import column, names, stretches
from lrcli.problems import MissingError
from lrcli.spec.write import data

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lrcli.entry import Entry

GROUP = 1 << 16
"""Rows in a row group: few enough for memory, enough to be read fast."""


class _Sink(RawIOBase):
    """A file that keeps what is written to it until it is taken."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.position = 0

    def writable(self) -> bool:
        return True

    def write(self, chunk: Any) -> int:
        self.written.append(bytes(chunk))
        self.position += len(chunk)
        return len(chunk)

    def tell(self) -> int:
        return self.position

    def taken(self) -> bytes:
        """Return what was written since this was last asked."""
        chunk, self.written = b"".join(self.written), []
        return chunk


def parquet_file(entries: Sequence[Entry], unit: str, points: Sequence[int]) -> Iterator[bytes]:
    """Yield a Parquet file: the unit as int64, and a double column for each schedule, null where its run is over.

    Its metadata has, under `lrcli`, the specs as JSON.

    Raises:
        MissingError: If pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingError(f"parquet needs pyarrow: pip install 'lrcli[parquet]' ({error})") from None
    first, *others = names(entries, unit)
    curves = [{"name": entry.name, "spec": data(entry.spec), "points": entry.run.points} for entry in entries]
    about = msgspec.json.encode({"schema_version": SCHEMA_VERSION, "unit": unit, "curves": curves})
    fields = [pa.field(first, pa.int64(), nullable=False), *(pa.field(name, pa.float64()) for name in others)]
    schema = pa.schema(fields, metadata={"lrcli": about})
    sink = _Sink()
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for stretch in stretches(points, GROUP):
            t = np.array(stretch)
            rates = [
                pa.array(np.resize(column(entry, stretch), t.size), mask=t >= entry.run.points) for entry in entries
            ]
            writer.write_batch(pa.record_batch([pa.array(t), *rates], schema=schema))
            yield sink.taken()
    yield sink.taken()


def arrow_table(columns: Mapping[str, np.ndarray]) -> Any:
    """Return columns as a table of Arrow.

    Raises:
        MissingError: If pyarrow is not installed.
    """
    try:
        import pyarrow as pa
    except ImportError as error:
        message = f"an Arrow table needs pyarrow: pip install 'lrcli[parquet]' ({error}); or take curve.to_dict()"
        raise MissingError(message) from None
    return pa.table(dict(columns))
