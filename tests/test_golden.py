"""What lrcli prints is what the frameworks' own classes use, wherever our schedules say the same thing.

Each framework's scheduler is written here as a spec of ours, which also proves what `lrcli describe` claims under
"Elsewhere". A case that our schedules cannot say (a stateful one, a formula, a wave that rises again) gives None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import lrcli
from lrcli.spec.metric import read_metric
from tests.data import GOLDEN, framework_cases, real_run
from tests.shell import inside as run_lrcli

if TYPE_CHECKING:
    from collections.abc import Callable

Spec = Any
Case = dict[str, Any]


def given(tag: str, **values: Any) -> Spec:
    return {"type": tag, **values}


def torch(case: Case) -> Spec:
    k, lr = case["kwargs"], case["base_lr"]
    match case["scheduler"]:
        case "StepLR" if k["step_size"] == int(k["step_size"]) and 0 < k["gamma"] <= 1:
            return given("step", max_lr=lr, **k)
        case "MultiStepLR" if k["milestones"] and k["gamma"] <= 1:
            return given("multistep", max_lr=lr, **k)
        case "ExponentialLR" if k["gamma"] <= 1:
            return given("exponential", max_lr=lr, gamma=k["gamma"])
        case "PolynomialLR" if k["power"] > 0 and k["total_iters"] > 0:
            return given("polynomial", max_lr=lr, power=k["power"], max_update=k["total_iters"])
        case "LinearLR" if k["total_iters"] > 0 and k["end_factor"] > 0:
            return given(
                "linear", start_lr=lr * k["start_factor"], end_lr=lr * k["end_factor"], length=k["total_iters"]
            )
        case "CosineAnnealingLR" if case["n"] <= k["T_max"] + 1 and k["eta_min"] <= lr:
            return given("cosine", max_lr=lr, min_lr=k["eta_min"], cycle_length=k["T_max"])
        case "CosineAnnealingWarmRestarts" if k["eta_min"] <= lr:
            return given(
                "cosine-restarts", max_lr=lr, min_lr=k["eta_min"], cycle_length=k["T_0"], cycle_mult=k["T_mult"]
            )
        case "CyclicLR" if k["scale_fn"] is None and k["gamma"] <= 1:
            return given(
                "cyclic",
                min_lr=k["base_lr"],
                max_lr=k["max_lr"],
                step_size_up=k["step_size_up"],
                step_size_down=k["step_size_down"],
                mode=k["mode"],
                gamma=k["gamma"],
            )
        case "ReduceLROnPlateau":
            return given("plateau", max_lr=lr, **k)
        case "OneCycleLR" if 0 < k["pct_start"] < 1:
            total = k["total_steps"] or k["epochs"] * k["steps_per_epoch"]
            names = ("max_lr", "div_factor", "final_div_factor", "pct_start", "three_phase")
            fits = total * k["pct_start"] > 1 and not (k["three_phase"] and k["pct_start"] > 0.5)
            values = {name: k[name] for name in names} | {"anneal": k["anneal_strategy"], "for": total}
            return given("one-cycle", **values) if fits and case["n"] <= total else None
    return None


def transformers(case: Case) -> Spec:
    k, lr, n = case["kwargs"], case["base_lr"], case["n"]
    w, total = k.get("num_warmup_steps", 0), k.get("num_training_steps")
    match case["scheduler"]:
        case "constant" | "constant_with_warmup":
            return given("constant", max_lr=lr, warmup=w)
        case "linear" if w < total:
            return given("linear", start_lr=lr, end_lr=0, warmup=w, length=total - w)
        case "polynomial" if w < total and n <= total + 1:
            return given("polynomial", max_lr=lr, min_lr=k["lr_end"], power=k["power"], warmup=w, max_update=total - w)
        case "cosine" if k["num_cycles"] == 0.5 and w < total and n <= total:
            return given("cosine", max_lr=lr, warmup=w, cycle_length=total - w)
        case "cosine_with_min_lr" if k["num_cycles"] == 0.5 and n <= total:
            low = k["min_lr"] if k["min_lr"] is not None else k["min_lr_rate"] * lr
            return given("cosine", max_lr=lr, min_lr=low, warmup=w, cycle_length=total - w)
        case "reduce_lr_on_plateau":
            return given("plateau", max_lr=lr, **k)
        case "inverse_sqrt":
            return given("inverse-sqrt", max_lr=lr, warmup=w, timescale=k["timescale"] or w or 10_000)
        case "warmup_stable_decay" if k["warmup_type"] == "linear" and k["num_cycles"] == 0.5 and k["num_decay_steps"]:
            decay, shape = k["num_decay_steps"], k["decay_type"]
            stable = k["num_stable_steps"] if k["num_stable_steps"] is not None else (total or 0) - w - decay
            low = k["min_lr_ratio"] * lr
            values = {"decay_length": decay, "decay_shape": shape, "warmup": w, "warmup_from": low, "min_lr": low}
            return given("wsd", max_lr=lr, **values, **{"for": w + stable + decay}) if stable >= 0 else None
    return None


def timm(case: Case) -> Spec:
    k, lr = case["kwargs"], case["base_lr"]
    if case["scheduler"] == "create_scheduler_v2" or k.get("noise_range_t") or k.get("cycle_limit", 1) > 1:
        return None
    warm = {"warmup": k["warmup_t"], "warmup_from": k["warmup_lr_init"], "warmup_prefix": k.get("warmup_prefix", True)}
    match case["scheduler"]:
        case "CosineLRScheduler" if k["cycle_mul"] == 1:
            values = {"cycle_length": k["t_initial"], "k_decay": k["k_decay"]}
            return given("cosine", max_lr=lr, min_lr=k["lr_min"], **values, **warm)
        case "PolyLRScheduler" if k["cycle_mul"] == 1:
            values = {"power": k["power"], "max_update": k["t_initial"], "k_decay": k["k_decay"]}
            return given("polynomial", max_lr=lr, min_lr=k["lr_min"], **values, **warm)
        case "StepLRScheduler" if k["decay_rate"] <= 1:
            return given("step", max_lr=lr, step_size=k["decay_t"], gamma=k["decay_rate"], **warm)
        case "MultiStepLRScheduler" if min(k["decay_t"]) > 1:
            return given(
                "multistep", max_lr=lr, milestones=[m - 1 for m in k["decay_t"]], gamma=k["decay_rate"], **warm
            )
        case "WSDLRScheduler" if k["stable_fn"] == "constant" and k["decay_fn"] in DECAY_SHAPES:
            shape = DECAY_SHAPES[k["decay_fn"]]
            whole = {"for": k["warmup_t"] + k["t_initial"]}
            values = {"decay_length": k["decay_t"], "decay_shape": shape, "decay_ratio": k["decay_ratio"]}
            return given("wsd", max_lr=lr, min_lr=k["lr_min"], **values, **warm, **whole)
    return None


DECAY_SHAPES = {
    "linear": "linear",
    "cosine": "cosine",
    "1-sqrt": "1-sqrt",
    "exp": "exponential",
    "exponential": "exponential",
}


def mxnet(case: Case) -> Spec:
    k = case["kwargs"]
    if k["warmup_steps"] or "optimizer_learning_rate" in case:
        return None
    match case["scheduler"]:
        case "FactorScheduler" if k["stop_factor_lr"] <= 1e-8:
            return given("step", max_lr=k["base_lr"], step_size=k["step"], gamma=k["factor"])
        case "MultiFactorScheduler":
            return given("multistep", max_lr=k["base_lr"], milestones=k["step"], gamma=k["factor"])
        case "PolyScheduler":
            values = {"power": k["pwr"], "max_update": k["max_update"]}
            return given("polynomial", max_lr=k["base_lr"], min_lr=k["final_lr"], **values)
        case "CosineScheduler":
            return given("cosine", max_lr=k["base_lr"], min_lr=k["final_lr"], cycle_length=k["max_update"])
    return None


def paddle(case: Case) -> Spec:
    k = case["kwargs"]
    lr = k.get("learning_rate")
    match case["scheduler"]:
        case "StepDecay":
            return given("step", max_lr=lr, step_size=k["step_size"], gamma=k["gamma"])
        case "MultiStepDecay" if k["milestones"]:
            return given("multistep", max_lr=lr, milestones=k["milestones"], gamma=k["gamma"])
        case "ExponentialDecay":
            return given("exponential", max_lr=lr, gamma=k["gamma"])
        case "InverseTimeDecay":
            return given("inverse-time", max_lr=lr, decay_rate=k["gamma"], decay_steps=1)
        case "PolynomialDecay":
            values = {"power": k["power"], "max_update": k["decay_steps"], "cycle": k["cycle"]}
            return given("polynomial", max_lr=lr, min_lr=k["end_lr"], **values)
        case "CosineAnnealingWarmRestarts":
            values = {"cycle_length": k["T_0"], "cycle_mult": k["T_mult"]}
            return given("cosine-restarts", max_lr=lr, min_lr=k["eta_min"], **values)
        case "NoamDecay":
            return given("noam", factor=lr, d_model=k["d_model"], warmup_steps=k["warmup_steps"])
    return None


def optax(case: Case) -> Spec:
    k = case["kwargs"]
    match case["scheduler"]:
        case "constant_schedule":
            return given("constant", max_lr=k["value"])
        case "linear_schedule" if k["transition_steps"] > 0 and k["transition_begin"] == 0:
            return given("linear", start_lr=k["init_value"], end_lr=k["end_value"], length=k["transition_steps"])
        case "polynomial_schedule" if (
            k["transition_steps"] > 0 and k["transition_begin"] == 0 and k["end_value"] <= k["init_value"]
        ):
            values = {"power": k["power"], "max_update": k["transition_steps"]}
            return given("polynomial", max_lr=k["init_value"], min_lr=k["end_value"], **values)
        case "cosine_decay_schedule":
            values = {"min_lr": k["alpha"] * k["init_value"], "cycle_length": k["decay_steps"]}
            return given("cosine", max_lr=k["init_value"], exponent=k["exponent"], **values)
        case "warmup_cosine_decay_schedule" if k["peak_value"] > 0:
            warm = {"warmup": k["warmup_steps"], "warmup_from": k["init_value"]}
            values = {"min_lr": k["end_value"], "cycle_length": k["decay_steps"] - k["warmup_steps"]}
            return given("cosine", max_lr=k["peak_value"], exponent=k["exponent"], **values, **warm)
        case "warmup_constant_schedule" if k["warmup_steps"] > 0:
            warm = {"warmup": k["warmup_steps"], "warmup_from": k["init_value"]}
            return given("constant", max_lr=k["peak_value"], **warm)
        case "exponential_decay" if k["staircase"] and k["end_value"] is None and k["transition_begin"] == 0:
            return given("step", max_lr=k["init_value"], step_size=k["transition_steps"], gamma=k["decay_rate"])
    return None


def nanogpt(case: Case) -> Spec:
    k, lr = case["kwargs"], case["base_lr"]
    w = k["warmup_iters"]
    warm = {"warmup": w, "warmup_from": lr / (w + 1)} if w else {}
    return given("cosine", max_lr=lr, min_lr=k["min_lr"], cycle_length=k["lr_decay_iters"] - w, **warm)


def keras(case: Case) -> Spec:
    k = case["kwargs"]
    lr = k.get("initial_learning_rate")
    match case["scheduler"]:
        case "ExponentialDecay" if k["staircase"]:
            return given("step", max_lr=lr, step_size=k["decay_steps"], gamma=k["decay_rate"])
        case "PolynomialDecay" if k["end_learning_rate"] <= lr:
            values = {"power": k["power"], "max_update": k["decay_steps"], "cycle": k["cycle"]}
            return given("polynomial", max_lr=lr, min_lr=k["end_learning_rate"], **values)
        case "InverseTimeDecay":
            values = {name: k[name] for name in ("decay_steps", "decay_rate", "staircase")}
            return given("inverse-time", max_lr=lr, **values)
        case "CosineDecay" if k["warmup_target"] is None:
            return given("cosine", max_lr=lr, min_lr=k["alpha"] * lr, cycle_length=k["decay_steps"])
    return None


FRAMEWORKS: dict[str, Callable[[Case], Spec]] = {
    "torch": torch,
    "transformers": transformers,
    "timm": timm,
    "mxnet": mxnet,
    "paddle": paddle,
    "optax": optax,
    "nanogpt": nanogpt,
    "keras": keras,
}
AHEAD = {"PolyScheduler": 1, "CosineScheduler": 1, "NoamDecay": -1}
"""Schedulers whose clock is ahead of ours: MXNet asks for update t + 1, Paddle's Noam counts from 0 instead of 1."""

