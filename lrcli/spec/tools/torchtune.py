"""torchtune's YAML: lr_scheduler and optimizer by _component_."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.run import RunOptions
from lrcli.spec.tools.reader import Reader, Recognised
from lrcli.spec.values import shown

if TYPE_CHECKING:
    from lrcli.spec.tools.config import Config

_COSINE = "get_cosine_schedule_with_warmup"


def _read(config: Config) -> Recognised:
    scheduler = config.section("lr_scheduler")
    component = scheduler.text("_component_")
    if component.rpartition(".")[2] != _COSINE:
        raise scheduler.wrong("_component_", f"{shown(component)} is not known to lrcli, which reads {_COSINE}")
    lr, steps = config.section("optimizer").number("lr"), _steps(config)
    warmup, cycles = scheduler.number("num_warmup_steps", 0), scheduler.number("num_cycles", 0.5)
    spec = {"type": "transformers.cosine", "base_lr": lr, "num_warmup_steps": warmup, "num_cycles": cycles}
    keys = scheduler.places(("num_warmup_steps", "num_cycles")) | {"base_lr": ("optimizer", "lr")}
    understood = f"torchtune's: cosine, lr={lr:g}, {warmup:g} warm-up steps of {steps}"
    return Recognised(spec | {"num_training_steps": steps}, RunOptions(steps=steps), understood, keys)


def _steps(config: Config) -> int:
    """Return the updates of the run: epochs of at most max_steps_per_epoch."""
    epochs = config.count("epochs", 1)
    if "max_steps_per_epoch" in config:
        return epochs * min(config.count("max_steps_per_epoch"), config.updates or 10**15)
    return epochs * config.updates_of("epochs", "epochs")


READER = Reader(
    name="torchtune",
    files="YAML of tune run",
    marks=("lr_scheduler._component_",),
    read=_read,
    warmup="lr_scheduler.num_warmup_steps",
    lr="optimizer.lr",
    epochs="epochs",
)
