"""From schedules to text: data for YAML and JSON, and inline text. What is read back is the same spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lrcli.parameters import parameters, plain, text_of
from lrcli.schedules.base import Schedule

if TYPE_CHECKING:
    from lrcli.compose import Spec


def data(spec: Spec) -> Any:  # noqa: ANN401 - a mapping or a list
    """Return the spec as data: a mapping with its type and whatever differs from the defaults, or a list of them."""
    values = {
        parameter.name: plain(getattr(spec, parameter.field))
        for parameter in parameters(type(spec))
        if getattr(spec, parameter.field) != parameter.default
    }
    if isinstance(spec, Schedule):
        return {"type": spec.tag(), **values, **getattr(spec, "constants", {})}
    parts = [data(part) for part in spec.parts]
    return {"sequence": parts, **values} if values else parts


def inline(spec: Spec) -> str:
    """Return the spec as inline text: `cosine:max_lr=0.3,warmup=5`."""
    return _inline(data(spec))


def _inline(data: Any, *, inside: bool = False) -> str:  # noqa: ANN401
    if isinstance(data, list):
        text = "+".join(_inline(part, inside=True) for part in data)
        return f"({text})" if inside else text
    values = dict(data)
    name = values.pop("type") if "type" in values else _inline(values.pop("sequence"), inside=True)
    given = [_formula(values.pop("lr"))] if "lr" in values else []
    given += [f"{key}={text_of(value)}" for key, value in values.items()]
    return f"{name}:{','.join(given)}" if given else str(name)


def _formula(text: str) -> str:
    """Return a formula as inline text: in parentheses if it has a plus of its own, or parentheses to lose."""
    return f"({text})" if "+" in text or text.startswith("(") else text
