"""The README's tables of frameworks and files agree with the declarations."""

from __future__ import annotations

import re

from lrcli.code.names import TARGETS
from lrcli.frameworks import declarations
from lrcli.frameworks.names import ABBREVIATIONS, FRAMEWORKS
from lrcli.spec.tools import readers
from tests.data import ROOT
from tests.test_frameworks import cases_of

WRITTEN_FOR = {"trainer": "transformers", "training-args": "transformers"}
FILES = re.compile(r"<!-- files -->\n(.*?)<!-- /files -->", re.DOTALL)
TABLE = re.compile(r"<!-- frameworks -->\n(.*?)<!-- /frameworks -->", re.DOTALL)


def row(framework: str) -> str:
    """Return what a framework's page declares, as a row of the table."""
    schedulers = set(declarations(framework).values())
    (version, *_) = sorted({one.version for one in schedulers}, key=lambda text: (len(text), text))
    precision = "float32" if any(one.precision == "float32" for one in schedulers) else "float64"
    written = ", ".join(target for target in TARGETS if WRITTEN_FOR.get(target, target) == framework)
    files = ", ".join(
        name for name, reader in readers().items() if framework in {home(name), *map(home, reader.before)}
    )
    cases = len(cases_of(framework))
    return f"| {framework} | {version} | {precision} | {len(schedulers)} | {cases} | {written} | {files} |\n"


def home(reader: str) -> str:
    """Return the framework that a reader's files belong to."""
    return ABBREVIATIONS.get(reader, reader)


def table() -> str:
    """Return the table of all frameworks."""
    head = (
        "| framework | version | computes in | schedulers read | cases compared | written (`--to`) | its files read |\n"
    )
    return head + "| --- | --- | --- | ---: | ---: | --- | --- |\n" + "".join(map(row, FRAMEWORKS))


def with_table(text: str) -> str:
    """Return a text with the table that the pages give now."""
    text = TABLE.sub(lambda _: f"<!-- frameworks -->\n{table()}<!-- /frameworks -->", text)
    return FILES.sub(lambda _: f"<!-- files -->\n{files()}<!-- /files -->", text)


def files() -> str:
    """Return the table of the tools whose files are read."""
    rows = [f"| `{reader.name}` | {reader.files} |\n" for reader in readers().values()]
    return "| `--as` | files |\n| --- | --- |\n" + "".join(rows)


def test_the_readme_has_the_table_of_the_tools_whose_files_are_read() -> None:
    found = FILES.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    assert found[1] == files()


def test_the_readme_has_the_table_of_what_the_pages_declare() -> None:
    found = TABLE.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    assert found[1] == table()
