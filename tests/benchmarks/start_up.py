"""What a start costs beside the imports that it cannot do without, and how little the length of a run adds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.benchmarks.measure import LRCLI, Row, memory, process, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

CURVES = {
    "plot cosine": ("plot", "cosine"),
    "plot in cycles of 1000": ("plot", "cyclic:step_size_up=500"),
    "compare cosine step": ("compare", "cosine", "step"),
    "compare in cycles of 1000": ("compare", "cyclic:step_size_up=500", "cosine-restarts:cycle_length=1000"),
    "describe a sequence": ("describe", "linear:start_lr=0,for=5%+cosine"),
    "table step": ("table", "step"),
}


def start() -> Iterator[Row]:
    """Yield what each kind of answer costs."""
    typer = process(sys.executable, "-c", "import typer")
    drawing = process(sys.executable, "-c", "import typer, rich.console, numpy")
    complete = {"_LRCLI_COMPLETE": "complete_bash", "COMP_WORDS": "lrcli plot co", "COMP_CWORD": "2"}
    yield ratio("`--version` / `import typer`", process(LRCLI, "--version"), typer, "≤ 1.5")
    yield ratio("completion / `import typer`", process(LRCLI, **complete), typer, "≤ 1.5")
    yield ratio("a bad spec / `import typer`", process(LRCLI, "plot", "cosin"), typer)
    yield ratio("`list` / `import typer`", process(LRCLI, "list"), typer)
    yield ratio("`describe cosine` / `import typer`", process(LRCLI, "describe", "cosine"), typer)
    yield ratio("`plot cosine` / imports that draw", process(LRCLI, "plot", "cosine"), drawing, "≤ 1.3")


def width() -> Iterator[Row]:
    """Yield what long runs cost beside short ones."""
    for name, command in CURVES.items():
        short = (LRCLI, *command, "--steps", "100")
        for shown, steps in (("10⁹", "1G"), ("10¹²", "1000G")):
            long = (LRCLI, *command, "--steps", steps)
            yield ratio(f"`{name}`, {shown} steps / 100", process(*long), process(*short), "≤ 1.5")
        yield memory(f"`{name}`, 10¹² steps / 100: memory", long, short, "≤ 1.5")
