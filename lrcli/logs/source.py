"""The bytes of a log: out of a file, gzip or standard input, in blocks of lines, within bounds."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self, cast

from lrcli.problems import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Relevant = Callable[[bytes], object]

BLOCK = 1 << 22
"""Bytes that are read at a time."""
LINE = 1 << 26
"""Bytes of the longest line that is read; a longer one is left out."""
DOCUMENT = 1 << 30
"""Bytes of the longest file that is read as a whole."""


class Source:
    """An opened log.

    Attributes:
        path: Its name.
        head: Its first bytes, as they are after decompression.
        notes: What could not be read.
        unended: The last line has no end: it may be half of one that is being written.
    """

    def __init__(self, path: str) -> None:
        """Open a log.

        Raises:
            InputError: If it is missing, a directory, or may not be read.
        """
        self.path = path
        self.notes: list[str] = []
        self.unended = False
        try:
            self._file = _opened(path)
            self.head = self._read(1 << 16)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(Problem(message=_reason(error), place=path)) from None
        except ValueError:
            raise InputError(Problem(message="is not a file name", place=path)) from None
        if self.head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            self._recode()
        self._pending = self.head.removeprefix(b"\xef\xbb\xbf")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _recode(self) -> None:
        """Read UTF-16, which PowerShell writes, as UTF-8."""
        text = (self.head + self._read(DOCUMENT)).decode("utf-16", "replace")
        self._file.close()
        self._file = io.BytesIO(text.encode())
        self.head = self._read(1 << 16)

    def _read(self, most: int) -> bytes:
        """Return the next bytes; what is left of a file that breaks off is noted, not raised."""
        pieces: list[bytes] = []
        try:
            while most > 0 and (piece := self._file.read(min(most, BLOCK))):  # at once it would reserve them all
                pieces.append(piece)
                most -= len(piece)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            self.notes.append(f"the compressed file breaks off: {error}")
        return b"".join(pieces)

    def read(self, most: int = BLOCK) -> bytes:
        """Return the next bytes, at most so many; empty at the end."""
        ahead, self._pending = self._pending[:most], self._pending[most:]
        return ahead + self._read(most - len(ahead))

    def whole(self) -> bytes:
        """Return all of it.

        Raises:
            InputError: If it is too long for that.
        """
        data = self.read(DOCUMENT + 1)
        if len(data) > DOCUMENT:
            raise InputError(Problem(message=f"one document of more than {DOCUMENT >> 20} MiB", place=self.path))
        return data

    def blocks(self, relevant: Relevant = bool) -> Iterator[list[str]]:
        """Yield the lines, a block at a time; those of a block that is not relevant as none at all.

        What is no UTF-8 is replaced, carriage returns end a line as well, and the last line may have no end.
        """
        rest = b""
        while block := self.read():
            data, newline, after = (rest + block).rpartition(b"\n")
            rest = self._bounded(after if newline else data + after)
            yield _lines(data) if newline and relevant(data) else []
        self.unended = bool(rest)
        yield _lines(rest) if rest and relevant(rest) else []

    def _bounded(self, rest: bytes) -> bytes:
        if len(rest) <= LINE:
            return rest
        self.notes.append(f"a line of more than {LINE >> 20} MiB is left out")
        return b""


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _opened(path: str) -> IO[bytes]:
    if path == "-":
        return io.BytesIO(sys.stdin.buffer.read(DOCUMENT))
    file = Path(path).open("rb")  # noqa: SIM115 - the Source closes it
    if file.peek(2)[:2] == b"\x1f\x8b":
        file.close()
        return cast("IO[bytes]", gzip.open(path))
    return file


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text).lower()
