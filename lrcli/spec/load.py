"""From what a user names to named runs, with the place of everything in them; nothing is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lrcli.entry import Entry
from lrcli.outline import metric_driven_parts
from lrcli.parameters import flag
from lrcli.problems import Finding, Problem, SpecError, closest, gather, printable
from lrcli.run import RunOptions, Series
from lrcli.spec import read as reading
from lrcli.spec.make import Layer, make
from lrcli.spec.source import Source, source_of
from lrcli.spec.what_if import WhatIf
from lrcli.units import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Sequence as Sequence_

    from lrcli.compose import Spec
    from lrcli.spec.document import Specs


class Request(NamedTuple):
    """Everything that was asked for besides the specs.

    Attributes:
        values: Values for whichever schedules have such parameters; they replace those of a file.
        run: How long the run is; its settings replace those of a file.
        names: What to call the schedules, in order.
        allow_code: Allow files to name code of the user's, which then runs.
        trusted: Inline text was written by the person who runs lrcli, as on the command line, and may name code.
        filling: Values for parameters that neither a spec nor `values` gives.
        otherwise: Settings of the run that neither a file nor `run` gives.
        written: Returns how a parameter is written in `values`: `--max-lr`, or `max_lr` in Python.
        sets: Values for keys of other tools' files, by dotted key.
        tool: The tool that wrote the file, if it was named.
    """

    values: Mapping[str, object] = {}
    run: RunOptions = RunOptions()
    names: Sequence_[str] = ()
    allow_code: bool = False
    trusted: bool = True
    filling: Mapping[str, object] = {}
    otherwise: RunOptions = RunOptions()
    written: Callable[[str], str] = flag
    sets: Mapping[str, str] = {}
    tool: str | None = None


class Loaded(msgspec.Struct, frozen=True):
    """Named runs, and findings on how they were read.

    It is a sequence of the named runs, and a mapping from their names: `loaded["wsd"]`.

    Attributes:
        entries: The named runs, in the order of the arguments, and of the schedules in a file.
        findings: How a file of another tool was read, which metric was chosen, which values have no effect.
        timed: The names of the runs whose length a file gives.
    """

    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...] = ()
    timed: frozenset[str] = frozenset()

    @property
    def schedules(self) -> dict[str, Spec]:
        """The specs, by name."""
        return {entry.name: entry.spec for entry in self.entries}

    def __repr__(self) -> str:
        """Return the named runs, without the places of everything."""
        return f"Loaded({', '.join(map(repr, self.entries))})"

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, name: str | int) -> Entry:
        if isinstance(name, int):
            return self.entries[name]
        found = next((entry for entry in self.entries if entry.name == name), None)
        if found is None:
            known = [entry.name for entry in self.entries]
            message = f"there is no schedule {name!r} here; there are {', '.join(known)}"
            raise SpecError(Problem(message=message, suggestion=closest(name, known)))
        return found


def load(arguments: Sequence_[str | Source], request: Request | None = None) -> Loaded:
    """Return the named runs in some texts and files.

    Args:
        arguments: Each a file's path, `path#name` for one schedule of it, `-` for standard input, inline text such as
            `cosine:warmup=5`, or the text of a YAML file itself.
        request: Values, the run and everything else that was asked for.

    Raises:
        InputError: If a file cannot be read.
        SpecError: With every problem of every argument, each with its place.
    """
    request = request or Request()
    sources = [source_of(one) if isinstance(one, str) else one for one in arguments]
    given = Layer(request.values, request.written, wins=True)
    read = list(gather(enumerate(sources), lambda source: _read(source, given, request)).values())
    findings = [*_check_used(given, sources, request.written), *_understood(sources, read)]
    run_of_a_file = next((one.run for one in read if one.run), None)
    metric, of_metric = _metric(request.run.over(run_of_a_file))
    named = _renamed([entry for one in read for entry in _entries(one, run_of_a_file, metric, request)], request.names)
    unused = _unused_metric(named) if request.run.metric is not None else []
    return Loaded(tuple(named), (*findings, *of_metric, *unused), _timed(read, named))


def _entries(specs: Specs, shared: RunOptions | None, metric: Series | None, request: Request) -> Iterator[Entry]:
    """Yield the named runs of one argument; `shared` is the run of another argument's file, for those without one."""
    metric = _at_evaluations(metric, specs.evaluations)
    for name, spec in specs.schedules.items():
        options = _run(specs.run_of(name) or shared, request, first=bool(specs.understood))
        yield Entry(name, spec, resolve(options, spec, metric), specs.sources[name])


def _timed(read: Sequence_[Specs], named: Sequence_[Entry]) -> frozenset[str]:
    """Return the names of the runs whose length a file gives."""
    runs = [one.run_of(name) for one in read for name in one.schedules]
    pairs = zip(named, runs, strict=True)
    return frozenset(entry.name for entry, run in pairs if run is not None and (run.epochs or run.steps))


