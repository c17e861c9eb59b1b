"""Settings of the whole test suite."""

from __future__ import annotations

import os

from hypothesis import settings

collect_ignore = ["plugin"]  # the suite of another package, run where that is installed

settings.register_profile("ci", derandomize=True)  # a change is judged by its own faults, not by a lucky find
if os.environ.get("CI"):
    settings.load_profile("ci")
