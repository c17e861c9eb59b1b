"""Comments in a file that leave findings out: `# lrcli: ignore[LR007]`, `# lrcli: ignore[LR004, LR007]`, `[all]`."""

from __future__ import annotations

import re

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
