"""LightningCLI's YAML: a scheduler of torch by its class_path, and the optimizer's lr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.run import RunOptions
from lrcli.spec.tools.reader import Reader, Recognised
from lrcli.spec.values import shown

if TYPE_CHECKING:
    from lrcli.spec.tools.config import Config

_TORCH = "torch.optim.lr_scheduler."
_HAS_OWN_LR = ("OneCycleLR",)


def _read(config: Config) -> Recognised:
    scheduler = config.section("lr_scheduler")
    name = scheduler.text("class_path")
    kind = name.removeprefix(_TORCH)
    if "." in kind and not kind.startswith("lightning"):
        raise scheduler.wrong("class_path", f"{shown(name)} is not a scheduler of torch: its code would have to run")
    kind = kind.rpartition(".")[2]
    values = scheduler.mapping("init_args")
    by_step = values.pop("interval", "epoch") == "step" or kind in _HAS_OWN_LR
    if values.pop("frequency", 1) != 1:
        raise scheduler.wrong("init_args", "a scheduler that is stepped less than once an epoch or step is not read")
    for key in ("monitor", "optimizer"):
        values.pop(key, None)
    lr = config.section("optimizer").section("init_args")
    lr.read.add("lr")
    base: dict[str, object] = {} if kind in _HAS_OWN_LR or "lr" not in lr else {"base_lr": lr.number("lr")}
    keys = {key: (*scheduler.at("init_args"), key) for key in values} | {"type": scheduler.at("class_path")}
    keys |= {"base_lr": lr.at("lr")}
    run = _run(config.section("trainer"), by_step=by_step)
    counted = "step" if by_step else "epoch"
    understood = f"LightningCLI's: {kind}, stepped once {'a' if by_step else 'an'} {counted}"
    return Recognised({"type": f"torch.{kind}", **base, **values}, run, understood, keys)


def _run(trainer: Config, *, by_step: bool) -> RunOptions:
    if by_step:
        steps = trainer.number("max_steps", -1)
        if steps > 0:
            return RunOptions(steps=int(steps), steps_per_epoch=trainer.updates)
        if trainer.updates is not None:
            return RunOptions(steps=trainer.count("max_epochs", 1000) * trainer.updates)
        return RunOptions()
    epochs = trainer.number("max_epochs", -1)
    return RunOptions(epochs=int(epochs) if epochs > 0 else None, steps_per_epoch=trainer.updates)


READER = Reader(
    name="lightning",
    files="config.yaml of LightningCLI",
    marks=("lr_scheduler.class_path",),
    read=_read,
    steps="trainer.max_steps",
    epochs="trainer.max_epochs",
    lr="lr_scheduler.init_args.max_lr optimizer.init_args.lr",
)
