"""How the verbs behave around their output: streams, files, pipes, colours, completion."""

from __future__ import annotations

import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lrcli
from lrcli.commands.progress import watched
from lrcli.export import names
from lrcli.export.formats import FORMATS
from tests.data import GOLDEN
from tests.shell import environment
from tests.shell import inside as run
from tests.shell import lrcli as process

ESCAPE = "\x1b["


def test_data_goes_to_stdout_and_the_rest_to_stderr() -> None:
    result = run("export", "cosine:warmup=500", "--epochs", "3")
    assert result.out.splitlines()[0] == "epoch,lr"
    assert len(result.out.splitlines()) == 4
    assert result.err.startswith("warning: ")


def test_what_is_exported_is_read_back_as_the_same_floats(tmp_path: Path) -> None:
    expected = lrcli.evaluate("cosine:max_lr=1/3,warmup=7", epochs=1000).lr.tolist()
    common = ("export", "cosine:max_lr=1/3,warmup=7", "--epochs", "1000", "--ignore", "LR007")
    for suffix, read in READERS.items():
        path = tmp_path / f"lr.{suffix}"
        result = run(*common, "-o", str(path))
        assert (result.code, result.out) == (0, "")
        assert result.err == f"note: wrote 1000 rows to {path}\n"
        assert read(path.read_text()) == expected


def test_parquet_has_the_same_floats_and_says_what_they_are(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "short.yaml").write_text("run: {steps: 3}\nschedules: {short: cosine}\n")
    result = run("export", "step", "short.yaml", "--steps", "5", "-o", "lr.parquet", cwd=str(tmp_path))
    assert (result.code, result.out) == (0, "")
    table = parquet.read_table(tmp_path / "lr.parquet")
    assert table.column_names == ["step", "step (lr)", "short"]
    assert table["step"].to_pylist() == [0, 1, 2, 3, 4]
    assert table["short"].to_pylist() == lrcli.evaluate("cosine", steps=5).lr.tolist()
    about = json.loads(table.schema.metadata[b"lrcli"])
    assert [curve["spec"]["type"] for curve in about["curves"]] == ["step", "cosine"]


def test_parquet_has_nulls_where_a_run_is_over_and_is_written_in_row_groups(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "two.yaml").write_text("run: {epochs: 2}\nschedules: {a: constant}\n")
    (tmp_path / "long.yaml").write_text("run: {epochs: 300k}\nschedules: {b: cosine}\n")
    assert run("export", "two.yaml", "long.yaml", "-o", "lr.parquet", cwd=str(tmp_path)).code == 0
    table = parquet.read_table(tmp_path / "lr.parquet")
    assert table["a"].to_pylist()[:3] == [0.1, 0.1, None]
    assert table["a"].null_count == 300_000 - 2
    np.testing.assert_array_equal(table["b"].to_numpy(), lrcli.evaluate("cosine", epochs=300_000).lr)
    assert parquet.ParquetFile(tmp_path / "lr.parquet").num_row_groups == 5


def test_parquet_without_pyarrow_says_how_to_get_it_and_leaves_nothing(tmp_path: Path) -> None:
    code = "import sys; sys.modules['pyarrow'] = None; from lrcli.cli import main; main()"
    command = [sys.executable, "-c", code, "export", "cosine", "-o", str(tmp_path / "lr.parquet")]
    done = subprocess.run(command, capture_output=True, env=environment(), check=False, text=True)
    assert done.returncode == 4
    assert done.stderr.startswith("error: parquet needs pyarrow: pip install 'lrcli[parquet]'")
    assert list(tmp_path.iterdir()) == []


def test_a_schedule_that_is_called_like_the_unit_hides_nothing() -> None:
    assert run("export", "step", "cosine", "--steps", "1").out == "step,step (lr),cosine\n0,0.1,0.1\n"
    lines = run("export", "step", "cosine", "--steps", "1", "--format", "jsonl").out
    assert lines == '{"step":0,"step (lr)":0.1,"cosine":0.1}\n'


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_long_export_shows_a_bar_on_a_terminal_and_nothing_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    chunks = [b"a", b"b", b"c"]
    monkeypatch.setattr("lrcli.commands.progress.PATIENCE", 0)
    for screen, to_terminal, is_shown in (
        (Terminal(), False, True),
        (Terminal(), True, False),
        (io.StringIO(), False, False),
    ):
        monkeypatch.setattr(sys, "stderr", screen)
        assert list(watched(iter(chunks), 3, to_terminal=to_terminal)) == chunks
        assert ("writing" in screen.getvalue()) is is_shown
    monkeypatch.setattr("lrcli.commands.progress.PATIENCE", 60)
    monkeypatch.setattr(sys, "stderr", quick := Terminal())
    assert list(watched(iter(chunks), 3, to_terminal=False)) == chunks
    assert quick.getvalue() == ""


