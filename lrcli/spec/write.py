"""From schedules to text: data for YAML and JSON, and inline text. What is read back is the same spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lrcli.compose import Sequence
from lrcli.parameters import parameters, plain, text_of

if TYPE_CHECKING:
    from lrcli.compose import Spec


def data(spec: Spec) -> Any:  # noqa: ANN401 - a mapping or a list
    """Return the spec as data: a mapping with its type and whatever differs from the defaults, or a list of them."""
    if isinstance(spec, Sequence):
        return [data(part) for part in spec.parts]
    values = {
        parameter.name: getattr(spec, parameter.field)
        for parameter in parameters(type(spec))
        if getattr(spec, parameter.field) != parameter.default
    }
    return {"type": spec.tag(), **{name: plain(value) for name, value in values.items()}}


def inline(spec: Spec) -> str:
    """Return the spec as inline text: `cosine:max_lr=0.3,warmup=5`."""
    if isinstance(spec, Sequence):
        return "+".join(inline(part) for part in spec.parts)
    values = data(spec)
    name = values.pop("type")
    given = ",".join(f"{key}={text_of(value)}" for key, value in values.items())
    return f"{name}:{given}" if given else str(name)
