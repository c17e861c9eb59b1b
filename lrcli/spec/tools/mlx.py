"""MLX-LM's LoRA YAML: lr_schedule with a name, positional arguments and a linear warm-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.run import RunOptions
from lrcli.spec.tools.reader import Reader, Recognised
from lrcli.spec.values import shown

if TYPE_CHECKING:
    from lrcli.spec.tools.config import Config


def _read(config: Config) -> Recognised:
    schedule = config.section("lr_schedule")
    name, arguments = schedule.text("name"), schedule.numbers("arguments")
    decay = _decay(schedule, name, arguments)
    warmup, start = int(schedule.number("warmup", 0)), schedule.number("warmup_init", 0.0)
    config.read.add("learning_rate")
    climb = {"type": "linear", "start_lr": start, "end_lr": arguments[0], "length": warmup, "for": warmup + 1}
    spec: object = [climb, decay] if warmup else decay
    iters = config.count("iters", 1000)
    return Recognised(
        spec, RunOptions(steps=iters), f"MLX-LM's: {name}, {warmup} warm-up steps of {iters}", {"type": schedule.path}
    )


def _decay(schedule: Config, name: str, arguments: list[float]) -> dict[str, object]:
    match name, arguments:
        case "cosine_decay", [lr, steps, *end]:
            return {"type": "cosine", "max_lr": lr, "cycle_length": steps, "min_lr": end[0] if end else 0.0}
        case "linear_schedule", [start, end, steps]:
            return {"type": "linear", "start_lr": start, "end_lr": end, "length": steps}
        case "exponential_decay", [lr, rate]:
            return {"type": "expr", "lr": f"max_lr*{rate!r}**t", "max_lr": lr}
        case "step_decay", [lr, rate, size]:
            return {"type": "step", "max_lr": lr, "gamma": rate, "step_size": size}
    raise schedule.wrong("arguments", f"{name} with {shown(arguments)} is not a schedule of MLX that lrcli knows")


READER = Reader(
    name="mlx",
    files="YAML of mlx_lm.lora",
    marks=("lr_schedule.name lr_schedule.arguments",),
    read=_read,
    warmup="lr_schedule.warmup",
    lr="lr_schedule.arguments.0",
    steps="iters",
    options=("iters",),
)
