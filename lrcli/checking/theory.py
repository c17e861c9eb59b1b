"""An answer as a spec that lrcli reads: the schedule to be pasted, verified with the engine before it is printed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lrcli import engine
from lrcli.logs.models import Cycle, Decay, Levels, Pieces, Scaled
from lrcli.problems import SpecError
from lrcli.run import Run
from lrcli.spec.read import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.compose import Spec
    from lrcli.logs.answer import Answer
    from lrcli.logs.models import Model
    from lrcli.logs.points import Points


class Theory(NamedTuple):
    """A schedule that agrees with a run.

    Attributes:
        text: The spec, to be pasted.
        spec: The same, read.
        run: The run that it needs.
        metric: The column of the log that it follows, if it is metric-driven.
    """

    text: str
    spec: Spec
    run: Run
    metric: str = ""


def theory_of(answer: Answer, log_format: str, total: int | None) -> Theory | None:
    """Return the first way to write an answer that the engine finds to agree with the log; None if there is none."""
    model = answer.model
    if model is None:
        return None
    steps = _steps(model, answer, total)
    for text in _texts(model, log_format, steps):
        run = Run(unit="step", total=steps)
        try:
            (spec,) = load(text).schedules.values()
            agrees = _agrees(answer, model, spec, run)
        except SpecError:
            continue
        if agrees:
            return Theory(text, spec, run)
    return None


def _steps(model: Model, answer: Answer, total: int | None) -> int:
    """Return how many steps the run has: those stated, those to the end of the decay, or those logged."""
    logged = float(answer.points.x[-1]) - model.offset + 1
    end = model.last - model.offset
    return max(total or round(end if math.isfinite(end) and end >= 0.5 * logged else logged), 1)


def _agrees(answer: Answer, model: Model, spec: Spec, run: Run) -> bool:
    """Return whether the engine gives every printed number."""
    points = answer.points.part(slice(answer.first, None))
    return all(_gives_part(points.part(at), answer, model, spec, run) for at in points.blocks())


def _gives_part(points: Points, answer: Answer, model: Model, spec: Spec, run: Run) -> bool:
    behind = np.full(len(points), model.offset)
    for x, count in answer.offsets:
        behind += np.where(points.x >= x, count, 0)
    t = np.round(np.maximum(points.x - behind, 0))
    return bool((np.abs(engine.at(spec, run, t) - points.y) <= points.tolerance).all())


def _texts(model: Model, log_format: str, steps: int) -> Iterator[str]:
    if isinstance(model, Levels):
        yield from _of_levels(model)
    elif isinstance(model, Cycle):
        yield from _of_cycle(model)
    elif isinstance(model, Scaled):
        yield from _of_scaled(model)
    elif isinstance(model, Pieces):
        yield from _of_pieces(model)
    elif isinstance(model, Decay):
        if log_format in ("trainer_state", "LLaMA-Factory"):
            yield from _of_transformers(model)
        yield from _of_decay(model, steps)


def _number(value: float) -> str:
    """Return a number as people write it: 300, 5e-05."""
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e15 else repr(value)


def _fields(**values: float | str | None) -> str:
    said = {name: value for name, value in values.items() if value is not None}
    return ",".join(f"{name}={value if isinstance(value, str) else _number(value)}" for name, value in said.items())


def _warm(warmup: float, start: float) -> dict[str, float | str | None]:
    """Return the parameters of a warm-up, if there is one."""
    return {"warmup": warmup or None, "warmup_from": start or None} if warmup else {}


def _of_transformers(model: Decay) -> Iterator[str]:
    """Yield the scheduler of transformers that has this form, with its default start of 0."""
    names = {("linear", 1.0): "linear", ("cosine", 1.0): "cosine", ("flat", 1.0): "constant_with_warmup"}
    name = names.get((model.shape, model.power))
    plain = model.begin == model.warmup and model.start == 0 and model.ramp == "linear" and model.end == 0
    if name is None or not plain:
        return
    length = None if model.shape == "flat" else model.begin + model.length
    fields = _fields(num_warmup_steps=model.warmup or None, num_training_steps=length, base_lr=model.peak)
    yield f"transformers.{name if model.warmup or model.shape != 'flat' else 'constant'}:{fields}"


def _of_decay(model: Decay, steps: int) -> Iterator[str]:
    """Yield lrcli's own schedule of this form, after a time at the peak where there is one."""
    if model.ramp == "cosine":
        yield from _of_one_cycle(model)
        return
    warm = _warm(model.warmup, model.start)
    if model.ramp == "constant":
        warm["warmup_shape"] = "constant"
    body = _body(model, steps)
    if not body or model.ramp in ("log", "quadratic"):
        return
    if model.shape == "flat" or model.begin == model.warmup:
        yield f"{body},{_fields(**warm)}" if warm else body
    elif model.begin == 0:
        yield f"{body},{_fields(**warm)},warmup_prefix=false"
    else:
        yield f"constant:{_fields(max_lr=model.peak, **warm)},for={_number(model.begin)}+{body}"


