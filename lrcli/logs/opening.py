"""Open a log: decompressed, recoded from UTF-16, and refused if its first bytes are those of another kind."""

from __future__ import annotations

import codecs
import importlib
import lzma
import sys
from io import BufferedReader
from pathlib import Path
from typing import IO, cast

BROKEN = (EOFError, OSError, ValueError, lzma.LZMAError)
"""What reading compressed bytes that break off may raise, besides the errors of zlib and zstd."""
UNPACKED = 1 << 27
"""Bytes that are read of every compressed file."""
RATIO = 100
"""How many times its size a larger compressed file may unpack to: logs are packed to a tenth, seldom to a fiftieth."""
PIPED = 1 << 30
"""Bytes that are read of a compressed file on standard input, whose size is unknown."""
_PACKED = {
    b"\x1f\x8b": ("gzip",),
    b"BZh": ("bz2",),
    b"\xfd7zXZ": ("lzma",),
    b"\x28\xb5\x2f\xfd": ("compression.zstd", "backports.zstd", "zstandard", "pyzstd"),
}
"""What compressed files begin with, and the modules that read them: one of those that people install, for zstd."""
_OTHERS = {
    b"PK\x03\x04": "a zip archive, as checkpoints and spreadsheets are",
    b"PAR1": "a Parquet file",
    b"\x89HDF": "an HDF5 file",
    b"\x89PNG": "a picture",
    b"%PDF": "a PDF",
    b"SQLite format 3": "an SQLite database",
    b"\x80\x02": "a pickle",
    b"\x80\x04": "a pickle",
    b"\x80\x05": "a pickle",
    b":W&B": "the binary file of a run in Weights & Biases: export its charts as CSV",
    b"7z\xbc\xaf": "a 7z archive",
}
"""What files that are no logs begin with."""


def opened(path: str) -> IO[bytes] | Unpacked:
    """Open a file, or standard input (`-`), to read what it was before it was compressed.

    Raises:
        OSError: If it is missing, a directory, may not be read, or is compressed in a way that cannot be read here.
        ValueError: If the name cannot be one.
    """
    file = sys.stdin.buffer if path == "-" else Path(path).open("rb")  # noqa: SIM115 - the Source closes it
    begin = file.peek(8) if isinstance(file, BufferedReader) else b""
    modules = next((modules for sign, modules in _PACKED.items() if begin.startswith(sign)), ())
    if not modules:
        return file
    if path == "-":
        return Unpacked(_unpacked(modules, file), PIPED)
    file.close()
    return Unpacked(_unpacked(modules, path), max(UNPACKED, RATIO * Path(path).stat().st_size))


def _unpacked(modules: tuple[str, ...], file: str | IO[bytes]) -> IO[bytes]:
    for name in modules:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        return cast("IO[bytes]", module.open(file))
    raise OSError(0, f"is compressed: install {modules[-2]}, or unpack it first")


class TooMuchError(Exception):
    """A compressed file unpacks to far more than logs do."""


class Unpacked:
    """A compressed file, read up to a number of bytes: few packed bytes can stand for more than any memory holds."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self._left, self._most = file, most, most

    def read(self, most: int) -> bytes:
        """Return about so many bytes; empty at the end.

        Raises:
            TooMuchError: Once, if there are more bytes than are read.
        """
        data = self._file.read(most) if self._left >= 0 else b""
        self._left -= len(data)
        if self._left < 0 and data:
            raise TooMuchError(f"it unpacks to more than {self._most >> 20} MiB: the rest is not read; unpack it first")
        return data

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def another_kind(head: bytes) -> str:
    """Return what a file is that begins so, if it is no log for certain."""
    return next((kind for sign, kind in _OTHERS.items() if head.startswith(sign)), "")


def is_binary(head: bytes) -> bool:
    """Return whether bytes are no text: more than one in 30 is a control character that texts do not use."""
    return 30 * len(head.translate(None, _TEXT)) > len(head)


_TEXT = bytes({*range(256)} - {*range(1, 8), *range(14, 27), *range(28, 32)})
"""The bytes of texts in any encoding, with ESC, which begins a colour, and 0, with which a crash may fill a log."""


def encoding_of(head: bytes) -> str:
    """Return in which of two bytes a character text is that begins so; empty for all other."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):  # PowerShell writes so
        return "utf-16"
    even, odd = head[:200:2], head[1:200:2]
    if len(head) < 16 or min(even.count(0), odd.count(0)) > 0:
        return ""
    if odd.count(0) == len(odd):
        return "utf-16-le"
    return "utf-16-be" if even.count(0) == len(even) else ""


class Recoded:
    """A file in another encoding, read as UTF-8."""

    def __init__(self, file: IO[bytes] | Unpacked, head: bytes, encoding: str) -> None:
        self._file, self._ahead = file, head
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def read(self, most: int) -> bytes:
        """Return about so many bytes; empty at the end."""
        while data := self._ahead or self._file.read(most):
            self._ahead = b""
            if text := self._decoder.decode(data).encode():
                return text
        return b""

    def close(self) -> None:
        """Close the file."""
        self._file.close()
