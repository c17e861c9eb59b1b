"""The lr of every framework's scheduler: each value that its own class gave, in every form and order it can be had."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import lrcli
from lrcli import engine
from lrcli.compose import play
from lrcli.frameworks.names import FRAMEWORKS
from lrcli.numeric import array
from lrcli.parameters import parameters
from lrcli.registry import SCHEDULES
from lrcli.run import Run, RunOptions
from lrcli.spec import write
from lrcli.spec.build import build
from lrcli.units import resolve
from tests.data import GOLDEN, framework_cases

if TYPE_CHECKING:
    from lrcli.compose import Spec

FILES = sorted(path.stem for path in (GOLDEN / "frameworks").glob("*.json"))
TOLERANCE = {"float32": 2e-6, "float64": 1e-12}
"""How far lrcli may be from what a framework computes with, as a share of the peak."""
DRIFTING = {
    "linear-decay0-residue": "torch's products end at their rounding error, not at 0",
    "cos-500-long": "past T_max torch's recursion drifts from the wave (eta_min > 0)",
}
"""Cases in which the framework's own rounding errors grow: equal to 1e-9 of the peak, and why not to more."""


def spec_of(framework: str, case: dict[str, Any]) -> dict[str, Any]:
    """Return the case as data, as a user would write it."""
    case = case | {"kwargs": as_written(case)}
    name = f"{framework}.{case.get('scheduler') or case['name']}"
    declaration = SCHEDULES.find(name)
    known = {parameter.name: parameter for parameter in parameters(declaration)} if declaration else {}
    meant = {**BESIDE, **(declaration.aliases() if declaration else {})}
    beside = {meant.get(key, key): value for key, value in case.items() if key not in ("lr", "kwargs")}
    own = {key: value for key, value in beside.items() if key in known and value is not None}
    members = declaration.members if declaration else ""
    kwargs = case["kwargs"].items()
    if framework in ("detectron2", "lightning"):  # all keys of the SOLVER section; what else the Trainer was given
        kwargs = [(key, value) for key, value in kwargs if key in known or key == members]
    given = [(key, value) for key, value in kwargs if key != members or value is not None]
    said = {key: value for key, value in given if value is not None or (known[key].optional and key not in own)}
    return {"type": name, **own, **{key: _value_of(framework, value) for key, value in said.items()}}


def as_written(case: dict[str, Any]) -> dict[str, Any]:
    """Return a case's arguments with fairseq's texts as mappings, and OLMo's members as one list over the whole run."""
    kwargs = {
        key: ast.literal_eval(value.replace("5-6", "5")) if key.endswith("2lr") else value
        for key, value in case["kwargs"].items()
    }
    over = {"max_steps": case["max_steps"]} if "max_steps" in case else {}
    members = {key: kwargs.pop(key) | over for key in ("sched1", "sched2", "inner") if key in kwargs}
    return kwargs | ({"inner" if "inner" in members else "schedulers": list(members.values())} if members else {})


BESIDE = {"max_steps": "t_max"}
"""What stands beside the arguments of a case, and is an argument here."""


def _value_of(framework: str, value: Any) -> Any:
    """Return an argument as a user would write it, with its members as schedules."""
    if isinstance(value, list):
        return [_value_of(framework, one) for one in value if one is not None]
    if isinstance(value, dict) and "type" in value:  # a member of a list of mmengine's
        return {**value, "type": f"{framework}.{value['type']}"}
    if not (isinstance(value, dict) and "kwargs" in value):
        return value
    own = framework if SCHEDULES.find(f"{framework}.{value.get('scheduler') or value['name']}") else "torch"
    return spec_of(value.get("library", own), value)


