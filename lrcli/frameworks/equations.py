"""Equations between a framework's scheduler and a schedule of lrcli with the same curve, solved in both directions.

A page states the equation once, as `same`:

    cosine: max_lr=base_lr, min_lr=eta_min, cycle_length=T_max | eta_min >= 0, span <= T_max + 1

On the left of each `=` is a parameter of lrcli's schedule, on the right an expression of the scheduler's parameters;
after the bar are the conditions under which it holds. Of several equations the first that holds applies.
Read forwards, an equation gives lrcli's schedule for a scheduler. Solved backwards, it proposes a scheduler for one of
lrcli's schedules, which `lrcli code` compares with the schedule over the whole run before it is written.
"""

from __future__ import annotations

import ast
import math
import re
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from lrcli.frameworks import declarations
from lrcli.numeric import array
from lrcli.parameters import parameters
from lrcli.problems import SpecError
from lrcli.schedules import BUILT_IN, form
from lrcli.schedules.base import Schedule
from lrcli.schedules.composition import Composed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lrcli.expression import Value
    from lrcli.frameworks.scheduler import Scheduler
    from lrcli.parameters import Parameter
    from lrcli.run import Run
    from lrcli.schedules.base import Family


SHOWN = ("torch", "transformers", "timm", "keras", "optax", "paddle", "mmengine")
"""The frameworks that `lrcli code` writes classes of; `describe` lists these classes."""

S = TypeVar("S", bound="Scheduler")


class Equation(NamedTuple):
    """One line of `same`.

    Attributes:
        tag: The name of lrcli's schedule.
        pairs: Its parameters, each with an expression of the scheduler's parameters.
        conditions: Expressions that must be true.
    """

    tag: str
    pairs: dict[str, str]
    conditions: tuple[str, ...]


@cache
def equations(same: str) -> tuple[Equation, ...]:
    """Return the equations of a `same` or `near` text."""
    return tuple(_equation(text) for text in re.split(r"\s+(?=[a-z-]+:)", same.strip()) if text)


def _equation(line: str) -> Equation:
    head, _, behind = line.partition("|")
    tag, _, assignments = head.partition(":")
    pairs = dict(pair.split("=", 1) for pair in _split(assignments))
    return Equation(tag.strip(), {name.strip(): text.strip() for name, text in pairs.items()}, tuple(_split(behind)))


def _split(text: str) -> Iterator[str]:
    """Yield the parts of a list that is separated by commas outside of parentheses."""
    depth, part = 0, ""
    for sign in f"{text},":
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            if part.strip():
                yield part.strip()
            part = ""
        else:
            part += sign


def in_our_words(scheduler: Scheduler, run: Run) -> Schedule | None:
    """Return the schedule of lrcli that is the same curve over the whole run; None if there is none."""
    scope = form.Scope(scheduler, run)
    for equation in equations(scheduler.same):
        with suppress(SpecError, ArithmeticError, TypeError):
            if all(form.evaluate(text, scope) for text in equation.conditions):
                kind = BUILT_IN[equation.tag]
                fields = {p.name: p.field for p in parameters(kind)}
                return kind(**{fields[name]: form.evaluate(text, scope) for name, text in equation.pairs.items()})
    return None


def in_their_words(kind: type[S], schedule: Schedule, run: Run) -> Iterator[S]:
    """Yield the schedulers of a class that may be the same curve as a schedule, one for each equation with a solution.

    Args:
        kind: The framework's class.
        schedule: One of lrcli's schedules, with its warm-up.
        run: The part of the run that the schedule has, after its warm-up.
    """
    for equation in (*equations(kind.same), *equations(kind.near)):
        if equation.tag == schedule.tag() and not (_composition(schedule) - equation.pairs.keys()):
            with suppress(SpecError, ArithmeticError, TypeError):  # such as a length that the class cannot have
                found = _solution(kind, equation, schedule, run)
                if all(form.value(found, run, text) for text in equation.conditions if not _is_about_the_end(text)):
                    yield found


def _solution(kind: type[S], equation: Equation, schedule: Schedule, run: Run) -> S:
    fields = {p.name: p for p in parameters(kind)}
    values = solved(kind, equation, form.Scope(schedule, run), partial(_peak, schedule, run), run)
    return kind(**{fields[name].field: _fitting(fields[name], value) for name, value in values.items()})


def _is_about_the_end(condition: str) -> bool:
    """Return whether a condition compares the run with the scheduler's end, past which the two are nearly the same."""
    return "span" in form.names_in(condition)


def _composition(schedule: Schedule) -> set[str]:
    """Return the composition parameters in use, which a class can express only if its equation has them."""
    return {p.name for p in parameters(Composed) if getattr(schedule, p.field) != p.default}


