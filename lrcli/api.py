"""The Python entry: any spec, over any run, in one call."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from lrcli.code.job import Job
from lrcli.code.names import target_of
from lrcli.code.targets import TARGETS
from lrcli.compose import Around, Product, Sequence
from lrcli.drawings import Comparison, Curve, Figure, Findings, Plan
from lrcli.entry import Entry
from lrcli.figure.comparison import compared
from lrcli.figure.schedules import figure_of
from lrcli.findings.judge import judge, of_error
from lrcli.planning.plan import plan_of
from lrcli.problems import LrcliWarning, Problem, SpecError, closest
from lrcli.render.pages import describe as page_on
from lrcli.render.pages import tree
from lrcli.render.style import Style
from lrcli.run import RunOptions
from lrcli.schedules.base import Family
from lrcli.spec import load as loading
from lrcli.spec.build import build
from lrcli.spec.load import Loaded, Request
from lrcli.spec.make import Layer
from lrcli.spec.metric import read_metric
from lrcli.spec.write import inline
from lrcli.stepper import Stepper
from lrcli.units import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence as Sequence_

    from lrcli.compose import Spec
    from lrcli.figure.axes import Wanted
    from lrcli.planning.names import ClockName
    from lrcli.run import Run

SpecLike = str | dict[str, Any] | list[Any] | Entry | Family | Sequence | Product | Around
"""What names one schedule: inline text, a file, data, a named run out of `load`, or an instance."""


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
        steps: Length of the run in steps, instead of epochs. With neither, the file's run, or 100 epochs.
        steps_per_epoch: Optimizer steps in one epoch; lets lengths be given as `5ep` in a run of steps and
            as `500st` in a run of epochs.
        per_step: Evaluate a run in epochs once a step; t then counts steps.
        metric: The metric of a metric-driven schedule (plateau), one value per epoch: the values, or a log as `"FILE"`
            or `"FILE:COLUMN"`. Without one a made-up loss is used.
        samples: Samples of the data set, from which steps_per_epoch is worked out.
        batch_size: Samples in a batch of one device.
        accumulate: Batches in one optimizer step.
        devices: Devices that share an epoch.
        drop_last: Leave out an epoch's last batch if it is not full.
        tokens: Length of the run in tokens, instead of epochs or steps.
        tokens_per_step: Tokens in one optimizer step.
        seq_len: Tokens in a sample, instead of tokens_per_step.
        allow_code: Let files name Python code (type: python), and run it.
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
        metric_values=None if metric is None or isinstance(metric, str) else tuple(map(float, metric)),
    )
    request = Request(parameters, options, allow_code=allow_code, trusted=False, written=str)
    loaded = [_loaded(spec, request) for spec in specs]
    return Loaded(
        tuple(entry for one in loaded for entry in one.entries),
        tuple(finding for one in loaded for finding in one.findings),
    )


def _loaded(spec: SpecLike, request: Request) -> Loaded:
    if isinstance(spec, str):
        return loading.load([spec], request)
    if isinstance(spec, Entry):
        return Loaded((spec if request.run == RunOptions() else spec._replace(run=_run(request.run, spec.spec)),))
    if isinstance(spec, Family | Sequence | Product | Around):
        return Loaded((Entry(inline(spec), spec, _run(request.run, spec)),))
    given = Layer(request.values, str, wins=True)
    built = build(spec, [given], code=request.allow_code)
    return Loaded((Entry(inline(built), built, _run(request.run, built)),))


def _run(options: RunOptions, spec: Spec) -> Run:
    return resolve(options, spec, None if options.metric is None else read_metric(options.metric).series)


def evaluate(spec: SpecLike, **options: Any) -> Curve:
    """Return the learning rate at every point of a run.

    lr[t] is in force during t, which counts epochs (or steps) from 0.

    Args:
        spec: One schedule, as for `load`.
        **options: As for `load`: the run (`epochs=90`), and values for the schedule's parameters (`max_lr=0.3`).

    Returns:
        A curve with `name`, `unit`, and `t` (int64) and `lr` (float64), arrays of the same length.

    Raises:
        SpecError: If anything is wrong with the spec or the run: every problem, with its place and a suggestion.
        InputError: If a file cannot be read.

    Warns:
        LrcliWarning: For each finding that is a warning; `lrcli.lint` returns them instead.
    """
    loaded = load(spec, **options)
    entry = only(loaded, spec)
    warn(loaded)
    return Curve(entry)


def plot(
    *specs: SpecLike,
    at: Sequence_[float | str] = (),
    log: bool = False,
    xlim: tuple[float, float] | None = None,
    ylim: tuple[float, float] | None = None,
    momentum: bool = False,
    axis: Wanted | None = None,
    **options: Any,
) -> Figure:
    """Return the figure of some schedules.

    Args:
        specs: As for `load`.
        at: Epochs (or steps, or lengths such as `"50%"`) to mark and read off.
        log: The axis of learning rates is logarithmic.
        xlim: First and last epoch of the drawing.
        ylim: Its lowest and its highest learning rate.
        momentum: Draw the momentum too (torch's OneCycleLR and CyclicLR change it).
        axis: What the axis above counts: `"epoch"`, `"step"`, `"samples"` or `"tokens"`.
        **options: As for `load`.

    Raises:
        SpecError: If anything is wrong with a spec or the run, or the runs cannot stand on one axis.
        InputError: If a file cannot be read.
    """
    loaded = load(*specs, **options)
    warn(loaded)
    drawn = figure_of(loaded.entries, at=at, log=log, xlim=xlim, ylim=ylim, momentum=momentum, axis=axis)
    return Figure(*drawn)


def compare(*specs: SpecLike, at: Sequence_[float | str] = (), base: str | None = None, **options: Any) -> Comparison:
    """Return schedules side by side: their drawing, their numbers, and how far they are apart at most.

    Args:
        specs: As for `load`; two schedules or more.
        at: Epochs (or steps, or lengths such as `"50%"`) at which to read them off.
        base: The name of the schedule that the others are compared with; the first if nothing is said.
        **options: As for `load`.

    Raises:
        SpecError: If anything is wrong with a spec or the run, or the runs cannot stand on one axis.
        InputError: If a file cannot be read.
    """
    loaded = load(*specs, **options)
    warn(loaded)
    figure = Figure(*figure_of(loaded.entries, at=at, numbers=False))
    asked = [guide.x for guide in figure.guides if guide.kind == "asked"]
    return Comparison(figure, compared(loaded.entries, figure, asked, base))


def plan(
    spec: SpecLike,
    *,
    clock: ClockName | None = None,
    resume_at: float | str | None = None,
    new_total: float | str | None = None,
    **options: Any,
) -> Plan:
    """Return what a run comes to: its steps and phases, and the lengths to write for frameworks.

    Args:
        spec: One schedule, as for `load`.
        clock: When the scheduler is stepped, if not when it is meant to be: `"accelerate"` (once a process), after each
            `"micro-batch"`, `"epoch"` or `"step"`.
        resume_at: When the run is resumed with another length: an epoch (or step), or `"50%"`; its end if only
            new_total is given.
        new_total: How long it then is, from its beginning.
        **options: As for `load`; what steps are worked out from (`samples=50_000, batch_size=8`) among them.

    Raises:
        SpecError: If anything is wrong with the spec or the run, or it does not say what the clock needs.
        InputError: If a file cannot be read.
    """
    return Plan(*plan_of(only(load(spec, **options), spec), clock, resume_at, new_total))


def lint(*specs: SpecLike, **options: Any) -> Findings:
    """Return what is wrong with some specs in their runs, or probably not meant.

    Args:
        specs: As for `load`.
        **options: As for `load`.

    Returns:
        Findings, a list: each has its code, severity, message, fix and place. What makes a spec unusable is an error
        among them: LR001, or LR002 for a file that cannot be read. `print` shows them as `lrcli lint` does.
    """
    try:
        loaded = load(*specs, **options)
        return Findings([*loaded.findings, *judge(loaded)])
    except SpecError as error:
        return Findings(of_error(error))


def schedule(spec: SpecLike, **options: Any) -> Stepper:
    """Return a schedule as a function of the step: `LambdaLR(SGD(parameters, lr=1.0), lrcli.schedule("cosine", …))`.

    Args:
        spec: One schedule, as for `load`.
        **options: As for `load`: the run (`steps=1000`), and values for the schedule's parameters.

    Raises:
        SpecError: If anything is wrong with the spec or the run.
        InputError: If a file cannot be read.
    """
    return Stepper(evaluate(spec, **options))


def code(spec: SpecLike, to: str = "torch", *, native: bool = False, **options: Any) -> str:
    """Return a schedule as code for a framework, as `lrcli code` writes it.

    Args:
        spec: One schedule, as for `load`.
        to: What to write for: torch, keras, mmengine, deepspeed, python, yaml and so on.
        native: Where a class of the framework is only nearly the same, write the class.
        **options: As for `load`.

    Raises:
        SpecError: If anything is wrong with the spec or the run, or it cannot be written for that.
        InputError: If a file cannot be read.
    """
    target = target_of(to)
    if target not in TARGETS:
        raise SpecError(Problem(message=f"{to!r} is not one of {', '.join(TARGETS)}", suggestion=closest(to, TARGETS)))
    entry = only(load(spec, **options), spec)
    return TARGETS[target](Job(entry.spec, entry.run, "native" if native else "exact", entry.given_name))


def describe(name: str, width: int = 80) -> str:
    """Return the page on a schedule: its formula, parameters, a small curve, when to use it, and what others call it.

    Args:
        name: Of one of lrcli's schedules, or of a framework's scheduler; parameters may follow (`cosine:warmup=5`).
        width: Columns of the page.

    Raises:
        SpecError: If there is no such schedule.
    """
    entry = load(name)[0]
    page = Style(width, colour=False, ascii_only=False)
    return page_on(entry.spec, entry.run, page) if isinstance(entry.spec, Family) else tree(entry, page)


def only(loaded: Loaded, spec: SpecLike) -> Entry:
    """Return the one schedule that is there.

    Raises:
        SpecError: If there are several.
    """
    if len(loaded) > 1:
        names = ", ".join(loaded.schedules)
        raise SpecError(f"{spec} holds {len(loaded)} schedules: choose one as {spec}#name, of {names}")
    return loaded[0]


def warn(loaded: Loaded) -> None:
    """Issue a Python warning for each finding that is one."""
    for finding in [*loaded.findings, *judge(loaded)]:
        if finding.severity == "warning":
            warnings.warn(LrcliWarning(finding), stacklevel=3)
