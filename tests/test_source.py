"""The kind of each argument, and whose code may run: every way in which a spec is read."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Annotated, Any
from unittest.mock import patch

import pytest
from msgspec import Meta

import lrcli
from lrcli import functions
from lrcli.registry import SCHEDULES
from lrcli.schedules.python import Python
from lrcli.spec.source import Source, source_of
from tests.shell import inside

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Borrowed(Python, tag="borrowed", frozen=True, kw_only=True):
    """Run code, as a schedule of another package that inherits it."""

    function: Annotated[str, Meta(description="Where it is.")] = "trap.py:f"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to stand in, with code that leaves a file behind if it is run, and a schedule that runs it."""
    (tmp_path / "trap.py").write_text("open('sprung', 'w').close()\ndef f(t): return 0.1\n")
    monkeypatch.chdir(tmp_path)
    functions.load.cache_clear()  # the trap of another test has the same name
    monkeypatch.setitem(SCHEDULES.__dict__, "_added", {"borrowed": Borrowed})
    return tmp_path


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("cosine", Source("inline", "cosine")),
        ("cosine:max_lr=1", Source("inline", "cosine:max_lr=1")),
        ("python:a.py:f", Source("inline", "python:a.py:f")),
        ("python:sub/a.py:f", Source("inline", "python:sub/a.py:f")),
        ("-", Source("stdin", "-")),
        ("-#a", Source("stdin", "-", "a")),
        ("none.yaml", Source("file", "none.yaml")),
        ("none.JSON#a", Source("file", "none.JSON", "a")),
        ("./none#a", Source("file", "./none", "a")),
        ("here", Source("file", "here")),
        ("here#a#b", Source("file", "here", "a#b")),
        ("with#mark.yaml", Source("file", "with#mark.yaml")),
        ("step", Source("inline", "step")),
        ("torch.StepLR", Source("inline", "torch.StepLR")),
        ("./step", Source("file", "./step")),
        ("cosine\n", Source("text", "cosine\n")),
        ("cosine\r", Source("text", "cosine\r")),
        ("", Source("inline", "")),
    ],
)
def test_an_argument_is_judged_once(folder: Path, argument: str, expected: Source) -> None:
    for name in ("here", "with#mark.yaml", "step", "torch.StepLR"):
        (folder / name).write_text("cosine")
    assert source_of(argument) == expected


CODE = "{type: python, function: 'trap.py:f'}"
FILES = {
    "a schedule": "type: python\nfunction: trap.py:f\n",
    "a named one": f"schedules: {{a: {CODE}, b: cosine}}\n",
    "inline text": "schedules: {a: 'python:trap.py:f'}\n",
    "inline text alone": "'python:trap.py:f'\n",
    "a default": "defaults: {function: 'trap.py:f'}\nschedules: {a: {type: python}}\n",
    "a sequence": f"schedules: {{a: [{{type: cosine, for: 5}}, {CODE}]}}\n",
    "a sequence in a sequence": f"schedules: {{a: {{sequence: [{{sequence: [{CODE}], for: 5}}, cosine]}}}}\n",
    "a product": f"schedules: {{a: {{product: [cosine, {CODE}]}}}}\n",
    "inline text in a product": "schedules: {a: 'cosine*python:trap.py:f'}\n",
    "a member": f"schedules: {{a: {{type: torch.ChainedScheduler, schedulers: [{CODE}]}}}}\n",
    "a member as text": "schedules: {a: {type: torch.ChainedScheduler, schedulers: '(python:trap.py:f+python)'}}\n",
    "a merged mapping": f"schedules: {{b: &b {CODE}, a: {{<<: *b}}}}\n",
    "a plug-in": "schedules: {a: borrowed}\n",
    "JSON": '{"schedules": {"a": {"type": "python", "function": "trap.py:f"}}}\n',
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("verb", "argument"),
    [
        *(("table", one) for one in ("evil.yaml", "./evil.yaml#a", "evil", "evil#a", "-", "-#a", "its text")),
        *((verb, "evil.yaml#a") for verb in ("plot", "compare", "table", "export", "describe", "code")),
    ],
)
def test_opening_a_file_never_runs_code(folder: Path, name: str, verb: str, argument: str) -> None:
    for file in ("evil.yaml", "evil"):
        (folder / file).write_text(FILES[name])
    result = inside(verb, "--", FILES[name] if argument == "its text" else argument, stdin=FILES[name])
    assert result.code == 2
    assert "--allow-code" in result.err
    assert not (folder / "sprung").exists()


