"""From a verb's arguments to what it works on: named specs, each over its run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
import typer

from lrcli.commands.completing import complete_spec
from lrcli.commands.reading import Reading
from lrcli.diagnostics import say
from lrcli.problems import Finding
from lrcli.run import RunOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lrcli.commands.asked import Asked
    from lrcli.entry import Entry
    from lrcli.spec.load import Loaded


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
    typer.Option("--name", "-n", metavar="NAME", help="What to call the schedules, in order: A,B."),
]


class Otherwise(NamedTuple):
    """Values for what neither a spec nor an option says, such as those of a log.

    Attributes:
        values: By parameter, for the schedules that have it; a warm-up for those that would have none.
        steps: How long the run is.
    """

    values: Mapping[str, object]
    steps: int


def entries(
    specs: Sequence[str],
    names: Sequence[str] | None,
    asked: Asked,
    otherwise: Otherwise | None = None,
    *,
    judged: bool = True,
) -> list[Entry]:
    """Return what the arguments name, and leave the findings in `asked.findings`, to be shown at the end.

    Args:
        specs: The arguments.
        names: What to call the schedules, in order.
        asked: What the options say.
        otherwise: What holds where neither a spec nor an option says anything.
        judged: Look for what is probably not meant; that loads numpy.

    Raises:
        SpecError: With every problem of every argument.
        InputError: If a file cannot be read.
    """
    from lrcli.commands.overlaid import as_long_as, called_after_logs, schedules_of_logs, with_metric
    from lrcli.spec.load import Request, load
    from lrcli.spec.source import source_of

    theories = schedules_of_logs(specs, asked)
    sources = [source_of(theories.get(text, text)) for text in specs if theories.get(text) != ""]
    if any(source.kind == "stdin" for source in sources) and sys.stdin.isatty():
        say("note", "waiting for a spec on standard input; end it with Ctrl-D")
    reading = asked.of(Reading)
    called = [part.strip() for name in names or () for part in name.split(",")]
    request = Request(asked.schedule, with_metric(asked), called, reading.allow_code)
    request = request._replace(sets=reading.sets, tool=reading.as_)
    request = request._replace(otherwise=asked.project_run)
    if asked.logged:
        request = request._replace(otherwise=as_long_as(asked))
    if otherwise is not None:
        cold = {name: value for name, value in otherwise.values.items() if name != "warmup"}
        request = request._replace(filling=cold, otherwise=RunOptions(steps=otherwise.steps))
    loaded = load(sources, request)
    if theories and not called:
        loaded = called_after_logs(loaded, theories)
    if otherwise is not None and all(
        source.kind != "stdin" for source in sources
    ):  # standard input can be read only once
        loaded = _warmed_up(loaded, load(sources, request._replace(filling=otherwise.values)))
    from lrcli.findings.lines import left

    asked.names.extend(entry.name for entry in loaded)
    found = [*loaded.findings, *(_judged(loaded) if judged else ())]
    asked.findings.extend(left(found, reading.ignore or ()))
    if reading.verbose:
        from lrcli.commands.details import details

        asked.details.extend(details(sources, loaded, asked))
    if reading.explain:
        asked.findings.extend(_explained(loaded))
    return list(loaded.entries)


def _explained(loaded: Loaded) -> Iterator[Finding]:
    """Yield a note on each key about the lr in files of other tools: how it was read."""
    for entry in loaded:
        for fact in entry.source.facts:
            yield Finding("", f"{entry.name}: {fact.key}={fact.value} {fact.meaning}", severity="note")


def _judged(loaded: Loaded) -> list[Finding]:
    from lrcli.findings.judge import judge

    return judge(loaded)


def _warmed_up(loaded: Loaded, warm: Loaded) -> Loaded:
    """Return what was loaded with its specs as they are with a warm-up, where they take one."""
    from lrcli.foresight.schedules import takes_warmup

    pairs = zip(loaded, warm, strict=True)
    chosen = tuple(other if takes_warmup(one.spec, one.run) else one for one, other in pairs)
    return msgspec.structs.replace(loaded, entries=chosen)
