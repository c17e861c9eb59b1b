"""Composer's and llm-foundry's YAML: scheduler with a name and times, optimizer.lr, max_duration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lrcli.run import RunOptions
from lrcli.spec.tools.reader import Reader, Recognised
from lrcli.spec.values import shown

if TYPE_CHECKING:
    from lrcli.spec.tools.config import Config

_NAMES = {
    "constant_with_warmup": "ConstantWithWarmupScheduler",
    "cosine_with_warmup": "CosineAnnealingWithWarmupScheduler",
    "linear_decay_with_warmup": "LinearWithWarmupScheduler",
}
"""Composer's schedulers, by their names in llm-foundry's build_scheduler."""

_TIMES = ("t_warmup", "t_max")
_TIME = re.compile(r"\s*([\d_.]+(?:e[-+]?\d+)?)\s*(ep|ba|sp|tok|dur)\s*")


def _read(config: Config) -> Recognised:
    scheduler, optimizer = config.section("scheduler"), config.section("optimizer")
    name = scheduler.text("name")
    if name not in _NAMES:
        raise scheduler.wrong("name", f"lrcli reads {', '.join(_NAMES)} of llm-foundry, not {shown(name)}")
    steps = int(_batches(config, config, "max_duration"))
    values: dict[str, object] = {key: value for key, value in scheduler.data.items() if key != "name"}
    scheduler.read.update(values)
    values |= {key: _time(config, scheduler, key) for key in _TIMES if key in scheduler}
    lr = optimizer.number("lr")
    keys = scheduler.places(values) | {"base_lr": optimizer.at("lr"), "type": scheduler.at("name")}
    understood = f"Composer's: {name}, lr={lr:g}, {steps} batches"
    spec = {"type": f"composer.{_NAMES[name]}", "base_lr": lr, **values}
    return Recognised(spec, RunOptions(steps=steps, steps_per_epoch=config.updates), understood, keys)


def _time(config: Config, section: Config, key: str) -> str:
    """Return a time in batches, or as a share of the run."""
    value = section.get(key)
    if isinstance(value, str) and value.strip().endswith("dur"):
        return value.strip()
    return f"{int(_batches(config, section, key))}ba"


def _batches(config: Config, section: Config, key: str) -> float:
    """Return a time in batches.

    Raises:
        SpecError: If it is no time, or no whole number of batches.
    """
    value = section.get(key)
    match = _TIME.fullmatch(str(value)) if isinstance(value, str) else None
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value * (section.updates_of(key, f"{key}={value} epochs") if key == "max_duration" else 1)
    if match is None or match[2] == "dur" or match[1].count(".") > 1:
        raise section.wrong(key, f"{key} must be a time such as 10ep, 500ba or 1000000tok, not {shown(value)}")
    amount, unit = float(match[1].replace("_", "")), match[2]
    size = (
        1.0 if unit == "ba" else 1 / section.updates_of(key, f"{key}={value}") if unit == "ep" else _size(config, unit)
    )
    batches = amount / size
    if unit in ("sp", "tok") and not batches.is_integer():
        raise section.wrong(key, f"{key}={value} is not a whole number of batches ({batches:g})")
    return batches


def _size(config: Config, unit: str) -> float:
    """Return the samples, or the tokens, of a batch."""
    samples = config.count("global_train_batch_size")
    return float(samples * config.count("max_seq_len")) if unit == "tok" else float(samples)


READER = Reader(
    name="composer",
    files="YAML of llm-foundry",
    marks=(
        "scheduler.name optimizer.lr max_duration",
        "scheduler.t_warmup optimizer.lr",
        "scheduler.alpha_f optimizer.lr",
    ),
    read=_read,
    lr="optimizer.lr",
    warmup="scheduler.t_warmup",
    options=("max_duration", "scheduler.t_warmup", "scheduler.t_max", "scheduler.alpha_f"),
)
