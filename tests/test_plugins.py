"""Schedules that other packages add: a real wheel, installed beside lrcli, found by its entry points."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lrcli.contract import ScheduleContract
from tests.shell import Result, environment, lrcli

PLUGIN = Path(__file__).parent / "plugin"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the wheel of tests/plugin is installed."""
    folder = tmp_path_factory.mktemp("site")
    wheels = tmp_path_factory.mktemp("wheels")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(PLUGIN)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder), str(wheel)], check=True, capture_output=True)
    return folder


def run(site: Path, *arguments: str, stdin: str = "") -> Result:
    return lrcli(*arguments, stdin=stdin, PYTHONPATH=str(site))


def test_it_is_listed_and_described(site: Path) -> None:
    assert "  hill             Climb to the middle of the run" in run(site, "list").out
    page = run(site, "describe", "hill").out
    assert page.startswith("hill: Climb to the middle of the run and come down again.")
    assert "steepness" in page


def test_it_has_flags_and_help(site: Path) -> None:
    assert run(site, "table", "hill", "--steepness", "1", "--at", "25").out == "epoch    lr\n   25  0.05\n"
    assert "--steepness" in run(site, "plot", "hill", "--help").out
    wrong = run(site, "plot", "hill", "--steepness", "0.5")
    assert wrong.code == 2
    assert wrong.err.endswith("error: --steepness: steepness must be ≥ 1, not 0.5\n")


def test_it_is_read_inline_in_yaml_and_in_sequences(site: Path) -> None:
    yaml = "schedules: {a: {type: hill, steepness: 1}, b: [{type: linear, start_lr: 0, for: 50}, {type: hill}]}"
    result = run(site, "table", "-", "--at", "75", stdin=yaml)
    assert result.out.splitlines()[-1].split() == ["75", "0.05", "0.1"]
    assert run(site, "table", "constant:for=50+hill:steepness=1", "--at", "75").out.endswith("75  0.1\n")


def test_it_is_in_the_schema_and_completed(site: Path) -> None:
    assert '"Hill"' in run(site, "schema").out
    shell = {"_LRCLI_COMPLETE": "complete_bash", "COMP_WORDS": "lrcli plot hi", "COMP_CWORD": "2"}
    assert lrcli(PYTHONPATH=str(site), **shell).out.split() == ["hill"]


def test_a_mistyped_name_leads_to_it(site: Path) -> None:
    assert "did you mean hill?" in run(site, "plot", "hilll").err


def test_what_cannot_be_used_is_warned_of_and_the_rest_goes_on(site: Path) -> None:
    result = run(site, "list")
    assert result.code == 0
    assert "warning: the schedule lrcli_hill:Missing of lrcli-hill cannot be used: " in result.err
    assert "there is a schedule called cosine already" in result.err


def test_its_own_suite_runs_the_contract(site: Path) -> None:
    pytest_run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(PLUGIN / "test_hill.py")]
    done = subprocess.run(
        [*pytest_run, "-c", "/dev/null", "--rootdir", str(PLUGIN)],
        env=environment(PYTHONPATH=str(site)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    contract = [name for name in vars(ScheduleContract) if name.startswith("test_")]
    assert f"{len(contract)} passed" in done.stdout
