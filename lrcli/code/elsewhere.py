"""The framework classes that equal one of lrcli's schedules, derived from the frameworks' pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lrcli.code.source import written
from lrcli.code.writer import MATH
from lrcli.expression import Expression, Symbol
from lrcli.frameworks import declarations
from lrcli.frameworks.equations import SHOWN, equations, solved
from lrcli.parameters import parameters
from lrcli.schedules.base import NO_RUN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.frameworks.equations import Equation
    from lrcli.frameworks.scheduler import Scheduler
    from lrcli.parameters import Parameter
    from lrcli.schedules.base import Family


class _Names(dict[str, Any]):
    """A scope in which every name is a symbol of that name."""

    def __missing__(self, name: str) -> Symbol:
        return Symbol(name)


def names_elsewhere(schedule: type[Family]) -> dict[str, str]:
    """Return, by framework, the classes that equal a schedule, with their arguments in terms of its parameters."""
    found = {framework: list(_of(framework, schedule.tag())) for framework in SHOWN}
    return {framework: "; ".join(calls) for framework, calls in found.items() if calls}


def _of(framework: str, tag: str) -> Iterator[str]:
    for kind in dict.fromkeys(declarations(framework).values()):
        for equation in equations(kind.same):
            if equation.tag == tag and (call := _call(kind, equation)):
                yield call


def _call(kind: type[Scheduler], equation: Equation) -> str:
    """Return the call of a class: `CosineAnnealingLR(T_max=cycle_length, eta_min=min_lr)`; "" if one is unknown."""
    values = solved(kind, equation, _Names(), lambda: Symbol("peak"), NO_RUN)
    if any(p.required and p.name not in values for p in parameters(kind)):
        return ""
    given = [p for p in parameters(kind) if p.name in values and p.field not in kind.not_arguments]
    arguments = [f"{p.name}={_text(values[p.name])}" for p in given if not _is_default(p, values[p.name])]
    return f"{kind.maker()}({', '.join(arguments)})"


def _is_default(parameter: Parameter, value: Any) -> bool:
    return not isinstance(value, Expression) and value == parameter.default and not parameter.required


def _text(value: Any) -> str:
    return repr(value) if isinstance(value, bool | str) or value is None else written(value, MATH)
