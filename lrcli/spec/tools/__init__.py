"""Configuration files of other tools, read as they are; a module for each tool, recognised by keys that only it has."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import msgspec

from lrcli.parameters import parameters
from lrcli.problems import Problem, SpecError, closest
from lrcli.registry import SCHEDULES
from lrcli.run import RunOptions
from lrcli.spec.tools.changes import changed, counted, of_parameters, run_of
from lrcli.spec.tools.config import Config
from lrcli.spec.tools.interpolation import resolved
from lrcli.spec.tools.tree import at, paths, section
from lrcli.spec.what_if import WhatIf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lrcli.spec.make import Layer
    from lrcli.spec.tools.reader import Reader, Recognised

_MODULES = (
    "timm",
    "trainer",
    "axolotl",
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
    "composer",
    "fairseq",
    "megatron",
    "olmo",
    "nanotron",
    "accelerate",
)


def readers() -> dict[str, Reader]:
    """Return the readers by name."""
    found: dict[str, Reader] = {}
    for name in _MODULES:
        module = import_module(f"lrcli.spec.tools.{name}")
        for reader in getattr(module, "READERS", None) or (module.READER,):
            found[reader.name] = reader
    return found


def reader_of(data: dict[str, object], wanted: str | None = None) -> Reader | None:
    """Return the reader of the tool that a file belongs to; None if it is not a tool's.

    Args:
        data: The file's values.
        wanted: The name of the tool, if it was given.

    Raises:
        SpecError: If the file fits several tools, or there is no tool of that name.
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


def like(data: Mapping[str, object]) -> list[str]:
    """Return the tools whose files share keys with this one, those that share most first."""
    shared = {
        name: sum(at(data, key.split(".")) is not None for key in {*reader.options, *" ".join(reader.marks).split()})
        for name, reader in readers().items()
    }
    return sorted((name for name, count in shared.items() if count), key=lambda name: -shared[name])


def recognised(
    data: object,
    asked: WhatIf = WhatIf(),
    layers: Iterable[Layer] = (),
    beside: Callable[[str], object] | None = None,
) -> tuple[Recognised, list[Layer]] | None:
    """Return the schedule in a tool's file, and the values for its scheduler; None if it is not a tool's file.

    Args:
        data: The file's.
        asked: The run, values of `--set`, and the tool, if they were given.
        layers: Values for keys of the file, or for parameters of the scheduler.
        beside: Reads a file that this one names.

    Raises:
        SpecError: If the schedule depends on something that is not known, such as the updates in an epoch.
    """
    if not isinstance(data, dict) or (reader := reader_of(data, asked.tool)) is None:
        return None
    path = reader.section(data) or ()
    asked = asked._replace(run=counted(data, reader, path, asked))
    change = changed(data, reader, path, asked, layers)
    config = Config(section(resolved(change.data), path), path, asked.run.steps_per_epoch, beside)
    read = reader.read(config)
    run = run_of(read.run, reader, asked.run)
    rate = run.steps_per_epoch or asked.run.steps_per_epoch
    run = msgspec.structs.replace(run, steps_per_epoch=rate, batches=asked.run.batches)
    kind = SCHEDULES.find(str(read.spec.get("type"))) if isinstance(read.spec, dict) else None
    notes = of_parameters(read.spec, kind.peak if kind else "", change.layers)
    found = (*change.notes, *notes, *read.findings, *config.unread())
    return read._replace(run=run, findings=found, facts=tuple(config.facts())), change.layers


def options_of(data: object) -> set[str]:
    """Return the keys of a tool's file, and the parameters of its scheduler; none if it is not a tool's."""
    if not isinstance(data, dict) or "schedules" in data or (reader := reader_of(data)) is None:
        return set()
    known = [*paths(at(data, reader.section(data) or ())), *(tuple(key.split(".")) for key in reader.options)]
    keys = {name.lower() for path in known for name in (path[-1], ".".join(path))}
    try:
        found = recognised(data, WhatIf(RunOptions(steps_per_epoch=1)))
    except SpecError:
        return keys
    kind = SCHEDULES.find(found[0].spec["type"]) if found and isinstance(found[0].spec, dict) else None
    return keys if kind is None else keys | {parameter.name for parameter in parameters(kind)}
