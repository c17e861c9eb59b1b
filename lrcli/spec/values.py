"""From a word to the value of a parameter: `1e-3`, `1/3`, `2k`, `10%`, `5ep`, `true`, `30,60,80`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from lrcli.parameters import Declared, Parameter, parameters
from lrcli.problems import KEY, MOST, Path, Problem, SpecError, closest, computed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from collections.abc import Set as AbstractSet

    Hints = Callable[[], Mapping[str, str]]
    """Gives other names of parameters, in small letters, when a name is not known."""

D = TypeVar("D", bound=Declared)

_NUMBER = r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?"
_PLAIN = re.compile(rf"(?P<number>{_NUMBER})(?P<suffix>[kKMGBT]?)")
_FRACTION = re.compile(rf"(?P<over>{_NUMBER})/(?P<under>{_NUMBER})")
_LENGTH = re.compile(r"(?P<number>.*?)\s*(?P<unit>ep|epochs?|st|steps?|%)")
_SUFFIXES = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "B": 1e9, "T": 1e12}
_UNITS = {"%": "%", "e": "ep", "s": "st"}
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_SPECIAL = {"inf", "+inf", "-inf", "nan", ".inf", "+.inf", "-.inf", ".nan", "infinity", "-infinity"}
_LONGEST = 60
"""Longer than any number a person writes; what is longer is not looked at."""


def number(text: str) -> float:
    """Return what a number says: `0.001`, `1e-3`, `1_000`, `1/3`, `2k`, `1.5M`.

    Raises:
        ValueError: If it says nothing.
    """
    text = text.strip()
    if len(text) <= _LONGEST:
        if match := _PLAIN.fullmatch(text):
            return float(match["number"].replace("_", "")) * _SUFFIXES[match["suffix"]]
        if (match := _FRACTION.fullmatch(text)) and float(match["under"].replace("_", "")) != 0:
            return float(match["over"].replace("_", "")) / float(match["under"].replace("_", ""))
        if text.lower() in _SPECIAL:
            return float(text.replace(".", ""))
    raise ValueError(f"{shown(text)} is not a number; write 0.001, 1e-3, 1/1000 or 2k")


def shown(value: object) -> str:
    """Return a value as a message shows it, however long it is."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 20]}…{text[-10:]}"


def value_of(parameter: Parameter, raw: object) -> Any:
    """Return the value that was written for a parameter.

    Args:
        parameter: What it is for.
        raw: Text, or data as YAML, JSON or Python have it.

    Raises:
        ValueError: If it cannot be that parameter's; the message says what could.
    """
    if parameter.optional and (raw is None or (isinstance(raw, str) and raw.lower() in ("none", "null"))):
        return None
    if not parameter.many:
        return parameter.accept(_one(parameter, raw))
    if parameter.pairs and isinstance(raw, dict | list):
        pairs = raw.items() if isinstance(raw, dict) else raw
        raw = [number for pair in pairs for number in (pair if isinstance(pair, list | tuple) else [pair])]
    if parameter.may_be_empty and isinstance(raw, str) and not raw.strip("[]() "):
        raw = ()
    items = raw.strip("[]() ").split(",") if isinstance(raw, str) else raw
    items = items if isinstance(items, list | tuple) else [items]
    return parameter.accept([_one(parameter, item) for item in items])


def _one(parameter: Parameter, raw: object) -> object:
    if isinstance(raw, list | tuple | dict):
        raise ValueError(f"{parameter.name} takes one value, not {shown(raw)}")  # noqa: TRY004
    if parameter.kind == "text":
        return str(raw)
    if not isinstance(raw, str):
        return raw
    text = raw.strip()
    match parameter.kind:
        case "switch":
            return _WORDS.get(text.lower(), text)
        case "choice":
            return text
        case "length":
            return _named(parameter, _length, text)
        case _:
            value = _named(parameter, _share if _is_share(parameter) else number, text)
            return int(value) if _is_int(parameter, text) and value.is_integer() else value


def _is_int(parameter: Parameter, text: str) -> bool:
    """Return whether a text is an int to a framework that tells ints from floats: 10 or 10k, but not 10.0."""
    if parameter.written_as_int:
        return not re.search("[.eE]", text)
    return parameter.written_as_float and text.isdecimal()


def _named(parameter: Parameter, reader: Callable[[str], Any], text: str) -> Any:
    try:
        return reader(text)
    except ValueError as error:
        raise ValueError(f"{parameter.name}: {error}") from None


def _length(text: str) -> float | str:
    match = _LENGTH.fullmatch(text)
    if match is None:
        return number(text)
    try:
        value = number(match["number"])
    except ValueError:
        raise ValueError(f"{shown(text)} is not a length; write 5, 5ep, 500st or 10%") from None
    return f"{int(value) if value.is_integer() else value}{_UNITS[match['unit'][0]]}"


def _is_share(parameter: Parameter) -> bool:
    return 1 in (parameter.le, parameter.lt)


def _share(text: str) -> float:
    return number(text[:-1]) / 100 if text.endswith("%") else number(text)


