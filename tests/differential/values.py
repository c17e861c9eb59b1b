"""Random values of a parameter: mostly such as people give, and some at its bounds, beyond them, or of another type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    from lrcli.parameters import Parameter

TEXTS = {
    "epoch": (
        "0.95 ** epoch",
        "1 / (1 + epoch)",
        "min(epoch / 10, 1)",
        "epoch // 3",
        "0.5",
        "lambda e: 0.9 ** e",
        "lambda step: max(0.1, 1 - step / 20)",
        "lambda e: 0.1 if e < 4 else 1.0 if e < 9 else 0.5",
        "(epoch % 7 + 1) / 7",
    ),
    "x": ("0.5 ** x", "1 / (2 ** (x - 1))", "lambda x: 0.999 ** x", "min(1, 5 / x)"),
    "schedule": (
        "lr if epoch < 10 else lr * 0.9",
        "0.1 * 0.5 ** (epoch // 10)",
        "lr * 0.95",
        "0.1 / (1 + epoch)",
        "min(1, 1 / epoch)",
    ),
    "monitor": ("val_loss", "loss"),
}
"""What a parameter that is a text may be, by the name of its variable if it is a formula, or else by its own."""
LONG = {"T_max", "T_0", "total_steps", "total_iters", "step_size", "step_size_up", "step_size_down", "num_epochs"}
"""Whole numbers that are lengths."""
NEVER_ODD = {"noise_pct", "cycle_mul", "noise_seed"}
"""Values of which the framework would draw noise, or play cycles, for ever."""
LONGEST = 48


def value(rng: Random, parameter: Parameter, *, odd: float) -> Any:
    """Return a value of a parameter; `odd` is the share of those that are not ordinary."""
    if parameter.optional and rng.random() < 0.4:
        return None
    if parameter.name in NEVER_ODD:
        odd = 0.0
    if not parameter.many:
        return _one(rng, parameter, odd)
    size = parameter.size or rng.choice((1, 1, 2, 3, 4))
    if parameter.may_be_empty and rng.random() < odd:
        return []
    values = [_one(rng, parameter, odd / 3) for _ in range(size)]
    return sorted(values) if rng.random() < 0.8 else values


def _one(rng: Random, parameter: Parameter, odd: float) -> Any:
    if parameter.choices:
        return rng.choice(parameter.choices)
    if parameter.kind == "switch":
        return rng.random() < 0.5
    if parameter.kind == "text":
        return rng.choice(TEXTS[parameter.formula or parameter.name])
    ordinary = _ordinary(rng, parameter)
    return _odd(rng, parameter, ordinary) if rng.random() < odd else ordinary


def _odd(rng: Random, parameter: Parameter, ordinary: float) -> float:
    """Return a value at a bound or beyond it, of the other type of number, or between two whole numbers."""
    bounds = [bound for bound in (parameter.ge, parameter.gt, parameter.le, parameter.lt) if bound is not None]
    near = [bound for bound in bounds if bound == 0 or 1e-3 < abs(bound) < 1e6]
    other = float(ordinary) if isinstance(ordinary, int) else round(ordinary)
    return rng.choice([0, 0.0, -ordinary, ordinary + 0.5, other, other, *near])


def _ordinary(rng: Random, parameter: Parameter) -> float:
    if parameter.kind == "length" or parameter.name in LONG or parameter.many:
        return rng.randint(1, LONGEST)
    low = parameter.ge if parameter.ge is not None else parameter.gt
    high = parameter.le if parameter.le is not None else parameter.lt
    if parameter.kind == "integer":
        most = min(int(2 * (parameter.default or 3)) + 1, 12)
        return rng.randint(int(max(low or 0, 0)), most)
    if low is not None and high is not None and high - low <= 1:
        drawn = round(low + (high - low) * rng.random(), rng.choice((1, 2, 16)))
        return min(max(drawn, 0.01), 0.99)
    scale = parameter.default or 10 ** rng.uniform(-3, 0)
    drawn = scale * 10 ** rng.uniform(-1, 1)
    return drawn if rng.random() < 0.5 else float(f"{drawn:.2g}")
