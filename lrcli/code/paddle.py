"""Code for Paddle: its own schedulers if they give the lr, and otherwise LambdaDecay with a function of t."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.code.classes import construction
from lrcli.code.layout import math_import
from lrcli.code.writer import MATH, number
from lrcli.problems import SpecError
from lrcli.spec.write import inline

if TYPE_CHECKING:
    from lrcli.code.job import Job
    from lrcli.frameworks.scheduler import Scheduler

_LR = "paddle.optimizer.lr."


def write(job: Job) -> str:
    """Return code that constructs the scheduler and steps it.

    Raises:
        SpecError: If the lr depends on a metric in a way that no scheduler of Paddle has.
    """
    native, remark = job.native("paddle")
    if native is None and job.is_metric_driven:
        raise SpecError(f"paddle has no scheduler that takes a metric as {inline(job.spec)} does")
    made = _exact(job) if native is None else _made(native)
    return "\n".join([job.header(), *remark, *made, *_loop(job, native)])


def _made(spec: Scheduler) -> list[str]:
    made = f"scheduler = {construction(spec, _LR, around=len('scheduler = '))}"
    return [*math_import([made]), "import paddle", "", made]


def _exact(job: Job) -> list[str]:
    """Return a function of t, and the scheduler that sets the lr to its value."""
    unit, peak = job.unit, number(job.peak() or 1.0)
    function = [f"def lr({unit}):", *job.function(MATH, unit)]
    made = f"scheduler = {_LR}LambdaDecay(peak, lambda {unit}: lr({unit}) / peak)"
    return [*math_import(function), "import paddle", "", "", *function, "", "", f"peak = {peak}", made]


def _loop(job: Job, native: Scheduler | None) -> list[str]:
    """Return the optimizer, and the training loop with where to step the scheduler."""
    measured, metric = (
        (", and measure the metric", "metric") if native is not None and native.metric_driven else ("", "")
    )
    what = "train for an epoch" if job.unit == "epoch" else "train on a batch"
    return [
        "optimizer = paddle.optimizer.AdamW(scheduler, parameters=model.parameters())",
        "",
        f"for {job.unit} in range({job.run.points}):",
        f"    ...  # {what}{measured}",
        f"    scheduler.step({metric})",
        "",
    ]
