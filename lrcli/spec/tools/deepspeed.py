"""DeepSpeed's JSON, by itself and as a part of TrainingArguments, where its scheduler replaces theirs."""

from __future__ import annotations

from lrcli.problems import Finding
from lrcli.run import RunOptions
from lrcli.spec.tools.config import Config
from lrcli.spec.tools.reader import Reader, Recognised


def inside(
    config: Config, lr: float, steps: tuple[int, int], *, key: str = "deepspeed", replaced: str = ""
) -> Recognised | None:
    """Return the scheduler of the DeepSpeed configuration that a file contains or names; None if it has none.

    Args:
        config: The file.
        lr: The optimizer's lr.
        steps: The steps of the warm-up and of the run, for values that are `auto`.
        key: The key with the configuration, or with the name of its file.
        replaced: The scheduler that DeepSpeed's replaces.
    """
    named = config.get(key)
    data = config.beside(named) if isinstance(named, str) and config.beside is not None else named
    if not isinstance(data, dict) or not isinstance(data.get("scheduler"), dict):
        return None
    scheduler = Config(data["scheduler"], config.at(key))
    warmup, total = steps
    auto = {"warmup_min_lr": 0.0, "warmup_max_lr": lr, "warmup_num_steps": warmup, "total_num_steps": total}
    spec = _spec(scheduler, auto, lr)
    where = f"the file {named}" if isinstance(named, str) else "the DeepSpeed configuration"
    message = f"{where} has a scheduler, {scheduler.text('type')}, which replaces {replaced}"
    fix = f"Remove the scheduler of DeepSpeed if {replaced.rpartition('=')[2]} is meant."
    found = Finding("LR012", message, fix, path=config.at(key))
    understood = f"DeepSpeed's {scheduler.text('type')}, {total} steps"
    run = RunOptions(steps=total, steps_per_epoch=config.updates)
    return Recognised(spec, run, understood, {"type": config.at(key)}, (found,))


def _spec(scheduler: Config, auto: dict[str, float], lr: float | None) -> dict[str, object]:
    """Return the scheduler with each `auto` replaced by its value, as the Trainer does it."""
    params = scheduler.section("params")
    values: dict[str, object] = {}
    params.read.update(params.data)
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
    if "deepspeed_config" in config and config.beside is not None:
        named = config.text("deepspeed_config")
        data = config.beside(named)
        config = Config(data if isinstance(data, dict) else {}, config.at("deepspeed_config"), config.updates)
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
    files="ds_config.json, or flags that name it",
    marks=("scheduler.type scheduler.params", "deepspeed_config deepspeed"),
    read=_read,
    warmup="scheduler.params.warmup_num_steps",
    lr="scheduler.params.warmup_max_lr optimizer.params.lr",
)
