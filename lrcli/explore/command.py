"""The `lrcli plot` command that draws what is explored, with all settings of the run."""

from __future__ import annotations

import shlex
from itertools import groupby
from typing import TYPE_CHECKING

from lrcli.parameters import flag, text_of
from lrcli.spec.write import inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lrcli.explore.subject import Subject

_OF_RUN = ("epochs", "steps", "steps_per_epoch", "per_step")


def command(subjects: Sequence[Subject], metric: str | None = None) -> str:
    """Return the command that draws the same curves: one line, or one for each run where there are several.

    Args:
        subjects: The schedules that are explored.
        metric: The log that a metric-driven schedule depends on, as `--metric` names it.
    """
    runs = groupby(subjects, key=lambda one: one.options)
    return "\n".join(shlex.join(["lrcli", "plot", *_arguments(list(group), metric)]) for _, group in runs)


def _arguments(subjects: Sequence[Subject], metric: str | None) -> Iterator[str]:
    yield from (inline(one.entry.spec) for one in subjects)
    for name in _OF_RUN:
        value = getattr(subjects[0].options, name)
        if value:
            yield flag(name)
            yield from [] if value is True else [text_of(value)]
    if metric is not None:
        yield from ("--metric", metric)
    if any(one.named for one in subjects):
        yield from (word for one in subjects for word in ("--name", one.entry.name))
