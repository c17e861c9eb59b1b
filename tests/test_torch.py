"""torch's schedulers in unusual cases: fractional lengths, resumed runs, a shared optimizer, momenta."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lrcli
from lrcli.engine import evaluate
from lrcli.entry import Entry
from lrcli.frameworks.torch import SWALR, CosineAnnealingLR, CyclicLR, OneCycleLR
from lrcli.momentum import momentum_of
from lrcli.run import Run
from lrcli.schedules.notation import formula_shown
from lrcli.spec.build import build
from tests.data import framework_cases


def lr(spec: Any, length: int, unit: str = "epochs") -> list[float]:
    """Return the lr at each point of a run."""
    return [float(one) for one in lrcli.evaluate(spec, **{unit: length}).lr]


def codes(spec: str, **run: int) -> set[str]:
    """Return the codes of what is found in a run."""
    return {finding.code for finding in lrcli.lint(spec, **run)}


def test_a_total_iters_that_is_not_whole_stops_linear_lr_short_of_its_end() -> None:
    found = lr("torch.LinearLR:total_iters=62.5", 100)
    assert found[61] < found[62] == pytest.approx(0.0994667, abs=5e-8)
    assert set(found[62:]) == {found[62]}
    assert "LR030" in codes("torch.LinearLR:total_iters=62.5", epochs=100)


def test_a_total_iters_that_is_not_whole_never_takes_the_factor_of_constant_lr_back() -> None:
    assert lr("torch.ConstantLR:factor=0.1,total_iters=62.5", 100) == [pytest.approx(0.01)] * 100
    assert "LR030" in codes("torch.ConstantLR:factor=0.1,total_iters=62.5", epochs=100)


def test_a_total_iters_that_is_not_whole_stops_polynomial_lr_at_the_last_whole_step() -> None:
    found = lr("torch.PolynomialLR:total_iters=4.5", 10)
    assert found[4:] == [pytest.approx(0.1 * (1 - 4 / 4.5))] * 6


def test_a_milestone_that_is_not_whole_never_comes() -> None:
    found = lr("torch.MultiStepLR:milestones=30,60.5", 90)
    assert [found[29], found[30], found[89]] == pytest.approx([0.1, 0.01, 0.01])
    assert "LR030" in codes("torch.MultiStepLR:milestones=30,60.5", epochs=90)


def test_of_one_total_step_the_only_lr_is_the_last() -> None:
    assert lr("torch.OneCycleLR:max_lr=1,total_steps=1", 1, "steps") == [pytest.approx(4e-6)]
    (missed,) = [one for one in lrcli.lint("torch.OneCycleLR:max_lr=1,total_steps=1", steps=1) if one.code == "LR019"]
    assert "the highest lr is 4e-06" in missed.message


@pytest.mark.parametrize(
    "name", ["StepLR:step_size=2", "LinearLR:total_iters=5", "CosineAnnealingLR:T_max=5", "LambdaLR:0.9**epoch"]
)
def test_an_lr_of_0_stays_0(name: str) -> None:
    assert set(lr(f"torch.{name},base_lr=0", 10)) == {0.0}


def test_the_second_one_cycle_of_an_optimizer_sets_what_the_first_goes_by() -> None:
    first = {"type": "torch.OneCycleLR", "max_lr": 0.1, "total_steps": 5}
    chain = {"type": "torch.ChainedScheduler", "schedulers": [first, {"type": "torch.LambdaLR", "lr_lambda": "2"}]}
    second = {"type": "torch.OneCycleLR", "max_lr": 1.0, "total_steps": 63}
    whole = {"type": "torch.SequentialLR", "schedulers": [chain, second], "milestones": [37]}
    assert lr(whole, 3, "steps")[0] == pytest.approx(0.008)


def test_a_one_cycle_inside_a_sequence_in_a_sequence_ends_where_torch_raises() -> None:
    cycle = {"type": "torch.OneCycleLR", "max_lr": 0.1, "total_steps": 5}
    inner = {
        "type": "torch.SequentialLR", "milestones": [25], "schedulers": [{"type": "torch.ConstantLR"}, cycle]
    }  # fmt: skip
    whole = {"type": "torch.SequentialLR", "schedulers": [inner], "milestones": []}
    with pytest.raises(lrcli.SpecError, match="Tried to step 6 times"):
        lr(whole, 40, "steps")
    assert len(lr(whole, 29, "steps")) == 29


RESUMED = [
    ("ExponentialLR:gamma=0.5,base_lr=0.4,initial_lr=0.8,last_epoch=3", [0.4, 0.2, 0.1]),
    ("StepLR:step_size=4,gamma=0.5,base_lr=0.4,last_epoch=3", [0.2, 0.2, 0.2, 0.2, 0.1]),
    ("MultiStepLR:milestones=4,6,gamma=0.5,base_lr=0.4,last_epoch=3", [0.2, 0.2, 0.1]),
    ("ConstantLR:factor=0.5,total_iters=5,base_lr=0.4,last_epoch=3", [0.2, 0.4, 0.4]),
    ("LambdaLR:0.5**epoch,base_lr=0.8,last_epoch=1", [0.2, 0.1, 0.05]),
    ("LambdaLR:0.5**epoch,base_lr=0.4,initial_lr=0.8,last_epoch=1", [0.2, 0.1, 0.05]),
    ("CosineAnnealingWarmRestarts:T_0=2,base_lr=0.8,last_epoch=2", [0.4, 0.8, 0.4]),
    ("PolynomialLR:total_iters=4,base_lr=0.2,last_epoch=1", [0.15, 0.075, 0.0, 0.0]),
    ("CosineAnnealingLR:T_max=100,base_lr=1e-3,last_epoch=45", [0.0005782172325201156, 0.0005621732853303604]),
    ("CosineAnnealingLR:T_max=4,base_lr=0.4,initial_lr=0.8,last_epoch=1", [0.4, 0.4 * (1 - 0.5**0.5), 0.0]),
]


@pytest.mark.parametrize(("spec", "expected"), RESUMED)
def test_a_resumed_run_goes_on_from_the_lr_that_it_finds(spec: str, expected: list[float]) -> None:
    assert lr(f"torch.{spec}", len(expected)) == pytest.approx(expected, abs=1e-15)


def test_a_resumed_one_cycle_has_as_many_steps_left() -> None:
    whole = lr("torch.OneCycleLR:max_lr=0.1,total_steps=20", 20, "steps")
    assert lr("torch.OneCycleLR:max_lr=0.1,total_steps=20,last_epoch=7", 12, "steps") == pytest.approx(whole[8:])
    with pytest.raises(lrcli.SpecError, match="Tried to step 21 times"):
        lr("torch.OneCycleLR:max_lr=0.1,total_steps=20,last_epoch=7", 14, "steps")


def test_what_is_left_out_is_as_long_as_the_run() -> None:
    assert lr("torch.CosineAnnealingLR", 90) == lr("torch.CosineAnnealingLR:T_max=90", 90)
    assert lr("torch.OneCycleLR:max_lr=1", 80, "steps") == lr("torch.OneCycleLR:max_lr=1,total_steps=80", 80, "steps")
    assert len(lrcli.evaluate("torch.CosineAnnealingLR:T_max=60").lr) == 60
    assert len(lrcli.evaluate("torch.OneCycleLR:max_lr=1,epochs=3,steps_per_epoch=50").lr) == 150


def test_one_cycle_counts_steps_in_a_run_of_epochs() -> None:
    found = lrcli.evaluate("torch.OneCycleLR:max_lr=0.1,epochs=3,steps_per_epoch=1000", epochs=3, steps_per_epoch=1000)
    assert (len(found.lr), int(found.lr.argmax())) == (3000, 899)


MOMENTA = [
    pytest.param(case, id=case["id"])
    for case in framework_cases("torch")
    if "momentum" in case and "raises" not in case
]


@pytest.mark.parametrize("case", MOMENTA)
def test_the_momentum_goes_against_the_lr_as_torch_s_does(case: dict[str, Any]) -> None:
    declaration = {"CyclicLR": CyclicLR, "OneCycleLR": OneCycleLR}[case["scheduler"]]
    scheduler: Any = declaration(**case["kwargs"])
    run = Run(unit="step", total=len(case["momentum"]))
    momentum = momentum_of(Entry("momentum", scheduler, run))
    np.testing.assert_allclose(evaluate(momentum.spec, run).lr, case["momentum"], rtol=1e-12)


def test_the_golden_values_hold_momenta() -> None:
    assert len(MOMENTA) == 9


@pytest.mark.parametrize(
    "spec", ["cosine", "torch.StepLR:step_size=30", "torch.OneCycleLR:max_lr=1,cycle_momentum=false"]
)
def test_a_schedule_that_leaves_the_momentum_alone_has_none_to_draw(spec: str) -> None:
    with pytest.raises(lrcli.SpecError, match="no momentum is known of"):
        lrcli.plot(spec, momentum=True)


def test_the_momentum_is_a_panel_below_the_learning_rates_in_the_same_steps() -> None:
    figure = lrcli.plot("torch.OneCycleLR:max_lr=0.1", epochs=3, steps_per_epoch=1000, momentum=True)
    assert [panel.label for panel in figure.panels] == ["lr", "momentum"]
    momentum = figure.panels[1].series[0]
    assert [momentum.at(0.0), momentum.at(899.0)] == pytest.approx([0.95, 0.85], rel=1e-12)


def test_describe_shows_the_names_that_the_formula_uses_and_no_others() -> None:
    assert [line.partition(" = ")[0] for line in formula_shown(CosineAnnealingLR)] == ["lr(t)", "T"]
    assert [line.partition(" = ")[0] for line in formula_shown(SWALR)] == ["lr(t)", "u", "alpha"]


@pytest.mark.parametrize(
    ("spec", "first", "second"),
    [
        ("OneCycleLR:max_lr=[0.1,0.01],total_steps=9", "OneCycleLR:max_lr=0.1,total_steps=9", "max_lr=0.01"),
        ("LambdaLR:[0.9**epoch,max(epoch, 3)]", "LambdaLR:0.9**epoch", "lr_lambda=max(epoch, 3)"),
        ("StepLR:step_size=3,lr=[0.1,0.2]", "StepLR:step_size=3", "base_lr=0.2"),
        ("ReduceLROnPlateau:min_lr=[0.01,0.02]", "ReduceLROnPlateau:min_lr=0.01", "min_lr=0.02"),
    ],
)
def test_a_list_for_the_parameter_groups_makes_one_schedule_a_group(spec: str, first: str, second: str) -> None:
    found = list(lrcli.load(f"torch.{spec}").schedules.items())
    assert [name for name, _ in found] == [f"torch.{spec} (group 0)", f"torch.{spec} (group 1)"]
    assert found[0][1] == build(f"torch.{first}")
    name, _, value = second.partition("=")
    assert found[1][1] == found[0][1].replaced(**{name: value if name == "lr_lambda" else float(value)})


def test_lists_for_the_parameter_groups_are_of_one_length() -> None:
    with pytest.raises(lrcli.SpecError, match="one value for each parameter group, not 2 for base_lr, 3 for max_lr"):
        lrcli.load("torch.CyclicLR:base_lr=[0.1,0.2],max_lr=[1,2,3]")


def test_a_member_that_cannot_begin_raises_when_its_turn_comes_and_not_before() -> None:
    spec = {
        "type": "torch.SequentialLR", "milestones": [5],
        "schedulers": [{"type": "torch.ConstantLR"}, {"type": "torch.LinearLR", "total_iters": 0}],
    }  # fmt: skip
    assert len(lr(spec, 5)) == 5
    with pytest.raises(lrcli.SpecError, match="total_iters is 0, and torch's closed form divides by it"):
        lr(spec, 6)