def test_every_format_has_a_name_on_the_command_line() -> None:
    assert tuple(FORMATS) == names.FORMATS


def test_a_binary_format_is_refused_on_a_terminal() -> None:
    assert "give it a file with -o" in on_a_terminal("export", "cosine", "--format", "parquet")


READERS: dict[str, Any] = {
    "csv": lambda text: [float(line.split(",")[1]) for line in text.splitlines()[1:]],
    "tsv": lambda text: [float(line.split("\t")[1]) for line in text.splitlines()[1:]],
    "json": lambda text: json.loads(text)["curves"][0]["lr"],
    "jsonl": lambda text: [json.loads(line)["lr"] for line in text.splitlines()],
}


def test_a_run_that_ends_earlier_leaves_its_cells_empty(tmp_path: Path) -> None:
    (tmp_path / "short.yaml").write_text("run: {epochs: 2}\nschedules: {'a,b': constant}\n")
    (tmp_path / "long.yaml").write_text("run: {epochs: 3}\nschedules: {long: constant}\n")
    result = run("export", "short.yaml", "long.yaml", cwd=str(tmp_path))
    assert result.out == 'epoch,"a,b",long\n0,0.1,0.1\n1,0.1,0.1\n2,,0.1\n'


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    path = tmp_path / "lr.csv"
    path.write_text("mine")
    refused = run("export", "cosine", "-o", str(path))
    assert refused.code == 2
    assert "--force" in refused.err
    assert path.read_text() == "mine"
    assert run("export", "cosine", "-o", str(path), "--force").code == 0
    assert path.read_text().startswith("epoch,lr\n")
    assert [entry.name for entry in tmp_path.iterdir()] == ["lr.csv"]


def test_a_full_disk_is_reported_and_leaves_nothing() -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "lrcli", "export", "cosine", "--steps", "100k"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment(), check=False, text=True)
    assert done.returncode == 1
    assert done.stderr == "error: stdout could not be written: no space left on device\n"


def test_a_file_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    result = run("export", "cosine", "-o", str(tmp_path / "none" / "lr.csv"))
    assert result.code == 1
    assert result.err.endswith("lr.csv could not be written: no such file or directory\n")


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet"])
def test_an_interrupted_export_leaves_no_file(tmp_path: Path, suffix: str) -> None:
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / f"lr.{suffix}"
    command = [sys.executable, "-m", "lrcli", "export", "cosine", "--steps", "1G", "-o", str(path)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env=environment(), text=True)
    while not list(tmp_path.iterdir()) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m lrcli export cosine --steps 10M | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, env=environment(), check=False, text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("step,lr\n", "", 141)


@pytest.mark.parametrize("command", [("plot", "cosine"), ("compare", "cosine", "step"), ("table", "cosine"), ("list",)])
def test_a_pipe_gets_no_colours_and_no_boxes(command: tuple[str, ...]) -> None:
    out = run(*command).out
    assert ESCAPE not in out
    assert all(line == line.rstrip() for line in out.splitlines())


COLOURFUL = ("compare", "cosine", "step")


@pytest.mark.parametrize(
    ("flags", "variables", "colours"),
    [
        ((), {}, False),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_follow_the_flag_then_the_environment(
    flags: tuple[str, ...],
    variables: dict[str, str],
    colours: bool,
) -> None:
    assert (ESCAPE in process(*COLOURFUL, *flags, **variables).out) is colours


def on_a_terminal(*arguments: str, columns: int = 80, rows: int = 24, **variables: str) -> str:
    """Return what lrcli writes to a terminal of this size."""
    leader, follower = pty.openpty()
    import fcntl
    import struct
    import termios

    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    command = [sys.executable, "-m", "lrcli", *arguments]
    with subprocess.Popen(command, stdout=follower, stderr=follower, env=environment(**variables)):
        os.close(follower)
        chunks = []
        while True:
            try:
                chunk = os.read(leader, 65536)
            except OSError:
                break
            if not chunk:
                break
            chunks.append(chunk)
    os.close(leader)
    return b"".join(chunks).decode().replace("\r\n", "\n")


def test_a_terminal_gets_colours_unless_it_is_dumb_or_says_no() -> None:
    assert ESCAPE in on_a_terminal(*COLOURFUL)
    assert ESCAPE not in on_a_terminal(*COLOURFUL, TERM="dumb")
    assert ESCAPE not in on_a_terminal(*COLOURFUL, NO_COLOR="1")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40), (40, 12), (60, 15)])
