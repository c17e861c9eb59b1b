"""What `--verbose` says: what was read, where the run's length comes from, what is default and what was filled in."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from lrcli.compose import is_joined, schedules_of
from lrcli.outline import understood
from lrcli.parameters import parameters, text_of
from lrcli.schedules.base import Family
from lrcli.spec.write import inline
from lrcli.units import own_length

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lrcli.commands.asked import Asked
    from lrcli.commands.settings import Setting
    from lrcli.entry import Entry
    from lrcli.spec.load import Loaded
    from lrcli.spec.source import Source

_KINDS = {
    "inline": "a spec",
    "file": "a file",
    "stdin": "standard input",
    "text": "the text of a file",
    "command": "a command line",
}


def details(sources: Sequence[Source], loaded: Loaded, asked: Asked) -> Iterator[str]:
    """Yield, a line each, what is known of how specs were read that no output says.

    Args:
        sources: What the arguments name.
        loaded: The named runs that they hold.
        asked: The verb, and what options, the environment and the project set.
    """
    settings = asked.settings
    for source in sources:
        yield f"read {source.name}: {_KINDS[source.kind]}"
    others = {name: setting for name, setting in settings.items() if not setting.origin.startswith("--")}
    for name, setting in others.items():
        yield f"{name} = {text_of(setting.value)} ({setting.origin})"
    for entry in loaded:
        yield f"{entry.name}: {entry.run.text} ({_origin(entry, loaded, settings)})"
        yield from (f"{entry.name}: {line}" for line in _parameters(entry))
        yield f"{entry.name}: the same is {_command(entry, asked)}"


def _command(entry: Entry, asked: Asked) -> str:
    """Return the command line that says all of an entry, whatever a file and defaults say of it."""
    run = entry.run
    rate = f" --steps-per-epoch {run.steps_per_epoch}" if run.steps_per_epoch else ""
    per_step = " --per-step" if run.per_step else ""
    metric = f" --metric {shlex.quote(str(asked.settings['metric'].value))}" if "metric" in asked.settings else ""
    return (
        f"lrcli {asked.verb} {shlex.quote(inline(entry.spec))} --{run.unit}s {run.total:.15g}{rate}{per_step}{metric}"
    )


def _origin(entry: Entry, loaded: Loaded, settings: Mapping[str, Setting]) -> str:
    """Return where the length of a run comes from."""
    said = next((settings[name].origin for name in ("epochs", "steps", "samples") if name in settings), "")
    if entry.name in loaded.timed:
        return said if said.startswith(("--", "LRCLI_")) else "as the file says"
    if said:
        return said
    if entry.run.metric is not None:
        return "as long as the metric"
    own = own_length(entry.spec)
    return "as long as the schedule" if own is not None else "the default: nothing says how long"


def _parameters(entry: Entry) -> Iterator[str]:
    """Yield the parameters of each schedule, those that are given before the defaults, and what was filled in."""
    for schedule in schedules_of(entry.spec):
        own = [p for p in parameters(type(schedule)) if getattr(schedule, p.field) is not None]
        given = [p.name for p in own if getattr(schedule, p.field) != p.default]
        texts = {p.name: f"{p.name} = {text_of(getattr(schedule, p.field))}" for p in own}
        unused = schedule.peak if is_joined(schedule) else ""
        left = (p.name for p in own if p.name not in [*given, unused])
        plain = [name for name in left if not _is_composition(schedule, name)]
        yield f"{schedule.tag()}: {_listed(texts, given, 'given')}; {_listed(texts, plain, 'default')}"
    yield from understood(entry.spec, entry.run)


def _is_composition(schedule: Family, name: str) -> bool:
    """Return whether a parameter is one that all of lrcli's schedules have, whose default does nothing."""
    from lrcli.schedules.composition import Composed

    return isinstance(schedule, Composed) and name in {p.name for p in parameters(Composed)}


def _listed(texts: Mapping[str, str], names: Sequence[str], how: str) -> str:
    return f"{how}: {', '.join(texts[name] for name in names) or 'nothing'}"
