"""Tables whose cells are all plain numbers are read at once: the same log as cell by cell, whatever is in the file."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrcli.logs import delimited, read_log
from lrcli.logs.plain import plain_numbers
from lrcli.logs.source import Source
from lrcli.problems import SpecError

if TYPE_CHECKING:
    from pathlib import Path

    from lrcli.logs import Log

HEADERS = {",": "step,loss,lr", "\t": "step\tloss\tlr", ";": "step;loss;lr", " ": "step loss lr"}
NUMBERS = st.one_of(
    st.integers(0, 99).map(str), st.floats(0, 2).map(repr), st.sampled_from(["1e-5", "+.5", "3.", "-0"])
)
ODD = st.sampled_from(
    ["", "nan", "-inf", "1e999", '"2"', "1_0", "0x10", "1/40", " 3", "4 ", "[5]", "#6", "a,b", '"', "7\r8"]
)
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=6)
LINES = st.sampled_from(["", " ", "step,loss,lr", "1,2", "1,2,3,4", "# a word"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plain")


def read(path: Path) -> Log | None:
    """Return the log in a file; None if there is none."""
    try:
        return read_log(str(path))
    except SpecError:
        return None


def facts(log: Log | None) -> object:
    """Return everything in a log."""
    if log is None:
        return None
    columns = [(one, one.x.tobytes(), one.rows.tolist(), repr(one.y.tolist())) for one in log.columns.values()]
    named = [(one.name, one.clock, one.precision, *rest) for one, *rest in columns]
    return named, log.format, log.rows, log.hints, log.notes, log.unended


@given(
    sign=st.sampled_from(sorted(HEADERS)),
    blocks=st.lists(st.tuples(ROWS, st.none() | ODD, st.none() | LINES), min_size=1, max_size=4),
    newline=st.sampled_from(["\n", "\r\n"]),
    ended=st.booleans(),
)
def test_a_table_is_read_the_same_at_once_and_cell_by_cell(
    folder: Path,
    sign: str,
    blocks: list[tuple[list[tuple[str, ...]], str | None, str | None]],
    newline: str,
    ended: bool,
) -> None:
    lines = [HEADERS[sign], sign.join("123")]
    for rows, odd, line in blocks:
        lines += [sign.join(row) for row in rows]
        lines += [sign.join(["9", odd, "0.5"])] if odd is not None else []
        lines += [line] if line is not None else []
    path = folder / "log"
    path.write_bytes((newline.join(lines) + newline * ended).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Source.read, "__defaults__", (64,))
        patch.setattr(delimited, "HEAD", 2)
        at_once = read(path)
        patch.setattr(delimited, "plain_numbers", lambda *_: None)
        assert facts(at_once) == facts(read(path))


@pytest.mark.parametrize("odd", ["1,", ",1", "1", "1,2,3", "1,a", '1,"2"', "1,1_0", "1,0x10", "1,1/40", "# 1,2", " "])
def test_lines_with_another_cell_are_not_read_at_once(odd: str) -> None:
    assert plain_numbers(["1,2", "3,4"], ",", 2) is not None
    assert plain_numbers(["1,2", odd, "3,4"], ",", 2) is None


def test_no_lines_are_not_read_at_once() -> None:
    assert [plain_numbers(lines, ",", 2) for lines in ([], [""], ["", ""], ["", "1,2"])] == [None] * 4


def test_a_large_table_is_read_at_once_after_its_head(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("step,lr\n" + "".join(f"{step},{1 / (1 + step)!r}\n" for step in range(5000)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv, "reader", lambda lines, **_: [line.split(",") for line in lines if len(lines) < 600])
        rate = read_log(str(path)).rates[0]
    assert rate.x.tolist() == list(range(5000))
    assert rate.y.tolist() == [1 / (1 + step) for step in range(5000)]
