"""nanoGPT's configurations: assignments in Python, read but never run; missing keys have train.py's defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.run import RunOptions
from lrcli.spec.tools.reader import Reader, Recognised

if TYPE_CHECKING:
    from lrcli.spec.tools.config import Config


def _read(config: Config) -> Recognised:
    steps = config.count("max_iters", 600_000)
    lr = config.number("learning_rate", 6e-4)
    run = RunOptions(steps=steps)
    if not config.get("decay_lr", default=True):
        config.read.update(_DEFAULTS)
        return Recognised({"type": "constant", "max_lr": lr}, run, f"nanoGPT's: constant, learning_rate={lr:g}")
    values = {name: config.number(name, default) for name, default in _DEFAULTS.items()}
    keys = config.places(values)
    understood = f"nanoGPT's: learning_rate={lr:g}, {values['warmup_iters']:g} warm-up iterations of {steps}"
    return Recognised({"type": "nanogpt.get_lr", **values}, run, understood, keys)


_DEFAULTS = {"learning_rate": 6e-4, "warmup_iters": 2000, "lr_decay_iters": 600_000, "min_lr": 6e-5}
READER = Reader(
    name="nanogpt",
    files="config/*.py (read, never run)",
    marks=("max_iters lr_decay_iters", "max_iters warmup_iters", "max_iters decay_lr", "max_iters block_size"),
    read=_read,
    steps="max_iters",
    lr="learning_rate",
    warmup="warmup_iters",
    options=("max_iters", "decay_lr", *_DEFAULTS),
)
