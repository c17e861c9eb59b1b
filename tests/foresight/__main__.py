"""Print the tables, or with `--write` put them into tests/benchmarks/README.md."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import numpy as np

from tests.data import HERE
from tests.foresight.accuracy import Accuracy, accuracy
from tests.foresight.data import logged_runs
from tests.foresight.finding import regrets

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = {
    "mpl": "MultiPowerLaw, 25M and 100M",
    "sch": "fabian-sp/lr-scheduling, 124M",
    "olmo": "OLMo ladder, 190M",
    "own": "a byte model of our own, 1,500 and 3,000 steps",
}
"""By how the groups of a source begin."""
FILE = HERE / "benchmarks" / "README.md"
_TABLE = re.compile(r"(?<=<!-- foresight -->\n).*?(?=<!-- /foresight -->)", re.DOTALL)


def measured() -> dict[str, Accuracy]:
    """Return how good the predictions are, by source."""
    runs = logged_runs()
    return {source: accuracy([run for run in runs if run.group.startswith(source)]) for source in SOURCES}


def lines() -> Iterator[str]:
    """Yield the two tables, a line at a time."""
    yield "| source | fits | mean error | pairs in the right order | within the interval | decided | of these right |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for source, one in measured().items():
        shares = [f"{100 * share:.1f} %" for share in (one.right, one.covered, one.decided, one.rightly)]
        shares[0] += f" of {one.pairs:,}"
        yield f"| {SOURCES[source]} | {one.fits} | {one.error:.4f} | {' | '.join(shares)} |"
    yield ""
    yield "| rule | median regret | mean | largest | within 2 % |"
    yield "| --- | --- | --- | --- | --- |"
    for name, lost in regrets().items():
        shares = [f"{100 * value:.1f} %" for value in (np.median(lost), lost.mean(), lost.max())]
        yield f"| {name} | {' | '.join(shares)} | {100 * np.mean(lost <= 0.02):.0f} % |"


def main() -> None:
    """Measure."""
    table = "\n".join(lines())
    print(table)
    if "--write" in sys.argv:
        FILE.write_text(_TABLE.sub(f"{table}\n", FILE.read_text()))


if __name__ == "__main__":
    main()
