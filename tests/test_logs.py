"""Readers of training logs: every tool's format, recognised by its content, and the notes on broken ones."""

from __future__ import annotations

import gzip
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from lrcli.logs import is_rate, mode_of, read_log
from lrcli.logs.precision import precision_of
from lrcli.problems import InputError, SpecError
from tests.logs import FORMATS, MEGATRON, STATE, events

if TYPE_CHECKING:
    from pathlib import Path

    from lrcli.logs import Log


def log_of(folder: Path, text: str | bytes) -> Log:
    """Return the log that a file with this text is; its name says nothing."""
    path = folder / "a-log"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_log(str(path))


@pytest.mark.parametrize("tool", FORMATS)
def test_each_tools_format_is_recognised_by_its_content(tmp_path: Path, tool: str) -> None:
    text, form, clock, x, y = FORMATS[tool]
    log = log_of(tmp_path, text)
    rate = log.rates[0]
    assert (log.format, log.clock) == (form, clock)
    assert rate.x.tolist() == x
    assert rate.y.tolist() == y


@pytest.mark.parametrize("tool", FORMATS)
def test_gzip_windows_lines_and_a_byte_order_mark_change_nothing(tmp_path: Path, tool: str) -> None:
    text, form, _, x, y = FORMATS[tool]
    cut = b"" if form == "json" else b"\xff\n"
    windows = text.replace("\n", "\r\n")
    for data in (
        gzip.compress(text.encode(), mtime=0),
        windows.encode("utf-8-sig"),
        text.encode("utf-16"),
        text.encode() + cut,
    ):
        rate = log_of(tmp_path, data).rates[0]
        assert (rate.x.tolist(), rate.y.tolist()) == (x, y)


def test_a_trainer_state_gives_its_lengths_and_keeps_nan(tmp_path: Path) -> None:
    log = log_of(tmp_path, STATE)
    assert (log.hints.total, log.hints.end, log.hints.every) == (60, 30, 10)
    assert np.isnan(log.losses[0].y).tolist() == [False, True, False]
    evaluated = log.columns["eval_loss"]
    assert evaluated.x.tolist() == [20]
    epochs = log.over(evaluated, "epoch")
    assert epochs is not None
    assert epochs.tolist() == [1.0]


def test_an_event_file_is_read_without_tensorflow(tmp_path: Path) -> None:
    scalars = [(tag, step, 0.5 / step) for step in (1, 200, 300) for tag in ("train/lr", "train/loss")]
    log = log_of(tmp_path, events(scalars))
    assert log.format == "TensorBoard"
    assert log.rates[0].x.tolist() == [1, 200, 300]
    assert str(log.rates[0].precision) == "float32"
    assert log.losses[0].y.tolist() == [0.5, 0.0024999999441206455, 0.0016666667070239782]


def test_two_runs_in_one_file_are_two(tmp_path: Path) -> None:
    log = log_of(tmp_path, "epoch,lr\n0,0.1\n1,0.05\nepoch,lr\n0,0.2\n1,0.1\n")
    assert [run.y.tolist() for run in log.rates[0].runs()] == [[0.1, 0.05], [0.2, 0.1]]


def test_what_a_tool_skipped_is_a_column(tmp_path: Path) -> None:
    log = log_of(tmp_path, MEGATRON)
    assert log.columns["number of skipped iterations"].y.tolist() == [2, 0]
    assert log.columns["lm loss"].y.tolist() == [9.1, 8.2]
    assert log.hints.total == 100


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (STATE[: STATE.rindex("{") - 2], "the file breaks off: 3 whole rows are read"),
        ('{"step": 1, "lr": 0.1}\n{"step": 2, "lr": 0.05}\n{"step": 3, "l', "left out: 1 line that is not JSON"),
        ("step,lr\n1,0.1\n2,0.05\n3\n", "left out: 1 line with more or fewer cells than the header"),
        (events([("lr", 1, 0.1), ("lr", 2, 0.05), ("lr", 3, 0.0)])[:-9], "the file breaks off within an event"),
        (gzip.compress(FORMATS["tabs"][0].encode() * 10**5, mtime=0)[:-200], "the compressed file breaks off"),
    ],
)
def test_what_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path, text: str | bytes, note: str) -> None:
    log = log_of(tmp_path, text)
    assert len(log.rates[0]) >= 2
    assert any(note in one for one in log.notes)


