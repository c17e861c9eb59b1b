"""Configuration files of other tools: the lr that each tool makes of its file, and what is said of the file."""

from __future__ import annotations

import csv
import io
import json
import os
from typing import Any

import pytest

from tests.data import ROOT
from tests.shell import lrcli

GOLDEN = ROOT / "tests" / "golden" / "configs"
EXPECTED: dict[str, dict[str, Any]] = json.loads((GOLDEN / "expected.json").read_text())


@pytest.fixture(autouse=True)
def _among_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)


@pytest.mark.parametrize("name", [name for name, case in EXPECTED.items() if "lr" in case])
def test_the_lr_is_that_of_the_tool(name: str) -> None:
    case = EXPECTED[name]
    result = lrcli("export", name, *case["args"])
    assert result.code == 0, result.err
    got = {row[0]: float(row[1]) for row in list(csv.reader(io.StringIO(result.out)))[1:]}
    peak = max(case["lr"].values())
    for step, lr in case["lr"].items():
        assert got[step] == pytest.approx(lr, abs=case["tol"] * peak)


@pytest.mark.parametrize("name", [name for name, case in EXPECTED.items() if "refuses" in case])
def test_what_the_tool_refuses_is_refused(name: str) -> None:
    result = lrcli("export", name, *EXPECTED[name]["args"])
    assert result.code != 0
    assert EXPECTED[name]["refuses"] in result.err
    assert os.linesep not in result.err.strip()


@pytest.mark.parametrize("name", [name for name, case in EXPECTED.items() if "lr" in case])
def test_one_line_says_what_was_understood(name: str) -> None:
    notes = [line for line in lrcli("export", name, *EXPECTED[name]["args"]).err.splitlines() if f"{name} is " in line]
    assert len(notes) == 1


def test_the_scheduler_of_deepspeed_replaces_that_of_the_trainer() -> None:
    err = lrcli("export", "llama_factory_deepspeed.yaml").err
    assert "LR012" in err
    assert "WarmupLR, which replaces lr_scheduler_type=cosine" in err
