"""The Python interface: every form of a spec, every unit of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import lrcli
from lrcli.schedules import Cosine, Schedule

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_curve_has_a_name_a_unit_and_two_arrays_of_one_length() -> None:
    curve = lrcli.evaluate("cosine:max_lr=0.3", epochs=90)
    assert (curve.name, curve.unit) == ("cosine:max_lr=0.3", "epoch")
    assert curve.t.dtype == np.int64
    assert curve.lr.dtype == np.float64
    assert curve.t.tolist() == list(range(90))
    assert len(curve.lr) == 90


@pytest.mark.parametrize("verb", [lrcli.evaluate, lrcli.plot, lrcli.load])
def test_the_base_of_all_schedules_is_refused(verb: Callable[..., object]) -> None:
    with pytest.raises(lrcli.SpecError, match="Schedule is a base class without a curve"):
        verb(Schedule())


def test_a_run_is_100_epochs_if_nothing_is_said() -> None:
    assert len(lrcli.evaluate("cosine").t) == 100


@pytest.mark.parametrize(
    "spec",
    [
        "cosine:max_lr=0.3,warmup=5",
        {"type": "cosine", "max_lr": 0.3, "warmup": 5},
        {"type": "cosine", "max_lr": "3/10", "warmup": "5ep"},
        {"type": "Cosine", "max-lr": 0.3, "warmup": 5.0},
        Cosine(max_lr=0.3, warmup=5),
        "type: cosine\nmax_lr: 0.3\nwarmup: 5\n",
        "schedules:\n  only: {type: cosine, max_lr: 3e-1, warmup: 5%}\n",
        "run: {epochs: 7}\ndefaults: {max_lr: 0.3}\nschedules: {only: 'cosine:warmup=5'}\n",
    ],
)
def test_the_forms_of_a_spec_are_one_thing(spec: Any) -> None:
    expected = lrcli.evaluate(Cosine(max_lr=0.3, warmup=5), epochs=100)
    np.testing.assert_array_equal(lrcli.evaluate(spec, epochs=100).lr, expected.lr)


def test_a_list_is_a_sequence_with_each_part_on_its_own_clock() -> None:
    curve = lrcli.evaluate([{"type": "linear", "start_lr": 0, "for": 5}, {"type": "cosine", "for": 85}], epochs=90)
    same = lrcli.evaluate("linear:start_lr=0,for=5+cosine:for=85", epochs=90)
    np.testing.assert_array_equal(curve.lr, same.lr)
    assert curve.lr[:6] == pytest.approx([0, 0.02, 0.04, 0.06, 0.08, 0.1])


def test_only_the_last_part_of_a_sequence_may_be_open() -> None:
    with pytest.raises(lrcli.SpecError, match=r"part 1 of 2 needs a length"):
        lrcli.evaluate("linear+cosine")


@pytest.mark.parametrize(
    ("run", "unit", "points", "warmed_up"),
    [
        ({"epochs": 100}, "epoch", 100, {"5": 5, "5ep": 5, "10%": 10}),
        ({"steps": 1000}, "step", 1000, {"5": 5, "5st": 5, "10%": 100}),
        ({"epochs": 100, "steps_per_epoch": 50}, "epoch", 100, {"5": 5, "250st": 5, "10%": 10}),
        ({"steps": 1000, "steps_per_epoch": 50}, "step", 1000, {"5": 5, "5ep": 250, "10%": 100}),
        ({"epochs": 100, "steps_per_epoch": 50, "per_step": True}, "step", 5000, {"5": 250, "250st": 250, "10%": 500}),
    ],
)
def test_lengths_are_reported_in_the_unit_of_the_run(
    run: dict[str, Any], unit: str, points: int, warmed_up: dict[str, int]
) -> None:
    for length, end in warmed_up.items():
        curve = lrcli.evaluate(f"constant:max_lr=1,warmup={length}", **run)
        assert (curve.unit, len(curve.lr)) == (unit, points)
        assert curve.lr[end - 1] < 1
        assert curve.lr[end] == 1


def test_per_step_looks_between_the_epochs() -> None:
    per_epoch = lrcli.evaluate("cosine", epochs=10)
    per_step = lrcli.evaluate("cosine", epochs=10, steps_per_epoch=7, per_step=True)
    np.testing.assert_array_equal(per_step.lr[::7], per_epoch.lr)
    assert (np.diff(per_step.lr) < 0).all()


def test_load_gives_named_specs_and_the_run(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    path.write_text("run: {epochs: 90}\nschedules:\n  a: {type: step}\n  b: ['linear:start_lr=0,for=5', cosine]\n")
    specs = lrcli.load(str(path))
    assert list(specs.schedules) == ["a", "b"]
    assert [entry.run.total for entry in specs] == [90, 90]
    assert lrcli.evaluate(specs["a"]).lr.size == 90
    assert lrcli.load(f"{path}#b").schedules == {"b": specs.schedules["b"]}
    with pytest.raises(lrcli.SpecError, match=r"holds 2 schedules: choose one"):
        lrcli.evaluate(str(path))


def test_an_error_has_every_problem_with_its_place_and_a_suggestion() -> None:
    with pytest.raises(lrcli.SpecError) as caught:
        lrcli.load("schedules:\n  a: {type: cosin}\n  b: {type: step, gama: 1}\n")
    first, second = caught.value.problems
    assert (first.place, first.suggestion) == ("<text>:2:13", "cosine")
    assert (second.place, second.suggestion) == ("<text>:3:19", "gamma")


def test_an_error_in_data_names_its_path() -> None:
    with pytest.raises(lrcli.SpecError, match=r"^\[1\]\.max_lr: max_lr must be > 0"):
        lrcli.evaluate([{"type": "linear", "for": 5}, {"type": "cosine", "max_lr": -1}])


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(lrcli.InputError, match=r"no such file"):
        lrcli.evaluate(str(tmp_path / "none.yaml"))


@pytest.mark.parametrize("run", [{"epochs": 0}, {"steps": -1}, {"epochs": 10, "steps": 10}, {"per_step": True}])
def test_a_run_that_makes_no_sense_is_refused(run: dict[str, Any]) -> None:
    with pytest.raises(lrcli.SpecError):
        lrcli.evaluate("cosine", **run)


@pytest.mark.parametrize("text", ["1e-3", "0.001", "1/1000", "1_0e-4", ".001"])
def test_numbers_are_written_as_people_write_them(text: str) -> None:
    assert lrcli.evaluate(f"constant:max_lr={text}").lr[0] == 0.001


@pytest.mark.parametrize("text", ["1e400ep", "inf%", "nanst", "-5ep", "ep", "1/0ep", "1e400", "0%", "101%"])
def test_a_length_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(lrcli.SpecError, match="cycle_length"):
        lrcli.evaluate(f"cosine:cycle_length={text}")


@pytest.mark.parametrize(
    ("text", "points"), [("2k", 2000), ("1.5M", 1_500_000), ("2T", 2 * 10**12), ("1e3", 1000), ("1_000", 1000)]
)
def test_runs_are_as_long_as_people_say(text: str, points: int) -> None:
    loaded = lrcli.load(f"run: {{steps: {text}}}\nschedules: {{a: constant}}\n")
    assert [(entry.name, entry.run.total) for entry in loaded] == [("a", points)]
    assert not loaded.findings


def test_a_text_too_long_for_the_name_of_a_file_is_refused_as_a_spec() -> None:
    with pytest.raises(lrcli.SpecError, match="no schedule is called"):
        lrcli.evaluate("x" * 5000)
    with pytest.raises(lrcli.InputError):
        lrcli.evaluate("plateau", metric="x" * 5000 + ":loss")


def test_a_curve_that_no_memory_holds_is_refused() -> None:
    with pytest.raises(lrcli.SpecError, match="too many for one array"):
        lrcli.evaluate("cosine", steps=10**15)


def test_what_is_loaded_prints_in_one_line() -> None:
    assert (
        repr(lrcli.load("cosine:warmup=5", "wsd", epochs=9))
        == "Loaded(Entry(cosine:warmup=5, 9 epochs), Entry(wsd, 9 epochs))"
    )
