"""DeepSpeed's JSON, by itself and as a part of TrainingArguments, where its scheduler replaces theirs."""

from __future__ import annotations

from typing import Any

from lrcli.problems import Finding
from lrcli.run import RunOptions
from lrcli.spec.tools.config import Config, Reader, Recognised


def inside(config: Config, lr: float, warmup: int, total: int) -> Recognised | None:
    """Return the scheduler of the DeepSpeed configuration that TrainingArguments hold or name, if it has one."""
    named = config.get("deepspeed")
    data = config.beside(named) if isinstance(named, str) and config.beside is not None else named
    if not isinstance(data, dict) or not isinstance(data.get("scheduler"), dict):
        return None
    scheduler = Config(data["scheduler"], config.at("deepspeed"))
    auto = {
        "warmup_min_lr": 0.0,
        "warmup_max_lr": lr,
        "warmup_num_steps": warmup,
        "total_num_steps": total,
    }
    spec = _spec(scheduler, auto, lr)
    where = f"the file {named}" if isinstance(named, str) else "the DeepSpeed configuration"
    kind = config.get("lr_scheduler_type", "linear")
    message = f"{where} has a scheduler, {scheduler.text('type')}, which replaces lr_scheduler_type={kind}"
    fix = f"Remove the scheduler of DeepSpeed if {kind} is meant."
    found = Finding("LR012", message, fix, path=config.at("deepspeed"))
    understood = f"TrainingArguments with DeepSpeed's {scheduler.text('type')}, {total} steps"
    keys = {"type": config.at("deepspeed")}
    return Recognised(spec, RunOptions(steps=total, steps_per_epoch=config.updates), understood, keys, (found,))


def _spec(scheduler: Config, auto: dict[str, float], lr: float | None) -> dict[str, Any]:
    """Return the scheduler with each `auto` resolved, as the Trainer does."""
    params = scheduler.section("params")
    values: dict[str, Any] = {}
    for name, value in params.data.items():
        if value == "auto":
            if name not in auto:
                raise params.wrong(name, f"{name} is auto, which only the Trainer resolves: give a number")
            values[name] = auto[name]
        else:
            values[name] = value
    kind = scheduler.text("type")
    base = {"base_lr": lr} if lr is not None and kind in ("WarmupLR", "WarmupCosineLR") else {}
    return {"type": f"deepspeed.{kind}", **base, **values}


def _read(config: Config) -> Recognised:
    optimizer = config.section("optimizer").section("params")
    lr = optimizer.number("lr") if "lr" in optimizer and optimizer.get("lr") != "auto" else None
    scheduler = config.section("scheduler")
    spec = _spec(scheduler, {}, lr)
    steps = spec.get("total_num_steps")
    run = RunOptions(steps=int(steps)) if isinstance(steps, int | float) and steps >= 1 else RunOptions()
    keys = {name: (*scheduler.at("params"), name) for name in spec} | {"type": scheduler.at("type")}
    return Recognised(spec, run, f"DeepSpeed's: {scheduler.text('type')}", keys)


READER = Reader(
    name="deepspeed",
    title="DeepSpeed's",
    files="ds_config.json",
    marks=("scheduler.type scheduler.params",),
    read=_read,
)
