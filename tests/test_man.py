"""The manual page: complete, and valid roff."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from lrcli.cli import VERBS
from tests.shell import inside

PAGE = inside("man").out
GROFF = shutil.which("groff")


def test_it_has_every_verb_and_says_each_option_once() -> None:
    assert [f".SS lrcli {verb}" in PAGE for verb in VERBS] == [True] * len(VERBS)
    terms = re.findall(r"^\.TP\n\\fB(.*)\\fR$", PAGE.partition(".SH OPTIONS OF SEVERAL VERBS\n")[2], re.MULTILINE)
    options = [word.replace(r"\-", "-").rstrip(",") for term in terms for word in term.split() if word[:2] == r"\-"]
    for option in ("--epochs", "--ignore", "--width", "--help"):
        assert options.count(option) == 1


def test_every_line_is_text_or_a_macro_of_manual_pages() -> None:
    for line in PAGE.splitlines():
        assert not line.startswith("'")
        assert not line.startswith(".") or line.split()[0] in (".TH", ".SH", ".SS", ".TP", ".PP", ".EX", ".EE")


@pytest.mark.skipif(GROFF is None, reason="there is no groff here")
def test_groff_has_nothing_to_complain_of() -> None:
    command = [str(GROFF), "-man", "-Tutf8", "-ww", "-k"]
    done = subprocess.run(command, input=PAGE.encode(), capture_output=True, check=True)
    assert done.stderr == b""
    assert b"lrcli plot" in done.stdout
