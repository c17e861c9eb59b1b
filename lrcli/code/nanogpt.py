"""Code for nanoGPT: the values of its config if its get_lr gives the lr, and otherwise another get_lr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.code.layout import math_import
from lrcli.code.writer import MATH, number
from lrcli.parameters import parameters
from lrcli.problems import SpecError

if TYPE_CHECKING:
    from lrcli.code.job import Job
    from lrcli.frameworks.scheduler import Scheduler


def write(job: Job) -> str:
    """Return a config, or a function for train.py.

    Raises:
        SpecError: If the run counts epochs, or the lr is no function of the step.
    """
    job.must_be_a_function("nanogpt", "--to torch has one that takes the metric")
    native, remark = _native(job)
    lines = _function(job) if native is None else _config(native, job)
    return "\n".join([job.header(), *remark, *lines, ""])


def _native(job: Job) -> tuple[Scheduler | None, list[str]]:
    """Return nanoGPT's own schedule if the spec can be expressed in steps; per step, a function always can."""
    try:
        return job.in_steps("nanogpt").native("nanogpt")
    except SpecError:
        if not job.run.per_step:
            raise
        return None, []


def _config(native: Scheduler, job: Job) -> list[str]:
    values = {p.name: getattr(native, p.field) for p in parameters(type(native))}
    return [*(f"{name} = {number(value)}" for name, value in values.items()), f"max_iters = {job.run.points}"]


def _function(job: Job) -> list[str]:
    function = ["# in train.py, instead of its get_lr", "def get_lr(it):", *job.function(MATH, "it")]
    return [*(math_import(function) or [""]), "", *function]
