"""From a file to a log: its format is recognised by its content, not by its name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lrcli.logs.delimited import read_delimited
from lrcli.logs.documents import is_document, read_document
from lrcli.logs.events import is_event_file, read_events
from lrcli.logs.header import HEAD, header_of
from lrcli.logs.jsonlines import are_rows, read_lines
from lrcli.logs.opening import is_binary
from lrcli.logs.source import Source
from lrcli.logs.text import read_text
from lrcli.problems import InputError, Problem

if TYPE_CHECKING:
    from lrcli.logs.builder import Builder, Needed
    from lrcli.logs.table import Log


def read_log(path: str, needed: Needed | None = None) -> Log:
    """Return the log in a file, compressed or not, or in standard input (`-`).

    It is read as it comes, in bounded memory: at most 10⁷ rows, and no line of more than 64 MiB. What cannot be read
    of it (a last line that was cut, rows with too few cells, the rest of a file that breaks off) is left out, with a
    note.

    Args:
        path: The file.
        needed: Which columns are kept of a log of more than 20,000 rows, by their names; all by default.

    Raises:
        InputError: If it is missing, a directory, or may not be read, or is no text.
        SpecError: If nothing in it is a row.
    """
    with Source(path, needed) as source:
        log = _reader(source).log(path)
    return replace(log, notes=tuple(dict.fromkeys([*source.notes, *log.notes])), unended=source.unended)


def _reader(source: Source) -> Builder:
    if is_event_file(source.head):
        return read_events(source)
    if is_binary(source.head):
        raise InputError(Problem(message="is no log but binary data", place=source.path))
    if is_document(source.head):
        return read_document(source)
    lines = source.head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\r", "\n").split("\n")[:HEAD]
    if are_rows(lines):
        return read_lines(source)
    header = header_of(lines, source.path)
    return read_text(source) if header is None else read_delimited(source, header)
