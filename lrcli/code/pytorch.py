"""Code for torch, transformers and timm: their own classes if these give the lr, and otherwise a function of t."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.code.classes import construction, with_members
from lrcli.code.layout import WIDTH, math_import
from lrcli.code.writer import MATH, number
from lrcli.frameworks.scheduler import Scheduler
from lrcli.problems import SpecError
from lrcli.schedules.range_test import RangeTest
from lrcli.spec.write import inline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.code.job import Job

_OPTIMIZERS = {"transformers": "AdamW"}
"""The optimizer that a framework's users mostly have, if it is not SGD."""


def write(job: Job, framework: str) -> str:
    """Return code that constructs the scheduler and steps it.

    Raises:
        SpecError: If the lr depends on a metric in a way that no scheduler of the framework has.
    """
    native, remark = job.native(framework)
    if native is None and job.is_metric_driven:
        home = job.spec.framework() if isinstance(job.spec, Scheduler) else "torch"
        hint = f"; --to {home} has" if home != framework else ""
        raise SpecError(f"{framework} has no scheduler that takes a metric as {inline(job.spec)} does{hint}")
    lines = _exact(job, framework) if native is None else _made(native, framework)
    return "\n".join([job.header(), *remark, *lines, *_loop(job, framework, native)])


def _made(spec: Scheduler, framework: str) -> list[str]:
    """Return the imports, the optimizer and the framework's own scheduler."""
    optimizer = _OPTIMIZERS.get(framework, "SGD")
    made = f"scheduler = {construction(spec, around=len('scheduler = '))}"
    lr = number(getattr(spec, "base_lr", 0.1))
    return [
        *math_import([made]),
        *_imports([spec, *with_members(spec)], optimizer),
        "",
        f"optimizer = {optimizer}(model.parameters(), lr={lr})  # or any other, with this lr",
        made,
    ]


def _imports(schedulers: list[Scheduler], optimizer: str) -> list[str]:
    """Return the lines that import the schedulers' classes or functions and the optimizer, sorted by module."""
    modules: dict[str, set[str]] = {"torch.optim": {optimizer}}
    for one in schedulers:
        modules.setdefault(one.home, set()).add(one.maker())
    return [_import(module, sorted(names)) for module, names in sorted(modules.items())]


def _import(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])


def _exact(job: Job, framework: str) -> list[str]:
    """Return a function of t, and a scheduler that sets the lr to its value; the optimizer's own lr is the peak."""
    unit, peak = job.unit, number(job.peak() or 1.0)
    function = [f"def lr({unit}):", *job.function(MATH, unit)]
    if framework == "timm":
        return [*math_import(function), *_timm_class(job, function, peak)]
    optimizer = _OPTIMIZERS.get(framework, "SGD")
    return [
        *math_import(function),
        f"from torch.optim import {optimizer}",
        "from torch.optim.lr_scheduler import LambdaLR",
        "",
        "",
        *function,
        "",
        "",
        f"peak = {peak}",
        f"optimizer = {optimizer}(model.parameters(), lr=peak)  # or any other, with this lr",
        f"scheduler = LambdaLR(optimizer, lambda {unit}: lr({unit}) / peak)",
    ]


def _timm_class(job: Job, function: list[str], peak: str) -> list[str]:
    in_epochs = "" if job.unit == "epoch" else ", t_in_epochs=False"
    return [
        "from timm.scheduler.scheduler import Scheduler",
        "from torch.optim import SGD",
        "",
        "",
        *function,
        "",
        "",
        "class LearningRate(Scheduler):",
        "    def __init__(self, optimizer):",
        f'        super().__init__(optimizer, "lr"{in_epochs})',
        "        self.update_groups(lr(0))",
        "",
        "    def _get_lr(self, t):",
        "        return [lr(t)] * len(self.base_values)",
        "",
        "",
        f"optimizer = SGD(model.parameters(), lr={peak})  # or any other",
        "scheduler = LearningRate(optimizer)",
    ]


def _loop(job: Job, framework: str, native: Scheduler | None) -> list[str]:
    """Return the training loop, with where to step the scheduler."""
    step = _timm_step(job, native) if framework == "timm" else ["scheduler.step()"]
    measured = ""
    if native is not None and native.metric_driven:
        measured = ", and measure the metric"
        step = [step[0].replace("step()", "step(metric)").replace(" + 1)", " + 1, metric)")]
    if isinstance(job.spec, RangeTest):
        return _recording(job, step)
    if job.run.per_step and native is not None:
        return _nested(job, step, measured, fractional=native.fractional)
    what = "train for an epoch" if job.unit == "epoch" else "train on a batch"
    trainer = ["# for the Trainer: Trainer(..., optimizers=(optimizer, scheduler)), and no loop"]
    note = trainer if framework == "transformers" and job.unit == "step" else []
    body = [f"    ...  # {what}{measured}", *(f"    {line}" for line in step)]
    return ["", *note, f"for {job.unit} in range({job.run.points}):", *body, ""]


def _recording(job: Job, step: Sequence[str]) -> list[str]:
    """Return the loop of an LR range test, which writes the lr and the loss of every step for `lrcli find`."""
    return [
        "",
        'with open("range.csv", "w") as log:',
        '    print("lr,loss", file=log)',
        f"    for {job.unit} in range({job.run.points}):",
        "        ...  # train on a batch, and let loss be its loss as a number",
        """        print(f"{optimizer.param_groups[0]['lr']:.9g},{loss:.9g}", file=log)""",
        *(f"        {line}" for line in step),
        "",
        "# then: lrcli find range.csv",
        "",
    ]


def _nested(job: Job, step: list[str], measured: str, *, fractional: bool) -> list[str]:
    """Return a loop over epochs and their steps, whose scheduler is stepped once an epoch, or by parts of one."""
    rate = job.run.steps_per_epoch
    after = [f"        scheduler.step(epoch + (step + 1) / {rate})"] if fractional else [f"    {line}" for line in step]
    inner = [f"    for step in range({rate}):", f"        ...  # train on a batch{measured}"]
    return ["", f"for epoch in range({job.run.total:g}):", *inner, *after, ""]


def _timm_step(job: Job, native: Scheduler | None) -> list[str]:
    """Return how to step timm's scheduler, which counts epochs or updates independently of the loop."""
    by_epoch = job.unit == "epoch" if native is None else native.unit() == "epochs"
    rate = job.run.steps_per_epoch
    if by_epoch and job.run.per_step:
        return ["scheduler.step(epoch + 1)"]
    if by_epoch and job.unit == "step" and rate is not None:
        return [f"if (step + 1) % {rate} == 0:", f"    scheduler.step((step + 1) // {rate})"]
    if not by_epoch and job.unit == "epoch" and rate is not None:
        return [f"scheduler.step_update((epoch + 1) * {rate})"]
    return [f"scheduler.{'step' if by_epoch else 'step_update'}({job.unit} + 1)"]
