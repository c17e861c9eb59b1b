"""Evaluate closed forms that are given as text: a declaration's `formula`, and `where` for the names that it uses.

The text is the project's own, or that of an installed package, and is compiled once. t is a float, an array or an
expression (see `lrcli.numeric`): the formula that `describe` prints also gives the numbers, the breakpoints and the
written code.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache, lru_cache, reduce
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from lrcli import formula as formulas
from lrcli import numeric
from lrcli.parameters import parameters
from lrcli.problems import SpecError
from lrcli.schedules.phases import anneal, cumulative, ends, equal_parts, phases

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType

    from lrcli.expression import Value
    from lrcli.numeric import Array
    from lrcli.parameters import Parameter
    from lrcli.problems import Problem
    from lrcli.run import Run
    from lrcli.schedules.base import Family


def _all(pick: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    return lambda *values: reduce(pick, values)


NAMESPACE: dict[str, Any] = {
    "__builtins__": {},
    "abs": abs,
    "anneal": anneal,
    "bisect": numeric.bisect_at,
    "ceil": numeric.ceil,
    "cos": numeric.cos,
    "count": numeric.count_at_most,
    "cumulative": cumulative,
    "cycle_number": numeric.cycle_number,
    "ends": ends,
    "equal_parts": equal_parts,
    "exp": numeric.exp,
    "floor": numeric.floor,
    "full": numeric.full,
    "inf": numeric.inf,
    "int": int,
    "len": len,
    "list": list,
    "line": numeric.line,
    "log": numeric.log,
    "max": _all(numeric.maximum),
    "min": _all(numeric.minimum),
    "numerator": lambda x: float(Fraction(x).numerator),
    "phases": phases,
    "pi": numeric.pi,
    "round": round,
    "set": set,
    "pick": numeric.pick,
    "sin": numeric.sin,
    "sorted": sorted,
    "single": numeric.single,
    "single_log": numeric.single_log,
    "sqrt": numeric.sqrt,
    "tanh": numeric.tanh,
    "totals": lambda numbers: list(accumulate(numbers)),
    "where": numeric.where,
    "whole_log": numeric.whole_log,
}
"""What a formula may call. `count(t, times)` is the number of times ≤ t, and `bisect` what Python's `bisect_right`
returns; `at(t, 'name')` is the value of a name at another t."""


_FUNCTIONS = frozenset({"floor"})
"""Functions with the name of a composition parameter; in a formula the name is the function."""


class Scope(dict[str, Any]):
    """The names of one evaluation: t, the parameters, and the names in `where`, each evaluated when it is used.

    Lengths are numbers in the run's unit. Further names are span, the length of the schedule, point, the length of one
    point of the run, and unit, the run's unit.

    Attributes:
        schedule: The schedule that has the parameters.
        run: The run that its lengths refer to.
    """

    def __init__(self, schedule: Family, run: Run, **known: Value) -> None:
        super().__init__(known)
        self.schedule, self.run = schedule, run

    def __missing__(self, name: str) -> Value:
        where, fields = self.schedule.where, _fields(type(self.schedule))
        if name in where:
            value = evaluate(where[name], self)
        elif name in fields and name not in _FUNCTIONS:
            value = self._parameter(fields[name])
        elif name == "at":
            value = self._at
        elif name == "unit":
            value = self.run.unit
        elif name == "span":
            value = self.run.span
        elif name == "point":
            value = self.run.total / self.run.points
        else:
            raise KeyError(name)
        self[name] = value
        return value

    def _at(self, t: Array, text: str) -> Value:
        return value(self.schedule, self.run, text, t=t)

    def _parameter(self, parameter: Parameter) -> Value:
        """Return the value of a parameter: a length as a number, one that is left out as the name that it follows."""
        value = getattr(self.schedule, parameter.field)
        if value is None and parameter.otherwise:
            return self[parameter.otherwise]
        if parameter.formula and value is not None:
            return function(value, parameter.formula)
        if parameter.kind != "length":
            return value
        return tuple(map(self.run.of, value)) if parameter.many else self.run.of(value)


def evaluate(text: str, scope: Mapping[str, Value]) -> Value:
    """Return the value of an expression of a declaration."""
    return eval(_compiled(text), NAMESPACE, scope)  # noqa: S307 - the text of a declaration, never of a user


@cache
def _compiled(text: str) -> CodeType:
    return compile(text, f"<{text}>", "eval")


def value(schedule: Family, run: Run, text: str, **known: Value) -> Value:
    """Return the value of an expression of the schedule's parameters and the names in its `where`.

    Args:
        schedule: The schedule.
        run: The run that its lengths refer to.
        text: The expression.
        known: The values of further names, t among them if the expression depends on it.
    """
    return evaluate(text, Scope(schedule, run, **known))


def values(schedule: Family, run: Run, text: str, t: Array, **known: Value) -> Array:
    """Return the value of an expression at each t, in the shape of t; otherwise as `value`."""
    return shaped(value(schedule, run, text, t=t, **known), t)


def play(schedule: Family, t: Array, run: Run) -> Array:
    """Return the value of the schedule's formula at each t, in the shape of t."""
    text = schedule.formula
    try:
        found = evaluate(text, Scope(schedule, run, t=t))
        if _is_complex(found):  # Python's power of a negative number, which is NaN in numpy and the frameworks
            found = _without_traps(text, Scope(schedule, run, t=t))
    except ArithmeticError:
        found = _without_traps(text, Scope(schedule, run, t=t))
    return shaped(found, t)


