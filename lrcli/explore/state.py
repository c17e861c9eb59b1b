"""What the explorer is showing: schedules that can be evaluated, where one is in their form, and what was before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.explore.command import command
from lrcli.explore.form import Field, fields
from lrcli.explore.subject import RUN, Subject, with_setting
from lrcli.figure.schedules import figure_of
from lrcli.findings.judge import judge
from lrcli.findings.lines import left, line
from lrcli.problems import SpecError
from lrcli.spec.write import inline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lrcli.figure.data import Figure
    from lrcli.problems import Finding
    from lrcli.run import Run

_MOST_UNDONE = 1000


class Version(NamedTuple):
    """What is explored at one time, with what is drawn and said of it.

    Attributes:
        subjects: The schedules.
        figure: Their drawing.
        findings: What is probably not meant.
    """

    subjects: tuple[Subject, ...]
    figure: Figure
    findings: tuple[Finding, ...]

    @property
    def lines(self) -> list[str]:
        """The findings, a line each."""
        several = len(self.subjects) > 1
        return list(dict.fromkeys(line(finding, named=several) for finding in self.findings))


class Panel(NamedTuple):
    """A text that stands over everything until it is closed."""

    title: str
    text: str
    top: int = 0


class State(NamedTuple):
    """All that a screen is drawn from.

    Attributes:
        now: What is explored.
        ignored: Codes of findings that are left out.
        metric: The log that `--metric` named.
        chosen: Which schedule the form is of.
        place: Which field of the form is chosen.
        cursor: Where the curves are read off, on the horizontal axis.
        log: The axis of learning rates is logarithmic.
        typed: What is being typed; None if nothing is.
        reading: What is typed is a place to read off, and no value.
        error: Why the last key did nothing.
        panel: A text over everything.
        target: What code was last asked for.
        past: What was explored before, for undo.
        future: What was undone.
        done: It is time to leave.
    """

    now: Version
    ignored: tuple[str, ...] = ()
    metric: str | None = None
    chosen: int = 0
    place: int = 0
    cursor: float | None = None
    log: bool = False
    typed: str | None = None
    reading: bool = False
    error: str = ""
    panel: Panel | None = None
    target: str = "torch"
    past: tuple[Version, ...] = ()
    future: tuple[Version, ...] = ()
    done: bool = False

    @property
    def subject(self) -> Subject:
        """The schedule that the form is of."""
        return self.now.subjects[self.chosen]

    @property
    def run(self) -> Run:
        """Its run."""
        return self.subject.entry.run

    @property
    def form(self) -> list[Field]:
        """Its form."""
        return fields(self.subject)

    @property
    def field(self) -> Field:
        """The field that is chosen."""
        form = self.form
        return form[min(self.place, len(form) - 1)]

    @property
    def command(self) -> str:
        """The command that draws the same curves."""
        return command(self.now.subjects, self.metric)


def started(subjects: Sequence[Subject], ignored: Sequence[str] = (), metric: str | None = None) -> State:
    """Return what the explorer shows first.

    Raises:
        SpecError: If the schedules cannot be drawn together.
    """
    return State(_version(tuple(subjects), ignored), tuple(ignored), metric)


def _version(subjects: tuple[Subject, ...], ignored: Sequence[str]) -> Version:
    """Return schedules with their drawing and findings.

    Raises:
        SpecError: If they cannot be drawn together, or an lr is no number ≥ 0.
    """
    entries = _apart(subjects)
    figure = figure_of([one.entry for one in entries], numbers=False)
    for series in figure.panels[0].series:
        series.columns(figure.x.edges(_LOOKED_AT))
    found = left(judge(one.entry for one in entries), ignored)
    return Version(entries, figure, tuple(found))


_LOOKED_AT = 60
"""Columns in which a changed curve is looked at, before it is drawn."""


def _apart(subjects: tuple[Subject, ...]) -> tuple[Subject, ...]:
    """Return schedules none of which has the name of another."""
    taken: set[str] = set()
    found = []
    for one in subjects:
        name = plain = one.entry.name if one.named else inline(one.entry.spec)
        again = 2
        while name in taken:
            name, again = f"{plain} ({again})", again + 1
        taken.add(name)
        found.append(one._replace(entry=one.entry._replace(name=name)))
    return tuple(found)


def tried(state: State, change: Callable[[], tuple[Subject, ...]]) -> State:
    """Return the state after a change, or with the reason why it cannot be made."""
    try:
        now = _version(change(), state.ignored)
    except SpecError as error:
        return state._replace(error=str(error.problems[0]))
    if now.subjects == state.now.subjects:
        return state._replace(typed=None)
    past = (*state.past, state.now)[-_MOST_UNDONE:]
    chosen = min(state.chosen, len(now.subjects) - 1)
    return placed(state._replace(now=now, past=past, future=(), chosen=chosen, typed=None))


def placed(state: State) -> State:
    """Return the state with its cursor on the curve and its choice in the form, whatever has changed."""
    end = state.now.figure.x.high
    cursor = state.cursor if state.cursor is None else min(state.cursor, max(end - 1, 0.0))
    return state._replace(cursor=cursor, place=min(state.place, len(state.form) - 1))


def set_value(state: State, value: object) -> State:
    """Return the state with another value in the field that is chosen; None for the default."""
    field, subject = state.field, state.subject
    name = field.parameter.name

    def of_the_run() -> tuple[Subject, ...]:
        options = with_setting(subject.options, name, value)
        return tuple(one.over(options) if one.options == subject.options else one for one in state.now.subjects)

    def of_the_schedule() -> tuple[Subject, ...]:
        changed = subject.changed(field.path, name, value)
        return (*state.now.subjects[: state.chosen], changed, *state.now.subjects[state.chosen + 1 :])

    return tried(state, of_the_run if field.path == RUN else of_the_schedule)
