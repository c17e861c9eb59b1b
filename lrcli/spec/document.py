"""lrcli's own YAML files with several schedules: the sections run, defaults and schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lrcli.parameters import parameters
from lrcli.problems import KEY, MOST, Problem, SpecError, closest, gather
from lrcli.registry import SCHEDULES
from lrcli.run import RunOptions
from lrcli.spec.build import build
from lrcli.spec.make import Layer, make
from lrcli.spec.values import number_in_data, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lrcli.compose import Spec
    from lrcli.entry import SourceMap
    from lrcli.problems import Finding, Path
    from lrcli.schedules.base import Family
    from lrcli.spec.source import Source
    from lrcli.spec.what_if import WhatIf

KEYS = ("run", "defaults", "schedules")
"""The sections of a file."""


class Specs(NamedTuple):
    """What a text or a file holds.

    Attributes:
        schedules: The specs by name, in the order of the file.
        run: The run that the file gives for all schedules, or None.
        understood: How a file of another tool was read, in a sentence; empty for lrcli's own.
        runs: The runs that single schedules give, by name.
        sources: Where everything in a schedule stands, by its name.
        findings: What a tool ignores, replaces or refuses of its file.
        evaluations: The steps of the evaluations, where a tool's file gives them.
    """

    schedules: dict[str, Spec]
    run: RunOptions | None
    understood: str = ""
    runs: Mapping[str, RunOptions] = {}
    sources: Mapping[str, SourceMap] = {}
    findings: tuple[Finding, ...] = ()
    evaluations: tuple[float, ...] = ()

    def run_of(self, name: str) -> RunOptions | None:
        """Return the run of one schedule: its own settings, completed by those for all."""
        return self.runs[name].over(self.run) if name in self.runs else self.run


class Builder(NamedTuple):
    """Builds specs from data; called with the data, and with a file's defaults if it has some.

    Attributes:
        layers: Values from outside of the file.
        code: Allow schedules that run code of the user's.
        asked: The run, and other values, for files of other tools.
    """

    layers: list[Layer]
    code: bool
    asked: WhatIf

    def __call__(self, data: object, *defaults: Layer) -> Spec:
        """Return the spec that data describes."""
        return build(data, [*defaults, *self.layers], code=self.code)


def document(data: dict[str, object], source: Source, place: Callable[[Path], str], build_one: Builder) -> Specs:
    """Return the specs of a file with several schedules.

    Args:
        data: The file's.
        source: The file, beside which its metrics are.
        place: Returns where the value at a path was written.
        build_one: Builds one spec.

    Raises:
        SpecError: With the problems of all sections, each with its path.
    """
    sections = _sections(data)
    defaults = Layer(sections["defaults"], lambda name: place(("defaults", name)))
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
    unused = sorted(defaults.values.keys() - defaults.used)
    if unused:
        message = "no schedule here has a parameter"
        raise SpecError(*(Problem(message=f"{message} {name}", path=("defaults", name, KEY)) for name in unused))
    return Specs(made["schedules"], made["run"], runs=made["runs"])


def _sections(data: dict[str, object]) -> dict[str, dict[str, Any]]:
    """Return the sections of a file, each a mapping; those that it does not have are empty.

    Raises:
        SpecError: If it has other sections, some are not mappings or there are no schedules.
    """
    known = set(KEYS) & data.keys() or (len(data) == 1 and closest(str(next(iter(data))), KEYS))
    if data and not known:
        raise SpecError(_not_a_file(data))
    problems = [_unknown_key(key) for key in data if key not in KEYS]
    problems += [
        Problem(message=f"{key} must be a mapping, not {shown(data[key])}", path=(key,))
        for key in KEYS
        if not isinstance(data.get(key) or {}, dict)
    ]
    if not data.get("schedules"):
        problems.append(Problem(message="there are no schedules here", path=("schedules",)))
    if problems:
        raise SpecError(*problems)
    return {key: _mapping(data.get(key)) for key in KEYS}


def _mapping(section: object) -> dict[str, Any]:
    return {str(name): value for name, value in section.items()} if isinstance(section, dict) else {}


def _run(values: dict[str, Any], source: Source) -> RunOptions:
    """Return the run of a file; its metric is the name of a log beside the file, or the values themselves."""
    metric = values.get("metric")
    if not isinstance(metric, list):
        options = make(RunOptions, values, owner="a run")
        return options if options.metric is None else options.replaced(metric=source.beside(options.metric))
    metric_values = gather([("metric", metric)], lambda values: gather(enumerate(values), number_in_data))["metric"]
    rest = {name: value for name, value in values.items() if name != "metric"}
    return make(RunOptions, rest, owner="a run", fixed={"metric_values": tuple(metric_values.values())})


def _check_known(defaults: dict[str, Any]) -> None:
    """Raise SpecError for defaults that no schedule, of lrcli or of a framework, has as a parameter."""
    if not defaults or not _not_among(defaults, _names_in(SCHEDULES.values())):  # needs no framework to be loaded
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


def _not_a_file(data: dict[str, object]) -> Problem:
    """Return the problem that lrcli does not read this kind of file."""
    keys = ", ".join(shown(key)[1:-1] for key in list(data)[:3]) + (", …" if len(data) > 3 else "")
    from lrcli.spec.tools import like

    known = like(data)
    looks = f"it looks like {' or '.join(known[:3])}: say which with --as {known[0]}" if known else _OTHERS
    return Problem(message=f"lrcli does not know this kind of file (its keys are {keys}); {looks}")


_OTHERS = f"lrcli's own have {', '.join(KEYS)}, or a type, and the README lists the tools whose files are read"


def _unknown_key(key: object) -> Problem:
    known = ", ".join(KEYS)
    message = f"{shown(key)} is not a key that lrcli knows; a file has {known}, or is one schedule with a type"
    return Problem(message=message, path=(str(key), KEY), suggestion=closest(str(key), KEYS))
