"""Findings in the formats of `lrcli lint`: text, JSON, GitHub annotations, GitLab code quality and JUnit."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from lrcli.export.json import document, encoded
from lrcli.findings.lines import line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lrcli.problems import Finding

_PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d+):(?P<column>\d+)$", re.DOTALL)
_COLUMN = re.compile(r"(?P<text>.+), column (?P<column>\d+)$")


class Where(NamedTuple):
    """The place of a finding: a file, or the inline text, with its line and column, which count from 1."""

    file: str
    line: int
    column: int


def where(finding: Finding) -> Where:
    """Return the place of a finding as numbers."""
    if match := _PLACE.match(finding.place):
        return Where(match["file"], int(match["line"]), int(match["column"]))
    if match := _COLUMN.match(finding.place):
        return Where(match["text"], 1, int(match["column"]))
    return Where(finding.place or finding.name or "lrcli", 1, 1)


def fingerprint(finding: Finding) -> str:
    """Return a hash of the code, the file and the schedule, which stays the same when numbers and lines change."""
    return sha256(
        f"{finding.code}\0{where(finding).file}\0{finding.name}".encode(errors="backslashreplace")
    ).hexdigest()[:32]


def facts(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """Return findings as JSON has them."""
    return [
        {
            "code": finding.code or None,
            "severity": finding.severity,
            "message": finding.message,
            "fix": finding.fix or None,
            "schedule": finding.name or None,
            "place": finding.place or None,
        }
        for finding in findings
    ]


def text(findings: Sequence[Finding]) -> str:
    """Return a line for each finding, with its place, and how many there are."""
    lines = [
        f"{_place(one)}{one.severity} {line(one._replace(place=''), named=not one.place.startswith(one.name))}"
        for one in findings
    ]
    counts = [(kind, sum(one.severity == kind for one in findings)) for kind in ("error", "warning", "note")]
    total = ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in counts if count)
    return "\n".join([*lines, f"Found {total}." if total else "Nothing found."])


def _place(finding: Finding) -> str:
    return f"{finding.place}: " if finding.place else ""


def json(findings: Sequence[Finding]) -> str:
    """Return one JSON document."""
    return document(findings=facts(findings))


_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}


def github(findings: Sequence[Finding]) -> str:
    """Return workflow commands, which GitHub Actions shows at the lines of the findings."""
    return "\n".join(
        f"::{_GITHUB[one.severity]} file={_property(at.file)},line={at.line},col={at.column},"
        f"title={one.code}::{_escaped(one.text)}"
        for one in findings
        for at in [where(one)]
    )


def _escaped(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _escaped(value).replace(":", "%3A").replace(",", "%2C")


_GITLAB = {"error": "critical", "warning": "major", "note": "info"}


def gitlab(findings: Sequence[Finding]) -> str:
    """Return a code quality report."""
    rows = [
        {
            "description": f"{one.code} {one.text}",
            "check_name": one.code,
            "fingerprint": fingerprint(one),
            "severity": _GITLAB[one.severity],
            "location": {"path": where(one).file, "lines": {"begin": where(one).line}},
        }
        for one in findings
    ]
    return encoded(rows)


def junit(findings: Sequence[Finding]) -> str:
    """Return a test report in which every finding is a failed case."""
    suite = Element("testsuite", name="lrcli", tests=str(max(len(findings), 1)), failures=str(len(findings)))
    for one in findings:
        at = where(one)
        case = SubElement(suite, "testcase", name=one.code, classname=at.file, file=at.file, line=str(at.line))
        SubElement(case, "failure", message=one.text, type=one.severity).text = line(one, named=True)
    if not findings:
        SubElement(suite, "testcase", name="nothing found", classname="lrcli")
    root = Element("testsuites")
    root.append(suite)
    return tostring(root, encoding="unicode", xml_declaration=True)


def _sarif(findings: Sequence[Finding]) -> str:
    from lrcli.export.sarif import sarif

    return sarif(findings)


FORMATS: dict[str, Callable[[Sequence[Finding]], str]] = {
    "text": text,
    "json": json,
    "github": github,
    "sarif": _sarif,
    "gitlab": gitlab,
    "junit": junit,
}
