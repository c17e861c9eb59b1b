"""Files of other tools with an error in them: each is read or refused, and no code runs."""

from __future__ import annotations

import contextlib
import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

import lrcli
from lrcli.run import RunOptions
from lrcli.spec.load import Request, load
from lrcli.spec.tools import formats, readers
from lrcli.spec.tools.tree import paths, put
from tests.data import ROOT
from tests.shell import lrcli as run_lrcli

if TYPE_CHECKING:
    from pathlib import Path

GOLDEN = ROOT / "tests" / "golden" / "configs"
FILES = sorted(
    path
    for path in GOLDEN.iterdir()
    if path.suffix in (".yaml", ".yml", ".json", ".toml", ".sh", ".py") and path.stem != "expected"
)
DATA: dict[str, Any] = {path.name: formats.read(path.read_text(), path.name)[0] for path in FILES}
WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    1,
    2.5,
    1e308,
    float("nan"),
    float("inf"),
    10**30,
    "",
    "auto",
    "many",
    "1e-3",
    "10ep",
    "${a.b}",
    "../../../etc/passwd",
    "ds_config.json",
    [],
    [1],
    ["a", None],
    {},
    {"lr": 1},
    {"type": "WarmupLR", "params": {"warmup_max_lr": "auto"}},
    {"class_name": "CosineDecay", "config": {}},
]


def mutated(data: Any, path: tuple[str, ...], value: object, *, how: str) -> Any:
    """Return data with a value taken out, put in its place, or put around what was there."""
    data = copy.deepcopy(data)
    inside = data
    for step in path[:-1]:
        inside = inside[step]
    if how == "drop":
        del inside[path[-1]]
    else:
        put(inside, path[-1:], {path[-1]: inside[path[-1]]} if how == "nest" else value)
    return data


@st.composite
def broken(draw: st.DrawFn) -> Any:
    """Draw a golden file with up to three things wrong."""
    data = DATA[draw(st.sampled_from(sorted(DATA)))]
    for _ in range(draw(st.integers(1, 3))):
        known = [path for path in paths(data) if path]
        if known:
            how = draw(st.sampled_from(["drop", "put", "put", "put", "nest"]))
            data = mutated(data, draw(st.sampled_from(known)), draw(st.sampled_from(WRONG)), how=how)
    return data


@settings(max_examples=400, deadline=None)
@given(data=broken(), rate=st.sampled_from([None, 1, 100]))
def test_a_broken_file_is_evaluated_or_refused(data: dict[str, Any], rate: int | None) -> None:
    text = json.dumps(data)
    with contextlib.suppress(lrcli.SpecError):
        loaded = lrcli.load(text + "\n", steps_per_epoch=rate)
        if all(entry.run.points <= 10**5 for entry in loaded):
            lrcli.evaluate(text + "\n", steps_per_epoch=rate)


@settings(max_examples=150, deadline=None)
@given(data=broken(), tool=st.sampled_from(sorted(readers())))
def test_any_file_can_be_said_to_be_any_tools(data: dict[str, Any], tool: str) -> None:
    with contextlib.suppress(lrcli.SpecError):
        load([json.dumps(data) + "\n"], Request(tool=tool, run=RunOptions(steps_per_epoch=10)))


@settings(max_examples=200, deadline=None)
@given(text=st.text("abc_-= '\"\\$(){}[]@#;&|\n\t0.1ylr", max_size=60))
def test_any_command_line_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(lrcli.SpecError):
        lrcli.load(f"$ train.py --sched cosine --lr 1 {text}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_broken_file_is_refused_on_the_command_line_in_lines(path: Path, tmp_path: Path) -> None:
    data = {key: "wrong" if isinstance(value, int | float) else value for key, value in DATA[path.name].items()}
    with (tmp_path / "broken.yaml").open("w") as file:
        YAML(typ="safe").dump(data, file)
    result = run_lrcli("table", str(tmp_path / "broken.yaml"))
    assert "Traceback" not in result.err
    assert result.code in (0, 2, 3)
    assert [one.name for one in tmp_path.iterdir()] == ["broken.yaml"]
