"""The explorer in a terminal: Textual reads the keys, follows the size and restores the terminal."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import App
from textual.widgets import Static

from lrcli.explore.keys import press
from lrcli.explore.page import page

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key, Paste, Resize

    from lrcli.explore.state import State
    from lrcli.render.style import Style

_ENDING = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]
_BY_A_SIGNAL = 128
"""The exit code of a process that a signal ended, without the number of the signal."""


class Explorer(App[None]):
    """The explorer: a key leads to the next state, and a state to the rows on the screen."""

    CSS = """
    Screen, Static { background: ansi_default; color: ansi_default; }
    Screen { overflow: hidden; }
    Static { text-wrap: nowrap; }
    """
    ENABLE_COMMAND_PALETTE: ClassVar = False
    _parts = ("tabs", "drawing", "status", "form", "keys")

    def __init__(self, state: State, style: Style) -> None:
        super().__init__(ansi_color=True)
        self.state, self.style = state, style
        self._shown: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Yield the parts of the screen, from the top down."""
        for name in self._parts:
            yield Static(id=name)

    def on_mount(self) -> None:
        """End the explorer on signals that end the process, so that the terminal is restored."""
        for number in _ENDING:
            with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in asyncio
                asyncio.get_running_loop().add_signal_handler(number, self.exit, None, _BY_A_SIGNAL + number)

    def on_resize(self, event: Resize) -> None:
        """Redraw in another size."""
        self.style = self.style._replace(width=event.size.width, height=event.size.height)
        self.draw()

    def on_key(self, event: Key) -> None:
        """Handle a key."""
        event.stop()
        event.prevent_default()
        if event.key == "ctrl+c":
            self.exit(return_code=_BY_A_SIGNAL + signal.SIGINT)
        else:
            self.answer(event.character if event.is_printable and event.character else event.key)

    def on_paste(self, event: Paste) -> None:
        """Handle the first line of a pasted text as if it had been typed."""
        for character in event.text.splitlines()[0] if event.text else "":
            self.answer(character)

    async def action_quit(self) -> None:
        """Leave on Ctrl-Q, which Textual binds to this action."""
        self.answer("q")

    def answer(self, key: str) -> None:
        """Do what a key does, and show it."""
        self.state = press(self.state, key)
        if self.state.done:
            self.exit()
        else:
            self.draw()

    def draw(self) -> None:
        """Update the parts of the screen that have changed."""
        for name, rows in zip(self._parts, page(self.state, self.style), strict=True):
            text = "\n".join(rows)
            if self._shown.get(name) != text:
                self._shown[name] = text
                part = self.query_one(f"#{name}", Static)
                part.display, part.styles.height = bool(rows), len(rows)
                part.update(Text.from_ansi(text, no_wrap=True))
