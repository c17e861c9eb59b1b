"""Messages on stderr, output on stdout, exit codes, and what the terminal can show."""

from __future__ import annotations

import contextlib
import io
import linecache
import os
import re
import sys
from pathlib import Path
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
    """Return whether to use colours: decided by the flag, else NO_COLOR, else FORCE_COLOR, else the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def width(asked: int | None = None) -> int:
    """Return the number of columns: the one asked for, else the terminal's, else COLUMNS, else 80."""
    return asked or _terminal_size().columns


def height() -> int:
    """Return the number of rows of the terminal; 24 if there is none."""
    return _terminal_size().lines


def _terminal_size() -> os.terminal_size:
    for stream in filter(None, (sys.__stdout__, sys.__stderr__)):
        with contextlib.suppress(OSError, ValueError):
            size = os.get_terminal_size(stream.fileno())
            if stream is sys.__stdout__ and size.columns > 0 and size.lines > 0:
                return os.terminal_size((min(size.columns, WIDEST), size.lines))
    return os.terminal_size((_columns_variable() or 80, 24))


WIDEST = 2000
"""Columns of the widest terminal; a larger number is taken as this."""


def _columns_variable() -> int | None:
    """Return the number in COLUMNS, at most 2000; None if it is not a number of at least 20."""
    said = os.environ.get("COLUMNS", "")
    if not (said.isascii() and said.isdecimal()):
        return None
    columns = int(said) if len(said) < 10 else WIDEST
    return min(columns, WIDEST) if columns >= 20 else None


def only_ascii(stream: TextIO) -> bool:
    """Return whether the stream's encoding lacks the characters of drawings."""
    try:
        "█⣿─━".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


_silenced: set[str] = set()


def quiet(*, wanted: bool) -> None:
    """Write no warnings and notes from here on, or everything again."""
    _silenced.clear()
    _silenced.update(("warning", "note") if wanted else ())


def say(kind: str, message: object) -> None:
    """Write one line to stderr, `warning: …`, with control characters escaped."""
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
    """Return a text as lines of at most `columns` columns, broken between words."""
    import textwrap

    return textwrap.wrap(text, columns, break_on_hyphens=False) or [""]


def report(error: SpecError) -> int:
    """Write the problems of an error to stderr, each once and at most 100, and return the exit code for it."""
    different = list({str(problem): problem for problem in error.problems}.values())
    for problem in different[:_MOST_PROBLEMS]:
        say("error", problem)
        with contextlib.suppress(OSError, ValueError):
            if sys.stderr.isatty():
                sys.stderr.writelines(f"{line}\n" for line in pointed_at(problem.place, width()))
    if len(different) > _MOST_PROBLEMS:
        say("error", f"and {len(different) - _MOST_PROBLEMS} more like these")
    if isinstance(error, MissingError):
        return NOT_INSTALLED
    return UNREADABLE if isinstance(error, InputError) else BAD_SPEC


_PLACES = (
    re.compile(r"(?P<text>.+), column (?P<column>\d+)"),
    re.compile(r"(?P<file>.+):(?P<line>\d+):(?P<column>\d+)"),
)


def pointed_at(place: str, columns: int) -> list[str]:
    """Return the text at a place with a caret below its column; nothing where the text is not at hand.

    Args:
        place: `cosine:gama=1, column 8`, or `file.yaml:5:13`.
        columns: Columns of the terminal.
    """
    match = next((found for pattern in _PLACES if (found := pattern.fullmatch(place))), None)
    if match is None:
        return []
    known = match.groupdict()
    text = known.get("text", "")
    if not text and Path(known["file"]).is_file():  # a pipe cannot be read again
        text = linecache.getline(known["file"], int(known["line"]))
    column = int(match["column"]) - 1
    begin = max(column - columns // 2, 0)
    shown = printable(text.rstrip()[begin : begin + columns - 3])
    return [f"  {shown}", f"  {' ' * (column - begin)}^"] if shown and column - begin <= len(shown) else []


def show_help(ctx: Any, _option: object, wanted: object) -> None:
    """Write the help of a command by `write`, and exit."""
    if wanted and not ctx.resilient_parsing:
        write(ctx.get_help())
        ctx.exit()


def say_all(lines: Iterable[tuple[str, str]]) -> None:
    """Write lines to stderr, each with its kind, after stdout is flushed."""
    for i, (kind, line) in enumerate(lines):
        if i == 0:
            sys.stdout.flush()
        say(kind, line)


def write(text: str) -> None:
    """Write text to stdout; control characters are escaped, except line ends and colours."""
    lines = text.split("\n")
    sys.stdout.write("\n".join(line if line.isprintable() else _escaped(line) for line in lines) + "\n")


_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")


def _escaped(line: str) -> str:
    return "".join(part if i % 2 else printable(part) for i, part in enumerate(_COLOUR.split(line)))


def prepare_streams() -> None:
    """Let the standard streams accept any text.

    A closed stdin is empty; writing to a closed stdout fails, and what is written to a closed stderr is lost. A
    character that the encoding lacks is written as ? to stdout, and as its number to stderr.
    """
    sys.stdin = sys.stdin or os.fdopen(os.open(os.devnull, os.O_RDONLY))
    sys.stdout = sys.stdout or os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if "COLUMNS" in os.environ:  # rich uses any number in it
        os.environ["COLUMNS"] = str(_columns_variable() or 80)
    for stream, errors in ((sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def report_unwritten(error: OSError) -> int:
    """Report why stdout could not be written, unless its reader has ended, and return the exit code for it."""
    abandon_stdout()
    if isinstance(error, BrokenPipeError):
        return PIPE_CLOSED
    say("error", f"stdout could not be written: {error.strerror.lower()}" if error.strerror else error)
    return NOT_WRITTEN


def abandon_stdout() -> None:
    """Discard what is still to be written to stdout, so that Python does not fail on it at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
