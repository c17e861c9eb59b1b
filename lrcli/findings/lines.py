"""Findings as lines of text, and which of them to show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lrcli.problems import Finding

_IN_A_FILE = re.compile(r":\d+:\d+$")


def line(finding: Finding, *, named: bool) -> str:
    """Return a finding as one line: its place in a file, its code, its schedule, its message and the fix.

    Args:
        finding: The finding.
        named: Include the name of the schedule.
    """
    place = f"{finding.place}: " if _IN_A_FILE.search(finding.place) else ""
    code = f"{finding.code} " if finding.code else ""
    name = f"{finding.name}: " if named and finding.name else ""
    return f"{place}{code}{name}{finding.text}"


def left(findings: Iterable[Finding], ignored: Sequence[str], selected: Sequence[str] = ()) -> list[Finding]:
    """Return the findings to show.

    Args:
        findings: All findings.
        ignored: Codes to leave out; `all` for every code.
        selected: Codes to show; `all`, or nothing, for every code.
    """
    return [
        finding
        for finding in findings
        if finding.code not in ignored
        and not ("all" in ignored and finding.code)
        and (not selected or "all" in selected or finding.code in selected)
    ]
