"""From what a user names (inline text, a file, one schedule of a file, standard input) to specs with names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from lrcli.entry import SourceMap
from lrcli.parameters import parameters
from lrcli.problems import KEY, MOST, Path, Problem, SpecError, closest
from lrcli.registry import SCHEDULES
from lrcli.run import RunOptions
from lrcli.spec import inline
from lrcli.spec.build import build, gather, number_in_data
from lrcli.spec.groups import by_group
from lrcli.spec.ignore import ignored_in
from lrcli.spec.source import Source, source_of
from lrcli.spec.text import read_text
from lrcli.spec.tools import like, recognised
from lrcli.spec.tools.changes import WhatIf
from lrcli.spec.values import Given, make, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lrcli.compose import Spec
    from lrcli.problems import Finding
    from lrcli.schedules.base import Family

_FILE_KEYS = ("run", "defaults", "schedules")


class Specs(NamedTuple):
    """What a text or a file holds.

    Attributes:
        schedules: By name, in the order of the file.
        run: The run that the file asks for, or None.
        understood: What was made of a file of another tool, in a sentence; empty for lrcli's own.
        runs: By name, the runs that schedules ask for themselves.
        sources: By name, where everything stands.
        findings: What a tool ignores, replaces or refuses of its file.
        evaluations: After how many steps each evaluation comes, where a tool's file says it.
    """

    schedules: dict[str, Spec]
    run: RunOptions | None
    understood: str = ""
    runs: Mapping[str, RunOptions] = {}
    sources: Mapping[str, SourceMap] = {}
    findings: tuple[Finding, ...] = ()
    evaluations: tuple[float, ...] = ()

    def run_of(self, name: str) -> RunOptions | None:
        """Return the run of one schedule: what it says itself, then what the file says for all."""
        return self.runs[name].over(self.run) if name in self.runs else self.run


def load(
    source: str | Source, givens: Iterable[Given] = (), *, allow_code: bool = False, asked: WhatIf | None = None
) -> Specs:
    """Return the named specs, and the run, that a file or a text holds.

    Args:
        source: A file's path, `path#name` for one schedule of it, `-` for standard input, inline text
            such as `cosine:warmup=5`, or the text of a YAML file itself.
        givens: Values for whichever schedules have such parameters.
        allow_code: Schedules that run somebody's code (`python`) are allowed.
        asked: The run, and other values, for files of other tools.

    Raises:
        InputError: If a file cannot be read.
        SpecError: If something in it is wrong, with every problem and its place.
    """
    source = source_of(source) if isinstance(source, str) else source
    if source.is_inline:
        return _from_inline(source.text, givens, code=allow_code)
    specs = _from_yaml(source, _Builder(list(givens), allow_code, asked or WhatIf()))
    return _only(specs, source.wanted, source.name) if source.wanted else specs


def _from_inline(text: str, givens: Iterable[Given], *, code: bool) -> Specs:
    """Return the specs of an inline text, one a parameter group; what it says goes before what is given for all."""
    columns: dict[Path, int] = {}
    fill_in = [given.filling_in() for given in givens]

    def place(path: Path) -> str:
        while path and path not in columns:
            path = path[:-1]
        column = columns.get(path, 1) if path or () in columns else 1
        return f"{shown(text)[1:-1]}, column {column}" if text else "''"

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


class _Builder(NamedTuple):
    """From data, and perhaps a file's defaults, to a spec.

    Attributes:
        givens: Values from elsewhere.
        code: Schedules that run code of the user's are allowed.
        asked: What is asked of files of other tools.
    """

    givens: list[Given]
    code: bool
    asked: WhatIf

    def __call__(self, data: Any, *defaults: Given) -> Spec:
        return build(data, [*defaults, *self.givens], code=self.code)


def _from_yaml(source: Source, build_one: _Builder) -> Specs:
    from lrcli.spec.tools import formats

    text = source.read()
    data, places = formats.read(text, source.name, partial(beside, source))

    def place(path: Path) -> str:
        while path and path not in places:
            path = path[:-1]
        return places.get(path, source.name)

    try:
        specs = _file(data, source, place, build_one)
    except SpecError as error:
        raise _placed(error, place) from None
    ignored = ignored_in(text)
    maps = {name: _source_map(name, specs, places, place)._replace(ignored=ignored) for name in specs.schedules}
    return specs._replace(sources=maps)


def _source_map(name: str, specs: Specs, places: Mapping[Path, str], place: Callable[[Path], str]) -> SourceMap:
    """Return where everything in one schedule of a file stands."""
    if name in specs.sources:
        own = specs.sources[name]
        places_of_keys = {path: place(key) for path, key in own.keys.items()}
        return own._replace(places=places_of_keys, root=(), whole=place(own.root), keys={})
    root: Path = ("schedules", name) if ("schedules", name) in places else ()
    return SourceMap(places, root, place(root))


def _file(
    data: Any,
    source: Source,
    place: Callable[[Path], str],
    build_one: _Builder,
) -> Specs:
    """Return what a file's data holds: a document with named schedules, a single schedule, or another tool's."""
    if data is None:
        raise SpecError("empty; write schedules, or one schedule with a type")
    if isinstance(data, str):
        return Specs({data: build_one(data)}, None)
    if not isinstance(data, dict) or {"type", "sequence", "product"} & data.keys():
        return Specs({source.stem: build_one(data)}, None)
    if "schedules" not in data and (theirs := _theirs(data, source, place, build_one)) is not None:
        return theirs
    return _document(data, source, place, build_one)


def beside(source: Source, name: str, depth: int = 0) -> Any:
    """Return the data of a file that another names: it must stand beside or below it.

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


