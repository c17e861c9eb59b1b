"""The equation between a framework's scheduler and lrcli's schedule: solved both ways, it gives the same curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from lrcli import engine
from lrcli.code.elsewhere import names_elsewhere
from lrcli.code.job import SAME, Job
from lrcli.code.targets import TARGETS
from lrcli.compose import own_run
from lrcli.frameworks import declarations
from lrcli.frameworks.equations import SHOWN, equations, hints, in_their_words
from lrcli.frameworks.names import FRAMEWORKS
from lrcli.parameters import parameters
from lrcli.problems import SpecError
from lrcli.registry import SCHEDULES
from lrcli.run import Run
from lrcli.schedules.base import Schedule
from lrcli.spec.build import build

if TYPE_CHECKING:
    from lrcli.frameworks.scheduler import Scheduler

RUN = Run(unit="step", total=120, steps_per_epoch=12)

SPECS = [
    "constant",
    "constant:warmup=10",
    "linear:start_lr=0.1,end_lr=0.01,length=100",
    "cosine:min_lr=0.01",
    "cosine:max_lr=0.3,cycle_length=100,warmup=20",
    "cosine:k_decay=1.5,min_lr=0.01",
    "cosine:exponent=2,warmup=10",
    "cosine-restarts:cycle_length=30",
    "cosine-restarts:cycle_length=10,cycle_mult=2,min_lr=0.01",
    "step:step_size=30,gamma=0.5",
    "multistep:milestones=30,60,gamma=0.2",
    "exponential:gamma=0.97",
    "polynomial:power=2,min_lr=0.01",
    "polynomial:power=0.9,k_decay=1.5",
    "polynomial:max_update=40,cycle=true",
    "inverse-time:decay_rate=0.5,decay_steps=10",
    "inverse-sqrt:timescale=10,warmup=10",
    "one-cycle:max_lr=0.2",
    "cyclic:min_lr=0.01,max_lr=0.1,step_size_up=20",
    "wsd:decay_length=30,warmup=10",
]

KINDS = [kind for framework in FRAMEWORKS for kind in dict.fromkeys(declarations(framework).values()) if kind.same]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.tag())
def test_it_speaks_of_parameters_that_there_are(kind: type[Scheduler]) -> None:
    for equation in equations(kind.same):
        ours = {parameter.name for parameter in parameters(SCHEDULES[equation.tag])}
        assert equation.pairs.keys() <= ours


@pytest.mark.parametrize("spec", SPECS)
def test_translated_to_a_framework_and_back_it_is_the_same_curve(spec: str) -> None:
    schedule = build(spec)
    assert isinstance(schedule, Schedule)
    expected = engine.evaluate(schedule, RUN).lr
    for kind in KINDS:
        for theirs in in_their_words(kind, schedule, own_run(schedule, RUN)):
            try:
                found = engine.evaluate(theirs, RUN).lr
            except SpecError:  # it raises within the run, as its class does
                continue
            back = theirs.equivalent(RUN)
            if back is not None and np.abs(found - expected).max() <= SAME * expected.max():
                np.testing.assert_allclose(engine.evaluate(back, RUN).lr, expected, atol=SAME * expected.max())


@pytest.mark.parametrize("framework", SHOWN)
@pytest.mark.parametrize("spec", SPECS)
def test_the_class_that_is_written_is_one_that_describe_names(spec: str, framework: str) -> None:
    schedule = build(spec)
    assert isinstance(schedule, Schedule)
    native, _ = Job(schedule, RUN).native(framework)
    if native is None or native.members or not native.same:
        return
    name = native.maker()
    assert name in names_elsewhere(type(schedule)).get(framework, "")
    assert name in TARGETS[framework](Job(schedule, RUN))


def test_hints_lead_from_their_names_to_ours() -> None:
    found = hints(SCHEDULES["cosine"])
    assert found["t_max"] == "cycle_length"
    assert found["eta_min"] == "min_lr"
    assert found["decay_steps"] == "cycle_length"


@pytest.mark.parametrize(
    ("spec", "framework", "call"),
    [
        ("cosine:min_lr=0.01", "torch", "CosineAnnealingLR(optimizer, T_max=120, eta_min=0.01)"),
        ("cyclic:min_lr=0.01,max_lr=0.1,step_size_up=20", "torch", "base_lr=0.01"),
        ("inverse-sqrt:warmup=10,timescale=10", "transformers", "get_inverse_sqrt_schedule"),
        ("linear:start_lr=0,for=10+cosine", "keras", "warmup_target=0.1"),
        ("cosine:warmup=10", "optax", "warmup_cosine_decay_schedule"),
        ("cosine:k_decay=1.5", "timm", "    k_decay=1.5,\n"),
        ("cosine:exponent=2", "optax", "cosine_decay_schedule(init_value=0.1, decay_steps=120, exponent=2)"),
        ("cosine:exponent=2,warmup=10", "optax", "exponent=2,\n"),
        ("polynomial:k_decay=1.5", "timm", "    k_decay=1.5,\n"),
        ("polynomial:max_update=30,cycle=true", "keras", "cycle=True"),
        ("polynomial:max_update=30,cycle=true", "paddle", "cycle=True"),
        ("linear:start_lr=0,end_lr=0.1,for=10+step:step_size=30", "optax", "join_schedules"),
    ],
)
def test_a_schedule_is_written_as_the_class_that_people_use(spec: str, framework: str, call: str) -> None:
    assert call in TARGETS[framework](Job(build(spec), RUN))
