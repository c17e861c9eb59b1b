"""What lrcli prints, to the byte: in the documents and in tests/golden/output."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version

import pytest

from lrcli.cli import VERBS
from tests.data import ROOT
from tests.transcripts import DOCUMENTS, OUTPUTS, README, answer_of, commands, consoles, output_of

SHOWN = [pair for path in DOCUMENTS for console in consoles(path.read_text()) for pair in commands(console)]
REPOSITORY = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Source"] + "/blob/main/"
GOLDEN = [pytest.param(path.read_text(), id=path.stem) for path in OUTPUTS]


def skip_help_of_another_typer(command: str) -> None:
    if "--help" in command and not version("typer").startswith("0.28"):
        pytest.skip("help pages are laid out by Typer; these were made with 0.28")


@pytest.mark.parametrize(("command", "expected"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_document_shows_what_is_printed(command: str, expected: str) -> None:
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


def test_the_documents_link_to_files_that_are_there() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\](?:\((?!#)|: )([^)#\s]+)", path.read_text()):
            if not target.startswith("http"):
                assert (path.parent / target).exists(), target
            elif target.startswith(REPOSITORY):
                assert (ROOT / target.removeprefix(REPOSITORY)).exists(), target


def test_the_readme_links_nowhere_that_only_a_checkout_has() -> None:
    assert re.findall(r"\]\((?!http|#)", README.read_text()) == []


def test_the_readme_is_short_and_its_contents_lead_to_its_headings() -> None:
    text = README.read_text()
    assert len(text.splitlines()) <= 400
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors
