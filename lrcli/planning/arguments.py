"""The lengths to write for a framework: `T_max=570`, `num_training_steps=588, num_warmup_steps=18`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.code.classes import argument, is_written, with_members
from lrcli.code.job import Job
from lrcli.frameworks.scheduler import Scheduler
from lrcli.parameters import parameters, plain, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.entry import Entry
    from lrcli.parameters import Parameter

Numbers = dict[str, float | tuple[float, ...] | str]
"""Arguments that are lengths, or functions of time as code, by name."""

FRAMEWORKS = ("torch", "transformers", "timm", "keras", "optax")
"""The frameworks for which the lengths of lrcli's own schedules are written."""
_TIMES = frozenset({"step_size", "step_size_up", "step_size_down", "total_iters", "T_0", "T_max", "milestones"})
"""Parameters that are lengths though they are declared as whole numbers."""


class Call(NamedTuple):
    """A call of a framework's class or function, with the arguments that are lengths.

    Attributes:
        framework: The framework's name.
        maker: The class or the function.
        arguments: The arguments that are lengths.
        more: It needs other arguments too.
    """

    framework: str
    maker: str
    arguments: Numbers
    more: bool = False

    @property
    def text(self) -> str:
        """The call as code: `CosineAnnealingLR(T_max=570, …)`, with dots for other arguments."""
        said = [f"{name}={_text(value)}" for name, value in self.arguments.items()]
        return f"{self.maker}({', '.join([*said, '…'] if self.more else said)})"


def _text(value: float | tuple[float, ...] | str) -> str:
    return f"[{text_of(value)}]" if isinstance(value, tuple) else str(plain(value))


def written(scheduler: Scheduler, framework: str) -> list[Call]:
    """Return the calls that create a scheduler and its members, those without lengths left out."""
    return [call for one in with_members(scheduler) if (call := _written(one, framework)).arguments]


def _written(scheduler: Scheduler, framework: str) -> Call:
    times = {**lengths(scheduler), **_functions(scheduler)}
    more = any(is_written(scheduler, one) and one.name not in times for one in parameters(type(scheduler)))
    return Call(framework, scheduler.maker(), times, more or bool(scheduler.members))


def _functions(scheduler: Scheduler) -> Numbers:
    formulas = [one for one in parameters(type(scheduler)) if one.formula and not one.many]
    return {one.name: argument(scheduler, one) for one in formulas if getattr(scheduler, one.field) is not None}


def calls(entry: Entry) -> list[Call]:
    """Return the calls with the lengths of a spec in its framework, or in each framework that has a class for it."""
    own = entry.spec.framework() if isinstance(entry.spec, Scheduler) else ""
    return [call for framework in ([own] if own else FRAMEWORKS) for call in _of(entry, framework)]


def native(entry: Entry, framework: str) -> Scheduler | None:
    """Return the framework's scheduler that equals a spec, with lengths as numbers; None if there is none."""
    return Job(entry.spec, entry.run).native(framework)[0]


def _of(entry: Entry, framework: str) -> Iterator[Call]:
    scheduler = native(entry, framework)
    if scheduler is None:
        return
    yield from written(scheduler, framework)
    trainer = "TrainingArguments" if framework == "transformers" else ""
    if trainer and entry.run.counts == "step" and getattr(scheduler, "num_training_steps", None) is not None:
        warmup = getattr(scheduler, "num_warmup_steps", 0.0)
        yield Call(framework, trainer, {"max_steps": entry.run.points, "warmup_steps": warmup})


def lengths(scheduler: Scheduler) -> dict[str, float | tuple[float, ...]]:
    """Return the lengths of a scheduler, by the name of the parameter."""
    own = {scheduler.length_parameter, scheduler.warmup_parameter, scheduler.boundaries_parameter} | _TIMES
    said = {one.name: getattr(scheduler, one.field) for one in parameters(type(scheduler)) if _is_time(one, own)}
    return {name: value for name, value in said.items() if isinstance(value, int | float | tuple) and value != ()}


def _is_time(parameter: Parameter, names: set[str]) -> bool:
    return parameter.name in names or parameter.kind == "length"


def stretched(scheduler: Scheduler, ratio: float) -> Scheduler:
    """Return a scheduler with all its lengths multiplied by a ratio, in whole steps.

    Raises:
        SpecError: If it does not accept these lengths.
    """
    times = {name: _times(value, ratio) for name, value in lengths(scheduler).items()}
    members = getattr(scheduler, scheduler.members) if scheduler.members else ()
    inner = {scheduler.members: tuple(stretched(one, ratio) for one in members)} if members else {}
    return scheduler.replaced(**times, **inner)


def _times(value: float | tuple[float, ...], ratio: float) -> float | tuple[float, ...]:
    if isinstance(value, tuple):
        return tuple(type(one)(round(one * ratio)) for one in value)
    return type(value)(round(value * ratio))
