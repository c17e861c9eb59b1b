"""Closed forms as text that runs: a declaration's `formula`, and `where` for the names that it uses.

The text is the project's own, or that of an installed package, and is compiled once. It is evaluated with whatever t
is: a float, an array or an expression (see `lrcli.numeric`), so that the formula which `describe` prints is also the
one that gives the numbers, the breakpoints and the written code.
"""

from __future__ import annotations

import math
import re
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
"""What a formula may call. `count(t, marks)` is how many of the marks are ≤ t, and `bisect` the same as Python's search
finds it; `at(t, 'name')` is what a name is at another t."""


_FUNCTIONS = frozenset({"floor"})
"""Functions that a parameter of composition is called as too, which a formula never means."""


class Scope(dict[str, Any]):
    """The names of one evaluation: t, the parameters, and the names in `where`, each worked out when it is used.

    Besides these there are span, how long the schedule may play, and point, how long one point of the run lasts.

    Attributes:
        schedule: Whose parameters they are; a length is a number of the run's unit.
        run: The run that lengths are of.
    """

    def __init__(self, schedule: Family, run: Run, **known: Any) -> None:
        super().__init__(known)
        self.schedule, self.run = schedule, run

    def __missing__(self, name: str) -> Any:
        forms, fields = _compiled(type(self.schedule)), _fields(type(self.schedule))
        if name in forms:
            value = evaluate(forms[name], self)
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

    def _at(self, t: Array, text: str) -> Any:
        return evaluate(expression(text), Scope(self.schedule, self.run, t=t))

    def _parameter(self, parameter: Parameter) -> Any:
        """Return the value of a parameter: a length as a number, one that is left out as that which it follows."""
        value = getattr(self.schedule, parameter.field)
        if value is None and parameter.otherwise:
            return self[parameter.otherwise]
        if parameter.formula and value is not None:
            return function(value, parameter.formula)
        if parameter.kind != "length":
            return value
        return tuple(map(self.run.of, value)) if parameter.many else self.run.of(value)


def evaluate(code: CodeType, scope: Mapping[str, Any]) -> Any:
    """Return the value of a compiled expression."""
    return eval(code, NAMESPACE, scope)  # noqa: S307 - the text of a declaration, never of a user


@cache
def expression(text: str) -> CodeType:
    """Return an expression of a declaration, compiled."""
    return compile(text, f"<{text}>", "eval")


def play(schedule: Family, t: Array, run: Run) -> Array:
    """Return what the schedule's formula gives at t, in the shape of t."""
    code = expression(schedule.formula)
    try:
        value = evaluate(code, Scope(schedule, run, t=t))
        if _is_complex(value):  # Python's root of a negative number, which is NaN to numpy and the frameworks
            value = _without_traps(code, Scope(schedule, run, t=t))
    except ArithmeticError:
        value = _without_traps(code, Scope(schedule, run, t=t))
    return shaped(value, t)


def shaped(value: Any, t: Array) -> Array:
    """Return a value in the shape of t, which it lacks where it does not depend on t; a complex one is not a number."""
    if _is_complex(value):
        return numeric.full(t, math.nan)
    return value if hasattr(value, "shape") or hasattr(value, "namespace") else numeric.full(t, float(value))


def _is_complex(value: Any) -> bool:
    return isinstance(value, complex) or getattr(getattr(value, "dtype", None), "kind", "f") == "c"


def _without_traps(code: CodeType, scope: Scope) -> Any:
    """Return the value with numpy's arithmetic, in which 1/0 and 10.0**400 are inf, where Python's own raises."""
    import numpy as np

    def plain(value: Any) -> Any:
        return np.float64(value) if isinstance(value, float | int) and not isinstance(value, bool) else value

    t = plain(scope["t"])
    for name in names_used(type(scope.schedule)):
        scope[name] = plain(scope[name])
    scope["t"] = t
    with np.errstate(all="ignore"):
        value = evaluate(code, scope)
    return value if hasattr(value, "namespace") or np.ndim(value) else float(value)


