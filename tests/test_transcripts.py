"""What lrcli prints, to the byte: in the README and in tests/golden/output."""

from __future__ import annotations

import re
from importlib.metadata import version

import pytest

from lrcli.cli import VERBS
from tests.data import ROOT
from tests.transcripts import OUTPUTS, README, answer_of, commands, consoles, output_of

SHOWN = [pair for console in consoles(README.read_text()) for pair in commands(console)]
GOLDEN = [pytest.param(path.read_text(), id=path.stem) for path in OUTPUTS]


def skip_help_of_another_typer(command: str) -> None:
    if "--help" in command and not version("typer").startswith("0.28"):
        pytest.skip("help pages are laid out by Typer; these were made with 0.28")


@pytest.mark.parametrize(("command", "expected"), SHOWN, ids=[command for command, _ in SHOWN])
def test_the_readme_shows_what_is_printed(command: str, expected: str) -> None:
    skip_help_of_another_typer(command)
    assert output_of(command) == expected


@pytest.mark.parametrize("transcript", GOLDEN)
def test_the_output_is_the_same_to_the_byte(transcript: str) -> None:
    for command, expected in commands(transcript):
        skip_help_of_another_typer(command)
        assert answer_of(command) == expected


def test_the_readme_shows_every_verb() -> None:
    text = README.read_text()
    for verb in VERBS:
        assert f"lrcli {verb}" in text


def test_the_readme_links_to_files_that_are_there() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)", README.read_text()):
        assert (ROOT / target).exists(), target
