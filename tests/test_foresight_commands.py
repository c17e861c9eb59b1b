"""`fit`, `predict`, `suggest` and `find` as a user meets them, and the same from Python."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import lrcli as library
from lrcli.render.theme import BAND
from tests.foresight.data import RANGES, RUNS
from tests.shell import inside as lrcli

if TYPE_CHECKING:
    from pathlib import Path

COSINE = str(RUNS / "mpl25M__cosine_24000.csv")
CONSTANT = str(RUNS / "mpl25M__constant_24000.csv")
SWEEP = str(RANGES / "lm_adamw_seed0.csv")
CONEBEAM = str(RANGES / "conebeam_lightning.json")
SPECS = ("cosine", "wsd:decay_length=20%,decay_shape=linear", "constant")


def printed_facts(*arguments: str) -> dict[str, Any]:
    """Return the JSON that a command prints."""
    done = lrcli(*arguments, "--json")
    assert (done.code, done.err) == (0, "")
    facts: dict[str, Any] = json.loads(done.out)
    assert facts.pop("schema_version") == 2
    return facts


def test_fit_prints_what_golden_json_has() -> None:
    facts = printed_facts("fit", COSINE)
    assert {name: facts[name] for name in ("peak", "steps", "readings", "loss", "validation")} == {
        "peak": 0.0003, "steps": 23921, "readings": 80, "loss": "loss", "validation": False,
    }  # fmt: skip
    assert round(facts["misfit"], 5) == 0.01031
    assert round(facts["laws"]["source"]["l0"], 5) == 3.12417
    assert [one["code"] for one in facts["findings"]] == ["LR105"]


def test_predict_fills_in_what_the_log_has_and_ranks() -> None:
    facts = printed_facts("predict", *SPECS, "--log", COSINE)
    rows = {one["name"].partition(":")[0]: one for one in facts["predictions"]}
    assert list(rows) == ["wsd", "cosine", "constant"]
    assert [one["verdict"] for one in rows.values()] == ["best", "worse", "worse"]
    assert rows["cosine"]["loss"] == pytest.approx((3.30987 + 3.3111) / 2, abs=2e-4)
    assert rows["constant"]["loss"] == pytest.approx((3.34933 + 3.3486) / 2, abs=2e-4)
    assert rows["cosine"]["difference"] == pytest.approx(0.04196, abs=1e-3)
    assert rows["cosine"]["half_width"] == pytest.approx(0.02293, abs=1e-3)
    assert "AdamW" in facts["note"]


def test_a_fit_in_a_file_predicts_the_same(tmp_path: Path) -> None:
    file = str(tmp_path / "run.fit.json")
    assert lrcli("fit", COSINE, "-o", file).code == 0
    assert lrcli("fit", COSINE, "-o", file).err.startswith("error: ")
    there, here = printed_facts("predict", *SPECS, "--fit", file), printed_facts("predict", *SPECS, "--log", COSINE)
    assert there == here


def test_a_frameworks_scheduler_and_a_file_are_predicted_too(tmp_path: Path) -> None:
    file = tmp_path / "runs.yaml"
    file.write_text("schedules:\n  mine: {type: polynomial, power: 1}\n")
    facts = printed_facts("predict", "torch.CosineAnnealingLR:T_max=21782", str(file), "--log", COSINE)
    assert {one["name"] for one in facts["predictions"]} == {"torch.CosineAnnealingLR:T_max=21782", "mine"}


def test_what_the_log_says_nothing_of_is_refused_with_what_would_do() -> None:
    def refused(*arguments: str) -> str:
        done = lrcli("predict", *arguments)
        assert (done.code, done.out) == (2, "")
        return done.err

    assert "a log says nothing about another peak; give it the peak 0.0003" in refused(
        "cosine:max_lr=0.001", "--log", COSINE
    )
    assert "choose 5,981 to 95,684" in refused("cosine", "--log", COSINE, "--steps", "200k")
    restarts = "cosine-restarts:cycle_length=5000"
    assert f"{restarts}: its lr rises again" in refused(restarts, "--log", COSINE)
    assert "never falls below half its peak" in refused("cosine", "--log", CONSTANT)
    assert "give one of them" in refused("cosine", "--log", COSINE, "--fit", COSINE)
    assert "--curve, --draw and -o need a log" in refused("cosine", "--curve")
    assert "a log says nothing about another peak" in refused("cosine", "--log", COSINE, "--tuned-lr", "1e-3")


def test_a_longer_run_is_predicted_with_a_warning() -> None:
    done = lrcli("predict", *SPECS, "--log", COSINE, "--steps", "60k")
    assert "LR104" in done.err
    assert "±.04" in done.out


def test_a_finding_can_be_ignored_and_those_of_the_schedules_are_shown_too() -> None:
    arguments = ("predict", "torch.CosineAnnealingLR:T_max=40000", "--log", COSINE)
    assert "LR105" in lrcli(*arguments).err
    assert "LR105" not in lrcli(*arguments, "--ignore", "LR105").err
    facts = json.loads(lrcli(*arguments, "--json").out)
    assert [one["code"] for one in facts["findings"]] == ["LR003", "LR105"]


def test_without_a_log_there_is_a_bound_and_no_loss() -> None:
    facts = printed_facts("predict", "cosine", "constant", "wsd:decay_shape=linear,warmup=0", "--steps", "50k")
    rows = {one["name"].partition(":")[0]: one for one in facts["bounds"]}
    assert [one["verdict"] for one in rows.values()] == ["best", "too_close", "worse"]
    assert rows["constant"]["bound"] == pytest.approx(3.52094 / 2.06023, abs=1e-4)
    assert rows["wsd"]["best_lr"] == pytest.approx(0.514398 / 0.970748, abs=1e-4)
    tuned = printed_facts(
        "predict", "cosine", "constant", "--steps", "50k", "--tuned-lr", "1e-3", "--tuned-for", "constant"
    )
    assert {one["name"]: one["peak"] for one in tuned["bounds"]} == {
        "cosine": pytest.approx(1e-3 * 0.970748 / 0.284015, rel=1e-4),
        "constant": 1e-3,
    }
    assert "did you mean cosine" in lrcli("predict", "cosine", "--tuned-lr", "1", "--tuned-for", "cosin").err


def test_a_curve_is_a_csv_that_ends_at_the_end() -> None:
    done = lrcli("predict", "cosine", "constant", "--log", COSINE, "--curve")
    header, *rows = done.out.splitlines()
    assert header == "step,cosine,constant"
    assert rows[0] == "1,,"
    step, cosine, _ = rows[-1].split(",")
    assert (step, round(float(cosine), 3)) == ("23921", 3.310)
    assert len(printed_facts("predict", "cosine", "--log", COSINE, "--curve")["curves"][0]["loss"]) == len(rows)


def test_losses_are_drawn_over_the_run() -> None:
    lines = lrcli("predict", "cosine", "constant", "--log", COSINE, "--draw", "--width", "80").out.splitlines()
    assert lines[0] == "** cosine   ++ constant"
    assert any(line.startswith("step  0") for line in lines)
    assert lines[-2].split()[:2] == ["cosine", "3.310"]


def test_the_suggested_cooldown_is_the_shortest_of_the_best() -> None:
    facts = printed_facts("suggest", "cooldown", "--log", COSINE)
    assert (facts["pick"], facts["longest"], facts["best"]) == (0.15, 0.35, 0.25)
    assert facts["spec"] == "wsd:max_lr=0.0003,warmup=2139,decay_length=15%,decay_shape=linear"
    assert len(facts["losses"]) == 19
    predicted = printed_facts("predict", facts["spec"], "--log", COSINE)["predictions"][0]["loss"]
    assert predicted == pytest.approx(facts["losses"][2]["loss"], abs=2e-4)


def test_a_cooldown_without_a_log_is_refused_with_the_rule_of_thumb() -> None:
    done = lrcli("suggest", "cooldown")
    assert (done.code, done.out) == (2, "")
    assert "20-40 % of the run" in done.err
    assert "did you mean cooldown" in lrcli("suggest", "cooldwn", "--log", COSINE).err


def test_find_prints_what_golden_json_has() -> None:
    facts = printed_facts("find", SWEEP)
    assert (round(facts["pick"], 5), round(facts["lr_min"], 4), round(facts["lr_div"], 4)) == (0.01315, 0.0263, 0.5012)
    assert facts["range"] == [facts["lr_min"] / 10, facts["lr_min"]]
    assert round(facts["rules"]["fastai_valley"], 6) == 0.001827
    assert len(facts["rules"]) == 8
    assert [one["code"] for one in facts["findings"]] == ["LR102"]


def test_find_draws_the_log_with_its_smoothing_and_marks() -> None:
    lines = lrcli("find", SWEEP, "--width", "80").out.splitlines()
    assert len(lines) < 24
    assert lines[0] == "** the log   ++ smoothed"
    assert any(line.split() == ["lr", "1e-06", "1e-05", "0.0001", "0.001", "0.01", "0.1", "1"] for line in lines)
    assert any(line.count("┊") == 4 for line in lines)
    assert lrcli("find", SWEEP, "--ascii").out.isascii()


def test_find_prints_the_number_of_one_rule_alone() -> None:
    assert lrcli("find", SWEEP, "--rule", "ours") == ("0.0131513\n", "", 0)
    assert lrcli("find", SWEEP, "--rule", "fastai-valley").out == "0.00182703\n"
    assert "takes no lr" in lrcli("find", CONEBEAM, "--rule", "ignite").err
    assert "did you mean fastai-valley" in lrcli("find", SWEEP, "--rule", "fastai-vally").err


def test_a_log_of_lightning_is_seen_to_be_smoothed() -> None:
    done = lrcli("find", CONEBEAM)
    assert "use 0.052; try 0.01 to 0.1; it diverges at 0.22" in done.out
    assert "smoothed already" in done.err
    assert printed_facts("find", CONEBEAM, "--raw")["smoothed"] is False


def test_an_lr_that_was_not_logged_is_computed_from_its_ends(tmp_path: Path) -> None:
    rows = [line.split(",")[1] for line in (RANGES / "lm_adamw_seed0.csv").read_text().split()]
    file = tmp_path / "losses.csv"
    file.write_text("\n".join(f"{at},{one}" for at, one in enumerate(rows)).replace("0,loss", "step,loss", 1))
    lrs = np.genfromtxt(SWEEP, delimiter=",", names=True)["lr"]
    facts = printed_facts("find", str(file), "--from", f"{lrs[0]}", "--to", f"{lrs[-1]}")
    assert facts["pick"] == pytest.approx(0.01315, rel=0.01)
    assert "0 < from < to" in lrcli("find", str(file), "--from", "1").err


def test_a_cooldown_too_far_from_the_log_is_refused() -> None:
    assert "choose 5,981 to 95,684" in lrcli("suggest", "cooldown", "--log", COSINE, "--steps", "200k").err


def test_python_has_the_same() -> None:
    known = library.fit(COSINE)
    there = {one["name"]: one for one in printed_facts("predict", *SPECS, "--log", COSINE)["predictions"]}
    here = library.predict(list(SPECS), known)
    assert {name: (one.loss, one.verdict) for name, one in here.items()} == {
        name: (one["loss"], one["verdict"]) for name, one in there.items()
    }
    twice = library.predict([{"type": "cosine"}, "cosine"], COSINE)
    assert {name: one.loss for name, one in twice.items()} == dict.fromkeys(
        ["cosine", "cosine (2)"], here["cosine"].loss
    )
    assert library.predict(["cosine", "constant"], steps=50_000)["constant"].verdict == "worse"
    assert library.suggest(known).pick == library.suggest(COSINE).pick == 0.15
    assert round(library.find(SWEEP).pick, 5) == 0.01315


def test_python_takes_columns_as_a_log() -> None:
    table = np.genfromtxt(COSINE, delimiter=",", names=True)
    columns = {name: table[name].tolist() for name in ("step", "lr", "loss")}
    assert library.fit(columns).misfit == library.fit(COSINE).misfit
    with pytest.raises(library.SpecError, match="the log: no column holds a loss; it has step, lr"):
        library.fit({"step": [1, 2], "lr": [0.1, 0.2]})
    with pytest.raises(library.SpecError, match="nothing to predict"):
        library.predict([], COSINE)


_TORCH = """
import sys, types

