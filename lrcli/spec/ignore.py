"""What in a file leaves findings out: comments such as `# lrcli: ignore[LR004, LR007]`, and its key `ignore`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lrcli.problems import Problem, SpecError, closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_COMMENT = re.compile(r"#\s*lrcli:\s*ignore\[([\w\s,]*)\]")


def ignored_in(text: str) -> dict[int, frozenset[str]]:
    """Return the codes that comments leave out, by line (from 1); a comment above all data is line 0."""
    if "lrcli:" not in text:
        return {}
    found: dict[int, frozenset[str]] = {}
    header = True
    for i, line in enumerate(text.splitlines(), start=1):
        header = header and (not line.strip() or line.lstrip().startswith("#"))
        if match := _COMMENT.search(line):
            where = 0 if header else i
            found[where] = found.get(where, frozenset()) | set(re.findall(r"\w+", match[1]))
    return found


def ignored_by_key(data: Mapping[str, object]) -> frozenset[str]:
    """Return the codes that a file's key `ignore` leaves out: one, a list of them, or all.

    Raises:
        SpecError: If there are no such codes.
    """
    value = data.get("ignore") or []
    codes = [str(one) for one in (value if isinstance(value, list) else str(value).split(","))]
    codes = [code.strip() for code in codes]
    if problems := [one.under("ignore") for one in unknown_codes(codes)]:
        raise SpecError(*problems)
    return frozenset(codes)


def unknown_codes(codes: Iterable[str]) -> list[Problem]:
    """Return a problem for each code that does not exist."""
    from lrcli.findings.codes import CODES

    return [unknown_code(code) for code in codes if code not in CODES and code != "all"]


def unknown_code(code: str) -> Problem:
    """Return the problem that a code does not exist, with the code of the same number, if there is one."""
    from lrcli.findings.codes import CODES

    digits = re.search(r"[0-9]{1,6}\Z", code)
    same = f"LR{int(digits[0]):03}" if digits else closest(code, ["all"])
    message = f"no finding has the code {code!r}"
    if same in CODES or same == "all":
        return Problem(message=message, suggestion=same)
    return Problem(message=f"{message}; lrcli explain lists them")
