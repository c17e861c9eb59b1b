"""Logs among the specs: the schedules that they followed stand for them, and their points over these."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

import msgspec

from lrcli.diagnostics import say
from lrcli.problems import Problem, SpecError
from lrcli.run import RunOptions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lrcli.checking.report import Report
    from lrcli.commands.asked import Asked
    from lrcli.spec.load import Loaded

_NO_LOGS = frozenset((".yaml", ".yml", ".toml", ".py", ".sh", ".cfg", ".ini", ".ipynb"))
"""How files end that hold specs and no logs."""


def schedules_of_logs(specs: Sequence[str], asked: Asked) -> dict[str, str]:
    """Return the spec that each log among the specs followed, empty if none is known, and leave its points to be drawn.

    Raises:
        SpecError: If no schedule agrees with a log that is the only spec.
    """
    found: dict[str, str] = {}
    for text in specs:
        report = _report(text)
        if report is None:
            continue
        from lrcli.figure.checked import logged

        asked.logged.append(logged(report))
        found[text] = report.spec or ""
        points = f"{len(report.answer.points):,} points"
        if report.spec is not None:
            say("note", f"{text} is a log: shown is the schedule that agrees with its {points}")
        elif len(found) == len(specs):
            raise SpecError(Problem(message=f"{report.verdict[0]}; see lrcli check", place=text))
        else:
            say("note", f"{text} is a log, and no schedule is known that agrees with its {points}; see lrcli check")
    return found


def _report(text: str) -> Report | None:
    """Return what is known of a log of more than one learning rate, if a text names one."""
    from lrcli.spec.text import is_there

    if PurePath(text).suffix.lower() in _NO_LOGS or not is_there(text):
        return None
    from lrcli.checking.report import check

    try:
        report = check(text)
    except SpecError:  # it is no log: what it is instead, or what is wrong with it, is said where specs are read
        return None
    return report if len(report.answer.points) > 1 else None


def as_long_as(asked: Asked) -> RunOptions:
    """Return a run as long as the longest of the logs."""
    longest = max(asked.logged, key=lambda log: log.length)
    return RunOptions(epochs=longest.length) if longest.unit == "epoch" else RunOptions(steps=longest.length)


def with_metric(asked: Asked) -> RunOptions:
    """Return the run that the options say, with the metric of a log whose schedule follows one, if they say none."""
    run = asked.of(RunOptions)
    metric = next((log.metric for log in asked.logged if log.metric), None)
    return run if metric is None or run.metric is not None else msgspec.structs.replace(run, metric=metric)


def called_after_logs(loaded: Loaded, schedules: Mapping[str, str]) -> Loaded:
    """Return what was loaded, with the schedules that logs stand for called after these."""
    waiting: dict[str, list[str]] = {}
    for log, text in schedules.items():
        waiting.setdefault(text, []).append(PurePath(log).stem)
    named = [entry._replace(name=(waiting.get(_plain(entry.name)) or [entry.name]).pop(0)) for entry in loaded]
    return msgspec.structs.replace(loaded, entries=tuple(named))


def _plain(name: str) -> str:
    """Return a name without the number that makes it unique."""
    return re.sub(r" \(\d+\)$", "", name)
