"""`lrcli lint --fix`: the values that findings ask for, written into YAML and JSON files; comments and layout stay."""

from __future__ import annotations

import re
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lrcli.export.files import write_file
from lrcli.export.reports import where
from lrcli.findings.judge import judge
from lrcli.problems import InputError, Problem, SpecError
from lrcli.spec.load import load
from lrcli.spec.source import Source
from lrcli.spec.values import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lrcli.problems import Finding
    from lrcli.spec.load import Request

_SUFFIXES = (".yaml", ".yml", ".json")
_SCALAR = re.compile(r"""(?P<quote>["']?)(?P<value>[\w.+-]+)(?P=quote)(?=\s|[,\]}]|$)""")
"""A number as YAML and JSON have it, plain or in quotes."""


class Fixed(NamedTuple):
    """A file as it is, and as it should be."""

    path: str
    before: str
    after: str

    @property
    def diff(self) -> str:
        """The difference in unified form."""
        before, after = (text.removeprefix("\ufeff").splitlines() for text in (self.before, self.after))
        return "\n".join(unified_diff(before, after, self.path, self.path, lineterm=""))

    def write(self) -> None:
        """Replace the file, at once and as a whole.

        Raises:
            SpecError: If it has changed meanwhile.
            NotWrittenError: If it cannot be written; it is then as it was.
        """
        if _text(self.path) != self.before:
            raise SpecError(Problem(message="has changed meanwhile; it is left as it is", place=self.path))
        path = Path(self.path).resolve()
        mode = path.stat().st_mode
        write_file(path, [self.after.encode()], force=True)
        path.chmod(mode)


class _Edited(Source):
    """A file with a text that is not written yet."""

    after: str

    def read(self) -> str:
        """Return the text that it will have."""
        return self.after.removeprefix("\ufeff")


def fixes(findings: Iterable[Finding], request: Request) -> Iterator[Fixed]:
    """Yield the files that can be fixed, those after which the findings are gone and no others have come.

    Args:
        findings: What was found in them.
        request: With what they were read.

    Raises:
        InputError: If a file cannot be read any more.
    """
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.edit is not None and where(finding).file.lower().endswith(_SUFFIXES):
            by_file.setdefault(where(finding).file, []).append(finding)
    for path, found in by_file.items():
        before = _text(path)
        after = _edited(before, found)
        if after != before and _is_better(path, before, after, request):
            yield Fixed(path, before, after)


def _text(path: str) -> str:
    try:
        return Path(path).read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Problem(message=f"cannot be read: {error}", place=path)) from None


def _edited(text: str, findings: Sequence[Finding]) -> str:
    """Return a text with each value that a finding asks for, where the old one stands; two that differ are left out."""
    wanted: dict[tuple[int, int], set[tuple[float, float]]] = {}
    for finding in findings:
        if finding.edit is not None:
            wanted.setdefault((where(finding).line, where(finding).column), set()).add(finding.edit)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = re.split(r"(?<=\n)", text.removeprefix(mark))
    for (line, column), edits in sorted(wanted.items(), reverse=True):
        if len(edits) == 1 and line <= len(lines):
            lines[line - 1] = _replaced(lines[line - 1], column - 1, *edits.pop())
    return mark + "".join(lines)


def _replaced(line: str, at: int, old: float, new: float) -> str:
    """Return a line with a number in the place of another, if that stands there."""
    match = _SCALAR.match(line, at)
    if match is None or not float(new).is_integer():
        return line
    try:
        same = number(match["value"]) == old
    except ValueError:
        return line
    return f"{line[: match.start('value')]}{int(new)}{line[match.end('value') :]}" if same else line


def _is_better(path: str, before: str, after: str, request: Request) -> bool:
    """Return whether a text has fewer findings than the one before, and none that that has not."""
    old, new = (_codes(path, text, request) for text in (before, after))
    return old is not None and new is not None and new < old


def _codes(path: str, text: str, request: Request) -> set[tuple[str, str, str]] | None:
    """Return what is found in a file with a text; None if it cannot be used."""
    source = _Edited("file", path)
    source.after = text
    try:
        loaded = load([source], request)
    except SpecError:
        return None
    return {(one.code, one.name, str(one.path)) for one in [*loaded.findings, *judge(loaded)] if one.code}
