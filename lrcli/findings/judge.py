"""From named runs to findings: every rule is applied to every part, and every declaration checks itself."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from lrcli.findings import curves, lengths, metrics
from lrcli.findings.codes import CODES
from lrcli.findings.part import Part, parts
from lrcli.problems import Finding, InputError, SpecError, computed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lrcli.entry import Entry

    Rule = Callable[[Part], Iterator[Finding]]

OF_A_PART: tuple[Rule, ...] = (
    lengths.below_one,
    lengths.warmup_too_long,
    lengths.never_restarts,
    lengths.longer_than_the_run,
    lengths.after_the_run,
    lengths.overlong_parts,
    curves.rises_again,
    curves.jumps,
    curves.drop_after_warmup,
    metrics.no_metric,
    metrics.negative_metric,
    metrics.wrong_mode,
)
OF_THE_WHOLE: tuple[Rule, ...] = (
    curves.zero_at_the_start,
    curves.zero_at_the_end,
    curves.practically_constant,
)
"""Rules on the lr over the whole run, applied to the whole spec only."""

DECIDED = frozenset({"LR004", "LR005", "LR007", "LR021"})
"""Codes that the rules decide for every schedule; those of a declaration itself are dropped."""

_CONSEQUENCE = "LR023"
"""Reported only if no other finding explains why the lr does not change."""

_MOST_PARTS = 256
"""Parts of one spec that are checked, at most: the curve of each is evaluated."""


def judge(entries: Iterable[Entry]) -> list[Finding]:
    """Return the findings on each schedule in its run, in the order of the entries.

    Raises:
        SpecError: If arithmetic on a schedule leaves the range of a float64.
    """
    return [finding for entry in entries for finding in _of_entry(entry)]


def of_error(error: SpecError) -> list[Finding]:
    """Return the problems of an error as findings of severity error: LR001, or LR002 for a file that cannot be read."""
    code = "LR002" if isinstance(error, InputError) else "LR001"
    return [
        Finding(code, problem.message, _meant(problem.suggestion), "error", problem.path, problem.place)
        for problem in dict.fromkeys(error.problems)
    ]


def _meant(suggestion: str) -> str:
    return f"Did you mean {suggestion}?" if suggestion else ""


def _of_entry(entry: Entry) -> Iterator[Finding]:
    found: dict[tuple[object, ...], Finding] = {}
    for part in islice(parts(entry.spec, entry.run), _MOST_PARTS):
        for finding in _computed(part):
            whole = finding._replace(path=(*part.path, *finding.path))
            found.setdefault((finding.code, part.path, finding.path if finding.code in _EACH else ()), whole)
    explained = any(finding.code != _CONSEQUENCE for finding in found.values())
    for finding in found.values():
        if finding.code != _CONSEQUENCE or not explained:
            place = finding.place or entry.source.at(finding.path)
            if entry.source.ignores(finding.code, place):
                continue
            yield finding._replace(severity=CODES[finding.code].severity, place=place, name=entry.name)


_EACH = frozenset({"LR011", "LR015", "LR031"})
"""Codes that one part may have several times, at different paths."""


def _computed(part: Part) -> list[Finding]:
    with computed("the lr"):
        return list(_of_part(part))


def _of_part(part: Part) -> Iterator[Finding]:
    for rule in OF_A_PART:
        yield from rule(part)
    if not part.path:
        for rule in OF_THE_WHOLE:
            yield from rule(part)
    if part.family is not None:
        yield from (finding for finding in part.family.findings(part.own) if finding.code not in DECIDED)
