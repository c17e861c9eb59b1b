"""OLMo's YAML: scheduler, optimizer.learning_rate, max_duration in steps, tokens (T) or epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.run import RunOptions
from lrcli.spec.tools.reader import Reader, Recognised
from lrcli.spec.values import shown

if TYPE_CHECKING:
    from lrcli.spec.tools.config import Config

_NAMES = {
    "cosine_with_warmup": "CosWithWarmup",
    "linear_with_warmup": "LinearWithWarmup",
    "inverse_sqrt_with_warmup": "InvSqrtWithWarmup",
    "cosine_linear_envelope": "CosLinearEnvelope",
    "constant": "ConstantScheduler",
    "constant_with_warmup": "ConstantWithWarmupScheduler",
}
"""OLMo's SchedulerType, and the classes of olmo/optim.py's build_scheduler."""


def _read(config: Config) -> Recognised:
    scheduler, optimizer = config.section("scheduler"), config.section("optimizer")
    name = scheduler.text("name", "cosine_with_warmup")
    if name not in _NAMES:
        raise scheduler.wrong("name", f"lrcli reads {', '.join(_NAMES)} of OLMo, not {shown(name)}")
    by_tokens = scheduler.text("units", "steps") == "tokens"
    size = _tokens_per_step(config) if by_tokens else 1
    steps, whole = _duration(config)
    values: dict[str, object] = {}
    if "warmup" in name:
        values |= {"warmup_steps": scheduler.number("t_warmup", 100) / size}
        values |= {"warmup_min_lr": scheduler.get("warmup_min_lr")}
    if name.startswith(("cosine", "linear")):
        values |= {
            "warmup_steps": scheduler.number("t_warmup", 100) / size,
            "alpha_f": scheduler.number("alpha_f", 0.1),
        }
        end = scheduler.number("t_max") / size if "t_max" in scheduler else whole if by_tokens else steps
        values |= {"t_max": end}
    lr = optimizer.number("learning_rate", 1e-4)
    keys = scheduler.places(values) | {"warmup_steps": scheduler.at("t_warmup")}
    keys |= {"base_lr": optimizer.at("learning_rate"), "type": scheduler.at("name")}
    understood = f"OLMo's: {name}, learning_rate={lr:g}, {steps} steps"
    run = RunOptions(steps=steps, steps_per_epoch=config.updates)
    return Recognised({"type": f"olmo.{_NAMES[name]}", "base_lr": lr, **values}, run, understood, keys)


def _duration(config: Config) -> tuple[int, float]:
    """Return the steps of the run, and its length in steps before it is rounded down."""
    raw = config.get("max_duration", 10_000)
    text = str(raw).strip()
    number = text.removesuffix("ep").removesuffix("T").strip()
    try:
        amount = float(number)
    except ValueError:
        amount = 0.0
    if not 1 <= amount <= 1e18 or isinstance(raw, bool):
        raise config.wrong("max_duration", f"max_duration must be steps, 2e12T tokens or 1ep, not {shown(raw)}")
    if text.endswith("ep"):
        whole = int(amount) * float(config.updates_of("max_duration", f"max_duration={text}"))
    else:
        whole = int(amount) / (_tokens_per_step(config) if text.endswith("T") else 1)
    return max(int(whole), 1), whole


def _tokens_per_step(config: Config) -> int:
    model = config.section("model")
    return config.count("global_train_batch_size", 512) * model.count("max_sequence_length", 1024)


READER = Reader(
    name="olmo",
    files="YAML of OLMo's train.py",
    marks=("scheduler.name optimizer.learning_rate", "scheduler.t_warmup optimizer.learning_rate"),
    read=_read,
    steps="max_duration",
    lr="optimizer.learning_rate",
    warmup="scheduler.t_warmup",
    options=("scheduler.alpha_f", "scheduler.warmup_min_lr", "scheduler.t_max"),
)
