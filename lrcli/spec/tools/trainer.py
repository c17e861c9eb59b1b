"""transformers' TrainingArguments, and files of tools that pass theirs to the Trainer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from lrcli.problems import KEY, Finding, Problem, SpecError
from lrcli.run import RunOptions
from lrcli.spec.tools import deepspeed
from lrcli.spec.tools.reader import BatchKeys, Reader, Recognised

if TYPE_CHECKING:
    from lrcli.problems import Path
    from lrcli.spec.tools.config import Config

WITH_WARMUP = ("constant_with_warmup", "inverse_sqrt")
METRIC_DRIVEN = ("reduce_lr_on_plateau", "greedy")


class Arguments(NamedTuple):
    """The Trainer's arguments, whatever a tool's file calls them.

    Attributes:
        title: Begins the sentence on what was read.
        kind: The name of the scheduler.
        lr: The optimizer's lr.
        kwargs: The scheduler's other arguments.
        warmup: Steps of the warm-up.
        total: Updates of the run.
        how: How `total` was computed.
    """

    title: str
    kind: str
    lr: float
    kwargs: dict[str, object]
    warmup: int
    total: int
    how: str


def arguments(config: Config, title: str, lr: float = 5e-5) -> Arguments:
    """Return the arguments in a file with transformers' own keys."""
    kind = str(config.get("lr_scheduler_type") or "linear").rpartition(".")[2].lower()
    total, how = total_steps(config)
    return Arguments(title, kind, _lr(config, lr), _kwargs(config), warmup_steps(config, total), total, how)


def recognised(config: Config, args: Arguments) -> Recognised:
    """Return the scheduler that the Trainer creates from its arguments, or DeepSpeed's, which replaces it.

    Raises:
        SpecError: If transformers raises for these arguments.
    """
    replaced = f"lr_scheduler_type={args.kind}"
    if (theirs := deepspeed.inside(config, args.lr, (args.warmup, args.total), replaced=replaced)) is not None:
        return theirs._replace(understood=f"{args.title} with {theirs.understood}")
    spec: dict[str, object] = {"type": f"transformers.{args.kind}", "base_lr": args.lr, **_lengths(args)}
    if twice := sorted(spec.keys() & args.kwargs.keys() - {"base_lr"}):
        message = f"transformers raises: {', '.join(twice)} is set by the Trainer itself, and again here"
        raise SpecError(Problem(message=message, path=(*config.at("lr_scheduler_kwargs"), twice[0], KEY)))
    keys: dict[str, Path] = {"type": config.at("lr_scheduler_type"), "base_lr": config.at("learning_rate")}
    keys |= {name: (*config.at("lr_scheduler_kwargs"), name) for name in args.kwargs}
    facts = f"{args.kind}, learning_rate={args.lr:g}, {args.warmup} warm-up steps of {args.total} ({args.how})"
    run = RunOptions(steps=args.total, steps_per_epoch=config.updates)
    found = tuple(_without_effect(config, args))
    times = evaluations(config, args) if args.kind in METRIC_DRIVEN else ()
    return Recognised(spec | args.kwargs, run, f"{args.title}: {facts}", keys, found, times)


def evaluations(config: Config, args: Arguments) -> tuple[float, ...]:
    """Return the steps of the evaluations, at which the Trainer steps a metric-driven scheduler.

    Raises:
        SpecError: If there are none, for which transformers raises, or too many.
    """
    strategy = str(config.get("eval_strategy") or config.get("evaluation_strategy") or "no").rpartition(".")[2].lower()
    delay = config.number("eval_delay", 0)
    if strategy == "steps":
        every = config.number("eval_steps", 0) or config.number("logging_steps", 500)
        step = math.ceil(every * args.total) if every < 1 else int(every)
    elif strategy == "epoch":
        step = config.updates_of("eval_strategy", "eval_strategy=epoch")
        delay *= step
    else:
        raise config.wrong("lr_scheduler_type", f"transformers raises: {args.kind} requires an eval_strategy")
    times = range(max(step, 1), args.total + 1, max(step, 1))
    if len(times) > _MOST_EVALUATIONS:
        raise config.wrong("eval_steps", f"{len(times):,} evaluations are more than can be replayed")
    return tuple(float(time) for time in times if time >= delay)


_MOST_EVALUATIONS = 10**6


def _lengths(args: Arguments) -> dict[str, int]:
    if args.kind in METRIC_DRIVEN:
        return {}
    if args.kind == "constant":
        return {"warmup_steps": args.warmup}
    if args.kind in WITH_WARMUP:
        return {"num_warmup_steps": args.warmup}
    return {"num_warmup_steps": args.warmup, "num_training_steps": args.total}


