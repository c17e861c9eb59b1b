"""`lrcli.load`: specs of any kind, from Python, as named runs."""

from __future__ import annotations

import warnings
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from lrcli.compose import Around, Product, Sequence, schedules_of
from lrcli.entry import Entry
from lrcli.findings.judge import judge
from lrcli.problems import LrcliWarning, Problem, SpecError
from lrcli.run import RunOptions
from lrcli.schedules.base import Family
from lrcli.spec import load as files
from lrcli.spec.build import build
from lrcli.spec.load import Loaded, Request
from lrcli.spec.make import Layer
from lrcli.spec.metric import read_metric
from lrcli.spec.source import Source
from lrcli.spec.values import shown
from lrcli.spec.write import inline
from lrcli.units import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence as Sequence_

    from lrcli.compose import Spec
    from lrcli.run import Run

SpecLike = str | PurePath | dict[str, Any] | list[Any] | Entry | Family | Sequence | Product | Around
"""One schedule: inline text, a file, data, a named run from `load`, or an instance."""


def load(
    *specs: SpecLike,
    epochs: int | None = None,
    steps: int | None = None,
    steps_per_epoch: int | None = None,
    per_step: bool = False,
    metric: str | Sequence_[float] | None = None,
    samples: int | None = None,
    batch_size: int | None = None,
    accumulate: int | None = None,
    devices: int | None = None,
    drop_last: bool = False,
    tokens: int | None = None,
    tokens_per_step: int | None = None,
    seq_len: int | None = None,
    allow_code: bool = False,
    **parameters: object,
) -> Loaded:
    """Return the named runs that some specs and files hold: `load("wsd.yaml")["cosine"]`.

    Args:
        specs: Each inline text (`"cosine:max_lr=0.3,warmup=5"`), a file (or `"file.yaml#name"`), a dict with a `type`,
            a list of them (a sequence), or an instance of one of `lrcli.schedules`.
        epochs: Length of the run in epochs.
        steps: Length of the run in steps, instead of epochs. Without either: the file's run, else 100 epochs.
        steps_per_epoch: Optimizer steps in one epoch; lets lengths be given as `5ep` in a run of steps and
            as `500st` in a run of epochs.
        per_step: Evaluate a run in epochs once a step; t then counts steps.
        metric: The metric of a metric-driven schedule (plateau), one value per epoch: the values, or a log as `"FILE"`
            or `"FILE:COLUMN"`. Without one a made-up loss is used.
        samples: Samples in the data set, from which steps_per_epoch is computed.
        batch_size: Samples in a batch of one device.
        accumulate: Batches in one optimizer step.
        devices: Devices that share an epoch.
        drop_last: Leave out an epoch's last batch if it is not full.
        tokens: Length of the run in tokens, instead of epochs or steps.
        tokens_per_step: Tokens in one optimizer step.
        seq_len: Tokens in a sample, instead of tokens_per_step.
        allow_code: Let files name Python code (`type: python`), which then runs.
        **parameters: Values for whichever schedules have such parameters, as flags on the command line: `max_lr=0.3`.

    Returns:
        The named runs, by name or by number, and the findings on how they were read.

    Raises:
        SpecError: If anything is wrong with a spec or the run: every problem, with its place and a suggestion.
        InputError: If a file cannot be read.
    """
    options = RunOptions(
        epochs=epochs,
        steps=steps,
        steps_per_epoch=steps_per_epoch,
        per_step=per_step,
        metric=metric if isinstance(metric, str) else None,
        samples=samples,
        batch_size=batch_size,
        accumulate=accumulate,
        devices=devices,
        drop_last=drop_last,
        tokens=tokens,
        tokens_per_step=tokens_per_step,
        seq_len=seq_len,
        metric_values=None if metric is None or isinstance(metric, str) else _numbers(metric),
    )
    request = Request(parameters, options, allow_code=allow_code, trusted=False, written=str)
    loaded = [_loaded(spec, request) for spec in specs]
    return Loaded(
        tuple(entry for one in loaded for entry in one.entries),
        tuple(finding for one in loaded for finding in one.findings),
    )


def _numbers(metric: Sequence_[float]) -> tuple[float, ...]:
    try:
        return tuple(map(float, metric))
    except (TypeError, ValueError, OverflowError):
        message = f"metric must be a file, or a list of numbers, not {shown(metric)}"
        raise SpecError(Problem(message=message, path=("metric",))) from None


def _loaded(spec: SpecLike, request: Request) -> Loaded:
    if isinstance(spec, str | PurePath):
        return files.load([spec if isinstance(spec, str) else Source("file", str(spec))], request)
    if isinstance(spec, Entry):
        return Loaded((spec if request.run == RunOptions() else spec._replace(run=_run(request.run, spec.spec)),))
    if isinstance(spec, Family | Sequence | Product | Around):
        _check_declared(spec)
        return Loaded((Entry(inline(spec), spec, _run(request.run, spec)),))
    given = Layer(request.values, str, wins=True)
    built = build(spec, [given], code=request.allow_code)
    return Loaded((Entry(inline(built), built, _run(request.run, built)),))


def _check_declared(spec: Spec) -> None:
    """Refuse the base of all schedules, which has parameters and no curve."""
    for schedule in schedules_of(spec):
        if not hasattr(schedule, "changes"):
            message = f"{type(schedule).__name__} is a base class without a curve: use one of the classes made from it"
            raise SpecError(f"{message}, such as lrcli.schedules.Cosine")


def _run(options: RunOptions, spec: Spec) -> Run:
    return resolve(options, spec, None if options.metric is None else read_metric(options.metric).series)


def only(loaded: Loaded, spec: SpecLike) -> Entry:
    """Return the only named run.

    Args:
        loaded: The named runs.
        spec: The spec that they were read from, for the message.

    Raises:
        SpecError: If there are several.
    """
    if len(loaded) > 1:
        names = ", ".join(loaded.schedules)
        raise SpecError(f"{spec} holds {len(loaded)} schedules: choose one as {spec}#name, of {names}")
    return loaded[0]


def warn(loaded: Loaded) -> None:
    """Issue an LrcliWarning for each finding that is a warning."""
    for finding in [*loaded.findings, *judge(loaded)]:
        if finding.severity == "warning":
            warnings.warn(LrcliWarning(finding), stacklevel=3)
