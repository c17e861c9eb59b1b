"""Schedules made of schedules: sequences, nested and repeated, floors, caps and scales, and what is cautioned."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lrcli
from lrcli import engine
from lrcli.entry import Entry
from lrcli.findings.judge import judge
from lrcli.run import Run
from lrcli.spec import write
from lrcli.spec.build import build
from lrcli.spec.read import load


def lr(spec: Any, **run: Any) -> list[float]:
    values: list[float] = lrcli.evaluate(spec, **run).lr.tolist()
    return values


def test_a_repeated_cosine_is_a_cosine_with_restarts() -> None:
    repeated = lr("(cosine:for=20):repeat=5", epochs=100)
    assert repeated == lr("cosine-restarts:cycle_length=20", epochs=100)


def test_after_its_last_time_a_repeated_sequence_holds_its_last_value() -> None:
    assert lr("(linear:start_lr=0,for=4):repeat=2", epochs=10)[7:] == [0.075000000000000011, 0.1, 0.1]


def test_a_part_may_be_a_sequence() -> None:
    nested = "linear:start_lr=0,for=5+(step:for=10,step_size=5+constant:max_lr=1,for=5):repeat=2,for=30+cosine"
    twice = "+".join(["step:for=10,step_size=5+constant:max_lr=1,for=5"] * 2)
    flat = f"linear:start_lr=0,for=5+{twice}+cosine"
    assert lr(nested, epochs=50) == lr(flat, epochs=50)


@pytest.mark.parametrize(
    "spec",
    [
        "linear:start_lr=0,for=5+(step:for=10+constant:for=5):repeat=2,for=30+cosine",
        "(cosine:for=20):repeat=5,warmup=3,floor=0.01",
        "(linear:start_lr=0,for=5ep+cosine:for=10%):repeat=2",
        "cosine:max_lr=1e+20,scale=1e-20",
        "linear:for=5+(cosine*step:max_lr=0.1):for=20+expr:(max_lr * 2)*step*(linear:start_lr=0,for=3+constant)",
        "(cosine*step:warmup=3):batch_scale=256,512,batch_rule=sqrt,floor=0.01",
    ],
)
def test_what_is_written_is_read_back_in_every_form(spec: str) -> None:
    (first,) = load(spec).schedules.values()
    (again,) = load(write.inline(first)).schedules.values()
    assert again == first
    assert build(write.data(first)) == first


def test_yaml_has_sequences_with_parameters() -> None:
    text = "sequence:\n  - {type: cosine, for: 20}\nrepeat: 5\nwarmup: 0\n"
    assert lr(text, epochs=100) == lr("(cosine:for=20):repeat=5", epochs=100)


def test_floor_cap_and_scale_hold_for_the_whole() -> None:
    plain = np.array(lr("linear:start_lr=0,for=50+cosine", epochs=100))
    composed = lr(
        {"sequence": ["linear:start_lr=0,for=50", "cosine"], "scale": 2, "floor": 0.01, "cap": 0.15}, epochs=100
    )
    np.testing.assert_array_equal(composed, np.clip(2 * plain, 0.01, 0.15))


def test_a_warm_up_before_a_sequence_climbs_to_its_first_lr() -> None:
    values = lr("(constant:for=5+constant:max_lr=0.2):warmup=4", epochs=12)
    assert values == pytest.approx([0, 0.025, 0.05, 0.075] + 5 * [0.1] + 3 * [0.2])


def test_flags_go_to_the_whole_if_the_whole_has_them_and_else_to_the_parts() -> None:
    from lrcli.spec.values import Given

    given = Given({"warmup": 4, "max_lr": 0.4}, str)
    (spec,) = load("constant:for=5+constant", [given]).schedules.values()
    assert write.inline(spec) == "(constant:max_lr=0.4,for=5+constant:max_lr=0.4):warmup=4"


def test_a_part_shorter_than_a_unit_plays_to_its_end() -> None:
    values = lr("linear:start_lr=0,for=0.5+constant", epochs=2, steps_per_epoch=4, per_step=True)
    assert values == pytest.approx([0, 0.05, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("linear:start_lr=0,for=10+constant:max_lr=0.05", ["0.1 to 0.05", "epoch 10", "part 2"]),
        ("linear:start_lr=0,for=80+cosine:for=40", ["120 epochs", "100"]),
        ("(cosine:for=40):repeat=3", ["120 epochs", "100"]),
        ("linear:start_lr=0,for=10+cosine:for=20,warmup=20+constant:max_lr=1e-9", ["20 of 20 epochs"]),
    ],
)
def test_what_is_probably_not_meant_is_cautioned_with_its_numbers(spec: str, words: list[str]) -> None:
    (built,) = load(spec).schedules.values()
    said = "\n".join(finding.text for finding in judge([Entry(spec, built, Run(total=100))]))
    assert all(word in said for word in words), said


def test_parts_that_meet_are_not_cautioned() -> None:
    for spec in (
        "linear:start_lr=0,for=5+cosine:for=95",
        "constant:for=50+linear:start_lr=0.1,end_lr=0.01,for=20+constant:max_lr=0.01",
    ):
        (built,) = load(spec).schedules.values()
        assert judge([Entry(spec, built, Run(total=100, steps_per_epoch=9, per_step=True))]) == []


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("(cosine:for=5", "column 1: this parenthesis is never closed"),
        ("(cosine:for=5)x", "column 15: 'x' cannot follow a parenthesis"),
        ("(cosine):repeat=2", r"part 1 of 1 needs a length \(for=…\): to be repeated"),
        ("(linear+cosine):for=5", "part 1 of 2 needs a length"),
        ("(linear:start_lr=0,for=5+cosin):for=5", "column 26: no schedule is called 'cosin'"),
        (
            "(linear:start_lr=0,for=5+cosine):repeet=5",
            "column 34: a sequence has no parameter 'repeet'; did you mean repeat",
        ),
        ("cosine:floor=0.2,cap=0.1", r"floor \(0.2\) is above cap \(0.1\)"),
        ("()", "column 2: a schedule's name is missing"),
        ("step:30", "column 6: '30' is not a parameter with a value"),
    ],
)
def test_a_wrong_composition_is_told_with_its_column(spec: str, message: str) -> None:
    with pytest.raises(lrcli.SpecError, match=message):
        load(spec)


@pytest.mark.parametrize(
    "text",
    [
        "(linear:start_lr=0,for=7+cosine:for=13):repeat=100",
        "(constant:max_lr=0.01,for=500+cosine-restarts:cycle_length=10,for=500):repeat=20",
    ],
)
def test_the_breakpoints_of_a_repeated_sequence_show_every_peak(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (spec,) = load(text).schedules.values()
    run = Run(unit="step", total=2500)
    edges = np.linspace(0, run.points, 61)
    exact = engine.columns(spec, run, edges)
    monkeypatch.setattr(engine, "EXACT", 0)
    sampled = engine.columns(spec, run, edges)
    np.testing.assert_array_equal(sampled.high, exact.high)
    np.testing.assert_array_equal(sampled.low, exact.low)


def test_the_factors_of_a_product_multiply() -> None:
    cosine, stairs = lr("cosine:max_lr=0.3", epochs=100), lr("step:max_lr=1,gamma=0.5", epochs=100)
    expected = [a * b for a, b in zip(cosine, stairs, strict=True)]
    for text in (
        "cosine:max_lr=0.3*step:gamma=0.5",
        "(cosine:max_lr=0.3*step:gamma=0.5)",
        {"product": [{"type": "cosine", "max_lr": 0.3}, {"type": "step", "gamma": 0.5}]},
        "product:\n- {type: cosine, max_lr: 0.3}\n- step:gamma=0.5\n",
    ):
        assert lr(text, epochs=100) == expected


def test_a_product_is_composed_like_any_schedule() -> None:
    values = lr(
        "linear:start_lr=0,for=5+(cosine*(linear:start_lr=0,for=10+constant)):for=45,cap=0.05+constant", epochs=60
    )
    own = np.array(lr("cosine*(linear:start_lr=0,for=10+constant)", epochs=45))
    np.testing.assert_array_equal(values[5:50], np.minimum(own, 0.05))


def test_a_star_in_a_formula_is_no_product() -> None:
    assert lr("expr:2*max_lr*exp(-k*x),k=3", epochs=5) == lr("expr:(2*max_lr*exp(-k*x)),k=3", epochs=5)
    assert lr("expr:max_lr*2**-x*step:gamma=0.5,step_size=1", epochs=3) == pytest.approx(
        [0.1 * 2 ** (-t / 3) * 0.5**t for t in range(3)]
    )


def test_a_flag_goes_to_the_first_factor_and_the_others_stay_around_one() -> None:
    from lrcli.spec.values import Given

    (spec,) = load("cosine*step*linear:start_lr=2", [Given({"max_lr": 0.4, "floor": 1e-3}, str)]).schedules.values()
    assert write.inline(spec) == "(cosine:max_lr=0.4*step*linear:start_lr=2):floor=0.001"


@pytest.mark.parametrize(
    ("shape", "expected"),
    [("linear", [0.02, 0.04, 0.06, 0.08]), ("exponential", None), ("constant", [0.02] * 4)],
)
def test_a_warm_up_has_a_shape(shape: str, expected: list[float] | None) -> None:
    values = lr(f"constant:warmup=4,warmup_from=0.02,warmup_shape={shape}", epochs=6)
    assert values[:4] == pytest.approx(expected or [0.02 * 5 ** (t / 4) for t in range(4)])
    assert values[4:] == [0.1, 0.1]


def test_a_peak_is_scaled_to_the_batch_size_and_nothing_else_is() -> None:
    text = "cosine:min_lr=1e-3,warmup=5,warmup_from=1e-4,batch_scale=256,4096"
    assert lr(text, epochs=90) == lr("cosine:max_lr=1.6,min_lr=1e-3,warmup=5,warmup_from=1e-4", epochs=90)
    assert lr("cosine:batch_scale=256,4096,batch_rule=sqrt", epochs=9) == lr("cosine:max_lr=0.4", epochs=9)


def test_a_sequence_scales_the_peaks_of_its_parts() -> None:
    values = lr("(linear:start_lr=0.05,for=5+cosine):batch_scale=1,2", epochs=50)
    assert values == lr("linear:start_lr=0.05,end_lr=0.2,for=5+cosine:max_lr=0.2", epochs=50)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("cosine:min_lr=0.01,batch_scale=4096,256", r"column 20: min_lr \(0.01\) is above max_lr \(0.00625\)"),
        ("python:batch_scale=1,2", "python has no peak that could be scaled: give it a scale"),
        ("cosine:batch_scale=256", "batch_scale takes 2 values, not 1"),
        ("cosine:warmup=5,warmup_shape=exponential", "a warm-up of shape exponential needs a warmup_from above 0"),
        ("cosine*stpe", "column 8: no schedule is called 'stpe'; did you mean step"),
        ("cosine:max_lr=0.1*step:gama=1", "column 24: step has no parameter 'gama'"),
        ("(cosine*step):repeat=2", "column 15: a product has no parameter 'repeat'"),
        ("product: []\n", "a product needs at least two factors"),
        ("product: {type: cosine}\n", "a product is a list of schedules"),
    ],
)
def test_a_wrong_product_warm_up_or_batch_is_told(spec: str, message: str) -> None:
    with pytest.raises(lrcli.SpecError, match=message):
        load(spec, allow_code=True)
