"""Values from options and from `--set` that replace those of a tool's file."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, NamedTuple

from lrcli.problems import Finding
from lrcli.run import RunOptions
from lrcli.spec.tools.config import Config
from lrcli.spec.tools.tree import at, paths, put, section
from lrcli.spec.values import number, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lrcli.problems import Path
    from lrcli.spec.make import Layer
    from lrcli.spec.tools.reader import Reader
    from lrcli.spec.what_if import WhatIf


class Changed(NamedTuple):
    """A file's data with replaced values.

    Attributes:
        data: The data.
        layers: The values that are not for keys of the file, but for parameters of the scheduler.
        notes: A finding for each change, from the file's value to the new one.
    """

    data: dict[str, object]
    layers: list[Layer]
    notes: list[Finding]


def changed(data: dict[str, object], reader: Reader, root: Path, asked: WhatIf, layers: Iterable[Layer]) -> Changed:
    """Return a file's data with the values of options and `--set` for its keys.

    Args:
        data: The file's.
        reader: The reader of its tool.
        root: The path of the tool's section.
        asked: The run, and the values of `--set`.
        layers: Values of options, for keys of the file or for parameters of the scheduler.

    Raises:
        SpecError: If `--set` names an entry that a list does not have.
    """
    data, notes = copy.deepcopy(data), list[Finding]()
    for key, value in _run_keys(reader, asked.run, section(data, root)):
        _change(data, (*root, *key), value, notes)
    left = []
    for layer in layers:
        own = {name: path for name in layer.values if (path := path_of(name, section(data, root), reader))}
        for name, path in own.items():
            _change(data, (*root, *path), value_of(layer.values[name]), notes)
        layer.used.update(own)
        layer.applied.update(own)
        left.append(layer.without(own))
    for dotted, text in asked.sets.items():
        _change(data, (*root, *dotted.split(".")), value_of(text), notes)
    return Changed(data, left, notes)


def of_parameters(spec: object, peak: str, layers: Iterable[Layer]) -> Iterator[Finding]:
    """Yield a note for each parameter of the scheduler whose value replaces that of the file."""
    if not isinstance(spec, dict):
        return
    for layer in layers:
        for name, value in layer.values.items():
            meant = peak if name in ("lr", "max_lr") and name not in spec else name
            if layer.wins and meant in spec and value_of(value) != spec[meant]:
                yield Finding(
                    "", f"{meant}: {shown(spec[meant])} in the file → {shown(value_of(value))}", severity="note"
                )


def counted(data: dict[str, object], reader: Reader, root: Path, asked: WhatIf) -> RunOptions:
    """Return the run that was asked for with its steps computed, from the batches of the file if none were given.

    Raises:
        SpecError: If they cannot be computed.
    """
    keys = reader.batches
    if keys is None or (asked.run.samples is None and asked.run.tokens is None):
        return asked.run.counted()
    sets = {key: value_of(text) for key, text in asked.sets.items()}
    config = Config(section(data, root) | sets, root)
    of_file = RunOptions(
        batch_size=config.count(keys.size, keys.default),
        accumulate=config.count(keys.accumulate, 1),
        drop_last=bool(config.get(keys.drop_last, keys.drops)) and asked.run.samples is not None,
    )
    return asked.run.over(of_file).counted()


def run_of(read: RunOptions, reader: Reader, asked: RunOptions) -> RunOptions:
    """Return the run of the tool, with the length that was asked for if the file has no key for it."""
    epochs = None if reader.epochs else asked.epochs
    steps = None if reader.steps else asked.steps
    return read if epochs is None and steps is None else RunOptions(epochs=epochs, steps=steps).over(read)


def _run_keys(reader: Reader, run: RunOptions, data: dict[str, object]) -> list[tuple[Path, object]]:
    epochs, steps = _first(reader.epochs, data), _first(reader.steps, data)
    found: list[tuple[Path, object]] = []
    if run.epochs is not None and epochs:
        found.append((epochs, run.epochs))
        found += [(steps, None)] if steps else []
    if run.steps is not None and steps:
        found.append((steps, run.steps))
    return found


def _first(keys: str, data: dict[str, object]) -> Path:
    """Return the path of the first of several dotted keys that the data has, else of the first."""
    known = [tuple(key.split(".")) for key in keys.split()]
    return next((path for path in known if at(data, path) is not None), known[0] if known else ())


def path_of(name: str, data: dict[str, object], reader: Reader) -> Path | None:
    """Return the path of the key that an option means: at the top, where the tool has it, or the only one deeper."""
    if name in data:
        return (name,)
    if meant := {"lr": reader.lr, "max_lr": reader.lr, "warmup": reader.warmup}.get(name, ""):
        return _first(meant, data)
    for option in reader.options:
        if name in (option, option.rpartition(".")[2].lower()):
            return tuple(option.split("."))
    found = [path for path in paths(data) if ".".join(path).lower() == name or path[-1].lower() == name]
    return found[0] if len(found) == 1 else tuple(name.split(".")) if "." in name else None


def _change(data: dict[str, object], path: Path, value: object, notes: list[Finding]) -> None:
    name = ".".join(map(str, path))
    before = put(data, path, value)
    if before != value and not (value is None and before in (-1, 0)):  # which mean none, too
        old = "nothing" if before is None else shown(before)
        new = "nothing" if value is None else shown(value)
        notes.append(Finding("", f"{name}: {old} in the file → {new}", severity="note"))


_WORDS = {"true": True, "false": False, "null": None, "none": None}


def value_of(raw: object) -> object:
    """Return the value of an option's text: a number, a word, a list of numbers, or JSON in brackets."""
    if not isinstance(raw, str):
        return raw
    if raw.lower() in _WORDS:
        return _WORDS[raw.lower()]
    try:
        if raw[:1] in ("[", "{"):
            return json.loads(raw)
        numbers = [_whole(number(part)) for part in raw.split(",")]
    except (ValueError, RecursionError):
        return raw
    return numbers if "," in raw else numbers[0]


def _whole(value: float) -> float:
    """Return a whole number as an int, as files write it."""
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