@cache
def names_used(declaration: type[Family]) -> frozenset[str]:
    """Return the parameters that hold one number each."""
    return frozenset(
        p.name for p in parameters(declaration) if p.kind in ("number", "integer", "length") and not p.many
    )


def number(schedule: Family, run: Run, text: str) -> Any:
    """Return the value of an expression of the schedule's parameters and of the names in its `where`, without t."""
    return evaluate(expression(text), Scope(schedule, run))


@cache
def names_in(text: str) -> frozenset[str]:
    """Return the names that an expression uses, without the functions."""
    return frozenset(expression(text).co_names) - NAMESPACE.keys()


@cache
def _compiled(declaration: type[Family]) -> dict[str, CodeType]:
    return {name: expression(text) for name, text in declaration.where.items()}


@cache
def _fields(declaration: type[Family]) -> dict[str, Parameter]:
    """Return the parameters by their names."""
    return {parameter.name: parameter for parameter in parameters(declaration)}


@lru_cache(maxsize=64)
def function(text: str, name: str) -> Callable[[Array], Array]:
    """Return the function that a user's formula of one variable, or a lambda, stands for.

    Raises:
        SpecError: If it is not one, or uses what a formula may not.
    """
    form = formulas.function(text, name)
    return lambda t: numeric.evaluated(lambda numpy, values: form(numeric.as_python(numpy), values["t"]), t, 1.0, {})


def faults(text: str, name: str) -> tuple[Problem, ...]:
    """Return what is wrong with a user's formula of one variable."""
    try:
        function(text, name)
    except SpecError as error:
        return tuple(error.problems)
    return ()


_SIGNS = (
    (r"\s*\*\*\s*", "^"),
    (r"\s*\*\s*", " · "),
    (r"(?<=\S) - ", " − "),
    (r"(?<![\w)])-(?=[\w(])", "−"),
    (r"<=", "≤"),
    (r">=", "≥"),
    (r"\bpi\b", "π"),
    (r"\binf\b", "∞"),
    (r"\bsqrt\(", "√("),
    (r"\bfloor\(([^()]*)\)", r"⌊\1⌋"),
    (r"\bceil\(([^()]*)\)", r"⌈\1⌉"),
)


def shown(text: str) -> str:
    """Return an expression with the signs of mathematics: `·` for `*`, `^` for `**`, `π`, `√`."""
    return reduce(lambda so_far, sign: re.sub(sign[0], sign[1], so_far), _SIGNS, text)


def formula_shown(declaration: type[Family]) -> list[str]:
    """Return the formula of a declaration and what its names mean, as `describe` prints them, a line each."""
    names = (f"{name} = {shown(text)}" for name, text in meanings(declaration).items())
    left_out = (f"{name} = {otherwise} if it is left out" for name, otherwise in _left_out(declaration).items())
    whole = " ".join([declaration.formula, *meanings(declaration).values()])
    functions = (f"{call} = {text}" for call, text in _FUNCTIONS_SHOWN.items() if call.partition("(")[0] + "(" in whole)
    return [f"lr(t) = {shown(declaration.formula)}", *names, *left_out, *functions]


_FUNCTIONS_SHOWN = {"line(u, L, a, b)": "a + (b − a) · u / L"}
"""What functions that no reader knows do."""


def _left_out(declaration: type[Family]) -> dict[str, str]:
    """Return the parameters that have the value of another name if they are left out, with that name."""
    return {p.name: p.otherwise for p in parameters(declaration) if p.otherwise}


def meanings(declaration: type[Family]) -> dict[str, str]:
    """Return the names in `where` that the formula uses, itself or through others, with their meanings."""
    texts, used = [declaration.formula], set[str]()
    known = declaration.where | _left_out(declaration)
    while texts:
        words = set(re.findall(r"[^\W\d]\w*", texts.pop()))
        texts += [text for name, text in known.items() if name in words - used]
        used |= words
    return {name: text for name, text in declaration.where.items() if name in used}
