"""Megatron-LM's flags, from the shell script that starts pretrain_gpt.py: lengths in iterations or in samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.run import RunOptions
from lrcli.spec.tools import deepspeed
from lrcli.spec.tools.reader import Reader, Recognised

if TYPE_CHECKING:
    from lrcli.spec.tools.config import Config


def _read(config: Config) -> Recognised:
    """Return the scheduler of get_optimizer_param_scheduler (megatron/training/training.py).

    Megatron counts samples; with a constant batch everything is divided by it here, and the curve is the same.
    """
    config.read.update(("global_batch_size", "micro_batch_size"))
    if "rampup_batch_size" in config:
        raise config.wrong("rampup_batch_size", "with rampup_batch_size an update is not always as many samples")
    if "train_iters" not in config and "train_samples" not in config:
        raise config.wrong("train_iters", "Megatron needs --train-iters or --train-samples")
    by_samples = "train_iters" not in config
    unit = "samples" if by_samples else "iters"
    size = config.count("global_batch_size") if by_samples else 1
    total = config.count(f"train_{unit}")
    steps = total // size
    decay = config.number(f"lr_decay_{unit}", total) / size
    warmup = _warmup(config, unit, decay, size)
    lr, style = config.number("lr"), config.text("lr_decay_style", "linear")
    if (theirs := deepspeed.inside(config, lr, (0, steps), key="deepspeed_config", replaced=style)) is not None:
        return theirs
    values = {"max_lr": lr, "lr_warmup_steps": warmup, "lr_decay_steps": decay, **_shape(config, unit, size, style)}
    keys = {name: config.at(option) for name, option in _KEYS.items()}
    keys |= {"lr_warmup_steps": config.at(f"lr_warmup_{unit}"), "lr_decay_steps": config.at(f"lr_decay_{unit}")}
    understood = f"Megatron's: {style}, lr={lr:g}, {warmup:g} warm-up iterations of {steps}"
    return Recognised({"type": "megatron.OptimizerParamScheduler", **values}, RunOptions(steps=steps), understood, keys)


def _shape(config: Config, unit: str, size: int, style: str) -> dict[str, object]:
    """Return the lr at both ends, and the form of the decay."""
    shape: dict[str, object] = {
        "init_lr": config.number("lr_warmup_init", 0.0),
        "min_lr": config.number("min_lr", 0.0),
        "lr_decay_style": style,
    }
    if style == "WSD":
        shape["wsd_decay_steps"] = config.number(f"lr_wsd_decay_{unit}") / size
        shape["lr_wsd_decay_style"] = config.text("lr_wsd_decay_style", "exponential")
    return shape


def _warmup(config: Config, unit: str, decay: float, size: int) -> float:
    """Return the iterations of the warm-up: a share of the decay, not of the run, or a length."""
    if "lr_warmup_fraction" in config:
        return config.number("lr_warmup_fraction") * decay
    return config.number(f"lr_warmup_{unit}", 0) / size


_KEYS = {
    "type": "lr_decay_style",
    "init_lr": "lr_warmup_init",
    "max_lr": "lr",
    "min_lr": "min_lr",
    "lr_decay_style": "lr_decay_style",
    "wsd_decay_steps": "lr_wsd_decay_iters",
    "lr_wsd_decay_style": "lr_wsd_decay_style",
}
READER = Reader(
    name="megatron",
    files="shell scripts that start pretrain_gpt.py",
    marks=("train_iters lr", "train_samples lr", "lr_decay_style", "lr_decay_iters lr"),
    read=_read,
    before=("deepspeed",),
    steps="train_iters",
    lr="lr",
    warmup="lr_warmup_iters",
    options=("lr_warmup_fraction", "lr_decay_iters", "lr_wsd_decay_iters", "train_samples", *_KEYS.values()),
)
