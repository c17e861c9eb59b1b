"""Files and code for tools that have no function of t: each is read back, or run, and gives the lr that lrcli shows."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

import lrcli
from lrcli import engine
from lrcli.code.job import Job
from lrcli.code.names import OWN, target_of
from lrcli.code.targets import TARGETS
from lrcli.code.verify import largest_difference, rates
from lrcli.frameworks.names import FRAMEWORKS
from tests.shell import inside
from tests.test_code import EPOCHS, PER_STEP, SPECS, STEPS, Record, job_of
from tests.test_frameworks import PLAYED, built

if TYPE_CHECKING:
    from pathlib import Path

    from lrcli.run import Run

NEEDS = {"trainer": "accelerate", "mmengine": "mmengine", "paddle": "paddle"}
"""What must be installed to run the code for a target; the others' files are read back."""
NO_FUNCTION = ("mmengine", "trainer", "training-args", "deepspeed", "composer")
"""Targets that say a schedule in their own words or not at all."""


def written(job: Job, target: str) -> str | None:
    """Return the code, or None where it is refused in one line."""
    try:
        return TARGETS[target](job)
    except lrcli.SpecError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - a legal answer
        return None


def proven(job: Job, target: str) -> float | None:
    """Return the largest difference of the code from what lrcli shows; None if it is refused or cannot be run here."""
    code = written(job, target)
    if code is None or find_spec(NEEDS.get(target, "lrcli")) is None:
        return None
    found = rates(code, target, job)
    return largest_difference(found, engine.evaluate(job.spec, job.run).lr.tolist())[0]


@pytest.mark.parametrize("target", [*NO_FUNCTION, "nanogpt"])
@pytest.mark.parametrize("run", [EPOCHS, STEPS, PER_STEP], ids=["epochs", "steps", "per-step"])
def test_what_is_written_gives_the_lr_and_the_rest_is_refused(target: str, run: Run, record_property: Record) -> None:
    found = {spec: proven(job_of(spec, run), target) for spec in SPECS}
    for spec, apart in found.items():
        if apart is not None:
            record_property("code", (target, spec, apart))
    assert max((apart for apart in found.values() if apart is not None), default=0.0) <= 1e-9, found
    if run is STEPS and find_spec(NEEDS.get(target, "lrcli")) is not None:
        assert sum(apart is not None for apart in found.values()) >= LEAST[target], found


LEAST = {"mmengine": 20, "trainer": 9, "training-args": 9, "deepspeed": 1, "composer": 1, "nanogpt": 40}
"""How many of the specs each target says exactly, at least."""


@pytest.mark.parametrize(
    ("framework", "target", "least"),
    [
        ("paddle", "paddle", 50),
        ("mmengine", "mmengine", 38),
        ("deepspeed", "deepspeed", 20),
        ("composer", "composer", 5),
        ("nanogpt", "nanogpt", 4),
        ("transformers", "training-args", 30),
        ("transformers", "trainer", 30),
    ],
)
def test_a_frameworks_own_scheduler_is_written_as_itself(framework: str, target: str, least: int) -> None:
    if find_spec(NEEDS.get(target, "lrcli")) is None:
        pytest.skip(f"{target} cannot be run here")
    cases = [param.values for param in PLAYED if param.values[0] == framework]
    found = [proven(Job(*built(framework, case)), target) for _, case in cases]
    assert max(apart for apart in found if apart is not None) <= 1e-12
    assert sum(apart is not None for apart in found) >= least


@pytest.mark.parametrize("target", [target for target in TARGETS if target not in OWN])
def test_a_scheduler_of_any_framework_is_written_for_any_target(target: str) -> None:
    for framework in FRAMEWORKS:
        case = next(param.values[1] for param in PLAYED if param.values[0] == framework)
        job = Job(*built(framework, case))
        code = written(job, target)
        assert code or target in NO_FUNCTION or job.run.unit == "epoch"


def test_a_list_of_mmengine_has_windows_that_meet() -> None:
    job = job_of("cosine:warmup=10,min_lr=0.001", STEPS)
    code = TARGETS["mmengine"](job)
    assert 'dict(type="LinearLR", start_factor=1e-09, end=11, by_epoch=False),' in code
    assert "T_max=290" in code
    assert "begin=10" in code
    assert "max_iters=300" in code


def test_mmengines_own_file_is_read_back(tmp_path: Path) -> None:
    specs = [
        "cosine:warmup=10,min_lr=0.001",
        "multistep:milestones=16,22,warmup=3",
        "one-cycle",
        "cosine-restarts:cycle_length=20,cycle_decay=0.5",
        "linear:start_lr=0,for=10+constant:for=50+linear:start_lr=0.1,end_lr=0.001",
        "mmengine.ReduceOnPlateauLR:patience=3",
    ]
    for spec in specs:
        job = job_of(spec, EPOCHS)
        (path := tmp_path / "mm.py").write_text(TARGETS["mmengine"](job))
        back = lrcli.evaluate(str(path), steps_per_epoch=1).lr.tolist()
        assert largest_difference(back, engine.evaluate(job.spec, job.run).lr.tolist())[0] <= 1e-9, spec


def test_what_is_only_near_is_refused_and_written_if_preferred() -> None:
    refused = inside("code", "cosine:warmup=100", "--steps", "3000", "--to", "ds")
    assert refused.code == 2
    assert "WarmupCosineLR is nearly the same: it differs by up to 0.01 of the peak" in refused.err
    assert "--prefer native" in refused.err
    near = inside("code", "cosine:warmup=100", "--steps", "3000", "--to", "ds", "--prefer", "native")
    assert json.loads(near.out)["scheduler"]["params"]["total_num_steps"] == 3000
    assert near.err.startswith("note: WarmupCosineLR is nearly the same")


def test_an_epochs_run_is_said_in_steps_where_its_steps_are_known() -> None:
    args = ("code", "cosine:warmup=2", "--epochs", "10", "--to", "training-args")
    refused = inside(*args)
    assert refused.code == 2
    assert "counts steps, and this is a run of 10 epochs: give the run as --steps" in refused.err
    found: Any = json.loads(inside(*args, "--steps-per-epoch", "50", "--per-step").out)
    assert (found["warmup_steps"], found["max_steps"]) == (100, 500)
    wrong = inside("code", "exponential:gamma=0.9", *args[2:], "--steps-per-epoch", "50", "--per-step")
    assert wrong.code == 2


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("hf", "transformers"),
        ("MM", "mmengine"),
        ("ds", "deepspeed"),
        ("training_args", "training-args"),
        ("py", "python"),
    ],
)
def test_a_target_has_the_abbreviations_of_its_framework(name: str, target: str) -> None:
    assert target_of(name) == target
