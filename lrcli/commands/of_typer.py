"""What lrcli uses of Typer and of click that neither promises: all of it stands here, and tests/test_typer.py tries it.

Typer 0.29 is the first version that lrcli does not work well with: it imports pydantic at every start.
"""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

__all__ = [
    "Context",
    "TyperCommand",
    "TyperGroup",
    "TyperOption",
    "UsageError",
    "completion_script",
    "install_completion",
]

Context = Any
"""click's Context. Typer carries click inside from 0.26 on, so the class has no one home."""

UsageError: Any = typer.BadParameter.__mro__[1]
"""click's error for a wrong command line, which has no one home either."""


def completion_script(shell: str) -> str:
    """Return what a shell runs to complete lrcli."""
    from typer._completion_shared import get_completion_script

    return get_completion_script(prog_name="lrcli", complete_var="_LRCLI_COMPLETE", shell=shell)


def install_completion(shell: str) -> str:
    """Let a shell complete lrcli from its next start on, and return the file that was written."""
    from typer._completion_shared import install

    return str(install(shell=shell, prog_name="lrcli", complete_var="_LRCLI_COMPLETE")[1])
