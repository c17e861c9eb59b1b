"""A framework's scheduler as a call of its class or function, with the arguments that differ from their defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lrcli.code.layout import call
from lrcli.code.source import written
from lrcli.code.writer import MATH, number
from lrcli.expression import Functions, Symbol
from lrcli.formula import function
from lrcli.parameters import Parameter, parameters, plain
from lrcli.schedules import Constant

if TYPE_CHECKING:
    from lrcli.frameworks.scheduler import Scheduler


def construction(spec: Scheduler, prefix: str = "", indent: str = "", around: int = 0) -> str:
    """Return the call that constructs a scheduler.

    Args:
        spec: The scheduler, with its lengths as numbers.
        prefix: What stands before its name: `optax.`.
        indent: Indentation of every line but the first.
        around: How many columns of the first line other text takes.
    """
    arguments = ["optimizer"] if spec.takes_optimizer else []
    if spec.members:
        arguments.append(f"{spec.members}={_members(spec, prefix, indent + '    ')}")
    arguments += [f"{p.name}={argument(spec, p)}" for p in parameters(type(spec)) if is_written(spec, p)]
    return call(prefix + spec.maker(), arguments, indent, around)


def _members(spec: Scheduler, prefix: str, indent: str) -> str:
    """Return the argument that holds a scheduler's members: a list, or a single one."""
    members = getattr(spec, spec.members)
    if spec.one_member:
        return _member(members[0], prefix, indent, len(f"{spec.members}=,"))
    made = [_member(one, prefix, indent + "    ", 1) for one in members]
    return "\n".join(["[", *(f"{indent}    {one}," for one in made), f"{indent}]"])


def _member(member: Any, prefix: str, indent: str, around: int) -> str:
    is_constant = isinstance(member, Constant)
    return repr(member.max_lr) if is_constant else construction(member, prefix, indent, around)


def given_arguments(spec: Scheduler) -> dict[str, Any]:
    """Return the arguments of a scheduler that differ from their defaults, by name, as plain values."""
    return {p.name: plain(getattr(spec, p.field)) for p in parameters(type(spec)) if is_written(spec, p)}


def with_members(spec: Scheduler) -> list[Scheduler]:
    """Return a scheduler and, recursively, its members."""
    members = getattr(spec, spec.members) if spec.members else ()
    return [spec, *(one for member in members for one in with_members(member))]


def is_written(spec: Scheduler, parameter: Parameter) -> bool:
    """Return whether a parameter is an argument that differs from its default, or is always written."""
    if parameter.field in spec.not_arguments:
        return False
    return parameter.required or getattr(spec, parameter.field) != parameter.default or parameter.field in spec.always


def argument(spec: Scheduler, parameter: Parameter) -> str:
    """Return the value of a parameter as code."""
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
    """Return a value as code; a rate always as a float, because some frameworks compute with ints if given ints."""
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
