"""The keys of the explorer: one table, from which actions are looked up and the help page is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.code.names import TARGETS
from lrcli.explore import actions as act
from lrcli.explore.state import Panel

if TYPE_CHECKING:
    from lrcli.explore.actions import Action
    from lrcli.explore.state import State


class Key(NamedTuple):
    """Some keys with one purpose.

    Attributes:
        shown: The keys as help shows them.
        does: What they do, in a few words.
        actions: Their actions, by Textual's name of the key, or the character that it writes.
        brief: Their label in the last line of the screen; empty if they are not there.
    """

    shown: str
    does: str
    actions: dict[str, Action]
    brief: str = ""


_CODE = tuple(target for target in TARGETS if target not in ("yaml", "json"))


def show_help(state: State) -> State:
    """Show what each key does."""
    width = max(len(key.shown) for key in KEYS)
    rows = [f"{key.shown:{width}}  {key.does}" for key in KEYS]
    return state._replace(panel=Panel("Keys", "\n".join([*rows, "", *_ABOUT_VALUES])))


_ABOUT_VALUES = (
    "Values are written as on the command line: 1e-3, 1/3, 2k, 10%, 5ep, 30,60, none.",
    "Arrows change learning rates by factors, all else in even steps.",
)

KEYS = (
    Key("↑ ↓", "the field before, the field after", {"up": act.move(-1), "down": act.move(1)}, "field"),
    Key("← →", "change its value by one step", {"left": act.step(-1), "right": act.step(1)}, "change"),
    Key("PgUp PgDn", "change it by ten steps", {"pageup": act.step(10), "pagedown": act.step(-10)}),
    Key("Enter", "type a value (a digit begins at once); Esc leaves it", {"enter": act.begin_with_value}, "type"),
    Key("Space", "the next choice; on or off", {"space": act.turn}),
    Key("Del", "back to the default", {"delete": act.reset, "backspace": act.reset}),
    Key("Tab", "the next schedule (Shift-Tab: the one before)", {"tab": act.choose(1), "shift+tab": act.choose(-1)}),
    Key("a x", "add a copy of the schedule, take it away", {"a": act.add, "x": act.remove}),
    Key("u r", "undo, redo (Ctrl-Z, Ctrl-Y)", {
        "u": act.undo, "r": act.redo, "ctrl+z": act.undo, "ctrl+y": act.redo,
    }, "undo"),
    Key("h l H L", "move the cursor that reads off t, epoch, step and lr", {
        "h": act.look(-0.01), "l": act.look(0.01), "H": act.look(-0.1), "L": act.look(0.1),
    }, "cursor"),
    Key("@", "type where to read off: 30, 50%, 5ep", {"@": act.begin("", reading=True)}),
    Key("g", "logarithmic axis of learning rates", {"g": act.toggle_log}, "log"),
    Key("f", "all findings in full", {"f": act.show_findings}),
    Key("c", "the command line that draws this", {"c": act.show_command}, "command"),
    Key("y", "the schedule as YAML", {"y": act.show_code("yaml")}, "YAML"),
    Key("t", "as code for torch; again for the next framework", {"t": act.show_code(*_CODE)}, "code"),
    Key("?", "this page", {"?": show_help}, "help"),
    Key("q", "leave; the command line is then on stdout", {"q": act.leave}, "leave"),
)  # fmt: skip

_ACTIONS = {name: action for key in KEYS for name, action in key.actions.items()}
_OF_PANEL = {
    "up": act.scroll(-1),
    "down": act.scroll(1),
    "pageup": act.scroll(-10),
    "pagedown": act.scroll(10),
    "q": act.close,
    "t": act.show_code(*_CODE),
}
_BEGINNING = frozenset("0123456789.-")
"""Characters that begin a value; no key has one of them."""


def press(state: State, key: str) -> State:
    """Return the state after a key.

    Args:
        state: The state before it.
        key: The character that it writes, or the name of a key that writes none: `left`, `pageup`, `ctrl+z`.
    """
    state = state._replace(error="")
    if state.typed is not None:
        return act.write(" " if key == "space" else key)(state)
    if state.panel is not None:
        is_code = state.panel.title.startswith("Code") and state.panel.title != "Code for yaml"
        return _OF_PANEL.get(key, act.close)(state) if key != "t" or is_code else act.close(state)
    if key in _BEGINNING and state.field.parameter.kind not in ("switch", "choice"):
        return act.begin(key)(state)
    action = _ACTIONS.get("space" if key == " " else key)
    return state if action is None else action(state)
