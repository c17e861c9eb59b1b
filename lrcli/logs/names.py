"""What the columns of a log are called: learning rates, clocks, losses, and which way a metric gets better."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Mode = Literal["min", "max"]

STEPS = (
    "step", "global_step", "trainer/global_step", "current_steps", "global step", "num_updates", "iteration", "iter",
    "it", "train/global_step", "_step", "steps", "train_step", "update", "batch", "train/step", "iterations",
)  # fmt: skip
"""Columns that count steps, the first that is there before the others."""
EPOCHS = ("epoch", "train/epoch", "current_epoch", "ep", "epochs", "trainer/epoch")
"""Columns that count epochs."""
LOSSES = ("loss", "train_loss", "train/loss", "train loss", "trl", "lm loss", "training_loss", "train_loss_step")
"""Columns that hold the training loss."""
METRICS = (
    "val_loss", "eval_loss", "valid_loss", "validation_loss", "test_loss", "loss", "train_loss", "lm_loss",
    "val_accuracy", "val_acc", "eval_accuracy", "accuracy", "acc",
)  # fmt: skip
"""Columns that are taken for the metric if nobody says which, in this order; `val/loss` is a `val_loss`."""

_RATE = re.compile(
    r"(?:(?:train|training|optim|optimizer|opt|metrics|trainer|lr_scheduler|charts)[/._ ])*"
    r"(?:learning[_ ]?rate|lr)s?(?:[-/_ ]?(?:group|pg|param_group)?[-_ ]?\d+|-[A-Z]\w*(?:/pg\d+|-\d+)?)?"
    r"|(?:train|base|current|curr|cur)[-_ /]?lr|x/lr\d+|lr/[\w-]+",
    re.IGNORECASE,
)
_NO_RATE = re.compile(r"moment|decay|__min|__max|ratio|loss|mult|type|_min$|_max$", re.IGNORECASE)
_HIGHER = re.compile(
    r"acc|auc|map|f1|bleu|rouge|dice|iou|precision|recall|top-?[15]|score|reward|r2|psnr|ssim", re.IGNORECASE
)
_LOWER = re.compile(r"loss|error|err\b|perplexity|ppl|mae|mse|wer|cer|fid", re.IGNORECASE)


def is_rate(name: str) -> bool:
    """Return whether a column of this name holds learning rates."""
    tail = name.strip().rsplit(" - ", 1)[-1]  # Weights & Biases writes "run name - train/lr"
    return bool(_RATE.fullmatch(tail)) and not _NO_RATE.search(tail)


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
