"""`python -m tests.differential [FRAMEWORK …] [--cases N] [--seed N]`: random schedulers of frameworks, and lrcli's.

Each class of a framework's page is made with random arguments and stepped, and lrcli must refuse what it refuses and
have its lr at every point until then.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tests.differential.cases import Case, Played, cases, declarations
from tests.differential.judging import judged
from tests.differential.playing import PLAYERS, played

KINDS = ("agree", "refused", "out of bounds", "differ")
RULE = "\n" + "| --- " * 6 + "|"


class Wrong(NamedTuple):
    """A case that differs: what the framework makes of it, and how lrcli differs."""

    case: Case
    theirs: Played
    why: str

    @property
    def text(self) -> str:
        """The case in a line."""
        return f"{json.dumps(self.case.spec)}, {self.case.points} points: {self.why}"

    @property
    def golden(self) -> dict[str, Any]:
        """The case as tests/golden/differential.json keeps it."""
        metric_values = {} if not self.case.metric_driven else {"metric": self.case.metric}
        return {"spec": self.case.spec, "points": self.case.points, **metric_values, **self.theirs._asdict()}


class Row(NamedTuple):
    """What became of the cases of a class, and those that differ."""

    name: str
    counts: Counter[str]
    wrong: list[Wrong]


def row_of(name: str, count: int, seed: int) -> Row:
    """Return the row of a class."""
    row = Row(name, Counter(), [])
    for case in cases(name, count, seed):
        theirs = played(case)
        verdict = judged(case, theirs)
        row.counts[verdict.kind] += 1
        if verdict.kind == "differ":
            row.wrong.append(Wrong(case, theirs, verdict.why))
    return row


def main() -> None:
    """Print the table, and exit with 1 if any case differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential")
    parser.add_argument("frameworks", nargs="*", metavar="FRAMEWORK", help=f"of {', '.join(PLAYERS)}; all")
    parser.add_argument("--cases", type=int, default=1000, help="how many of each class")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="classes with this in their name")
    parser.add_argument("--show", type=int, default=1, help="how many of a class's cases that differ to print")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", metavar="FILE", help="write the cases that are printed, as tests/golden has them")
    asked = parser.parse_args()
    frameworks = asked.frameworks or list(PLAYERS)
    if missing := [name for name in frameworks if importlib.util.find_spec(name) is None]:
        sys.exit(f"it needs {', '.join(missing)}, not installed here: .ci/frameworks installs all that it needs")
    known = [one.tag() for name in frameworks for one in declarations(name) if asked.only in one.tag()]
    print(f"| class | cases | agree | refused by both | out of bounds | differ |{RULE}")
    differ, kept = 0, []
    with ProcessPoolExecutor(asked.jobs) as pool:
        for name, counts, wrong in pool.map(partial(row_of, count=asked.cases, seed=asked.seed), known):
            shown = " | ".join(str(counts[kind]) for kind in KINDS)
            print(
                f"| {name} | {counts.total()} | {shown} |",
                *(one.text for one in wrong[: asked.show]),
                sep="\n  ",
                flush=True,
            )
            differ += counts["differ"]
            kept += [one.golden for one in wrong[: asked.show]]
    if asked.keep:
        Path(asked.keep).write_text(json.dumps(kept, indent=1) + "\n")
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