class SGD:
    def __init__(self, parameters, lr):
        self.param_groups = [{"lr": lr}]

class LambdaLR:
    def __init__(self, optimizer, lr):
        self.optimizer, self.lr, self.t = optimizer, lr, -1
        self.base = optimizer.param_groups[0]["lr"]
        self.step()
    def step(self):
        self.t += 1
        self.optimizer.param_groups[0]["lr"] = self.base * self.lr(self.t)

for name, one in (("torch.optim", {"SGD": SGD, "AdamW": SGD}), ("torch.optim.lr_scheduler", {"LambdaLR": LambdaLR})):
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(one)
sys.modules["torch"] = types.ModuleType("torch")
model = types.SimpleNamespace(parameters=list)
"""
"""As much of torch as the written loop needs."""


@pytest.mark.parametrize("target", ["torch", "transformers"])
def test_the_loop_that_is_written_records_what_find_reads(target: str, tmp_path: Path) -> None:
    code = lrcli("code", "range-test:max_lr=10", "--steps", "200", "--to", target).out
    loss = "loss = 2.5 - min(1.5, optimizer.param_groups[0]['lr'] * 50) + 9 * optimizer.param_groups[0]['lr'] ** 2"
    (tmp_path / "sweep.py").write_text(_TORCH + code.replace("        ...  #", f"        {loss}  #"))
    subprocess.run([sys.executable, "sweep.py"], cwd=tmp_path, check=True)
    rows = (tmp_path / "range.csv").read_text().splitlines()
    assert (len(rows), rows[1], rows[-1].partition(",")[0]) == (201, "1e-06,2.49995", "10")
    assert 0.01 < printed_facts("find", str(tmp_path / "range.csv"))["pick"] < 0.1


T = np.arange(1, 101)
DECAY = 0.1 * (1 - T / 100)
FALL = 2 + 1 / T
BAD = {
    "one": (T[:1], DECAY[:1], FALL[:1], "readings of the loss after the warm-up: 1; a fit needs 12"),
    "nothing": (T[:0], DECAY[:0], FALL[:0], "no column holds a loss; it has no column of numbers"),
    "nan": (T, np.full(100, np.nan), np.full(100, np.nan), "no loss in it is a finite number"),
    "constant": (T, np.full(100, 0.1), np.full(100, 2.0), "never falls below half its peak"),
    "flat": (T, DECAY, np.full(100, 2.0), "the loss does not fall"),
    "negative": (T, DECAY, FALL - 3, "the law is for losses above 0"),
    "two runs": (np.tile(T, 2), np.tile(DECAY, 2), np.tile(FALL, 2), "the steps fall back once"),
    "unsorted": (np.roll(T[::-1], 3), DECAY, FALL, "the steps fall back 98 times"),
    "negative lr": (T, DECAY - 0.05, FALL, "it must not be below 0"),
    "lr of 0": (T, 0 * DECAY, FALL, "its lr is 0 throughout"),
    "restarts": (T, np.tile(DECAY[::2], 2), FALL, "its lr rises again after the peak"),
    "samples": (T * 10**8, DECAY, FALL, "count updates, not samples or tokens"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_log_that_will_not_do_is_refused_in_one_line(kind: str, tmp_path: Path) -> None:
    steps, lr, loss, reason = BAD[kind]
    file = tmp_path / "log.csv"
    rows = [f"{step},{rate:.8g},{one:.8g}\n" for step, rate, one in zip(steps, lr, loss, strict=True)]
    file.write_text("step,lr,loss\n" + "".join(rows))
    done = lrcli("fit", str(file))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: {file}: ")
    assert reason in done.err
    assert done.err.count("\n") == 1
    swept = lrcli("find", str(file))
    assert (swept.code, swept.out, swept.err.count("\n")) == (2, "", 1)


def test_a_log_that_counts_epochs_needs_their_steps(tmp_path: Path) -> None:
    table = np.genfromtxt(COSINE, delimiter=",", names=True)
    rows = [f"{at},{lr},{loss}" for at, (_, lr, loss) in enumerate(table.tolist())]
    file = tmp_path / "log.csv"
    file.write_text("\n".join(["epoch,lr,val_loss", *rows]))
    assert "give --steps-per-epoch" in lrcli("fit", str(file)).err
    facts = printed_facts("fit", str(file), "--steps-per-epoch", "140")
    assert (facts["steps"], facts["loss"], facts["validation"]) == (140 * len(rows), "val_loss", True)


def test_a_schedule_that_is_known_goes_before_the_lr_that_was_logged() -> None:
    facts = printed_facts("fit", COSINE, "--schedule", "cosine:warmup=2160,min_lr=3e-5", "--steps", "24k")
    assert facts["misfit"] == pytest.approx(printed_facts("fit", COSINE)["misfit"], rel=0.02)
    assert "the log goes to step 23,921" in lrcli("fit", COSINE, "--schedule", "cosine", "--steps", "10k").err


def test_columns_that_are_not_there_are_named_with_those_that_are() -> None:
    assert (
        "--loss: there is no column 'los'; it has step, lr, loss; did you mean loss?"
        in lrcli("fit", COSINE, "--loss", "los").err
    )
    assert "--lr: there is no column 'rate'" in lrcli("fit", COSINE, "--lr", "rate").err
    assert lrcli("fit", "nowhere.csv").code == 3


@pytest.mark.parametrize("kind", ["svg", "html", "png", "pdf"])
@pytest.mark.parametrize("verb", [("predict", *SPECS, "--log", COSINE), ("find", SWEEP)], ids=["predict", "find"])
def test_what_is_foreseen_can_be_drawn_into_every_kind_of_file(
    tmp_path: Path, kind: str, verb: tuple[str, ...]
) -> None:
    if kind in {"png", "pdf"}:
        pytest.importorskip("matplotlib")
    drawn = tmp_path / f"drawn.{kind}"
    assert lrcli(*verb, "-o", str(drawn)).code == 0
    assert drawn.stat().st_size > 5000


@pytest.mark.parametrize(("steps", "band"), [("24000", "0.02"), ("40000", "0.04")])
def test_a_picture_of_losses_has_a_band_around_each_as_wide_as_it_may_be_off(
    tmp_path: Path, steps: str, band: str
) -> None:
    page, picture = tmp_path / "losses.html", tmp_path / "losses.svg"
    for file in (page, picture):
        assert lrcli("predict", "cosine", "wsd", "--steps", steps, "--log", COSINE, "-o", str(file)).code == 0
    assert re.findall(r'"within":([\d.]+)', page.read_text()) == [band, band]
    assert picture.read_text().count(f'opacity="{BAND}"') == 2
