"""From data (of YAML, JSON, Python or inline text) to a schedule, a sequence or a product."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from lrcli.compose import Around, Product, Sequence, Spec, peak_of_a_factor
from lrcli.compose import around as surroundings
from lrcli.frameworks.equations import hints
from lrcli.parameters import parameters
from lrcli.problems import Problem, SpecError, gather
from lrcli.registry import SCHEDULES
from lrcli.schedules.base import Family
from lrcli.schedules.composition import Composed
from lrcli.spec import inline
from lrcli.spec.belonging import (
    COMPOSITION,
    inline_data,
    joined,
    own_names,
    take_constants,
    take_members,
    take_outer,
    with_type,
)
from lrcli.spec.make import Layer, make
from lrcli.spec.named import declaration
from lrcli.spec.values import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Sequence as Sequence_

    from lrcli.spec.belonging import Values


class _Context(NamedTuple):
    """What a schedule is built in.

    Attributes:
        layers: Values from outside of the spec for the parameters that it has.
        code: It may run code of the user's.
        factor: It is a factor of a product, not a learning rate.
        depth: How many sequences, products and schedulers it is inside of.
        follows: It is a part of a sequence, and not the first.
    """

    layers: list[Layer]
    code: bool
    factor: bool = False
    depth: int = 0
    follows: bool = False

    def inside(self, *, first: bool = True) -> _Context:
        """Return the context of a part; a factor after the first takes no values from outside."""
        layers = [layer.without(COMPOSITION) for layer in self.layers] if first else []
        return self._replace(layers=layers, factor=self.factor or not first, depth=self.depth + 1, follows=False)


def build(data: object, layers: Iterable[Layer] = (), *, code: bool = False) -> Spec:
    """Return the schedule that data describes.

    Args:
        data: A mapping with a `type`, a `sequence` or a `product`, a list of them (a sequence), or inline text.
        layers: Values from outside of the spec (a file's defaults, flags) for the parameters that the schedule has.
        code: Allow schedules that run code of the user's.

    Raises:
        SpecError: With every problem found, each with its path.
    """
    spec = _build(data, _Context(list(layers), code))
    if surroundings(spec).start == "previous":
        raise SpecError(Problem(message="start=previous is for a part of a sequence", path=("start",)))
    return spec


def _build(data: object, context: _Context) -> Spec:
    if context.depth > inline.DEEPEST:
        raise SpecError("nested too deeply")
    if isinstance(data, Family):
        return data
    if isinstance(data, str):
        return _build(inline_data(data), context)
    if isinstance(data, list | tuple):
        return _sequence({}, data, context)
    if not isinstance(data, dict):
        raise SpecError(f"a schedule is a mapping with a type, a list of them or inline text, not {shown(data)}")
    for key, make_whole in _WHOLES.items():
        if key in data:
            return _whole(key, data, partial(make_whole, context=context))
    return _schedule(data, context)


def _whole(key: str, data: Values, make_whole: Callable[[Values, list[object]], Spec]) -> Spec:
    """Return a sequence or a product that is a mapping: its parts, and parameters of its own."""
    values, parts = dict(data), data[key]
    del values[key]
    if not isinstance(parts, list | tuple):
        raise SpecError(Problem(message=f"a {key} is a list of schedules, not {shown(parts)}", path=(key,)))
    try:
        return make_whole(values, list(parts))
    except SpecError as error:
        problems = (p.under(key) if p.path and isinstance(p.path[0], int) else p for p in error.problems)
        raise type(error)(*problems) from None


def _sequence(values: Values, parts: Sequence_[object], context: _Context) -> Sequence:
    """Return a sequence: values from outside go to the whole if it has such a parameter, else to the parts."""
    inside = context.inside()
    numbered = enumerate(enumerate(parts))
    built = gather(numbered, lambda part: _build(part[1], inside._replace(follows=part[0] > 0)))
    return make(Sequence, values, context.layers, owner="a sequence", fixed={"parts": tuple(built.values())})


def _product(values: Values, factors: Sequence_[object], context: _Context) -> Product:
    """Return a product: values from outside go to the whole if it has such a parameter, else to the first factor."""
    numbered = enumerate(enumerate(factors))
    built = gather(numbered, lambda factor: _build(factor[1], context.inside(first=factor[0] == 0)))
    return make(Product, values, context.layers, owner="a product", fixed={"factors": tuple(built.values())})


_WHOLES: dict[str, Callable[..., Spec]] = {"sequence": _sequence, "product": _product}


def _schedule(data: Values, context: _Context) -> Family | Around:
    """Return one schedule, with what stands around it."""
    wanted = _wanted(data, context)
    values = own_names(_values(data, wanted), wanted)
    if context.follows:
        values = joined(values, wanted, {name for layer in context.layers for name in layer.values})
    outer = take_outer(values, wanted)
    if "" in values:
        message = f"{shown(values[''])} is not a parameter with a value, as in max_lr=0.1"
        raise SpecError(Problem(message=message, path=(inline.FIRST,)))
    fixed = _taken_members(values, wanted, context) | take_constants(values, wanted)
    layers = _layers(values, wanted, context)
    try:
        made = make(
            wanted,
            values,
            layers,
            owner=wanted.tag(),
            hints=partial(hints, wanted),
            fixed=fixed,
            aliases=wanted.aliases(),
        ).resolved()
    except SpecError as error:
        if inline.FIRST not in data:
            raise
        raise SpecError(*(_unnamed(problem, wanted.positional) for problem in error.problems)) from None
    return made if isinstance(made, Composed) else _surrounded(made, outer, layers)


def _wanted(data: Values, context: _Context) -> type[Family]:
    """Return the declaration that data names."""
    name = data.get("type")
    if not isinstance(name, str):
        raise SpecError("a schedule needs a type: " + ", ".join(SCHEDULES))
    wanted = declaration(name)
    if wanted.runs_code and not context.code:
        message = f"{name} runs code, which a file may only do if you trust it: say --allow-code"
        raise SpecError(Problem(message=message, path=("type",)))
    return wanted


def _values(data: Values, wanted: type[Family]) -> Values:
    """Return the values of the parameters; one without a name is that of the positional parameter."""
    return {wanted.positional if key == inline.FIRST else key: value for key, value in data.items() if key != "type"}


def _layers(values: Values, wanted: type[Family], context: _Context) -> list[Layer]:
    """Return the values from outside: a factor has a peak of 1, and a line that is joined has none."""
    layers = [Layer(peak_of_a_factor(wanted), str), *context.layers] if context.factor else context.layers
    if values.get("start") == "previous" and not values.get("warmup"):
        return [layer.without({"lr", wanted.peak}) for layer in layers]
    return layers


def _surrounded(inner: Family, outer: Values, layers: Iterable[Layer]) -> Family | Around:
    """Return a framework's scheduler with what stands around it, if anything does."""
    own = {*inner.aliases(), *(parameter.name for parameter in parameters(type(inner)))}
    whole = make(Around, outer, [layer.without(own) for layer in layers], owner=inner.tag(), fixed={"inner": inner})
    return inner if whole == Around(inner=inner) else whole


def _taken_members(values: Values, wanted: type[Family], context: _Context) -> dict[str, object]:
    """Take the members of a scheduler, which are schedules, out of its values, and return them as its field.

    Raises:
        SpecError: If they are missing, or cannot be members.
    """
    if not wanted.members:
        return {}
    if wanted.members not in values:
        if wanted.members_optional:
            return {}
        message = f"{wanted.tag()} needs {wanted.members}: it has no default; write {wanted.members}=(…+…)"
        raise SpecError(Problem(message=message))
    written = [with_type(one, wanted) for one in take_members(values, wanted)]
    inside = context.inside()._replace(factor=False)  # members act on the lr of their whole, whatever their own is
    members = gather(
        [(wanted.members, written)], lambda them: gather(enumerate(them), lambda one: _build(one, inside))
    )[wanted.members]
    if wrong := [i for i, one in members.items() if isinstance(one, Around)]:
        message = f"members of {wanted.tag()} take no warmup, scale, floor or cap"
        raise SpecError(*(Problem(message=message, path=(wanted.members, i)) for i in wrong))
    return {wanted.members: tuple(members.values())}


def _unnamed(problem: Problem, positional: str) -> Problem:
    """Return a problem of the positional parameter at the path of the value without a name."""
    return problem._replace(path=(inline.FIRST,)) if problem.path[:1] == (positional,) else problem
