"""torchtitan's TOML: [lr_scheduler], [optimizer] lr and [training] steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.run import RunOptions
from lrcli.spec.tools.reader import Reader, Recognised

if TYPE_CHECKING:
    from lrcli.spec.tools.config import Config

_DEFAULTS: dict[str, object] = {"warmup_steps": 200, "decay_ratio": None, "decay_type": "linear", "min_lr_factor": 0.0}


def _read(config: Config) -> Recognised:
    scheduler, training = config.section("lr_scheduler"), config.section("training")
    steps, lr = training.count("steps", 10_000), config.section("optimizer").number("lr", 8e-4)
    values = {name: scheduler.get(name, default) for name, default in _DEFAULTS.items()}
    if "total_steps" in scheduler:
        values["total_steps"] = scheduler.count("total_steps")
    keys = scheduler.places(values) | {"base_lr": ("optimizer", "lr")}
    spec = {"type": "torchtitan.LRSchedulersContainer", "base_lr": lr, "training_steps": steps, **values}
    understood = f"torchtitan's: lr={lr:g}, {values['warmup_steps']} warm-up steps of {steps}, {values['decay_type']}"
    return Recognised(spec, RunOptions(steps=steps), understood, keys)


READER = Reader(
    name="torchtitan",
    files="TOML of a job",
    marks=("lr_scheduler.warmup_steps training.steps", "lr_scheduler.decay_ratio training"),
    read=_read,
    steps="training.steps",
    warmup="lr_scheduler.warmup_steps",
    lr="optimizer.lr",
)
