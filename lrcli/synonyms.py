"""Names of schedules and options in articles and frameworks, for hints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_RESTARTED = "(wsd:warmup=0,decay_length=5%,for=25%):repeat=4"
"""A decay at the end of each stable phase, and back to the peak: WSD-S."""

SCHEDULES = {
    "1cycle": "one-cycle",
    "annealing": "cosine",
    "budgeted": "linear",
    "budgeted-linear": "linear",
    "budgeted-training": "linear",
    "clr": "cyclic",
    "const": "constant",
    "constant-cooldown-restart": _RESTARTED,
    "constant-with-warmup": "constant:warmup=5%",
    "cosine-annealing": "cosine",
    "cosine-annealing-with-warmup": "cosine:warmup=5%",
    "cosine-decay": "cosine",
    "cosine-hold": "constant:for=75%+cosine",
    "cosine-warm-restarts": "cosine-restarts",
    "cosine-warmup": "cosine:warmup=5%",
    "cosine-with-hold": "constant:for=75%+cosine",
    "cosine-with-restarts": "cosine-restarts",
    "cosine-with-warmup": "cosine:warmup=5%",
    "custom": "expr",
    "exp": "exponential",
    "exponential-decay": "exponential",
    "fixed": "constant",
    "flat": "constant",
    "flat-cosine": "constant:for=75%+cosine",
    "hyperbolic": "inverse-time",
    "infinite": _RESTARTED,
    "inv": "inverse-time",
    "inv-sqrt": "inverse-sqrt",
    "inverse-square-root": "inverse-sqrt",
    "k-decay": "cosine:k_decay=2",
    "lambda": "expr",
    "linear-cosine": "cosine*linear:start_lr=1",
    "linear-cosine-decay": "cosine*linear:start_lr=1",
    "linear-decay": "linear",
    "linear-warmup-cosine": "cosine:warmup=5%",
    "linear-warmup-cosine-annealing": "cosine:warmup=5%",
    "linear-warmup-cosine-decay": "cosine:warmup=5%",
    "linear-with-warmup": "linear:warmup=5%",
    "lr-finder": "range-test",
    "multi-step": "multistep",
    "noam-decay": "noam",
    "none": "constant",
    "onecycle": "one-cycle",
    "piecewise": "multistep",
    "piecewise-constant": "multistep",
    "poly": "polynomial",
    "poly-lr": "polynomial",
    "quadratic": "polynomial:power=2",
    "quadratic-decay": "polynomial:power=2",
    "quintic": "polynomial:power=5",
    "reduce-lr-on-plateau": "plateau",
    "reduce-on-plateau": "plateau",
    "rex-lr": "rex",
    "rexlr": "rex",
    "rsqrt": "inverse-sqrt",
    "sgdr": "cosine-restarts",
    "step-decay": "step",
    "step-wise": "step",
    "stepwise": "step",
    "super-convergence": "one-cycle",
    "time-based": "inverse-time",
    "time-based-decay": "inverse-time",
    "transformer": "noam",
    "trapezoid": "wsd",
    "trapezoidal": "wsd",
    "triangular": "cyclic",
    "warm-restarts": "cosine-restarts",
    "warmup-cosine": "cosine:warmup=5%",
    "warmup-linear": "linear:warmup=5%",
    "warmup-stable-decay": "wsd",
    "wsd-s": _RESTARTED,
    "wsds": _RESTARTED,
}
"""By the name in lower case with hyphens: the schedule that is meant, as a spec."""

_PEAK = ("--lr", "--max-lr", "--base-lr")
_STEPS = ("--steps",)
_EPOCHS = ("--epochs",)
_LENGTH = ("--cycle-length", "--max-update", "--length", "--steps")

OPTIONS: dict[str, tuple[str, ...]] = {
    "base-lr": _PEAK,
    "batch-size-scale": ("--batch-scale",),
    "gpus": ("--devices",),
    "n-gpus": ("--devices",),
    "num-processes": ("--devices",),
    "world-size": ("--devices",),
    "decay-epochs": ("--step-size", "--decay-length"),
    "decay-rate": ("--gamma", "--factor"),
    "decay-steps": ("--decay-length", *_LENGTH),
    "degree": ("--power",),
    "div": ("--div-factor",),
    "drop": ("--gamma",),
    "examples": ("--samples",),
    "end-lr": ("--min-lr",),
    "eta-min": ("--min-lr",),
    "extend-to": ("--new-total",),
    "final-lr": ("--min-lr", "--end-lr"),
    "init-lr": _PEAK,
    "initial-lr": _PEAK,
    "initial-learning-rate": _PEAK,
    "iters": _STEPS,
    "learning-rate": _PEAK,
    "lr-decay-iters": _LENGTH,
    "lr-decay-rate": ("--gamma",),
    "lr-end": ("--min-lr",),
    "lr-gamma": ("--gamma",),
    "lr-min": ("--min-lr",),
    "lr0": _PEAK,
    "max-epochs": _EPOCHS,
    "max-iters": _STEPS,
    "max-learning-rate": _PEAK,
    "max-steps": _STEPS,
    "min-learning-rate": ("--min-lr",),
    "num-epochs": _EPOCHS,
    "num-steps": _STEPS,
    "num-train-epochs": _EPOCHS,
    "num-training-steps": _STEPS,
    "num-warmup-steps": ("--warmup",),
    "peak-lr": _PEAK,
    "start-lr": _PEAK,
    "step": ("--step-size", "--steps"),
    "save": ("--output",),
    "savefig": ("--output",),
    "out": ("--output",),
    "t-initial": (*_LENGTH[:-1], "--epochs"),
    "t-max": (*_LENGTH[:-1], "--epochs"),
    "total-iters": _STEPS,
    "total-steps": _STEPS,
    "train-steps": _STEPS,
    "warmup-epochs": ("--warmup",),
    "warmup-fraction": ("--warmup 10%",),
    "warmup-init-lr": ("--warmup-from",),
    "warmup-iters": ("--warmup",),
    "warmup-lr": ("--warmup-from",),
    "warmup-ratio": ("--warmup 10%",),
    "warmup-steps": ("--warmup",),
    "warmup-t": ("--warmup",),
    "warmup-updates": ("--warmup",),
    "x": ("--axis",),
    "x-axis": ("--axis",),
}
"""By the option in lower case with hyphens: options that may be meant, of which the first that exists is suggested."""

OF_SCHEDULES = {
    "range-test": {"start-lr": "--min-lr", "end-lr": "--max-lr", "num-iter": "--steps", "step-mode": "--mode"},
}
"""The same for a schedule whose option of that name is another than most have: torch-lr-finder's words."""

