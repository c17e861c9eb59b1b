"""What if: other values for keys of a tool's file, from options and from `--set`."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NamedTuple

from lrcli.problems import Finding
from lrcli.run import RunOptions
from lrcli.spec.tools.config import Config
from lrcli.spec.values import Given, number, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lrcli.problems import Path
    from lrcli.spec.tools.config import Reader


class WhatIf(NamedTuple):
    """What is asked for besides a file.

    Attributes:
        run: How long the run is.
        sets: Values by dotted key.
        tool: The tool that somebody says the file is of.
    """

    run: RunOptions = RunOptions()
    sets: Mapping[str, str] = {}
    tool: str | None = None


class Changed(NamedTuple):
    """A file's data with other values.

    Attributes:
        data: The data.
        givens: What is left for the parameters of the scheduler.
        notes: Each change, from the file's value to the new one.
    """

    data: dict[str, Any]
    givens: list[Given]
    notes: list[Finding]


def changed(data: dict[str, Any], reader: Reader, root: Path, asked: WhatIf, givens: Iterable[Given]) -> Changed:
    """Return a file's data with the values that options and `--set` give to its keys."""
    data, notes = copy.deepcopy(data), list[Finding]()
    for path, value in _run_keys(reader, asked.run):
        _put(data, (*root, path), value, notes)
    left = []
    for given in givens:
        own = {name: key for name in given.values if (key := _key(name, _section(data, root), reader))}
        for name, key in own.items():
            _put(data, (*root, key), _value(given.values[name]), notes)
        given.used.update(own)
        given.applied.update(own)
        left.append(given.without(own))
    for dotted, text in asked.sets.items():
        _put(data, (*root, *dotted.split(".")), _value(text), notes)
    return Changed(data, left, notes)


def counted(data: dict[str, Any], reader: Reader, root: Path, asked: WhatIf) -> RunOptions:
    """Return the run that is asked for with its steps worked out, from the file's batches where nothing else is said.

    Raises:
        SpecError: If they cannot be worked out.
    """
    keys = reader.batches
    if keys is None or (asked.run.samples is None and asked.run.tokens is None):
        return asked.run.counted()
    sets = {key: _value(text) for key, text in asked.sets.items()}
    config = Config(_section(data, root) | sets, root)
    of_file = RunOptions(
        batch_size=config.count(keys.size, keys.default),
        accumulate=config.count(keys.accumulate, 1),
        drop_last=bool(config.get(keys.drop_last, keys.drops)) and asked.run.samples is not None,
    )
    return asked.run.over(of_file).counted()


def run_of(read: RunOptions, reader: Reader, asked: RunOptions) -> RunOptions:
    """Return the run that the tool makes, or the one that is asked for where the file has no key for it."""
    epochs = None if reader.epochs else asked.epochs
    steps = None if reader.steps else asked.steps
    return read if epochs is None and steps is None else RunOptions(epochs=epochs, steps=steps).over(read)


def _run_keys(reader: Reader, run: RunOptions) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    if run.epochs is not None and reader.epochs:
        found.append((reader.epochs, run.epochs))
        found += [(reader.steps, None)] if reader.steps else []
    if run.steps is not None and reader.steps:
        found.append((reader.steps, run.steps))
    return found


def _section(data: dict[str, Any], root: Path) -> dict[str, Any]:
    for step in root:
        data = data[str(step)]
    return data


def _key(name: str, data: dict[str, Any], reader: Reader) -> str:
    """Return the key of the file that an option means, or nothing."""
    if name in data or name in reader.options:
        return name
    return {"lr": reader.lr, "max_lr": reader.lr, "warmup": reader.warmup}.get(name, "")


def _put(data: dict[str, Any], path: Path, value: object, notes: list[Finding]) -> None:
    for step in path[:-1]:
        inner = data.get(str(step))
        inside: dict[str, Any] = inner if isinstance(inner, dict) else {}
        data[str(step)] = inside
        data = inside
    key = str(path[-1])
    before = data.get(key)
    data[key] = value
    if before != value:
        old = "nothing" if before is None else shown(before)
        new = "nothing" if value is None else shown(value)
        name = ".".join(map(str, path))
        notes.append(Finding("", f"{name}: {old} in the file → {new}", severity="note"))


_WORDS = {"true": True, "false": False, "null": None, "none": None}


def _value(raw: object) -> object:
    """Return what an option's text says: a number, a word, or a list of numbers."""
    if not isinstance(raw, str):
        return raw
    if raw.lower() in _WORDS:
        return _WORDS[raw.lower()]
    try:
        numbers = [number(part) for part in raw.split(",")]
    except ValueError:
        return raw
    if "," in raw:
        return [_whole(one) for one in numbers]
    return _whole(numbers[0])


def _whole(value: float) -> float:
    """Return a whole number as one, as files write it."""
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
