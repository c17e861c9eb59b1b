"""The schedulers of torch, transformers and timm under their own names: every value that their classes gave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lrcli
from tests.data import framework_cases

CASES = [
    pytest.param(framework, case, id=f"{framework}-{case['id']}")
    for framework in ("torch", "transformers", "timm")
    for case in framework_cases(framework)
]
DRIFTING = {
    "linear-decay0-residue": "torch's products end at their rounding error, not at 0",
    "cos-500-long": "past T_max torch's recursion drifts from the wave (eta_min > 0)",
}
"""Cases in which the framework's own rounding errors grow: equal to 1e-9 of base_lr, and why not to more."""


def spec_of(framework: str, case: dict[str, Any]) -> dict[str, Any]:
    """Return the case as data, as a user would write it."""
    members = [spec_of(framework, member) for member in case["kwargs"].get("schedulers", ())]
    own = {"base_lr": case["base_lr"]} if "base_lr" in case else {}
    kwargs = case["kwargs"] | ({"schedulers": members} if members else {})
    return {"type": f"{framework}.{case['scheduler']}", **own, **kwargs}


def run_of(case: dict[str, Any], points: int) -> dict[str, Any]:
    """Return the run of the case, this long."""
    if "iters_per_epoch" in case:
        per_epoch = case["iters_per_epoch"]
        return {"epochs": points // per_epoch, "steps_per_epoch": per_epoch, "per_step": True}
    unit = {"epoch": "epochs", "step": "steps"}[case["unit"]]
    metric = case.get("metrics")
    return {unit: points} | ({"metric": metric[: points - 1] or None} if metric else {})


def swa_after_another(case: dict[str, Any]) -> list[dict[str, Any]]:
    """Return SWALR that begins after another scheduler, as its documentation shows it."""
    before = {"type": f"torch.{case['pre']['scheduler']}", "base_lr": case["base_lr"], **case["pre"]["kwargs"]}
    switch = case["swa_start"] + 1
    found = float(lrcli.evaluate(before, epochs=switch + 1).lr[switch])
    return [{**before, "for": switch}, {"type": "torch.SWALR", "base_lr": found, **case["kwargs"]}]


@pytest.mark.parametrize(("framework", "case"), CASES)
def test_it_gives_what_the_framework_gives(framework: str, case: dict[str, Any]) -> None:
    expected = np.array(case["lr"])
    spec: Any = swa_after_another(case) if "pre" in case else spec_of(framework, case)
    if expected.size:
        lr = lrcli.evaluate(spec, **run_of(case, expected.size)).lr
        drift = 1e-9 if case["id"] in DRIFTING else 1e-17
        np.testing.assert_allclose(lr, expected, rtol=1e-12, atol=drift * case["base_lr"])
    if "raises" in case:
        with pytest.raises(lrcli.SpecError):
            lrcli.evaluate(spec, **run_of(case, expected.size + 1))
