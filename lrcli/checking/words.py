"""An identified schedule in words, as `lrcli check` prints it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lrcli.logs.models import Cycle, Decay, Levels, Pieces, Scaled

if TYPE_CHECKING:
    from lrcli.logs.answer import Answer
    from lrcli.logs.models import Model

_NAMES = {"power": "polynomial", "flat": "constant", "rex": "REX", "cosine-line": "cosine times a line"}


def amount(number: float) -> str:
    """Return a step or a learning rate with up to 6 digits, and commas in thousands."""
    return f"{number:,.0f}" if abs(number) >= 1000 and number == round(number) else f"{number:.6g}"


def rounded(number: float) -> str:
    """Return a measured number with 3 digits."""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"


def often(count: int) -> str:
    """Return how many times something happens."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def described(model: Model, unit: str) -> str:
    """Return a schedule in words, on the log's own clock."""
    if isinstance(model, Levels):
        return _levels(model, unit)
    if isinstance(model, Cycle):
        return _cycle(model, unit)
    if isinstance(model, Scaled):
        return _scaled(model, unit)
    if isinstance(model, Pieces):
        return _pieces(model, unit)
    return _decay(model, unit) if isinstance(model, Decay) else ""


def _warmup(warmup: float, start: float, peak: float) -> str:
    return f"warm-up of {amount(warmup)} from {amount(start)} to {amount(peak)}" if warmup else f"from {amount(peak)}"


def _decay(model: Decay, unit: str) -> str:
    name = f"{_NAMES.get(model.shape, model.shape)}{f' of power {model.power:g}' if model.shape == 'power' else ''}"
    begins = _warmup(model.warmup, model.start, model.peak)
    if model.shape == "flat":
        return f"constant: {begins}, then {amount(model.peak)}" if model.warmup else f"constant at {amount(model.peak)}"
    held = f", at the peak until {unit} {amount(model.offset + model.begin)}" if model.begin > model.warmup + 1 else ""
    if not math.isfinite(model.last):
        return f"{name}: {begins}{held}, then down without end"
    return f"{name}: {begins}{held}, then to {amount(model.end)} at {unit} {amount(model.last)}"


def _levels(model: Levels, unit: str) -> str:
    if not model.at:
        warm = f": {_warmup(model.warmup, model.start, model.peak)}" if model.warmup else f" at {amount(model.peak)}"
        return f"constant{warm}"
    begins = _warmup(model.warmup, model.start, model.peak)
    by = f"times {model.gamma:.6g}" if model.gamma else f"to {', '.join(map(amount, model.levels[1:]))}"
    if model.every and model.gamma:
        return f"step: {begins}, {by} every {amount(model.every)} {unit}s"
    return f"levels: {begins}, {by} at {unit} {', '.join(amount(at + model.offset) for at in model.at)}"


def _cycle(model: Cycle, unit: str) -> str:
    begins = _warmup(model.warmup, model.start, model.peak)
    if model.kind == "lines":
        down = model.down if model.down != model.length else model.length
        way = f"{amount(model.length)} {unit}s up, {amount(down)} down"
        return f"straight lines between {amount(model.end)} and {amount(model.peak)}: {way}"
    what = "a cosine that falls and rises" if model.kind == "wave" else "cosine with restarts"
    longer = f", each {model.factor:g} times as long as the one before" if model.factor != 1 else ""
    return f"{what}: {begins} to {amount(model.end)} every {amount(model.length)} {unit}s{longer}"


def _scaled(model: Scaled, unit: str) -> str:
    if not model.ended:
        return f"linear to 0 at {unit} {rounded(model.last)}, times a warm-up that does not end in the run"
    line = f"linear: from {amount(model.peak)} to {amount(model.end)} at {unit} {amount(model.last)}"
    return f"{line}, times a warm-up over {model.warmup:.3g} {unit}s"


def _pieces(model: Pieces, unit: str) -> str:
    names = {
        "line": "a line", "exponential": "an exponential", "cosine": "half a cosine", "log": "a logarithm",
        "root": "a square root",
    }  # fmt: skip
    parts = [
        f"{names[part.kind]} from {rounded(part.first)} to {rounded(part.last)} from {unit} {amount(start)} on"
        for part, start in zip(model.parts, model.starts, strict=True)
    ]
    return f"pieces: {', '.join(parts)}" if len(parts) > 1 else parts[0].removesuffix(" on")


def verdict(answer: Answer, unit: str, precision: str) -> list[str]:
    """Return the schedule that was identified, and how sure that is: two or three lines."""
    if answer.model is None:
        return [_unknown(answer, unit)]
    if answer.status == "too little to tell":
        return [f"too little to tell: {len(answer.points)} points; one that agrees is {described(answer.model, unit)}"]
    sure = {"identified": "", "so far": "so far ", "one of": "one of several: "}[answer.status]
    lines = [f"{sure}{described(answer.model, unit)}", _agreement(answer, precision)]
    if answer.end is not None and answer.end[1] > answer.end[0] * 1.001:
        low, high = (rounded(end) for end in answer.end)
        lines.append(f"its end is open: the points agree with any from {unit} {low} to {high}")
    lines += [f"or {described(other, unit)}" for other in answer.others[:3]]
    return lines


def _agreement(answer: Answer, precision: str) -> str:
    count = len(answer.points) - answer.first
    how = f"to {answer.error:.2g} of the peak" if answer.error else "exactly"
    return f"agrees with all {count:,} points {how} ({precision})"


def _unknown(answer: Answer, unit: str) -> str:
    none = "no schedule that lrcli knows agrees with these points"
    if answer.nearest is None or not math.isfinite(answer.nearest[0]) or answer.nearest[0] > 0.2:
        return none
    share, model = answer.nearest
    return f"{none}; nearest: {described(model, unit)}, off by {share:.2g} of the peak"