def _run(of_file: RunOptions | None, request: Request, *, first: bool) -> RunOptions:
    """Return the settings of a run: those asked for, completed by the file's, then by the others.

    The run of another tool's file goes first: the settings that were asked for are already in it.
    """
    options = of_file.over(request.run) if first and of_file is not None else request.run.over(of_file)
    try:
        return options.over(request.otherwise).counted()
    except SpecError as error:
        asked = {str(problem.path[0]) for problem in error.problems if getattr(request.run, str(problem.path[0]))}
        raise SpecError(
            *(one.at(request.written(str(one.path[0]))) if asked else one for one in error.problems)
        ) from None


def _read(source: Source, given: Layer, request: Request) -> Specs:
    """Return the specs of an argument; code that inline text names may run, code that a file names must be allowed.

    Raises:
        SpecError: If a file does not have a key that is given behind its name.
    """
    code = request.allow_code or (request.trusted and source.is_inline)
    own = Layer(dict(source.changes), lambda name: f"{source.name}:{name}", wins=True)
    run, own = _own_run(request.run, own)
    asked = WhatIf(run, request.sets, request.tool)
    read = reading.load(source, [Layer(request.filling, request.written), given, own], allow_code=code, asked=asked)
    if unused := sorted(own.values.keys() - own.used):
        raise SpecError(*(Problem(message=f"there is no {name} in {source.name}") for name in unused))
    return read._replace(run=run.over(read.run)) if source.changes and not read.understood else read


def _own_run(run: RunOptions, own: Layer) -> tuple[RunOptions, Layer]:
    """Return the run with the settings given behind a file's name, and the layer without these."""
    settings = {name: own.values[name] for name in _OF_RUN if name in own.values}
    return (make(RunOptions, settings, owner="a run").over(run), own.without(settings)) if settings else (run, own)


_OF_RUN: tuple[str, ...] = ("epochs", "steps", "steps_per_epoch")
"""Settings of the run that may be given behind a file's name: `args.yaml:epochs=90`."""


def _understood(sources: Sequence_[Source], read: Sequence_[Specs]) -> Iterator[Finding]:
    for source, one in zip(sources, read, strict=True):
        if one.understood:
            yield Finding("", f"{source.name} is {one.understood}", severity="note")
        yield from one.findings


def _metric(options: RunOptions) -> tuple[Series | None, list[Finding]]:
    """Return the metric that was asked for, and notes on how it was read."""
    if options.metric is None:
        return None, []
    from lrcli.spec.metric import read_metric

    metric = read_metric(options.metric)
    said = [f"{options.metric}: {note}" for note in metric.notes]
    if metric.guessed:
        count = len(metric.series.values)
        said.insert(0, f"the metric is {metric.column} of {options.metric}, {count} values")
    return metric.series, [Finding("", message, severity="note") for message in said]


def _at_evaluations(metric: Series | None, times: tuple[float, ...]) -> Series | None:
    """Return a metric at the steps of a tool's evaluations, where the log does not give its times."""
    if not times or (metric is not None and (metric.steps or metric.epochs)):
        return metric
    values = () if metric is None else metric.values[: len(times)]
    return Series(values, steps=times[: len(values) or None], name="" if metric is None else metric.name)


def _unused_metric(entries: Sequence_[Entry]) -> list[Finding]:
    """Return the finding that no schedule uses the metric that was asked for, if that is so."""
    if any(True for entry in entries for _ in metric_driven_parts(entry.spec, entry.run)):
        return []
    return [Finding("LR025", "--metric has no effect: no schedule here depends on a metric", "Leave it out.")]


def _check_used(given: Layer, sources: Sequence_[Source], written: Callable[[str], str]) -> list[Finding]:
    """Return a finding for each value that every spec replaces by its own.

    Raises:
        SpecError: If no schedule has a parameter that is given.
    """
    if unused := sorted(given.values.keys() - given.used):
        message = f"no schedule of {' '.join(source.name for source in sources)} has such a parameter"
        raise SpecError(*(Problem(message=message, place=written(name)) for name in unused))
    return [
        Finding("LR025", f"{written(name)} has no effect: the specs set their own {name}", "Remove one of the two.")
        for name in sorted(given.used - given.applied)
    ]


def _renamed(found: list[Entry], names: Sequence_[str]) -> list[Entry]:
    """Return the entries with the names that were asked for; equal names get a number."""
    if len(names) > len(found):
        raise SpecError(f"--name is given {len(names)} times, and there are {len(found)} to be named")
    named = [entry._replace(name=name) for entry, name in zip(found, names, strict=False)] + found[len(names) :]
    named = [entry._replace(name=printable(entry.name)) for entry in named]
    seen: dict[str, int] = {}
    result = []
    for entry in named:
        seen[entry.name] = seen.get(entry.name, 0) + 1
        suffix = f" ({seen[entry.name]})" if seen[entry.name] > 1 else ""
        result.append(entry._replace(name=entry.name + suffix))
    return result
