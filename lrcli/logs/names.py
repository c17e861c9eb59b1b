"""The names of a log's columns: learning rates, clocks, losses, metrics and the direction in which they improve."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Mode = Literal["min", "max"]

STEPS = (
    "step", "global_step", "trainer/global_step", "current_steps", "global step", "num_updates", "iteration", "iter",
    "it", "train/global_step", "_step", "steps", "train_step", "update", "batch", "train/step", "iterations",
    "global_steps", "current_step", "train_steps", "step_num", "n_iter", "iters", "current_iter", "training_iteration",
    "training/global_step", "time/total_timesteps", "total_timesteps", "timesteps_total", "trainer/step",
)  # fmt: skip
"""Columns that count steps, the first that is there before the others."""
EPOCHS = ("epoch", "train/epoch", "current_epoch", "ep", "epochs", "trainer/epoch", "time/epoch")
"""Columns that count epochs."""
_CLOCKS = frozenset((*STEPS, *EPOCHS))
LOSSES = (
    "loss", "train_loss", "train/loss", "train loss", "trl", "lm loss", "training_loss", "train_loss_step",
    "training loss", "reduced_train_loss", "loss/train/total", "total_loss", "lm_loss",
)  # fmt: skip
"""Columns that hold the training loss."""
METRICS = (
    "val_loss", "eval_loss", "valid_loss", "validation_loss", "test_loss", "loss", "train_loss", "training_loss",
    "lm_loss", "total_loss",
    "val_accuracy", "val_acc", "eval_accuracy", "accuracy", "acc",
)  # fmt: skip
"""Columns that are taken for the metric by default, in this order; `val/loss` is a `val_loss`."""

_RATE = re.compile(
    r"(?:.*[^A-Za-z]|[A-Za-z]*[a-z](?=L))?((?i:learning[-_ ]?rates?|lrs?))"
    r"(?i:[-_/ .]?\(?(?:(?:of[ _])?(?:param[-_ ]?)?group|pg|optimizer|opt|g)?[-_/ ]?\d+\)?"  # lr0, lr/pg0, lr_group_1
    r"|/[\w-]+|_(?:abs|value|step|epoch|group_?\w+)"
    r"|-(?:[a-z]\w*)(?:[-/](?:pg|group)?\d+)*(?:/[a-z]\w*)?)?"  # lr-AdamW, lr-SGD-1/pg2
)
_NO_RATE = re.compile(
    r"moment|decay|__min|__max|ratio|loss|mult|type|scale|sched|warm|layer|_min$|_max$|beta|eps|"
    r"(?:^|[^a-z])(?:min|max|init|initial|peak|final|target|start|end)[-_ ]?(?:lr|learn)",
    re.IGNORECASE,
)
"""What the last part of a name says if it is not that of a learning rate in force."""
_CONFIGURED = re.compile(r"(?:^|/)(?:config|hparams|hyperparameters|args|options)[/.]", re.IGNORECASE)
"""The beginning of names that belong to the run's configuration, not to its values over time."""
_HIGHER = re.compile(
    r"acc|auc|map|f1|bleu|rouge|dice|iou|precision|recall|top-?[15]|score|reward|r2|psnr|ssim", re.IGNORECASE
)
_LOWER = re.compile(r"loss|error|err\b|perplexity|ppl|mae|mse|wer|cer|fid", re.IGNORECASE)


def is_rate(name: str) -> bool:
    """Return whether a column of this name holds learning rates."""
    tail = name.strip().rsplit(" - ", 1)[-1]  # Weights & Biases writes "run name - train/lr"
    found = _RATE.fullmatch(tail)
    if found is None or _CONFIGURED.search(tail):
        return False
    word = re.split(r"[/.]", tail[: found.start(1)])[-1] + tail[found.start(1) :]
    return not _NO_RATE.search(word)


def is_clock(name: str) -> bool:
    """Return whether a column of this name counts steps or epochs."""
    return name.strip().lower() in _CLOCKS


def is_loss(name: str) -> bool:
    """Return whether a column of this name holds the loss of the training."""
    return name.strip().rsplit(" - ", 1)[-1].lower() in LOSSES


def mode_of(name: str) -> Mode:
    """Return whether a metric of this name is better lower ("min") or higher ("max")."""
    return known_mode(name) or "min"


def known_mode(name: str) -> Mode | None:
    """Return the same, or None for a name that does not say it."""
    if _LOWER.search(name):
        return "min"
    return "max" if _HIGHER.search(name) else None


def a_metric(names: Iterable[str]) -> str:
    """Return the first that, or the end of whose path (`fit/val_loss`), is a name of metrics; empty if none is."""
    there: dict[str, str] = {}
    for name in sorted(names, key=lambda name: name.count("/")):
        parts = name.lower().strip().split("/")
        for at in range(len(parts)):
            there.setdefault(re.sub(r"[ /.-]+", "_", "/".join(parts[at:])), name)
    return next((there[name] for name in METRICS if name in there), "")


def first(wanted: Iterable[str], names: Iterable[str]) -> str:
    """Return the first of the wanted names that is there, as it is written there; empty if none is."""
    there = {name.strip().lower(): name for name in names}
    return next((there[name] for name in wanted if name in there), "")


def named_by_file(path: str) -> str:
    """Return what the file of one column calls it: `run-7-tag-train_lr.csv`, `metrics/train/lr`; empty if nothing."""
    inside = re.split(r"[/\\]metrics[/\\]", path)[-1] if re.search(r"[/\\]metrics[/\\]", path) else PurePath(path).name
    name = re.sub(r"\.(?:csv|tsv|txt|json|gz)$", "", inside).rpartition("tag-")[2]
    return name if is_rate(name) or known_mode(name) else ""
