"""What is known of a value as a function of t: its breakpoints, its bounds, and the straight lines that it follows."""

from __future__ import annotations

import math
from enum import IntEnum
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from lrcli.breakpoints import At, Every

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lrcli.breakpoints import Breakpoint

ROUNDING = 1e-9
"""Two numbers are the same if they differ by at most this share."""

_MOST_LINES = 16
"""The most lines of a value; of a value with more it is only known that it is piecewise straight."""


class Unproven(Exception):  # noqa: N818 - it is no error: such a schedule declares its breakpoints
    """The breakpoints of a value cannot be derived."""


class Line(NamedTuple):
    """A straight line over the time since the start of a period; in each further period it is higher by `step`."""

    slope: float
    start: float
    step: float = 0.0

    def scaled(self, factor: float) -> Line:
        """Return the line times a number."""
        return Line(*(one * factor for one in self))

    def plus(self, other: Line) -> Line:
        """Return the sum of two lines, with 0 for a sum that is only rounding."""
        pairs = zip(self, other, strict=True)
        return Line(*(0.0 if math.isclose(a, -b, rel_tol=ROUNDING) else a + b for a, b in pairs))


class Frame(NamedTuple):
    """Periods, of which the k-th starts at offset + k · period."""

    period: float
    offset: float

    def line(self, line: Line) -> Line:
        """Return a line over all t as a line over the time since the start of a period."""
        return Line(line.slope, line.slope * self.offset + line.start, line.slope * self.period)

    def is_like(self, other: Frame) -> bool:
        """Return whether two frames are the same."""
        apart = abs(self.offset - other.offset)
        return math.isclose(self.period, other.period, rel_tol=ROUNDING) and apart <= ROUNDING * self.period

    def every(self, since: float = 0.0) -> Every:
        """Return the time that is `since` after the start of each period."""
        return Every(self.period, plain(self.offset + since))


class Kind(IntEnum):
    """What a value is between its breakpoints; of two values together, the lower kind."""

    MONOTONE = 0
    STRAIGHT = 1
    FLAT = 2


class Form(NamedTuple):
    """What is known of a value over all t ≥ 0; between its breakpoints it is monotone.

    Attributes:
        breakpoints: Where it jumps or changes its form.
        low: A lower bound.
        high: An upper bound.
        kind: What it is between its breakpoints.
        lines: Straight lines of which it is on one everywhere; None if they are not known.
        frame: The periods of the lines; None if the lines are over all t.
    """

    breakpoints: frozenset[Breakpoint]
    low: float = -math.inf
    high: float = math.inf
    kind: Kind = Kind.MONOTONE
    lines: tuple[Line, ...] | None = None
    frame: Frame | None = None

    @property
    def number(self) -> float | None:
        """Its value if it is constant; otherwise None."""
        return self.low if self.low == self.high else None

    def scaled(self, factor: float) -> Form:
        """Return the value times a number."""
        if factor == 0:
            return constant(0.0)
        low, high = sorted((self.low * factor, self.high * factor))
        return self._replace(low=low, high=high, lines=self.lines and tuple(line.scaled(factor) for line in self.lines))


class Shared(NamedTuple):
    """The lines of two values over the same periods."""

    left: tuple[Line, ...]
    right: tuple[Line, ...]
    frame: Frame | None


NOWHERE: frozenset[Breakpoint] = frozenset()
T = Form(NOWHERE, 0.0, math.inf, Kind.STRAIGHT, (Line(1.0, 0.0),))


def constant(value: float) -> Form:
    """Return a constant."""
    return Form(NOWHERE, value, value, Kind.FLAT, (Line(0.0, value),))


def plain(number: float) -> float:
    """Return a number without the rounding of its last digits."""
    short = float(f"{number:.12g}")
    return short if math.isclose(number, short, rel_tol=1e-15) else number


def on_lines(breakpoints: frozenset[Breakpoint], lines: Iterable[Line], frame: Frame | None, bounds: Form) -> Form:
    """Return a value on some lines, with the tighter of some bounds and the bounds of the lines."""
    own = tuple(dict.fromkeys(lines))
    kind = Kind.FLAT if all(line.slope == 0 for line in own) else Kind.STRAIGHT
    ends = [end for line in own for end in _ends(line, frame)]
    low, high = max(min(ends), bounds.low), min(max(ends), bounds.high)
    return Form(breakpoints, low, high, kind, own if len(own) <= _MOST_LINES else None, frame)


def _ends(line: Line, frame: Frame | None) -> list[float]:
    length = math.inf if frame is None else frame.period
    ends = [line.start, line.start + (line.slope * length if line.slope else 0.0)]
    return [*ends, math.copysign(math.inf, line.step)] if line.step else ends


def aligned(a: Form, b: Form) -> Shared | None:
    """Return the lines of two values over the same periods; None if they are not known, or their periods differ."""
    if a.lines is None or b.lines is None:
        return None
    if a.frame is None and b.frame is None:
        return Shared(a.lines, b.lines, None)
    if a.frame is None or b.frame is None:
        frame = a.frame or b.frame
        return Shared(_within(a, frame), _within(b, frame), frame)
    return Shared(a.lines, b.lines, a.frame) if a.frame.is_like(b.frame) else None


def _within(form: Form, frame: Frame | None) -> tuple[Line, ...]:
    lines = form.lines or ()
    return lines if form.frame is not None or frame is None else tuple(frame.line(line) for line in lines)


def crossings(a: Form, b: Form) -> frozenset[Breakpoint]:
    """Return when two values cross, apart from their own breakpoints.

    Raises:
        Unproven: If it is not known.
    """
    if a.high <= b.low or b.high <= a.low or (a.kind == b.kind == Kind.FLAT):
        return NOWHERE
    shared = aligned(a, b)
    if shared is None:
        raise Unproven
    apart = {left.plus(right.scaled(-1.0)) for left, right in product(shared.left, shared.right)}
    return frozenset(found for line in apart for found in zeros(line, shared.frame))


def zeros(line: Line, frame: Frame | None) -> list[Breakpoint]:
    """Return when a line is 0.

    Raises:
        Unproven: If it is 0 at another time in each period.
    """
    if line.slope == 0:  # it is 0 for a whole period or not at all
        return []
    since = plain(-line.start / line.slope)
    if frame is None:
        return [At((since,))] if since >= 0 else []
    if line.step:
        raise Unproven
    return [frame.every(since)] if -ROUNDING <= since / frame.period <= 1 + ROUNDING else []


def frame_of(line: Line, height: float = 1.0) -> Frame:
    """Return the periods at whose start a line over all t is a multiple of a height; the first starts at t ≤ 0."""
    period = plain(height / abs(line.slope))
    since = math.fmod(-line.start / line.slope, period)
    offset = since - period if since > ROUNDING * period else since
    return Frame(period, 0.0 if abs(offset) <= ROUNDING * period or offset + period <= ROUNDING * period else offset)
