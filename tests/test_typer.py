"""The undocumented parts of Typer that lrcli uses: a version that changes them fails here, not for users."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import requires, version

import pytest

from lrcli.commands import of_typer
from tests.shell import inside

TYPER = f"Typer {version('typer')}"


def test_typer_loads_nothing_heavy() -> None:
    code = "import sys, typer; print(*{'pydantic', 'numpy', 'rich.console'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [], f"{TYPER} imports these at every start; 0.28 did not"


def test_the_classes_have_the_methods_that_lrcli_replaces() -> None:
    wanted = {
        of_typer.TyperGroup: ("get_command", "list_commands", "format_help", "parse_args", "invoke"),
        of_typer.TyperCommand: ("get_params", "get_help_option", "format_help", "parse_args", "invoke"),
        of_typer.TyperOption: ("get_default", "make_metavar"),
    }
    for owner, names in wanted.items():
        assert [name for name in names if not hasattr(owner, name)] == [], f"{TYPER} has no such methods"
    assert of_typer.UsageError.__name__ == "UsageError", f"{TYPER} has another error for wrong command lines"


def test_a_version_that_is_known_to_break_lrcli_is_not_installed_with_it() -> None:
    (needed,) = [need for need in requires("lrcli") or () if need.startswith("typer")]
    assert "<0.29" in needed


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_completion_of_a_shell_is_shown(shell: str) -> None:
    shown = inside("--show-completion", shell)
    assert (shown.code, shown.err) == (0, "")
    assert "_LRCLI_COMPLETE" in shown.out
    assert f"complete_{shell}" in shown.out


def test_the_completion_of_an_unknown_shell_is_refused() -> None:
    refused = inside("--show-completion", "tcsh")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("error: invalid value: 'tcsh' is not one of bash, zsh, fish, ")
