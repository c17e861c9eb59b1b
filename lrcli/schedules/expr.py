"""A formula of the user's own."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from lrcli import formula
from lrcli.formula import evaluated
from lrcli.parameters import NOT_A_PARAMETER
from lrcli.problems import Problem, SpecError
from lrcli.schedules.base import FloorLr, PeakLr, Schedule

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run

_VARIABLES = ("t", "T", "x", "max_lr", "min_lr")


@lru_cache(maxsize=64)
def _read(text: str, names: frozenset[str]) -> formula.Evaluate:
    """Return the function that evaluates a formula; it is read once, not for every block of points."""
    return formula.read(text, names)


class Expr(Schedule, tag="expr", frozen=True, kw_only=True):
    """Follow a formula of your own.

    lr(t) is the formula's value, over t, T (how long the schedule may play), x = t/T, max_lr, min_lr and your
    constants, with + − * / // % **, comparisons, `and`, `or`, `not`, `a if b else c`, pi, e, and the functions abs,
    ceil, clip, cos, exp, float, floor, int, log, log10, log2, max, maximum, min, minimum, pow, round, sin, sqrt, tanh
    and where.

    Attributes:
        constants: Further names and their values; in text forms they are given like parameters.
    """

    formula = "your own, over t, T and x = t/T"
    changes = "at every step"
    shape = "any shape"
    use = "Schedules that lrcli does not have, for example from a paper: expr:max_lr*exp(-k*x),k=5."
    tips = (
        "In inline text put a formula with a plus into parentheses: expr:(0.01+0.1*exp(-t/20)).",
        "where(t < 30, max_lr, min_lr) makes a step; x runs from 0 to just below 1.",
        "The log(1/x) annealing: expr:max_lr*log((T+1)/(t+1))/log(T+1).",
    )
    sources = ("numpy, whose functions these are",)
    positional = "lr"

    expression: Annotated[str, Meta(description="The formula.", extra={"formula": "t"})] = msgspec.field(
        default="max_lr * exp(-5 * x)", name="lr"
    )
    max_lr: PeakLr = 0.1
    min_lr: FloorLr = 0.0
    constants: Annotated[dict[str, float], NOT_A_PARAMETER] = {}

    def lr(self, t: Array, run: Run) -> Array:
        """Return the formula's value at t."""
        values = {"T": run.span, "max_lr": self.max_lr, "min_lr": self.min_lr, **self.constants}
        return evaluated(_read(self.expression, frozenset({"t", "x", *values})), t, run.span, values)

    def problems(self) -> list[Problem]:
        """Return the problems of the formula and the constants."""
        found = super().problems()
        constants: dict[str, Any] = dict(self.constants)
        for name, value in constants.items():
            if not name.isidentifier() or name in {*_VARIABLES, *formula.CONSTANTS, *formula.FUNCTIONS}:
                found.append(Problem(message=f"a constant cannot be called {name!r}", path=(name,)))
            elif not isinstance(value, int | float) or not math.isfinite(value):
                found.append(Problem(message=f"{name} must be a finite number, not {value!r}", path=(name,)))
        try:
            formula.read(self.expression, [*_VARIABLES, *self.constants])
        except SpecError as error:
            found += [problem._replace(path=("lr",)) for problem in error.problems]
        return found
