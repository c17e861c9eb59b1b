"""The text of a file, or of standard input."""

from __future__ import annotations

import sys
from pathlib import Path as FilePath

from lrcli.problems import InputError, Problem, closest
from lrcli.spec.values import shown

MOST = 1 << 22
"""Bytes of a file of specs: a hundred times the longest that people write."""


def read_text(file: str, most: int = MOST) -> str:
    """Return the text of a file, or of standard input.

    Args:
        file: Its name, or `-`.
        most: How many bytes are read at most; a longer file, or one without end, is refused.

    Raises:
        InputError: If it is missing, a directory, not permitted, too long or not UTF-8.
    """
    try:
        data = _read_bytes(file, most + 1)
        if len(data) <= most:
            return data.decode("utf-8-sig")
        reason = f"is longer than {most >> 20} MiB"
    except UnicodeDecodeError as error:
        reason = f"is not UTF-8 text (byte {error.start})"
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    except ValueError:
        reason = "is not a file name"
    meant = _neighbour(file) if reason.startswith("no such") else ""
    raise InputError(Problem(message=reason, place=shown(file)[1:-1], suggestion=meant))


def _read_bytes(file: str, most: int) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(most)
    with FilePath(file).open("rb") as opened:
        return opened.read(most)


def is_there(file: str) -> bool:
    """Return whether a file of this name exists; False for text that cannot be a file name."""
    try:
        return FilePath(file).exists()
    except (OSError, ValueError):
        return False


def _neighbour(file: str) -> str:
    """Return the file nearby whose name is most like this one's."""
    path = FilePath(file)
    try:
        known = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return ""
    found = closest(path.name, known)
    return str(path.with_name(found)) if found else ""
