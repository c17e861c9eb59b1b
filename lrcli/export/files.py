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
    """Write a file under another name beside it and give it its own when it is whole.

    Raises:
        SpecError: If it is there already and `force` does not say to replace it.
        NotWrittenError: If it cannot be written; nothing is left of the attempt.
    """
    if path.is_dir():
        raise SpecError(f"{path} is a directory")
    special = path.exists() and not path.is_file()
    if path.exists() and not special and not force:
        raise SpecError(f"{path} is already there; --force replaces it")
    target = path if special else path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with target.open("wb") as file:
            file.writelines(chunks)
        if not special:
            target.replace(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise NotWrittenError(f"{path} could not be written: {reason}") from error
    finally:
        if not special:
            target.unlink(missing_ok=True)
