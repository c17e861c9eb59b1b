"""Schedules made of schedules: sequences, nested and repeated, floors, caps and scales, and their findings."""

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
        "constant:max_lr=0.05,for=20+linear:end_lr=0.01,for=3+cosine:start=previous",
        "cosine*(constant:for=20+linear:end_lr=0.1)",
        "constant:for=20+torch.StepLR:step_size=3,start=previous",
        "constant:max_lr=0.01,for=20+cosine:start=previous,warmup=3,max_lr=0.3",
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
    from lrcli.spec.make import Layer

    given = Layer({"warmup": 4, "max_lr": 0.4}, str)
    (spec,) = load("constant:for=5+constant", [given]).schedules.values()
    assert write.inline(spec) == "(constant:max_lr=0.4,for=5+constant:max_lr=0.4):warmup=4"


def test_a_part_shorter_than_a_unit_reaches_its_end() -> None:
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
def test_what_is_probably_not_meant_has_a_finding_with_its_numbers(spec: str, words: list[str]) -> None:
    (built,) = load(spec).schedules.values()
    said = "\n".join(finding.text for finding in judge([Entry(spec, built, Run(total=100))]))
    assert all(word in said for word in words), said


def test_parts_that_meet_have_no_finding() -> None:
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
def test_a_wrong_composition_is_reported_with_its_column(spec: str, message: str) -> None:
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
    from lrcli.spec.make import Layer

    (spec,) = load("cosine*step*linear:start_lr=2", [Layer({"max_lr": 0.4, "floor": 1e-3}, str)]).schedules.values()
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
        ("cosine:batch_scale=256", "batch_scale takes 2 values with commas between them, not 1"),
        ("cosine:warmup=5,warmup_shape=exponential", "a warm-up of shape exponential needs a warmup_from above 0"),
        ("cosine*stpe", "column 8: no schedule is called 'stpe'; did you mean step"),
        ("cosine:max_lr=0.1*step:gama=1", "column 24: step has no parameter 'gama'"),
        ("(cosine*step):repeat=2", "column 15: a product has no parameter 'repeat'"),
        ("product: []\n", "a product needs at least two factors"),
        ("product: {type: cosine}\n", "a product is a list of schedules"),
    ],
)
def test_a_wrong_product_warm_up_or_batch_is_reported(spec: str, message: str) -> None:
    with pytest.raises(lrcli.SpecError, match=message):
        load(spec, allow_code=True)


@pytest.mark.parametrize(
    ("spec", "at", "expected"),
    [
        ("constant:max_lr=0.05,for=20+linear:end_lr=0", 20, 0.05),
        ("constant:max_lr=0.05,for=20+linear:end_lr=0", 60, 0.025),
        ("constant:max_lr=0.05,for=20+linear", 60, 0.025),
        ("constant:max_lr=0.001,for=20+linear:end_lr=0.1", 60, 0.0505),
        ("cosine:min_lr=0.03,for=20+linear", 20, 0.03),
        ("cosine:for=20+linear:end_lr=0.08", 20, 0.0),
        ("constant:max_lr=0.05,for=20+cosine:start=previous", 20, 0.05),
        ("constant:max_lr=0.05,for=20+one-cycle:start=previous", 20, 0.05),
        ("constant:max_lr=0.05,for=20+torch.StepLR:step_size=30,start=previous", 20, 0.05),
        ("constant:max_lr=0.05,for=20+torch.StepLR:step_size=30,start=previous", 99, 0.0005),
        ("constant:max_lr=0.01,for=20+cosine:start=previous,warmup=10", 20, 0.01),
        ("constant:max_lr=0.05,for=20,scale=0.5+linear:for=10,scale=2,end_lr=0.01+constant:start=previous", 20, 0.025),
        ("constant:max_lr=0.05,for=20+linear:end_lr=0.01,for=40+constant:start=previous", 70, 0.01),
        ("constant:max_lr=0.05,for=20+(step:step_size=10,for=30+linear:end_lr=0):start=previous", 49, 0.0005),
        ("constant:max_lr=0.05,for=20+(step:step_size=10,for=30+linear:end_lr=0):start=previous", 75, 0.000025),
        ("(constant:max_lr=0.05,for=10+linear:end_lr=0,for=10):repeat=5", 95, 0.025),
    ],
)
def test_a_part_may_start_where_the_one_before_it_ends(spec: str, at: int, expected: float) -> None:
    assert lr(spec, epochs=100)[at] == pytest.approx(expected, rel=1e-12, abs=1e-18)


