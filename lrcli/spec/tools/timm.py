"""timm's args.yaml, as train.py writes it, or a part of it; missing keys have the defaults of train.py's parser."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lrcli.frameworks.timm import CreateScheduler
from lrcli.run import RunOptions
from lrcli.spec.make import make
from lrcli.spec.tools.reader import BatchKeys, Reader, Recognised

if TYPE_CHECKING:
    from lrcli.problems import Path
    from lrcli.spec.tools.config import Config

_OPTIONS = {
    "epochs": ("num_epochs", 300),
    "decay_epochs": ("decay_epochs", 90),
    "decay_milestones": ("decay_milestones", [90, 180, 270]),
    "warmup_epochs": ("warmup_epochs", 5),
    "cooldown_epochs": ("cooldown_epochs", 0),
    "patience_epochs": ("patience_epochs", 10),
    "decay_rate": ("decay_rate", 0.1),
    "min_lr": ("min_lr", 0.0),
    "warmup_lr": ("warmup_lr", 1e-5),
    "warmup_prefix": ("warmup_prefix", False),
    "lr_noise": ("noise", None),
    "lr_noise_pct": ("noise_pct", 0.67),
    "lr_noise_std": ("noise_std", 1.0),
    "seed": ("noise_seed", 42),
    "lr_cycle_mul": ("cycle_mul", 1.0),
    "lr_cycle_decay": ("cycle_decay", 0.5),
    "lr_cycle_limit": ("cycle_limit", 1),
    "lr_k_decay": ("k_decay", 1.0),
    "lr_decay_fn": ("decay_fn", None),
    "lr_stable_timescale": ("stable_timescale", None),
}
"""What timm's scheduler_kwargs reads: the option of train.py, the factory's argument, and the parser's default."""


def _read(config: Config) -> Recognised:
    by_update = bool(config.get("sched_on_updates"))
    updates = config.updates_of("sched_on_updates", "sched_on_updates") if by_update else None
    lr, how = _lr(config)
    decreasing = "loss" in str(config.get("eval_metric", "top1"))
    sched = config.get("sched", "cosine")
    spec = {
        "type": "timm.create_scheduler_v2",
        "base_lr": lr,
        "sched": sched,
        **{name: config.get(option, default) for option, (name, default) in _OPTIONS.items()},
        "plateau_mode": "min" if decreasing else "max",
        **({"step_on_epochs": False, "updates_per_epoch": updates} if by_update else {}),
    }
    values = {key: value for key, value in spec.items() if key != "type"}
    epochs = make(CreateScheduler, values, owner="timm's args").run_epochs()
    run = RunOptions(steps=epochs * (updates or 1)) if by_update else RunOptions(epochs=epochs)
    understood = f"timm's args: sched={sched}, lr={lr:g}{how}, {epochs} epochs in all"
    keys: dict[str, Path] = {name: config.at(option) for option, (name, _) in _OPTIONS.items()}
    keys |= {"type": config.at("sched"), "base_lr": config.at("lr"), "sched": config.at("sched")}
    return Recognised(spec, run, understood, keys)


def _lr(config: Config) -> tuple[float, str]:
    """Return the lr, and how train.py computes it if it is not given."""
    base, size = config.number("lr_base", 0.1), config.above_0("lr_base_size", 256)
    batch = config.above_0("batch_size", 128) * config.above_0("grad_accum_steps", 1)
    optimizer = str(config.get("opt", "sgd")).lower()
    rule = config.get("lr_base_scale") or ("sqrt" if "ada" in optimizer or "lamb" in optimizer else "linear")
    if "lr" in config:
        return config.number("lr"), ""
    ratio = batch / size
    lr = base * (math.sqrt(ratio) if rule == "sqrt" else ratio)
    return lr, f" (lr_base {base:g} for a batch of {size:g}, {rule}, to {batch:g} on one device)"


READER = Reader(
    name="timm",
    files="args.yaml, recipes",
    marks=tuple(f"sched {key}" for key in ("epochs", "opt", "warmup_epochs", "min_lr", "lr", "lr_base")),
    read=_read,
    epochs="epochs",
    lr="lr",
    warmup="warmup_epochs",
    options=("sched", "lr", "lr_base", "lr_base_size", "lr_base_scale", "sched_on_updates", *_OPTIONS),
    batches=BatchKeys("batch_size", 128, accumulate="grad_accum_steps", drops=True),
)