VERBS = {
    "convert": "code",
    "diff": "compare",
    "draw": "plot",
    "generate": "code",
    "graph": "plot",
    "help": "--help",
    "info": "describe",
    "lr-find": "find",
    "print": "table",
    "save": "export",
    "show": "plot",
    "simulate": "table",
    "translate": "code",
    "validate": "lint",
    "verify": "lint",
    "version": "--version",
    "view": "plot",
}
"""By what other tools call it: the verb that is meant."""


def schedule_meant(name: str) -> str:
    """Return the spec that is meant by a name that lrcli does not have; "" if it is not in the table."""
    return SCHEDULES.get(name.strip().lower().replace("_", "-").replace(" ", "-"), "")


def option_meant(option: str, known: set[str], schedules: Iterable[str] = ()) -> str:
    """Return the known option that is meant by an unknown one; "" if it is not in the table.

    Args:
        option: The unknown one.
        known: The options that there are.
        schedules: The names of the schedules that it may belong to.
    """
    folded = option.lstrip("-").lower().replace("_", "-")
    same = next((one for one in sorted(known) if one.lstrip("-").lower() == folded), "")
    own = [OF_SCHEDULES[name][folded] for name in schedules if folded in OF_SCHEDULES.get(name, {})]
    candidates = (*own, *OPTIONS.get(folded, ()))
    return same or next((one for one in candidates if one.partition(" ")[0] in known), "")


def parameter_meant(name: str, known: Collection[str], schedule: str = "") -> str:
    """Return the parameter of a schedule that is meant by one that it does not have; "" if it is not in the table."""
    option = option_meant(name, {f"--{one.replace('_', '-')}" for one in known}, [schedule])
    return option.removeprefix("--").replace("-", "_").replace(" ", "=")