def _theirs(data: dict[str, Any], source: Source, place: Callable[[Path], str], build_one: _Builder) -> Specs | None:
    """Return what a file of another tool holds, or None if it is of none that lrcli knows."""
    read = recognised(data, build_one.asked, build_one.givens, partial(beside, source))
    if read is None:
        return None
    theirs, givens = read
    try:
        spec = build_one._replace(givens=givens)(theirs.spec)
    except SpecError as error:
        raise SpecError(*map(theirs.in_file, error.problems)) from None
    keys: dict[Path, Path] = {(name,): path for name, path in theirs.keys.items()}
    known = {source.stem: SourceMap(keys=keys, root=theirs.keys.get("type", ()), facts=theirs.facts)}
    found = tuple(
        one._replace(place=place(one.path) if one.code else "", path=(), name=source.stem) for one in theirs.findings
    )
    specs = Specs({source.stem: spec}, theirs.run, theirs.understood, sources=known, findings=found)
    return specs._replace(evaluations=theirs.evaluations)


def _document(data: dict[Any, Any], source: Source, place: Callable[[Path], str], build_one: _Builder) -> Specs:
    sections = _sections(data)
    defaults = Given(sections["defaults"], lambda name: place(("defaults", name)))
    own_runs = {
        name: value.pop("run")
        for name, value in sections["schedules"].items()
        if isinstance(value, dict) and isinstance(value.get("run"), dict)
    }
    makers: dict[str, Callable[[], Any]] = {
        "run": lambda: _run(sections["run"], source) if sections["run"] else None,
        "defaults": lambda: _check_known(sections["defaults"]),
        "runs": lambda: gather(own_runs.items(), lambda values: _run(values, source)),
        "schedules": lambda: gather(sections["schedules"].items(), lambda one: build_one(one, defaults)),
    }
    made = gather(makers.items(), lambda make_it: make_it())
    if unused := sorted(defaults.values.keys() - defaults.used):
        raise SpecError(
            *(Problem(message=f"no schedule here has a {name}", path=("defaults", name, KEY)) for name in unused)
        )
    return Specs(made["schedules"], made["run"], runs=made["runs"])


