"""What is sent to a terminal, and streams that are closed, full or limited to some characters."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lrcli import diagnostics
from lrcli.problems import printable
from tests.shell import Result, environment, inside, lrcli

if TYPE_CHECKING:
    from pathlib import Path

EVIL = "\x1b[31mred\x1b]0;title\x07\x1b[2J\u202ertl\x9b1m\u2028\r\x00\x7f"
SHOWN = r"\x1b[31mred\x1b]0;title\x07\x1b[2J\u202ertl\x9b1m\u2028\r\x00\x7f"


def test_what_is_no_visible_sign_is_written_as_its_number() -> None:
    assert printable(EVIL) == SHOWN
    assert printable("η é 学习率 😀") == "η é 学习率 😀"
    assert printable("\udcff\U000e0001\n") == r"\udcff\U000e0001\n"


def test_only_line_ends_and_colours_reach_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    diagnostics.write(f"\x1b[1;31ma\x1b[0m\n{EVIL}")
    shown = SHOWN.replace(r"\x1b[31m", "\x1b[31m")
    assert capsys.readouterr().out == f"\x1b[1;31ma\x1b[0m\n{shown}\n"


def harmless(result: Result) -> Result:
    """Assert that nothing in what is shown acts on a terminal."""
    for text in (result.out, result.err):
        assert all(line.isprintable() for line in text.split("\n"))
    return result


@pytest.fixture
def evil(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to stand in, with a file and a log whose names would act on a terminal."""
    monkeypatch.chdir(tmp_path)
    name = json.dumps(EVIL)
    comment = name[1:-1].replace("\\r", "").replace("\\u0000", "")
    (tmp_path / "evil.yaml").write_text(
        f'schedules: {{{name}: cosine, "two\\nlines": step, b: {{type: expr, lr: "x\\n# {comment}"}}}}\n'
    )
    (tmp_path / "wrong.yaml").write_text(f"schedules: {{a: {{type: {name}}}, b: {{type: cosine, {name}: {name}}}}}\n")
    (tmp_path / "log.csv").write_text(f"epoch,{EVIL.translate({13: None, 0: None})}\n0,1\n1,2\n")
    return tmp_path


@pytest.mark.parametrize("verb", ["plot", "compare", "table", "export", "describe", "code"])
@pytest.mark.parametrize("file", ["evil.yaml", "wrong.yaml", f"evil.yaml#{EVIL}", f"{EVIL}.yaml", EVIL, f"expr:{EVIL}"])
def test_names_and_messages_do_not_act_on_a_terminal(evil: Path, verb: str, file: str) -> None:
    assert evil.is_dir()
    harmless(inside(verb, file))
    harmless(inside(verb, file, "--json"))


def test_names_take_one_line_each(evil: Path) -> None:
    assert evil.is_dir()
    assert harmless(inside("table", "evil.yaml", "--at", "0")).out.count("\n") == 2
    header = harmless(inside("export", "evil.yaml", "--epochs", "1")).out.splitlines()[0]
    assert header == f"epoch,{SHOWN},two\\nlines,b"


@pytest.mark.parametrize("column", [EVIL, "none", f"a{EVIL}", None])
def test_columns_of_a_log_do_not_act_on_a_terminal(evil: Path, column: str | None) -> None:
    metric = "log.csv" if column is None else f"log.csv:{column}"
    harmless(inside("table", "plateau", "--metric", metric))
    harmless(inside("plot", "plateau", "--metric", str(evil / metric)))


@pytest.mark.parametrize("format_", ["csv", "tsv", "jsonl", "json"])
def test_a_name_that_is_no_text_is_written_as_its_number(format_: str) -> None:
    result = inside("export", "cosine", "step", "-n", "\udcff", "--epochs", "1", "--format", format_)
    assert result.code == 0
    assert r"\udcff" in result.out.replace(r"\\", "\\")


def test_json_is_json_whatever_names_hold() -> None:
    for arguments in (("table", "--json"), ("plot", "--json"), ("compare", "--json"), ("export", "--format", "json")):
        verb, *rest = arguments
        result = inside(verb, "cosine", "step", "-n", EVIL + "\U000e0001", "--epochs", "3", *rest)
        assert SHOWN in json.dumps(json.loads(result.out)).replace(r"\\", "\\")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(1)"])
def test_a_name_that_a_spreadsheet_would_run_is_quoted(name: str) -> None:
    for format_ in ("csv", "tsv"):
        out = inside("export", "cosine", "step", f"--name={name}", "--epochs", "1", "--format", format_).out
        assert out.splitlines()[0].replace("\t", ",") == f"epoch,'{name},step"
    assert f'"{name}"' in inside("export", "cosine", "step", f"--name={name}", "--epochs", "1", "--format", "jsonl").out


COMMANDS = [
    "--help", "--version", "plot --help", "plot cosine", "compare cosine step", "table cosine", "export cosine",
    "list", "describe cosine", "code cosine --to keras", "explain", "schema", "plot nothing",
]  # fmt: skip


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_encoding_is_survived(command: str, encoding: str) -> None:
    result = inside(*command.split(), encoding=encoding)
    assert result.code == (2 if command == "plot nothing" else 0)
    assert result.out or result.err


@pytest.mark.parametrize("command", ["--version", "plot --help", "table cosine", "code cosine --to keras"])
def test_a_process_without_utf_8_is_survived(command: str) -> None:
    result = lrcli(*command.split(), LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="ascii")
    assert (result.code, result.err) == (0, "") or result.err.startswith("note: ")


@pytest.mark.parametrize(("stream", "code"), [("> /dev/full", 1), (">&-", 1)])
@pytest.mark.parametrize("command", ["--help", "--version", "plot --help", "export cosine", "schema", "code cosine"])
def test_a_stdout_that_takes_nothing_is_one_line(command: str, stream: str, code: int) -> None:
    shell = ["/bin/bash", "-c", f"{sys.executable} -m lrcli {command} {stream}"]
    done = subprocess.run(shell, capture_output=True, env=environment(), check=False, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (code, 1)
    assert done.stderr.startswith("error: stdout could not be written: ")


@pytest.mark.parametrize("arguments", [("list",), ("describe", "cosine"), ("plot", "cosine"), ("list", "--help")])
def test_python_without_its_documentation_is_survived(arguments: tuple[str, ...]) -> None:
    run = [sys.executable, "-OO", "-m", "lrcli", *arguments]
    done = subprocess.run(run, capture_output=True, env=environment(), check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


@pytest.mark.parametrize("verb", ["plot", "table", "export", "describe", "code", "compare", "explain"])
def test_arguments_that_are_no_text_are_one_line(verb: str) -> None:
    for arguments in (["\udcff"], ["\udcff.yaml"], ["expr:\udcff"], ["cosine", "--name", "\udcff", "--\udcff"]):
        result = harmless(inside(verb, *arguments))
        assert (result.code in (2, 3), result.err.count("\n")) == (True, 1)
