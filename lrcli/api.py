"""The functions of `lrcli` in Python: each takes specs of any kind, and the run, as keywords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lrcli.code.job import Job
from lrcli.code.names import target_of
from lrcli.code.targets import TARGETS
from lrcli.drawings import Comparison, Curve, Figure, Findings, Plan
from lrcli.figure.comparison import compared
from lrcli.figure.schedules import figure_of
from lrcli.findings.judge import judge, of_error
from lrcli.loading import SpecLike, load, only, warn
from lrcli.planning.plan import plan_of
from lrcli.problems import Problem, SpecError, closest
from lrcli.render.pages import describe as page_on
from lrcli.render.pages import tree
from lrcli.render.style import Style
from lrcli.schedules.base import Family
from lrcli.spec.values import shown
from lrcli.stepper import Stepper

if TYPE_CHECKING:
    from collections.abc import Sequence as Sequence_

    from lrcli.figure.axes import Wanted
    from lrcli.planning.names import ClockName


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
        at: Places to mark and read off: epochs, steps, or lengths such as `"50%"`.
        log: The axis of learning rates is logarithmic.
        xlim: First and last epoch of the drawing.
        ylim: Its lowest and its highest learning rate.
        momentum: Draw the momentum too (torch's OneCycleLR and CyclicLR change it).
        axis: The unit of the axis above the drawing: `"epoch"`, `"step"`, `"samples"` or `"tokens"`.
        **options: As for `load`.

    Raises:
        SpecError: If anything is wrong with a spec or the run, or the runs cannot stand on one axis.
        InputError: If a file cannot be read.
    """
    loaded = load(*specs, **options)
    warn(loaded)
    x, y = _limits("xlim", xlim), _limits("ylim", ylim)
    drawn = figure_of(loaded.entries, at=at, log=log, xlim=x, ylim=y, momentum=momentum, axis=axis)
    return Figure(*drawn)


def _limits(name: str, pair: Sequence_[float] | None) -> tuple[float, float] | None:
    """Return limits as two numbers."""
    if pair is None:
        return None
    try:
        low, high = map(float, pair)
    except (TypeError, ValueError, OverflowError):
        raise SpecError(Problem(message=f"{name} must be two numbers, not {shown(pair)}", path=(name,))) from None
    return low, high


def compare(*specs: SpecLike, at: Sequence_[float | str] = (), base: str | None = None, **options: Any) -> Comparison:
    """Return a comparison of schedules: their figure, their numbers, and their largest difference.

    Args:
        specs: As for `load`; two schedules or more.
        at: Places at which to read them off: epochs, steps, or lengths such as `"50%"`.
        base: The name of the schedule that the others are compared with; by default the first.
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
    """Return the plan of a run: its steps and phases, and the lengths as arguments of frameworks.

    Args:
        spec: One schedule, as for `load`.
        clock: When the scheduler is stepped, if not as it is meant: `"accelerate"` (once per process), or after each
            `"micro-batch"`, `"epoch"` or `"step"`.
        resume_at: When the run is resumed with another length: an epoch (or step), or `"50%"`; by default its end.
        new_total: The new length, from the beginning of the run.
        **options: As for `load`, such as `samples=50_000, batch_size=8`.

    Raises:
        SpecError: If anything is wrong with the spec or the run, or it lacks a number that the clock needs.
        InputError: If a file cannot be read.
    """
    return Plan(*plan_of(only(load(spec, **options), spec), clock, resume_at, new_total))


def lint(*specs: SpecLike, **options: Any) -> Findings:
    """Return the findings on some specs in their runs: what is wrong, or probably not meant.

    Args:
        specs: As for `load`.
        **options: As for `load`.

    Returns:
        A list of findings, each with code, severity, message, fix and place. Errors in a spec are among them: LR001, or
        LR002 for a file that cannot be read. `print` shows them as `lrcli lint` does.
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
        to: The target: torch, keras, mmengine, deepspeed, python, yaml and so on.
        native: Write a class of the framework even if it is only nearly the same.
        **options: As for `load`.

    Raises:
        SpecError: If anything is wrong with the spec or the run, or the target cannot express it.
        InputError: If a file cannot be read.
    """
    target = target_of(to)
    if target not in TARGETS:
        raise SpecError(
            Problem(message=f"{to!r} is not one of {', '.join(TARGETS)}", suggestion=closest(target, TARGETS))
        )
    entry = only(load(spec, **options), spec)
    return TARGETS[target](Job(entry.spec, entry.run, "native" if native else "exact", entry.given_name))


def describe(name: str, width: int = 80) -> str:
    """Return the page on a schedule: its formula, parameters, a small curve, when to use it, and its other names.

    Args:
        name: The name of a schedule or a framework's scheduler; parameters may follow (`cosine:warmup=5`).
        width: Columns of the page.

    Raises:
        SpecError: If there is no such schedule.
    """
    entry = load(name)[0]
    page = Style(width, colour=False, ascii_only=False)
    return page_on(entry.spec, entry.run, page) if isinstance(entry.spec, Family) else tree(entry, page)
