"""The explorer in a terminal: Textual reads the keys, follows the size and gives the terminal back."""

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
"""What a process that a signal ended exits with, before the number of the signal is added."""


class Explorer(App[None]):
    """The explorer: every key makes the next state, and every state a page."""

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
        """Let what ends the process end the explorer, which gives the terminal back."""
        for number in _ENDING:
            with contextlib.suppress(NotImplementedError):  # Windows has none
                asyncio.get_running_loop().add_signal_handler(number, self.exit, None, _BY_A_SIGNAL + number)

    def on_resize(self, event: Resize) -> None:
        """Draw for another size."""
        self.style = self.style._replace(width=event.size.width, height=event.size.height)
        self.draw()

    def on_key(self, event: Key) -> None:
        """Answer a key."""
        event.stop()
        event.prevent_default()
        if event.key == "ctrl+c":
            self.exit(return_code=_BY_A_SIGNAL + signal.SIGINT)
        else:
            self.answer(event.character if event.is_printable and event.character else event.key)

    def on_paste(self, event: Paste) -> None:
        """Take a text that is pasted as what its signs would be."""
        for sign in event.text.splitlines()[0] if event.text else "":
            self.answer(sign)

    async def action_quit(self) -> None:
        """Leave, as Ctrl-Q asks for in whatever is made with Textual."""
        self.answer("q")

    def answer(self, key: str) -> None:
        """Do what a key does, and show it."""
        self.state = press(self.state, key)
        if self.state.done:
            self.exit()
        else:
            self.draw()

    def draw(self) -> None:
        """Show the state, where it is not what stands there already."""
        for name, rows in zip(self._parts, page(self.state, self.style), strict=True):
            text = "\n".join(rows)
            if self._shown.get(name) != text:
                self._shown[name] = text
                part = self.query_one(f"#{name}", Static)
                part.display, part.styles.height = bool(rows), len(rows)
                part.update(Text.from_ansi(text, no_wrap=True))
