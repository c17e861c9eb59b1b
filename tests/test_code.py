"""Written code, executed: it gives the lr that lrcli evaluates, for every schedule and every target."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import lrcli
from lrcli import engine
from lrcli.code import names
from lrcli.code.job import Job
from lrcli.code.layout import WIDTH
from lrcli.code.targets import TARGETS
from lrcli.code.verify import compiled, largest_difference, rates
from lrcli.compose import schedules_of
from lrcli.registry import SCHEDULES
from lrcli.run import Run, RunOptions
from lrcli.spec import write
from lrcli.units import resolve
from tests.data import framework_cases
from tests.shell import inside as run_lrcli
from tests.test_frameworks import run_of, spec_of

EPOCHS = Run(unit="epoch", total=90)
STEPS = Run(unit="step", total=300, steps_per_epoch=25)
PER_STEP = Run(unit="epoch", total=12, steps_per_epoch=25, per_step=True)

SPECS = [
    *(tag for tag in SCHEDULES if tag not in ("plateau", "python")),
    "constant:warmup=10",
    "linear:start_lr=0.1,end_lr=0.01",
    "linear:start_lr=0.1,end_lr=0,warmup=10",
    "cosine:max_lr=0.3,min_lr=1e-3,warmup=5",
    "cosine:warmup=5,warmup_from=1e-4,warmup_prefix=false",
    "cosine:cycle_length=50,min_lr=0.01",
    "cosine:min_lr=1e-3,warmup=10",
    "linear:start_lr=0,for=10+constant:for=50+linear:start_lr=0.1,end_lr=1/3e4",
    "cosine-restarts:cycle_length=10,cycle_mult=2,min_lr=1e-3",
    "cosine-restarts:cycle_length=20,cycle_decay=0.5",
    "cyclic:mode=triangular2",
    "cyclic:mode=exp_range,gamma=0.99,min_lr=0.01",
    "one-cycle:three_phase=true,anneal=linear",
    "exponential:warmup=5,warmup_shape=exponential,warmup_from=1e-4",
    "polynomial:min_lr=0.01,power=1",
    "polynomial:max_update=25,cycle=true,power=0.9,k_decay=1.5",
    "cosine:k_decay=0.7,exponent=1.5,min_lr=1e-3,warmup=5",
    "step:step_size=20,gamma=0.5,scale=2,floor=0.01,cap=0.15",
    "wsd:decay_shape=linear,min_lr=0.001",
    "wsd:decay_shape=exponential",
    "range-test:mode=linear",
    "linear:start_lr=0,for=5+cosine:for=20+step:max_lr=0.01,step_size=10",
    "(linear:start_lr=0,for=5+cosine:for=20):repeat=3,floor=1e-4",
    "cosine:max_lr=0.3*step:gamma=0.5",
    "cosine:batch_scale=256,1024,warmup=3",
    "expr:where(t<30,max_lr,max(max_lr*exp(-k*(t-30)),min_lr)),k=0.1,min_lr=1e-3",
    "torch.OneCycleLR:max_lr=0.1,total_steps=300",
    "torch.CosineAnnealingLR:T_max=40,eta_min=1e-3",
    "torch.CosineAnnealingWarmRestarts:T_0=10,T_mult=2",
    "torch.SequentialLR:milestones=10,schedulers=(torch.LinearLR:start_factor=0.01,total_iters=10+torch.CosineAnnealingLR:T_max=290)",
    "torch.LambdaLR:0.95**epoch",
    "transformers.cosine_with_min_lr:num_warmup_steps=10,min_lr_rate=0.1",
    "transformers.inverse_sqrt:num_warmup_steps=10",
    "transformers.warmup_stable_decay:num_warmup_steps=10,num_decay_steps=20,num_stable_steps=50",
    "timm.CosineLRScheduler:t_initial=80,warmup_t=5,warmup_lr_init=1e-5",
    "timm.TanhLRScheduler:t_initial=300",
    "timm.CosineLRScheduler:t_initial=8",
    "torch.StepLR:step_size=30,warmup=5,scale=2",
    "transformers.linear:floor=1e-5,batch_scale=1,2",
    "torch.CosineAnnealingLR:T_max=400,cap=0.05",
    "timm.create_scheduler_v2:sched=step,num_epochs=300,decay_epochs=30,warmup_epochs=5",
]
FLOAT32 = 1e-6
"""Keras computes in float32, whose rounding is 6e-8; a cosine's argument of a few hundred steps loses a digit more."""
FLOAT32_OF_EPOCHS = 2e-6
"""Looked at per step, the time in epochs is itself rounded to float32, before the place in a cycle is found."""
FRAMEWORKS = ("torch", "transformers", "timm", "keras", "optax", "paddle")
RUNS = {"epochs": EPOCHS, "steps": STEPS, "per-step": PER_STEP}
RUFF = shutil.which("ruff", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
IN_FRAMEWORKS = [
    pytest.param(target, spec, run, id=f"{name}-{spec}-{target}")
    for name, run in RUNS.items()
    for spec in SPECS
    for target in FRAMEWORKS
    if find_spec(target)
] or [pytest.param("", "", EPOCHS, marks=pytest.mark.skip("no framework is installed; .ci/frameworks brings them"))]
COMPILED: list[Any] = (
    [*SPECS, "polynomial:power=0.9,max_update=80%"]
    if find_spec("optax")
    else [pytest.param("", marks=pytest.mark.skip("optax is not installed; .ci/frameworks brings it"))]
)
FORMATTED = [target for target in TARGETS if target not in (*names.FILES, "js")]


def job_of(spec: str, run: Run) -> Job:
    (only,) = lrcli.load(spec).schedules.values()
    if run.unit == "step" and any(one.unit() == "epochs" for one in schedules_of(only)):
        run = resolve(RunOptions(steps=int(run.total), steps_per_epoch=run.steps_per_epoch), only)
    return Job(only, run)


Record = Callable[[str, object], None]


def check(spec: str, run: Run, target: str, tolerance: float, record: Record) -> None:
    job = job_of(spec, run)
    expected = engine.evaluate(job.spec, job.run).lr.tolist()
    found = rates(TARGETS[target](job), target, job)
    assert len(found) == len(expected)
    apart, where = largest_difference(found, expected)
    assert apart <= tolerance, (apart, where, found[where], expected[where])
    record("code", (target, spec, apart))


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
@pytest.mark.parametrize("spec", SPECS)
def test_plain_python_gives_the_same_lr(spec: str, run: Run, record_property: Record) -> None:
    check(spec, run, "python", 1e-13, record_property)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
@pytest.mark.parametrize("spec", SPECS)
def test_javascript_gives_what_plain_python_gives(spec: str, run: Run, record_property: Record) -> None:
    check(spec, run, "js", 1e-13, record_property)
    job = job_of(spec, run)
    python, js = (rates(TARGETS[target](job), target, job) for target in ("python", "js"))
    assert largest_difference(js, python)[0] <= 4e-15  # V8's cos and pow are a few roundings from C's


@pytest.mark.parametrize(("target", "spec", "run"), IN_FRAMEWORKS)
def test_a_framework_gives_the_same_lr(target: str, spec: str, run: Run, record_property: Record) -> None:
    in_float32 = FLOAT32_OF_EPOCHS if run.per_step else FLOAT32
    check(spec, run, target, in_float32 if target == "keras" and run.counts == "step" else 1e-9, record_property)


@pytest.mark.parametrize("spec", COMPILED)
def test_optax_gives_it_compiled_in_float32_too(spec: str) -> None:
    for run in (EPOCHS, STEPS):
        job = job_of(spec, run)
        expected = engine.evaluate(job.spec, job.run).lr.tolist()
        apart, where = largest_difference(compiled(TARGETS["optax"](job), len(expected)), expected)
        assert apart <= 2e-6, where


def test_an_lr_that_is_no_number_differs_the_most() -> None:
    assert largest_difference([0.1, float("nan"), 0.3], [0.1, 0.2, 0.2]) == (float("inf"), 1)


@pytest.mark.skipif(RUFF is None, reason="ruff is not installed")
@pytest.mark.parametrize("target", FORMATTED)
def test_it_is_formatted_and_fits(target: str, tmp_path: Path) -> None:
    for index, spec in enumerate(SPECS):
        try:
            code = TARGETS[target](job_of(spec, STEPS))
        except lrcli.SpecError:
            assert target in ("mmengine", "trainer")  # these have no function to fall back on
            continue
        compile(code, f"{target}, {spec}", "exec")
        (tmp_path / f"{index}.py").write_text(code)
    arguments = [str(RUFF), "format", "--isolated", "--diff", "--line-length", str(WIDTH), str(tmp_path)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("target", ["yaml", "json"])
@pytest.mark.parametrize("spec", SPECS)
def test_lrclis_own_forms_are_read_back(spec: str, target: str) -> None:
    runs: list[dict[str, Any]] = [
        {"steps": 90},
        {"steps": 300, "steps_per_epoch": 25},
        {"epochs": 12, "steps_per_epoch": 25},
    ]
    for run in runs:
        if run == {"steps": 90} and spec.startswith("timm."):
            continue  # it counts epochs
        entry = lrcli.load(spec, **run)[0]
        (read,) = lrcli.load(TARGETS[target](Job(entry.spec, entry.run)) + "\n")
        assert write.data(read.spec) == write.data(entry.spec)
        assert read.run == entry.run


CASES = [
    pytest.param(framework, case, id=f"{framework}-{case['id']}")
    for framework in ("torch", "transformers", "timm")
    for case in framework_cases(framework)
    if "raises" not in case and "pre" not in case and "metrics" not in case and "drive" not in case
]


@pytest.mark.parametrize(("framework", "case"), CASES)
def test_a_frameworks_scheduler_is_written_as_plain_python_or_refused(framework: str, case: dict[str, Any]) -> None:
    spec = lrcli.spec.build.build(spec_of(framework, case))
    run = Run(unit="epoch" if "epochs" in run_of(case, 1) else "step", total=len(case["lr"]))
    try:
        code = TARGETS["python"](Job(spec, run))
    except lrcli.SpecError as error:
        refused = str(error)
        code = ""
    if not code:
        assert any(word in refused for word in ("closed form", "noise"))
        return
    apart, _ = largest_difference(rates(code, "python", Job(spec, run)), case["lr"])
    assert apart <= 1e-9


@pytest.mark.parametrize(
    ("target", "words"),
    [("python", "--to torch"), ("optax", "reduce_on_plateau"), ("keras", "ReduceLROnPlateau")],
)
def test_what_is_metric_driven_is_refused_with_the_nearest_way(target: str, words: str) -> None:
    with pytest.raises(lrcli.SpecError, match=words):
        TARGETS[target](job_of("plateau", EPOCHS))


def test_what_only_its_own_framework_can_say_is_said_there_and_refused_elsewhere() -> None:
    noisy = job_of("timm.CosineLRScheduler:t_initial=50,noise_range_t=5", EPOCHS)
    assert "noise_range_t=5)" in TARGETS["timm"](noisy)
    with pytest.raises(lrcli.SpecError, match="its noise is drawn from a generator"):
        TARGETS["torch"](noisy)
    greedy = job_of("transformers.greedy", EPOCHS)
    assert "get_greedy_schedule(optimizer)" in TARGETS["transformers"](greedy)
    with pytest.raises(lrcli.SpecError, match="--to transformers has"):
        TARGETS["torch"](greedy)


def test_a_class_that_is_nearly_the_same_is_said_and_chosen_only_if_preferred() -> None:
    job = job_of("cosine:cycle_length=50", EPOCHS)
    exact, native = TARGETS["torch"](job), TARGETS["torch"](job._replace(prefer="native"))
    remark = "CosineAnnealingLR is nearly the same: it differs by up to 0.89 of the peak (at epoch 89)"
    assert remark in exact
    assert "LambdaLR(optimizer, lambda epoch: lr(epoch) / peak)" in exact
    assert remark in native
    assert "CosineAnnealingLR(optimizer, T_max=50)" in native


def test_every_target_has_a_name_on_the_command_line() -> None:
    assert tuple(TARGETS) == names.TARGETS


def test_code_is_a_field_of_json() -> None:
    result = run_lrcli("code", "cosine:warmup=5", "--epochs", "90", "--to", "python", "--json", "--verify")
    found = json.loads(result.out)
    assert found["target"] == "python"
    assert found["code"] == run_lrcli("code", "cosine:warmup=5", "--epochs", "90", "--to", "python").out
    assert found["verified"] == "run with python, compared at 90 epochs: no difference"
    assert [one["code"] for one in found["findings"]] == ["LR007"]


def test_the_command_writes_and_compares() -> None:
    result = run_lrcli("code", "cosine:warmup=5", "--epochs", "90", "--to", "python", "--verify", "--ignore=LR007")
    assert result.out.startswith("# cosine:warmup=5, 90 epochs; written by lrcli")
    assert result.err == "note: run with python, compared at 90 epochs: no difference\n"
    assert run_lrcli("code", "cosine", "--to", "jaks").err.startswith("error: --to: 'jaks' is not one of torch, ")
    assert run_lrcli("code", "cosine", "step").code == 2
