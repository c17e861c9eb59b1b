"""A spec with a name, a run and the places of its parts in the text: what verbs work on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.problems import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from lrcli.compose import Spec
    from lrcli.problems import Path
    from lrcli.run import Run
    from lrcli.spec.tools.reader import Fact


class SourceMap(NamedTuple):
    """The places of everything in a spec, in the text that it was read from.

    Attributes:
        places: The places by path: `file:line:column`, or the inline text with its column.
        root: The path of the spec in the text.
        whole: The place of the whole spec.
        keys: In a file of another tool, the path in the file for each path in the spec.
        ignored: The codes of findings that comments in the file ignore, by line; line 0 is the whole file.
        facts: In a file of another tool, how each key about the lr was read.
    """

    places: Mapping[Path, str] = {}
    root: Path = ()
    whole: str = ""
    keys: Mapping[Path, Path] = {}
    ignored: Mapping[int, AbstractSet[str]] = {}
    facts: tuple[Fact, ...] = ()

    def ignores(self, code: str, place: str) -> bool:
        """Return whether a comment ignores a code at a place: for the whole file, on its line, or on the line above."""
        if not self.ignored:
            return False
        line = place.split(":")[-2] if place.count(":") >= 2 else "0"
        near = (0, int(line), int(line) - 1) if line.isdecimal() else (0,)
        return any(code in self.ignored.get(i, ()) or "all" in self.ignored.get(i, ()) for i in near)

    def at(self, path: Path) -> str:
        """Return the place of a path, or of the nearest path around it that has a place."""
        while path:
            bare = tuple(step for step in path if step not in ("sequence", "product"))
            for known in (path, bare):
                if (*self.root, *known) in self.places:
                    return self.places[*self.root, *known]
            path = path[:-1]
        return self.whole


class Entry(NamedTuple):
    """A spec with its name, its run and its places in the text."""

    name: str
    spec: Spec
    run: Run
    source: SourceMap = SourceMap()

    def __repr__(self) -> str:
        """Return the name and the run, without the places of everything."""
        return f"Entry({self.name}, {self.run.text})"

    @property
    def given_name(self) -> str:
        """The name that the user has given it; "" if its name is the text of the spec."""
        from lrcli.registry import SCHEDULES

        is_text = any(sign in self.name for sign in ":*+(") or SCHEDULES.find(self.name) is type(self.spec)
        return "" if is_text else self.name


def same_unit(entries: Sequence[Entry]) -> str:
    """Return the unit that all entries count in.

    Raises:
        SpecError: If there are two.
    """
    units = {entry.run.counts: entry.name for entry in entries}
    if len(units) > 1:
        raise SpecError(
            f"{units['epoch']} counts epochs and {units['step']} steps: give all of them --epochs or --steps"
        )
    return next(iter(units))
