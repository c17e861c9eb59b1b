"""Writing a file whole or not at all, and never over another one unasked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lrcli.problems import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable


class NotWrittenError(OSError):
    """A file that could not be written; nothing of it is left behind."""


def format_of(path: str, asked: str | None, known: Iterable[str]) -> str:
    """Return the format for a file: the one asked for, or the one of its extension.

    Raises:
        SpecError: If neither says one, or they contradict each other.
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
    """Write a file under another name beside it, which nobody can foresee, and give it its own when it is whole.

    Raises:
        SpecError: If it is there already, or has come meanwhile, and `force` does not say to replace it.
        NotWrittenError: If it cannot be written; nothing is left of the attempt.
    """
    try:
        if path.is_dir():
            raise SpecError(f"{path} is a directory")
        if path.exists() and not path.is_file():
            with path.open("wb") as file:  # a device or a pipe, which is written to and not replaced
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
    """Give a file its name, unless another has that name by now.

    Raises:
        FileExistsError: If another has it.
    """
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a file system without links: take the name first, then replace it
        path.open("xb").close()
        part.replace(path)
