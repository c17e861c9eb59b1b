"""From a verb's arguments to what it works on: named specs, each over its run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from lrcli.commands.flags import Reading
from lrcli.diagnostics import say, warn_all
from lrcli.parameters import flag
from lrcli.problems import Problem, SpecError, printable
from lrcli.run import RunOptions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lrcli.commands.flags import Asked
    from lrcli.compose import Spec
    from lrcli.entry import Entry
    from lrcli.run import Series
    from lrcli.spec.read import Specs
    from lrcli.spec.values import Given


def complete_spec(incomplete: str) -> list[str]:
    """Return the schedules, or the parameters of one, that a word may become."""
    from lrcli.parameters import parameters
    from lrcli.registry import SCHEDULES

    name, colon, rest = incomplete.rpartition("+")[2].partition(":")
    before = incomplete[: len(incomplete) - len(name + colon + rest)]
    if not colon:
        known = _dialect_names() if "." in name else SCHEDULES
        return [before + tag for tag in known if tag.startswith(name)]
    declaration = SCHEDULES.find(name)
    if declaration is None:
        return []
    done, comma, begun = rest.rpartition(",")
    stem = f"{before}{name}:{done}{comma}"
    return [f"{stem}{p.name}=" for p in parameters(declaration) if p.name.startswith(begun)]


def _dialect_names() -> list[str]:
    from lrcli import dialects

    return dialects.names()


SpecArguments = Annotated[
    list[str],
    typer.Argument(
        metavar="SPEC…",
        help="Schedules: cosine, cosine:max_lr=0.3,warmup=5, file.yaml, file.yaml#name, or - for standard input.",
        autocompletion=complete_spec,
        show_default=False,
    ),
]
Names = Annotated[
    list[str] | None,
    typer.Option("--name", "-n", metavar="NAME", help="What to call a schedule; once for each, in order."),
]


class Otherwise(NamedTuple):
    """What holds for a spec that does not say it itself, nor do options: taken from a log, say.

    Attributes:
        values: By parameter, for the schedules that have it; a warm-up for those that would have none.
        steps: How long the run is.
    """

    values: Mapping[str, object]
    steps: int


def entries(
    specs: Sequence[str], names: Sequence[str] | None, asked: Asked, otherwise: Otherwise | None = None
) -> list[Entry]:
    """Return what the arguments name, and warn of what is legal but probably not meant.

    Args:
        specs: The arguments.
        names: What to call the schedules, in order.
        asked: What the options say.
        otherwise: What holds where neither a spec nor an option says anything.

    Raises:
        SpecError: With every problem of every argument.
        InputError: If a file cannot be read.
    """
    from lrcli.cautions import cautions
    from lrcli.entry import Entry
    from lrcli.spec.build import gather
    from lrcli.spec.read import load
    from lrcli.spec.source import Source, source_of
    from lrcli.spec.values import Given
    from lrcli.units import resolve

    sources = [source_of(text) for text in specs]
    if any(source.kind == "stdin" for source in sources) and sys.stdin.isatty():
        say("note", "waiting for a spec on standard input; end it with Ctrl-D")
    given = Given(asked.schedule, flag, wins=True)
    filling = Given(otherwise.values if otherwise else {}, flag)
    without = filling.without({"warmup"})
    reading, asked_run = asked.of(Reading), asked.of(RunOptions)

    def loaded_from(source: Source, filling: Given = without) -> Specs:
        """Return what an argument names; code that it names itself may run, code that a file names must be allowed."""
        code = reading.allow_code or source.is_inline
        return load(source, [filling, given], allow_code=code, steps_per_epoch=asked_run.steps_per_epoch)

    loaded = list(gather(enumerate(sources), loaded_from).values())
    _check_used(given, specs)
    for source, one in zip(sources, loaded, strict=True):
        if one.understood:
            say("note", f"{source.name} is {one.understood}")
    run_of_a_file = next((one.run for one in loaded if one.run), None)
    metric = _metric(asked_run.over(run_of_a_file))
    found = [
        Entry(name, spec, resolve(_long(asked_run.over(one.run or run_of_a_file), otherwise), spec, metric))
        for one in loaded
        for name, spec in one.schedules.items()
    ]
    if otherwise is not None:
        warm = [loaded_from(source, filling) for source in sources if source.kind != "stdin"]
        found = _warmed_up(found, [spec for one in warm for spec in one.schedules.values()])
    named = _renamed(found, names or [])
    ignored = reading.ignore or ()
    warn_all(
        f"{code} {entry.name}: {text}"
        for entry in named
        for code, text in cautions(entry.spec, entry.run)
        if code not in ignored and "all" not in ignored
    )
    return named


def _warmed_up(found: list[Entry], warm: list[Spec]) -> list[Entry]:
    """Return the entries with their specs as they are with a warm-up, where they take one."""
    from lrcli.foresight.schedules import takes_warmup

    if len(warm) < len(found):  # standard input is read once
        return found
    return [
        entry._replace(spec=spec) if takes_warmup(entry.spec, entry.run) else entry
        for entry, spec in zip(found, warm, strict=True)
    ]


def _long(options: RunOptions, otherwise: Otherwise | None) -> RunOptions:
    """Return the settings of a run with a length, if there is one that holds otherwise."""
    return options if otherwise is None else options.over(RunOptions(steps=otherwise.steps))


def _metric(options: RunOptions) -> Series | None:
    """Return the metric that the run is said to have, and say which column was guessed."""
    if options.metric is None:
        return None
    from lrcli.spec.metric import read_metric

    metric = read_metric(options.metric)
    if metric.guessed:
        better = "; higher is better: a rule for it needs mode=max" if metric.mode == "max" else ""
        say("note", f"the metric is {metric.column} of {options.metric}, {len(metric.series.values)} values{better}")
    for note in metric.notes:
        say("note", f"{options.metric}: {note}")
    return metric.series


def _check_used(given: Given, specs: Sequence[str]) -> None:
    """Raise for options that no schedule has, and warn of those that every schedule overrules."""
    if unused := sorted(given.values.keys() - given.used):
        message = f"no schedule of {' '.join(specs)} has such a parameter"
        raise SpecError(*(Problem(message=message, place=flag(name)) for name in unused))
    overruled = sorted(given.used - given.applied)
    warn_all(f"{flag(name)} has no effect: the specs set their own {name}" for name in overruled)


def _renamed(found: list[Entry], names: Sequence[str]) -> list[Entry]:
    """Return the entries with the names given, and each other name made the only one of its kind."""
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
