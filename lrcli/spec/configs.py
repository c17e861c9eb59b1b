"""Configuration files of other tools, as they are: timm's args.yaml, and transformers' TrainingArguments."""

from __future__ import annotations

import json
import math
from typing import Any, NamedTuple

from lrcli.problems import KEY, Path, Problem, SpecError
from lrcli.run import RunOptions
from lrcli.spec.values import make, number, shown


class Recognised(NamedTuple):
    """What a tool's file says of the lr.

    Attributes:
        spec: The scheduler, as data.
        run: The run that the tool makes of it.
        understood: What was read, in a sentence.
        keys: Where in the file each value of the spec stands.
    """

    spec: dict[str, Any]
    run: RunOptions
    understood: str
    keys: dict[str, Path]

    def in_file(self, problem: Problem) -> Problem:
        """Return a problem with the spec as one with the file."""
        name = str(problem.path[0]) if problem.path else ""
        return problem._replace(path=self.keys.get(name, (name,)))


def recognised(data: dict[str, Any], updates: int | None) -> Recognised | None:
    """Return what a file of a tool says, or None if it is of none that lrcli knows.

    Args:
        data: The file's.
        updates: Optimizer's updates in an epoch, if they are known.

    Raises:
        SpecError: If it cannot be told what the tool does without knowing more.
    """
    if "sched" in data and {"epochs", "opt", "warmup_epochs", "min_lr", "lr", "lr_base"} & data.keys():
        return _timm(data, updates)
    if "lr_scheduler_type" in data or ("learning_rate" in data and {"num_train_epochs", "max_steps"} & data.keys()):
        return _transformers(data, updates)
    return None


