"""The state of the explorer: valid schedules, the place in the form, and the history for undo."""

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
    """The schedules at one time, with their figure and findings.

    Attributes:
        subjects: The schedules.
        figure: Their figure.
        findings: The findings on them.
    """

    subjects: tuple[Subject, ...]
    figure: Figure
    findings: tuple[Finding, ...]

    @property
    def lines(self) -> list[str]:
        """The findings, one line each."""
        several = len(self.subjects) > 1
        return list(dict.fromkeys(line(finding, named=several) for finding in self.findings))


class Panel(NamedTuple):
    """A text over the screen, until it is closed; `top` is the first row shown."""

    title: str
    text: str
    top: int = 0


class State(NamedTuple):
    """Everything that the screen is drawn from.

    Attributes:
        now: The schedules.
        ignored: Codes of findings that are left out.
        metric: The log that `--metric` named.
        chosen: The index of the schedule in the form.
        place: The index of the chosen field of the form.
        cursor: The place on the horizontal axis at which curves are read off; None for no cursor.
        log: The axis of learning rates is logarithmic.
        typed: The text that is being typed; None if none is.
        reading: The text is a place to read off, not a value.
        error: Why the last key did nothing.
        panel: The text over the screen, if there is one.
        target: The target of the code that was shown last.
        past: Earlier versions, for undo.
        future: Versions that were undone, for redo.
        done: The explorer is to be left.
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
        """The schedule in the form."""
        return self.now.subjects[self.chosen]

    @property
    def run(self) -> Run:
        """The run of that schedule."""
        return self.subject.entry.run

    @property
    def form(self) -> list[Field]:
        """The fields of that schedule."""
        return fields(self.subject)

    @property
    def field(self) -> Field:
        """The chosen field."""
        form = self.form
        return form[min(self.place, len(form) - 1)]

    @property
    def command(self) -> str:
        """The command that draws the same curves."""
        return command(self.now.subjects, self.metric)


def started(subjects: Sequence[Subject], ignored: Sequence[str] = (), metric: str | None = None) -> State:
    """Return the first state of the explorer.

    Args:
        subjects: The schedules.
        ignored: Codes of findings to leave out.
        metric: The log that `--metric` named.

    Raises:
        SpecError: If the schedules cannot be drawn together.
    """
    return State(_version(tuple(subjects), ignored), tuple(ignored), metric)


def _version(subjects: tuple[Subject, ...], ignored: Sequence[str]) -> Version:
    """Return schedules with their figure and findings.

    Raises:
        SpecError: If they cannot be drawn together, or an lr is not a number ≥ 0.
    """
    entries = _apart(subjects)
    figure = figure_of([one.entry for one in entries], numbers=False)
    for series in figure.panels[0].series:
        series.columns(figure.x.edges(_LOOKED_AT))
    found = left(judge(one.entry for one in entries), ignored)
    return Version(entries, figure, tuple(found))


_LOOKED_AT = 60
"""Columns in which a changed curve is evaluated, to find errors before it is drawn."""


def _apart(subjects: tuple[Subject, ...]) -> tuple[Subject, ...]:
    """Return the schedules with unique names."""
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
    """Return the state after a change, or the same state with the error that the change causes."""
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
    """Return the state with its cursor within the run and its place within the form."""
    end = state.now.figure.x.high
    cursor = state.cursor if state.cursor is None else min(state.cursor, max(end - 1, 0.0))
    return state._replace(cursor=cursor, place=min(state.place, len(state.form) - 1))


def set_value(state: State, value: object) -> State:
    """Return the state with another value of the chosen field; None for the default."""
    field, subject = state.field, state.subject
    name = field.parameter.name

    def of_the_run() -> tuple[Subject, ...]:
        options = with_setting(subject.options, name, value)
        return tuple(one.over(options) if one.options == subject.options else one for one in state.now.subjects)

    def of_the_schedule() -> tuple[Subject, ...]:
        changed = subject.changed(field.path, name, value)
        return (*state.now.subjects[: state.chosen], changed, *state.now.subjects[state.chosen + 1 :])

    return tried(state, of_the_run if field.path == RUN else of_the_schedule)
