"""Other values for keys of a tool's file, from options, behind its name, or in a command line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

import lrcli
from tests.data import ROOT
from tests.shell import inside as run_lrcli

if TYPE_CHECKING:
    from pathlib import Path

GOLDEN = ROOT / "tests" / "golden" / "configs"


@pytest.fixture(autouse=True)
def _among_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)


def rates(*args: str) -> dict[int, float]:
    """Return the lr of each step, as export prints it."""
    result = run_lrcli("export", *args)
    assert result.code == 0, result.err
    return {int(row[0]): float(row[1]) for row in list(csv.reader(io.StringIO(result.out)))[1:]}


@pytest.mark.parametrize(
    ("name", "peak"),
    [
        ("torchtitan_job.toml", "optimizer.lr: 0.0008 in the file → 0.007"),
        ("torchtune_lora.yaml", "optimizer.lr: 0.0003 in the file → 0.007"),
        ("lightning_cli.yaml", "lr_scheduler.init_args.max_lr: 0.001 in the file → 0.007"),
        ("ds_config.json", "scheduler.params.warmup_max_lr: 0.0003 in the file → 0.007"),
        ("detectron2_solver.yaml", "SOLVER.BASE_LR: 0.02 in the file → 0.007"),
        ("mmdet_schedule.py", "optim_wrapper.optimizer.lr: 2e-05 in the file → 0.007"),
        ("mlx_lora.yaml", "lr_schedule.arguments.0: 1e-05 in the file → 0.007"),
        ("fairseq_hydra.yaml", "optimization.lr: [0.0005] in the file → 0.007"),
        ("fairseq_train.sh", "lr: 0.0005 in the file → 0.007"),
        ("megatron_pretrain.sh", "lr: 0.0003 in the file → 0.007"),
        ("olmo.yaml", "optimizer.learning_rate: 0.0004 in the file → 0.007"),
        ("nanotron.yaml", "optimizer.learning_rate_scheduler.learning_rate: 0.0005 in the file → 0.007"),
        ("llm_foundry.yaml", "optimizer.lr: '${variables.lr}' in the file → 0.007"),
        ("nanogpt_config.py", "learning_rate: 0.0006 in the file → 0.007"),
        ("axolotl.yml", "learning_rate: 0.0002 in the file → 0.007"),
        ("training_args.json", "learning_rate: 2e-05 in the file → 0.007"),
    ],
)
def test_lr_is_the_key_that_the_tool_has_for_it(name: str, peak: str) -> None:
    options = [name, "--lr", "7e-3", "--steps-per-epoch", "1000"]
    assert f"note: {peak}" in run_lrcli("table", *options).err
    assert lrcli.evaluate(name, lr=7e-3, steps_per_epoch=1000).lr.max() == pytest.approx(7e-3, rel=2e-3)


def test_a_key_deep_in_a_file_is_an_option_if_there_is_one_of_its_name() -> None:
    err = run_lrcli("table", "nanotron.yaml", "--lr-decay-style", "linear", "--train-steps", "3000").err
    assert "lr_decay_style: '1-sqrt' in the file → 'linear'" in err
    assert "tokens.train_steps: 2100 in the file → 3000" in err


def test_entries_of_a_list_have_numbers() -> None:
    options = ["mmdet_schedule.py", "--steps-per-epoch", "100"]
    name = "param_scheduler.1.gamma"
    err = run_lrcli("table", *options, "--set", f"{name}=0.5").err
    assert f"{name}: 0.1 in the file → 0.5" in err
    assert "from 0 to 1" in run_lrcli("table", *options, "--set", "param_scheduler.7.gamma=0.5").err


def test_a_file_is_compared_with_itself_changed() -> None:
    result = run_lrcli(
        "compare", "timm_args.yaml", "timm_args.yaml:lr=1e-3,sched=step,decay_epochs=50", "--width", "80"
    )
    assert "timm_args:lr=1e-3,sched=step,decay_epochs=50" in result.out
    assert "note: timm_args:lr=1e-3,sched=step,decay_epochs=50: sched: 'cosine' in the file → 'step'" in result.err


def test_what_stands_behind_a_file_is_for_it_alone() -> None:
    lr = lrcli.evaluate("timm_partial.yaml:decay_milestones=10,20,sched=multistep,epochs=30").lr
    assert len(lr) == 30
    assert lr[[8, 9, 19]] == pytest.approx([1e-3, 1e-4, 1e-5])
    assert "there is no lrr in timm_args.yaml" in run_lrcli("table", "timm_args.yaml:lrr=1").err
    own = lrcli.evaluate(str(ROOT / "configs" / "resnet50.yaml") + ":max_lr=0.5,epochs=30").lr
    assert (len(own), own[0]) == (30, 0.5)


def test_a_command_line_is_read_and_does_not_run(tmp_path: Path) -> None:
    command = f"python train.py --sched cosine --lr 1e-3 --epochs 50 --warmup-epochs 0 ; touch {tmp_path}/ran"
    lr = rates("--from", command)
    assert (len(lr), lr[0]) == (50, 1e-3)
    assert lr[25] == pytest.approx(5e-4)
    assert not list(tmp_path.iterdir())
    assert rates("--from", command, "--lr", "2e-3")[0] == 2e-3


def test_a_command_line_may_stand_where_specs_stand() -> None:
    err = run_lrcli("compare", "$ train.py --sched cosine --lr 1e-3", "python train.py --sched step --lr 1e-3").err
    assert err.count("is timm's args") == 2
    assert "--steps-per-epoch" in run_lrcli("plot", "yolo train lr0=0.1 lrf=0.1 epochs=3").err


def test_a_configuration_that_a_command_names_is_under_its_options() -> None:
    lr = rates("--from", "axolotl train axolotl.yml --learning-rate 1e-4")
    assert max(lr.values()) == 1e-4
    lr = rates("--from", "python tools/train.py mmdet_schedule.py --cfg-options optim_wrapper.optimizer.lr=0.5", *RATE)
    assert max(lr.values()) == 0.5
    lr = rates("--from", "train_net.py --config-file detectron2_solver.yaml SOLVER.BASE_LR 0.5")
    assert max(lr.values()) == 0.5
    lr = rates("--from", "deepspeed train.py --deepspeed --deepspeed_config ds_config.json")
    assert max(lr.values()) == 3e-4


def test_a_command_may_name_any_file_and_a_script_one_beside_it(tmp_path: Path) -> None:
    command = f"axolotl train {GOLDEN}/axolotl.yml"
    assert len(rates("--from", command)) == 1000
    (tmp_path / "train.sh").write_text(command)
    err = run_lrcli("table", f"{tmp_path}/train.sh").err
    assert f"{tmp_path}/train.sh: a file may only name a file beside it" in err


RATE = ("--steps-per-epoch", "100")


def test_a_script_may_name_values_that_it_does_not_set(tmp_path: Path) -> None:
    (tmp_path / "train.sh").write_text("python pretrain_gpt.py --lr $LR --train-iters 100 --lr-decay-style linear\n")
    result = run_lrcli("table", str(tmp_path / "train.sh"))
    assert (result.code, "train.sh:1:24: lr: '$LR' is not a number" in result.err) == (2, True)
    assert run_lrcli("table", str(tmp_path / "train.sh"), "--lr", "1e-3").code == 0


def test_variables_cannot_unfold_without_end(tmp_path: Path) -> None:
    (tmp_path / "bomb.sh").write_text('A="--lr 1 --lr 1"\n' + 'A="$A $A"\n' * 60 + "python train.py $A\n")
    result = run_lrcli("table", str(tmp_path / "bomb.sh"))
    assert result.code == 2
    assert len(result.err.splitlines()) == 1


def test_every_key_about_the_lr_is_listed() -> None:
    out = run_lrcli("describe", "detectron2_solver.yaml", "--width", "100").out
    assert "SOLVER.BASE_LR" in out
    assert "is the tool's default" in out
    err = run_lrcli("plot", "timm_partial.yaml", "--explain").err
    assert "note: timm_partial: lr_cycle_decay=0.5 is the tool's default" in err


def test_a_key_about_the_lr_that_is_not_read_is_a_finding(tmp_path: Path) -> None:
    text = (GOLDEN / "nanotron.yaml").read_text().replace("clip_grad: 1.0", "clip_grad: 1.0\n  lr_policy: poly")
    (tmp_path / "a.yaml").write_text(text)
    err = run_lrcli("table", str(tmp_path / "a.yaml")).err
    assert "LR026 lr_policy='poly' is not read by lrcli" in err


FILES = [path.name for path in sorted(GOLDEN.iterdir()) if path.suffix in (".yaml", ".yml", ".toml", ".sh")]
SAY = {"llama_factory_plateau.yaml", "training_args_duplicate.yaml", "yolo_args.yaml"}


@pytest.mark.parametrize("name", [name for name in FILES if name not in SAY])
def test_no_key_of_the_golden_files_is_left_unread(name: str) -> None:
    assert "LR026" not in run_lrcli("table", name, *RATE).err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("foo: 1\nbar: 2\n", "lrcli does not know this kind of file (its keys are foo, bar); lrcli's own have run"),
        ("foo: 1\n", "lrcli does not know this kind of file (its keys are foo)"),
        ("learning_rate: 1\nmax_steps: 9\n", "it looks like transformers or llama-factory or trl: say which with --as"),
        ("sched: cosine\nepochs: 3\nlr: 1\nlr0: 1\nlrf: 1\n", "it fits timm and ultralytics: choose with --as timm"),
        ("sched: cosine\nepochs: 3\nlr: []\n", "lr must be a number, not []"),
    ],
)
def test_a_file_that_is_not_recognised_is_a_line(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(text)
    result = run_lrcli("plot", str(tmp_path / "a.yaml"))
    assert (result.code, len(result.err.splitlines())) == (2, 1)
    assert said in result.err


def trainer(tmp_path: Path, *lines: str, kind: str = "reduce_lr_on_plateau") -> str:
    """Write a file of TrainingArguments with a metric-driven scheduler, and return its path."""
    path = tmp_path / "args.yaml"
    text = f"output_dir: o\nlearning_rate: 0.01\nmax_steps: 1000\nlr_scheduler_type: {kind}\n" + "\n".join(lines)
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize(
    ("lines", "cut"),
    [
        (["eval_strategy: steps", "eval_steps: 200"], 600),
        (["eval_strategy: steps", "eval_steps: 0.1"], 300),
        (["eval_strategy: steps", "logging_steps: 50"], 150),
        (["eval_strategy: epoch"], 300),
        (["eval_strategy: steps", "eval_steps: 100", "eval_delay: 250"], 500),
    ],
)
def test_the_trainer_steps_a_plateau_at_its_evaluations(lines: list[str], cut: int, tmp_path: Path) -> None:
    (tmp_path / "loss.csv").write_text("eval_loss\n1\n1\n1\n0.1\n0.1\n")
    file = trainer(tmp_path, *lines, "lr_scheduler_kwargs: {patience: 1, factor: 0.1}")
    lr = rates(file, "--metric", f"{tmp_path}/loss.csv:eval_loss", *RATE)
    assert lr[cut - 1] == 0.01
    assert lr[cut] == pytest.approx(0.001)


@pytest.mark.parametrize("kind", ["reduce_lr_on_plateau", "greedy"])
def test_a_trainer_without_evaluations_is_refused_as_transformers_does(kind: str, tmp_path: Path) -> None:
    result = run_lrcli("table", trainer(tmp_path, kind=kind))
    assert result.code == 2
    assert f"transformers raises: {kind} requires an eval_strategy" in result.err


def test_max_steps_goes_before_epochs(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("learning_rate: 1e-3\nnum_train_epochs: 3\nmax_steps: 50\noutput_dir: o\n")
    assert len(rates(str(tmp_path / "a.yaml"))) == 50
    assert len(rates(str(tmp_path / "a.yaml"), "--epochs", "2", *RATE)) == 200


def test_the_classes_of_yolo_are_those_of_its_data_set(tmp_path: Path) -> None:
    (tmp_path / "args.yaml").write_text("epochs: 3\noptimizer: auto\nlr0: 0.01\nlrf: 0.01\ndata: coco8.yaml\n")
    refused = run_lrcli("table", str(tmp_path / "args.yaml"), *RATE)
    assert "Ultralytics' args optimizer: auto ignores lr0" in refused.err
    (tmp_path / "coco8.yaml").write_text("path: coco8\nnames: {0: cat, 1: dog}\n")
    assert "the lr is 0.001667 for 2 classes" in run_lrcli("table", str(tmp_path / "args.yaml"), *RATE).err


def test_the_warm_up_of_yolo_is_said_for_both_versions() -> None:
    err = run_lrcli("table", "yolo_args.yaml", "--steps-per-epoch", "10").err
    assert "the warm-up takes 100 iterations, as in versions before 8.4.190; since then it takes 30" in err


def test_references_in_a_circle_are_left_as_they_are(tmp_path: Path) -> None:
    text = "optimization: {lr: '${a}', max_update: 9}\na: '${optimization.lr}'\nlr_scheduler: {_name: fixed}\n"
    (tmp_path / "a.yaml").write_text(text)
    result = run_lrcli("table", str(tmp_path / "a.yaml"))
    assert result.code == 2
    assert "is not a number" in result.err


def test_references_cannot_unfold_without_end(tmp_path: Path) -> None:
    references = [", ".join([f"'${{a{i}}}'"] * 20) for i in range(1, 9)]
    lists = "\n".join(f"a{i}: [{text}]" for i, text in enumerate(references))
    (tmp_path / "a.yaml").write_text(f"{lists}\na8: 1\nlr_scheduler_type: cosine\nmax_steps: 9\n")
    assert "expand to more than" in run_lrcli("table", str(tmp_path / "a.yaml")).err


@pytest.mark.parametrize(
    "text",
    [
        "${a:-" * 50_000,
        "$(" * 100_000,
        '"' + "a" * 200_000,
        "'\\" * 60_000,
        "a=(" * 80_000,
        "\n" * 10**6,
        "--lr " * 40_000,
    ],
    ids=["references", "commands", "quote", "escapes", "arrays", "lines", "options"],
)
def test_a_hostile_script_is_refused_in_a_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text(f"#!/bin/sh\npython train.py {text}\n")
    result = run_lrcli("table", str(tmp_path / "a.sh"))
    assert (result.code, len(result.err.splitlines())) == (2, 1)


def test_a_share_of_the_run_that_the_trainer_passes_over_is_found() -> None:
    err = run_lrcli("table", "training_args.json", "--warmup-ratio", "0.1", *RATE).err
    assert "LR026 warmup_ratio=0.1 has no effect: the Trainer takes warmup_steps=0.03 where both are given" in err
    assert "max_steps" not in run_lrcli("table", "training_args.json", "--epochs", "2", *RATE).err.replace(
        "(max_steps)", ""
    )


def test_a_switch_of_a_file_needs_no_value_and_the_batches_of_yolo_give_its_steps(tmp_path: Path) -> None:
    text = "epochs: 100\nbatch: 16\nlr0: 0.01\nlrf: 0.01\ncos_lr: false\nwarmup_epochs: 0\noptimizer: SGD\n"
    (tmp_path / "args.yaml").write_text(text)
    file = str(tmp_path / "args.yaml")
    found = [rates(file, *flags, "--samples", "800") for flags in ((), ("--cos-lr",), ("--cos-lr", "true"))]
    assert [len(one) for one in found] == [5000, 5000, 5000]
    assert found[0] != found[1] == found[2]
    assert "say how many updates an epoch has" in run_lrcli("plot", file).err
