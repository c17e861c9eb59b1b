"""Cases in which lrcli once differed from a framework, with the framework's values; tests.differential finds more."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import pytest

from tests.data import GOLDEN, ROOT
from tests.differential.cases import Case, Played, cases, declarations
from tests.differential.judging import judged

KEPT: list[dict[str, Any]] = json.loads((GOLDEN / "differential.json").read_text())


@pytest.mark.parametrize("kept", KEPT, ids=[f"{i}-{kept['spec']['type']}" for i, kept in enumerate(KEPT)])
def test_what_differed_agrees(kept: dict[str, Any]) -> None:
    case = Case(kept["spec"], kept["points"], tuple(kept.get("metric", ())))
    verdict = judged(case, Played(kept["lr"], kept["error"]))
    assert verdict.kind in ("agree", "refused"), verdict.why


def test_an_lr_that_differs_and_a_refusal_of_one_of_the_two_are_found() -> None:
    case = Case({"type": "torch.StepLR", "step_size": 1, "gamma": 0.5, "base_lr": 0.1}, 3)
    right = Played([0.1, 0.05, 0.025], "")
    assert judged(case, right).kind == "agree"
    assert judged(case, Played([0.1, 0.05, 0.0251], "")).why.startswith("the framework has 0.0251")
    assert judged(case, Played([0.1, 0.05], "ValueError")).why.startswith("the framework has no lr at 2 (ValueError)")
    assert judged(Case({**case.spec, "base_lr": True}, 3), right).kind == "out of bounds"


def test_cases_are_the_same_for_the_same_seed() -> None:
    first, again, other = (
        [case for one in declarations("timm") for case in cases(one.tag(), 3, seed)] for seed in (1, 1, 2)
    )
    assert repr(first) == repr(again) != repr(other)


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is installed")
def test_without_the_frameworks_it_says_so_in_one_line() -> None:
    command = [sys.executable, "-m", "tests.differential", "torch"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "it needs torch, not installed here: .ci/frameworks installs all that it needs\n"
