"""The form: a field for each parameter of a schedule, of its parts and of its run, from the declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.compose import Around, Product, Sequence
from lrcli.explore.subject import RUN
from lrcli.parameters import Parameter, parameters, text_of
from lrcli.run import RunOptions
from lrcli.schedules.base import Family
from lrcli.schedules.composition import Composed
from lrcli.spec.write import data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.compose import Spec
    from lrcli.explore.subject import Subject
    from lrcli.problems import Path

_COMPOSED = {parameter.name: parameter for parameter in parameters(Composed)}
_RARE = _COMPOSED.keys() - {"for", "warmup"}
"""Parameters that are shown after all others."""
_OF_RUN = ("epochs", "steps", "steps_per_epoch", "per_step")


class Field(NamedTuple):
    """One field of the form.

    Attributes:
        group: Its heading.
        path: The path, in the spec's data, of the part that has the parameter; RUN for a setting of the run.
        parameter: Its declaration.
        value: Its value.
        peak: It is the highest lr of its schedule.
    """

    group: str
    path: Path
    parameter: Parameter
    value: object
    peak: bool = False

    @property
    def text(self) -> str:
        """The value as the form shows it, – for none."""
        return "–" if self.value is None else text_of(self.value) or "–"

    @property
    def is_default(self) -> bool:
        """Whether its value is the default."""
        return bool(self.value == self.parameter.default)


def fields(subject: Subject) -> list[Field]:
    """Return the form of a schedule: its own parameters, its run, and how it is composed."""
    found = list(_of(subject.entry.spec, data(subject.entry.spec), (), ""))
    own = [one for one in found if one.parameter.name not in _RARE]
    rare = [one._replace(group=_composition(one)) for one in found if one.parameter.name in _RARE]
    return [*own, *_of_run(subject), *rare]


def _composition(field: Field) -> str:
    return f"{field.group}, composition" if field.path else "composition"


def _of_run(subject: Subject) -> Iterator[Field]:
    known = {parameter.name: parameter for parameter in parameters(RunOptions)}
    for name in _OF_RUN:
        yield Field("run", RUN, known[name], getattr(subject.options, name))


def _of(spec: Spec, written: object, path: Path, place: str, whole: Spec | None = None) -> Iterator[Field]:
    """Yield the fields of a spec, then those of its parts.

    Args:
        spec: The spec.
        written: Its data.
        path: The path of that in the data of the whole.
        place: Precedes its name in the heading: `part 2`.
        whole: The spec that it is a part of. Only a part of a sequence has a `for`.
    """
    group = " ".join(filter(None, [place, _name(spec)]))
    inner = spec.inner if isinstance(spec, Around) else spec
    peak = inner.peak if isinstance(inner, Family) else ""
    for holder, parameter in sorted(_held(spec, inner, whole), key=lambda one: one[1].name != "for"):
        if isinstance(whole, Sequence) or parameter.name != "for":
            value = parameter.default if holder is None else getattr(holder, parameter.field)
            yield Field(group, path, parameter, value, peak=parameter.name == peak)
    for name, value in getattr(inner, "constants", {}).items():
        yield Field(group, path, Parameter(field=name, name=name, kind="number", default=None), value)
    yield from _of_parts(inner, written, path)


def _name(spec: Spec) -> str:
    inner = spec.inner if isinstance(spec, Around) else spec
    return inner.tag() if isinstance(inner, Family) else type(inner).__name__.lower()


def _held(spec: Spec, inner: Spec, whole: Spec | None) -> Iterator[tuple[Spec | None, Parameter]]:
    """Yield each parameter with the spec that holds its value; None for one around a framework's scheduler alone.

    Nothing can stand around a member of a scheduler.
    """
    for parameter in parameters(type(inner)):
        yield inner, parameter
    if not isinstance(inner, Composed) and not isinstance(whole, Family):
        known = {parameter.name for parameter in parameters(type(inner))}
        known |= inner.aliases().keys()
        outer = spec if isinstance(spec, Around) else None
        yield from ((outer, parameter) for name, parameter in _COMPOSED.items() if name not in known)


def _of_parts(inner: Spec, written: object, path: Path) -> Iterator[Field]:
    """Yield the fields of the parts of a sequence, the factors of a product, and the members of a scheduler."""
    match inner:
        case Sequence():
            key, parts, word = "sequence", inner.parts, "part"
        case Product():
            key, parts, word = "product", inner.factors, "factor"
        case Family(members=key):
            parts, word = getattr(inner, key) if key else (), "member"
        case _:
            return
    at = path if isinstance(written, list) else (*path, key)
    inside = written if isinstance(written, list) else written.get(key, ()) if isinstance(written, dict) else ()
    for i, (part, own) in enumerate(zip(parts, inside, strict=False)):
        yield from _of(part, own, (*at, i), f"{word} {i + 1}", inner)
