"""Planning a run: from samples to steps as the frameworks count them, other clocks, resumed and larger runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import lrcli
from lrcli.batches import Batches
from lrcli.planning.restepped import clocked
from lrcli.problems import SpecError
from tests.data import GOLDEN
from tests.shell import inside

if TYPE_CHECKING:
    from pathlib import Path

    from lrcli.figure.axes import Wanted

FRAMEWORKS = json.loads((GOLDEN / "plan" / "frameworks.json").read_text())
"""Read from torch's DistributedSampler and DataLoader, Accelerate's loaders and prepared scheduler, transformers'
Trainer and Lightning's Trainer, in the versions that stand in the file."""
LENGTHS = FRAMEWORKS["lengths"]


def batches_of(case: dict[str, Any]) -> Batches:
    """Return the batches of a golden case."""
    return Batches(case["samples"], case["batch_size"], case["accumulate"], case["devices"], case["drop_last"])


@pytest.mark.parametrize("case", LENGTHS, ids=[f"{i}" for i in range(len(LENGTHS))])
def test_batches_and_updates_are_those_of_the_loaders_and_trainers(case: dict[str, Any]) -> None:
    counted = batches_of(case)
    assert counted.batches == case["accelerate"]
    assert counted.padded_batches == case["distributed_sampler"]
    assert "updates" not in case or counted.updates == case["updates"]
    if case["distributed_sampler"] == case["accelerate"] and "lightning" in case:
        assert (counted.updates or 0) * case["epochs"] == case["lightning"]


@pytest.mark.parametrize("case", [case for case in LENGTHS if "max_steps" in case][::4], ids=str)
def test_a_file_of_training_arguments_and_samples_make_the_trainers_steps(case: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "training_args.json"
    arguments = {"lr_scheduler_type": "linear", "num_train_epochs": case["epochs"], "warmup_steps": 0.03}
    batch = {"per_device_train_batch_size": case["batch_size"], "gradient_accumulation_steps": case["accumulate"]}
    file.write_text(json.dumps({**arguments, **batch, "dataloader_drop_last": case["drop_last"]}))
    (entry,) = lrcli.load(str(file), samples=case["samples"], devices=case["devices"])
    assert entry.run.total == case["max_steps"]
    assert entry.run.steps_per_epoch == case["updates"]
    assert getattr(entry.spec, "num_warmup_steps", None) == case["warmup"]["0.03"]


def test_tokens_make_steps_and_the_last_step_reaches_them() -> None:
    for tokens, steps in ((10_000_000_000, 9537), (9536 * 2048 * 512, 9536)):
        (entry,) = lrcli.load("cosine", tokens=tokens, seq_len=2048, batch_size=8, devices=64)
        assert entry.run.total == steps
    assert lrcli.load("cosine", tokens=4_000_001, tokens_per_step=1000)[0].run.total == 4001


def test_the_run_of_a_file_is_worked_out_too_and_options_change_a_part_of_it(tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text("run: {epochs: 3, samples: 1000, batch_size: 8}\nschedules: {a: cosine}\n")
    assert lrcli.load(str(file))[0].run.steps_per_epoch == 125
    assert lrcli.load(str(file), batch_size=16)[0].run.steps_per_epoch == 63
    assert lrcli.load(str(file), steps_per_epoch=7)[0].run.steps_per_epoch == 7


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--samples 0 --batch-size 8", "--samples: samples must be ≥ 1, not 0"),
        ("--samples 100 --batch-size -8", "--batch-size: batch_size must be ≥ 1, not -8"),
        ("--samples 100.5 --batch-size 8", "--samples: samples must be a whole number, not 100.5"),
        ("--samples 100 --batch-size 8 --devices 0", "--devices: devices must be ≥ 1, not 0"),
        ("--samples 100 --batch-size 8 --accumulate 1/2", "--accumulate: accumulate must be a whole number, not 0.5"),
        ("--samples 1e30 --batch-size 8", "--samples: samples must be ≤ 1e+15, not 1e+30"),
        ("--samples 100", "--samples: samples need a batch_size"),
        ("--drop-last", "--drop-last: drop_last needs samples"),
        ("--samples 9 --batch-size 8 --steps-per-epoch 5", "--samples: a run has samples or steps_per_epoch, not both"),
        ("--tokens 10B", "--tokens: tokens need tokens_per_step, or a batch_size and a seq_len"),
        ("--tokens 10B --tokens-per-step 4M --epochs 3", "--tokens: a run has tokens or epochs, not both"),
        ("--seq-len 2048", "--seq-len: seq_len needs a batch_size (or give tokens_per_step)"),
        ("--seq-len 8 --tokens-per-step 4M", "--seq-len: a run has tokens_per_step or seq_len, not both"),
    ],
)
def test_what_cannot_be_counted_is_one_line(options: str, message: str) -> None:
    told = inside("table", "cosine", *options.split())
    assert (told.code, told.out, told.err) == (2, "", f"error: {message}\n")


def test_fewer_samples_than_a_full_batch_leave_nothing_with_drop_last() -> None:
    with pytest.raises(SpecError, match=r"a full one has 16 samples \(8 on each device\), the data set 15"):
        lrcli.load("cosine", samples=15, batch_size=8, devices=2, drop_last=True)


@pytest.mark.parametrize(
    ("axis", "unit", "high"), [("samples", "samples", 150_000), ("tokens", "tokens", 76_800_000), ("epoch", "epoch", 3)]
)
def test_a_second_axis_counts_what_is_asked_for(axis: Wanted, unit: str, high: float) -> None:
    run: dict[str, Any] = {"samples": 50_000, "batch_size": 8, "accumulate": 4, "devices": 8, "seq_len": 512}
    figure = lrcli.plot("transformers.cosine:warmup_steps=5", axis=axis, epochs=3, **run)
    assert figure.above is not None
    assert figure.above.unit == unit
    assert figure.above.high == pytest.approx(high)


def test_a_second_axis_that_is_not_known_is_one_line() -> None:
    told = inside("plot", "cosine", "--steps", "90", "--axis", "tokens")
    line = "error: --axis: a second axis in tokens needs --tokens-per-step, or --batch-size and --seq-len\n"
    assert (told.code, told.out, told.err) == (2, "", line)


CLOCKED = FRAMEWORKS["clocks"]
SPECS = {
    "linear": "transformers.linear:base_lr=1,num_warmup_steps=3",
    "cosine": "transformers.cosine:base_lr=1,num_warmup_steps=2",
    "one_cycle": "torch.OneCycleLR:max_lr=1",
    "step": "torch.StepLR:base_lr=1,step_size=2,gamma=0.5",
}


@pytest.mark.parametrize("case", CLOCKED, ids=[f"{one['kind']}-{one['clock']}-{i}" for i, one in enumerate(CLOCKED)])
def test_a_scheduler_by_another_clock_gives_what_the_frameworks_loop_gives(case: dict[str, Any]) -> None:
    run: dict[str, Any] = {"samples": case["batches"] * case["devices"], "batch_size": 1}
    by_epoch = case["clock"] == "step"
    length = {"epochs": case["epochs"]} if by_epoch else {"steps": case["steps"]}
    options = run | length | {"accumulate": case["accumulate"], "devices": case["devices"]}
    (entry,) = lrcli.load(SPECS[case["kind"]], **options)
    found = clocked(entry, case["clock"])
    lr = found.will_be.points(np.arange(len(case["lr"]), dtype=float))
    np.testing.assert_allclose(lr, case["lr"], rtol=0, atol=1e-12)
    assert found.will_be.end == len(case["lr"])
    assert (found.raises is None) == (case.get("raises") is None)
    assert found.raises is None or case["raises"].partition(".")[0] in found.raises[1]


def planned(*arguments: str) -> dict[str, Any]:
    """Return what `lrcli plan --json` says of one spec."""
    told = inside("plan", *arguments, "--json", "--quiet")
    assert (told.code, told.err) == (0, "")
    document = json.loads(told.out)
    assert document["schema_version"] == 2
    found: dict[str, Any] = document["plans"][0]
    return found


RUN = ["--samples", "50k", "--batch-size", "8", "--accumulate", "4", "--devices", "8", "--epochs", "3"]


