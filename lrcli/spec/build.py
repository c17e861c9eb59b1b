"""From data to schedules: a name, a mapping or a list, whoever wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from lrcli.compose import Sequence, Spec
from lrcli.parameters import parameters
from lrcli.problems import InputError, Problem, SpecError, closest
from lrcli.schedules import SCHEDULES
from lrcli.schedules.base import Composed
from lrcli.spec import inline
from lrcli.spec.values import Given, make, number, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lrcli.schedules.base import Schedule

T = TypeVar("T")

_OF_THE_WHOLE = frozenset(parameter.name for parameter in parameters(Composed))
"""Parameters that belong to a whole: a value given to all schedules does not go to the parts of a sequence."""


def build(data: Any, givens: Iterable[Given] = ()) -> Spec:  # noqa: ANN401 - YAML and Python hold anything
    """Return the schedule that the data describes.

    Args:
        data: A mapping with a `type`, a list of them (a sequence), or inline text.
        givens: Values from elsewhere (a file's defaults, flags) for the parameters that the schedule has.

    Raises:
        SpecError: With every problem found, each with its path.
    """
    if isinstance(data, str):
        return build(_inline(data), givens)
    if isinstance(data, list | tuple):
        return _sequence({}, data, list(givens))
    if isinstance(data, dict):
        return _nested(data, list(givens)) if "sequence" in data else _schedule(data, givens)
    raise SpecError(f"a schedule is a mapping with a type, a list of them or inline text, not {shown(data)}")


def gather(items: Iterable[tuple[str | int, Any]], make_one: Callable[[Any], T]) -> dict[str | int, T]:
    """Return what is made of each item, by its key.

    Raises:
        SpecError: With the problems of all items, each with the item's key before its path.
        InputError: The same, if one of them could not be read at all.
    """
    made, problems, kinds = {}, [], set()
    for key, item in items:
        try:
            made[key] = make_one(item)
        except SpecError as error:
            problems += [problem.under(key) for problem in error.problems]
            kinds.add(type(error))
    if problems:
        raise (InputError if InputError in kinds else SpecError)(*problems)
    return made


def declaration(name: str) -> type[Schedule]:
    """Return the schedule of this name.

    Raises:
        SpecError: If there is none, with the name that is most like it.
    """
    found = SCHEDULES.get(name.lower().replace("_", "-"))
    if found is None:
        meant = closest(name, SCHEDULES)
        rest = "" if meant else f"; there are {', '.join(SCHEDULES)}"
        if not meant and not name.replace("-", "").replace("_", "").isalnum():
            rest = "; a formula with a + in it needs parentheses: expr:(…)"
        raise SpecError(Problem(message=f"no schedule is called {shown(name)}{rest}", path=("type",), suggestion=meant))
    return found


def _sequence(values: dict[Any, Any], parts: list[Any] | tuple[Any, ...], givens: list[Given]) -> Sequence:
    """Return a sequence: what is given for all goes to the whole if the whole has it, and else to the parts."""
    for_parts = [given.without(_OF_THE_WHOLE) for given in givens]
    built = gather(enumerate(parts), lambda part: build(part, for_parts))
    return make(Sequence, values, givens, owner="a sequence", fixed={"parts": tuple(built.values())})


def _nested(data: dict[Any, Any], givens: list[Given]) -> Sequence:
    """Return a sequence that is a mapping, with parameters of its own besides its parts."""
    values, parts = dict(data), data["sequence"]
    del values["sequence"]
    if not isinstance(parts, list | tuple):
        raise SpecError(Problem(message=f"a sequence is a list of schedules, not {shown(parts)}", path=("sequence",)))
    try:
        return _sequence(values, parts, givens)
    except SpecError as error:
        problems = (p.under("sequence") if p.path and isinstance(p.path[0], int) else p for p in error.problems)
        raise SpecError(*problems) from None


def _schedule(data: dict[Any, Any], givens: Iterable[Given]) -> Schedule:
    name = data.get("type")
    if not isinstance(name, str):
        raise SpecError("a schedule needs a type: " + ", ".join(SCHEDULES))
    wanted = declaration(name)
    values = {wanted.positional if key == inline.FIRST else key: value for key, value in data.items() if key != "type"}
    if "" in values:
        message = f"{shown(values[''])} is not a parameter with a value, as in max_lr=0.1"
        raise SpecError(Problem(message=message, path=(inline.FIRST,)))
    fixed = {}
    if "constants" in wanted.__struct_fields__:
        known = {parameter.name for parameter in parameters(wanted)}
        own = {key: value for key, value in values.items() if str(key).replace("-", "_") not in known}
        fixed["constants"] = gather(own.items(), _constant)
        values = {key: value for key, value in values.items() if key not in own}
    try:
        return make(wanted, values, givens, owner=wanted.tag(), also=wanted.also, fixed=fixed)
    except SpecError as error:
        if inline.FIRST not in data:
            raise
        raise SpecError(*(_unnamed(problem, wanted.positional) for problem in error.problems)) from None


def _unnamed(problem: Problem, positional: str) -> Problem:
    """Return a problem with the path that a value without a name was written at."""
    return problem._replace(path=(inline.FIRST,)) if problem.path[:1] == (positional,) else problem


def _constant(raw: object) -> object:
    try:
        return number(raw) if isinstance(raw, str) else raw
    except ValueError as error:
        raise SpecError(str(error)) from None


def _inline(text: str) -> Any:  # noqa: ANN401
    """Return the data of inline text inside other data, where its columns do not matter."""
    try:
        return inline.read(text)[0]
    except SpecError as error:
        raise SpecError(*(f"{shown(text)}: {problem.message}" for problem in error.problems)) from None
