"""Settings of the whole test suite."""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import Any

from hypothesis import settings

collect_ignore = ["plugin"]  # the suite of another package, run where that is installed

settings.register_profile("here", deadline=None)  # how long a test takes says more of the machine than of the code
settings.register_profile("ci", deadline=None, derandomize=True)  # judged by its own faults, not by a lucky find
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Count the cases read from frameworks that were compared, and the pairs of schedule and target that were run."""
    pattern = re.compile(r"test_it_gives_what_the_framework_gives\[([a-z0-9_]+?)-")
    found = (pattern.search(report.nodeid) for report in terminalreporter.stats.get("passed", ()))
    counts = Counter(match[1] for match in found if match)
    if counts:
        terminalreporter.write_line("golden cases: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    proven: dict[str, dict[str, float]] = {}
    for report in terminalreporter.stats.get("passed", ()):
        for name, value in report.user_properties if report.when == "call" else ():
            if name == "code":
                target, spec, apart = value
                pairs = proven.setdefault(target, {})
                pairs[spec] = max(apart, pairs.get(spec, 0.0))
    for target, pairs in proven.items():
        worst = max(pairs.values())
        terminalreporter.write_line(f"code for {target}: {len(pairs)} schedules run, largest difference {worst:.2g}")
    if proven:
        terminalreporter.write_line(f"pairs of schedule and target proven: {sum(map(len, proven.values()))}")
