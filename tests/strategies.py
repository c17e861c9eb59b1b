"""Declarations with generated parameters, within the bounds that they declare and nothing more."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from lrcli.parameters import Parameter, parameters
from lrcli.problems import SpecError
from lrcli.schedules import SCHEDULES

if TYPE_CHECKING:
    from lrcli.schedules.base import Schedule

DECLARATIONS = list(SCHEDULES.values())


def values(parameter: Parameter, *, whole: bool = False) -> st.SearchStrategy[Any]:
    """Return values that a parameter may have; its lengths are whole numbers if asked for."""
    one = st.integers(1, 200).map(float) if whole and parameter.kind == "length" else _one(parameter)
    value = st.lists(one, min_size=1, max_size=4).map(tuple) if parameter.many else one
    return st.none() | value if parameter.optional else value


def _one(parameter: Parameter) -> st.SearchStrategy[Any]:
    if parameter.choices:
        return st.sampled_from(parameter.choices)
    if parameter.kind == "text":
        return st.sampled_from(["max_lr*exp(-t/20)", "(min_lr + (max_lr-min_lr)/(1+t/10))", "where(t<300, max_lr, 0)"])
    if parameter.kind == "switch":
        return st.booleans()
    numbers = _numbers(parameter)
    if parameter.kind == "length":
        return st.floats(0.5, 200) | st.sampled_from(["1%", "12.5%", "100%", "3ep", "0.5ep", "250st"])
    return numbers.map(int) if parameter.kind == "integer" else numbers


def _numbers(parameter: Parameter) -> st.SearchStrategy[float]:
    low = parameter.ge if parameter.ge is not None else parameter.gt
    high = parameter.le if parameter.le is not None else parameter.lt
    low = 0.0 if low is None else float(low)
    high = math.inf if high is None else float(high)
    inside = st.floats(
        low,
        min(high, 1e9),
        exclude_min=parameter.gt is not None,
        exclude_max=parameter.lt is not None and parameter.lt <= 1e9,
        allow_subnormal=False,
    )
    return inside if parameter.kind != "integer" else st.integers(math.ceil(low), int(min(high, 1e9))).map(float)


@st.composite
def schedules(draw: st.DrawFn, declaration: type[Schedule] | None = None, *, whole: bool = False) -> Schedule:
    """Return an instance of a declaration, or of any; its lengths are whole numbers if asked for."""
    kind = declaration or draw(st.sampled_from(DECLARATIONS))
    own = [parameter for parameter in parameters(kind) if parameter.name != "for"]
    chosen = {parameter.field: draw(values(parameter, whole=whole)) for parameter in own if draw(st.booleans())}
    for low, high in (("min_lr", "max_lr"), ("floor", "cap")):
        if chosen.get(low, 0) > (chosen.get(high) if chosen.get(high) is not None else math.inf):
            chosen[low], chosen[high] = chosen[high], chosen[low]
    try:
        return kind(**chosen)
    except SpecError:
        return kind(**{name: value for name, value in chosen.items() if name not in ("min_lr", "max_lr", "pct_start")})
