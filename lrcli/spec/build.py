"""From data to schedules: a name, a mapping or a list, whoever wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from lrcli.compose import Sequence, Spec
from lrcli.problems import InputError, Problem, SpecError, closest
from lrcli.schedules import SCHEDULES
from lrcli.spec import inline
from lrcli.spec.values import Given, make, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lrcli.schedules.base import Schedule

T = TypeVar("T")

_OF_THE_WHOLE = frozenset({"warmup", "warmup_from", "warmup_prefix", "for"})
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
        for_parts = [given.without(_OF_THE_WHOLE) for given in givens]
        return Sequence(parts=tuple(gather(enumerate(data), lambda part: build(part, for_parts)).values()))
    if isinstance(data, dict):
        return _schedule(data, givens)
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
        raise SpecError(Problem(message=f"no schedule is called {shown(name)}{rest}", path=("type",), suggestion=meant))
    return found


def _schedule(data: dict[Any, Any], givens: Iterable[Given]) -> Schedule:
    name = data.get("type")
    if not isinstance(name, str):
        raise SpecError("a schedule needs a type: " + ", ".join(SCHEDULES))
    wanted = declaration(name)
    values = {key: value for key, value in data.items() if key != "type"}
    return make(wanted, values, givens, owner=wanted.tag(), also=wanted.also)


def _inline(text: str) -> Any:  # noqa: ANN401
    """Return the data of inline text inside other data, where its columns do not matter."""
    try:
        return inline.read(text)[0]
    except SpecError as error:
        raise SpecError(*(f"{shown(text)}: {problem.message}" for problem in error.problems)) from None
