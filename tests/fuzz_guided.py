"""Coverage-guided fuzzing of three readers: `python -m tests.fuzz_guided inline|yaml|formula [libFuzzer's options]`.

It needs atheris, which is no dependency of the tests: `pip install atheris`. Whatever the input, a reader answers or
raises SpecError; anything else (another error, more than five seconds, more than a gigabyte) ends the run with the
input that did it, which then belongs into the tests. tests/fuzz.py looks at more, but blindly.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import atheris

with atheris.instrument_imports(include=["lrcli", "ruamel"]):
    import lrcli.api
    import lrcli.spec.yaml
    from lrcli.registry import SCHEDULES
    from lrcli.schedules.expr import Expr

    list(SCHEDULES.everything())  # what lrcli loads when it is asked for is to be watched too

if TYPE_CHECKING:
    from collections.abc import Callable


def inline(text: str) -> None:
    """Read a text as inline text, and evaluate what it says."""
    if (
        text.isprintable()
        and not set("/\\#") & set(text)
        and not text.lower().endswith((".yaml", ".yml", ".json", "-"))
    ):
        lrcli.evaluate(text, epochs=7, steps_per_epoch=3)


def yaml(text: str) -> None:
    """Read a text as a file, and evaluate its schedules."""
    for name in lrcli.load(text + "\n").schedules:
        str(name)


def formula(text: str) -> None:
    """Read a text as a formula, and evaluate it."""
    lrcli.evaluate(Expr(expression=text), epochs=7)


READERS: dict[str, Callable[[str], None]] = {"inline": inline, "yaml": yaml, "formula": formula}


def main() -> None:
    """Fuzz the reader that the first argument names."""
    reader = READERS[sys.argv.pop(1)]

    def one(data: bytes) -> None:
        try:
            reader(data.decode("utf-8", "ignore"))
        except lrcli.SpecError:
            pass

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
