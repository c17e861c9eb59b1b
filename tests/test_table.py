"""The rows of tables and exports."""

from __future__ import annotations

import json

import pytest

import lrcli
from tests.shell import inside as run


def points(*arguments: str) -> list[int]:
    told: list[int] = json.loads(run("table", *arguments, "--json").out)["t"]
    return told


def test_rows_at_breakpoints_come_first() -> None:
    shown = points("wsd:decay_length=30k", "--steps", "300k", "--warmup", "2k")
    assert {0, 2000, 270_000, 299_999} <= set(shown)
    assert len(shown) <= 25
    restarts = points("cosine-restarts:cycle_length=7", "--epochs", "90")
    assert set(range(0, 90, 7)) <= set(restarts)


def test_every_so_many_steps() -> None:
    assert points("cosine", "--steps", "300k", "--every", "100k") == [0, 100_000, 200_000]
    assert points("cosine", "--epochs", "10", "--every", "50%") == [0, 5]
    assert (
        run("export", "step", "--epochs", "90", "--every", "30").out
        == "epoch,lr\n0,0.1\n30,0.010000000000000002\n60,0.001\n"
    )
    assert "that must be a whole number" in run("table", "cosine", "--every", "2.5").err
    assert "exclude each other" in run("table", "cosine", "--every", "2", "--at", "3").err


def test_export_writes_only_what_was_asked_for(tmp_path: object) -> None:
    out = run("export", "cosine", "constant", "--epochs", "9", "--at", "3,1", "--format", "json").out
    assert [curve["t"] for curve in json.loads(out)["curves"]] == [[1, 3], [1, 3]]
    parquet = pytest.importorskip("pyarrow.parquet")
    path = f"{tmp_path}/lr.parquet"
    assert run("export", "cosine", "--steps", "100k", "--every", "50k", "-o", path).code == 0
    assert parquet.read_table(path).to_pydict() == {
        "step": [0, 50_000],
        "lr": [0.1, lrcli.evaluate("cosine", steps=2).lr[1]],
    }


def test_what_lies_past_the_end_or_between_is_said_and_not_moved() -> None:
    past = run("table", "cosine", "--epochs", "90", "--at", "90")
    assert (past.code, past.err) == (2, "error: --at 90 is past the end: the last epoch is 89 (they count from 0)\n")
    between = run("table", "step", "--epochs", "90", "--at", "30.5")
    assert between.out.split() == ["epoch", "lr", "30", "0.01"]
    assert between.err == "note: 30.5 lies within epoch 30: the lr of epoch 30 is in force\n"
    assert (
        "100% is the end of the run: the last epoch is 89" in run("plot", "step", "--epochs", "90", "--at", "100%").out
    )


def test_formats_to_paste() -> None:
    common = ("table", "step", "--epochs", "90", "--at", "0,30")
    assert run(*common, "--format", "csv").out == "epoch,lr\n0,0.1\n30,0.010000000000000002\n"
    assert run(*common, "--format", "md").out == "| epoch | lr |\n| ---: | ---: |\n| 0 | 0.1 |\n| 30 | 0.01 |\n"
