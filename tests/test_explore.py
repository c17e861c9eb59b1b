"""The explorer: the schedules and screens after some keys, and the state of the terminal at the end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shlex
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import lrcli
from lrcli import engine
from lrcli.explore.form import Field, fields
from lrcli.explore.keys import KEYS, press
from lrcli.explore.page import page
from lrcli.explore.state import State, started
from lrcli.explore.steps import is_rate, stepped
from lrcli.explore.subject import RUN, subjects
from lrcli.parameters import parameters
from lrcli.registry import SCHEDULES
from lrcli.render.style import Style
from lrcli.run import Run
from tests import screens
from tests.shell import environment, inside
from tests.shell import lrcli as run_lrcli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SPECS = (
    "cosine",
    "cosine:warmup=5,cycle_length=50%",
    "wsd",
    "plateau",
    "step:step_size=30",
    "multistep:milestones=30,60",
    "one-cycle",
    "linear:for=5+cosine",
    "(step:for=5+cosine:for=25):repeat=3",
    "cosine*step",
    "expr:a*exp(-b*t),a=0.1,b=0.01",
    "torch.StepLR:step_size=30,warmup=5",
    "torch.OneCycleLR:max_lr=0.1",
    "torch.SequentialLR:schedulers=(torch.ConstantLR+torch.ExponentialLR:gamma=0.9),milestones=10",
    "timm.CosineLRScheduler:t_initial=90,warmup_t=5",
)
RUN_OF_ALL = {"epochs": 90, "steps_per_epoch": 10}
NAMES = [name for key in KEYS for name in key.actions if name != "q"]
SIGNS = [*"0123456789.-e%,ksptra "]
presses = st.lists(st.sampled_from([*NAMES, *SIGNS, "enter", "escape"]), max_size=25)


def begun(*specs: str, **options: Any) -> State:
    return started(subjects(lrcli.load(*specs, **options).entries, None))


def after(state: State, *keys: str) -> State:
    for key in keys:
        state = press(state, key)
    return state


def at_field(state: State, name: str, group: str | None = None) -> State:
    """Return the state with a field chosen."""
    places = [i for i, one in enumerate(state.form) if one.parameter.name == name and group in (None, one.group)]
    return state._replace(place=places[0])


def typed(state: State, name: str, value: str) -> State:
    return after(at_field(state, name), "enter", *["backspace"] * 20, *value, "enter")


@settings(max_examples=60)
@given(st.lists(st.sampled_from(SPECS), min_size=1, max_size=3), presses, st.integers(16, 45), st.integers(40, 150))
def test_whatever_keys_are_pressed_there_is_a_screen(specs: list[str], keys: list[str], rows: int, width: int) -> None:
    state = begun(*specs, **RUN_OF_ALL)
    style = Style(width, colour=False, ascii_only=False, height=rows)
    for key in keys:
        state = press(state, key)
        shown = page(state, style).rows
        assert len(shown) == rows
        assert all(len(row) <= width and row.isprintable() for row in shown)
        assert "\n" not in state.error


@settings(max_examples=60)
@given(st.sampled_from(SPECS), presses)
def test_undo_leads_back_to_the_beginning_and_redo_to_the_end(spec: str, keys: list[str]) -> None:
    first = begun(spec, **RUN_OF_ALL)
    last = after(first, *keys, "escape", "escape")
    undone = after(last, *["u"] * len(last.past))
    assert undone.now.subjects == first.now.subjects
    assert undone.now.findings == first.now.findings
    assert after(undone, *["r"] * len(last.past)).now.subjects == last.now.subjects


@settings(max_examples=40)
@given(st.lists(st.sampled_from(SPECS), min_size=1, max_size=2), presses)
def test_the_command_draws_the_same_curves(specs: list[str], keys: list[str]) -> None:
    state = after(begun(*specs, **RUN_OF_ALL), *keys)
    assume(all(one.entry.run.points <= 2000 for one in state.now.subjects))
    for line in state.command.splitlines():
        _, *arguments = shlex.split(line)
        done = inside(*arguments, "--json")
        assert done.code == 0, done.err
    if "\n" not in state.command:
        drawn = [one["lr"] for one in json.loads(done.out)["curves"]]
        here = [engine.evaluate(one.entry.spec, one.entry.run).lr.tolist() for one in state.now.subjects]
        assert drawn == here


def declared() -> Iterator[tuple[str, Field]]:
    for kind in SCHEDULES.everything():
        for one in parameters(kind):
            if one.default is not None and len(one.choices) != 1:
                yield kind.tag(), Field("", (), one, one.default, peak=one.name == kind.peak)


def test_a_step_of_any_parameter_is_a_value_of_it_unless_it_is_at_its_bound() -> None:
    refused = []
    for tag, field in declared():
        values = [stepped(field, moves, Run(total=90)) for moves in (1, -1, 10)]
        for value in values:
            try:
                if value not in (None, ""):
                    field.parameter.accept(value)
            except ValueError:
                refused.append((tag, field.parameter.name, value))
        assert None in values or values != [field.value] * 3, (tag, field.parameter.name)
    assert {value for _, name, value in refused if name == "max_lr"} == set()


def test_learning_rates_are_stepped_by_factors_and_all_else_evenly() -> None:
    form = {one.parameter.name: one for one in fields(begun("cosine-restarts").subject)}
    rates = {name for name, one in form.items() if is_rate(one)}
    assert rates == {"max_lr", "min_lr", "warmup_from", "floor", "cap"}
    assert [stepped(form["max_lr"], moves, Run()) for moves in (1, 10, -1, -10)] == [0.12, 1.0, 0.08, 0.01]
    assert stepped(form["min_lr"], 1, Run()) == 1e-6
    assert stepped(form["min_lr"]._replace(value=1e-8), -1, Run()) == 0
    epochs = form["epochs"]
    assert [stepped(epochs._replace(value=value), 1, Run()) for value in (9, 99, 100, 1000)] == [10, 100, 110, 1100]
    assert [stepped(epochs._replace(value=value), -1, Run()) for value in (100, 110, 1100)] == [99, 100, 1000]
    assert stepped(form["cycle_decay"]._replace(value=0.9), 1, Run()) == 1.0
    assert stepped(form["warmup"]._replace(value="10%"), -1, Run()) == "9%"


def test_a_length_that_is_left_to_the_run_is_stepped_from_its_length() -> None:
    state = after(at_field(begun("cosine", epochs=90), "cycle_length"), "left")
    assert state.now.subjects[0].entry.name == "cosine:cycle_length=89"


def test_choices_go_round_and_switches_turn() -> None:
    state = at_field(begun("cosine:warmup=5,warmup_from=0.01"), "warmup_shape")
    seen = []
    for _ in range(3):
        state = press(state, "space")
        seen.append(state.field.value)
    assert seen == ["exponential", "constant", "linear"]
    assert after(at_field(state, "warmup_prefix"), "enter").field.value is False


def test_a_list_is_typed() -> None:
    state = at_field(begun("multistep:milestones=30,60"), "milestones")
    assert "type a value for milestones" in press(state, "right").error
    assert typed(state, "milestones", "20,40,80").command == "lrcli plot multistep:milestones=20,40,80 --epochs 100"


@pytest.mark.parametrize(
    ("spec", "name", "value", "message"),
    [
        ("cosine", "min_lr", "1", "min_lr (1) is above max_lr (0.1)"),
        ("cosine", "max_lr", "ten", "max_lr: 'ten' is not a number; write 0.001, 1e-3, 1/1000 or 2k"),
        ("cosine", "epochs", "1.5", "epochs must be a whole number, not 1.5"),
        ("cosine", "warmup", "500st", "'500st' in a run of epochs needs steps_per_epoch"),
        ("cosine", "per_step", "true", "per_step needs steps_per_epoch"),
        ("step", "floor", "9" * 400, "floor: '"),
        ("torch.StepLR:step_size=30", "step_size", "0", "step_size is 0, and torch divides by it"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_and_nothing_changes(
    spec: str, name: str, value: str, message: str
) -> None:
    state = begun(spec)
    refused = press(at_field(state, name), "space") if name == "per_step" else typed(state, name, value)
    assert message in refused.error
    assert refused.now == state.now
    if refused.typed is not None:
        assert refused.typed == value
        assert press(refused, "escape").typed is None


def test_findings_come_and_go() -> None:
    state = begun("cosine", epochs=90)
    assert state.now.lines == []
    warm = typed(state, "warmup", "5")
    assert [line[:5] for line in warm.now.lines] == ["LR007"]
    assert typed(warm, "warmup_from", "0.01").now.lines == []
    assert "trains nothing" in press(warm, "f").panel.text  # type: ignore[union-attr] # there is one


def test_the_run_of_schedules_that_share_it_changes_together() -> None:
    state = begun("cosine", "step", epochs=90)
    assert {one.entry.run.total for one in typed(state, "epochs", "30").now.subjects} == {30}
    in_steps = typed(state, "steps", "5k")
    assert in_steps.command == "lrcli plot cosine step --steps 5000"


def test_schedules_of_different_runs_are_left_with_a_command_each() -> None:
    first, second = lrcli.load("cosine", epochs=90).entries, lrcli.load("step", epochs=30).entries
    state = started(subjects([*first, *second], None))
    assert state.command == "lrcli plot cosine --epochs 90\nlrcli plot step --epochs 30"
    assert [one.entry.run.total for one in typed(state, "epochs", "60").now.subjects] == [60, 30]


def test_a_name_of_the_users_own_stays() -> None:
    state = begun("schedules: {mine: {type: cosine}}\nrun: {epochs: 9}")
    assert press(state, "right").command == "lrcli plot cosine:max_lr=0.12 --epochs 9 --name mine"


def test_a_copy_is_changed_alone_and_can_be_taken_away() -> None:
    state = after(begun("cosine", epochs=9), "a", "right")
    assert state.command == "lrcli plot cosine cosine:max_lr=0.12 --epochs 9"
    assert after(state, "tab", "x").command == "lrcli plot cosine:max_lr=0.12 --epochs 9"
    assert after(state, "x", "x").error == "the last schedule stays"


def test_the_cursor_reads_off_t_epoch_step_and_lr() -> None:
    style = Style(80, colour=False, ascii_only=False, height=24)
    state = after(begun("cosine", epochs=90, steps_per_epoch=1251), "@", *"50%", "enter")
    assert "t = 45: epoch 45, step 56,295, lr 0.05" in page(state, style).status
    assert "t = 46: epoch 46, step 57,546" in page(press(state, "l"), style).status[0]
    assert "past the end" in after(state, "@", *"90", "enter").error


@pytest.mark.parametrize("spec", ["cosine", "torch.CosineAnnealingWarmRestarts:T_0=1000"])
def test_the_longest_runs_are_explored_too(spec: str) -> None:
    state = after(begun(spec, steps=10**12), "right", "L", "L", "L")
    style = Style(120, colour=True, ascii_only=False, height=40)
    assert "step 200,000,000,000" in page(state, style).status[0]


def test_what_is_shown_of_a_schedule_is_what_lrcli_writes() -> None:
    state = begun("cosine:warmup=5", epochs=90)
    assert press(state, "c").panel == ("Command", "lrcli plot cosine:warmup=5 --epochs 90", 0)
    assert press(state, "y").panel.text == lrcli.code("cosine:warmup=5", "yaml", epochs=90)  # type: ignore[union-attr]
    code = press(state, "t")
    assert code.panel == ("Code for torch", lrcli.code("cosine:warmup=5", epochs=90), 0)
    assert press(code, "t").panel.title == "Code for transformers"  # type: ignore[union-attr]
    assert press(code, "x") == state._replace(panel=None)


@pytest.mark.parametrize("name", screens.SCREENS)
def test_a_screen_is_as_it_was(name: str) -> None:
    assert screens.text(screens.SCREENS[name]) == (screens.FOLDER / f"{name}.txt").read_text()


async def _driven(screen: screens.Screen, sizes: list[tuple[int, int]]) -> list[str]:
    """Return what Textual shows after the keys, and then at each further size."""
    from textual.widgets import Static

    from lrcli.explore.screen import Explorer

    app = Explorer(screens.state(screen._replace(keys=())), screen.style)
    seen = []
    async with app.run_test(size=screen.size) as pilot:
        names = {"@": "at", "?": "question_mark", ".": "full_stop", "-": "minus"}
        await pilot.press(*(names.get(key, key) for key in screen.keys))
        for size in [screen.size, *sizes]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            parts = [part for part in app.query(Static) if part.display]
            rows = (part.render_line(y).text for part in parts for y in range(part.size.height))
            seen.append(screens.joined(rows))
    return seen


@pytest.mark.parametrize("name", screens.SCREENS)
def test_textual_shows_the_same(name: str) -> None:
    pytest.importorskip("textual")
    assert asyncio.run(_driven(screens.SCREENS[name], []))[0] == (screens.FOLDER / f"{name}.txt").read_text()


def test_the_screen_follows_the_size_of_the_terminal() -> None:
    pytest.importorskip("textual")
    one = screens.SCREENS["one"]
    first, larger, again = asyncio.run(_driven(one, [(120, 40), (80, 24)]))
    assert larger == screens.text(one._replace(size=(120, 40)))
    assert first == again


_PROBE = "import sys; sys.modules['textual'] = None; from lrcli.cli import main; sys.argv = ['lrcli', *{!r}]; main()"


def test_without_a_terminal_one_line_says_so() -> None:
    done = run_lrcli("explore", "cosine")
    assert (done.out, done.code) == ("", 2)
    assert done.err == "error: lrcli explore needs a terminal: lrcli plot draws into pipes and files\n"


needs_a_terminal = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


class Session:
    """lrcli in a pseudo-terminal of 80 × 24: what it wrote there, on stdout, and how it left the terminal."""

    def __init__(self, *command: str, **changes: str) -> None:
        import pty
        import termios

        self.stdout, writer = os.pipe()
        self.process, self.terminal = pty.fork()
        if not self.process:
            os.dup2(writer, 1)
            os.execve(sys.executable, [sys.executable, *command], environment(**changes))  # noqa: S606 - the child of fork
        os.close(writer)
        self.before = termios.tcgetattr(self.terminal)
        self.seen = b""

    def until(self, wanted: bytes, seconds: float = 30) -> None:
        """Read until something was written."""
        import select

        end = time.monotonic() + seconds
        while wanted not in self.seen and time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.1)[0]:
                with contextlib.suppress(OSError):
                    self.seen += os.read(self.terminal, 65536)
        assert wanted in self.seen, self.seen[-2000:]

    def ended(self) -> tuple[int, str]:
        """Wait for the end; return the exit code and stdout."""
        import termios

        self.until(b"\x1b[?1049l")
        after = termios.tcgetattr(self.terminal)
        status = os.waitpid(self.process, 0)[1]
        out = os.read(self.stdout, 65536).decode()
        assert after[3] == self.before[3], "echo and line mode are back"
        assert self.seen.rfind(b"\x1b[?25h") > self.seen.rfind(b"\x1b[?25l"), "the cursor is back"
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(status), out


EXPLORE = ("-m", "lrcli", "explore", "cosine", "--epochs", "90")


def _quit(session: Session) -> None:
    os.write(session.terminal, b"\x1b[Cq")


def _interrupt(session: Session) -> None:
    os.write(session.terminal, b"\x03")


def _end(session: Session) -> None:
    os.kill(session.process, signal.SIGTERM)


@needs_a_terminal
@pytest.mark.parametrize(
    ("act", "code", "out"),
    [(_quit, 0, "lrcli plot cosine:max_lr=0.12 --epochs 90\n"), (_interrupt, 130, ""), (_end, 143, "")],
)
def test_the_terminal_is_given_back(act: Callable[[Session], None], code: int, out: str) -> None:
    pytest.importorskip("textual")
    session = Session(*EXPLORE)
    session.until(b"warmup_shape")
    act(session)
    assert session.ended() == (code, out)


@needs_a_terminal
def test_the_terminal_is_given_back_when_something_raises() -> None:
    pytest.importorskip("textual")
    broken = "import lrcli.explore.screen as s, sys; s.press = None; from lrcli.cli import main; main()"
    session = Session("-c", broken, *EXPLORE[2:])
    session.until(b"warmup_shape")
    os.write(session.terminal, b"u")
    assert session.ended() == (1, "")


@needs_a_terminal
def test_no_colour_is_written_if_none_is_wanted() -> None:
    pytest.importorskip("textual")
    session = Session(*EXPLORE, NO_COLOR="1")
    session.until(b"warmup_shape")
    os.write(session.terminal, b"q")
    session.ended()
    colours = {code for codes in re.findall(rb"\x1b\[([0-9;]+)m", session.seen) for code in codes.split(b";")}
    assert not colours & {b"38", b"48", *(b"%d" % code for code in (*range(30, 38), *range(40, 48)))}


@needs_a_terminal
def test_without_textual_one_line_says_how_to_get_it() -> None:
    session = Session("-c", _PROBE.format(EXPLORE[2:]))
    session.until(b"pip install 'lrcli[explore]'")
    assert b"lrcli explore needs textual" in session.seen
    assert os.waitstatus_to_exitcode(os.waitpid(session.process, 0)[1]) == 4


def test_run_fields_stand_in_every_form() -> None:
    for spec in SPECS:
        form = fields(begun(spec, **RUN_OF_ALL).subject)
        assert [one.parameter.name for one in form if one.path == RUN] == [
            "epochs",
            "steps",
            "steps_per_epoch",
            "per_step",
        ]
