"""The README's table of frameworks says what the pages declare."""

from __future__ import annotations

import re

from lrcli.code.names import TARGETS
from lrcli.frameworks import declarations
from lrcli.frameworks.names import FRAMEWORKS
from tests.data import ROOT
from tests.test_frameworks import cases_of

TABLE = re.compile(r"<!-- frameworks -->\n(.*?)<!-- /frameworks -->", re.DOTALL)


def row(framework: str) -> str:
    """Return what a framework's page declares, as a row of the table."""
    schedulers = set(declarations(framework).values())
    (version, *_) = sorted({one.version for one in schedulers}, key=lambda text: (len(text), text))
    precision = "float32" if any(one.precision == "float32" for one in schedulers) else "float64"
    written = "yes" if framework in TARGETS else ""
    cases = len(cases_of(framework))
    return f"| {framework} | {version} | {precision} | {len(schedulers)} | {cases} | {written} |\n"


def table() -> str:
    """Return the table of all frameworks."""
    head = "| framework | version | computes in | schedulers read | cases compared | written as code |\n"
    return head + "| --- | --- | --- | ---: | ---: | --- |\n" + "".join(map(row, FRAMEWORKS))


def test_the_readme_has_the_table_of_what_the_pages_declare() -> None:
    found = TABLE.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    assert found[1] == table()
