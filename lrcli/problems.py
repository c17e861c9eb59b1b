"""Problems with their places, the errors that carry them, and findings."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Path = tuple[str | int, ...]
"""Keys and list indices that lead to a value in data: `("schedules", "cosine", "max_lr")`."""

Severity = Literal["error", "warning", "note"]

T = TypeVar("T")
R = TypeVar("R")

KEY = "<key>"
"""The last element of the path of a key itself; a path without it is that of the key's value."""


MOST = 200
"""After so many problems of one input, no more are looked for."""


class Problem(NamedTuple):
    """One thing that is wrong.

    Attributes:
        message: What is wrong and, if that is known, how to mend it.
        path: Where in the data.
        place: Where in the text: `file:line:column`, `--flag`, or the inline text with its column.
        suggestion: What was probably meant; empty if that is not known.
    """

    message: str
    path: Path = ()
    place: str = ""
    suggestion: str = ""

    def under(self, *prefix: str | int) -> Problem:
        """Return the same problem with a longer path: that of the data around it comes first."""
        return self._replace(path=prefix + self.path)

    def at(self, place: str) -> Problem:
        """Return the same problem with a place, unless it has one."""
        return self if self.place else self._replace(place=place)

    def __str__(self) -> str:
        """Return it as one line: where, what, and what was probably meant."""
        place = self.place or _way(self.path)
        where = f"{place}: " if place else ""
        hint = f"; did you mean {self.suggestion}?" if self.suggestion else ""
        return f"{where}{self.message}{hint}"


class Finding(NamedTuple):
    """One thing about a spec in its run that is wrong, or probably not meant.

    Attributes:
        code: A key of `lrcli.findings.codes.CODES`, such as `LR004`; empty for a note without one.
        message: What happens, with numbers.
        fix: What to do about it, with numbers; empty if nothing is to be done.
        severity: `error` if the spec cannot be used, `warning` if something is probably not meant, else `note`.
        path: Where in the spec.
        place: Where in the text: `file:line:column`, or the inline text with its column.
        name: The name of the schedule.
        edit: The present value and the one that `lrcli lint --fix` writes, if the fix is certain.
    """

    code: str
    message: str
    fix: str = ""
    severity: Severity = "warning"
    path: Path = ()
    place: str = ""
    name: str = ""
    edit: tuple[float, float] | None = None

    @property
    def text(self) -> str:
        """The message and the fix, as sentences."""
        stop = "" if self.message[-1:] in ".?!" else "."
        return f"{self.message}{stop} {self.fix}" if self.fix else self.message


def _way(path: Path) -> str:
    """Return a path as text, for data without lines and columns: `[1].max_lr`."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path if step != KEY]
    return "".join(steps).removeprefix(".") if len(steps) > 1 else ""


def printable(text: str) -> str:
    r"""Return text that cannot control a terminal: invisible characters are escaped (\x1b, \u202e)."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


class SpecError(ValueError):
    """A spec, a run or a file cannot be used.

    Attributes:
        problems: Every problem found, each with its message, place and suggestion.
    """

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = tuple(Problem(message=p) if isinstance(p, str) else p for p in problems)
        super().__init__(*self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class InputError(SpecError):
    """A file cannot be read at all: it is missing, a directory, not permitted or not text."""


class MissingError(SpecError):
    """A package that is needed is not installed."""


class LrcliWarning(UserWarning):
    """A finding as a Python warning.

    Attributes:
        finding: The finding.
        code: Its code, such as `LR004`.
    """

    def __init__(self, finding: Finding) -> None:
        self.finding, self.code = finding, finding.code
        super().__init__(f"{finding.code} {finding.text}")


def gather(items: Iterable[tuple[str | int, T]], make_one: Callable[[T], R]) -> dict[str | int, R]:
    """Return the result for each item, by its key.

    Raises:
        SpecError: With the problems of all items, each with the item's key before its path.
        InputError: The same, if one of them could not be read at all.
    """
    made: dict[str | int, R] = {}
    errors: list[SpecError] = []
    for key, item in items:
        try:
            made[key] = make_one(item)
        except SpecError as error:
            errors.append(type(error)(*(problem.under(key) for problem in error.problems)))
            if sum(len(one.problems) for one in errors) > MOST:
                break
    if all_of_them := together(errors):
        raise all_of_them
    return made


def together(errors: Sequence[SpecError]) -> SpecError | None:
    """Return errors as one, which is an InputError if one of them is; None if there are none."""
    problems = [problem for error in errors for problem in error.problems]
    if len(errors) < 2:
        return errors[0] if errors else None
    return (InputError if any(isinstance(error, InputError) for error in errors) else SpecError)(*problems)


@contextmanager
def computed(what: str) -> Iterator[None]:
    """Replace errors of arithmetic, such as overflow, by an error of the spec.

    Args:
        what: What is computed, for the message.

    Raises:
        SpecError: If the arithmetic inside fails.
    """
    try:
        yield
    except SpecError:
        raise
    except (ArithmeticError, ValueError) as error:
        reason = str(error.args[-1]) if error.args else type(error).__name__
        raise SpecError(f"{what} cannot be computed, a number is too large or too small: {reason.lower()}") from None


def closest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most similar to a word; empty if none is similar enough."""
    from difflib import get_close_matches

    by_fold = {name.lower().replace("_", "-"): name for name in known}
    found = get_close_matches(word.lower().replace("_", "-"), by_fold, n=1, cutoff=0.65)
    return by_fold[found[0]] if found else ""
