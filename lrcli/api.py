"""The Python entry: any spec, over any run, in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lrcli import engine
from lrcli.compose import Product, Sequence
from lrcli.problems import SpecError
from lrcli.run import RunOptions
from lrcli.schedules.base import Family
from lrcli.spec.build import build
from lrcli.spec.metric import read_metric
from lrcli.spec.read import Specs, load
from lrcli.spec.write import inline
from lrcli.units import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence as Sequence_

    from lrcli.engine import Curve


def evaluate(
    spec: str | dict[str, Any] | list[Any] | Family | Sequence | Product,
    *,
    epochs: int | None = None,
    steps: int | None = None,
    steps_per_epoch: int | None = None,
    per_step: bool = False,
    metric: str | Sequence_[float] | None = None,
    allow_code: bool = False,
) -> Curve:
    """Return the learning rate at every point of a run.

    lr[t] is in force during t, which counts epochs (or steps) from 0.

    Args:
        spec: Inline text (`"cosine:max_lr=0.3,warmup=5"`), a file with one schedule (or `"file.yaml#name"`), a dict
            with a `type`, a list of them (a sequence), or an instance of one of `lrcli.schedules`.
        epochs: Length of the run in epochs.
        steps: Length of the run in steps, instead of epochs. With neither, the file's run, or 100 epochs.
        steps_per_epoch: Optimizer steps in one epoch; lets lengths be given as `5ep` in a run of steps and
            as `500st` in a run of epochs.
        per_step: Evaluate a run in epochs once a step; t then counts steps.
        metric: What a schedule that listens (plateau) hears, one value per epoch: the values, or a log as `"FILE"` or
            `"FILE:COLUMN"`. Without one it listens to a made-up loss.
        allow_code: Let schedules of type `python` run the code that they name.

    Returns:
        A curve with `name`, `unit`, and `t` and `lr` as float64 arrays of the same length.

    Raises:
        SpecError: If anything is wrong with the spec or the run: every problem, with its place and a suggestion.
        InputError: If a file cannot be read.
    """
    asked = RunOptions(epochs=epochs, steps=steps, steps_per_epoch=steps_per_epoch, per_step=per_step)
    heard: str | tuple[float, ...] | None
    heard = metric if isinstance(metric, str) or metric is None else tuple(map(float, metric))
    if isinstance(spec, Family | Sequence | Product):
        specs = Specs({inline(spec): spec}, None)
    elif isinstance(spec, str):
        specs = load(spec, allow_code=allow_code, steps_per_epoch=steps_per_epoch)
    else:
        built = build(spec, code=allow_code)
        specs = Specs({inline(built): built}, None)
    if len(specs.schedules) > 1:
        names = ", ".join(specs.schedules)
        raise SpecError(f"{spec} holds {len(specs.schedules)} schedules: choose one as {spec}#name, of {names}")
    name, only = next(iter(specs.schedules.items()))
    options = asked.over(specs.run)
    file = heard if isinstance(heard, str) else options.metric
    if isinstance(heard, str) or (heard is None and file is not None):
        return engine.evaluate(only, resolve(options, only, read_metric(str(file)).series), name)
    return engine.evaluate(only, resolve(options, only, heard), name)