def test_a_plot_fits_the_terminal_with_room_for_the_prompt(columns: int, rows: int) -> None:
    lines = on_a_terminal("plot", "cosine", columns=columns, rows=rows, NO_COLOR="1").splitlines()
    assert len(lines) < rows
    assert max(map(len, lines)) <= columns


def test_a_table_is_as_wide_as_the_terminal_at_most() -> None:
    lines = on_a_terminal("compare", "configs/family.yaml", columns=60, NO_COLOR="1").splitlines()
    assert max(map(len, lines)) <= 60


def test_a_terminal_without_unicode_gets_ascii() -> None:
    variables = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    for command in (("plot", "cosine"), ("compare", "cosine", "step"), ("list",), ("describe", "noam")):
        result = process(*command, **variables)
        assert result.code == 0
        assert result.out.isascii()


@pytest.mark.parametrize("nonsense", ["0", "abc", "-5", ""])
def test_nonsense_in_columns_is_ignored(nonsense: str) -> None:
    lines = run("plot", "cosine", COLUMNS=nonsense).out.splitlines()
    assert max(map(len, lines)) == 80


@pytest.mark.parametrize(
    "command",
    [
        ("plot", "cosine"),
        ("compare", "cosine", "step"),
        ("table", "cosine"),
        ("list",),
        ("describe", "cosine"),
    ],
)
def test_json_is_one_document_with_a_version(command: tuple[str, ...]) -> None:
    result = run(*command, "--json")
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out)["schema_version"] == 2


def test_json_holds_everything_that_was_asked_for() -> None:
    arguments = ("torch.CosineAnnealingLR:T_max=60", "--epochs", "90", "--at", "30", "--code", "torch", "--json")
    printed = json.loads(run("plot", *arguments).out)
    (curve,) = printed["curves"]
    assert (curve["unit"], curve["t"]) == ("epoch", list(range(90)))
    assert curve["lr"][30] == printed["readings"][0]["lr"][curve["name"]]
    assert "CosineAnnealingLR" in printed["code"]
    for verb in ("plot", "compare", "table"):
        (finding,) = json.loads(run(verb, *arguments[:3], "--json").out)["findings"]
        assert (finding["code"], finding["severity"]) == ("LR004", "warning")


