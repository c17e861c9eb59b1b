"""What each command loads, seen in a fresh process: start-up is a contract."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.shell import environment

_PROBE = """
import sys
sys.argv = ["lrcli", *{arguments!r}]
from lrcli.cli import main
try:
    main()
except SystemExit:
    pass
print("loaded:", *sorted({heavy!r} & sys.modules.keys()), file=sys.stderr)
"""
HEAVY = {"numpy", "plotext", "ruamel.yaml", "rich.table", "rich.markdown", "importlib.metadata", "jsonschema"}


def loaded_by(*arguments: str, **changes: str) -> set[str]:
    code = _PROBE.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment(**changes), timeout=60, check=True, text=True
    )
    return set(done.stderr.splitlines()[-1].removeprefix("loaded:").split())


@pytest.mark.parametrize("arguments", [("--version",), ("plot", "cosin"), ("plot", "cosine:max_lr=ten")])
def test_nothing_heavy_is_loaded_for_an_answer_without_a_curve(arguments: tuple[str, ...]) -> None:
    assert not loaded_by(*arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("describe", "cosine"),
        ("list", "--json"),
        ("schema",),
        ("list", "--dialect", "torch"),
        ("describe", "torch.SequentialLR"),
        ("explain",),
    ],
)
def test_neither_numpy_nor_plotext_is_loaded_for_pages(arguments: tuple[str, ...]) -> None:
    assert not loaded_by(*arguments) & {"numpy", "plotext", "ruamel.yaml"}


@pytest.mark.parametrize("arguments", [("--help",), ("plot", "cosine", "--help")])
def test_neither_numpy_nor_plotext_is_loaded_for_help(arguments: tuple[str, ...]) -> None:
    assert not loaded_by(*arguments) & {"numpy", "plotext", "ruamel.yaml"}


@pytest.mark.parametrize("words", ["lrcli plot co", "lrcli plot cosine --max", "lrcli pl"])
def test_nothing_heavy_is_loaded_for_completion(words: str) -> None:
    count = str(len(words.split()) - 1)
    assert not loaded_by(_LRCLI_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=count)


def test_plot_loads_no_tables_and_no_yaml() -> None:
    assert loaded_by("plot", "cosine") == {"numpy", "plotext"}


def test_export_loads_numpy_and_nothing_that_draws() -> None:
    assert loaded_by("export", "cosine") == {"numpy"}


def test_a_bad_file_is_told_without_numpy() -> None:
    assert loaded_by("plot", "configs/resnet50.yaml#nothing") == {"ruamel.yaml"}


def test_importing_lrcli_loads_nothing() -> None:
    code = "import lrcli, sys; print('numpy' in sys.modules, 'msgspec' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"
