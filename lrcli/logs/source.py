"""The bytes of a log, from a file (compressed or not) or standard input, in blocks of lines and bounded memory."""

from __future__ import annotations

import re
import sys
import zlib
from typing import TYPE_CHECKING, Protocol, Self

from lrcli.logs.opening import BROKEN, Recoded, TooMuchError, another_kind, encoding_of, opened
from lrcli.problems import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lrcli.logs.builder import Needed

    Relevant = Callable[[bytes], object]

BLOCK = 1 << 20
"""Bytes that are read at a time."""
LINE = 1 << 26
"""Bytes of the longest line that is read; a longer one is left out."""
DOCUMENT = 1 << 30
"""Bytes of the longest file that is read as a whole."""
_COLOURS = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")
"""Control sequences for terminals: colours, and movements of the cursor."""


class _Readable(Protocol):
    def read(self, most: int, /) -> bytes: ...

    def close(self) -> None: ...


class Source:
    """An opened log.

    Attributes:
        path: Its name.
        head: Its first bytes, as they are after decompression.
        notes: What could not be read.
        needed: Which columns are kept of it if it is long; all by default.
        unended: The last line has no end: it may be half of one that is being written.
    """

    def __init__(self, path: str, needed: Needed | None = None) -> None:
        """Open a log.

        Raises:
            InputError: If it is missing, a directory, or may not be read, or is no log by its first bytes.
        """
        self.path = path
        self.needed = needed
        self.notes: list[str] = []
        self.unended = False
        self._cut = False
        try:
            self._file: _Readable = opened(path)
            self.head = self._read(1 << 16)
        except OSError as error:
            raise InputError(Problem(message=(error.strerror or str(error)).lower(), place=path)) from None
        except ValueError:
            raise InputError(Problem(message="is not a file name", place=path)) from None
        if kind := another_kind(self.head):
            self._file.close()
            raise InputError(Problem(message=f"is no log but {kind}", place=path))
        if encoding := encoding_of(self.head):
            self._file = Recoded(self._file, self.head, encoding)
            self.head = self._read(1 << 16)
        self._pending = self.head.removeprefix(b"\xef\xbb\xbf")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not sys.stdin.buffer:
            self._file.close()

    def _read(self, most: int) -> bytes:
        """Return the next bytes; what is left of a file that breaks off is noted, not raised."""
        pieces: list[bytes] = []
        try:
            while most > 0 and (piece := self._file.read(min(most, BLOCK))):  # at once it would reserve them all
                pieces.append(piece)
                most -= len(piece)
        except IsADirectoryError:
            raise
        except TooMuchError as error:
            self.notes.append(str(error))
            self._cut = True
        except (*BROKEN, zlib.error) as error:
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
        if self._cut:
            raise InputError(Problem(message=self.notes[-1], place=self.path))
        return data

    def blocks(self, relevant: Relevant = bool) -> Iterator[list[str]]:
        """Yield the lines, a block at a time; those of a block that is not relevant as none at all.

        What is no UTF-8 is replaced, colours are left out, carriage returns end a line as well, and the last line may
        have no end; it is as relevant as the block before it.
        """
        rest, counts = b"", False
        while block := self.read():
            data, newline, after = (rest + block).rpartition(b"\n")
            rest = self._bounded(after if newline else data + after)
            counts = bool(newline and relevant(data))
            yield _lines(data) if counts else []
        self.unended = bool(rest)
        yield _lines(rest) if rest and (counts or relevant(rest)) else []

    def _bounded(self, rest: bytes) -> bytes:
        if len(rest) <= LINE:
            return rest
        self.notes.append(f"a line of more than {LINE >> 20} MiB is left out")
        return b""


def _lines(data: bytes) -> list[str]:
    if b"\x1b[" in data:
        data = _COLOURS.sub(b"", data)
    return data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