def solved(
    kind: type[Scheduler], equation: Equation, values: Mapping[str, Value], peak: Callable[[], Value], run: Run
) -> dict[str, Value]:
    """Return the values of a scheduler's parameters, by name, for those of lrcli's schedule.

    Args:
        kind: The scheduler's class.
        equation: One of its equations.
        values: The values of the schedule's parameters: numbers, or expressions of names.
        peak: Returns the schedule's highest lr, for a scheduler whose peak does not follow from the equation.
        run: The part of the run that the schedule has.

    Raises:
        SpecError: If the equation cannot be solved.
    """
    fields = {p.name for p in parameters(kind)}
    known: dict[str, Value] = {
        "span": run.span,
        "unit": run.unit,
        "point": run.total / run.points,
        **_fixed(equation),
    }
    left = {name: ast.parse(text, mode="eval").body for name, text in equation.pairs.items()}
    while left:
        name = next((name for name, node in left.items() if len(_names(node) - known.keys()) <= 1), None)
        if name is not None:
            node = left.pop(name)
            known |= {unknown: _inverted(node, values[name], unknown, known) for unknown in _names(node) - known.keys()}
        elif kind.peak in fields and kind.peak not in known:
            known[kind.peak] = peak()
        else:
            raise SpecError(f"{kind.tag()} has no parameters for {', '.join(left)}")
    for name, value in map(_assigned, equation.conditions):
        if name in fields and name not in known and value is not None and _names(value) <= known.keys():
            known[name] = _value(value, known)
    return {name: value for name, value in known.items() if name in fields}


def _fixed(equation: Equation) -> dict[str, Value]:
    """Return the parameters that conditions set to a constant: `cycle == False`, `mode == 'min'`."""
    fixed = (_assigned(text) for text in equation.conditions if "==" in text)
    return {name: value.value for name, value in fixed if isinstance(value, ast.Constant)}


def _assigned(condition: str) -> tuple[str, ast.expr | None]:
    """Return the parameter and the value of a condition `name == value` or `name >= value`; ("", None) for others."""
    match ast.parse(condition, mode="eval").body:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq() | ast.GtE()], comparators=[value]):
            return name, value
    return "", None


def _peak(schedule: Schedule, run: Run) -> float:
    return max(float(schedule.lr(array(t), run)) for t in (0.0, run.span))


def _fitting(parameter: Parameter, value: Value) -> Value:
    if parameter.time and not isinstance(value, str):
        return tuple(_time(one, parameter.time) for one in value) if parameter.many else _time(value, parameter.time)
    if parameter.kind == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    return plain_float(value) if isinstance(value, float) else value


def _time(value: float, unit: str) -> str:
    if not float(value).is_integer():
        raise SpecError(f"{value:g} is not a whole number of {unit}")
    return f"{value:.0f}{unit}"


def plain_float(value: float) -> float:
    """Return a number without its rounding error, if it has one: 0.1 for 0.09999999999999999."""
    short = float(f"{value:.15g}")
    return short if abs(short - value) <= 2 * math.ulp(value) else value


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} - form.NAMESPACE.keys()


def _inverted(node: ast.AST, value: Value, unknown: str, known: Mapping[str, Value]) -> Value:
    """Return the value of an unknown for which an expression has a given value.

    Raises:
        SpecError: If the expression cannot be solved for it.
    """
    match node:
        case ast.Name():
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _inverted(operand, -value, unknown, known)
        case ast.BinOp(left=left, op=op, right=right) if unknown in _names(left):
            return _inverted(left, _LEFT[type(op)](value, _value(right, known)), unknown, known)
        case ast.BinOp(left=left, op=op, right=right):
            return _inverted(right, _RIGHT[type(op)](value, _value(left, known)), unknown, known)
        case ast.BoolOp(values=[first, *_]):
            return _inverted(first, value, unknown, known)
    raise SpecError(f"{ast.unparse(node)} cannot be solved for {unknown}")


_LEFT: dict[type[ast.AST], Callable[[Value, Value], Value]] = {
    ast.Add: lambda value, other: value - other,
    ast.Sub: lambda value, other: value + other,
    ast.Mult: lambda value, other: value / other,
    ast.Div: lambda value, other: value * other,
    ast.Pow: lambda value, other: value ** (1 / other),
}
"""(x op other) = value, solved for x."""
_RIGHT: dict[type[ast.AST], Callable[[Value, Value], Value]] = {
    ast.Add: lambda value, other: value - other,
    ast.Sub: lambda value, other: other - value,
    ast.Mult: lambda value, other: value / other,
    ast.Div: lambda value, other: other / value,
}
"""(other op x) = value, solved for x."""


def _value(node: ast.expr, known: Mapping[str, Value]) -> Value:
    return form.evaluate(ast.unparse(node), known)


def hints(schedule: type[Family]) -> dict[str, str]:
    """Return frameworks' names for a schedule's parameters, in lower case, each with the parameter."""
    found: dict[str, str] = {}
    own = {p.name for p in parameters(schedule)}
    for framework in SHOWN:
        for kind in dict.fromkeys(declarations(framework).values()):
            for equation in equations(kind.same):
                if equation.tag == schedule.tag():
                    simple = {theirs.lower(): ours for ours, theirs in equation.pairs.items() if theirs.isidentifier()}
                    found = simple | found
    return {theirs: ours for theirs, ours in found.items() if theirs not in own}