def _sections(data: dict[Any, Any]) -> dict[str, dict[str, Any]]:
    """Return the sections of a document, each a mapping; those that it does not have are empty.

    Raises:
        SpecError: If it has other sections, some are not mappings or there are no schedules.
    """
    known = set(_FILE_KEYS) & data.keys() or (len(data) == 1 and closest(str(next(iter(data))), _FILE_KEYS))
    if data and not known:
        raise SpecError(_not_a_file(data))
    problems = [_unknown_key(key) for key in data if key not in _FILE_KEYS]
    problems += [
        Problem(message=f"{key} must be a mapping, not {shown(data[key])}", path=(key,))
        for key in _FILE_KEYS
        if not isinstance(data.get(key) or {}, dict)
    ]
    if not data.get("schedules"):
        problems.append(Problem(message="there are no schedules here", path=("schedules",)))
    if problems:
        raise SpecError(*problems)
    return {key: {str(name): value for name, value in (data.get(key) or {}).items()} for key in _FILE_KEYS}


def _run(values: dict[str, Any], source: Source) -> RunOptions:
    """Return what a file says of the run; its metric may be the name of a log beside it, or the values themselves."""
    metric = values.get("metric")
    if not isinstance(metric, list):
        options = make(RunOptions, values, owner="a run")
        return options if options.metric is None else options.replaced(metric=source.beside(options.metric))
    metric_values = gather([("metric", metric)], lambda values: gather(enumerate(values), number_in_data))["metric"]
    rest = {name: value for name, value in values.items() if name != "metric"}
    return make(RunOptions, rest, owner="a run", fixed={"metric_values": tuple(metric_values.values())})


def _check_known(defaults: dict[str, Any]) -> None:
    """Raise for defaults that no schedule in the world could use."""
    if not _not_among(defaults, _names_in(SCHEDULES.values())):  # nearly always: no framework is asked
        return
    known = _names_in(SCHEDULES.everything())
    unknown = _not_among(defaults, known)[:MOST]
    problems = [
        Problem(message=f"no schedule has a parameter {shown(name)}", path=(name, KEY), suggestion=closest(name, known))
        for name in unknown
    ]
    if problems:
        raise SpecError(*problems)


def _names_in(schedules: Iterable[type[Family]]) -> dict[str, None]:
    return {parameter.name: None for schedule in schedules for parameter in parameters(schedule)}


def _not_among(names: Iterable[str], known: Iterable[str]) -> list[str]:
    return [name for name in names if name.replace("-", "_") not in known]


def _not_a_file(data: dict[Any, Any]) -> Problem:
    """Return, in one line, that a file is none that lrcli reads, whatever keys it has."""
    keys = ", ".join(shown(key)[1:-1] for key in list(data)[:3]) + (", …" if len(data) > 3 else "")
    known = like(data)
    looks = f"it looks like {' or '.join(known[:3])}: say which with --as {known[0]}" if known else _OTHERS
    return Problem(message=f"lrcli does not know this kind of file (its keys are {keys}); {looks}")


_OTHERS = f"lrcli's own have {', '.join(_FILE_KEYS)}, or a type, and the README lists the tools whose files are read"


def _unknown_key(key: object) -> Problem:
    known = ", ".join(_FILE_KEYS)
    message = f"{shown(key)} is not a key that lrcli knows; a file has {known}, or is one schedule with a type"
    return Problem(message=message, path=(str(key), KEY), suggestion=closest(str(key), _FILE_KEYS))


def _only(specs: Specs, wanted: str, name: str) -> Specs:
    if wanted not in specs.schedules:
        known = ", ".join(specs.schedules)
        message = f"there is no schedule {shown(wanted)} here; there are {known}"
        raise SpecError(Problem(message=message, place=name, suggestion=closest(wanted, specs.schedules)))
    return specs._replace(schedules={wanted: specs.schedules[wanted]})


def _placed(error: SpecError, place: Callable[[Path], str]) -> SpecError:
    return type(error)(*(problem.at(place(problem.path)) for problem in error.problems))
