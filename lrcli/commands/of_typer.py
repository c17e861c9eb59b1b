"""The private parts of Typer and click that lrcli uses, all in this file; tests/test_typer.py checks them.

Typer 0.29 is the first version that lrcli does not work well with: it imports pydantic at every start.
"""

from __future__ import annotations

from pathlib import Path
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
"""click's Context. Typer carries click inside from 0.26 on, so the class's module depends on the version."""

UsageError: Any = typer.BadParameter.__mro__[1]
"""click's error for a wrong command line, for which the same holds."""


def completion_script(shell: str) -> str:
    """Return what a shell runs to complete lrcli."""
    from typer._completion_shared import get_completion_script

    script = get_completion_script(prog_name="lrcli", complete_var="_LRCLI_COMPLETE", shell=shell)
    return script.replace("    return 0\n", f"{_GOES_ON}    return 0\n") if shell == "bash" else script


_GOES_ON = "    [[ ${COMPREPLY-} == *[=.] ]] && compopt -o nospace 2> /dev/null\n"
"""What lets bash put no blank after a framework's dot and the = of a parameter; the bash of macOS cannot."""


def install_completion(shell: str) -> str:
    """Let a shell complete lrcli from its next start on, and return the file that was written."""
    from typer._completion_shared import install

    path = Path(install(shell=shell, prog_name="lrcli", complete_var="_LRCLI_COMPLETE")[1])
    if shell == "bash":
        path.write_text(completion_script(shell))
    return str(path)
