"""Files whose names control a terminal, are not text, or look like something else; titles too."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.shell import inside

if TYPE_CHECKING:
    from pathlib import Path

SPEC = 'schedules:\n  "a\\e[8mx": {type: cosine, cycle_length: 200}\n'
NAMES = [
    "esc\x1b[31m\x01.yaml",
    os.fsdecode(b"bytes\xff.yaml"),
    "two\nlines.yaml",
    "a#b.yaml",
    "a:lr=1.yaml",
    "%0A,::x.yaml",
]
LOG = "step,loss,lr\n" + "".join(f"{10 * i},{3 / (i + 1)},{0.1 - 0.01 * i:.2f}\n" for i in range(9))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "names").mkdir()
    try:
        for name in NAMES:
            (tmp_path / "names" / name).write_text(SPEC)
    except (OSError, UnicodeError):
        pytest.skip("this file system has no such names")
    return tmp_path


@pytest.mark.parametrize("output", ["text", "github", "json", "sarif", "gitlab", "junit"])
def test_lint_reads_each_file_of_a_directory_under_its_name_and_prints_it_escaped(output: str, folder: Path) -> None:
    done = inside("lint", "names", "--output", output, cwd=str(folder))
    assert (done.code, done.err) == (1, "")
    assert done.out.replace("\n", "").isprintable()
    assert done.out.count("is longer than 100 epochs") >= len(NAMES)
    assert "LR001" not in done.out or output == "sarif"  # whose rules are all there
    if output == "junit":
        ET.fromstring(done.out)
    elif output not in ("text", "github"):
        json.loads(done.out)


def test_what_fix_shows_and_where_lint_writes_holds_no_such_name(folder: Path) -> None:
    done = inside("lint", "names", "--diff", cwd=str(folder))
    assert done.out.replace("\n", "").isprintable()
    assert inside("lint", "names", "--output", "json", "--output-file", "found.json", cwd=str(folder)).code == 1
    json.loads((folder / "found.json").read_text())
    assert inside("lint", "names", "--fix", "--epochs", "90", cwd=str(folder)).code == 0
    assert all("cycle_length: 90" in (folder / "names" / name).read_text() for name in NAMES)


@pytest.mark.parametrize("verb", ["plot", "table", "compare", "plan", "describe", "code"])
def test_json_of_a_file_whose_name_is_no_text_can_be_read(verb: str, folder: Path) -> None:
    done = inside(verb, f"names/{NAMES[1]}", "--json", cwd=str(folder))
    assert done.code == 0
    json.loads(done.out)


@pytest.mark.parametrize("kind", ["svg", "html", "png"])
@pytest.mark.parametrize("title", [None, os.fsdecode(b"t\xff\x1b&<$x$</script>")])
def test_a_picture_of_it_can_be_drawn(kind: str, title: str | None, folder: Path) -> None:
    if kind == "png":
        pytest.importorskip("matplotlib")
    options = [] if title is None else ["--title", title]
    done = inside("plot", f"names/{NAMES[1]}", *options, "-o", f"x.{kind}", cwd=str(folder))
    assert done.code == 0
    if kind == "svg":
        ET.fromstring((folder / "x.svg").read_text())
    if kind == "html":
        assert "</script>" not in (folder / "x.html").read_text().partition("<body")[2].partition("<script")[0]


def test_a_log_of_such_a_name_is_checked(folder: Path) -> None:
    (folder / NAMES[1]).write_text(LOG)
    done = inside("check", NAMES[1], "--json", cwd=str(folder))
    assert done.code == 0
    json.loads(done.out)
