"""From what was written for a declaration, in the spec and elsewhere, to an instance of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from lrcli.parameters import Declared, Parameter, parameters
from lrcli.problems import KEY, MOST, Path, Problem, SpecError, closest, computed
from lrcli.spec.values import share_of, shown, value_of
from lrcli.synonyms import parameter_meant

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from collections.abc import Set as AbstractSet

    Hints = Callable[[], Mapping[str, str]]
    """Returns other names of parameters, in small letters; called when a name is not known."""

D = TypeVar("D", bound=Declared)


class Layer:
    """Values from outside of the spec, and which of them were used: flags, or a file's defaults.

    Attributes:
        values: By parameter name.
        place: Returns where a value was written, by its name: `--max-lr`, `file.yaml:3:5`.
        wins: They replace what the spec says, as flags do; otherwise they only fill in what it does not say.
        used: Names that some schedule has as a parameter.
        applied: Names whose value some schedule took.
    """

    def __init__(self, values: Mapping[str, object], place: Callable[[str], str], *, wins: bool = False) -> None:
        self.values = {name.replace("-", "_"): value for name, value in values.items()}
        self.place = place
        self.wins = wins
        self.used: set[str] = set()
        self.applied: set[str] = set()

    def without(self, names: Collection[str]) -> Layer:
        """Return a layer without some names; what is used of it counts as used of this one."""
        return self._like({k: v for k, v in self.values.items() if k not in names}, wins=self.wins)

    def filling_in(self) -> Layer:
        """Return a layer of the same values that only fill in."""
        return self._like(self.values, wins=False)

    def _like(self, values: Mapping[str, object], *, wins: bool) -> Layer:
        other = Layer(values, self.place, wins=wins)
        other.used, other.applied = self.used, self.applied
        return other


class _Written(NamedTuple):
    """A value as it was written, its path in the data, and its place if that is not found by the path."""

    raw: object
    path: Path = ()
    place: str = ""

    def problem(self, message: str) -> Problem:
        """Return a problem with this value; its place `--max-lr` already says the name, so the message does not."""
        if self.place.startswith("--"):
            message = message.removeprefix(f"{self.place[2:].replace('-', '_')}: ")
        return Problem(message=message, path=self.path, place=self.place)


def make(
    declaration: type[D],
    values: Mapping[str, object],
    layers: Iterable[Layer] = (),
    *,
    owner: str,
    hints: Hints | None = None,
    fixed: Mapping[str, object] | None = None,
    aliases: Mapping[str, str] | None = None,
) -> D:
    """Return an instance of a declaration.

    Args:
        declaration: Its class.
        values: What the spec says, by parameter name.
        layers: Values from outside of the spec, weakest first.
        owner: What a message calls the instance.
        hints: Returns other names of its parameters, for suggestions.
        fixed: Fields that are not parameters.
        aliases: Other names of parameters that the layers may use.

    Raises:
        SpecError: With every problem found, each with its path.
    """
    known = {parameter.name: parameter for parameter in parameters(declaration)}
    own = {str(key).replace("-", "_"): _Written(raw, (key,)) for key, raw in values.items()}
    unknown = [name for name in own if name not in known][:MOST]
    problems = [_unknown(owner, name, own[name], known, hints) for name in unknown]
    written = _merged(
        {name: value for name, value in own.items() if name in known}, known.keys(), layers, aliases or {}
    )
    written = _of_peak(written, known, declaration)
    accepted, refused = _accepted(written, known)
    problems += refused
    lacking = [p.name for p in known.values() if p.required and p.name not in written]
    problems += [Problem(message=f"{owner} needs a {name}: it has no default; write {name}=…") for name in lacking]
    if problems:
        raise SpecError(*problems)
    try:
        with computed(owner):
            return declaration(**accepted, **(fixed or {}))
    except SpecError as error:
        raise SpecError(*(_where_written(problem, written) for problem in error.problems)) from None


def _accepted(
    written: Mapping[str, _Written], known: Mapping[str, Parameter]
) -> tuple[dict[str, object], list[Problem]]:
    """Return the values that the parameters accept, by field, and a problem for each of the others."""
    accepted: dict[str, object] = {}
    problems: list[Problem] = []
    for name, value in written.items():
        try:
            accepted[known[name].field] = value_of(known[name], value.raw)
        except ValueError as error:
            meant = closest(str(value.raw), known[name].choices)
            problems.append(value.problem(str(error))._replace(suggestion=meant))
    return accepted, problems


def _of_peak(
    written: dict[str, _Written], known: Mapping[str, Parameter], declaration: type[Declared]
) -> dict[str, _Written]:
    """Return what was written, with shares of the peak (`10%`) as numbers, for the parameters that take them."""
    peak, lowest = getattr(declaration, "peak", ""), getattr(declaration, "lowest", ())
    if peak not in known:
        return written
    try:
        highest = value_of(known[peak], written[peak].raw) if peak in written else known[peak].default
    except ValueError:  # make() reports it, at the peak's own place
        return written
    if not isinstance(highest, float):
        return written
    return {
        name: value._replace(raw=share_of(value.raw, highest)) if known[name].of_peak or name in lowest else value
        for name, value in written.items()
    }


def _where_written(problem: Problem, written: Mapping[str, _Written]) -> Problem:
    """Return a problem of the declaration at the place where its field was written, if it was."""
    value = written.get(str(problem.path[0])) if problem.path else None
    return value.problem(problem.message)._replace(suggestion=problem.suggestion) if value else problem


def _merged(
    own: dict[str, _Written], known: AbstractSet[str], layers: Iterable[Layer], aliases: Mapping[str, str]
) -> dict[str, _Written]:
    """Return the value of each parameter: from a layer that wins, else from the spec, else from one that fills in."""
    weak: dict[str, _Written] = {}
    strong: dict[str, _Written] = {}
    for layer in layers:
        meant = {name: aliases.get(name, name) for name in layer.values}
        taken = {name for name in layer.values if meant[name] in known}
        layer.used |= taken
        layer.applied |= taken if layer.wins else {name for name in taken if meant[name] not in own}
        merged = strong if layer.wins else weak
        merged.update({meant[name]: _Written(layer.values[name], (), layer.place(name)) for name in taken})
    return weak | own | strong


def _unknown(owner: str, name: str, value: _Written, known: Collection[str], hints: Hints | None) -> Problem:
    by_framework = hints().get(name.lower(), "") if hints else ""
    meant = by_framework or parameter_meant(name, known, owner) or closest(name, known)
    rest = "" if meant else f"; it has {', '.join(known)}"
    problem = value.problem(f"{owner} has no parameter {shown(name)}{rest}")
    return problem._replace(suggestion=meant, path=(*value.path, KEY))
