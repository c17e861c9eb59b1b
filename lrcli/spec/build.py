"""From data to schedules: a name, a mapping or a list, whoever wrote it."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from lrcli.compose import Around, Product, Sequence, Spec, peak_of_a_factor
from lrcli.compose import around as surroundings
from lrcli.frameworks import homes
from lrcli.frameworks.equations import hints
from lrcli.frameworks.names import ABBREVIATIONS, FRAMEWORKS
from lrcli.parameters import parameters
from lrcli.problems import KEY, MOST, InputError, Problem, SpecError
from lrcli.registry import SCHEDULES
from lrcli.schedules.base import Composed, Family
from lrcli.schedules.linear import Linear
from lrcli.spec import inline
from lrcli.spec.values import Given, make, number, shown
from lrcli.synonyms import schedule_meant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Sequence as Sequence_


T = TypeVar("T")

_OF_THE_WHOLE = frozenset(parameter.name for parameter in parameters(Composed))
"""Parameters that belong to a whole: a value given to all schedules does not go to the parts of a sequence."""


class _Given(NamedTuple):
    """What a schedule is built among.

    Attributes:
        givens: Values from elsewhere for the parameters that it has.
        code: It may run code of the user's.
        factor: It is a factor of a product, not a learning rate.
        depth: How many wholes it is a part of.
        follows: It is a part of a sequence, and not the first.
    """

    givens: list[Given]
    code: bool
    factor: bool = False
    depth: int = 0
    follows: bool = False

    def inside(self, *, first: bool = True) -> _Given:
        """Return what a part of a whole is built among: values for the whole, or for the first factor, are not its."""
        givens = [given.without(_OF_THE_WHOLE) for given in self.givens] if first else []
        return self._replace(givens=givens, factor=self.factor or not first, depth=self.depth + 1, follows=False)


def build(data: Any, givens: Iterable[Given] = (), *, code: bool = False) -> Spec:
    """Return the schedule that the data describes.

    Args:
        data: A mapping with a `type`, a `sequence` or a `product`, a list of them (a sequence), or inline text.
        givens: Values from elsewhere (a file's defaults, flags) for the parameters that the schedule has.
        code: Schedules that run code of the user's are allowed.

    Raises:
        SpecError: With every problem found, each with its path.
    """
    spec = _build(data, _Given(list(givens), code))
    if surroundings(spec).start == "previous":
        raise SpecError(Problem(message="start=previous is for a part of a sequence", path=("start",)))
    return spec


def _build(data: Any, around: _Given) -> Spec:
    if around.depth > inline.DEEPEST:
        raise SpecError("nested too deeply")
    if isinstance(data, Family):
        return data
    if isinstance(data, str):
        return _build(_inline(data), around)
    if isinstance(data, list | tuple):
        return _sequence({}, data, around)
    if not isinstance(data, dict):
        raise SpecError(f"a schedule is a mapping with a type, a list of them or inline text, not {shown(data)}")
    for key, make_whole in _WHOLES.items():
        if key in data:
            return _whole(key, data, partial(make_whole, around=around))
    return _schedule(data, around)


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
            if len(problems) > MOST:  # nobody reads more of them
                break
    if problems:
        raise (InputError if InputError in kinds else SpecError)(*problems)
    return made


def declaration(name: str) -> type[Family]:
    """Return the schedule of this name.

    Raises:
        SpecError: If there is none, with the name that is most like it.
    """
    found = SCHEDULES.find(name)
    if found is None:
        framework = name.strip().rstrip(".").lower()
        if framework in (*FRAMEWORKS, *ABBREVIATIONS):
            message = f"{shown(name)} is a framework: lrcli list --framework {framework} shows its schedulers"
            raise SpecError(Problem(message=message, path=("type",)))
        if not schedule_meant(name) and (several := homes(name.strip())):
            written = " or ".join(f"{framework}.{name.strip()}" for framework in several)
            message = f"{shown(name)} is a scheduler of several frameworks: write {written}"
            raise SpecError(Problem(message=message, path=("type",)))
        odd = any(sign in name for sign in "=()*/^") or ".py" in name
        meant = "" if odd else schedule_meant(name) or SCHEDULES.closest(name)
        rest = "" if meant else f"; {_how_to_write(name)}"
        raise SpecError(Problem(message=f"no schedule is called {shown(name)}{rest}", path=("type",), suggestion=meant))
    return found


def _how_to_write(text: str) -> str:
    """Return how to write what somebody may have meant by a text that is no name."""
    if "=" in text:
        return "a parameter follows its schedule, as in cosine:warmup=5"
    if ".py" in text:
        return "a function of yours is python:file.py:name"
    if re.fullmatch(r"[\d.eE-]+", text.strip()):
        return "a factor is :scale=0.5, and a formula is expr:(…)"
    if re.search(r"[()*/^]", text):
        return "a formula is expr:…, in parentheses if it has a + in it: expr:(…)"
    return "lrcli list shows them all"


def _whole(key: str, data: dict[Any, Any], make_whole: Callable[[dict[Any, Any], list[Any]], Spec]) -> Spec:
    """Return a sequence or a product that is a mapping, with parameters of its own besides its parts."""
    values, parts = dict(data), data[key]
    del values[key]
    if not isinstance(parts, list | tuple):
        raise SpecError(Problem(message=f"a {key} is a list of schedules, not {shown(parts)}", path=(key,)))
    try:
        return make_whole(values, list(parts))
    except SpecError as error:
        problems = (p.under(key) if p.path and isinstance(p.path[0], int) else p for p in error.problems)
        raise type(error)(*problems) from None


def _sequence(values: dict[Any, Any], parts: Sequence_[Any], around: _Given) -> Sequence:
    """Return a sequence: what is given for all goes to the whole if the whole has it, and else to the parts."""
    inside = around.inside()
    turns = enumerate(enumerate(parts))
    built = gather(turns, lambda turn: _build(turn[1], inside._replace(follows=turn[0] > 0)))
    return make(Sequence, values, around.givens, owner="a sequence", fixed={"parts": tuple(built.values())})


def _product(values: dict[Any, Any], factors: Sequence_[Any], around: _Given) -> Product:
    """Return a product: what is given for all goes to the whole if the whole has it, and else to the first factor."""
    built = gather(enumerate(enumerate(factors)), lambda one: _build(one[1], around.inside(first=one[0] == 0)))
    return make(Product, values, around.givens, owner="a product", fixed={"factors": tuple(built.values())})


_WHOLES: dict[str, Callable[..., Spec]] = {"sequence": _sequence, "product": _product}


def _schedule(data: dict[Any, Any], around: _Given) -> Family | Around:
    name = data.get("type")
    if not isinstance(name, str):
        raise SpecError("a schedule needs a type: " + ", ".join(SCHEDULES))
    wanted = declaration(name)
    if wanted.runs_code and not around.code:
        message = f"{name} runs code, which a file may only do if you trust it: say --allow-code"
        raise SpecError(Problem(message=message, path=("type",)))
    values = {wanted.positional if key == inline.FIRST else key: value for key, value in data.items() if key != "type"}
    values = _own_names(values, wanted)
    if around.follows:
        values = _joined(values, wanted, {name for given in around.givens for name in given.values})
    outer = _outer(values, wanted)
    if "" in values:
        message = f"{shown(values[''])} is not a parameter with a value, as in max_lr=0.1"
        raise SpecError(Problem(message=message, path=(inline.FIRST,)))
    fixed = _members(wanted, values, around)
    if "constants" in wanted.__struct_fields__:
        known = {parameter.name for parameter in parameters(wanted)}
        own = {key: value for key, value in values.items() if str(key).replace("-", "_") not in known}
        fixed["constants"] = gather(own.items(), number_in_data)
        values = {key: value for key, value in values.items() if key not in own}
    givens = [Given(peak_of_a_factor(wanted), str), *around.givens] if around.factor else around.givens
    if values.get("start") == "previous" and not values.get("warmup"):
        givens = [given.without({"lr", wanted.peak}) for given in givens]
    try:
        made = make(
            wanted,
            values,
            givens,
            owner=wanted.tag(),
            hints=partial(hints, wanted),
            fixed=fixed,
            aliases=wanted.aliases(),
        ).resolved()
    except SpecError as error:
        if inline.FIRST not in data:
            raise
        raise SpecError(*(_unnamed(problem, wanted.positional) for problem in error.problems)) from None
    return made if isinstance(made, Composed) else _surrounded(made, outer, givens)


def _joined(values: dict[Any, Any], wanted: type[Family], given: set[str]) -> dict[Any, Any]:
    """Return the values of a part that follows another: a line that says no start has the end of that one.

    Raises:
        SpecError: If it has that start and a peak too.
    """
    joined = str(values.get("start", "own")).strip() == "previous" and not values.get("warmup")
    if joined and wanted.peak in values:
        message = f"{wanted.tag()} starts where the previous part ends: leave {wanted.peak} or start=previous out"
        raise SpecError(Problem(message=message, path=(wanted.peak,)))
    starts = Linear.begins_with & values.keys() or "start_lr" in given
    return {"start": "previous", **values} if wanted is Linear and not starts else values


def _outer(values: dict[Any, Any], wanted: type[Family]) -> dict[Any, Any]:
    """Take out of the values those that stand around a framework's scheduler, and return them."""
    if issubclass(wanted, Composed):
        return {}
    own = {parameter.name for parameter in parameters(wanted)}
    names = [key for key in values if (name := str(key).replace("-", "_")) in _OF_THE_WHOLE and name not in own]
    return {key: values.pop(key) for key in names}


def _surrounded(inner: Family, outer: dict[Any, Any], givens: Iterable[Given]) -> Family | Around:
    """Return a framework's scheduler with what stands around it, if anything does."""
    mine = {*inner.aliases(), *(parameter.name for parameter in parameters(type(inner)))}
    whole = make(Around, outer, [given.without(mine) for given in givens], owner=inner.tag(), fixed={"inner": inner})
    return inner if whole == Around(inner=inner) else whole


def _own_names(values: dict[Any, Any], wanted: type[Family]) -> dict[Any, Any]:
    """Return the values with each synonym of a parameter replaced by the parameter's own name."""
    aliases = wanted.aliases()
    named = {aliases.get(str(key), key): value for key, value in values.items()}
    if len(named) < len(values):
        twice = [key for key in values if str(key) in aliases]
        other = ", ".join(aliases[key] for key in twice)
        message = f"{', '.join(twice)} and {other} are the same parameter of {wanted.tag()}"
        raise SpecError(Problem(message=message, path=(twice[0], KEY)))
    return named


def _members(wanted: type[Family], values: dict[Any, Any], around: _Given) -> dict[str, Any]:
    """Return the schedules that a parameter of a schedule holds, taken out of its values."""
    if not wanted.members:
        return {}
    if wanted.members not in values:
        if wanted.members_optional:
            return {}
        message = f"{wanted.tag()} needs {wanted.members}: it has no default; write {wanted.members}=(…+…)"
        raise SpecError(Problem(message=message))
    raw = values.pop(wanted.members)
    data = _inline(raw) if isinstance(raw, str) else raw
    parts = [*data] if isinstance(data, list | tuple) else [data]
    if wanted.one_more and values.get(wanted.one_more) is not None:
        parts.append(values.pop(wanted.one_more))
    parts = [{"type": "constant", "max_lr": one} if isinstance(one, int | float) else one for one in parts]
    if wanted.member_type:
        parts = [{"type": wanted.member_type, **part} if isinstance(part, dict) else part for part in parts]
    inside = around.inside()._replace(factor=False)  # members act on the lr of their whole, whatever their own is
    built = gather([(wanted.members, parts)], lambda parts: gather(enumerate(parts), lambda part: _build(part, inside)))
    found = built[wanted.members]
    if wrong := [i for i, one in found.items() if isinstance(one, Around)]:
        message = f"nothing can stand around a member of {wanted.tag()}: no warmup, scale, floor or cap"
        raise SpecError(*(Problem(message=message, path=(wanted.members, i)) for i in wrong))
    return {wanted.members: tuple(found.values())}


def _unnamed(problem: Problem, positional: str) -> Problem:
    """Return a problem with the path that a value without a name was written at."""
    return problem._replace(path=(inline.FIRST,)) if problem.path[:1] == (positional,) else problem


def number_in_data(raw: object) -> float:
    """Return a number that stands where no parameter says what may stand there.

    Raises:
        SpecError: If it is none.
    """
    try:
        value = number(raw) if isinstance(raw, str) else raw
    except ValueError as error:
        raise SpecError(str(error)) from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SpecError(f"{shown(raw)} is not a number")
    return value


def _inline(text: str) -> Any:
    """Return the data of inline text inside other data, where its columns do not matter."""
    try:
        return inline.read(text)[0]
    except SpecError as error:
        raise SpecError(*(f"{shown(text)}: {problem.message}" for problem in error.problems)) from None