def test_data_in_python_runs_no_code_unless_that_is_allowed(folder: Path) -> None:
    data: list[Any] = [
        {"type": "python", "function": "trap.py:f"},
        "python:trap.py:f",
        ["cosine:for=5", "python:trap.py:f"],
        {"product": ["cosine", "python:trap.py:f"]},
        {"type": "torch.ChainedScheduler", "schedulers": ["python:trap.py:f"]},
        "borrowed",
        *FILES.values(),
    ]
    (folder / "a.yaml").write_text(FILES["a schedule"])
    for spec in [*data, "a.yaml"]:
        with pytest.raises(lrcli.SpecError, match="allow-code"):
            lrcli.evaluate(spec, epochs=2)
    assert not (folder / "sprung").exists()
    lrcli.evaluate(data[0], epochs=2, allow_code=True)
    assert (folder / "sprung").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("python:trap.py:f",),
        ("(linear:start_lr=0,for=5+python:trap.py:f)",),
        ("borrowed",),
        ("evil.yaml#a", "--allow-code"),
        ("-", "--allow-code"),
    ],
)
def test_code_that_the_command_line_names_or_allows_is_run(folder: Path, arguments: tuple[str, ...]) -> None:
    (folder / "evil.yaml").write_text(FILES["a named one"])
    assert inside("table", *arguments, "--at", "0", stdin=FILES["a schedule"]).code == 0
    assert (folder / "sprung").exists()


def test_what_is_allowed_for_an_argument_is_not_for_another(folder: Path) -> None:
    (folder / "evil.yaml").write_text(FILES["a named one"])
    assert inside("table", "python:lrcli.schedules.python:halving", "evil.yaml#a").code == 2
    assert not (folder / "sprung").exists()


LOG = "epoch,loss\n0,1\n1,0.5\n2,0.4\n"
WAYS: dict[str, Callable[[Path], str]] = {
    "from the root": lambda folder: str(folder / "other" / "log.csv"),
    "upwards": lambda _: "../other/log.csv",
    "a link": lambda _: "link.csv",
    "with a column": lambda folder: f"{folder}/other/log.csv:loss",
    "the passwords": lambda _: "/etc/passwd",
    "a device": lambda _: "/dev/zero",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_file_may_only_name_a_log_beside_it(folder: Path, way: str) -> None:
    for name in ("specs", "other"):
        (folder / name).mkdir()
    (folder / "other" / "log.csv").write_text(LOG)
    (folder / "specs" / "link.csv").symlink_to(folder / "other" / "log.csv")
    (folder / "specs" / "a.yaml").write_text(f"run: {{metric: '{WAYS[way](folder)}'}}\nschedules: {{a: plateau}}\n")
    result = inside("table", "specs/a.yaml")
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "specs/a.yaml:1:15: a file may only name a file beside it" in result.err
    assert inside("table", "specs/a.yaml", "--metric", "other/log.csv").code == 2


@pytest.mark.parametrize("metric", ["log.csv", "log.csv:loss", "runs/log.csv", "runs/../log.csv:loss"])
def test_a_log_beside_a_file_is_found_from_anywhere(folder: Path, metric: str) -> None:
    (folder / "specs" / "runs").mkdir(parents=True)
    for name in ("log.csv", "runs/log.csv"):
        (folder / "specs" / name).write_text(LOG)
    (folder / "specs" / "a.yaml").write_text(f"run: {{metric: '{metric}'}}\nschedules: {{a: plateau}}\n")
    assert inside("table", "specs/a.yaml", "--all").code == 0
    assert len(lrcli.evaluate(str(folder / "specs" / "a.yaml")).lr) == 3


def test_a_metric_in_a_text_stands_where_lrcli_is_run(folder: Path) -> None:
    (folder / "log.csv").write_text(LOG)
    text = "run: {metric: log.csv}\nschedules: {a: plateau}\n"
    assert inside("table", "-", stdin=text).code == inside("table", text).code == 0
    assert inside("table", "-", stdin=text.replace("log.csv", "/etc/passwd")).code == 2


def test_a_metric_that_is_called_standard_input_is_a_file(folder: Path) -> None:
    (folder / "a.yaml").write_text("run: {metric: '-'}\nschedules: {a: plateau}\n")
    with patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(LOG.encode()))), pytest.raises(lrcli.InputError):
        lrcli.evaluate("a.yaml")
