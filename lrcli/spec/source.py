"""What an argument names: inline text, a file, one schedule of it, standard input, the text of a file, or a command.

What is read, whether code may run, and which files may be named follow from it, wherever specs come from.
"""

from __future__ import annotations

import re
from pathlib import Path as FilePath
from typing import Literal, NamedTuple

from lrcli.problems import InputError, Problem, SpecError
from lrcli.registry import SCHEDULES
from lrcli.spec.text import is_there, read_text
from lrcli.spec.values import shown

SUFFIXES = (".yaml", ".yml", ".json", ".toml", ".sh")
"""Suffixes of files of specs: an argument with one of them is a file, whether it exists or not."""

PICKLES = (".bin", ".pt", ".pth", ".pkl", ".ckpt")
"""Suffixes of pickles."""

PROMPT = "$ "
"""Begins an argument that is a command line: `$ train.py --lr 0.1`; before `python` it may be left out."""

PROGRAMS = (
    "axolotl",
    "composer",
    "fairseq-hydra-train",
    "fairseq-train",
    "lightning",
    "llamafactory-cli",
    "mlx_lm.lora",
    "trl",
    "tune",
    "yolo",
)
"""Commands that train, besides Python files."""

_STARTS = ("python", "python3", "torchrun", "accelerate", "deepspeed", "srun", "mpirun", "uv", *PROGRAMS)


def is_command(text: str) -> bool:
    """Return whether an argument is a command line: it begins with the prompt, or with a program that trains."""
    first, _, rest = text.strip().partition(" ")
    return text.startswith(PROMPT) or (bool(rest.strip()) and first in _STARTS)


class Source(NamedTuple):
    """Where specs come from.

    Attributes:
        kind: `inline` for an argument that is a spec itself; `file`, `stdin` and `text` (of a file), whose content
            another person may have written; `command` for a command line, which does not run.
        text: The inline text, the file's name, `-`, the text of a file, or the command line.
        wanted: The name of one schedule of a file; empty for all of them.
        changes: Values that replace those of the file, by key: `args.yaml:lr=1e-3,sched=step`.
    """

    kind: Literal["inline", "file", "stdin", "text", "command"]
    text: str
    wanted: str = ""
    changes: tuple[tuple[str, str], ...] = ()

    @property
    def is_inline(self) -> bool:
        """Whether it is a spec itself, so that code that it names was named by the person who runs lrcli."""
        return self.kind == "inline"

    @property
    def name(self) -> str:
        """Its name in messages."""
        known = {"file": self.text, "stdin": "<stdin>", "text": "<text>", "command": "<command>"}
        return known.get(self.kind, self.text)

    @property
    def stem(self) -> str:
        """The name of its only schedule, if the file gives none."""
        stem = FilePath(self.text).stem if self.kind == "file" else self.kind
        changes = ",".join(f"{key}={value}" for key, value in self.changes)
        return f"{stem}:{changes}" if changes else stem

    def read(self) -> str:
        """Return its text.

        Raises:
            InputError: If it is a file, or standard input, that cannot be read.
        """
        if self.kind == "file" and self.text.lower().endswith(PICKLES):
            message = "a pickle can run code when it is read, so it is not; save the arguments as JSON or YAML"
            raise InputError(Problem(message=message, place=shown(self.text)[1:-1]))
        return read_text(self.text) if self.kind in ("file", "stdin") else self.text

    def beside(self, name: str) -> str:
        """Return the path of a file, or of `FILE:COLUMN`, that this source names, in its own directory or below.

        A command line may name any file: the person who runs lrcli wrote it.

        Raises:
            SpecError: If the file is elsewhere, links followed; only the person who runs lrcli may name such a file.
        """
        if self.kind == "command":
            return f"./{name}" if name.startswith("-") else name
        folder = FilePath(self.text).parent if self.kind == "file" else FilePath()
        if not all(_is_within(folder, folder / part) for part in (name, name.rpartition(":")[0])):
            message = f"a file may only name a file beside it, not {shown(name)} (a log can be named with --metric)"
            raise SpecError(Problem(message=message, path=("metric",)))
        path = str(folder / name)
        return f"./{path}" if path.startswith("-") else path


def source_of(argument: str) -> Source:
    """Return what an argument names: judged by its text, then by whether such a file exists."""
    if is_command(argument):
        return Source("command", argument)
    if "\n" in argument or "\r" in argument:
        return Source("text", argument)
    file, mark, wanted = argument.partition("#")
    if mark and is_there(argument):
        file, wanted = argument, ""
    if file == "-":
        return Source("stdin", file, wanted)
    if mark and wanted:
        wanted, changes = _changes(wanted)
    else:
        file, changes = _changes(file)
    return Source("file", file, wanted, changes) if _is_file(file) else Source("inline", argument)


def _changes(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a name, and the changes behind it: `args.yaml:lr=1e-3,milestones=30,60`."""
    name, colon, behind = text.partition(":")
    if not colon or not _CHANGES.fullmatch(behind) or is_there(text):
        return text, ()
    found: list[tuple[str, str]] = []
    for part in behind.split(","):
        key, equals, value = part.partition("=")
        if not equals:
            key, value = found[-1][0], f"{found.pop()[1]},{part}"
        found.append((key.strip(), value.strip()))
    return name, tuple(found)


_CHANGES = re.compile(r"\s*[A-Za-z_][\w.-]*\s*=.*")


def _is_file(word: str) -> bool:
    """Return whether a word names a file: it has a suffix or a slash, or it exists and is not a schedule's name."""
    before_colon = word.partition(":")[0]
    if word.lower().endswith(SUFFIXES) or (re.search(r"[/\\]", before_colon) and "(" not in before_colon):
        return True
    return before_colon == word and bool(word) and is_there(word) and SCHEDULES.find(word) is None


def _is_within(folder: FilePath, path: FilePath) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # links in a circle, or text that cannot be a file name
        return False
