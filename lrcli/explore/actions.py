"""The actions of the explorer: functions from a state to the next one. None raises; errors are part of the state."""

from __future__ import annotations

from collections.abc import Callable

from lrcli.explore.state import Panel, State, placed, set_value, tried
from lrcli.explore.steps import stepped
from lrcli.parameters import parameters
from lrcli.places import places
from lrcli.problems import SpecError
from lrcli.render.view import Chosen
from lrcli.spec.values import value_of

Action = Callable[[State], State]

_LONGEST = 4000
"""Characters of the longest value that can be typed."""


def move(fields: int) -> Action:
    """Return the action that moves by a number of fields in the form; after the last comes the first."""
    return lambda state: state._replace(place=(state.place + fields) % len(state.form))


def step(moves: int) -> Action:
    """Return the action that changes the field's value by a number of steps."""

    def act(state: State) -> State:
        value = stepped(state.field, moves, state.run)
        if value is None:
            return state._replace(error=f"type a value for {state.field.parameter.name}: Enter begins")
        return set_value(state, None if value == "" else value)

    return act


def turn(state: State) -> State:
    """Take the next choice, or toggle a switch; numbers do not change."""
    return step(1)(state) if state.field.parameter.kind in ("choice", "switch") else state


def choose(schedules: int) -> Action:
    """Return the action that selects a schedule further on; after the last comes the first."""

    def act(state: State) -> State:
        return placed(state._replace(chosen=(state.chosen + schedules) % len(state.now.subjects)))

    return act


def reset(state: State) -> State:
    """Set the field to its default."""
    return set_value(state, None)


def begin(text: str, *, reading: bool = False) -> Action:
    """Return the action that begins to type a value or, if `reading`, a place to read off."""
    return lambda state: state._replace(typed=text, reading=reading)


def begin_with_value(state: State) -> State:
    """Begin to edit the value; a switch is toggled at once."""
    field = state.field
    if field.parameter.kind == "switch":
        return step(1)(state)
    return state._replace(typed="" if field.value is None else field.text, reading=False)


def write(key: str) -> Action:
    """Return the action of a key while a value is being typed."""

    def act(state: State) -> State:
        typed = state.typed or ""
        if key == "escape":
            return state._replace(typed=None)
        if key == "enter":
            return _read_off(state, typed) if state.reading else set_value(state, typed.strip() or None)
        if key == "backspace":
            return state._replace(typed=typed[:-1])
        return state._replace(typed=(typed + key)[:_LONGEST]) if len(key) == 1 and key.isprintable() else state

    return act


def _read_off(state: State, text: str) -> State:
    try:
        found = places(value_of(_AT, text or "0")[:1], [one.entry for one in state.now.subjects])
    except (SpecError, ValueError) as error:
        return state._replace(error=str(error))
    return state._replace(cursor=float(found.points[0]), typed=None)


_AT = next(parameter for parameter in parameters(Chosen) if parameter.name == "at")


def look(share: float) -> Action:
    """Return the action that moves the cursor by a share of the run, at least by one t."""

    def act(state: State) -> State:
        end = state.now.figure.x.high
        if state.cursor is None:
            return state._replace(cursor=0.0)
        move = max(round(abs(share) * end), 1) * (1 if share > 0 else -1)
        return state._replace(cursor=float(min(max(state.cursor + move, 0), max(end - 1, 0))))

    return act


def toggle_log(state: State) -> State:
    """Toggle the logarithmic axis of the learning rates."""
    return state._replace(log=not state.log)


def undo(state: State) -> State:
    """Undo the last change."""
    if not state.past:
        return state._replace(error="nothing to undo")
    *past, now = state.past
    return _back(state._replace(now=now, past=tuple(past), future=(*state.future, state.now)))


def redo(state: State) -> State:
    """Redo the last change that was undone."""
    if not state.future:
        return state._replace(error="nothing to redo")
    *future, now = state.future
    return _back(state._replace(now=now, past=(*state.past, state.now), future=tuple(future)))


def _back(state: State) -> State:
    return placed(state._replace(chosen=min(state.chosen, len(state.now.subjects) - 1)))


def add(state: State) -> State:
    """Add a copy of the schedule."""
    added = tried(state, lambda: (*state.now.subjects, state.subject))
    return added if added.error else placed(added._replace(chosen=len(added.now.subjects) - 1))


def remove(state: State) -> State:
    """Remove the schedule; the last one stays."""
    if len(state.now.subjects) == 1:
        return state._replace(error="the last schedule stays")
    return tried(state, lambda: tuple(one for i, one in enumerate(state.now.subjects) if i != state.chosen))


def show_command(state: State) -> State:
    """Show the command that draws the same curves."""
    return state._replace(panel=Panel("Command", state.command))


def show_findings(state: State) -> State:
    """Show the findings in full."""
    return state._replace(panel=Panel("Findings", "\n\n".join(state.now.lines) or "none"))


def show_code(*targets: str) -> Action:
    """Return the action that shows the schedule as code for a target; if code is shown already, for the next target."""

    def act(state: State) -> State:
        from lrcli.code.job import Job  # 50 ms, which the first drawing need not wait for
        from lrcli.code.targets import TARGETS

        target = state.target if state.target in targets else targets[0]
        if state.panel is not None:
            target = targets[(targets.index(target) + 1) % len(targets)]
        entry = state.subject.entry
        try:
            text = TARGETS[target](Job(entry.spec, entry.run))
        except SpecError as error:
            text = str(error.problems[0])
        return state._replace(panel=Panel(f"Code for {target}", text), target=target)

    return act


def scroll(rows: int) -> Action:
    """Return the action that scrolls the text over the screen."""

    def act(state: State) -> State:
        if state.panel is None:
            return state
        last = max(state.panel.text.count("\n") - 1, 0)
        return state._replace(panel=state.panel._replace(top=min(max(state.panel.top + rows, 0), last)))

    return act


def close(state: State) -> State:
    """Close the text over the screen."""
    return state._replace(panel=None)


def leave(state: State) -> State:
    """Leave the explorer."""
    return state._replace(done=True)
