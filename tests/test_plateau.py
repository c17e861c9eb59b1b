"""The metric-driven schedule: which metric it uses, where that is read from, and its findings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import lrcli
from lrcli import engine
from lrcli.run import Run
from lrcli.schedules.metric import DEMO_LENGTH
from lrcli.schedules.plateau import Rule, replay
from lrcli.schedules.plateau import margins as margins_of
from lrcli.spec.build import build
from lrcli.spec.metric import read_metric
from tests.data import framework_cases
from tests.shell import inside as run

if TYPE_CHECKING:
    from pathlib import Path

FLAT = [1.0] * 10


def test_with_patience_2_the_rate_falls_after_the_third_bad_epoch() -> None:
    lr = lrcli.evaluate("plateau:patience=2,factor=0.5", metric=FLAT).lr
    assert lr.tolist() == [0.1] * 4 + [0.05] * 3 + [0.025] * 3


def test_a_run_is_as_long_as_its_metric_unless_it_says_otherwise() -> None:
    assert len(lrcli.evaluate("plateau", metric=FLAT).lr) == 10
    assert len(lrcli.evaluate("plateau", metric=FLAT, epochs=15).lr) == 15


def test_past_its_metric_it_holds_its_rate() -> None:
    lr = lrcli.evaluate("plateau:patience=2,factor=0.5", metric=FLAT, epochs=20).lr
    assert (lr[10:] == lr[10]).all()


def test_after_a_warm_up_it_hears_only_what_comes_then() -> None:
    lr = lrcli.evaluate("plateau:patience=2,factor=0.5,warmup=4", metric=FLAT).lr
    assert lr.tolist() == pytest.approx([0, 0.025, 0.05, 0.075, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05])


def test_as_a_part_it_hears_only_its_own_time() -> None:
    parts = [{"type": "constant", "for": 4}, {"type": "plateau", "patience": 2, "factor": 0.5}]
    assert lrcli.evaluate(parts, metric=FLAT).lr.tolist() == [0.1] * 8 + [0.05] * 2


def test_each_epoch_of_a_run_looked_at_per_step_has_one_rate() -> None:
    per_step = lrcli.evaluate("plateau:patience=2", metric=FLAT, steps_per_epoch=5, per_step=True).lr
    np.testing.assert_array_equal(per_step[::5], lrcli.evaluate("plateau:patience=2", metric=FLAT).lr)
    np.testing.assert_array_equal(per_step, np.repeat(per_step[::5], 5))


def test_without_a_metric_the_made_up_one_is_the_same_every_time_and_said() -> None:
    first, second = run("export", "plateau"), run("export", "plateau")
    assert first.out == second.out
    assert "made-up loss" in first.err
    assert "made-up loss" in run("plot", "plateau").out
    assert len(set(lrcli.evaluate("plateau").lr)) > 2


def test_in_a_long_run_the_lr_stays_as_it_is_after_the_last_value() -> None:
    ends = engine.at(build("plateau"), Run(unit="step", total=1e15), np.array([DEMO_LENGTH, 1e15 - 1]))
    assert ends[0] == ends[1] < 0.1


LOGS = {
    "a.csv": "epoch,loss,val_loss\n0,3,2.5\n1,2,1.5\n",
    "a.tsv": "epoch\tval_loss\n0\t2.5\n1\t1.5\n",
    "a.jsonl": '{"val_loss": 2.5}\n{"val_loss": 1.5}\n',
    "a.json": '{"epoch": [0, 1], "val_loss": [2.5, 1.5]}',
    "trainer_state.json": '{"log_history": [{"loss": 3}, {"eval_loss": 2.5}, {"loss": 2}, {"eval_loss": 1.5}]}',
    "lightning.csv": "epoch,step,train_loss,val_loss\n0,9,3,\n0,9,,2.5\n1,19,2,\n1,19,,1.5\n",
    "comment.csv": "# a note\nval_loss\n2.5\n1.5\n",
    "blanks.csv": "  epoch,  val_loss\n      0,       2.5\n      1,       1.5\n",
    "lines.json": '{"step": 1, "val_loss": 2.5}\n{"step": 2, "val_loss": 1.5}\n',
    "nested.json": '{"history": {"val_loss": [2.5, 1.5]}}',
    "deep.json": '{"lr0": [1], "fit": {"history": {"loss": [3, 2], "val_loss": [2.5, 1.5]}}}',
    "splits.json": '{"betas": [0.9], "train": [{"epoch": 0, "loss": 3}, {"epoch": 1, "loss": 2}], "val": '
    '[{"epoch": 0, "loss": 2.5}, {"epoch": 1, "loss": 1.5}]}',
    "rows.json": '[{"epoch": 0, "valid": {"loss": 2.5}}, {"epoch": 1, "valid": {"loss": 1.5}}]',
    "a.ssv": "epoch;val_loss\n0;2.5\n1;1.5\n",
    "wandb.csv": "Step,run-1 - lr,eval/loss\n10,0.1,2.5\n20,0.1,1.5\n",
}


@pytest.mark.parametrize("name", LOGS)
def test_a_log_is_read_as_it_is_and_its_column_guessed(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(LOGS[name])
    metric = read_metric(str(path))
    assert metric.series.values == (2.5, 1.5)
    assert metric.guessed
    assert read_metric(f"{path}:{metric.column}")._replace(guessed=True) == metric


@pytest.mark.parametrize("nan", ["nan", "NaN", "inf", "Infinity"])
def test_a_row_that_is_no_number_is_a_bad_epoch(nan: str, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(f"epoch,val_loss\n0,2.5\n1,{nan}\n2,{nan}\n3,2.4\n")
    lr = lrcli.evaluate("plateau:patience=1,factor=0.5", metric=f"{tmp_path}/log.csv").lr
    assert lr.tolist() == [0.1, 0.1, 0.1, 0.05]


STATE = {
    "log_history": [{"step": step, "epoch": step / 100, "eval_loss": 1.0} for step in (200, 400, 600)]
    + [{"step": 100, "epoch": 1.0, "loss": 2.0}]
}


def test_values_act_from_the_step_after_which_they_were_known(tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text(json.dumps(STATE))
    rule, metric = "plateau:patience=0,factor=0.5", f"{tmp_path}/log.json:eval_loss"
    by_step = lrcli.evaluate(rule, metric=metric, steps=800).lr
    assert np.flatnonzero(np.diff(by_step)).tolist() == [399, 599]
    in_epochs = lrcli.evaluate(rule, metric=metric, epochs=4, steps_per_epoch=200, per_step=True).lr
    np.testing.assert_array_equal(in_epochs, by_step)
    assert lrcli.evaluate(rule, metric=metric).lr.tolist() == [0.1] * 4 + [0.05] * 2


def test_a_log_over_steps_alone_is_a_run_of_steps(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("step,eval_loss\n" + "".join(f"{step},1\n" for step in range(200, 1401, 200)))
    rule, metric = "plateau:patience=1,factor=0.5", f"{tmp_path}/log.csv"
    curve = lrcli.evaluate(rule, metric=metric)
    assert (curve.unit, len(curve)) == ("step", 1400)
    assert (np.flatnonzero(np.diff(curve.lr)) + 1).tolist() == [600, 1000]
    assert run("table", rule, "--metric", "log.csv", cwd=str(tmp_path)).out.endswith(
        f"{rule}: bad steps 400, 600, 800, 1000, 1200, 1400; cut at 600, 1000\n"
    )
    in_epochs = lrcli.evaluate(rule, metric=metric, steps_per_epoch=100)
    assert (in_epochs.unit, len(in_epochs)) == ("epoch", 14)
    assert (np.flatnonzero(np.diff(in_epochs.lr)) + 1).tolist() == [6, 10]


def test_blanks_around_the_name_of_a_column_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("epoch, val_loss \n0, 2.5\n1, 1.5\n")
    assert read_metric(f"{tmp_path}/log.csv: val_loss ").column == "val_loss"


def test_epochs_without_a_value_are_no_epochs_of_the_rule(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("epoch,val_loss\n0,1\n5,1\n9,1\n")
    lr = lrcli.evaluate("plateau:patience=0,factor=0.5", metric=f"{tmp_path}/log.csv", epochs=12).lr
    assert np.flatnonzero(np.diff(lr)).tolist() == [5, 9]


def test_of_two_runs_in_a_log_the_last_is_taken_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("epoch,val_loss\n0,3\n1,2\n0,2.5\n1,1.5\n2,1\n")
    result = run("table", "plateau", "--metric", "log.csv:val_loss", "--json", cwd=str(tmp_path))
    note = "its epoch falls back once at row 3: the run from there on is taken"
    assert f"note: log.csv:val_loss: {note}\n" in result.err
    assert json.loads(result.out)["t"] == [0, 2]


def test_a_guessed_accuracy_comes_with_its_mode(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("epoch,val_accuracy\n0,0.5\n1,0.6\n")
    result = run("table", "plateau", "--metric", "log.csv", cwd=str(tmp_path))
    assert "LR036 mode=min with val_accuracy, which is better when it is higher" in result.err


def test_the_guessed_column_is_said(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOGS["a.csv"])
    result = run("table", "plateau", "--metric", "log.csv", cwd=str(tmp_path))
    assert "note: the metric is val_loss of log.csv, 2 values\n" in result.err


@pytest.mark.parametrize(
    ("name", "text", "column", "message"),
    [
        ("a.csv", "epoch,speed\n0,1\n", "", "which column\\? it has epoch, speed"),
        ("a.csv", "epoch,val_loss\n0,1\n", ":val_los", "no column 'val_los' of numbers.*did you mean val_loss"),
        ("a.csv", "", "", "it has no column of numbers"),
        ("a.json", "{", "", "not JSON"),
        ("a.jsonl", "{}\n{", "", "it has no column of numbers"),
        ("a.json", "5", "", "it has no column of numbers"),
    ],
)
def test_a_log_that_cannot_be_used_is_reported(name: str, text: str, column: str, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(lrcli.SpecError, match=message):
        read_metric(f"{tmp_path / name}{column}")


def test_a_missing_log_is_an_input_error() -> None:
    result = run("plot", "plateau", "--metric", "none.csv")
    assert (result.code, result.err) == (3, "error: none.csv: no such file or directory\n")


def test_a_file_can_name_its_metric(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("val_loss\n" + "1\n" * 10)
    (tmp_path / "p.yaml").write_text(
        "run: {metric: 'log.csv'}\nschedules: {p: {type: plateau, patience: 2, factor: 0.5}}\n"
    )
    result = run("table", "p.yaml", "--json", cwd=str(tmp_path))
    assert json.loads(result.out)["t"] == [0, 4, 7, 9]


def test_a_file_can_hold_its_metric() -> None:
    text = "run: {metric: [1, 0.5, 0.6, '3/5']}\nschedules: {a: {type: plateau, patience: 0}}"
    assert lrcli.evaluate(text + "\n").lr.tolist() == pytest.approx([0.1, 0.1, 0.1, 0.01])
    with pytest.raises(lrcli.SpecError, match=r"<text>:1:19: 'a' is not a number"):
        lrcli.load("run: {metric: [1, a]}\nschedules: {a: {type: plateau}}")


def test_table_prints_the_bad_epochs_and_the_cuts(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("val_loss\n" + "1\n" * 10)
    result = run("table", "plateau:patience=2", "--metric", "log.csv", cwd=str(tmp_path))
    assert result.out.endswith("plateau:patience=2: bad epochs 1-9; cut at 4, 7\n")


def rule_of(framework: str, kwargs: dict[str, Any], base_lr: float | None) -> Rule:
    """Return what a framework's rule is in the words of the one that plays them all."""
    own = {name: kwargs[name] for name in ("factor", "patience", "cooldown")}
    if framework == "optax":
        margins = {"share": kwargs["rtol"], "margin": kwargs["atol"], "accumulation": kwargs["accumulation_size"]}
        return Rule(lr=base_lr or 1.0, min_lr=kwargs["min_scale"] * (base_lr or 1.0), comparison="==", **own, **margins)
    if framework == "keras":
        own |= {"patience": max(kwargs["patience"], 1), "cooldown": max(kwargs["cooldown"] - 1, 0)}
        lowest = {"min_lr": kwargs["min_lr"], "margin": kwargs["min_delta"], "mode": kwargs["mode"]}
        return Rule(lr=base_lr or 1.0, comparison=">=", **own, **lowest)
    share, margin = margins_of(kwargs["threshold"], kwargs["threshold_mode"])
    rest = {"mode": kwargs["mode"], "min_lr": kwargs["min_lr"], "rests_in_cooldown": framework == "paddle"}
    start = base_lr if base_lr is not None else kwargs["learning_rate"]
    return Rule(lr=start, share=share, margin=margin, eps=kwargs.get("eps", kwargs.get("epsilon", 0.0)), **own, **rest)


