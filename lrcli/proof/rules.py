"""What each operation makes of what is known of its operands."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lrcli.breakpoints import At
from lrcli.expression import Expression, Value
from lrcli.proof.form import (
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

_ROUNDING = 1e-9
_MOST_TURNS = 16
"""So often may a wave turn within one period of what it is a function of."""


def breakpoints_of(value: Value) -> Breakpoints:
    """Return the breakpoints of an expression of t.

    Raises:
        Unproven: If it is not certain that these are all.
    """
    found = _form(value, T).breakpoints
    single = sorted({time for one in found if isinstance(one, At) for time in one.times})
    others = sorted((one for one in found if not isinstance(one, At)), key=repr)
    return (At(tuple(single)), *others) if single else tuple(others)


def _form(value: Value, t: Form) -> Form:
    """Return what is known of a value, for what is known of t."""
    if not isinstance(value, Expression):
        return constant(float(value))
    if value.operation == "name":
        return t
    if value.operation == "where":
        return _choice(value, t)
    if value.operation not in _RULES:
        raise Unproven(value.operation)
    return _RULES[value.operation](*(_form(operand, t) for operand in value.operands))


def _add(a: Form, b: Form) -> Form:
    both, kind = a.breakpoints | b.breakpoints, min(a.kind, b.kind)
    bounds = Form(both, a.low + b.low, a.high + b.high, kind)
    if (shared := aligned(a, b)) is not None:
        lines = [left.plus(right) for left in shared.left for right in shared.right]
        return on_lines(both, lines, shared.frame, bounds)
    if kind == Kind.MONOTONE and Kind.FLAT not in (a.kind, b.kind):
        raise Unproven("+")
    return bounds


def _subtract(a: Form, b: Form) -> Form:
    return _add(a, b.scaled(-1.0))


def _multiply(a: Form, b: Form) -> Form:
    for one, other in ((a, b), (b, a)):
        if one.number is not None:
            return other.scaled(one.number)
    if Kind.FLAT not in (a.kind, b.kind):
        raise Unproven("*")
    return Form(a.breakpoints | b.breakpoints, *_bounds(a, b, _times), min(a.kind, b.kind))


def _bounds(a: Form, b: Form, operation: Callable[[float, float], float]) -> tuple[float, float]:
    ends = [operation(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return min(ends), max(ends)


def _times(x: float, y: float) -> float:
    return x * y if x and y else 0.0


def _divide(a: Form, b: Form) -> Form:
    divisor = b.number
    if divisor:
        lines = a.lines and tuple(Line(*(one / divisor for one in line)) for line in a.lines)
        low, high = sorted((a.low / divisor, a.high / divisor))
        return a._replace(low=low, high=high, lines=lines)
    inverse = _inverse(b)
    if Kind.FLAT in (a.kind, b.kind):
        return _multiply(a, inverse)
    if Kind.MONOTONE in (a.kind, b.kind):
        raise Unproven("/")
    both = a.breakpoints | inverse.breakpoints  # a line over a line: on either side of its pole it rises or falls
    return Form(both, *_bounds(a, inverse, _times))


def _inverse(form: Form) -> Form:
    """Return one over a value, which jumps where that is 0."""
    kind = Kind.FLAT if form.kind == Kind.FLAT else Kind.MONOTONE
    if form.low > 0 or form.high < 0:
        return Form(form.breakpoints, 1 / form.high, 1 / form.low, kind)
    if form.low == 0 and form.kind != Kind.FLAT and form.lines == T.lines:
        return Form(form.breakpoints, 0.0, math.inf, kind)
    return Form(form.breakpoints | crossings(form, constant(0.0)), kind=kind)


def _floor_divide(a: Form, b: Form) -> Form:
    return _floor(_divide(a, b))


def _remainder(a: Form, b: Form) -> Form:
    rest = _subtract(a, _multiply(b, _floor(_divide(a, b))))
    if b.number is None:
        return rest
    return rest._replace(low=max(rest.low, min(b.number, 0.0)), high=min(rest.high, max(b.number, 0.0)))


def _power(a: Form, b: Form) -> Form:
    if Kind.FLAT not in (a.kind, b.kind):
        raise Unproven("**")
    both = a.breakpoints | b.breakpoints
    kind = Kind.FLAT if a.kind == b.kind == Kind.FLAT else Kind.MONOTONE
    if a.low >= 0:
        return Form(both, *_bounds(a, b, _raised), kind)
    return Form(both | crossings(a, constant(0.0)), kind=kind)


def _raised(x: float, y: float) -> float:
    try:
        return float(x**y)
    except (OverflowError, ZeroDivisionError):
        return math.inf


def _monotone(function: Callable[[float], float]) -> Callable[[Form], Form]:
    """Return the rule of a function that rises with what it is given."""

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


def _floor(form: Form) -> Form:
    """Return the whole number below a value: a staircase if that is straight, and else as it rises and falls."""
    bounds = form._replace(low=form.low - 1, lines=None, frame=None)
    if form.kind == Kind.FLAT:
        return bounds
    if form.lines is None or form.frame is not None:
        return bounds._replace(kind=Kind.MONOTONE)
    frames = {line: frame_of(line) for line in form.lines if line.slope}
    stairs = form.breakpoints | {frame.every() for frame in frames.values()}
    if len(form.lines) > 1:
        return bounds._replace(breakpoints=stairs, kind=Kind.FLAT)
    ((line, frame),) = frames.items()
    first = float(round(frame.line(line).start)) - (line.slope < 0)
    return on_lines(stairs, [Line(0.0, first, math.copysign(1.0, line.slope))], frame, bounds)


def _ceil(form: Form) -> Form:
    return _floor(form.scaled(-1.0)).scaled(-1.0)


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
    """Return what is known of t where a condition holds, and where it does not."""
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
    """Return a wave: within half of one it only rises or only falls, and over a line it turns after each half."""
    if form.kind == Kind.FLAT:
        return Form(form.breakpoints, -1.0, 1.0, Kind.FLAT)
    half = math.floor(form.low / math.pi + _ROUNDING) if form.low > -math.inf else 0
    if half * math.pi - _ROUNDING <= form.low and form.high <= (half + 1) * math.pi + _ROUNDING:
        low, high = sorted((math.cos(form.low), math.cos(form.high)))
        return Form(form.breakpoints, low, high)
    if form.lines is None:
        raise Unproven("cos")
    turns = [turn for line in form.lines if line.slope for turn in _turns(line, form)]
    return Form(form.breakpoints.union(turns), -1.0, 1.0)


def _turns(line: Line, form: Form) -> list[Breakpoint]:
    if form.frame is None:
        return [frame_of(line, math.pi).every()]
    low, high = sorted((line.start, line.start + line.slope * form.frame.period))
    halves = range(math.ceil(low / math.pi - _ROUNDING), math.floor(high / math.pi + _ROUNDING) + 1)
    if len(halves) > _MOST_TURNS:
        raise Unproven("cos")
    return [turn for half in halves for turn in zeros(line.plus(Line(0.0, -half * math.pi)), form.frame)]


_RULES: dict[str, Callable[..., Form]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "//": _floor_divide,
    "%": _remainder,
    "**": _power,
    "neg": lambda form: form.scaled(-1.0),
    "abs": _absolute,
    "floor": _floor,
    "ceil": _ceil,
    "min": _minimum,
    "max": _maximum,
    "count": _count,
    "and": _logic,
    "or": _logic,
    "not": _logic,
    "cos": _cosine,
    "sin": lambda form: _cosine(_subtract(form, constant(math.pi / 2))),
    "exp": _monotone(math.exp),
    "log": _monotone(math.log),
    "log2": _monotone(math.log2),
    "log10": _monotone(math.log10),
    "sqrt": _monotone(math.sqrt),
    "tanh": _monotone(math.tanh),
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), _comparison),
}
"""By operation."""