def test_a_drawing_and_its_warning_stand_on_one_screen() -> None:
    lines = on_a_terminal("plot", "torch.CosineAnnealingLR:T_max=60", "--epochs", "90", NO_COLOR="1").splitlines()
    rows = sum(max(-(-len(line) // 80), 1) for line in lines)
    assert rows <= 23
    assert lines[0].startswith("torch.CosineAnnealingLR")
    assert any("LR004" in line for line in lines[-2:])


@pytest.mark.parametrize("others", [("wsd",), ("step", "wsd"), ("CosineAnnealingLR:T_max=60",)])
def test_a_comparison_leaves_its_drawing_14_rows_beside_its_table_and_a_warning(others: tuple[str, ...]) -> None:
    lines = on_a_terminal("compare", "cosine", *others, "--epochs", "90", NO_COLOR="1").splitlines()
    assert sum(max(-(-len(line) // 80), 1) for line in lines) <= 23
    drawing = [line for line in lines if "│" in line or "┤" in line]
    assert len(drawing) + 2 >= 14  # with the axis and its labels
    assert any("largest difference" in line for line in lines)
    assert sum("warning: " in line for line in lines) == 1


def test_where_many_are_compared_the_table_is_the_legend() -> None:
    specs = ("cosine", "step", "wsd", "polynomial", "exponential", "linear", "one-cycle", "noam")
    lines = on_a_terminal("compare", *specs, NO_COLOR="1").splitlines()
    signs = [line.split()[:2] for line in lines if any(line.split()[1:2] == [spec] for spec in specs)]
    assert [name for _, name in signs] == list(specs)
    assert len({sign for sign, _ in signs}) == len(specs)
    assert len(lines) <= 23


def test_compare_prints_the_same_numbers_as_json_and_as_text() -> None:
    printed = json.loads(
        run(
            "compare",
            "cosine",
            "step:step_size=30",
            "--epochs",
            "90",
            "--at",
            "30",
            "--diff",
            "step:step_size=30",
            "--json",
        ).out
    )
    first, second = printed["curves"]
    assert first["measures"]["below_half_peak_from"] == 46
    assert second["measures"]["largest_drop"] == pytest.approx(0.09)
    assert second["measures"]["largest_drop_at"] == 30
    assert second["measures"]["mean"] == pytest.approx((0.1 + 0.01 + 0.001) / 3)
    assert first["readings"] == [{"at": 30, "lr": pytest.approx(0.075)}]
    assert (printed["base"], second["difference"]) == ("step:step_size=30", None)
    assert first["difference"]["largest"] == pytest.approx(0.065)
    assert (first["difference"]["at"], first["difference"]["every_point_looked_at"]) == (30, True)


def test_a_table_too_long_to_read_is_refused_at_once() -> None:
    result = run("table", "cosine", "--steps", "1000G", "--all")
    assert (result.code, result.out) == (2, "")
    assert "lrcli export" in result.err


def test_compare_prints_steps_whole_and_not_with_four_digits() -> None:
    out = run("compare", "step:step_size=123456", "constant:warmup=54321", "--steps", "1M", "--all").out
    assert "123456" in out
    assert "54321" in out


def test_a_comparison_fits_a_terminal_with_its_table() -> None:
    lines = on_a_terminal(
        "compare", "cosine", "step:step_size=30", "wsd", "--ignore", "LR007", NO_COLOR="1"
    ).splitlines()
    assert len(lines) <= 23
    assert sum(line[6] in "│┤" for line in lines if len(line) > 6) >= 13


def completions(words: str) -> list[str]:
    count = str(len(words.split(" ")) - 1)
    return process(_LRCLI_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=count).out.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("lrcli plo", ["plot"]),
        ("lrcli plot cosi", ["cosine", "cosine-restarts"]),
        ("lrcli plot cosine:m", ["cosine:max_lr=", "cosine:min_lr="]),
        (
            "lrcli plot cosine:max_lr=1,wa",
            [f"cosine:max_lr=1,warmup{rest}=" for rest in ("", "_from", "_shape", "_prefix")],
        ),
        ("lrcli plot linear:start_lr=0,for=5+no", ["linear:start_lr=0,for=5+noam"]),
        ("lrcli plot cosine --max", ["--max-lr"]),
        ("lrcli plot cyclic --mode tri", ["triangular", "triangular2"]),
        ("lrcli describe ws", ["wsd"]),
        ("lrcli plot torch.Cosine", ["torch.CosineAnnealingLR", "torch.CosineAnnealingWarmRestarts"]),
        ("lrcli plot nothing:m", []),
        ("lrcli explain LR00", ["LR001", "LR002", "LR003", "LR004", "LR005", "LR007", "LR008", "LR009"]),
    ],
)
def test_the_shell_completes(words: str, expected: list[str]) -> None:
    assert completions(words) == expected


def test_every_golden_error_is_one_line_each_on_stderr_with_its_exit_code() -> None:
    for path in (GOLDEN / "output").glob("errors-*.txt"):
        for line in path.read_text().splitlines():
            assert line.startswith(("$ ", "error: ", "warning: LR", "[exit 2]", "[exit 3]")), line


def test_verbose_says_what_was_read_what_is_default_and_what_was_filled_in(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("run: {epochs: 6}\nschedules: {a: {type: cosine, max_lr: 0.3, warmup: 50%}}")
    result = run("table", str(file), "-v")
    assert result.err.splitlines()[1:] == [
        f"note: read {file}: a file",
        "note: a: 6 epochs (as the file says)",
        "note: a: cosine: given: max_lr = 0.3, warmup = 50%; default: min_lr = 0, k_decay = 1, exponent = 1",
        "note: a: warmup 50% of 6 = 3 epochs",
        "note: a: the same is lrcli table cosine:max_lr=0.3,warmup=50% --epochs 6",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["cosine", "--epochs", "4"], "cosine: 4 epochs (--epochs)"),
        (["cosine"], "cosine: 100 epochs (the default: nothing says how long)"),
        (["torch.CosineAnnealingLR:T_max=5"], "5 epochs (as long as the schedule)"),
    ],
)
def test_verbose_says_where_the_length_of_the_run_comes_from(arguments: list[str], words: str) -> None:
    assert words in run("table", *arguments, "--verbose").err
    assert words in run("-v", "table", *arguments).err


def test_the_environment_is_said_where_it_counts() -> None:
    assert "cosine: 7 epochs (LRCLI_EPOCHS)" in run("table", "cosine", "-v", LRCLI_EPOCHS="7").err
    result = run("table", "cosine", "-qv")
    assert (result.code, result.err) == (2, "error: --verbose: it cannot be used with --quiet\n")


def test_the_version_can_be_that_of_everything() -> None:
    assert run("--version").out == f"lrcli {lrcli.__version__}\n"
    lines = run("--version", "-v").out.splitlines()
    assert lines[0] == f"lrcli {lrcli.__version__}"
    assert [line.split()[0].rstrip(":") for line in lines[2:]] == [
        "numpy", "typer", "rich", "msgspec", "ruamel.yaml", "matplotlib", "pyarrow",
    ]  # fmt: skip


def test_what_a_schedule_is_called_in_a_file_stands_on_its_page_and_in_code(tmp_path: Path) -> None:
    path = tmp_path / "family.yaml"
    path.write_text("run: {epochs: 9}\nschedules:\n  tail: {type: wsd, decay_length: 3}\n  cosine: wsd\n")
    pages = run("describe", str(path)).out.split("\n\n\n")
    heads = [page.splitlines()[0].partition(":")[0] for page in pages]
    assert heads == ["tail (wsd)", "cosine (wsd)"]
    assert run("describe", "wsd").out.startswith("wsd: ")
    written = run("code", f"{path}#tail", "--to", "yaml").out
    (tmp_path / "copy.yaml").write_text(written)
    copy, original = lrcli.load(str(tmp_path / "copy.yaml")), lrcli.load(f"{path}#tail")
    assert copy.schedules == original.schedules
    assert all(line == line.rstrip() for line in written.splitlines())


@pytest.mark.parametrize(
    ("spec", "caption"),
    [
        ("multistep:milestones=30,60,80,warmup=5", "milestones count from the end of the warm-up: epochs 35, 65, 85"),
        ("cosine:cycle_length=60,warmup=5", "cycle_length counts from the end of the warm-up, to epoch 65"),
        ("cosine:cycle_length=60,warmup=5,warmup_prefix=false", ""),
        ("cosine:warmup=5", ""),
    ],
)
def test_what_a_warm_up_puts_off_is_said_with_its_time(spec: str, caption: str) -> None:
    said = " ".join(run("plot", spec, "--epochs", "90").out.splitlines()[-2:])
    assert caption in said if caption else "count" not in said


def test_code_that_is_given_its_metric_needs_no_made_up_one() -> None:
    assert run("code", "plateau").err == ""
    assert "LR021" in run("plot", "plateau").err


def test_numpy_reads_its_own_file_with_the_names_of_the_columns(tmp_path: Path) -> None:
    (tmp_path / "short.yaml").write_text("run: {steps: 3}\nschedules: {kürzer: cosine}\n")
    result = run("export", "step", "short.yaml", "--steps", "5", "-o", "lr.npy", cwd=str(tmp_path))
    assert (result.code, result.out, result.err) == (0, "", "note: wrote 5 rows to lr.npy\n")
    rows = np.load(tmp_path / "lr.npy")
    assert rows.dtype.names == ("step", "step (lr)", "k\\xfcrzer")
    assert rows["step"].tolist() == [0, 1, 2, 3, 4]
    assert rows["step (lr)"].tolist() == lrcli.evaluate("step", steps=5).lr.tolist()


def test_a_table_in_markdown_has_exact_numbers() -> None:
    lines = run("export", "cosine", "--epochs", "3", "--format", "md").out.splitlines()
    assert lines[:3] == ["| epoch | lr |", "| ---: | ---: |", "| 0 | 0.1 |"]
    assert float(lines[-1].split("|")[2]) == lrcli.evaluate("cosine", epochs=3).lr[-1]


def test_on_a_terminal_a_caret_stands_under_what_is_wrong(tmp_path: Path) -> None:
    lines = on_a_terminal("plot", "cosine:warmup=5+step:foo=2", NO_COLOR="1").splitlines()
    assert lines[-2:] == ["  cosine:warmup=5+step:foo=2", "                       ^"]
    path = tmp_path / "a.yaml"
    path.write_text("schedules:\n  a:\n    type: cosin\n")
    assert on_a_terminal("plot", str(path), NO_COLOR="1").splitlines()[-2:] == ["      type: cosin", "            ^"]
    assert len(run("plot", str(path)).err.splitlines()) == 1


def test_where_an_error_comes_from_is_shown_before_and_behind_the_verb() -> None:
    for command in (("--debug", "plot", "cosin"), ("plot", "cosin", "--debug"), ("plot", "--debug", "cosin")):
        assert "Traceback" in process(*command).err


def test_verbose_says_the_command_line_that_says_it_all(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("run: {epochs: 9}\nschedules: {a: {type: cosine, max_lr: 0.3}}\n")
    said = run("table", "a.yaml", "-v", "--warmup", "2", cwd=str(tmp_path)).err
    command = said.partition("the same is lrcli ")[2].splitlines()[0].split()
    assert run(*command).out == run("table", "a.yaml", "--warmup", "2", cwd=str(tmp_path)).out