def test_a_wrong_length_in_an_event_file_allocates_nothing(tmp_path: Path) -> None:
    good = events([("lr", 1, 0.1)])
    for length in (2**63, 2**40, 2**26):
        log = log_of(tmp_path, good + length.to_bytes(8, "little") + b"crc!" + b"x" * 100)
        assert len(log.rates[0]) == 1
        assert log.notes


@pytest.mark.parametrize("text", ["", "\n", "hello\n", "{}", "[]", "{}\n{}\n", "a,b\nc,d\n", "\0" * 100, "epoch,lr\n"])
def test_what_is_no_log_has_no_columns(tmp_path: Path, text: str) -> None:
    assert not log_of(tmp_path, text).rates


@pytest.mark.parametrize("text", ["{", "[1, 2", '{"log_history": [', "{" * 10**5, "[" * 10**5])
def test_broken_json_is_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(SpecError, match="not JSON") as caught:
        log_of(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_what_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a directory"):
        read_log(str(tmp_path))
    with pytest.raises(InputError, match="no such file"):
        read_log(str(tmp_path / "nothing"))


def test_a_long_text_without_a_learning_rate_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "long"
    with path.open("wb") as file:
        for _ in range(18):
            file.write(b"INFO nothing of interest\n" * (1 << 18))
    log = read_log(str(path))
    assert not log.columns
    assert "no learning rate in 64 MiB: the rest is not read" in log.notes


@pytest.mark.parametrize("begin", [b"", b"step 1 lr 0.1\nstep 2 lr 0.2\n"])
def test_binary_data_is_no_text_whatever_words_are_in_it(tmp_path: Path, begin: bytes) -> None:
    with pytest.raises(InputError, match="is no log but binary data"):
        log_of(tmp_path, begin + Random(1).randbytes(1 << 16))


def test_lines_without_numbers_are_given_up_like_those_without_a_learning_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lrcli.logs.text._PATIENCE", 1000)
    log = log_of(tmp_path, "step 1 lr 0.1\nstep 2 lr 0.2\n" + "the lr is high\n" * 100 + "step 3 lr 0.3\n")
    assert log.rates[0].y.tolist() == [0.1, 0.2]
    assert any("the rest is not read" in note for note in log.notes)


def test_names_of_learning_rates() -> None:
    rates = ["lr", "LR", "learning_rate", "Learning Rate", "train/lr", "optim/learning_rate", "lr-AdamW", "lr-SGD/pg1"]
    rates += ["lr/pg0", "x/lr0", "lr_group0", "lr0", "base_lr", "train_lr", "calm-sea-5 - train/lr", "current_lr"]
    others = [
        "lr-AdamW-momentum",
        "lr_decay",
        "min_lr",
        "lr_ratio",
        "loss",
        "color",
        "train/lr__MIN",
        "lr_scheduler_type",
    ]
    assert [name for name in rates if not is_rate(name)] == []
    assert [name for name in others if is_rate(name)] == []


def test_which_way_a_metric_gets_better() -> None:
    assert {mode_of(name) for name in ("val_accuracy", "accuracy/top1", "bbox_mAP", "eval_f1", "val_acc")} == {"max"}
    assert {mode_of(name) for name in ("val_loss", "top1_err", "perplexity", "acc_loss", "eval_wer")} == {"min"}


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        (["0.001", "0.00098765432109876", "5e-05"], "float64"),
        (["0.0010000000474974513", "0.0005000000237487257"], "float32"),
        (["1.000E-04", "9.876E-05", "1.234E-06"], "4 digits"),
        (["0.00012", "0.00013", "0.00002", "0.00000", "0.00009"], "5 decimals"),
        (["0.1"] * 5 + ["0.01"] * 5, "exact numbers"),
        (["0.1000", "0.0900", "0.0810", "0.0063", "7.8125e-04", "3.9063e-04"], "4 decimals or 5 digits"),
        (["0.00003"] * 5 + ["0.00002"] * 5 + ["0.00001"] * 5, "5 decimals"),
    ],
)
def test_how_exactly_a_column_was_printed(printed: list[str], kind: str) -> None:
    found = precision_of(printed)
    y = np.array([float(text) for text in printed])
    assert str(found) == kind
    assert (found.half(y) >= 0).all()
