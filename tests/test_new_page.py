"""A new framework needs a page and its name; a new scheduler needs a declaration on the page."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.data import ROOT
from tests.shell import environment

if TYPE_CHECKING:
    from pathlib import Path

PAGE = '''"""Acme 1.0: a framework with one scheduler."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from lrcli.frameworks.scheduler import OnOptimizer, Steps


class Halving(OnOptimizer, tag="acme.Halving", frozen=True, kw_only=True):
    """Halve the lr every so many steps."""

    home = "acme.schedules"
    version = "1.0"
    formula = "base_lr * 0.5 ** floor(t / every)"
    changes = "at fixed intervals"
    shape = "by a constant factor"
    same = "step: max_lr=base_lr, step_size=every, gamma=0.5"
    example = {"every": 10}

    every: Annotated[Steps, Meta(description="Steps between two halvings.")]
'''


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of lrcli in which two files are touched."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "lrcli", folder / "lrcli", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "lrcli" / "frameworks" / "acme.py").write_text(PAGE)
    names = folder / "lrcli" / "frameworks" / "names.py"
    names.write_text(names.read_text().replace('    "torch",\n', '    "torch",\n    "acme",\n', 1))
    return folder


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("export acme.Halving:every=2 --steps 4", "3,0.05\n"),
        ("table Halving:every=2,lr=0.4 --steps 4", "0.2"),
        ("list --framework acme", "Halve the lr every so many steps"),
        ("describe acme.Halving", "lr(t) = base_lr · 0.5^⌊t / every⌋"),
        ("describe acme.Halving", "Steps between two halvings."),
        ("code acme.Halving:every=2 --steps 8 --to torch", "StepLR(optimizer, step_size=2, gamma=0.5)"),
        ("plot acme.Halfing --steps 8", "did you mean acme.Halving?"),
    ],
)
def test_two_files_are_all_that_a_framework_takes(house: Path, command: str, shown: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lrcli", *command.split()],
        cwd=house,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown in done.stdout + done.stderr


def test_its_page_is_in_the_schema_too(house: Path) -> None:
    command = [sys.executable, "-m", "lrcli", "schema", "--framework", "acme"]
    done = subprocess.run(command, cwd=house, env=environment(), capture_output=True, text=True, check=True)
    assert '"acme.Halving"' in json.dumps(json.loads(done.stdout))
