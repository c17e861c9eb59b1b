"""What an argument names (inline text, a file, one schedule of it, standard input, the text of a file), and its trust.

Every door to specs asks here, once: what is read, whose code may run, and which files it may name all follow from it.
"""

from __future__ import annotations

import re
from pathlib import Path as FilePath
from typing import Literal, NamedTuple

from lrcli.problems import InputError, Problem, SpecError
from lrcli.registry import SCHEDULES
from lrcli.spec.text import is_there, read_text
from lrcli.spec.values import shown

SUFFIXES = (".yaml", ".yml", ".json")
"""What the name of a file of specs ends with, so that it is a file whether it is there or not."""

PICKLES = (".bin", ".pt", ".pth", ".pkl", ".ckpt")
"""What the names of pickles end with."""


class Source(NamedTuple):
    """Where specs come from.

    Attributes:
        kind: `inline` is said by the argument itself; `file`, `stdin` and `text` (of a file) may be somebody else's.
        text: The inline text, the file's name, `-`, or the text of a file.
        wanted: The one schedule of a file that is asked for; empty for all of them.
    """

    kind: Literal["inline", "file", "stdin", "text"]
    text: str
    wanted: str = ""

    @property
    def is_inline(self) -> bool:
        """Whether the argument itself says everything, so that code that is named there is named by who runs lrcli."""
        return self.kind == "inline"

    @property
    def name(self) -> str:
        """What a message calls it."""
        return {"file": self.text, "stdin": "<stdin>", "text": "<text>"}.get(self.kind, self.text)

    @property
    def stem(self) -> str:
        """What its only schedule is called if it has no name there."""
        return FilePath(self.text).stem if self.kind == "file" else self.kind

    def read(self) -> str:
        """Return the text that it stands for.

        Raises:
            InputError: If it is a file, or standard input, that cannot be read.
        """
        if self.kind == "file" and self.text.lower().endswith(PICKLES):
            message = "a pickle can run code when it is read, so it is not; save the arguments as JSON or YAML"
            raise InputError(Problem(message=message, place=shown(self.text)[1:-1]))
        return read_text(self.text) if self.kind in ("file", "stdin") else self.text

    def beside(self, name: str) -> str:
        """Return the path of a file, or of `FILE:COLUMN`, that this source names: it must stand beside or below it.

        Raises:
            SpecError: If it stands elsewhere, where links lead too; only who runs lrcli may ask for that.
        """
        folder = FilePath(self.text).parent if self.kind == "file" else FilePath()
        if not all(_is_within(folder, folder / part) for part in (name, name.rpartition(":")[0])):
            message = f"a file may only name a file beside it, not {shown(name)} (a log can be named with --metric)"
            raise SpecError(Problem(message=message, path=("metric",)))
        path = str(folder / name)
        return f"./{path}" if path.startswith("-") else path


def source_of(argument: str) -> Source:
    """Return what an argument names: its text is looked at first, then whether there is such a file."""
    if "\n" in argument or "\r" in argument:
        return Source("text", argument)
    file, mark, wanted = argument.partition("#")
    if mark and is_there(argument):
        file, wanted = argument, ""
    if file == "-":
        return Source("stdin", file, wanted)
    return Source("file", file, wanted) if _is_file(file) else Source("inline", argument)


def _is_file(word: str) -> bool:
    """Return whether a word names a file: by its looks, or by being there and no schedule's name."""
    before_colon = word.partition(":")[0]
    if word.lower().endswith(SUFFIXES) or re.search(r"[/\\]", before_colon):
        return True
    return before_colon == word and bool(word) and is_there(word) and SCHEDULES.find(word) is None


def _is_within(folder: FilePath, path: FilePath) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a link in a circle, or what cannot be a name
        return False
