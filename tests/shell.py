"""Running lrcli as a user does: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NamedTuple

_DROPPED = (
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONUNBUFFERED",
    "COLUMNS",
    "LINES",
    "NO_COLOR",
    "FORCE_COLOR",
    "TERM",
    "LC_ALL",
    "LANG",
    "PYTHONIOENCODING",
)


class Result(NamedTuple):
    """What a user sees."""

    out: str
    err: str
    code: int


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a plain UTF-8 terminal, with changes."""
    kept = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    return kept | {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "TERM": "xterm-256color"} | changes


def lrcli(*arguments: str, stdin: str = "", cwd: str | None = None, **changes: str) -> Result:
    """Run lrcli with these arguments, its output piped."""
    done = subprocess.run(
        [sys.executable, "-m", "lrcli", *arguments],
        input=stdin.encode(),
        capture_output=True,
        env=environment(**changes),
        cwd=cwd,
        timeout=60,
        check=False,
    )
    return Result(done.stdout.decode(), done.stderr.decode(), done.returncode)