RULES = [
    pytest.param(framework, case, id=case["id"])
    for framework in ("torch", "paddle", "keras", "optax")
    for case in framework_cases(framework)
    if "lateau" in case["scheduler"] and "raises" not in case
]


@pytest.mark.parametrize(("framework", "case"), RULES)
def test_one_rule_does_what_each_framework_does(framework: str, case: dict[str, Any]) -> None:
    found = replay(rule_of(framework, case["kwargs"], case["base_lr"]), tuple(case["metrics"])).lr
    mine = found[1:] if framework == "optax" else found[: len(case["lr"])]
    np.testing.assert_allclose(mine, case["lr"], rtol=2e-6 if framework == "keras" else 1e-12)


def test_every_framework_s_rule_was_looked_at() -> None:
    assert len(RULES) == 13 + 6 + 5 + 5


def test_an_lr_of_0_stays_0() -> None:
    assert set(lrcli.evaluate("torch.ReduceLROnPlateau:base_lr=0,patience=0", metric=FLAT).lr.tolist()) == {0.0}
    assert set(lrcli.evaluate("timm.PlateauLRScheduler:base_lr=0,patience_t=0", metric=FLAT).lr.tolist()) == {0.0}


@pytest.mark.parametrize(
    ("change", "lr"),
    [
        ({}, [1, 1, 1, 0.5, 0.5, 0.25]),
        ({"comparison": ">="}, [1, 1, 0.5, 0.25, 0.125, 0.0625]),
        ({"comparison": "==", "patience": 0}, [1, 0.5, 0.5, 0.5, 0.5, 0.5]),
        ({"cooldown": 2}, [1, 1, 1, 0.5, 0.5, 0.5]),
        ({"eps": 0.3}, [1, 1, 1, 0.5, 0.5, 0.5]),
        ({"min_lr": 0.4}, [1, 1, 1, 0.5, 0.5, 0.4]),
        ({"accumulation": 2, "patience": 0}, [1, 1, 1, 1, 0.5, 0.5]),
    ],
)
def test_what_each_switch_does(change: dict[str, Any], lr: list[float]) -> None:
    rule = Rule(lr=1.0, factor=0.5, patience=1)._replace(**change)
    assert list(replay(rule, (1.0,) * 5).lr) == lr


def test_whether_the_best_is_kept_up_in_the_cooldown() -> None:
    metric = (1.0, 1.0, 0.2, 0.5, 0.5)
    rule = Rule(lr=1.0, factor=0.5, patience=0, cooldown=1)
    assert replay(rule, metric).lr == (1.0, 1.0, 0.5, 0.5, 0.25, 0.25)
    assert replay(rule._replace(rests_in_cooldown=True), metric).lr == (1.0, 1.0, 0.5, 0.5, 0.5, 0.25)
