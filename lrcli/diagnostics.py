"""What is not data: messages on stderr, exit codes, and what the terminal can show."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from typing import TYPE_CHECKING, Any, TextIO

from lrcli.problems import InputError, MissingError, SpecError, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

GOOD = 0
NOT_WRITTEN = 1
FOUND = 1
BAD_SPEC = 2
UNREADABLE = 3
NOT_INSTALLED = 4
INTERRUPTED = 130
PIPE_CLOSED = 141

_MOST_PROBLEMS = 100

_COLOURS = {"error": "31", "warning": "33", "note": "36"}


def colours(stream: TextIO, choice: str = "auto") -> bool:
    """Return whether to use colours: the flag goes before NO_COLOR, that before FORCE_COLOR, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def width(asked: int | None = None) -> int:
    """Return how many columns there are: those asked for, else the terminal's, else COLUMNS, else 80."""
    return asked or _terminal_size().columns


def height() -> int:
    """Return how many rows the terminal has; 24 where there is none."""
    return _terminal_size().lines


def _terminal_size() -> os.terminal_size:
    for stream in (sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            size = os.get_terminal_size(stream.fileno())  # type: ignore[union-attr]
            if stream is sys.__stdout__ and size.columns > 0 and size.lines > 0:
                return os.terminal_size((min(size.columns, WIDEST), size.lines))
    return os.terminal_size((_columns_told() or 80, 24))


WIDEST = 2000
"""Columns of the widest terminal that is believed."""


def _columns_told() -> int | None:
    """Return what COLUMNS says, within reason; None if it says nothing that could be."""
    said = os.environ.get("COLUMNS", "")
    if not (said.isascii() and said.isdecimal()):
        return None
    columns = int(said) if len(said) < 10 else WIDEST
    return min(columns, WIDEST) if columns >= 20 else None


def only_ascii(stream: TextIO) -> bool:
    """Return whether the stream's encoding has no room for anything but ASCII."""
    try:
        "█⣿─━".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


_silenced: set[str] = set()


def quiet(*, wanted: bool) -> None:
    """Say nothing but errors from here on, or everything."""
    _silenced.clear()
    _silenced.update(("warning", "note") if wanted else ())


def say(kind: str, message: object) -> None:
    """Write one line to stderr, whatever the message holds: `warning: …`."""
    if kind in _silenced:
        return
    lines = [f"{kind}: {printable(str(message))}"]
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr.isatty():
            lines = wrapped(lines[0], width())
        if colours(sys.stderr):
            lines[0] = lines[0].replace(f"{kind}:", f"\x1b[1;{_COLOURS[kind]}m{kind}:\x1b[0m", 1)
        sys.stderr.write("\n".join(lines) + "\n")


def wrapped(text: str, columns: int) -> list[str]:
    """Return a text as the lines that a terminal of so many columns shows, broken between words."""
    import textwrap

    return textwrap.wrap(text, columns, break_on_hyphens=False) or [""]


def report(error: SpecError) -> int:
    """Write the problems of an error, each once and not those of a hopeless input, and return the exit code for it."""
    different = list(dict.fromkeys(map(str, error.problems)))
    for problem in different[:_MOST_PROBLEMS]:
        say("error", problem)
    if len(different) > _MOST_PROBLEMS:
        say("error", f"and {len(different) - _MOST_PROBLEMS} more like these")
    if isinstance(error, MissingError):
        return NOT_INSTALLED
    return UNREADABLE if isinstance(error, InputError) else BAD_SPEC


def show_help(ctx: Any, _option: object, wanted: object) -> None:
    """Write the help of a command in what stdout's encoding can say, and end."""
    if wanted and not ctx.resilient_parsing:
        write(ctx.get_help())
        ctx.exit()


def say_all(lines: Iterable[tuple[str, str]]) -> None:
    """Write lines to stderr, each with its kind, after what stands on stdout."""
    for i, (kind, line) in enumerate(lines):
        if i == 0:
            sys.stdout.flush()
        say(kind, line)


def write(text: str) -> None:
    """Write data to stdout: of what acts on a terminal only line ends and colours, whatever names and formulas hold."""
    lines = text.split("\n")
    sys.stdout.write("\n".join(line if line.isprintable() else _escaped(line) for line in lines) + "\n")


_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")


def _escaped(line: str) -> str:
    return "".join(part if i % 2 else printable(part) for i, part in enumerate(_COLOUR.split(line)))


def prepare_streams() -> None:
    """Make standard streams take whatever is written to them.

    What was closed becomes nothing to read, and nowhere to write to: stdout then fails when it is written to, as it
    would where it cannot be written. What an encoding has no sign for is written as ? on stdout, and as its number on
    stderr.
    """
    sys.stdin = sys.stdin or os.fdopen(os.open(os.devnull, os.O_RDONLY))
    sys.stdout = sys.stdout or os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if "COLUMNS" in os.environ:  # rich believes whatever it says
        os.environ["COLUMNS"] = str(_columns_told() or 80)
    for stream, errors in ((sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def report_unwritten(error: OSError) -> int:
    """Say why stdout could not be written, unless its reader has gone, and return the exit code for it."""
    abandon_stdout()
    if isinstance(error, BrokenPipeError):
        return PIPE_CLOSED
    say("error", f"stdout could not be written: {error.strerror.lower()}" if error.strerror else error)
    return NOT_WRITTEN


def abandon_stdout() -> None:
    """Let what is still to be written to stdout vanish, so that Python does not fail on it when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
