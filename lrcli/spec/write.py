"""From specs to data for YAML and JSON, and to inline text; both are read back as the same spec."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, overload

from lrcli.compose import Around, Product, is_joined, peak_of_a_factor
from lrcli.formula import canonical
from lrcli.parameters import Parameter, parameters, plain, text_of
from lrcli.problems import printable
from lrcli.registry import SCHEDULES
from lrcli.schedules import Linear
from lrcli.schedules.base import Family

if TYPE_CHECKING:
    from lrcli.compose import Spec

    Data = dict[str, object] | list[object]
    """A spec as data: a mapping, or a list of the parts of a sequence."""


@overload
def data(spec: Family | Around | Product, *, factor: bool = False) -> dict[str, object]: ...
@overload
def data(spec: Spec, *, factor: bool = False) -> Data: ...
def data(spec: Spec, *, factor: bool = False) -> Data:
    """Return a spec as data: a mapping of the values that differ from the defaults, or a list of parts.

    Args:
        spec: The spec.
        factor: It is a factor of a product after the first, whose peak is 1 by default.
    """
    defaults = {parameter.name: parameter.default for parameter in parameters(type(spec))}
    if factor and isinstance(spec, Family):
        defaults |= peak_of_a_factor(type(spec))
    values = {
        parameter.name: _plain(parameter, getattr(spec, parameter.field))
        for parameter in parameters(type(spec))
        if getattr(spec, parameter.field) != defaults[parameter.name]
    }
    if is_joined(spec):
        values.pop(spec.peak, None)
    if isinstance(spec, Family):
        held = getattr(spec, spec.members) if spec.members else ()
        members = {spec.members: [data(one) for one in held]} if held else {}
        return {"type": spec.tag(), **values, **members, **getattr(spec, "constants", {})}
    if isinstance(spec, Around):
        return {**data(spec.inner, factor=factor), **values}
    if isinstance(spec, Product):
        return {"product": [data(one, factor=factor or i > 0) for i, one in enumerate(spec.factors)], **values}
    parts: list[object] = [_part(part, data(part, factor=factor), first=i == 0) for i, part in enumerate(spec.parts)]
    return {"sequence": parts, **values} if values else parts


def _part(part: Spec, written: Data, *, first: bool) -> Data:
    """Return a part of a sequence; a line that does not start at the end of the previous part says so."""
    if first or not isinstance(part, Linear) or not isinstance(written, dict) or Linear.begins_with & written.keys():
        return written
    return {**written, "start": "own"}


def _plain(parameter: Parameter, value: Any) -> object:
    """Return a value as data: 5 for 5.0, but 1.0 where the framework refuses 1."""
    if parameter.formula and value is not None:
        return canonical(value)
    if isinstance(value, str):
        return printable(value)
    whole = parameter.written_as_float and float(value).is_integer()
    return repr(float(value)) if whole else plain(value)


def inline(spec: Spec) -> str:
    """Return a spec as inline text: `cosine:max_lr=0.3,warmup=5`."""
    return _inline(data(spec))


def comment(spec: Spec, rest: str) -> str:
    """Return a comment for generated code: the spec as inline text, and the rest, in one line of printable ASCII.

    Python reads `coding: NAME` in a file's first comment as the file's encoding, so the comment has no such text.
    """
    text = printable(f"{inline(spec)}{rest}").encode("ascii", "backslashreplace").decode()
    return "# " + re.sub(r"coding(?=[:=])", "coding ", text)


def _inline(data: Any, *, inside: bool = False) -> str:
    if isinstance(data, list):
        parts = "+".join(_inline(part, inside=True) for part in data)
        return _parenthesised(parts, inside=inside or len(data) == 1)
    values = dict(data)
    if "sequence" in values:
        name = _inline(values.pop("sequence"), inside=True)
    elif "product" in values:
        factors = "*".join(_inline(factor, inside=True) for factor in values.pop("product"))
        name = _parenthesised(factors, inside=inside or bool(values))
    else:
        name = str(values.pop("type"))
        declaration = SCHEDULES.find(name)
        positional, members = (declaration.positional, declaration.members) if declaration else ("", "")
        first = [_formula(text_of(values.pop(positional)))] if positional in values else []
        if members in values:
            first += [f"{members}={_inline(values.pop(members), inside=True)}"]
        return _given(name, [*first, *_named(values)])
    return _given(name, _named(values))


def _named(values: dict[str, object]) -> list[str]:
    return [
        f"{key}={_formula(text_of(value)) if isinstance(value, str) else text_of(value)}"
        for key, value in values.items()
    ]


def _given(name: str, given: list[str]) -> str:
    return f"{name}:{','.join(given)}" if given else name


def _parenthesised(text: str, *, inside: bool) -> str:
    return f"({text})" if inside else text


def _formula(text: str) -> str:
    """Return a formula as inline text: in parentheses if it contains + or *, or begins with a parenthesis."""
    return f"({text})" if {"+", "*"} & set(text) or text.startswith("(") else text