CAN_BE_SAID = [
    pytest.param(framework, case, spec, id=f"{framework}-{case['id']}")
    for framework, as_ours in FRAMEWORKS.items()
    for case in framework_cases(framework)
    if "raises" not in case and (spec := as_ours(case)) is not None
]


def test_enough_of_every_framework_can_be_said() -> None:
    said = [str(case.values[0]) for case in CAN_BE_SAID]
    assert {name: said.count(name) for name in FRAMEWORKS} == {
        "torch": 61,
        "transformers": 24,
        "timm": 27,
        "mxnet": 6,
        "paddle": 17,
        "optax": 14,
        "nanogpt": 4,
        "keras": 11,
    }


@pytest.mark.parametrize(("framework", "case", "spec"), CAN_BE_SAID)
def test_the_lr_is_the_framework_s(framework: str, case: Case, spec: Spec) -> None:
    theirs = np.array(case["lr"])
    if per_epoch := case.get("iters_per_epoch"):
        run = {"epochs": case["n"] // per_epoch, "steps_per_epoch": per_epoch, "per_step": True}
    else:
        run = {"steps": case["n"] + 1}
    ours = lrcli.evaluate(spec, metric=case.get("metrics"), **run).lr
    ahead = AHEAD.get(case["scheduler"], 0)
    theirs, ours = theirs[max(-ahead, 0) :], ours[max(ahead, 0) :]
    # Keras computes in float32: its cosine loses digits where it comes near to 0.
    relative, absolute = (1e-6, 1e-8) if framework == "keras" else (1e-12, 1e-17)
    np.testing.assert_allclose(ours[: len(theirs)], theirs, rtol=relative, atol=absolute)


REX = [case for case in framework_cases("pytorch_optimizer") if case["scheduler"] == "REXScheduler"]


@pytest.mark.parametrize("case", REX, ids=lambda case: str(case["id"]))
def test_rex_is_that_of_pytorch_optimizer_from_step_1_on(case: Case) -> None:
    k = case["kwargs"]
    ours = lrcli.evaluate(
        given("rex", max_lr=k["max_lr"], min_lr=k["min_lr"], length=k["total_steps"]), steps=case["n"]
    )
    np.testing.assert_allclose(ours.lr[1:], case["lr"][1:], rtol=1e-12, atol=1e-17)


def export(spec: str, *arguments: str) -> dict[int, float]:
    result = run_lrcli("export", spec, *arguments)
    assert result.code == 0, result.err
    rows = [line.split(",") for line in result.out.splitlines()[1:]]
    return {int(t): float(lr) for t, lr in rows}


def test_a_real_training_run_of_repvit_is_reproduced() -> None:
    spec = "cosine:max_lr=0.003,min_lr=1e-5,warmup=5,warmup_from=1e-6,warmup_prefix=false"
    ours = export(spec, "--epochs", "300")
    logged = real_run("repvit_m0_9_distill_300e")
    assert len(logged) == 300
    for epoch, lr in logged:
        assert ours[max(epoch - 1, 0)] == pytest.approx(lr, rel=1e-12, abs=0)


def test_a_real_training_run_of_whisper_is_reproduced() -> None:
    ours = export("linear:start_lr=1e-5,end_lr=0,warmup=500", "--steps", "10k")
    logged = real_run("whisper_bashkir_linear")
    assert len(logged) == 400
    for step, lr in logged:
        assert ours[step - 1] == pytest.approx(lr, rel=1e-12, abs=0)


def test_the_cuts_of_a_real_keras_run_are_reproduced() -> None:
    """Keras cuts at the third bad epoch with patience 3, torch's rule and ours with 2; its threshold is abs."""
    log = str(GOLDEN / "runs" / "keras_plateau.csv")
    rule = {"factor": 0.25, "patience": 2, "threshold_mode": "abs", "min_lr": 1e-6}
    curve = lrcli.evaluate({"type": "plateau", "max_lr": 1e-3, **rule}, metric=f"{log}:val_loss")
    logged = read_metric(f"{log}:learning_rate").series.values
    np.testing.assert_allclose(curve.lr, logged, rtol=1e-6)  # Keras keeps its rate in float32
    assert np.flatnonzero(np.diff(curve.lr)).tolist() == [18, 24, 30, 33, 39]
