"""From the name of a schedule to its declaration, or to an error that says what was probably meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lrcli.frameworks import homes
from lrcli.frameworks.names import ABBREVIATIONS, FRAMEWORKS
from lrcli.problems import Problem, SpecError
from lrcli.registry import SCHEDULES
from lrcli.spec.values import shown
from lrcli.synonyms import schedule_meant

if TYPE_CHECKING:
    from lrcli.schedules.base import Family


def declaration(name: str) -> type[Family]:
    """Return the declaration of the schedule with this name.

    Raises:
        SpecError: If there is none, with the most similar name; if several frameworks have one; if it is a framework.
    """
    found = SCHEDULES.find(name)
    if found is None:
        raise SpecError(_unknown(name))
    return found


def _unknown(name: str) -> Problem:
    bare = name.strip()
    framework = bare.rstrip(".").lower()
    meant = schedule_meant(name)
    if framework in (*FRAMEWORKS, *ABBREVIATIONS):
        return _of_type(f"{shown(name)} is a framework: lrcli list --framework {framework} shows its schedulers")
    if not meant and (several := homes(bare)):
        written = " or ".join(f"{one}.{bare}" for one in several)
        return _of_type(f"{shown(name)} is a scheduler of several frameworks: write {written}")
    is_a_name = not any(sign in name for sign in "=()*/^") and ".py" not in name
    if is_a_name and (meant := meant or SCHEDULES.closest(name)):
        return _of_type(f"no schedule is called {shown(name)}")._replace(suggestion=meant)
    return _of_type(f"no schedule is called {shown(name)}; {_how_to_write(name)}")


def _of_type(message: str) -> Problem:
    return Problem(message=message, path=("type",))


def _how_to_write(text: str) -> str:
    """Return how to write what a text that is not a name may have been meant for."""
    if "=" in text:
        return "a parameter follows its schedule, as in cosine:warmup=5"
    if ".py" in text:
        return "a function of yours is python:file.py:name"
    if re.fullmatch(r"[\d.eE-]+", text.strip()):
        return "a factor is :scale=0.5, and a formula is expr:(…)"
    if re.search(r"[()*/^]", text):
        return "a formula is expr:…, in parentheses if it has a + in it: expr:(…)"
    return "lrcli list shows them all"
