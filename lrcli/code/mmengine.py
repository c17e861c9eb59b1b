"""A configuration for mmengine: param_scheduler, a list of its schedulers, each with its own begin and end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lrcli.code.classes import given_arguments
from lrcli.code.layout import WIDTH, call
from lrcli.code.writer import number

if TYPE_CHECKING:
    from lrcli.code.job import Job
    from lrcli.frameworks.scheduler import Scheduler


def write(job: Job) -> str:
    """Return the optimizer's lr, the list of schedulers and the length of the run.

    Raises:
        SpecError: If no list of mmengine's schedulers gives the lr.
    """
    job = job.in_steps("mmengine") if job.run.per_step else job
    native, remark = job.only_native("mmengine", "write --to torch")
    entries = getattr(native, native.members) if native.members else (native,)
    lr = number(getattr(native, "base_lr", 0.1))
    listed = [f"    {_entry(entry)}," for entry in entries]
    lines = [
        f'optim_wrapper = dict(optimizer=dict(type="SGD", lr={lr}))  # or any other, with this lr',
        "param_scheduler = [",
        *listed,
        "]",
        f"train_cfg = {_loop(job)}",
        "",
    ]
    return "\n".join([job.header(), *remark, *lines])


def _entry(spec: Scheduler) -> str:
    arguments = [_argument(name, value) for name, value in {"type": spec.maker(), **given_arguments(spec)}.items()]
    return call("dict", arguments, _INDENT, 1)


_INDENT = "    "


def _argument(name: str, value: Any) -> str:
    """Return an argument; a list that does not fit on its line with one value a line."""
    inner = _INDENT * 2
    line = f'{name}="{value}"' if isinstance(value, str) else f"{name}={value!r}"
    if not isinstance(value, list) or len(f"{inner}{line},") <= WIDTH:
        return line
    return "\n".join([f"{name}=[", *(f"{inner}{_INDENT}{one!r}," for one in value), f"{inner}]"])


def _loop(job: Job) -> str:
    if job.run.unit == "epoch":
        return f"dict(by_epoch=True, max_epochs={job.run.points})"
    return f"dict(by_epoch=False, max_iters={job.run.points})"
