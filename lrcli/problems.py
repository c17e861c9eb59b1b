"""What can be wrong with a spec, and where: the error that every reader raises."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Path = tuple[str | int, ...]
"""Where a value stands in its data: `("schedules", "cosine", "max_lr")`."""

Severity = Literal["error", "warning", "note"]

T = TypeVar("T")
R = TypeVar("R")

KEY = "<key>"
"""Ends the path of a key, where a path without it is that of the key's value."""


MOST = 200
"""Problems of one input that are looked for: nobody reads more."""


class Problem(NamedTuple):
    """One thing that is wrong.

    Attributes:
        message: What is wrong and, where it can be said, how to mend it.
        path: Where in the data, as keys and list indices.
        place: Where in the text, as `file:line:column`, `--flag` or the inline text with its column.
        suggestion: What was probably meant, or nothing.
    """

    message: str
    path: Path = ()
    place: str = ""
    suggestion: str = ""

    def under(self, *prefix: str | int) -> Problem:
        """Return the same problem, seen from further outside."""
        return self._replace(path=prefix + self.path)

    def at(self, place: str) -> Problem:
        """Return the same problem with its place in the text."""
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
        code: A key of `lrcli.findings.codes.CODES`, such as `LR004`; empty for what is only said.
        message: What happens, with its numbers.
        fix: What to do about it, with numbers where there are some.
        severity: An error stops the work, a warning is probably not meant, a note is worth knowing.
        path: Where in the spec, as keys and list indices.
        place: Where in the text, as `file:line:column` or the inline text with its column.
        name: The schedule that it is about.
        edit: The value that is there, and the one that mends it without a doubt, where there is one.
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
        """What happens and what to do, as sentences."""
        stop = "" if self.message[-1:] in ".?!" else "."
        return f"{self.message}{stop} {self.fix}" if self.fix else self.message


def _way(path: Path) -> str:
    """Return the way to a value in data that has no lines and columns: `[1].max_lr`."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path if step != KEY]
    return "".join(steps).removeprefix(".") if len(steps) > 1 else ""


def printable(text: str) -> str:
    r"""Return text that cannot act on a terminal: what is no visible sign is written as its number (\x1b, \u202e)."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else _number(sign) for sign in text)


def _number(sign: str) -> str:
    return sign.encode("unicode_escape").decode("ascii")


class SpecError(ValueError):
    """A spec, a run or a file that cannot be used; it carries every problem found, not the first.

    Attributes:
        problems: Each with its message, place and suggestion.
    """

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = tuple(Problem(message=p) if isinstance(p, str) else p for p in problems)
        super().__init__(*self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class InputError(SpecError):
    """A file that cannot be read at all: missing, a directory, not text."""


class MissingError(SpecError):
    """What was asked for needs a package that is not installed."""


class LrcliWarning(UserWarning):
    """A finding as a Python warning.

    Attributes:
        finding: What was found.
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
    problems: list[Problem] = []
    kinds: set[type[SpecError]] = set()
    for key, item in items:
        try:
            made[key] = make_one(item)
        except SpecError as error:
            problems += [problem.under(key) for problem in error.problems]
            kinds.add(type(error))
            if len(problems) > MOST:
                break
    if problems:
        raise (InputError if InputError in kinds else SpecError)(*problems)
    return made


@contextmanager
def computed(what: str) -> Iterator[None]:
    """Turn arithmetic that no float can hold, which `math` raises for, into an error of the spec.

    Raises:
        SpecError: With what could not be computed.
    """
    try:
        yield
    except SpecError:
        raise
    except (ArithmeticError, ValueError) as error:
        reason = str(error.args[-1]) if error.args else type(error).__name__
        raise SpecError(f"{what} cannot be computed, a number is too large or too small: {reason.lower()}") from None


def closest(word: str, known: Iterable[str]) -> str:
    """Return the known word that looks most like this one, or an empty string."""
    from difflib import get_close_matches

    by_fold = {name.lower().replace("_", "-"): name for name in known}
    found = get_close_matches(word.lower().replace("_", "-"), by_fold, n=1, cutoff=0.65)
    return by_fold[found[0]] if found else ""
