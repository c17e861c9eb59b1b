"""A framework's scheduler as the call that makes it: its class or function, and what differs from the defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lrcli.code.source import MATH, call, number, written
from lrcli.expression import Functions, Symbol
from lrcli.formula import function
from lrcli.parameters import Parameter, parameters

if TYPE_CHECKING:
    from lrcli.frameworks.scheduler import Scheduler


def construction(spec: Scheduler, prefix: str = "", indent: str = "", around: int = 0) -> str:
    """Return the call that makes a scheduler.

    Args:
        spec: The scheduler, its lengths as numbers.
        prefix: Before its name: `optax.`.
        indent: Before every line but the first.
        around: Columns that the first line has besides.
    """
    arguments = ["optimizer"] if spec.takes_optimizer else []
    if spec.members:
        inner = indent + "    "
        members = [construction(one, prefix, inner + "    ", 1) for one in getattr(spec, spec.members)]
        arguments.append("\n".join([f"{spec.members}=[", *(f"{inner}    {one}," for one in members), f"{inner}]"]))
    arguments += [f"{p.name}={_value(spec, p)}" for p in parameters(type(spec)) if _is_said(spec, p)]
    return call(prefix + spec.maker(), arguments, indent, around)


def with_members(spec: Scheduler) -> list[Scheduler]:
    """Return a scheduler, and all that are members of it."""
    members = getattr(spec, spec.members) if spec.members else ()
    return [spec, *(one for member in members for one in with_members(member))]


def _is_said(spec: Scheduler, parameter: Parameter) -> bool:
    if parameter.field in spec.not_arguments:
        return False
    return parameter.required or getattr(spec, parameter.field) != parameter.default or parameter.field in spec.always


def _value(spec: Scheduler, parameter: Parameter) -> str:
    value = getattr(spec, parameter.field)
    if isinstance(value, tuple):
        return _list(value, parameter)
    if isinstance(value, str) and parameter.formula:
        return _lambda(value, parameter.formula)
    return _one(value, parameter)


def _list(values: tuple[Any, ...], parameter: Parameter) -> str:
    if parameter.pairs:
        pairs = zip(values[::2], values[1::2], strict=True)
        return "{" + ", ".join(f"{number(at)}: {number(by)}" for at, by in pairs) + "}"
    listed = ", ".join(_one(value, parameter) for value in values)
    return listed if len(values) == 1 and parameter.field == "noise_range_t" else f"[{listed}]"


def _one(value: Any, parameter: Parameter) -> str:
    """Return a value; a rate as a float, because some frameworks make whole numbers of ints."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return f'"{value}"'
    rate = parameter.written_as_float or (parameter.kind == "number" and parameter.field.endswith(_RATES))
    return repr(float(value)) if rate else number(value)


_RATES = ("value", "learning_rate", "target")


def _lambda(text: str, name: str) -> str:
    """Return a formula of one name, or a lambda, as a lambda over math."""
    value = function(text, name)(Functions, Symbol(name, whole=name == "epoch"))
    return f"lambda {name}: {written(value, MATH)}"
