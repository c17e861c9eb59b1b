"""What a verb works on: named specs, each over its run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lrcli.problems import SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.compose import Spec
    from lrcli.run import Run


class Entry(NamedTuple):
    """A spec to be played: what to call it, and over which run."""

    name: str
    spec: Spec
    run: Run


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
