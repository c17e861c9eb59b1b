"""The text under the explorer's drawing: the values at the cursor, and the findings."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from lrcli.numbers import short
from lrcli.problems import printable
from lrcli.run import amount

if TYPE_CHECKING:
    from lrcli.explore.state import State
    from lrcli.render.style import Style


def read_off(state: State, style: Style) -> str:
    """Return a line with the value of each curve at the cursor; empty without a cursor."""
    x, figure = state.cursor, state.now.figure
    if x is None:
        return ""
    place = f"t = {amount(x)}: {figure.x.unit} {amount(x)}"
    if figure.above is not None:
        place += f", {figure.above.unit} {amount(x * figure.above.high / figure.x.high)}"
    known = [(one.name, value) for one in figure.panels[0].series if (value := one.at(x)) is not None]
    if len(figure.panels[0].series) == 1:
        return style.clipped(f"{place}, lr {', '.join(short(value) for _, value in known)}")
    room = max((style.room - len(place) - 5) // max(len(known), 1) - 12, 6)
    return style.clipped(f"{place}, lr {', '.join(f'{style.clipped(name, room)} {short(v)}' for name, v in known)}")


_LONGEST_NAME = 12
"""Characters of a schedule's name before its finding."""


def findings(state: State, rows: int, style: Style) -> list[str]:
    """Return the findings in at most `rows` rows: a single one wrapped, several with one row each."""
    short_names = [one._replace(name=style.clipped(one.name, _LONGEST_NAME)) for one in state.now.findings]
    found = [printable(one) for one in state.now._replace(findings=tuple(short_names)).lines]
    if len(found) == 1:
        lines = textwrap.wrap(found[0], style.room, break_on_hyphens=False)
        return [*lines[: rows - 1], style.clipped(" ".join(lines[rows - 1 :]))]
    if len(found) <= rows:
        return [style.clipped(one) for one in found]
    more = f" (and {len(found) - rows} more)"
    last = style.clipped(found[rows - 1], style.room - len(more)) + more
    return [*(style.clipped(one) for one in found[: rows - 1]), last]
