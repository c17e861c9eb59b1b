"""Configuration files of other tools: the lr that each tool uses for its file, and the findings on it."""

from __future__ import annotations

import csv
import io
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.data import ROOT
from tests.shell import inside as lrcli

if TYPE_CHECKING:
    from pathlib import Path

GOLDEN = ROOT / "tests" / "golden" / "configs"
EXPECTED: dict[str, dict[str, Any]] = json.loads((GOLDEN / "expected.json").read_text())


@pytest.fixture(autouse=True)
def _among_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)


@pytest.mark.parametrize("name", [name for name, case in EXPECTED.items() if "lr" in case])
def test_the_lr_is_that_of_the_tool(name: str) -> None:
    case = EXPECTED[name]
    result = lrcli("export", name, *case["args"])
    assert result.code == 0, result.err
    got = {row[0]: float(row[1]) for row in list(csv.reader(io.StringIO(result.out)))[1:]}
    peak = max(case["lr"].values())
    for step, lr in case["lr"].items():
        assert got[step] == pytest.approx(lr, abs=case["tol"] * peak)


@pytest.mark.parametrize("name", [name for name, case in EXPECTED.items() if "refuses" in case])
def test_what_the_tool_refuses_is_refused(name: str) -> None:
    result = lrcli("export", name, *EXPECTED[name]["args"])
    assert result.code != 0
    assert EXPECTED[name]["refuses"] in result.err
    assert os.linesep not in result.err.strip()


@pytest.mark.parametrize("name", [name for name, case in EXPECTED.items() if "lr" in case])
def test_one_line_says_what_was_understood(name: str) -> None:
    notes = [line for line in lrcli("export", name, *EXPECTED[name]["args"]).err.splitlines() if f"{name} is " in line]
    assert len(notes) == 1


def test_the_scheduler_of_deepspeed_replaces_that_of_the_trainer() -> None:
    err = lrcli("export", "llama_factory_deepspeed.yaml").err
    assert "LR012" in err
    assert "WarmupLR, which replaces lr_scheduler_type=cosine" in err


def test_nothing_in_a_python_file_runs(tmp_path: Path) -> None:
    (tmp_path / "c.py").write_text(
        "import os\nos.mkdir('ran')\nmax_iters = 10\nwarmup_iters = open('x', 'w')\nblock_size=1"
    )
    assert lrcli("export", str(tmp_path / "c.py")).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["c.py"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.py", "_base_ = 'a.py'\n", "in a circle"),
        ("a.py", "_base_ = '/etc/passwd'\n", "beside it"),
        ("a.py", "_base_ = 3\n", "no schedules here"),
        ("a.py", "max_iters = (\n", "not valid Python"),
        ("a.toml", "[lr\n", "not TOML"),
        ("training_args.bin", "\0\0", "a pickle can run code"),
        ("a.yaml", "lr_scheduler_type: [1\n", "not YAML"),
        ("a.yaml", "lr_scheduler_type: cosine\nmax_steps: many\n", "max_steps"),
        ("a.yaml", "lr_scheduler_type: cosine\nmax_steps: 10\nlearning_rate: [1]\n", "learning_rate must be a number"),
        ("a.yaml", "sched: cosine\nepochs: {a: 1}\n", "epochs"),
        ("a.yaml", "lr_scheduler: {class_path: my.Scheduler}\n", "is not a scheduler of torch"),
        ("a.yaml", "lr_schedule: {name: cosine_decay, arguments: none}\n", "list of numbers"),
        ("a.yaml", "SOLVER: {BASE_LR: fast}\n", "BASE_LR"),
        ("a.yaml", "micro_batch_size: 1\nlr_scheduler: cosine\nmax_steps: 5\n", "learning_rate"),
        ("a.yaml", "deepspeed: none.json\nlearning_rate: 1\nmax_steps: 5\nlr_scheduler_type: cosine\n", "none.json"),
        ("a.json", '{"class_name": "Nothing", "config": {}, "module": "keras.optimizers.schedules"}', "Nothing"),
        ("a.py", "param_scheduler = 3\noptim_wrapper = 4\n", "param_scheduler must be"),
    ],
)
def test_bad_input_is_a_line(name: str, text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    result = lrcli("export", str(tmp_path / name))
    assert result.code in (2, 3)
    assert said in result.err
    assert "Traceback" not in result.err


def _lr(*args: str) -> dict[str, float]:
    result = lrcli("export", *args)
    assert result.code == 0, result.err
    return {row[0]: float(row[1]) for row in list(csv.reader(io.StringIO(result.out)))[1:]}


def test_what_if_a_key_of_the_file_had_another_value() -> None:
    lr = _lr("timm_partial.yaml", "--lr", "2e-3", "--sched", "step", "--warmup-epochs", "4", "--decay-epochs", "10")
    assert lr["0"] == pytest.approx(1e-4)
    assert lr["4"] == pytest.approx(2e-3)
    assert lr["39"] == pytest.approx(2e-6)
    err = lrcli("export", "timm_partial.yaml", "--sched", "step").err
    assert "sched: 'multistep' in the file → 'step'" in err


def test_what_if_the_run_had_another_length() -> None:
    lr = _lr("training_args.json", "--epochs", "2", "--steps-per-epoch", "1000")
    assert len(lr) == 2000
    assert max(lr.values()) == pytest.approx(2e-5)
    assert len(_lr("training_args.json", "--steps", "1000")) == 1000


def test_what_if_a_parameter_of_the_scheduler_had_another_value() -> None:
    lr = _lr("training_args.json", "--steps", "1000", "--min-lr-rate", "0.5")
    assert lr["999"] == pytest.approx(1e-5, rel=1e-3)
    lr = _lr("nested_trainer.yaml", "--set", "scheduler_specific_kwargs.min_lr=1e-7")
    assert lr["35999"] == pytest.approx(1e-7, rel=1e-3)


def test_the_tool_can_be_chosen() -> None:
    assert "axolotl.yml is TrainingArguments" in lrcli("export", "axolotl.yml", "--as", "transformers").err
    assert "it reads timm, transformers" in lrcli("export", "axolotl.yml", "--as", "zzz").err


@pytest.mark.parametrize(
    ("options", "updates"),
    [
        (["--samples", "50k", "--batch-size", "8", "--accumulate", "4", "--devices", "8"], 196),  # 782 batches
        (["--samples", "50k", "--batch-size", "8", "--accumulate", "4", "--devices", "8", "--drop-last"], 196),
        (["--samples", "1001", "--batch-size", "10", "--drop-last"], 25),  # the file accumulates 4 batches
        (["--samples", "1001", "--batch-size", "10"], 26),
        (["--samples", "3", "--batch-size", "8", "--accumulate", "4"], 1),
    ],
)
def test_steps_are_counted_from_samples_as_the_trainer_counts(options: list[str], updates: int) -> None:
    assert len(_lr("training_args.json", "--epochs", "3", *options)) == 3 * updates
