"""Run written code with the installed framework, and return the lr that it sets."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import warnings
from importlib import import_module
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

from lrcli import engine
from lrcli.code.names import FILES, OWN
from lrcli.problems import SpecError
from lrcli.run import Run, RunOptions
from lrcli.spec.build import build
from lrcli.spec.tools import formats, recognised
from lrcli.spec.what_if import WhatIf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lrcli.code.job import Job


def rates(code: str, target: str, job: Job) -> list[float]:
    """Return the lr that the code sets at every point of the run.

    Raises:
        SpecError: If the framework is not installed.
        ImportError: The same, from the code itself.
    """
    if target in OWN:
        raise SpecError(f"{target} is lrcli's own: there is nothing to run")
    if is_read_back(code, target):
        return _read_back(code, job)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if target in ("torch", "transformers", "timm", "paddle"):
            return _stepped(code, job)
        if target == "trainer":
            return _trained(code, job)
        if target == "mmengine":
            return _configured(code, job)
        return _in_node(code, job.run.points) if target == "js" else _asked(code, target, job.run.points)


def is_read_back(code: str, target: str) -> bool:
    """Return whether the text is a file of values: it is not run, but read as lrcli reads such files."""
    return target in FILES or (target == "nanogpt" and "def get_lr" not in code)


def _read_back(code: str, job: Job) -> list[float]:
    """Return the lr of a file as lrcli itself reads it, over the same run."""
    is_python = code.startswith("#") and "max_iters" in code
    data, _ = formats.read(code, "config.py" if is_python else "config.yaml")
    rate = job.run.steps_per_epoch or (1 if job.is_metric_driven else None)
    found = recognised(data, WhatIf(RunOptions(steps_per_epoch=rate)))
    if found is None:
        raise SpecError("lrcli reads no such file")
    run = job.run if job.is_metric_driven else Run(unit="step", total=job.run.points, steps_per_epoch=rate)
    return [float(lr) for lr in engine.evaluate(build(found[0].spec), run).lr]


def _trained(code: str, job: Job) -> list[float]:
    """Step the scheduler that the Trainer creates from its arguments, as the Trainer does."""
    import torch

    get_scheduler = import_module("transformers").get_scheduler
    space: dict[str, Any] = {}
    exec(code, space)
    arguments = space["arguments"]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=arguments.learning_rate)
    steps, kwargs = job.run.points, arguments.lr_scheduler_kwargs
    warmup = arguments.get_warmup_steps(steps)
    scheduler = get_scheduler(arguments.lr_scheduler_type, optimizer, warmup, steps, scheduler_specific_kwargs=kwargs)
    return list(_noted(optimizer, job, lambda _, metric: scheduler.step(*([metric] if job.is_metric_driven else []))))


def _configured(code: str, job: Job) -> list[float]:
    """Step the schedulers of a configuration as mmengine's hook does: after iterations, epochs, and validations."""
    import torch

    known = import_module("mmengine.optim.scheduler")
    space: dict[str, Any] = {}
    exec(code, space)
    lr = space["optim_wrapper"]["optimizer"]["lr"]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    entries = [(entry.pop("type"), entry) for entry in space["param_scheduler"]]
    schedulers = [getattr(known, kind)(optimizer, **arguments) for kind, arguments in entries]

    def step(t: int, metric: float) -> None:
        for one in sorted(schedulers, key=lambda one: bool(one.by_epoch)):
            if job.unit == "epoch" or not one.by_epoch or (t + 1) % (job.run.steps_per_epoch or 1) == 0:
                one.step()
            if getattr(one, "need_val_args", False):
                one.step({one.monitor: metric})

    return list(_noted(optimizer, job, step))


def _noted(optimizer: Any, job: Job, step: Callable[[int, float], Any]) -> Iterator[float]:
    """Yield the lr at each point of the run, and step the scheduler after it, with the metric if the run has one."""
    metric = iter(job.run.metric or ())
    for t in range(job.run.points):
        yield float(optimizer.param_groups[0]["lr"])
        optimizer.step()
        step(t, next(metric, 0.0))


def _stepped(code: str, job: Job) -> list[float]:
    """Run the training loop, and record the lr where the training would be."""
    found: list[float] = []
    metric = iter(job.run.metric or ())
    model = import_module("paddle" if "import paddle" in code else "torch").nn.Linear(1, 1)
    space: dict[str, Any] = {"model": model, "loss": 0.0, "open": lambda *_: io.StringIO()}

    def note() -> None:
        optimizer = space["optimizer"]
        asked = getattr(optimizer, "get_lr", lambda: optimizer.param_groups[0]["lr"])
        found.append(float(asked()))
        optimizer.step()
        space["metric"] = next(metric, 0.0)

    space["note_the_lr"] = note
    try:
        exec(code.replace("    ...  # ", "    note_the_lr()  # "), space)
    except ValueError:  # some schedulers refuse the step() after the last lr
        if len(found) < job.run.points:
            raise
    return found


def _asked(code: str, target: str, points: int) -> list[float]:
    """Call the function of time that the code defines at every point."""
    space: dict[str, Any] = {}
    if target == "optax":
        import jax

        jax.config.update("jax_enable_x64", val=True)
    exec(code, space)
    function = next(space[name] for name in ("schedule", "get_lr", "lr") if name in space)
    return [float(function(t)) for t in range(points)]


def compiled(code: str, points: int) -> list[float]:
    """Return the lr that Optax's training step applies: compiled by jax.jit, of an int32 count, in float32."""
    import jax

    jax.config.update("jax_enable_x64", val=False)
    space: dict[str, Any] = {}
    exec(code, space)
    counts = jax.numpy.arange(points, dtype="int32")
    return [float(lr) for lr in jax.jit(jax.vmap(space["schedule"]))(counts)]


def _in_node(code: str, points: int) -> list[float]:
    """Call the function of time at every point in Node.js."""
    node = shutil.which("node")
    if node is None:
        raise ImportError("there is no node on the PATH")
    asked = f"console.log(JSON.stringify(Array.from({{length: {points}}}, (_, t) => lr(t))));"
    done = subprocess.run([node, "-"], input=code + asked, capture_output=True, text=True, check=True)  # noqa: S603 - lrcli has just written this code
    return [float(lr) for lr in json.loads(done.stdout)]


def largest_difference(found: Sequence[float], expected: Sequence[float]) -> tuple[float, int]:
    """Return the largest difference as a share of the highest expected lr, and its point; for NaN it is infinite."""
    apart = [abs(a - b) if isfinite(a) else inf for a, b in zip(found, expected, strict=True)]
    where = max(range(len(apart)), key=apart.__getitem__)
    return apart[where] / (max(map(abs, expected)) or 1.0), where
