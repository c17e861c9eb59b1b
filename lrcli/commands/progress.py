"""The progress of a long export: a bar on stderr, if that is a terminal and the export takes over a second."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING

from lrcli import diagnostics

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

PATIENCE = 1.0
"""Seconds that pass before anything is shown."""


def watched(chunks: Iterator[bytes], total: int, *, to_terminal: bool) -> Generator[bytes]:
    """Yield the same chunks; after a second show how many of them are done.

    Args:
        chunks: What is written.
        total: How many there are, about.
        to_terminal: They are written to the terminal, where a bar would overwrite them.
    """
    hidden = to_terminal or not sys.stderr.isatty()
    begin = monotonic()
    for done, chunk in enumerate(chunks, start=1):
        yield chunk
        if not hidden and monotonic() - begin > PATIENCE:
            yield from _with_bar(chunks, done, total)


def _with_bar(chunks: Iterator[bytes], done: int, total: int) -> Iterator[bytes]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, no_color=not diagnostics.colours(sys.stderr), highlight=False)
    columns = TextColumn("writing"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total, completed=done)
        for chunk in chunks:
            yield chunk
            bar.advance(task)
