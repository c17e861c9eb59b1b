"""Print the whole table, or with `--readme` write it into README.md here; with names of sections, only those."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from tests.benchmarks.engine import closed_forms, compositions, loops
from tests.benchmarks.export import export
from tests.benchmarks.linting import lint
from tests.benchmarks.logs import logs
from tests.benchmarks.start_up import start, width
from tests.data import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.benchmarks.measure import Row

SECTIONS: dict[str, Callable[[], Iterator[Row]]] = {
    one.__name__: one for one in (start, width, closed_forms, compositions, loops, export, lint, logs)
}
HEAD = ["| ratio of | | budget | measured |", "| --- | --- | --- | --- |"]
_TABLE = re.compile(r"(?<=<!-- benchmarks -->\n).*?(?=<!-- /benchmarks -->)", re.DOTALL)


def main() -> None:
    """Measure, and say how many budgets were kept."""
    asked = [name for name in sys.argv[1:] if name != "--readme"] or list(SECTIONS)
    lines, rows = HEAD.copy(), []
    print("\n".join(HEAD), flush=True)
    for name in asked:
        for row in SECTIONS[name]():
            print(row, flush=True)
            rows.append(row)
            lines.append(str(row))
    held = [row for row in rows if row.budget]
    print(f"\n{sum(row.is_kept for row in held)} of {len(held)} budgets kept")
    if "--readme" in sys.argv:
        readme = ROOT / "tests" / "benchmarks" / "README.md"
        readme.write_text(_TABLE.sub("\n".join(lines).replace("\\", "\\\\") + "\n", readme.read_text()))


if __name__ == "__main__":
    main()
