"""Hostile input, and input that broke something once: a one-line answer, soon, in little memory, with no traceback."""

from __future__ import annotations

import contextlib
import importlib
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import lrcli
from lrcli.schedules import Expr
from tests.shell import environment
from tests.shell import lrcli as lrcli_process

if TYPE_CHECKING:
    from collections.abc import Callable

LRCLI = [sys.executable, "-m", "lrcli"]
FULL = Path("/dev/full")
MEMORY = 1 << 30
SECONDS = 20


def hostile(*arguments: str | bytes, cwd: Path, stdin: bytes = b"") -> tuple[int, str]:
    """Return the exit code and stderr of a run of lrcli with a gigabyte of memory and twenty seconds."""
    done = subprocess.run(
        [*LRCLI, *arguments],
        input=stdin,
        capture_output=True,
        env=environment(OPENBLAS_NUM_THREADS="1"),
        cwd=cwd,
        timeout=SECONDS,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    return done.returncode, done.stderr.decode()


FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty; write schedules"),
    "blank": (b" \n \n", "empty; write schedules"),
    "a byte order mark alone": (b"\xef\xbb\xbf", "empty; write schedules"),
    "NUL": (b"type: cosine\0\n", "not YAML"),
    "UTF-16": ("type: cosine".encode("utf-16"), "is not UTF-8 text (byte 0)"),
    "latin-1": ("schedules: {é: cosine}".encode("latin-1"), "is not UTF-8 text (byte 12)"),
    "a million brackets": (b"[" * 10**6, "nested too deeply"),
    "a million braces": (b'{"a":' * 10**6, "is longer than 4 MiB"),
    "a million dashes": (b"- " * 10**6, "nested too deeply"),
    "60 lists in lists": (b"[" * 60 + b"cosine" + b"]" * 60, "nested too deeply"),
    "a number of a million digits": (b"type: cosine\nmax_lr: " + b"9" * 10**6, "bad.yaml:2:9: "),
    "an exponent of a million digits": (b"type: cosine\nmax_lr: 1e" + b"9" * 10**6, "bad.yaml:2:9: "),
    "ten megabytes": (b"#" * 10**7, "is longer than 4 MiB"),
    "a mapping that is its own": (b"a: &a {<<: *a}\n", "bad.yaml"),
    "unfolding without end": (b"a: &a [*a]\n", "nested too deeply"),
    "control characters": (b"type: \x07\x1b[31m\n", "not YAML"),
    "half a character": (b'type: "\\ud800"\n', "bad.yaml"),
    "keys that are lists": (b"? [a]\n: 1\n", "bad.yaml:1:1: lrcli does not know this kind of file"),
    "2000 keys given twice": (b"type: cosine\ntype: step\n" * 1000, "more like these"),
    "20,000 curves": (b"schedules:\n" + b"".join(b"  s%d: cosine\n" % i for i in range(10_000)), "too many"),
    "a tag that lies": (b"type: cosine\nmax_lr: !!int abc\n", "bad.yaml"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_refused_in_a_line(name: str, tmp_path: Path) -> None:
    data, words = FILES[name]
    (tmp_path / "bad.yaml").write_bytes(data)
    code, err = hostile("plot", "bad.yaml", cwd=tmp_path)
    assert code in (2, 3)
    assert words in err
    assert all(line.startswith("error: ") for line in err.splitlines())


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/urandom"])
def test_a_file_without_end_is_refused(path: str, tmp_path: Path) -> None:
    code, err = hostile("plot", path, cwd=tmp_path)
    assert (code, err.count("\n")) == (3, 1)


def test_standard_input_without_end_is_refused(tmp_path: Path) -> None:
    assert hostile("plot", "-", cwd=tmp_path, stdin=b"a" * 10**7)[0] == 3


TEXTS: dict[str, tuple[str | bytes, str]] = {
    "100,000 parentheses": ("(" * 100_000, "is never closed"),
    "3000 parentheses": ("(" * 3000 + "cosine:for=1" + ")" * 3000, "nested too deeply"),
    "5000 parts": ("+".join(["cosine:for=1"] * 5000), "5000 parts are too many"),
    "a formula of 50,000 parentheses": ("expr:" + "(" * 50_000 + "1" + ")" * 50_000, "error: "),
    "a formula of 60,000 signs": ("expr:" + "-" * 60_000 + "1", "error: "),
    "a tower of powers": ("expr:" + "9**" * 100 + "9", "error: "),
    "100,000 digits": ("cosine:max_lr=" + "9" * 100_000, "is not a number"),
    "100,000 commas": ("cosine:" + "," * 100_000, "error: "),
    "Arabic digits": ("cosine:max_lr=١", "is not a number"),
    "infinity": ("cosine:max_lr=inf", "must be finite"),
    "bytes that are no text": (b"cosine:max_lr=\xff", "is not a number"),
    "a name of no text": (b"\xff\xfe", "no schedule is called"),
    "a negative length": ("cosine:for=-1+step", "for"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_refused_in_a_line(name: str, tmp_path: Path) -> None:
    text, words = TEXTS[name]
    code, err = hostile("plot", text, cwd=tmp_path)
    assert code == 2
    assert words in err
    assert all(line.startswith("error: ") for line in err.splitlines())


@pytest.mark.parametrize("verb", ["plot", "compare", "table", "describe"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("cosine:max_lr=5e-324",),
        ("cyclic:step_size_up=1e-6", "--steps", "1e15"),
        ("cosine-restarts:cycle_length=1,cycle_mult=1.0001", "--steps", "1e15"),
        ("((cosine:for=1):repeat=1M,for=1M):repeat=1M", "--steps", "1e15"),
        ("exponential:warmup=1e15,gamma=1e-300", "--steps", "1e15"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_what_is_extreme_is_answered(verb: str, arguments: tuple[str, ...], tmp_path: Path) -> None:
    code, err = hostile(verb, *arguments, cwd=tmp_path)
    assert code == 0
    assert all(line.startswith(("warning: ", "note: ")) for line in err.splitlines())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("plot", "cosine", "--epochs=1e15", "--steps-per-epoch=1e15", "--per-step"), "cannot be counted exactly"),
        (("compare", "cosine", "--epochs=1e15", "--steps-per-epoch=1e15", "--per-step"), "cannot be counted exactly"),
        (("plot", "cosine", "--steps=9e99"), "--steps: "),
        (("plot", "cosine", "--epochs=nan"), "--epochs: "),
        (("plot", "cosine", "--epochs=" + "9" * 5000), "--epochs: "),
        (("plot", "cosine:max_lr=1e300,scale=1e9"), "finite"),
        (("describe", "cosine:max_lr=1e300,scale=1e9"), "finite"),
        (("plot", "cosine", "--xlim=nan,5"), "--xlim: "),
    ],
)
def test_a_number_beyond_all_measure_is_refused(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    code, err = hostile(*arguments, cwd=tmp_path)
    *_, last = err.splitlines()
    assert code == 2
    assert words in last
    assert last.startswith("error: ")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"loss\na\nb\n",
        b"\xff\xfe",
        b'"' * 10**6,
        b"loss\n" + b"9" * 10**6 + b"\n",
        b"loss\n" + b"x" * 200_000 + b"\n",
    ],
    ids=["empty", "no numbers", "no text", "quotes", "digits", "a long cell"],
)
def test_a_log_that_is_none_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(data)
    code, err = hostile("plot", "plateau", "--metric", "log.csv", cwd=tmp_path)
    assert (code, err) == (2, "error: log.csv: which column? it has no column of numbers\n")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("plot cosine >&-", 1),
        ("export cosine >&-", 1),
        ("list >&-", 1),
        ("export cosine -o lr.csv >&-", 0),
        ("plot cosine 2>&-", 0),
        ("plot nothing 2>&-", 2),
        ("plot - <&-", 2),
        ("plot nothing >&- 2>&-", 2),
        ("plot cosine 2> /dev/full", 0),
    ],
)
def test_a_stream_that_is_closed_or_full_breaks_nothing(command: str, code: int, tmp_path: Path) -> None:
    run = f"{sys.executable} -m lrcli {command}"
    done = subprocess.run(
        ["/bin/bash", "-c", run], capture_output=True, env=environment(), cwd=tmp_path, check=False, text=True
    )
    assert done.returncode == code
    assert done.stderr.count("\n") <= 1


TOKENS = """cosine step torch.StepLR expr : + * ( ) , = max_lr warmup for repeat 0.1 1e-3 10% 5ep { } [ ] &a *a type
schedules run t x ** // < if else exp where é # ' " !! << \0"""
WORDS = st.sampled_from([*TOKENS.split(), "\n", "- ", ": ", " "])
SOUP = st.lists(WORDS | st.text(max_size=4), max_size=24).map("".join)


@settings(max_examples=300, deadline=None)
@given(text=SOUP)
@example(text="torch.ChainedScheduler:schedulers=(torch.ConstantLR+torch.LambdaLR:1)")
def test_any_inline_text_is_evaluated_or_refused(text: str) -> None:
    if "/" not in text and "-" not in text:  # neither a file nor standard input
        refused_or_fine(lambda: lrcli.evaluate(text.replace("\n", " "), epochs=7, steps_per_epoch=3))


@settings(max_examples=300, deadline=None)
@given(text=SOUP)
def test_any_yaml_is_read_or_refused(text: str) -> None:
    refused_or_fine(lambda: lrcli.load(text + "\n"))


@settings(max_examples=300, deadline=None)
@given(text=SOUP)
def test_any_formula_is_evaluated_or_refused(text: str) -> None:
    refused_or_fine(lambda: lrcli.evaluate(Expr(expression=text), epochs=7))


def refused_or_fine(read: Callable[[], object]) -> None:
    """Read something: only a SpecError may come of it."""
    with contextlib.suppress(lrcli.SpecError):
        read()


@pytest.mark.parametrize("word", ["9" * 30, "-7", "x", "", "2"])
def test_a_shell_that_counts_its_words_oddly_is_answered(word: str, tmp_path: Path) -> None:
    done = lrcli_process(
        cwd=str(tmp_path), _LRCLI_COMPLETE="complete_bash", COMP_WORDS="lrcli plot timm.", COMP_CWORD=word
    )
    assert (done.code, done.err) == (0, "")
    assert "timm.CosineLRScheduler" in done.out


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("asked", ["complete_bash", "complete_zsh", "complete_fish", "source_bash"])
def test_completion_to_a_full_device_is_reported(asked: str) -> None:
    env = environment(_LRCLI_COMPLETE=asked, COMP_WORDS="lrcli plot cos", COMP_CWORD="2")
    with FULL.open("wb") as full:
        done = subprocess.run(LRCLI, stdout=full, stderr=subprocess.PIPE, env=env, check=False)
    assert (done.returncode, done.stderr) == (1, b"error: stdout could not be written: no space left on device\n")


@pytest.mark.parametrize("opening", ["gzip", "bz2", "lzma"])
@pytest.mark.parametrize(
    ("name", "begin", "refused"),
    [("log.csv", b"step,lr\n0,0.1\n1,0.1\n2,0.1\n", False), ("log.json", b'{"log_history": [', True)],
)
def test_a_small_file_that_unpacks_to_a_large_one_is_not_read_to_its_end(
    name: str, begin: bytes, refused: bool, opening: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lrcli.logs.opening.UNPACKED", 1 << 20)
    path = tmp_path / name
    path.write_bytes(importlib.import_module(opening).compress(begin + b"\n" * (1 << 22)))
    said = "it unpacks to more than 1 MiB: the rest is not read; unpack it first"
    if refused:
        with pytest.raises(lrcli.SpecError, match=said):
            lrcli.check(str(path))
    else:
        assert said in lrcli.check(str(path)).log.notes
