"""Composer: the YAML of llm-foundry, which names its schedulers with a warm-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lrcli.code.classes import given_arguments
from lrcli.code.files import dumped
from lrcli.parameters import parameters, plain
from lrcli.problems import SpecError

if TYPE_CHECKING:
    from lrcli.code.job import Job
    from lrcli.frameworks.scheduler import Scheduler


def write(job: Job) -> str:
    """Return the scheduler, the optimizer's lr and the length of the run.

    Raises:
        SpecError: If no scheduler of Composer gives the lr.
    """
    job = job.in_steps("composer")
    native, remark = job.only_native("composer", "choose one of composer's")
    _must_be_plain(native)
    base: Any = getattr(native, "base_lr", 0.1)
    document = {
        "max_duration": f"{job.run.points}ba",
        "optimizer": {"name": "decoupled_adamw", "lr": plain(base)},
        "scheduler": _named(native),
    }
    return "\n".join([job.header(), *remark, dumped(document, width=200)])


def _must_be_plain(spec: Scheduler) -> None:
    """Refuse parameters that are arguments of Composer's Trainer and not of its schedulers."""
    for parameter in parameters(type(spec)):
        if parameter.name in _TRAINERS and getattr(spec, parameter.field) != parameter.default:
            raise SpecError(f"{parameter.name} is an argument of Composer's Trainer, which its YAML does not have")


_TRAINERS = ("scale_schedule_ratio", "step_schedulers_every_batch")


def _named(spec: Scheduler) -> dict[str, Any]:
    """Return a scheduler under llm-foundry's name; one without a warm-up as the one with a warm-up of 0."""
    if spec.maker() not in _NAMES:
        known = ", ".join(dict.fromkeys(name for name, _ in _NAMES.values()))
        raise SpecError(f"llm-foundry has no name for Composer's {spec.maker()}: it has {known}")
    name, warmup = _NAMES[spec.maker()]
    return {"name": name, **warmup, **given_arguments(spec)}


_NO_WARMUP = {"t_warmup": "0ba"}
_NAMES: dict[str, tuple[str, dict[str, str]]] = {
    "ConstantWithWarmupScheduler": ("constant_with_warmup", {}),
    "CosineAnnealingWithWarmupScheduler": ("cosine_with_warmup", {}),
    "LinearWithWarmupScheduler": ("linear_decay_with_warmup", {}),
    "ConstantScheduler": ("constant_with_warmup", _NO_WARMUP),
    "CosineAnnealingScheduler": ("cosine_with_warmup", _NO_WARMUP),
    "LinearScheduler": ("linear_decay_with_warmup", _NO_WARMUP),
}