class Given:
    """Values that were written somewhere else than in the spec itself, and whether anything could use them.

    Attributes:
        values: By parameter name.
        place: Tells where in the text one of them stands.
        wins: They go before what the spec says, as flags go before a file; otherwise they fill in.
        used: Names that some schedule has.
        applied: Names of which some schedule took the value, having none of its own.
    """

    def __init__(self, values: Mapping[str, object], place: Callable[[str], str], *, wins: bool = False) -> None:
        self.values = {name.replace("-", "_"): value for name, value in values.items()}
        self.place = place
        self.wins = wins
        self.used: set[str] = set()
        self.applied: set[str] = set()

    def without(self, names: Collection[str]) -> Given:
        """Return the same, less some names; what is used of it counts here too."""
        return self._like({k: v for k, v in self.values.items() if k not in names}, wins=self.wins)

    def filling_in(self) -> Given:
        """Return the same, weaker than what a spec says itself."""
        return self._like(self.values, wins=False)

    def _like(self, values: Mapping[str, object], *, wins: bool) -> Given:
        other = Given(values, self.place, wins=wins)
        other.used, other.applied = self.used, self.applied
        return other


class _Written(NamedTuple):
    raw: object
    path: Path = ()
    place: str = ""

    def problem(self, message: str) -> Problem:
        """Return a problem with this value, less the name that an option in its place says already."""
        if self.place.startswith("--"):
            message = message.removeprefix(f"{self.place[2:].replace('-', '_')}: ")
        return Problem(message=message, path=self.path, place=self.place)


def make(
    declaration: type[D],
    values: Mapping[Any, object],
    givens: Iterable[Given] = (),
    *,
    owner: str,
    hints: Hints | None = None,
    fixed: Mapping[str, Any] | None = None,
    aliases: Mapping[str, str] | None = None,
) -> D:
    """Return an instance of a declaration.

    Args:
        declaration: Its class.
        values: What was written for it, by parameter name.
        givens: What was written elsewhere and may hold for it too, weakest first.
        owner: What a message calls it.
        hints: Gives names that people may use for its parameters, for the suggestions.
        fixed: Fields that are no parameters.
        aliases: Other names of parameters, for what was written elsewhere.

    Raises:
        SpecError: With every problem found, each with its path.
    """
    known = {parameter.name: parameter for parameter in parameters(declaration)}
    own = {str(key).replace("-", "_"): _Written(raw, (key,)) for key, raw in values.items()}
    unknown = [name for name in own if name not in known][:MOST]
    problems = [_unknown(owner, name, own[name], known, hints) for name in unknown]
    written = _merged(
        {name: value for name, value in own.items() if name in known}, known.keys(), givens, aliases or {}
    )
    accepted = dict(fixed or {})
    written = _of_peak(written, known, declaration)
    for name, value in written.items():
        try:
            accepted[known[name].field] = value_of(known[name], value.raw)
        except ValueError as error:
            meant = closest(str(value.raw), known[name].choices)
            problems.append(value.problem(str(error))._replace(suggestion=meant))
    lacking = [p.name for p in known.values() if p.required and p.name not in written]
    problems += [Problem(message=f"{owner} needs a {name}: it has no default; write {name}=…") for name in lacking]
    if problems:
        raise SpecError(*problems)
    try:
        with computed(owner):
            return declaration(**accepted)
    except SpecError as error:
        raise SpecError(*(_where_written(problem, written) for problem in error.problems)) from None


def _of_peak(
    written: dict[str, _Written], known: Mapping[str, Parameter], declaration: type[Declared]
) -> dict[str, _Written]:
    """Return what was written, with each share of the peak (`10%`), where that may stand, as a number."""
    peak, lowest = getattr(declaration, "peak", ""), getattr(declaration, "lowest", ())
    if peak not in known:
        return written
    try:
        highest = value_of(known[peak], written[peak].raw) if peak in written else known[peak].default
    except ValueError:  # which is told where the peak stands
        return written
    if not isinstance(highest, float):
        return written
    return {
        name: value._replace(raw=_share_of(value.raw, highest)) if known[name].of_peak or name in lowest else value
        for name, value in written.items()
    }


def _share_of(raw: object, peak: float) -> object:
    """Return a share of the peak without its rounding error, or what else was written."""
    text = raw.strip() if isinstance(raw, str) else ""
    if not text.endswith("%") or _PLAIN.fullmatch(text[:-1].strip()) is None:
        return raw
    return float(f"{_share(text) * peak:.15g}")


def _where_written(problem: Problem, written: Mapping[str, _Written]) -> Problem:
    """Return a problem between fields in the place where its field was written, if it was."""
    value = written.get(str(problem.path[0])) if problem.path else None
    return value.problem(problem.message)._replace(suggestion=problem.suggestion) if value else problem


def _merged(
    own: dict[str, _Written], known: AbstractSet[str], givens: Iterable[Given], aliases: Mapping[str, str]
) -> dict[str, _Written]:
    """Return what to use for each parameter: what wins, else what the spec says, else what fills in."""
    weak: dict[str, _Written] = {}
    strong: dict[str, _Written] = {}
    for given in givens:
        meant = {name: aliases.get(name, name) for name in given.values}
        taken = {name for name in given.values if meant[name] in known}
        given.used |= taken
        given.applied |= taken if given.wins else {name for name in taken if meant[name] not in own}
        layer = strong if given.wins else weak
        layer.update({meant[name]: _Written(given.values[name], (), given.place(name)) for name in taken})
    return weak | own | strong


def _unknown(owner: str, name: str, value: _Written, known: Collection[str], hints: Hints | None) -> Problem:
    meant = (hints().get(name.lower(), "") if hints else "") or closest(name, known)
    rest = "" if meant else f"; it has {', '.join(known)}"
    problem = value.problem(f"{owner} has no parameter {shown(name)}{rest}")
    return problem._replace(suggestion=meant, path=(*value.path, KEY))
