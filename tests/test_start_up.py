"""The modules that each command loads, in a fresh process: start-up is a contract."""

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
HEAVY = {
    "numpy", "ruamel.yaml", "pyarrow", "matplotlib", "jsonschema", "importlib.metadata",
    "rich.table", "rich.markdown", "rich.progress",
    "lrcli.frameworks.torch", "lrcli.frameworks.timm", "lrcli.frameworks.transformers", "lrcli.code.job",
}  # fmt: skip
"""What costs milliseconds: other packages, and lrcli's own rooms that few answers need."""


def loaded_by(*arguments: str, **changes: str) -> set[str]:
    code = _PROBE.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment(**changes), timeout=60, check=True, text=True
    )
    return set(done.stderr.splitlines()[-1].removeprefix("loaded:").split())


def test_the_version_is_printed_without_heavy_imports() -> None:
    assert not loaded_by("--version")


@pytest.mark.parametrize(
    "arguments", [("plot", "cosin"), ("plot", "cosine:max_lr=ten"), ("plot", "cosine", "--mx-lr=1")]
)
def test_a_mistake_is_reported_without_evaluating_a_curve(arguments: tuple[str, ...]) -> None:
    assert loaded_by(*arguments) <= set()


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("describe", "cosine"),
        ("list", "--json"),
        ("schema",),
        ("list", "--framework", "torch"),
        ("describe", "torch.SequentialLR"),
        ("explain",),
    ],
)
def test_no_numpy_is_loaded_for_pages(arguments: tuple[str, ...]) -> None:
    assert not loaded_by(*arguments) & {"numpy", "ruamel.yaml"}


@pytest.mark.parametrize("arguments", [("--help",), ("plot", "cosine", "--help")])
def test_no_numpy_is_loaded_for_help(arguments: tuple[str, ...]) -> None:
    assert not loaded_by(*arguments) & {"numpy", "ruamel.yaml"}


@pytest.mark.parametrize("words", ["lrcli plot co", "lrcli plot cosine --max", "lrcli pl"])
def test_nothing_heavy_is_loaded_for_completion(words: str) -> None:
    count = str(len(words.split()) - 1)
    assert not loaded_by(_LRCLI_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=count)


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (("plot", "cosine"), {"numpy"}),
        (("plot", "cosine", "-o", "-"), {"numpy"}),
        (("plot", "torch.StepLR:step_size=30"), {"numpy", "lrcli.frameworks.torch"}),
        (("compare", "cosine", "step"), {"numpy", "rich.table"}),
        (("table", "cosine"), {"numpy", "rich.table"}),
        (("export", "cosine"), {"numpy"}),
        (("export", "cosine", "--steps", "1M"), {"numpy"}),
    ],
)
def test_a_verb_loads_what_it_needs_and_no_more(arguments: tuple[str, ...], needed: set[str]) -> None:
    assert loaded_by(*arguments) == needed


def test_a_bad_file_is_reported_without_numpy() -> None:
    assert loaded_by("plot", "configs/resnet50.yaml#nothing") == {"ruamel.yaml"}


def test_importing_lrcli_loads_nothing() -> None:
    code = "import lrcli, sys; print('numpy' in sys.modules, 'msgspec' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


@pytest.mark.parametrize("first", ["Curve", "find", "load"])
def test_code_is_a_function_whatever_is_used_first(first: str) -> None:
    done = subprocess.run([sys.executable, "-c", f"import lrcli; lrcli.{first}; lrcli.code('cosine')"], check=False)
    assert done.returncode == 0
