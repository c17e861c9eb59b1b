"""The breakpoints of sums, products, quotients, powers and whole parts, from those of their operands."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lrcli.proof.form import Form, Kind, Line, T, Unproven, aligned, constant, crossings, frame_of, on_lines

if TYPE_CHECKING:
    from collections.abc import Callable


def add(a: Form, b: Form) -> Form:
    """Return the sum of two values."""
    both, kind = a.breakpoints | b.breakpoints, min(a.kind, b.kind)
    bounds = Form(both, a.low + b.low, a.high + b.high, kind)
    if (shared := aligned(a, b)) is not None:
        lines = [left.plus(right) for left in shared.left for right in shared.right]
        return on_lines(both, lines, shared.frame, bounds)
    if kind == Kind.MONOTONE and Kind.FLAT not in (a.kind, b.kind):
        raise Unproven("+")
    return bounds


def subtract(a: Form, b: Form) -> Form:
    """Return the difference of two values."""
    return add(a, b.scaled(-1.0))


def multiply(a: Form, b: Form) -> Form:
    """Return the product of two values."""
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


def divide(a: Form, b: Form) -> Form:
    """Return the quotient of two values."""
    divisor = b.number
    if divisor:
        lines = a.lines and tuple(Line(*(one / divisor for one in line)) for line in a.lines)
        low, high = sorted((a.low / divisor, a.high / divisor))
        return a._replace(low=low, high=high, lines=lines)
    inverse = _inverse(b)
    if Kind.FLAT in (a.kind, b.kind):
        return multiply(a, inverse)
    if Kind.MONOTONE in (a.kind, b.kind):
        raise Unproven("/")
    both = a.breakpoints | inverse.breakpoints  # a line over a line is monotone on both sides of its pole
    return Form(both, *_bounds(a, inverse, _times))


def _inverse(form: Form) -> Form:
    """Return the reciprocal of a value, which jumps where the value is 0."""
    kind = Kind.FLAT if form.kind == Kind.FLAT else Kind.MONOTONE
    if form.low > 0 or form.high < 0:
        return Form(form.breakpoints, 1 / form.high, 1 / form.low, kind)
    if form.low == 0 and form.kind != Kind.FLAT and form.lines == T.lines:
        return Form(form.breakpoints, 0.0, math.inf, kind)
    return Form(form.breakpoints | crossings(form, constant(0.0)), kind=kind)


def floor_divide(a: Form, b: Form) -> Form:
    """Return the whole part of a quotient."""
    return floor(divide(a, b))


def remainder(a: Form, b: Form) -> Form:
    """Return the remainder of a division."""
    rest = subtract(a, multiply(b, floor(divide(a, b))))
    if b.number is None:
        return rest
    return rest._replace(low=max(rest.low, min(b.number, 0.0)), high=min(rest.high, max(b.number, 0.0)))


def power(a: Form, b: Form) -> Form:
    """Return a value to the power of another."""
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


def floor(form: Form) -> Form:
    """Return the largest whole number ≤ a value, which is a staircase if the value is straight."""
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


def ceil(form: Form) -> Form:
    """Return the smallest whole number ≥ a value."""
    return floor(form.scaled(-1.0)).scaled(-1.0)
