"""By how much an arrow key changes a value: learning rates along a scale of factors, others in even steps."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from lrcli.parameters import plain

if TYPE_CHECKING:
    from lrcli.explore.form import Field
    from lrcli.run import Run

_SCALE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
"""Learning rates within a decade: ten steps multiply by ten."""
_LEAST = 1e-8
"""A learning rate that falls below this is 0."""
_RATES = re.compile(r"(?i)(.*_)?(lr|learning_rate|value|eta_max|eta_min|base_lr_end|lr_min|lr_end|lr_init)")
_OTHER_RATES = frozenset({"floor", "cap", "warmup_from"})


def is_rate(field: Field) -> bool:
    """Return whether a field holds a learning rate, which people change by factors."""
    one = field.parameter
    named = one.name in _OTHER_RATES or _RATES.fullmatch(one.name) is not None
    return one.kind == "number" and not one.many and (field.peak or one.of_peak or (named and one.le != 1))


def stepped(field: Field, moves: int, run: Run) -> object:
    """Return the value after a number of steps; None for a list or text, which has no steps.

    Args:
        field: The field with the value.
        moves: The number of steps; negative for down.
        run: The run, which is the default of lengths.
    """
    one, value = field.parameter, field.value
    if one.many or one.kind == "text":
        return None
    if one.kind == "switch":
        return not value
    if one.kind == "choice":
        known: list[object] = [*([None] if one.optional else []), *one.choices]
        return known[(known.index(value) + moves) % len(known)] or ""
    if value is None:
        value = _first_value(field, run)
    return _number(field, value, moves) if isinstance(value, int | float | str) else None


def _first_value(field: Field, run: Run) -> float | None:
    """Return the value to start from if there is none: the whole run for lengths, 0 for counts, None for others."""
    if field.parameter.name == "steps":
        return float(run.points)
    if field.parameter.kind == "length" or field.parameter.name == "epochs":
        return float(round(run.total))
    return 0.0 if field.parameter.kind == "integer" else None


def _number(field: Field, value: float | str, moves: int) -> float | str:
    if isinstance(value, str):
        number = value.rstrip("%epst")
        unit = value[len(number) :]
        most = 100.0 if unit == "%" else math.inf
        return f"{plain(min(max(_even(float(number), moves, 1.0), 0.0), most))}{unit}"
    for _ in range(abs(moves)):
        value = _one_step(field, value, 1 if moves > 0 else -1)
    return value


def _one_step(field: Field, value: float, sign: int) -> float:
    if is_rate(field) and value >= 0:
        return _up_the_scale(value) if sign > 0 else _down_the_scale(value)
    if field.parameter.kind in ("integer", "length"):
        return _even(value, sign, max(_second_digit(value + (sign < 0) * -1), 1.0))
    usual = field.parameter.default if isinstance(field.parameter.default, float) else 0.0
    return _even(value, sign, _second_digit(max(abs(value), abs(usual))))


def _second_digit(value: float) -> float:
    """Return the size of a number's second digit: 1 for 30, 10 for 300, 0.01 for 0.3; 0.01 for 0."""
    return 10.0 ** (math.floor(math.log10(abs(value)) + 1e-9) - 1) if value else 0.01


def _even(value: float, moves: int, step: float) -> float:
    """Return a value after a number of steps of one size."""
    return _rounded(value + moves * step)


def _rounded(value: float) -> float:
    return float(f"{value:.12g}")


def _up_the_scale(value: float) -> float:
    if value < _LEAST:
        return 1e-6 if value == 0 else _LEAST
    decade = math.floor(math.log10(value) + 1e-12)
    return next(
        _rounded(one * 10.0**power)
        for power in (decade, decade + 1)
        for one in _SCALE
        if one * 10.0**power > value * (1 + 1e-9)
    )


def _down_the_scale(value: float) -> float:
    if value <= _LEAST:
        return 0.0
    decade = math.floor(math.log10(value) + 1e-12)
    return next(
        _rounded(one * 10.0**power)
        for power in (decade, decade - 1)
        for one in reversed(_SCALE)
        if one * 10.0**power < value * (1 - 1e-9)
    )
