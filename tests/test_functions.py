"""Users' Python functions as schedules: which are accepted, how they fail, and what may run them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

import lrcli
from tests.shell import inside as run_lrcli

if TYPE_CHECKING:
    from pathlib import Path

HERE = "tests/functions.py"


def lr(spec: str, epochs: int = 100) -> list[float]:
    values: list[float] = lrcli.evaluate(spec, epochs=epochs, allow_code=True).lr.tolist()
    return values


def test_a_function_of_a_step_is_asked_for_each_step() -> None:
    assert lr(f"python:{HERE}:stairs") == [0.1] * 30 + [0.05] * 30 + [0.02] * 40


def test_a_function_of_an_array_has_the_run_and_its_own_parameters() -> None:
    expected = 0.3 * (1 - np.arange(100) / 100) ** 2
    np.testing.assert_array_equal(lr(f"python:{HERE}:smooth,top=0.3"), expected)


def test_a_class_is_called_with_its_parameters_and_asked_for_its_lr() -> None:
    expected = [0.2 * (1 + math.cos(2 * math.pi * t / 20)) / 2 for t in range(100)]
    assert lr(f"python:{HERE}:Wave,height=0.2") == expected


def test_a_module_is_found_by_its_dotted_name() -> None:
    assert lr("python:tests.functions:stairs") == lr(f"python:{HERE}:stairs")


def test_it_is_composed_like_any_schedule() -> None:
    values = lr(f"(linear:start_lr=0,for=5+python:{HERE}:stairs):scale=2")
    assert values[5:35] == [0.2] * 30


def test_what_a_function_prints_stays_out_of_the_data() -> None:
    result = run_lrcli("export", f"python:{HERE}:chatty", "--epochs", "2")
    assert result.out == "epoch,lr\n0,0.1\n1,0.1\n"
    assert "step 1" in result.err


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (f"python:{HERE}:failing", "failing raised RuntimeError at t = 10: no data"),
        (f"python:{HERE}:wordy", "wordy returned 'step 0' at t = 0: it must return a number"),
        (f"python:{HERE}:stair", "no function 'stair'; did you mean stairs"),
        (f"python:{HERE}:smooth,tip=1", "no parameter 'tip'; it has T, top; did you mean top"),
        ("python:nowhere.py:f", "there is no file nowhere.py"),
        ("python:no.such.module:f", "no.such.module cannot be loaded: ModuleNotFoundError"),
        (f"python:{HERE}", "named as path/file.py:name"),
        ("python:a b:c", "named as path/file.py:name"),
    ],
)
def test_a_wrong_function_is_reported_in_one_line(spec: str, message: str) -> None:
    with pytest.raises(lrcli.SpecError) as caught:
        lr(spec)
    assert message in str(caught.value)
    result = run_lrcli("table", spec)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)


def test_a_module_that_exits_or_fails_is_reported_in_one_line(tmp_path: Path) -> None:
    for body, kind in (
        ("raise SystemExit(3)", "SystemExit"),
        ("import nothing_such", "ModuleNotFoundError"),
        ("x =", "SyntaxError"),
    ):
        file = tmp_path / f"{kind.lower()}.py"
        file.write_text(body)
        result = run_lrcli("plot", f"python:{file}:f")
        assert result.code == 2
        assert kind in result.err
        assert "Traceback" not in result.err


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """Return a YAML file whose code, if it is run, leaves a file behind."""
    (tmp_path / "trap.py").write_text(f"open({str(tmp_path / 'sprung')!r}, 'w').close()\ndef f(t): return 0.1\n")
    return tmp_path


@pytest.mark.parametrize(
    "text",
    [
        "type: python\nfunction: {}/trap.py:f\n",
        "schedules:\n  a: {{type: python, function: '{}/trap.py:f'}}\n",
        "schedules:\n  a: 'python:{}/trap.py:f'\n",
        "schedules:\n  a: [{{type: cosine, for: 5}}, {{type: python, function: '{}/trap.py:f'}}]\n",
        "product: [cosine, 'python:{}/trap.py:f']\n",
        "'python:{}/trap.py:f'\n",
    ],
)
@pytest.mark.parametrize("verb", ["plot", "describe", "table", "compare", "export"])
def test_opening_a_file_never_runs_code(trap: Path, text: str, verb: str) -> None:
    file = trap / "theirs.yaml"
    file.write_text(text.format(trap))
    for arguments in ((str(file),), ("-",), (file.read_text(),)):
        result = run_lrcli(verb, *arguments, stdin=file.read_text())
        assert result.code == 2
        assert "--allow-code" in result.err
    with pytest.raises(lrcli.SpecError, match="allow-code"):
        lrcli.evaluate(str(file))
    assert not (trap / "sprung").exists()


def test_a_file_may_run_code_if_that_is_allowed(trap: Path) -> None:
    file = trap / "mine.yaml"
    file.write_text(f"type: python\nfunction: {trap}/trap.py:f\n")
    assert run_lrcli("table", str(file), "--allow-code", "--at", "3").out == "epoch   lr\n    3  0.1\n"
    assert (trap / "sprung").exists()


def test_python_runs_no_code_of_a_dict_unless_that_is_allowed(trap: Path) -> None:
    with pytest.raises(lrcli.SpecError, match="allow-code"):
        lrcli.evaluate({"type": "python", "function": f"{trap}/trap.py:f"})
    assert not (trap / "sprung").exists()
