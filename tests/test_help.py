"""Help pages: how long they are, what only --help-all shows, and where they can be printed."""

from __future__ import annotations

import pytest

from lrcli.cli import VERBS
from tests.shell import inside


@pytest.mark.parametrize("verb", VERBS)
def test_a_page_fits_its_columns_and_loses_nothing(verb: str) -> None:
    for option in ("--help", "--help-all"):
        page = inside(verb, option, TERMINAL_WIDTH="80")
        assert (page.code, page.err) == (0, "")
        assert all(len(line) <= 80 for line in page.out.splitlines())
        assert "…│" not in page.out
        assert f"Usage: lrcli {verb} " in page.out


def test_the_page_of_a_schedule_is_short_and_says_what_a_length_is() -> None:
    page = inside("plot", "cosine", "--help", TERMINAL_WIDTH="80").out
    assert len(page.splitlines()) <= 60
    assert "LENGTH: epochs (steps in a run of steps), or with a unit: 5ep, 500st, 10%." in page
    assert "Parameters of cosine\n  --max-lr NUMBER " in page
    assert "cosine: Fall along half a cosine wave, then hold.\nlrcli describe cosine: when to use it" in page
    assert "--warmup LENGTH, --warmup-from" in page


def test_all_options_are_explained_if_that_is_asked_for() -> None:
    page = inside("plot", "cosine", "--help-all", TERMINAL_WIDTH="80").out
    assert "Climb to the first lr" in page
    assert "\n  lr(t) = min_lr + " in page
    assert "\n  L = cycle_length" in page
    assert "--warmup-prefix, --no-warmup-prefix" in page


def test_the_first_page_has_examples_and_every_verb() -> None:
    page = inside("--help", TERMINAL_WIDTH="80").out
    assert all(f"\n  {verb} " in page for verb in VERBS)
    assert "Examples\n  lrcli plot cosine" in page
    assert "Exit codes: 0 good" in page


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii", "cp437"])
def test_help_can_be_written_in_any_encoding(encoding: str) -> None:
    for arguments in (("--help",), ("plot", "cosine", "--help")):
        page = inside(*arguments, encoding=encoding, TERMINAL_WIDTH="80")
        assert (page.code, page.err) == (0, "")
        assert "Usage: lrcli" in page.out