def test_a_plan_counts_from_samples_to_the_lengths_to_write() -> None:
    found = planned("transformers.cosine:warmup_steps=0.03", *RUN)
    counted = {name: row["value"] for name, row in found["counts"].items()}
    assert [counted[name] for name in ("batches_per_epoch", "updates_per_epoch", "updates")] == [782, 196, 588]
    assert [(one["name"], one["start"], one["end"]) for one in found["phases"]] == [
        ("warm-up", 0, 18),
        ("decay", 18, 588),
    ]
    assert [call["text"] for call in found["arguments"]] == [
        "get_cosine_schedule_with_warmup(num_training_steps=588, num_warmup_steps=18)",
        "TrainingArguments(max_steps=588, warmup_steps=18)",
    ]
    assert found["prepared_by_accelerate"][0]["arguments"] == {"num_training_steps": 4704, "num_warmup_steps": 144}


@pytest.mark.parametrize(
    ("spec", "options", "text"),
    [
        ("transformers.linear:num_warmup_steps=50", "--clock accelerate --devices 4", "num_training_steps=4000"),
        ("torch.OneCycleLR:max_lr=1", "--clock micro-batch --accumulate 2", "OneCycleLR(total_steps=2000"),
        ("cosine:warmup=5%", "--clock accelerate --devices 2", "num_training_steps=2000, num_warmup_steps=100"),
    ],
)
def test_the_lengths_that_a_clock_asks_for_give_what_was_meant(spec: str, options: str, text: str) -> None:
    found = planned(spec, "--steps", "1000", *options.split())["clock"]
    assert text in found["mended"]["text"]
    assert found["mended"]["apart"] < 0.003
    assert found["finding"]["code"] == "LR009"


def test_the_clock_that_is_meant_changes_nothing() -> None:
    found = planned("cosine", "--epochs", "90", "--steps-per-epoch", "10", "--clock", "epoch")["clock"]
    assert (found["gap"], found["finding"]["code"]) == (None, "")


@pytest.mark.parametrize(
    "spec",
    [
        "cosine:warmup=5,min_lr=0.001", "wsd", "step", "torch.CosineAnnealingLR:T_max=100", "cosine*step",
        "linear:start_lr=0,for=5%+cosine", "expr:max_lr*(1-t/T)", "timm.CosineLRScheduler:t_initial=100,warmup_t=5",
        "polynomial", "cosine-restarts:cycle_length=30%", "(cosine:for=25):repeat=4",
    ],
)  # fmt: skip
@pytest.mark.parametrize("at", [60, 100])
def test_every_spec_that_is_offered_is_read_back_and_goes_on_from_the_last_lr(spec: str, at: int) -> None:
    old = lrcli.evaluate(spec, epochs=100).lr
    found = lrcli.plan(spec, epochs=100, resume_at=at, new_total=150).resumed
    assert found is not None
    assert {offer.name for offer in found.offers} >= {"hold", "continue", "cool-down"}
    for offer in found.offers:
        assert offer.whole
        new = lrcli.evaluate(offer.spec, epochs=150).lr
        np.testing.assert_allclose(new[:at], old[:at], rtol=1e-9)
        assert new[at] == pytest.approx(old[at - 1], rel=1e-5)
        assert new[at] == offer.first
        assert (new[at:].max(), new[-1]) == (pytest.approx(offer.highest), pytest.approx(offer.last))


def test_a_cosine_that_had_ended_jumps_half_way_up_when_the_run_is_doubled() -> None:
    found = lrcli.plan("cosine", epochs=60, new_total=120).resumed
    assert found is not None
    assert found.before == 0
    assert found.after == pytest.approx(0.05)
    assert found.finding.code == "LR010"


def test_a_length_that_was_the_runs_grows_with_it() -> None:
    found = lrcli.plan("torch.CosineAnnealingLR:T_max=60", epochs=60, new_total=120).resumed
    assert found is not None
    assert getattr(found.new.spec, "T_max", None) == 120


def test_another_batch_size_changes_the_peak_by_either_rule_and_the_updates() -> None:
    batch = planned("cosine:batch_scale=256,1024", "--epochs", "9", "--steps-per-epoch", "100")["batch"]
    assert batch["peaks"] == {"linear": pytest.approx(0.4), "sqrt": pytest.approx(0.2)}
    assert (batch["updates"], batch["updates_before"]) == (900, 3600)


