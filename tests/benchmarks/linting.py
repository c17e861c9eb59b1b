"""What it costs to check many files, beside reading them with ruamel.yaml alone."""

from __future__ import annotations

import tempfile
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

from lrcli.findings.judge import judge
from lrcli.spec.load import load
from tests.benchmarks.measure import Row, ratio
from tests.data import CONFIGS

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = 1000


def lint() -> Iterator[Row]:
    """Yield what the findings on a thousand files cost beside reading the files."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{i}.yaml" for i in range(FILES)]
        for path, config in zip(paths, islice(cycle(CONFIGS), FILES), strict=True):
            path.write_text(config.read_text())
        yield ratio(
            "`lint` of 1,000 files / ruamel.yaml", partial(_lint, paths), partial(_read, paths), "≤ 1.3", repeats=3
        )


def _lint(paths: list[Path]) -> None:
    for path in paths:
        judge(load([str(path)]))


def _read(paths: list[Path]) -> None:
    for path in paths:
        YAML(typ="safe", pure=True).load(path.read_text())