def shaped(value: Value, t: Array) -> Array:
    """Return a value in the shape of t, which a value that does not depend on t lacks; NaN for a complex number."""
    if _is_complex(value):
        return numeric.full(t, math.nan)
    return value if hasattr(value, "shape") or hasattr(value, "namespace") else numeric.full(t, float(value))


def _is_complex(value: Value) -> bool:
    return isinstance(value, complex) or getattr(getattr(value, "dtype", None), "kind", "f") == "c"


def _without_traps(text: str, scope: Scope) -> Value:
    """Return the value in numpy's arithmetic, in which 1/0 and 10.0**400 are inf; Python's own raises."""
    import numpy as np

    def plain(value: Value) -> Value:
        return np.float64(value) if isinstance(value, float | int) and not isinstance(value, bool) else value

    t = plain(scope["t"])
    for name in _numbers(type(scope.schedule)):
        scope[name] = plain(scope[name])
    scope["t"] = t
    with np.errstate(all="ignore"):
        found = evaluate(text, scope)
    return found if hasattr(found, "namespace") or np.ndim(found) else float(found)


@cache
def _numbers(declaration: type[Family]) -> frozenset[str]:
    """Return the names of the parameters that hold a single number."""
    return frozenset(
        p.name for p in parameters(declaration) if p.kind in ("number", "integer", "length") and not p.many
    )


@cache
def names_in(text: str) -> frozenset[str]:
    """Return the names that an expression uses, apart from functions."""
    return frozenset(_compiled(text).co_names) - NAMESPACE.keys()


@cache
def _fields(declaration: type[Family]) -> dict[str, Parameter]:
    """Return the parameters of a declaration by name."""
    return {parameter.name: parameter for parameter in parameters(declaration)}


@lru_cache(maxsize=64)
def function(text: str, name: str) -> Callable[[Array], Array]:
    """Return the function that a user's formula of one variable, or lambda, defines.

    Raises:
        SpecError: If the text is no formula, or uses names or functions that a formula may not.
    """
    form = formulas.function(text, name)
    return lambda t: formulas.evaluated(lambda numpy, values: form(formulas.as_python(numpy), values["t"]), t, 1.0, {})


def faults(text: str, name: str) -> tuple[Problem, ...]:
    """Return the problems of a user's formula of one variable."""
    try:
        function(text, name)
    except SpecError as error:
        return tuple(error.problems)
    return ()
