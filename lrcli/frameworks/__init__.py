"""Frameworks' own schedulers as specs: one page (module) for each framework, imported when one of its names is used.

The declarations of a page are the subclasses of `Scheduler` in it whose tag is `framework.Name`.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from lrcli.frameworks.names import ABBREVIATIONS, FRAMEWORKS
from lrcli.problems import Problem, SpecError, closest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.frameworks.scheduler import Scheduler


@cache
def declarations(framework: str) -> dict[str, type[Scheduler]]:
    """Return the schedulers of a framework by each of their names, without the prefix `framework.`."""
    from lrcli.frameworks.scheduler import Scheduler

    found = vars(import_module(f"lrcli.frameworks.{framework}")).values()
    known = [one for one in found if isinstance(one, type) and issubclass(one, Scheduler) and one.is_one()]
    own = dict.fromkeys(one for one in known if one.framework() == framework)
    return {name: one for one in own for name in (one.tag().partition(".")[2], *one.names)}


def named(name: str, place: str = "") -> str:
    """Return the framework for its name or an abbreviation of it.

    Raises:
        SpecError: If lrcli has no such framework.
    """
    framework = ABBREVIATIONS.get(name.lower(), name.lower())
    if framework not in FRAMEWORKS:
        message = f"lrcli does not know {name!r}; it knows {', '.join(FRAMEWORKS)}"
        raise SpecError(Problem(message=message, place=place, suggestion=closest(name, FRAMEWORKS)))
    return framework


def find(name: str) -> type[Scheduler] | None:
    """Return the scheduler for `torch.StepLR`; for `StepLR` torch's, or that of the only framework that has one."""
    framework, dot, native = name.partition(".")
    framework = ABBREVIATIONS.get(framework.lower(), framework.lower())
    if dot:
        return _of(framework, native) if framework in FRAMEWORKS else None
    having = homes(name)
    return _of(having[0], name) if len(having) == 1 or "torch" in having[:1] else None


def homes(native: str) -> list[str]:
    """Return the frameworks that have a scheduler of this name."""
    folded = native.lower()
    return [framework for framework in FRAMEWORKS if folded in {name.lower() for name in index(framework)}]


def _of(framework: str, native: str) -> type[Scheduler] | None:
    known = declarations(framework)
    folded = {name.lower(): one for name, one in known.items()}
    return known.get(native) or folded.get(native.lower())


def names() -> Iterator[str]:
    """Yield every name of every framework's schedulers, as `torch.StepLR`."""
    return (f"{framework}.{name}" for framework in FRAMEWORKS for name in index(framework))


_DECLARED = re.compile(r'\btag="[a-z0-9_]+\.([\w.]+)"|^    names = \((.+)\)$', re.MULTILINE)


@cache
def index(framework: str) -> list[str]:
    """Return the names of a framework's schedulers, from the text of its page, which is faster than importing it."""
    found = _DECLARED.findall(_text(framework))
    return [name for tag, others in found for name in ([tag] if tag else re.findall(r'"([^"]+)"', others))]


def _text(module: str) -> str:
    """Return the text of a page and of the files with the rest of it: `torch_chains` for `torch`."""
    text = (Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8")
    more = re.findall(rf"^from lrcli\.frameworks\.({module}_\w+) import", text, re.MULTILINE)
    return "".join([text, *map(_text, dict.fromkeys(more))])
