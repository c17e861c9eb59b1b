"""The breakpoints of an expression, by a rule for each of its operations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lrcli.breakpoints import At
from lrcli.expression import Expression, Value
from lrcli.proof.arithmetic import add, ceil, divide, floor, floor_divide, multiply, power, remainder, subtract
from lrcli.proof.form import (
    ROUNDING,
    Form,
    Kind,
    Line,
    T,
    Unproven,
    aligned,
    constant,
    crossings,
    frame_of,
    on_lines,
    zeros,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from lrcli.breakpoints import Breakpoint, Breakpoints

_MOST_EXTREMA = 16
"""The most extrema of a wave within one period of its argument."""


def breakpoints_of(value: Value) -> Breakpoints:
    """Return the breakpoints of an expression of t.

    Raises:
        Unproven: If they cannot all be derived.
    """
    found = _form(value, T).breakpoints
    single = sorted({time for one in found if isinstance(one, At) for time in one.times})
    others = sorted((one for one in found if not isinstance(one, At)), key=repr)
    return (At(tuple(single)), *others) if single else tuple(others)


def _form(value: Value, t: Form) -> Form:
    """Return what is known of a value, from what is known of t."""
    if not isinstance(value, Expression):
        return constant(float(value))
    if value.operation == "name":
        return t
    if value.operation == "where":
        return _choice(value, t)
    if value.operation not in _RULES:
        raise Unproven(value.operation)
    return _RULES[value.operation](*(_form(operand, t) for operand in value.operands))


def _monotone(function: Callable[[float], float]) -> Callable[[Form], Form]:
    """Return the rule of an increasing function."""

    def rule(form: Form) -> Form:
        kind = Kind.FLAT if form.kind == Kind.FLAT else Kind.MONOTONE
        return Form(form.breakpoints, _at(function, form.low), _at(function, form.high), kind)

    return rule


def _at(function: Callable[[float], float], x: float) -> float:
    try:
        return function(x)
    except (OverflowError, ValueError):  # beyond the largest number, or where it is not defined
        return math.inf if x > 0 else -math.inf


def _absolute(form: Form) -> Form:
    if form.low >= 0:
        return form
    both = form.breakpoints | crossings(form, constant(0.0))
    bounds = Form(both, 0.0, max(-form.low, form.high), form.kind)
    if form.lines is None:
        return bounds
    return on_lines(both, [*form.lines, *(line.scaled(-1.0) for line in form.lines)], form.frame, bounds)


def _minimum(a: Form, b: Form) -> Form:
    return _maximum(a.scaled(-1.0), b.scaled(-1.0)).scaled(-1.0)


def _maximum(a: Form, b: Form) -> Form:
    if a.low >= b.high or b.low >= a.high:
        return a if a.low >= b.high else b
    both = a.breakpoints | b.breakpoints
    bounds = Form(both, max(a.low, b.low), max(a.high, b.high), min(a.kind, b.kind))
    shared = aligned(a, b)
    try:
        both |= crossings(a, b)
    except Unproven:
        if Kind.FLAT not in (a.kind, b.kind):
            raise
        return bounds._replace(kind=Kind.MONOTONE)
    if shared is None:
        return bounds
    return on_lines(both, [*shared.left, *shared.right], shared.frame, bounds)


def _choice(choice: Expression, t: Form) -> Form:
    condition, then, otherwise = choice.operands
    a, b = (_during(value, during) for value, during in zip((then, otherwise), _split(condition, t), strict=True))
    both = _form(condition, t).breakpoints | a.breakpoints | b.breakpoints
    bounds = Form(both, min(a.low, b.low), max(a.high, b.high), min(a.kind, b.kind))
    shared = aligned(a, b)
    return bounds if shared is None else on_lines(both, [*shared.left, *shared.right], shared.frame, bounds)


def _split(condition: Value, t: Form) -> tuple[Form, Form]:
    """Return what is known of t if a condition holds, and if it does not."""
    if isinstance(condition, Expression) and condition.operation in ("<", "<="):
        left, right = condition.operands
        if isinstance(left, Expression) and left.operation == "name" and not isinstance(right, Expression):
            limit = min(max(float(right), t.low), t.high)
            return t._replace(high=limit), t._replace(low=limit)
    return t, t


def _during(value: Value, t: Form) -> Form:
    """Return what is known of a value while t is within its bounds."""
    form = _form(value, t)
    kept = (
        At(tuple(time for time in one.times if t.low <= time <= t.high)) if isinstance(one, At) else one
        for one in form.breakpoints
    )
    return form._replace(breakpoints=frozenset(kept))


def _comparison(a: Form, b: Form) -> Form:
    return Form(a.breakpoints | b.breakpoints | crossings(a, b), 0.0, 1.0, Kind.FLAT)


def _logic(*conditions: Form) -> Form:
    return Form(frozenset().union(*(one.breakpoints for one in conditions)), 0.0, 1.0, Kind.FLAT)


def _count(form: Form, *marks: Form) -> Form:
    found = frozenset().union(*(crossings(form, mark) for mark in marks))
    return Form(form.breakpoints | found, 0.0, float(len(marks)), Kind.FLAT)


def _cosine(form: Form) -> Form:
    """Return a cosine: over half a wave it is monotone, and over a line it has an extremum after each half wave."""
    if form.kind == Kind.FLAT:
        return Form(form.breakpoints, -1.0, 1.0, Kind.FLAT)
    half = math.floor(form.low / math.pi + ROUNDING) if form.low > -math.inf else 0
    if half * math.pi - ROUNDING <= form.low and form.high <= (half + 1) * math.pi + ROUNDING:
        low, high = sorted((math.cos(form.low), math.cos(form.high)))
        return Form(form.breakpoints, low, high)
    if form.lines is None:
        raise Unproven("cos")
    extrema = [time for line in form.lines if line.slope for time in _extrema(line, form)]
    return Form(form.breakpoints.union(extrema), -1.0, 1.0)


def _extrema(line: Line, form: Form) -> list[Breakpoint]:
    if form.frame is None:
        return [frame_of(line, math.pi).every()]
    low, high = sorted((line.start, line.start + line.slope * form.frame.period))
    halves = range(math.ceil(low / math.pi - ROUNDING), math.floor(high / math.pi + ROUNDING) + 1)
    if len(halves) > _MOST_EXTREMA:
        raise Unproven("cos")
    return [time for half in halves for time in zeros(line.plus(Line(0.0, -half * math.pi)), form.frame)]


_RULES: dict[str, Callable[..., Form]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "//": floor_divide,
    "%": remainder,
    "**": power,
    "neg": lambda form: form.scaled(-1.0),
    "abs": _absolute,
    "floor": floor,
    "ceil": ceil,
    "min": _minimum,
    "max": _maximum,
    "count": _count,
    "and": _logic,
    "or": _logic,
    "not": _logic,
    "cos": _cosine,
    "sin": lambda form: _cosine(subtract(form, constant(math.pi / 2))),
    "exp": _monotone(math.exp),
    "log": _monotone(math.log),
    "log2": _monotone(math.log2),
    "log10": _monotone(math.log10),
    "sqrt": _monotone(math.sqrt),
    "tanh": _monotone(math.tanh),
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), _comparison),
}
"""The rules by operation."""
