"""Declarations: structs that check their values, and the parameters that follow from their annotations."""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Self, Union, get_args, get_origin

import msgspec

from lrcli.parameters.parameter import Kind, Parameter
from lrcli.problems import Problem, SpecError

NOT_A_PARAMETER = msgspec.Meta(extra={"parameter": False})
"""Marks a field that is no parameter: it holds other declarations, or is set by lrcli."""


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """A declaration whose values are checked whenever it is constructed: in Python, from text or from a dict."""

    def __post_init__(self) -> None:
        """Check every parameter, then the conditions between parameters.

        Raises:
            SpecError: With all problems.
        """
        found = []
        for parameter in parameters(type(self)):
            value = getattr(self, parameter.field)
            try:
                accepted = parameter.accept(value)
            except ValueError as error:
                found.append(Problem(message=str(error), path=(parameter.name,)))
                continue
            if accepted is not value:
                msgspec.structs.force_setattr(self, parameter.field, accepted)
        if found := found or self.problems():
            raise SpecError(*found)

    def replaced(self, **changes: Any) -> Self:
        """Return a copy with other values in some fields; unlike `msgspec.structs.replace` it checks them."""
        return type(self)(**{name: getattr(self, name) for name in self.__struct_fields__} | changes)

    def problems(self) -> list[Problem]:
        """Return the problems between parameters whose values are each valid."""
        return []


@cache
def parameters(declaration: type[msgspec.Struct]) -> tuple[Parameter, ...]:
    """Return a declaration's parameters: its own, then those of its bases, the nearest base first."""
    lineage = declaration.__mro__

    def distance(field: msgspec.structs.FieldInfo) -> int:
        return max(i for i, base in enumerate(lineage) if field.name in vars(base).get("__annotations__", {}))

    fields = sorted(msgspec.structs.fields(declaration), key=distance)
    return tuple(_parameter(field) for field in fields if NOT_A_PARAMETER not in get_args(field.type))


def _parameter(field: msgspec.structs.FieldInfo) -> Parameter:
    required = field.default is msgspec.NODEFAULT and field.default_factory is msgspec.NODEFAULT
    default = None if field.default is msgspec.NODEFAULT else field.default
    facts: dict[str, Any] = {
        "field": field.name,
        "name": field.encode_name,
        "default": default,
        "required": required,
    }
    _read(field.type, facts)
    return Parameter(**facts)


def _read(hint: Any, facts: dict[str, Any]) -> None:
    """Add the facts that an annotation states."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        for meta in arguments[1:]:
            _read_meta(meta, facts)
        _read(arguments[0], facts)
    elif origin in (Union, UnionType):
        members = [member for member in arguments if member is not NoneType]
        facts["optional"] = facts.get("optional", False) or len(members) < len(arguments)
        for member in reversed(members):
            _read(member, facts)
        if len(members) > 1:
            facts["kind"] = "length"
    elif origin is tuple:
        facts["many"] = True
        facts["size"] = None if arguments[-1] is Ellipsis else len(arguments)
        _read(arguments[0], facts)
    elif origin is Literal:
        facts["kind"] = "choice"
        facts["choices"] = arguments
    else:
        facts["kind"] = _KINDS.get(hint, "length")


_KINDS: dict[Any, Kind] = {float: "number", int: "integer", bool: "switch", str: "text"}


def _read_meta(meta: msgspec.Meta, facts: dict[str, Any]) -> None:
    for name in ("gt", "ge", "lt", "le", "description"):
        value = getattr(meta, name)
        if value is not None:
            facts[name] = value
    extra = meta.extra or {}
    facts |= {name: extra[name] for name in _FROM_EXTRA if name in extra}


_FROM_EXTRA = (
    "written_as_float",
    "written_as_int",
    "may_be_empty",
    "formula",
    "pairs",
    "time",
    "otherwise",
    "per_group",
    "of_peak",
)
