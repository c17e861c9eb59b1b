"""Planning a run: from samples to steps as the frameworks count them, other clocks, resumed and larger runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import lrcli
from lrcli.batches import Batches
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
