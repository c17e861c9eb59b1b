"""What if: other values for keys of a tool's file, from options and from `--set`."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from lrcli.problems import Finding, SpecError
from lrcli.run import RunOptions
from lrcli.spec.tools.config import Config
from lrcli.spec.values import number, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lrcli.problems import Path
    from lrcli.spec.make import Layer
    from lrcli.spec.tools.reader import Reader


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
        layers: What is left for the parameters of the scheduler.
        notes: Each change, from the file's value to the new one.
    """

    data: dict[str, Any]
    layers: list[Layer]
    notes: list[Finding]


def changed(data: dict[str, Any], reader: Reader, root: Path, asked: WhatIf, layers: Iterable[Layer]) -> Changed:
    """Return a file's data with the values that options and `--set` give to its keys."""
    data, notes = copy.deepcopy(data), list[Finding]()
    for key, value in _run_keys(reader, asked.run, _section(data, root)):
        _change(data, (*root, *key), value, notes)
    left = []
    for layer in layers:
        own = {name: path for name in layer.values if (path := path_of(name, _section(data, root), reader))}
        for name, path in own.items():
            _change(data, (*root, *path), value_of(layer.values[name]), notes)
        layer.used.update(own)
        layer.applied.update(own)
        left.append(layer.without(own))
    for dotted, text in asked.sets.items():
        _change(data, (*root, *dotted.split(".")), value_of(text), notes)
    return Changed(data, left, notes)


def of_parameters(spec: Any, peak: str, layers: Iterable[Layer]) -> Iterator[Finding]:
    """Yield that parameters of the scheduler have other values than the file gives them."""
    if not isinstance(spec, dict):
        return
    for layer in layers:
        for name, value in layer.values.items():
            meant = peak if name in ("lr", "max_lr") and name not in spec else name
            if layer.wins and meant in spec and value_of(value) != spec[meant]:
                yield Finding(
                    "", f"{meant}: {shown(spec[meant])} in the file → {shown(value_of(value))}", severity="note"
                )


def counted(data: dict[str, Any], reader: Reader, root: Path, asked: WhatIf) -> RunOptions:
    """Return the run that is asked for with its steps worked out, from the file's batches where nothing else is said.

    Raises:
        SpecError: If they cannot be worked out.
    """
    keys = reader.batches
    if keys is None or (asked.run.samples is None and asked.run.tokens is None):
        return asked.run.counted()
    sets = {key: value_of(text) for key, text in asked.sets.items()}
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


def _run_keys(reader: Reader, run: RunOptions, data: dict[str, Any]) -> list[tuple[Path, object]]:
    epochs, steps = _first(reader.epochs, data), _first(reader.steps, data)
    found: list[tuple[Path, object]] = []
    if run.epochs is not None and epochs:
        found.append((epochs, run.epochs))
        found += [(steps, None)] if steps else []
    if run.steps is not None and steps:
        found.append((steps, run.steps))
    return found


def _first(keys: str, data: dict[str, Any]) -> Path:
    """Return the path of the first of some dotted keys that the data has, else of the first."""
    known = [tuple(key.split(".")) for key in keys.split()]
    return next((path for path in known if _inside(data, path) is not None), known[0] if known else ())


def _inside(data: Any, path: Path) -> object:
    for step in path:
        data = _at(data, step) if isinstance(data, dict | list) else None
    return data


def _section(data: dict[str, Any], root: Path) -> dict[str, Any]:
    for step in root:
        data = data[str(step)]
    return data


def path_of(name: str, data: dict[str, Any], reader: Reader) -> Path | None:
    """Return where the key that an option means stands: at the top, where the tool has it, or deeper if only there."""
    if name in data:
        return (name,)
    if meant := {"lr": reader.lr, "max_lr": reader.lr, "warmup": reader.warmup}.get(name, ""):
        return _first(meant, data)
    for option in reader.options:
        if name in (option, option.rpartition(".")[2].lower()):
            return tuple(option.split("."))
    found = [path for path in paths(data) if ".".join(path).lower() == name or path[-1].lower() == name]
    return found[0] if len(found) == 1 else tuple(name.split(".")) if "." in name else None


def paths(data: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every value in mappings inside mappings."""
    if isinstance(data, dict) and len(path) < _DEEPEST:
        for key, value in data.items():
            yield (*path, str(key))
            yield from paths(value, (*path, str(key)))


_DEEPEST = 8


def put(data: Any, path: Iterable[str | int], value: object) -> object:
    """Put a value at a path in data, and return what was there.

    Raises:
        SpecError: If the way leads through a list that has no such entry.
    """
    *way, last = path
    for step in way:
        inner = _at(data, step)
        if not isinstance(inner, dict | list):
            inner = {}
            _place(data, step, inner)
        data = inner
    before = _at(data, last)
    _place(data, last, value)
    return before


def _at(data: Any, step: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(str(step))
    return data[int(step)] if _is_index(data, step) else None


def _place(data: Any, step: str | int, value: object) -> None:
    if isinstance(data, dict):
        data[str(step)] = value
    elif _is_index(data, step):
        data[int(step)] = value
    else:
        raise SpecError(f"there is no entry {step} here: a list has numbered entries, from 0 to {len(data) - 1}")


def _is_index(data: Any, step: str | int) -> bool:
    return str(step).isdecimal() and int(step) < len(data)


def _change(data: dict[str, Any], path: Path, value: object, notes: list[Finding]) -> None:
    name = ".".join(map(str, path))
    before = put(data, path, value)
    if before != value:
        old = "nothing" if before is None else shown(before)
        new = "nothing" if value is None else shown(value)
        notes.append(Finding("", f"{name}: {old} in the file → {new}", severity="note"))


_WORDS = {"true": True, "false": False, "null": None, "none": None}


def value_of(raw: object) -> object:
    """Return what an option's text says: a number, a word, a list of numbers, or JSON in brackets."""
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
    """Return a whole number as one, as files write it."""
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
