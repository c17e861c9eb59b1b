"""A declaration's fields as data: what flags, help, YAML, JSON Schema and tests are derived from."""

from __future__ import annotations

import math
import re
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Self, Union, get_args, get_origin

import msgspec

from lrcli.problems import Problem, SpecError, printable

Kind = Literal["number", "integer", "length", "choice", "switch", "text"]

NOT_A_PARAMETER = msgspec.Meta(extra={"parameter": False})
"""Marks a field that holds other declarations, which people do not give as a value."""

LENGTH = r"([0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(ep|st|%)"
"""What a length with a unit looks like: a number and epochs, steps or a share of the run."""

_UNBOUNDED, _TINY = 1e9, 1e-5
"""Bounds beyond these only keep arithmetic finite; nobody needs to read them."""


_NOUNS = {"number": "a number", "integer": "a whole number", "length": "a number, 5ep, 500st or 10%"}


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a declaration.

    Attributes:
        field: Its name in Python.
        name: Its name in every text form.
        kind: What it holds.
        default: Its value when nothing is said.
        description: One sentence.
        optional: None is a legal value.
        many: It holds a tuple of values of its kind.
        size: How many, if that is fixed.
        choices: The legal words, for a choice.
        gt, ge, lt, le: Bounds of its numbers.
        required: It has no default.
        may_be_empty: Its list may be.
        otherwise: The name in a formula whose value it has if it has none.
        of_peak: It may be given as a share of the peak, `10%`.
        written_as_float: 1 is refused and 1.0 is not, as its framework does.
        written_as_int: 1.0 is refused and 1 is not.
        formula: The name of the variable, if its text is a formula or a lambda.
        per_group: It may have a value for each of the optimizer's parameter groups.
        pairs: It holds the keys and the values of a mapping, in turn.
        time: The unit of a number in its text, if that is a time: `ba`.
    """

    field: str
    name: str
    kind: Kind
    default: Any
    description: str = ""
    optional: bool = False
    many: bool = False
    size: int | None = None
    choices: tuple[str, ...] = ()
    gt: float | None = None
    ge: float | None = None
    lt: float | None = None
    le: float | None = None
    written_as_float: bool = False
    written_as_int: bool = False
    formula: str = ""
    pairs: bool = False
    time: str = ""
    required: bool = False
    may_be_empty: bool = False
    otherwise: str = ""
    per_group: bool = False
    of_peak: bool = False

    @property
    def flag(self) -> str:
        """Its name as an option: `--max-lr`."""
        return flag(self.name)

    @property
    def bounds(self) -> str:
        """Its bounds in words a person reads: `> 0`, `0 to 1`; empty when there are none."""
        low = self.ge if self.ge is not None else self.gt
        high = self.le if self.le is not None else self.lt
        if low is not None and low == high:
            return f"only {low:g}"
        low = None if low is not None and low <= -_UNBOUNDED else low
        if high is None or high >= _UNBOUNDED:
            tiny = low is not None and 0 < low < _TINY
            return "" if low is None else "> 0" if tiny else f"{'≥' if self.gt is None else '>'} {low:g}"
        if low is None:
            return f"{'≤' if self.lt is None else '<'} {high:g}"
        left = f"≥ {low:g}" if self.gt is None else f"> {low:g}"
        right = f"≤ {high:g}" if self.lt is None else f"< {high:g}"
        return f"{left} and {right}"

    def accept(self, value: object) -> Any:
        """Return the value in the field's own type.

        Raises:
            ValueError: If it is of another type, outside the bounds, infinite or not a number.
        """
        if value is None and self.optional:
            return None
        if not self.many:
            return self._accept_one(value)
        if not isinstance(value, tuple | list):
            raise ValueError(f"{self.name} must be a list, not {value!r}")  # noqa: TRY004 - every refusal is one kind
        if not value and not self.may_be_empty:
            raise ValueError(f"{self.name} needs at least one value")
        if self.size not in (None, len(value)):
            raise ValueError(f"{self.name} takes {self.size} values with commas between them, not {len(value)}")
        return tuple(self._accept_one(item) for item in value)

    def _accept_one(self, value: object) -> Any:
        if self.kind == "switch":
            if isinstance(value, bool):
                return value
            raise ValueError(f"{self.name} must be true or false, not {value!r}")
        if self.kind == "choice":
            if value in self.choices:
                return value
            raise ValueError(f"{self.name} must be one of {', '.join(self.choices)}, not {value!r}")
        if self.kind == "text":
            if isinstance(value, str):
                return value
            raise ValueError(f"{self.name} must be text, not {value!r}")
        if self.kind == "length" and isinstance(value, str):
            return self._accept_text(value)
        return self._accept_number(value)

    def _accept_text(self, value: str) -> str:
        match = re.fullmatch(LENGTH, value)
        if match is None:
            raise ValueError(f"{self.name}: {value!r} is not a length; write 5, 5ep, 500st or 10%")
        self._accept_number(float(match[1]))
        if match[2] == "%" and float(match[1]) > 100:
            raise ValueError(f"{self.name}: {value} is more than the whole run")
        return value

    def _accept_number(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{self.name} must be {_NOUNS[self.kind]}, not {value!r}")  # noqa: TRY004
        if self.written_as_float and isinstance(value, int):
            raise ValueError(
                f"{self.name} must be written as a float, {value}.0: the framework refuses the int {value}"
            )
        if self.written_as_int and isinstance(value, float):
            raise ValueError(f"{self.name} must be written as an int: the framework refuses the float {value}")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise ValueError(f"{self.name} must be finite, not {number:g}")
        if self.kind == "integer" and not number.is_integer():
            raise ValueError(f"{self.name} must be a whole number, not {number:g}")
        if not self._within(number):
            above = self.le is not None and number > self.le and self.ge != self.le
            below = self.ge is not None and number < self.ge and self.ge != self.le
            limit = f"≤ {self.le:g}" if above else f"≥ {self.ge:g}" if below else self.bounds
            raise ValueError(f"{self.name} must be {limit}, not {number:g}")
        return int(number) if self.kind == "integer" else number

    def _within(self, number: float) -> bool:
        return (
            (self.gt is None or number > self.gt)
            and (self.ge is None or number >= self.ge)
            and (self.lt is None or number < self.lt)
            and (self.le is None or number <= self.le)
        )


def text_of(value: Any) -> str:
    """Return a value as a person writes it: `0.3`, `30,60`, `true`, `none`."""
    if isinstance(value, tuple | list):
        return ",".join(map(text_of, value))
    if isinstance(value, str):
        return printable(value)
    return str(plain(value)).lower() if isinstance(value, bool) or value is None else str(plain(value))


def plain(value: Any) -> Any:
    """Return a value as people write it: 5 for 5.0, a list for a tuple."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
    return int(value) if whole else value


def flag(name: str) -> str:
    """Return a parameter's name as an option: `--max-lr`."""
    return "--" + name.replace("_", "-")


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """A declaration whose values are checked however it is made: by name, from text or from a dict."""

    def __post_init__(self) -> None:
        """Check every field, then what must hold between them.

        Raises:
            SpecError: With every problem found.
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
        """Return the same with other values in some fields, checked as they are (msgspec's own replace did not)."""
        return type(self)(**{name: getattr(self, name) for name in self.__struct_fields__} | changes)

    def problems(self) -> list[Problem]:
        """Return what is wrong between fields that are each right by themselves."""
        return []


@cache
def parameters(declaration: type[msgspec.Struct]) -> tuple[Parameter, ...]:
    """Return a declaration's fields, its own before those that its bases brought in, the nearest base's first."""
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
    """Add what an annotation says to the facts."""
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
    facts |= {name: extra[name] for name in _SAID_IN_EXTRA if name in extra}


_SAID_IN_EXTRA = (
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
