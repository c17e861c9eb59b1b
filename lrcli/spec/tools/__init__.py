"""Configuration files of other tools, as they are: a small file for each tool, recognised by keys that only it has."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lrcli.problems import Problem, SpecError, closest
from lrcli.spec.tools.config import Config, Reader, Recognised, at

if TYPE_CHECKING:
    from collections.abc import Callable

_MODULES = (
    "timm",
    "trainer",
    "deepspeed",
    "ultralytics",
    "lightning",
    "mlx",
    "openmmlab",
    "nanogpt",
    "keras",
    "detectron2",
    "torchtitan",
    "torchtune",
)


def readers() -> dict[str, Reader]:
    """Return the readers by name."""
    found: dict[str, Reader] = {}
    for name in _MODULES:
        module = import_module(f"lrcli.spec.tools.{name}")
        for reader in getattr(module, "READERS", None) or (module.READER,):
            found[reader.name] = reader
    return found


def reader_of(data: dict[str, Any], wanted: str | None = None) -> Reader | None:
    """Return the reader of the tool that a file belongs to; None if it is no tool's.

    Args:
        data: The file's values.
        wanted: The tool that somebody says it is.

    Raises:
        SpecError: If two tools fit, or there is no tool of that name.
    """
    known = readers()
    if wanted is not None:
        if wanted not in known:
            meant = closest(wanted, known)
            message = f"lrcli reads no files of {wanted}; it reads {', '.join(known)}"
            raise SpecError(Problem(message=message, suggestion=meant))
        return known[wanted]
    fits = {name: reader for name, reader in known.items() if reader.section(data) is not None}
    general = {name for reader in fits.values() for name in reader.before}
    best = [reader for name, reader in fits.items() if name not in general]
    if len(best) > 1:
        names = " and ".join(reader.name for reader in best)
        raise SpecError(f"it fits {names}: choose with --as {best[0].name}")
    return best[0] if best else None


def recognised(
    data: dict[str, Any],
    updates: int | None,
    beside: Callable[[str], Any] | None = None,
    wanted: str | None = None,
) -> Recognised | None:
    """Return what a file of a tool says, or None if it is of none that lrcli knows.

    Args:
        data: The file's.
        updates: Optimizer updates in an epoch, if they are known.
        beside: Reads a file that this one names.
        wanted: The tool that somebody says it is.

    Raises:
        SpecError: If it cannot be told what the tool does without knowing more.
    """
    reader = reader_of(data, wanted)
    if reader is None:
        return None
    path = reader.section(data) or ()
    config = Config(at(data, path), path, updates, beside)
    read = reader.read(config)
    return read._replace(findings=(*read.findings, *config.unread()))