_TIMM = {
    "epochs": ("num_epochs", 300),
    "decay_epochs": ("decay_epochs", None),
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
"""What timm's scheduler_kwargs reads: the option of train.py, the factory's argument, and train.py's own default."""


def _timm(data: dict[str, Any], updates: int | None) -> Recognised:
    from lrcli.frameworks.timm import CreateScheduler  # noqa: PLC0415 - few files are timm's

    by_update = bool(data.get("sched_on_updates"))
    if by_update and updates is None:
        message = "sched_on_updates: say how many updates an epoch has, with --steps-per-epoch"
        raise SpecError(Problem(message=message, path=("sched_on_updates",)))
    lr, how = _timm_lr(data)
    decreasing = "loss" in str(data.get("eval_metric", "top1"))
    spec = {
        "type": "timm.create_scheduler_v2",
        "base_lr": lr,
        "sched": data["sched"],
        **{name: data.get(option, default) for option, (name, default) in _TIMM.items()},
        "plateau_mode": "min" if decreasing else "max",
        **({"step_on_epochs": False, "updates_per_epoch": updates} if by_update else {}),
    }
    values = {key: value for key, value in spec.items() if key != "type"}
    epochs = make(CreateScheduler, values, owner="timm's args").run_epochs()
    run = RunOptions(steps=epochs * (updates or 1)) if by_update else RunOptions(epochs=epochs)
    understood = f"timm's args: sched={data['sched']}, lr={lr:g}{how}, {epochs} epochs in all"
    keys: dict[str, Path] = {name: (option,) for option, (name, _) in _TIMM.items()}
    return Recognised(spec, run, understood, keys | {"type": ("sched",), "base_lr": ("lr",)})


def _timm_lr(data: dict[str, Any]) -> tuple[float, str]:
    """Return the lr, and how train.py comes to it where it is not given."""
    if data.get("lr") is not None:
        return _number(data, "lr"), ""
    base, size = _number(data, "lr_base", 0.1), _above_0(data, "lr_base_size", 256)
    batch = _above_0(data, "batch_size", 128) * _above_0(data, "grad_accum_steps", 1)
    optimizer = str(data.get("opt", "sgd")).lower()
    rule = data.get("lr_base_scale") or ("sqrt" if "ada" in optimizer or "lamb" in optimizer else "linear")
    ratio = batch / size
    lr = base * (math.sqrt(ratio) if rule == "sqrt" else ratio)
    return lr, f" (lr_base {base:g} for a batch of {size:g}, {rule}, to {batch:g} on one device)"


def _number(data: dict[str, Any], key: str, default: float | None = None) -> float:
    """Return a number of a file.

    Raises:
        SpecError: If it is none, or beyond all measure.
    """
    value = data.get(key, default)
    if isinstance(value, str):
        try:
            value = number(value)
        except ValueError as error:
            raise SpecError(Problem(message=f"{key}: {error}", path=(key,))) from None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
        raise SpecError(Problem(message=f"{key} must be a number, not {shown(value)}", path=(key,)))
    return float(value)


_LARGEST = 1e15


def _above_0(data: dict[str, Any], key: str, default: float) -> float:
    value = _number(data, key, default)
    if value <= 0:
        raise SpecError(Problem(message=f"{key} must be > 0, not {value:g}", path=(key,)))
    return value


_WARMED_UP = ("constant_with_warmup", "inverse_sqrt")
_LISTENING = ("reduce_lr_on_plateau", "greedy")


def _transformers(data: dict[str, Any], updates: int | None) -> Recognised:
    kind = str(data.get("lr_scheduler_type") or "linear").rpartition(".")[2].lower()
    lr = _number(data, "learning_rate", 5e-5)
    total, how = _total_steps(data, updates)
    warmup = _warmup_steps(data, total)
    spec: dict[str, Any] = {"type": f"transformers.{kind}", "base_lr": lr}
    if kind in _WARMED_UP:
        spec["num_warmup_steps"] = warmup
    elif kind == "constant":
        spec["warmup_steps"] = warmup
    elif kind not in _LISTENING:
        spec |= {"num_warmup_steps": warmup, "num_training_steps": total}
    kwargs = _scheduler_kwargs(data)
    keys: dict[str, Path] = {"type": ("lr_scheduler_type",), "base_lr": ("learning_rate",)}
    keys |= {str(name): ("lr_scheduler_kwargs", str(name)) for name in kwargs}
    spec |= kwargs
    understood = f"TrainingArguments: {kind}, learning_rate={lr:g}, {warmup} warm-up steps of {total} ({how})"
    return Recognised(spec, RunOptions(steps=total, steps_per_epoch=updates), understood, keys)


def _total_steps(data: dict[str, Any], updates: int | None) -> tuple[int, str]:
    """Return how many updates the Trainer makes, and how it comes to that."""
    most = int(_number(data, "max_steps", -1)) if data.get("max_steps") is not None else -1
    if most > 0:
        return most, "max_steps"
    epochs = _number(data, "num_train_epochs", 3.0)
    if updates is None:
        count = "say how many updates an epoch has (batches / gradient accumulation, rounded up)"
        message = f"num_train_epochs={epochs:g}: {count}, with --steps-per-epoch"
        raise SpecError(Problem(message=message, path=("num_train_epochs", KEY)))
    return max(math.ceil(epochs * updates), 1), f"{epochs:g} epochs of {updates}"


def _warmup_steps(data: dict[str, Any], total: int) -> int:
    """Return the warm-up as the Trainer reads it: steps, a share below 1, or an older version's warmup_ratio."""
    steps = _number(data, "warmup_steps", 0.0) if data.get("warmup_steps") is not None else 0.0
    if steps >= 1:
        return int(steps)
    ratio = steps or (_number(data, "warmup_ratio", 0.0) if data.get("warmup_ratio") is not None else 0.0)
    return math.ceil(total * ratio)


def _scheduler_kwargs(data: dict[str, Any]) -> dict[str, Any]:
    """Return lr_scheduler_kwargs: a mapping, or one as JSON, as the command line has it."""
    raw = data.get("lr_scheduler_kwargs") or {}
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except ValueError as error:
            message = f"lr_scheduler_kwargs is not JSON: {error}"
            raise SpecError(Problem(message=message, path=("lr_scheduler_kwargs",))) from None
    if not isinstance(raw, dict):
        message = f"lr_scheduler_kwargs must be a mapping, not {shown(raw)}"
        raise SpecError(Problem(message=message, path=("lr_scheduler_kwargs",)))
    return raw