def run_of(case: dict[str, Any], points: int) -> dict[str, Any]:
    """Return the run of the case, this long."""
    if "iters_per_epoch" in case:
        per_epoch = case["iters_per_epoch"]
        return {"epochs": points // per_epoch, "steps_per_epoch": per_epoch, "per_step": True}
    unit = {"epoch": "epochs", "step": "steps"}[case["unit"]]
    metric = case.get("metrics")
    said = case | case.get("kwargs", {})
    rate = next((said[key] for key in ("batches_per_epoch", "epoch_length", "updates_per_epoch") if key in said), None)
    length = {unit: points} | ({"steps_per_epoch": rate} if rate else {})
    known = points if "lr_timing" in case else points - 1  # Optax's lr of an update knows its own metric
    return length | ({"metric": metric[:known] or None} if metric else {})


def cases_of(file: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the cases of a file, each with the framework whose page has its scheduler."""
    framework = file.removesuffix("_f32")
    if framework not in FRAMEWORKS:
        return []
    return [(framework, case) for case in framework_cases(file)]


CASES: list[Any] = [
    pytest.param(file, framework, case, id=f"{file}-{case['id']}")
    for file in FILES
    for framework, case in cases_of(file)
]


def swa_after_another(case: dict[str, Any]) -> list[dict[str, Any]]:
    """Return SWALR that begins after another scheduler, as its documentation shows it."""
    before = {"type": f"torch.{case['pre']['scheduler']}", "base_lr": case["base_lr"], **case["pre"]["kwargs"]}
    switch = case["swa_start"] + 1
    found = float(lrcli.evaluate(before, epochs=switch + 1).lr[switch])
    return [{**before, "for": switch}, {"type": "torch.SWALR", "base_lr": found, **case["kwargs"]}]


@pytest.mark.parametrize(("file", "framework", "case"), CASES)
def test_it_gives_what_the_framework_gives(file: str, framework: str, case: dict[str, Any]) -> None:
    expected = np.array(case["lr"])
    spec: Any = swa_after_another(case) if "pre" in case else spec_of(framework, case)
    if expected.size:
        lr = lrcli.evaluate(spec, **run_of(case, expected.size)).lr
        share = 1e-9 if case["id"] in DRIFTING else TOLERANCE[precision(file)]
        np.testing.assert_allclose(lr, expected, rtol=0, atol=share * np.abs(expected).max())
    if "raises" in case:
        with pytest.raises(lrcli.SpecError):
            lrcli.evaluate(spec, **run_of(case, expected.size + 1))


def precision(file: str) -> str:
    """Return what the values of a file were computed with."""
    return "float32" if file.endswith("_f32") or file in ("keras", "t5x") else "float64"


def test_every_scheduler_of_a_framework_that_has_a_page_is_on_it() -> None:
    missing = {
        (framework, case["scheduler"])
        for framework in FRAMEWORKS
        for case in framework_cases(framework)
        if SCHEDULES.find(f"{framework}.{case['scheduler']}") is None
    }
    assert missing == set()
    functions = {f"transformers.{case['function']}" for case in framework_cases("transformers")}
    assert all(map(SCHEDULES.find, functions))


def test_no_case_is_lost() -> None:
    counts = {file: len(cases_of(file)) for file in FILES}
    assert counts == {
        "torch": 148, "transformers": 62, "timm": 57, "keras": 36, "optax": 55, "optax_f32": 55, "paddle": 54,
        "mxnet": 18, "deepspeed": 20, "fvcore": 24, "detectron2": 9, "megatron": 19, "composer": 39, "fairseq": 35,
        "t5x": 8, "nanogpt": 4, "modded_nanogpt": 8, "torchtitan": 12, "pytorch_optimizer": 38, "olmo": 12,
        "olmo_core": 23, "mmengine": 40, "pytorch_warmup": 20, "ignite": 39,
        "lightning": 30,
    }  # fmt: skip


AT_A_BORDER = {"keras-keras.g.CosineDecayRestarts.7": 1}
"""At how many steps float32 takes what a framework computes over the border of a cycle."""
PLAYED: list[Any] = [
    pytest.param(*case.values[1:], id=case.id)
    for case in CASES
    if "raises" not in case.values[2] and "pre" not in case.values[2] and not str(case.values[0]).endswith("_f32")
]


def built(framework: str, case: dict[str, Any]) -> tuple[Spec, Run]:
    """Return the case's spec and its run."""
    spec, options = build(spec_of(framework, case)), run_of(case, len(case["lr"]))
    metric = tuple(case["metrics"]) if "metrics" in case else None
    options.pop("metric", None)
    return spec, resolve(RunOptions(**options), spec, metric)


@pytest.mark.parametrize(("framework", "case"), PLAYED)
def test_it_is_read_back_from_what_is_written(framework: str, case: dict[str, Any]) -> None:
    spec, _ = built(framework, case)
    written = write.data(spec)
    assert write.data(build(written)) == written
    (from_text,) = lrcli.load(write.inline(spec)).schedules.values()
    assert write.data(from_text) == written


@pytest.mark.parametrize(("framework", "case"), PLAYED)
def test_any_order_of_t_and_any_single_t_give_the_same_lr(framework: str, case: dict[str, Any]) -> None:
    spec, run = built(framework, case)
    t = run.time(np.arange(float(run.points)))
    whole = play(spec, t, run)
    np.testing.assert_array_equal(play(spec, t[::-1].copy(), run)[::-1], whole)
    scale = np.abs(whole).max()
    for i in range(0, run.points, 7):
        alone: Any = play(spec, array(float(t[i])), run)  # what describe's small curve does
        assert float(alone) == pytest.approx(whole[i], rel=1e-12, abs=1e-13 * scale)


@pytest.mark.parametrize(("framework", "case"), PLAYED)
def test_a_drawing_from_its_breakpoints_shows_what_every_point_shows(
    framework: str, case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, run = built(framework, case)
    edges = np.linspace(0, run.points, 14)
    exact = engine.columns(spec, run, edges)
    monkeypatch.setattr(engine, "EXACT", 0)
    sampled = engine.columns(spec, run, edges)
    scale = np.abs(exact.high).max()
    if "noise_range_t" not in write.data(spec):
        np.testing.assert_allclose(sampled.high, exact.high, rtol=0, atol=1e-9 * scale)
        np.testing.assert_allclose(sampled.low, exact.low, rtol=0, atol=1e-9 * scale)


def test_what_it_is_in_lrclis_own_words_is_the_same_curve() -> None:
    said = 0
    for param in PLAYED:
        spec, run = built(*param.values)
        own = getattr(spec, "equivalent", None)
        if own is None or (said_as := own(run)) is None:
            continue
        said += 1
        text = write.inline(said_as)
        t = run.time(np.arange(float(run.points)))
        (ours,) = lrcli.load(text).schedules.values()
        expected = play(spec, t, run)
        apart = np.abs(play(ours, t, run) - expected) > 1e-13 * expected.max() + 1e-11 * np.abs(expected)
        assert apart.sum() <= AT_A_BORDER.get(param.id, 0), text
    assert said >= 75, said