def test_a_plan_in_python_shows_itself_and_its_figure() -> None:
    found = lrcli.plan("cosine", samples=1000, batch_size=10, epochs=3, clock="step")
    assert "its 3 steps are over at step 3 of 300" in " ".join(str(found).split())
    assert found.figure is not None
    assert [one.name for one in found.figure.panels[0].series] == ["as meant", "as it will be"]
    assert lrcli.plan("cosine").figure is None
    assert found.to_dict()["counts"]["updates"]["value"] == 300


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--resume-at 0 --new-total 120", "--resume-at: it must be a whole number of epochs ≥ 1, not 0"),
        ("--resume-at -5 --new-total 120", "--resume-at: resume_at must be ≥ 0, not -5"),
        ("--resume-at 30.5 --new-total 120", "--resume-at: it must be a whole number of epochs ≥ 1, not 30.5"),
        ("--resume-at 101 --new-total 120", "--resume-at: 101 is past the end of the run (100 epochs)"),
        ("--resume-at 60 --new-total 60", "--new-total: 60 leaves nothing to train: the run is resumed at 60"),
        ("--resume-at 60", "--resume-at: say how long the run becomes, with --new-total"),
        ("--new-total 1e16", "--new-total: new_total must be ≤ 1e+15, not 1e+16"),
        ("--clock foo", "--clock: clock must be one of accelerate, micro-batch, epoch, step, not 'foo'"),
        (
            "--clock step",
            "--clock: it needs the steps of an epoch: give --steps-per-epoch, or --samples and --batch-size",
        ),
        ("--clock accelerate", "--clock: it needs --devices 2 or more: with one process Accelerate changes nothing"),
    ],
)
def test_a_plan_that_cannot_be_made_is_one_line(options: str, message: str) -> None:
    told = inside("plan", "cosine", *options.split(), "--quiet")
    assert (told.code, told.out, told.err) == (2, "", f"error: {message}\n")


def test_the_help_of_plan_fits_a_terminal_page() -> None:
    for arguments in (("plan",), ("plan", "cosine")):
        assert len(inside(*arguments, "--help", TERMINAL_WIDTH="80").out.splitlines()) <= 60


def test_a_file_of_timm_drops_its_last_batch_and_counts_updates_over_its_epochs() -> None:
    found = planned(str(GOLDEN / "configs" / "timm_args.yaml"), "--samples", "1281167", "--devices", "8")
    counted = {name: row["value"] for name, row in found["counts"].items()}
    assert (counted["batches_per_epoch"], counted["epochs"], counted["updates"]) == (625, 330, 206_250)
    assert [one["name"] for one in found["phases"]] == ["warm-up", "decay"]


def test_the_trainers_own_loop_prepares_no_scheduler() -> None:
    found = planned(str(GOLDEN / "configs" / "training_args.json"), "--samples", "50k", "--devices", "8")
    assert found["prepared_by_accelerate"] == []


def test_files_in_epochs_and_in_steps_are_compared_over_epochs_where_the_samples_say_how_long_these_are() -> None:
    files = [str(GOLDEN / "configs" / name) for name in ("timm_args.yaml", "training_args.json")]
    told = inside("compare", *files, "--samples", "12800", "--json", "--quiet")
    assert (told.code, json.loads(told.out)["unit"]) == (0, "epoch")


def test_what_is_missing_to_compare_epochs_with_steps_is_one_line(tmp_path: Path) -> None:
    for name, run in (("a", "{epochs: 90}"), ("b", "{steps: 9000}")):
        (tmp_path / f"{name}.yaml").write_text(f"run: {run}\nschedules: {{{name}: cosine}}\n")
    told = inside("compare", str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"))
    line = "a counts epochs and b counts steps: give --steps-per-epoch to draw them together, or all of them --epochs"
    assert (told.code, told.out, told.err) == (2, "", f"error: {line} or --steps\n")


def test_a_plan_for_a_plain_terminal_is_ascii() -> None:
    options = "--samples 100 --batch-size 8 --accumulate 4 --clock step --new-total 6 --ascii --quiet --epochs 3"
    told = inside("plan", "cosine:batch_scale=4,8", *options.split())
    assert (told.code, told.out.isascii()) == (0, True)
