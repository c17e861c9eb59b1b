"""fairseq's YAML (Hydra) and its flags: a scheduler by name, in updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.parameters import parameters
from lrcli.problems import SpecError
from lrcli.registry import SCHEDULES
from lrcli.run import RunOptions
from lrcli.spec.tools.reader import Reader, Recognised
from lrcli.spec.values import shown

if TYPE_CHECKING:
    from lrcli.spec.tools.config import Config

_IN_UPDATES = {"total_num_update": "max_update", "max_update": "max_update"}


def _read(config: Config) -> Recognised:
    is_yaml = isinstance(config.get("lr_scheduler"), dict)
    scheduler = config.section("lr_scheduler") if is_yaml else config
    optimization = config.section("optimization") if is_yaml else config
    kind = scheduler.text("_name") if is_yaml else config.text("lr_scheduler", "fixed")
    steps = _updates(optimization)
    declaration = SCHEDULES.find(f"fairseq.{kind}")
    if declaration is None:
        raise scheduler.wrong("_name" if is_yaml else "lr_scheduler", f"fairseq has no scheduler {shown(kind)}")
    values: dict[str, object] = {}
    for name in (parameter.name for parameter in parameters(declaration)):
        value = scheduler.get(name)
        if value is None and name in _IN_UPDATES:
            value = steps
        if value is not None:
            values[name] = value
    values.setdefault("lr", optimization.get("lr", [0.25]))
    keys = scheduler.places(values) | {
        "lr": optimization.at("lr"),
        "type": scheduler.at("_name" if is_yaml else "lr_scheduler"),
    }
    lr = values["lr"][0] if isinstance(values["lr"], list) and values["lr"] else values["lr"]
    understood = f"fairseq's: {kind}, lr={shown(lr)}, {steps} updates"
    run = RunOptions(steps=steps, steps_per_epoch=config.updates)
    return Recognised({"type": f"fairseq.{kind}", **values}, run, understood, keys)


def _updates(optimization: Config) -> int:
    """Return the updates of the run: max_update, or max_epoch of them if those come first."""
    most = optimization.number("max_update", 0)
    epochs = optimization.number("max_epoch", 0)
    if epochs > 0 and (optimization.updates is not None or most <= 0):
        of_epochs = int(epochs) * optimization.updates_of("max_epoch", f"max_epoch={epochs:g}")
        return min(of_epochs, int(most)) if most > 0 else of_epochs
    if most <= 0:
        raise SpecError("fairseq would train without end: give max_update or max_epoch")
    return int(most)


READER = Reader(
    name="fairseq",
    files="YAML of fairseq-hydra-train, fairseq-train's flags",
    marks=("lr_scheduler._name optimization", "lr_scheduler max_update", "lr_scheduler max_epoch"),
    read=_read,
    steps="optimization.max_update max_update",
    lr="optimization.lr lr",
    warmup="lr_scheduler.warmup_updates warmup_updates",
    options=("max_epoch", "warmup_updates", "warmup_init_lr", "lr_scheduler", "total_num_update", "end_learning_rate"),
)
