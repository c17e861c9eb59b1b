"""Findings as SARIF 2.1.0, which GitHub's code scanning and editors read.

Source: docs.oasis-open.org/sarif/sarif/v2.1.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.export.json import encoded
from lrcli.export.reports import fingerprint, where
from lrcli.findings.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.problems import Finding

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(findings: Sequence[Finding]) -> str:
    """Return one run of lrcli with all of its rules and its results."""
    from lrcli import __version__

    driver = {"name": "lrcli", "version": __version__, "rules": [_rule(code) for code in CODES]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding) for finding in findings],
    }
    return encoded({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: str) -> dict[str, object]:
    rule = CODES[code]
    return {
        "id": code,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.do},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(finding: Finding) -> dict[str, object]:
    at = where(finding)
    region = {"startLine": at.line, "startColumn": at.column}
    place = {"artifactLocation": {"uri": at.file.replace("\\", "/")}, "region": region}
    return {
        "ruleId": finding.code,
        "ruleIndex": list(CODES).index(finding.code),
        "level": finding.severity,
        "message": {"text": finding.text},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"lrcli/v1": fingerprint(finding)},
    }
