"""Defaults from the environment and a project's file: their order, and what cannot be set there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.shell import inside

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[tool.lrcli]\nepochs = 30\nignore = ["LR007"]\n')
    monkeypatch.chdir(tmp_path / "deep" / "er")
    return tmp_path


def points(*options: str, **environment: str) -> int:
    """Return how many points a cosine has."""
    (curve,) = json.loads(inside("plot", "cosine", "--json", *options, **environment).out)["curves"]
    return int(curve["points"])


@pytest.mark.usefixtures("project")
def test_options_go_before_the_environment_and_that_before_the_project() -> None:
    assert points() == 30
    assert points(LRCLI_EPOCHS="7") == 7
    assert points(LRCLI_STEPS="50") == 50
    assert points("--epochs", "3", LRCLI_STEPS="50") == 3
    assert points("--steps", "4", LRCLI_EPOCHS="7") == 4


def test_a_file_of_schedules_goes_before_the_project_and_after_the_environment(project: Path) -> None:
    path = project / "a.yaml"
    path.write_text("run: {epochs: 12}\nschedules: {a: cosine}\n")
    for length, environment in ((12, {}), (7, {"LRCLI_EPOCHS": "7"})):
        (curve,) = json.loads(inside("plot", str(path), "--json", **environment).out)["curves"]
        assert curve["points"] == length


def test_a_project_may_ignore_findings(project: Path) -> None:
    assert inside("table", "cosine:warmup=5", "--at", "0").err == ""
    (project / "pyproject.toml").unlink()
    assert "LR007" in inside("table", "cosine:warmup=5", "--at", "0").err


def test_lrcli_yaml_goes_before_pyproject_and_schedules_in_it_are_no_settings(project: Path) -> None:
    (project / "lrcli.yaml").write_text("schedules: {a: cosine}\n")
    assert points() == 30
    (project / "lrcli.yaml").write_text("epochs: 20\n")
    assert points() == 20


def test_config_says_where_each_value_comes_from(project: Path) -> None:
    said = inside("config", LRCLI_COLOR="never").out.splitlines()
    file = project / "pyproject.toml"
    assert said == [f"epochs = 30  ({file})", f"ignore = ['LR007']  ({file})", "color = never  (LRCLI_COLOR)"]


def test_a_wrong_value_is_reported_with_where_it_is_set(project: Path) -> None:
    assert inside("table", "cosine", LRCLI_EPOCHS="x").err.startswith("error: LRCLI_EPOCHS: epochs: 'x' is not")
    assert inside("table", "cosine", "--epochs", "x").err.startswith("error: --epochs: 'x' is not")
    (project / "lrcli.yaml").write_text("epochs: x\n")
    assert inside("table", "cosine").err.startswith(f"error: {project / 'lrcli.yaml'}: epochs: 'x' is not")


@pytest.mark.usefixtures("project")
def test_a_switch_of_the_environment_may_be_a_digit() -> None:
    assert inside("plot", "cosine", LRCLI_ASCII="1").out.isascii()
    assert not inside("plot", "cosine", LRCLI_ASCII="0").out.isascii()


@pytest.mark.parametrize("name", ["allow_code", "metric", "max_lr", "epocs"])
def test_what_a_project_cannot_set_is_refused_with_its_file(name: str, project: Path) -> None:
    (project / "pyproject.toml").write_text(f"[tool.lrcli]\n{name} = true\n")
    result = inside("table", "cosine", "--at", "0")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"error: {project / 'pyproject.toml'}: '{name}' cannot be set for a project")


@pytest.mark.parametrize("text", ["", "[tool.other]\n", "\xff", "[tool.lrcli"])
def test_a_file_of_others_is_no_error_unless_it_speaks_of_lrcli(text: str, project: Path) -> None:
    (project / "pyproject.toml").write_text(text, encoding="latin-1")
    result = inside("table", "cosine", "--at", "0")
    assert result.code == (2 if "lrcli" in text else 0)
    assert "Traceback" not in result.err


def test_quiet_leaves_only_errors_and_debug_shows_where_they_come_from() -> None:
    assert inside("table", "cosine:warmup=5", "-q").err == ""
    assert inside("table", "cosin", "-q").err.startswith("error: ")
    assert inside("table", "cosine:warmup=5").err != ""