def test_a_line_starts_exactly_where_the_part_before_it_ends() -> None:
    for before in ("cosine:min_lr=0.0312345,for=20", "exponential:gamma=0.97,for=20", "step:step_size=7,for=20"):
        end = lr(f"{before}+constant:max_lr=1", epochs=40)
        assert lr(f"{before}+linear", epochs=40)[20] == lr(before, epochs=40)[20] != end[20]


def test_a_peak_that_is_given_for_all_is_none_of_a_line_that_goes_on() -> None:
    assert lr("cosine:min_lr=0.03,for=20+linear", epochs=40, max_lr=0.3)[20] == 0.03


def test_nested_parts_that_go_on_are_each_looked_for_once() -> None:
    nested = "constant:for=1"
    for depth in range(18):
        nested = f"({nested}+linear:end_lr=0.0{depth + 1},for=1):for={depth + 2}"
    assert lr(f"{nested}+linear", epochs=60)[19] == pytest.approx(0.018)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("cosine:start=previous", "column 8: start=previous is for a part of a sequence"),
        ("cosine*step:start=previous", "start=previous is for a part of a sequence"),
        ("cosine:start=previous,for=3+step", "column 8: the first part of a sequence has no previous part"),
        ("step:for=3+cosine:start=previous,max_lr=1", "leave max_lr or start=previous out"),
        ("step:for=3+linear:start=previous,start_lr=1", "column 34: start_lr and start=previous are two starts"),
        ("step:for=3+linear:start=before", "start must be one of own, previous, not 'before'"),
    ],
)
def test_a_start_where_nothing_ends_is_refused(spec: str, words: str) -> None:
    with pytest.raises(lrcli.SpecError, match=words):
        load(spec)


def test_a_cosine_cannot_start_at_0() -> None:
    with pytest.raises(lrcli.SpecError, match="a part cannot start at 0, where the previous one ends"):
        lrcli.evaluate("linear:for=9+cosine:start=previous", epochs=20)


def test_plus_and_times_are_those_of_text() -> None:
    from lrcli.schedules import Constant, Cosine, Linear, Step

    def read(text: str) -> Any:
        return next(iter(load(text).schedules.values()))

    assert Constant(for_=5) + Cosine() == read("constant:for=5+cosine")
    assert Constant(for_=5) + Cosine(for_=6) + Linear(end_lr=0.0) == read("constant:for=5+cosine:for=6+linear:end_lr=0")
    assert (Step(for_=2) + Cosine(for_=3)).replaced(for_=5) + Linear(max_lr=0.3) == read(
        "(step:for=2+cosine:for=3):for=5+linear:max_lr=0.3"
    )
    assert Cosine() * Step() * Linear() == read("cosine*step*linear")
    assert Step(for_=5) + Cosine() * Linear(max_lr=0.5) == read("step:for=5+cosine*linear:max_lr=0.5")
    assert Cosine() * 0.5 == 0.5 * Cosine() == read("cosine:scale=0.5")
    assert 2 * read("torch.StepLR:step_size=3") == read("torch.StepLR:step_size=3,scale=2")
    assert read("torch.StepLR:step_size=3,for=9") + Cosine() == read("torch.StepLR:step_size=3,for=9+cosine")
    with pytest.raises(TypeError):
        Cosine() + 1
    with pytest.raises(lrcli.SpecError, match="needs a length"):
        Cosine() + Cosine()
