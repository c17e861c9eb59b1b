"""To what the values in a schedule's data belong: its parameters, what stands around it, its members, its constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lrcli.parameters import parameters
from lrcli.problems import KEY, Problem, SpecError, gather
from lrcli.schedules.composition import Composed
from lrcli.schedules.linear import Linear
from lrcli.spec import inline
from lrcli.spec.values import number_in_data, shown

if TYPE_CHECKING:
    from lrcli.schedules.base import Family

Values = dict[str, object]
"""The values in a schedule's data, by key."""

COMPOSITION = frozenset(parameter.name for parameter in parameters(Composed))
"""Parameters that belong to a whole: a value for all schedules is not passed on to the parts of a sequence."""


def own_names(values: Values, wanted: type[Family]) -> Values:
    """Return the values with each synonym of a parameter replaced by the parameter's own name.

    Raises:
        SpecError: If a parameter is given by two of its names.
    """
    aliases = wanted.aliases()
    named = {aliases.get(str(key), key): value for key, value in values.items()}
    if len(named) < len(values):
        twice = [key for key in values if str(key) in aliases]
        other = ", ".join(aliases[key] for key in twice)
        message = f"{', '.join(twice)} and {other} are the same parameter of {wanted.tag()}"
        raise SpecError(Problem(message=message, path=(twice[0], KEY)))
    return named


def joined(values: Values, wanted: type[Family], outside: set[str]) -> Values:
    """Return the values of a part that follows another: a line that says no start begins where that one ends.

    Raises:
        SpecError: If it begins there and has a peak too.
    """
    is_joined = str(values.get("start", "own")).strip() == "previous" and not values.get("warmup")
    if is_joined and wanted.peak in values:
        message = f"{wanted.tag()} starts where the previous part ends: leave {wanted.peak} or start=previous out"
        raise SpecError(Problem(message=message, path=(wanted.peak,)))
    says_start = Linear.begins_with & values.keys() or "start_lr" in outside
    return {"start": "previous", **values} if wanted is Linear and not says_start else values


def take_outer(values: Values, wanted: type[Family]) -> Values:
    """Take the values that stand around a framework's scheduler out of its own, and return them."""
    if issubclass(wanted, Composed):
        return {}
    own = {parameter.name for parameter in parameters(wanted)}
    names = [key for key in values if (name := str(key).replace("-", "_")) in COMPOSITION and name not in own]
    return {key: values.pop(key) for key in names}


def take_constants(values: Values, wanted: type[Family]) -> dict[str, Any]:
    """Take the constants of a formula, which are any names that are not parameters, out of the values."""
    if "constants" not in wanted.__struct_fields__:
        return {}
    known = {parameter.name for parameter in parameters(wanted)}
    names = [key for key in values if str(key).replace("-", "_") not in known]
    return {"constants": gather([(key, values.pop(key)) for key in names], number_in_data)}


def take_members(values: Values, wanted: type[Family]) -> list[object]:
    """Take the members out of the values, and return the data of each."""
    raw = values.pop(wanted.members)
    data = inline_data(raw) if isinstance(raw, str) else raw
    found: list[object] = [*data] if isinstance(data, list | tuple) else [data]
    if wanted.one_more and values.get(wanted.one_more) is not None:
        found.append(values.pop(wanted.one_more))
    return found


def with_type(member: object, wanted: type[Family]) -> object:
    """Return a member's data with its type, where a number or a mapping leaves it out."""
    if isinstance(member, int | float):
        member = {"type": "constant", "max_lr": member}
    return {"type": wanted.member_type, **member} if wanted.member_type and isinstance(member, dict) else member


def inline_data(text: str) -> object:
    """Return the data of inline text inside of other data, where its columns do not matter."""
    try:
        return inline.read(text)[0]
    except SpecError as error:
        raise SpecError(*(f"{shown(text)}: {problem.message}" for problem in error.problems)) from None
