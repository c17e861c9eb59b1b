"""Writing a file completely or not at all, and never over an existing one unless that was asked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lrcli.problems import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable


class NotWrittenError(OSError):
    """A file could not be written; no part of it is left."""


def format_of(path: str, asked: str | None, known: Iterable[str]) -> str:
    """Return the format of a file: the one asked for, else that of its extension, else CSV.

    Raises:
        SpecError: If the format or the extension is unknown, or they contradict each other.
    """
    names = list(known)
    extension = Path(path).suffix.lstrip(".").lower() if path != "-" else ""
    if asked is not None and asked not in names:
        raise SpecError(
            Problem(message=f"no format is called {asked!r}; there are {', '.join(names)}", place="--format")
        )
    if asked is not None and extension in names and extension != asked:
        raise SpecError(f"--format {asked} contradicts the extension of {path}")
    if asked is None and extension and extension not in names:
        raise SpecError(f"no format has the extension .{extension}; there are {', '.join(names)}, or say --format")
    return asked or extension or "csv"


def write_file(path: Path, chunks: Iterable[bytes], *, force: bool) -> None:
    """Write a file under a random name in the same directory, and rename it when it is complete.

    Args:
        path: The file; a device or a pipe is written to directly.
        chunks: Its content.
        force: Replace a file that exists.

    Raises:
        SpecError: If it is a directory, or exists and `force` is not set.
        NotWrittenError: If it cannot be written; no part of it is left.
    """
    try:
        if path.is_dir():
            raise SpecError(f"{path} is a directory")
        if path.exists() and not path.is_file():
            with path.open("wb") as file:  # a device or a pipe, which must not be replaced
                file.writelines(chunks)
        else:
            _write_beside(path, chunks, force=force)
    except FileExistsError:
        raise SpecError(f"{path} is already there; --force replaces it") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise NotWrittenError(f"{path} could not be written: {reason}") from error


def _write_beside(path: Path, chunks: Iterable[bytes], *, force: bool) -> None:
    if not force and os.path.lexists(path):
        raise FileExistsError
    part = path.with_name(f".lrcli-{os.urandom(8).hex()}.part")
    try:
        with os.fdopen(os.open(part, _NEW, 0o666), "wb") as file:
            file.writelines(chunks)
        if force:
            part.replace(path)
        else:
            _give_name(part, path)
    finally:
        part.unlink(missing_ok=True)


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def _give_name(part: Path, path: Path) -> None:
    """Rename a file, unless another file has the name by now.

    Raises:
        FileExistsError: If one has.
    """
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a file system without links: take the name first, then replace it
        path.open("xb").close()
        part.replace(path)
