"""transformers' TrainingArguments, from which the Trainer creates its scheduler, as Python and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lrcli.code.classes import given_arguments
from lrcli.code.layout import call
from lrcli.parameters import plain
from lrcli.problems import SpecError

if TYPE_CHECKING:
    from lrcli.code.job import Job
    from lrcli.frameworks.scheduler import Scheduler

_OTHERWISE = "give Trainer(optimizers=…) the scheduler of --to transformers"
_FROM_THE_RUN = ("num_warmup_steps", "num_training_steps", "warmup_steps")
"""Arguments that the Trainer itself passes to a scheduler."""


def write(job: Job) -> str:
    """Return a call of TrainingArguments.

    Raises:
        SpecError: If no scheduler that the Trainer creates gives the lr.
    """
    values, remark = _arguments(job)
    arguments = [f"{name}={_value(value)}" for name, value in {"output_dir": "out", **values}.items()]
    made = call("TrainingArguments", arguments, around=len("arguments = "))
    lines = ["from transformers import TrainingArguments", "", f"arguments = {made}", ""]
    return "\n".join([job.header(), *remark, *lines])


def as_json(job: Job) -> str:
    """Return the arguments as JSON, which HfArgumentParser reads.

    Raises:
        SpecError: If no scheduler that the Trainer creates gives the lr.
    """
    return json.dumps(_arguments(job)[0], indent=2) + "\n"


def _value(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value).replace("'", '"')


def _arguments(job: Job) -> tuple[dict[str, Any], list[str]]:
    """Return the arguments by name, and a comment on them."""
    job = job if job.is_metric_driven else job.in_steps("the Trainer")
    native, remark = job.only_native("transformers", _OTHERWISE)
    own = {name: value for name, value in given_arguments(native).items() if name not in _FROM_THE_RUN}
    values: dict[str, Any] = {
        "learning_rate": plain(getattr(native, "base_lr", 0.1)),
        "lr_scheduler_type": native.tag().partition(".")[2],
        **({"lr_scheduler_kwargs": own} if own else {}),
    }
    return {**values, **(_evaluated(job) if job.is_metric_driven else _lengths(native, job))}, remark


def _lengths(native: Scheduler, job: Job) -> dict[str, int]:
    """Return the warm-up and the length of the run, in updates.

    Raises:
        SpecError: If the scheduler is longer or shorter than the run, which the Trainer cannot express.
    """
    warmup, total = (getattr(native, name, None) for name in _FROM_THE_RUN[:2])
    if total not in (None, job.run.points):
        message = f"the Trainer's schedulers are as long as its run: {total:g} steps are not {job.run.points}"
        raise SpecError(f"{message}; {_OTHERWISE}")
    if warmup and not float(warmup).is_integer():
        raise SpecError(f"the Trainer's warm-up is a whole number of steps, not {warmup:g}; {_OTHERWISE}")
    return {**({"warmup_steps": int(warmup)} if warmup else {}), "max_steps": job.run.points}


def _evaluated(job: Job) -> dict[str, Any]:
    """Return the length of a run that is evaluated once an epoch, or once a step."""
    length = {"num_train_epochs": job.run.points} if job.unit == "epoch" else {"max_steps": job.run.points}
    how = {"eval_strategy": "epoch"} if job.unit == "epoch" else {"eval_strategy": "steps", "eval_steps": 1}
    return {**how, **length}
