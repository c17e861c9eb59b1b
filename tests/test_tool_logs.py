"""Excerpts from the output of common tools: the lr and the clock of every row are read, whatever is around them."""

from __future__ import annotations

import bz2
import json
import lzma
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from lrcli.logs import lines, read_log
from lrcli.problems import InputError
from tests.data import GOLDEN

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = GOLDEN / "logs"
"""Twelve rows of one run in each: a warm-up of 100 steps, then a cosine; an epoch has 100 steps."""


class _Expected(NamedTuple):
    lr: list[float]
    logs: dict[str, dict[str, object]]


EXPECTED = _Expected(**json.loads((FOLDER / "expected.json").read_text()))


@pytest.mark.parametrize("tool", EXPECTED.logs)
def test_a_tools_rows_are_read(tool: str) -> None:
    log = read_log(str(FOLDER / f"{tool}.log"))
    rate, expected = log.rates[0], EXPECTED.logs[tool]
    assert np.abs(rate.y - EXPECTED.lr).max() <= expected["tolerance"]
    if expected["clock"] is not None:
        assert (log.clock != "row", rate.x.tolist()) == (True, expected["clock"])


def test_every_excerpt_is_tried() -> None:
    assert {path.stem for path in FOLDER.glob("*.log")} == EXPECTED.logs.keys()


@pytest.mark.parametrize(
    ("name", "text", "column"),
    [
        (
            "run-7-tag-train_lr.csv",
            "Wall time,Step,Value\n1700000000.5,1,0.1\n1700000001.5,2,0.05\n",
            "run-7-tag-train_lr",
        ),
        ("metrics/train/lr", "1700000000000 0.1 1\n1700000000001 0.05 2\n", "train/lr"),
    ],
)
def test_a_file_of_one_column_says_its_name(name: str, text: str, column: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    rate = read_log(str(path)).rates[0]
    assert column.endswith(rate.name)
    assert (rate.x.tolist(), rate.y.tolist()) == ([1, 2], [0.1, 0.05])


def test_a_table_without_a_header_has_columns_to_choose_from(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("0 0.1\n1 0.05\n")
    assert {name: column.y.tolist() for name, column in read_log(str(path)).columns.items()} == {
        "column 1": [0, 1],
        "column 2": [0.1, 0.05],
    }


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress])
def test_compressed_logs_are_read(pack: object, tmp_path: Path) -> None:
    assert callable(pack)
    path = tmp_path / "log"
    path.write_bytes(pack(b"step,lr\n1,0.1\n2,0.05\n"))
    assert read_log(str(path)).rates[0].y.tolist() == [0.1, 0.05]


@pytest.mark.parametrize(
    ("begin", "kind"),
    [(b"PK\x03\x04", "a zip archive"), (b"PAR1", "a Parquet file"), (b"\x80\x04\x95", "a pickle"), (b":W&B", "export")],
)
def test_what_is_no_log_for_certain_is_named(begin: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(begin + bytes(100))
    with pytest.raises(InputError, match=kind):
        read_log(str(path))


def test_a_line_of_a_known_form_says_what_it_would_say_alone(tmp_path: Path) -> None:
    tools = list(EXPECTED.logs)
    texts = {tool: (FOLDER / f"{tool}.log").read_bytes() for tool in tools}
    for tool in tools:
        path = tmp_path / tool
        path.write_bytes(texts[tool])
        with_forms = read_log(str(path))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lines, "_FORMS", 0)
            alone = read_log(str(path))
        assert with_forms.columns.keys() == alone.columns.keys()
        for name, column in alone.columns.items():
            np.testing.assert_array_equal(with_forms.columns[name].y, column.y)


@pytest.mark.parametrize(("number", "value"), [("1,000", 1000), ("0,001", 0.001), ("0,00025", 0.00025)])
def test_commas_stand_between_thousands_or_before_decimals(number: str, value: float, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(f"step 1 lr {number}\nstep 2 lr {number}\n")
    assert read_log(str(path)).rates[0].y.tolist() == [value, value]


def test_a_long_text_of_losses_without_a_learning_rate_ends_soon_if_that_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("wb") as file:
        file.write(b"config: lr=0.1\n")
        for step in range(66):
            file.write(b"step %d loss 2.5 %s\n" % (step, b"x" * (1 << 20)))
    log = read_log(str(path), lambda name: "lr" in name)
    assert "no learning rate in 64 MiB: the rest is not read" in log.notes
    assert not log.rates


def test_of_a_long_log_only_the_needed_columns_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("step,lr,loss\n" + "".join(f"{n},0.1,2.5\n" for n in range(60_000)))
    assert list(read_log(str(path), lambda name: name != "loss").columns) == ["step", "lr"]
    assert len(read_log(str(path)).columns["loss"]) == 60_000