def _body(model: Decay, steps: int) -> str:
    peak, end, length = model.peak, model.end or None, model.length
    written = {
        "linear": lambda: f"linear:{_fields(start_lr=peak, end_lr=model.end, length=length)}",
        "cosine": lambda: f"cosine:{_fields(max_lr=peak, min_lr=end, cycle_length=length)}",
        "power": lambda: f"polynomial:{_fields(max_lr=peak, min_lr=end, power=model.power, max_update=length)}",
        "rex": lambda: f"rex:{_fields(max_lr=peak, min_lr=end, length=length)}",
        "exponential": lambda: f"exponential:{_fields(max_lr=peak, gamma=_gamma(length))}",
        "inverse-sqrt": lambda: f"inverse-sqrt:{_fields(max_lr=peak, timescale=length)}",
        "inverse-time": lambda: f"inverse-time:{_fields(max_lr=peak, decay_rate=1.0, decay_steps=length)}",
        "1-sqrt": lambda: (
            f"wsd:{_fields(max_lr=peak, min_lr=end, decay_length=min(length, steps), decay_shape='1-sqrt')}"
        ),
        "log": lambda: f"log:{_fields(max_lr=peak, min_lr=end, length=length)}",
        "flat": lambda: f"constant:{_fields(max_lr=peak)}",
    }
    return written[model.shape]() if model.shape in written else ""


def _gamma(length: float) -> float:
    """Return exp(-1/length), as plain as it is meant."""
    gamma = math.exp(-1 / length)
    return next((short for digits in range(1, 13) if abs((short := round(gamma, digits)) / gamma - 1) < 1e-12), gamma)


def _of_one_cycle(model: Decay) -> Iterator[str]:
    total = model.begin + model.length + 1
    if model.start <= 0 or model.end <= 0 or model.begin != model.warmup:
        return
    yield "torch.OneCycleLR:" + _fields(
        max_lr=model.peak, total_steps=total, pct_start=(model.warmup + 1) / total,
        div_factor=float(f"{model.peak / model.start:.12g}"), final_div_factor=float(f"{model.start / model.end:.12g}"),
    )  # fmt: skip


def _of_levels(model: Levels) -> Iterator[str]:
    warm = _warm(model.warmup, model.start)
    if not model.at:
        yield f"constant:{_fields(max_lr=model.peak, **warm)}"
        return
    begin = tuple(at - model.warmup for at in model.at)
    if model.gamma and model.every and not model.warmup and 0 < model.gamma <= 1:
        yield f"step:{_fields(max_lr=model.peak, step_size=model.every, gamma=model.gamma)}"
    if model.gamma and 0 < model.gamma <= 1:
        times = ",".join(map(_number, begin))
        yield f"multistep:{_fields(max_lr=model.peak, milestones=times, gamma=model.gamma, **warm)}"
    spans = [after - before for before, after in zip((0.0, *begin), begin, strict=False)]
    first = f"constant:{_fields(max_lr=model.levels[0], **warm)},for={_number(model.at[0])}"
    middle = [
        f"constant:{_fields(max_lr=level)},for={_number(span)}"
        for level, span in zip(model.levels[1:-1], spans[1:], strict=True)
    ]
    yield "+".join([first, *middle, f"constant:{_fields(max_lr=model.levels[-1])}"])


def _of_cycle(model: Cycle) -> Iterator[str]:
    warm = _warm(model.warmup, model.start)
    if model.kind == "wave":
        yield f"torch.CosineAnnealingLR:{_fields(base_lr=model.peak, T_max=model.length, eta_min=model.end or None)}"
    elif model.kind == "restarts":
        fields = {"max_lr": model.peak, "min_lr": model.end or None, "cycle_length": model.length}
        yield f"cosine-restarts:{_fields(**fields, cycle_mult=model.factor if model.factor != 1 else None, **warm)}"
    else:
        down = model.down if model.down != model.length else None
        fields = {"min_lr": model.end, "max_lr": model.peak, "step_size_up": model.length, "step_size_down": down}
        yield f"cyclic:{_fields(**fields, **warm)}"


def _of_scaled(model: Scaled) -> Iterator[str]:
    """Yield the line times the warm-up, if both are known."""
    done, length = -model.begin / model.warmup, model.warmup + model.begin
    if model.ended and done > 0 and length > 0:
        line = f"linear:{_fields(start_lr=model.peak, end_lr=model.end, length=model.length)}"
        yield f"{line}*linear:{_fields(start_lr=done, end_lr=1.0, length=length)}"


def _of_pieces(model: Pieces) -> Iterator[str]:
    """Yield the pieces as a sequence, each as long as to the next, if they begin at whole steps."""
    begins = [0.0, *model.starts[1:]]
    ends = [*begins[1:], max(model.parts[-1].end, begins[-1] + 1)]
    texts = []
    for part, begin, end in zip(model.parts, begins, ends, strict=True):
        first, last = (float(one) for one in part.lr(np.array([begin, end])))
        length = end - begin
        if part.kind == "line":
            text = f"linear:{_fields(start_lr=max(first, 0.0), end_lr=max(last, 0.0), length=length)}"
        elif part.kind == "exponential":
            text = f"exponential:{_fields(max_lr=first, gamma=(last / first) ** (1 / length))}"
        elif part.begin == begin and part.first > part.last:
            text = f"cosine:{_fields(max_lr=part.first, min_lr=max(part.last, 0.0), cycle_length=part.end - begin)}"
        else:
            return
        texts.append(f"{text},for={_number(length)}" if part is not model.parts[-1] else text)
    yield "+".join(texts)
