"""All schedules by name: lrcli's own, and those that installed packages add."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from functools import cached_property

from lrcli.problems import closest
from lrcli.schedules import BUILT_IN
from lrcli.schedules.base import Family
from lrcli.synonyms import schedule_meant

GROUP = "lrcli.schedules"
"""The entry-point group in which a package names its schedules."""

_TAG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Registry(Mapping[str, type[Family]]):
    """Schedules by their names in text.

    Packages are searched only for a name that is none of lrcli's own, or for all names.
    """

    def __getitem__(self, name: str) -> type[Family]:
        return BUILT_IN[name] if name in BUILT_IN else self._added[name]

    def __iter__(self) -> Iterator[str]:
        yield from BUILT_IN
        yield from self._added

    def __len__(self) -> int:
        return len(BUILT_IN) + len(self._added)

    def __contains__(self, name: object) -> bool:
        return name in BUILT_IN or (isinstance(name, str) and bool(_TAG.fullmatch(name)) and name in self._added)

    def find(self, name: str) -> type[Family] | None:
        """Return the schedule of lrcli, a package or a framework with a name; None if there is none."""
        from lrcli import frameworks

        folded = name.strip().lower().replace("_", "-")
        if folded in self:
            return self[folded]
        if "_" not in name and schedule_meant(name):  # a common name, even if a framework has a scheduler of this name
            return None
        return frameworks.find(name.strip())

    def everything(self) -> Iterator[type[Family]]:
        """Yield every schedule, lrcli's and packages' first, then the frameworks'."""
        yield from self.values()
        from lrcli import frameworks
        from lrcli.frameworks.names import FRAMEWORKS

        for framework in FRAMEWORKS:
            yield from dict.fromkeys(frameworks.declarations(framework).values())

    def closest(self, name: str) -> str:
        """Return the most similar name of a schedule, of lrcli or a framework; "" if none is similar."""
        from lrcli import frameworks

        if "." in name:
            return self._closest_in_framework(*name.strip().split(".", 1)) or closest(name, self)
        dotted = list(frameworks.names())
        native = {one.rpartition(".")[2]: one for one in reversed(dotted)}
        return closest(name, self) or closest(name, dotted) or native.get(closest(name, native), "")

    def _closest_in_framework(self, framework: str, name: str) -> str:
        """Return the scheduler of a framework whose name is most like this one, as it is written with a dot."""
        from lrcli import frameworks
        from lrcli.frameworks.names import ABBREVIATIONS, FRAMEWORKS

        known = [*FRAMEWORKS, *ABBREVIATIONS]
        home = framework if framework in known else closest(framework, known)
        own = ABBREVIATIONS.get(home, home)
        names = [one.partition(".")[2] for one in frameworks.names() if one.startswith(f"{own}.")]
        longer = [one for one in names if one.lower().startswith(name.lower())]
        meant = closest(name, names) or (min(longer, key=len) if longer else "")
        return f"{home}.{meant}" if meant else ""

    @cached_property
    def _added(self) -> dict[str, type[Family]]:
        """The schedules of installed packages, with a warning for each that cannot be used."""
        if not _any_package():
            return {}
        from importlib.metadata import entry_points

        found: dict[str, type[Family]] = {}
        for point in entry_points(group=GROUP):
            try:
                declaration = _checked(point.load(), found)
            except Exception as error:  # noqa: BLE001 - another package's module may raise anything
                owner = point.dist.name if point.dist else "?"
                warnings.warn(f"the schedule {point.value} of {owner} cannot be used: {error}", stacklevel=2)
            else:
                found[declaration.tag()] = declaration
        return found


def _any_package() -> bool:
    """Return whether an installed package has entry points of the group, which is faster than to load them."""
    for folder in {folder or "." for folder in sys.path}:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            about = [entry.path for entry in entries if entry.name.endswith((".dist-info", ".egg-info"))]
            if any(_mentions(f"{path}/entry_points.txt") for path in about):
                return True
    return False


def _mentions(file: str) -> bool:
    with contextlib.suppress(OSError), open(file, "rb") as opened:  # noqa: PTH123 - a Path for each costs more
        return f"[{GROUP}]".encode() in opened.read()
    return False


def _checked(declaration: object, others: Mapping[str, object]) -> type[Family]:
    """Return the declaration from an entry point, if it can be added to the others.

    Raises:
        TypeError: If it is no declaration.
        ValueError: If its name is taken, or is not valid in text forms.
    """
    if not (isinstance(declaration, type) and issubclass(declaration, Family)):
        raise TypeError("it is not a subclass of lrcli.schedules.Schedule")
    tag = declaration.tag()
    if tag in BUILT_IN or tag in others:
        raise ValueError(f"there is a schedule called {tag} already")
    if not _TAG.fullmatch(tag):
        raise ValueError(f"{tag!r} is not a name for a schedule; use small letters, digits and hyphens")
    return declaration


SCHEDULES = Registry()
