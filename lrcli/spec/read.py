"""From what a user names (inline text, a file, one schedule of a file, standard input) to specs by name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lrcli.entry import SourceMap
from lrcli.problems import Path, Problem, SpecError, closest
from lrcli.spec import inline
from lrcli.spec.build import build
from lrcli.spec.document import Builder, Specs, document
from lrcli.spec.groups import by_group
from lrcli.spec.ignore import ignored_by_key, ignored_in
from lrcli.spec.source import Source, source_of
from lrcli.spec.text import read_text
from lrcli.spec.values import shown
from lrcli.spec.what_if import WhatIf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lrcli.spec.make import Layer


def load(
    source: str | Source, layers: Iterable[Layer] = (), *, allow_code: bool = False, asked: WhatIf | None = None
) -> Specs:
    """Return the named specs, and the run, that a file or a text holds.

    Args:
        source: A file's path, `path#name` for one schedule of it, `-` for standard input, inline text
            such as `cosine:warmup=5`, or the text of a YAML file itself.
        layers: Values for whichever schedules have such parameters.
        allow_code: Allow schedules that run code (`python`).
        asked: The run, and other values, for files of other tools.

    Raises:
        InputError: If a file cannot be read.
        SpecError: If something in it is wrong, with every problem and its place.
    """
    source = source_of(source) if isinstance(source, str) else source
    if source.is_inline:
        return _from_inline(source.text, layers, code=allow_code)
    specs = _from_yaml(source, Builder(list(layers), allow_code, asked or WhatIf()))
    return _only(specs, source.wanted, source.name) if source.wanted else specs


def _from_inline(text: str, layers: Iterable[Layer], *, code: bool) -> Specs:
    """Return the specs of inline text, one for each parameter group; its values replace those of the layers."""
    columns: dict[Path, int] = {}
    fill_in = [layer.filling_in() for layer in layers]

    def place(path: Path) -> str:
        return f"{shown(text)[1:-1]}, column {columns.get(_nearest(path, columns), 1)}" if text else "''"

    try:
        data, columns = inline.read(text)
    except SpecError as error:
        columns = {problem.path: int(problem.path[0]) for problem in error.problems}
        raise _placed(error, place) from None
    try:
        specs = [build(one, fill_in, code=code) for one in by_group(data)]
    except SpecError as error:
        raise _placed(error, place) from None
    names = [text] if len(specs) == 1 else [f"{text} (group {i})" for i in range(len(specs))]
    known = SourceMap({path: place(path) for path in columns})
    return Specs(dict(zip(names, specs, strict=True)), None, sources=dict.fromkeys(names, known))


def _from_yaml(source: Source, build_one: Builder) -> Specs:
    from lrcli.spec.tools import formats

    text = source.read()
    data, places = formats.read(text, source.name, partial(beside, source))
    ignored = ignored_in(text)

    def place(path: Path) -> str:
        return places.get(_nearest(path, places), source.name)

    try:
        if isinstance(data, dict) and {"schedules", "ignore"} <= data.keys():
            ignored = ignored | {0: ignored.get(0, frozenset()) | ignored_by_key(data)}
            data = {key: value for key, value in data.items() if key != "ignore"}
        specs = _file(data, source, place, build_one)
    except SpecError as error:
        raise _placed(error, place) from None
    maps = {name: _source_map(name, specs, places, place)._replace(ignored=ignored) for name in specs.schedules}
    return specs._replace(sources=maps)


def _nearest(path: Path, known: Mapping[Path, object]) -> Path:
    """Return the path of the nearest known value around a path, itself included."""
    while path and path not in known:
        path = path[:-1]
    return path


def _source_map(name: str, specs: Specs, places: Mapping[Path, str], place: Callable[[Path], str]) -> SourceMap:
    """Return where everything in one schedule of a file stands."""
    if name in specs.sources:
        own = specs.sources[name]
        places_of_keys = {path: place(key) for path, key in own.keys.items()}
        return own._replace(places=places_of_keys, root=(), whole=place(own.root), keys={})
    root: Path = ("schedules", name) if ("schedules", name) in places else ()
    return SourceMap(places, root, place(root))


def _file(data: object, source: Source, place: Callable[[Path], str], build_one: Builder) -> Specs:
    """Return the specs of a file's data: several schedules, a single one, or those of another tool's file."""
    if data is None:
        raise SpecError("empty; write schedules, or one schedule with a type")
    if isinstance(data, str):
        return Specs({data: build_one(data)}, None)
    if not isinstance(data, dict) or {"type", "sequence", "product"} & data.keys():
        return Specs({source.stem: build_one(data)}, None)
    if "schedules" not in data and (theirs := _theirs(data, source, place, build_one)) is not None:
        return theirs
    return document(data, source, place, build_one)


def beside(source: Source, name: str, depth: int = 0) -> object:
    """Return the data of a file that another names; it must be in the same directory or below.

    Args:
        source: The file that names it.
        name: Its name there.
        depth: How many files led to `source`.

    Raises:
        SpecError: If files name each other in a circle, or too deeply.
    """
    from lrcli.spec.tools import formats

    if depth > _DEEPEST:
        raise SpecError(f"{shown(name)} names files that name others in a circle, or too deeply")
    try:
        path = source.beside(name)
    except SpecError:
        message = f"a file may only name a file beside it, not {shown(name)}"
        raise SpecError(Problem(message=message, place=source.name)) from None
    inner = Source("file", path)
    return formats.read(read_text(path), path, partial(beside, inner, depth=depth + 1))[0]


_DEEPEST = 8
"""Files that name files that name files …."""


def _theirs(data: dict[str, object], source: Source, place: Callable[[Path], str], build_one: Builder) -> Specs | None:
    """Return the specs of another tool's file; None if it is not of a tool that lrcli reads."""
    from lrcli.spec.tools import recognised

    read = recognised(data, build_one.asked, build_one.layers, partial(beside, source))
    if read is None:
        return None
    theirs, layers = read
    try:
        spec = build_one._replace(layers=layers)(theirs.spec)
    except SpecError as error:
        raise SpecError(*map(theirs.in_file, error.problems)) from None
    keys: dict[Path, Path] = {(name,): path for name, path in theirs.keys.items()}
    known = {source.stem: SourceMap(keys=keys, root=theirs.keys.get("type", ()), facts=theirs.facts)}
    found = tuple(
        one._replace(place=place(one.path) if one.code else "", path=(), name=source.stem) for one in theirs.findings
    )
    specs = Specs({source.stem: spec}, theirs.run, theirs.understood, sources=known, findings=found)
    return specs._replace(evaluations=theirs.evaluations)


def _only(specs: Specs, wanted: str, name: str) -> Specs:
    """Return the one schedule that `file.yaml#name` names."""
    if wanted not in specs.schedules:
        known = ", ".join(specs.schedules)
        message = f"there is no schedule {shown(wanted)} here; there are {known}"
        raise SpecError(Problem(message=message, place=name, suggestion=closest(wanted, specs.schedules)))
    return specs._replace(schedules={wanted: specs.schedules[wanted]})


def _placed(error: SpecError, place: Callable[[Path], str]) -> SpecError:
    return type(error)(*(problem.at(place(problem.path)) for problem in error.problems))
