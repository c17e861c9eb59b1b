"""NumPy's own file, `numpy.load("lr.npy")["lr"]`: rows with names, written in blocks."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from lrcli.export.rows import column, names, stretches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lrcli.entry import Entry


def npy_file(entries: Sequence[Entry], unit: str, points: Sequence[int]) -> Iterator[bytes]:
    """Yield a .npy file: the unit as int64, and a float64 for each schedule, NaN where its run is over."""
    first, *others = [name.encode("ascii", "backslashreplace").decode() for name in names(entries, unit)]
    kind = np.dtype([(first, "<i8"), *((name, "<f8") for name in others)])
    yield _header(kind, len(points))
    for stretch in stretches(points):
        block = np.empty(len(stretch), dtype=kind)
        block[first] = np.array(stretch)
        for name, entry in zip(others, entries, strict=True):
            rates = column(entry, stretch)
            block[name] = np.nan
            block[name][: rates.size] = rates
        yield block.tobytes()


def _header(kind: np.dtype[Any], rows: int) -> bytes:
    """Return what stands before the rows."""
    buffer = io.BytesIO()
    about = {"descr": np.lib.format.dtype_to_descr(kind), "fortran_order": False, "shape": (rows,)}
    np.lib.format.write_array_header_2_0(buffer, about)
    return buffer.getvalue()
