"""The error for an unknown option: the option that was meant, or the verbs or schedules that have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.parameters import parameters
from lrcli.problems import Problem, closest
from lrcli.synonyms import option_meant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.schedules.base import Family


def unknown_option(option: str, known: set[str], named: Sequence[type[Family]], command: str) -> Problem:
    """Return the problem that nothing here has this option, with the one that was probably meant.

    Args:
        option: As it was written.
        known: The options that there are.
        named: The schedules that the command line names.
        command: The verb, as it is called.
    """
    have = "has" if len(named) == 1 else "have"
    owner = f"{tags(named)} {have} no option {option}" if named else f"there is no option {option} here"
    if suggestion := option_meant(option, known, [one.tag() for one in named]):
        return Problem(message=owner, suggestion=suggestion)
    name = option.lstrip("-").replace("-", "_").lower()
    if others := _having(_LONG.get(name, name)):
        return Problem(message=f"{owner}; {listed(others)} {'has' if len(others) == 1 else 'have'} one")
    if suggestion := closest(option, known):
        return Problem(message=owner, suggestion=suggestion)
    return Problem(message=f"{owner}; {command} --help lists what there is")


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence has them: `a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def tags(declarations: Sequence[type[Family]]) -> str:
    """Return the names of schedules."""
    return listed([one.tag() for one in declarations])


def _having(name: str) -> list[str]:
    """Return the schedules of lrcli, or else its verbs, that have an option of this name."""
    from lrcli.registry import SCHEDULES

    schedules = [one.tag() for one in SCHEDULES.values() if any(p.name == name for p in parameters(one))]
    return schedules or [f"lrcli {verb}" for verb, options in _OF_VERBS.items() if name in options]


_LONG = {"o": "output", "strict": "fail_on"}
"""The names here of options that are written differently."""

_OF_VERBS = {
    "table": ("every", "all"),
    "export": ("every", "format", "output"),
    "plot": ("log", "xlim", "ylim", "height", "output"),
    "compare": ("diff", "all"),
    "code": ("to", "verify"),
    "lint": ("select", "fail_on", "fix"),
}
"""Options that people look for at other verbs."""
