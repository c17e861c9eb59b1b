"""Screens of the explorer as text, after some keys. `python -m tests.screens` regenerates them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import lrcli
from lrcli.explore.keys import press
from lrcli.explore.page import page
from lrcli.explore.state import State, started
from lrcli.explore.subject import subjects
from lrcli.render.style import Style
from tests.data import GOLDEN

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = GOLDEN / "screens"


class Screen(NamedTuple):
    """What is explored, in a terminal of which size, and the keys that are pressed."""

    specs: tuple[str, ...]
    size: tuple[int, int]
    keys: tuple[str, ...]
    ascii_only: bool = False

    @property
    def style(self) -> Style:
        """How it is drawn."""
        return Style(self.size[0], colour=False, ascii_only=self.ascii_only, height=self.size[1])


SCREENS = {
    "one": Screen(("cosine",), (80, 24), ()),
    "several": Screen(
        ("cosine:warmup=5", "step:step_size=30"), (80, 24), ("right", "down", "l", "L", "tab", "up", "g")
    ),
    "typing": Screen(("cosine",), (80, 24), ("down", "0", ".", "0", "1", "enter", "u", "r", "a", "0", ".", "3")),
    "refused": Screen(("wsd",), (80, 24), ("2", "enter", "down", "3", "enter")),
    "parts": Screen(("linear:for=5+cosine*step",), (100, 30), ("pagedown", "down", "space")),
    "help": Screen(("cosine",), (80, 24), ("?",)),
    "code": Screen(("cosine:warmup=5",), (80, 24), ("t", "t")),
    "ascii": Screen(("plateau", "noam"), (80, 24), ("L", "L"), ascii_only=True),
    "small": Screen(("cosine",), (39, 16), ("right",)),
}


def state(screen: Screen, epochs: int = 90) -> State:
    """Return the state after the keys."""
    reached = started(subjects(lrcli.load(*screen.specs, epochs=epochs).entries, None))
    for key in screen.keys:
        reached = press(reached, key)
    return reached


def text(screen: Screen) -> str:
    """Return what then stands on the screen."""
    return joined(page(state(screen), screen.style).rows)


def joined(rows: Iterable[str]) -> str:
    """Return rows as a text, in which no version is named."""
    return "".join(f"{row.rstrip()}\n" for row in rows).replace(lrcli.__version__, "VERSION")


if __name__ == "__main__":
    for name, screen in SCREENS.items():
        (FOLDER / f"{name}.txt").write_text(text(screen))