def _without_effect(config: Config, args: Arguments) -> list[Finding]:
    """Return a finding for each key that is at the top of the file, where the Trainer does not read it."""
    inside = [key for key in _SCHEDULERS_OWN if config.data.get(key) is not None and key not in config.read]
    config.read.update(inside)
    fix = "Write it inside lr_scheduler_kwargs."
    found = [
        Finding("LR026", f"{key} has no effect at the top of the file", fix, path=config.at(key)) for key in inside
    ]
    if args.warmup and args.kind in METRIC_DRIVEN:
        message = f"{args.kind} has no warm-up: the Trainer ignores {args.warmup} warm-up steps"
        found.append(Finding("LR026", message, "Leave the warm-up out.", path=config.at("warmup_steps")))
    steps, ratio = (config.number(key, 0.0) for key in ("warmup_steps", "warmup_ratio"))
    if steps > 0 and ratio > 0:
        message = f"warmup_ratio={ratio:g} has no effect: the Trainer takes warmup_steps={steps:g} where both are given"
        found.append(Finding("LR026", message, "Remove one of the two.", path=config.at("warmup_ratio")))
    return found


_SCHEDULERS_OWN = ("num_cycles", "min_lr", "min_lr_rate", "lr_end", "num_decay_steps", "num_stable_steps")


def _lr(config: Config, default: float) -> float:
    """Return the learning rate: a number, or the `base` of one for several parameter groups."""
    if isinstance(config.get("learning_rate"), dict):
        return config.section("learning_rate").number("base", default)
    return config.number("learning_rate", default)


def total_steps(config: Config, epochs: float = 3.0) -> tuple[int, str]:
    """Return the Trainer's number of updates, and how it was computed; `epochs` is the tool's default.

    Raises:
        SpecError: If it is not known how many updates an epoch has.
    """
    for key in ("max_steps", "max_train_steps"):
        most = config.number(key, -1)
        if most > 0:
            config.read.update(("max_steps", "max_train_steps"))
            return max(int(most), 1), key
    key = "num_epochs" if "num_epochs" in config else "num_train_epochs"
    epochs = config.number(key, epochs)
    if config.updates is None:
        count = "say how many updates an epoch has (batches / gradient accumulation, rounded up)"
        message = f"{key}={epochs:g}: {count}, with --steps-per-epoch, or --samples"
        raise SpecError(Problem(message=message, path=(*config.at(key), KEY)))
    return max(math.ceil(epochs * config.updates), 1), f"{epochs:g} epochs of {config.updates}"


def warmup_steps(config: Config, total: int) -> int:
    """Return the steps of the warm-up: given as steps, as a share below 1, or as older versions' warmup_ratio."""
    steps = config.number("warmup_steps", 0.0) or config.number("num_warmup_steps", 0.0)
    ratio = config.number("warmup_ratio", 0.0)
    return int(steps) if steps >= 1 else math.ceil(total * (steps or ratio))


def _kwargs(config: Config) -> dict[str, object]:
    return config.mapping("lr_scheduler_kwargs") or config.mapping("scheduler_specific_kwargs")


def _training_arguments(config: Config) -> Recognised:
    return recognised(config, arguments(config, "TrainingArguments"))


def _llama_factory(config: Config) -> Recognised:
    args = arguments(config, "LLaMA-Factory's")
    if args.kind == "warmup_stable_decay" and not args.kwargs:
        rest = args.total - args.warmup
        args = args._replace(kwargs={"num_stable_steps": rest // 3, "num_decay_steps": rest - rest // 3})
    return recognised(config, args)


_TRL_LR = {"dpo": 1e-6, "grpo": 1e-6}


def _trl(config: Config) -> Recognised:
    method = "dpo" if "beta" in config else "grpo" if "num_generations" in config else "sft"
    return recognised(config, arguments(config, "TRL's", _TRL_LR.get(method, 2e-5)))


_KEYS = ("learning_rate", "lr_scheduler_type", "lr_scheduler_kwargs", "warmup_steps", "warmup_ratio", "max_steps")
_OPTIONS = (*_KEYS, "num_train_epochs", "gradient_accumulation_steps", "per_device_train_batch_size", "deepspeed")
_TRAINER = Reader(
    name="transformers",
    files="TrainingArguments as JSON or YAML, also in a section trainer:, training: or args:",
    marks=("lr_scheduler_type", "learning_rate num_train_epochs", "learning_rate max_steps output_dir"),
    read=_training_arguments,
    sections=("trainer", "training", "training_args", "training_arguments", "args"),
    epochs="num_train_epochs",
    steps="max_steps",
    lr="learning_rate",
    warmup="warmup_steps",
    options=_OPTIONS,
    batches=BatchKeys("per_device_train_batch_size", 8, drop_last="dataloader_drop_last"),
)
READERS = (
    _TRAINER,
    _TRAINER._replace(
        name="llama-factory",
        files="YAML of llamafactory-cli",
        marks=("stage learning_rate", "finetuning_type", "stage lr_scheduler_type"),
        read=_llama_factory,
        sections=(),
        before=("transformers",),
    ),
    _TRAINER._replace(
        name="trl",
        files="YAML of trl sft, dpo, grpo",
        marks=("lr_scheduler_type packing", "learning_rate packing per_device_train_batch_size", "num_generations"),
        read=_trl,
        sections=(),
        before=("transformers",),
    ),
)
