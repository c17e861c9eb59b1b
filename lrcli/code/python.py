"""Code without a framework: a function of t that needs only math."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.code.layout import math_import
from lrcli.code.writer import MATH

if TYPE_CHECKING:
    from lrcli.code.job import Job


def write(job: Job) -> str:
    """Return a function of t.

    Raises:
        SpecError: If the lr is no function of t.
    """
    job.must_be_a_function("python", "--to torch writes a scheduler that takes the metric")
    unit = job.unit
    what = f'    """Return the learning rate in force during this {unit}, counted from 0."""'
    function = [f"def lr({unit}):", what, *job.function(MATH, unit)]
    return "\n".join([job.header(), *(math_import(function) or [""]), "", *function, ""])
