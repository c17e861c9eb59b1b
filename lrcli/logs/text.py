"""Logs that people read: learning rates, losses and a clock, in one line or in the lines below that of the clock."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING

from lrcli.logs.builder import Builder
from lrcli.logs.lines import COLUMNS, Lines, rates_in
from lrcli.logs.patterns import BAR, TOOLS, may_count, may_have_rates
from lrcli.logs.source import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lrcli.logs.lines import Said
    from lrcli.logs.patterns import Tool
    from lrcli.logs.source import Source

    Row = dict[str, object]

_LOOKED_AT = 2000
"""Lines by which the tool is recognised."""
_COUNTED = 400
"""Those of them with a learning rate that are used."""
_PATIENCE = 1 << 26
"""Bytes, or characters, without a learning rate, after which no more are read."""
_GIVEN_UP = f"no learning rate in {_PATIENCE >> 20} MiB: the rest is not read"
_LONG = 4096
"""Characters of a line that are read."""
_STRETCH = 1 << 14
"""Rows that are turned into columns at a time."""


def read_text(source: Source) -> Builder:
    """Return the learning rates and losses of a text, with the clock of their line, or of the last line with one."""
    lines = _relevant(source)
    first = list(islice(lines, _LOOKED_AT))
    tool = _tool_of(first)
    builder = Builder("text" if tool is None else f"text ({tool.name})", source.needed)
    if tool is None:
        return builder
    stretch: list[Row] = []
    seen = _with_values(Lines(tool), chain(first, lines), source)
    for row in _rows(seen, _bar(tool, first, builder), builder):
        stretch.append(row)
        if len(stretch) >= _STRETCH:
            builder.add_rows(stretch)
            stretch = []
        if builder.full:
            break
    builder.add_rows(stretch)
    return builder


def _relevant(source: Source) -> Iterator[str]:
    """Yield the lines of the blocks with a learning rate (or a loss, if it is needed); stop after very long without."""
    without = 0
    relevant = may_count if source.needed is None else may_have_rates
    for lines in source.blocks(relevant):
        without = 0 if lines else without + BLOCK
        yield from (line[:_LONG] for line in lines if line)
        if without >= _PATIENCE:
            source.notes.append(_GIVEN_UP)
            return


def _tool_of(lines: Sequence[str]) -> Tool | None:
    """Return the tool whose clock most of the lines with a learning rate (or else a loss) show.

    If most of them show none, it is that of the lines between them. A line counts for the surest tool that it shows,
    and a clock that stands still for none.
    """
    said = [line for line in lines if rates_in(line)] or [line for line in lines if "oss" in line]
    said = said[:_COUNTED]
    clocks = [_clocks(line) for line in said]
    moving = _moving(clocks)
    shown = _counted(clocks, moving)
    if said and 2 * sum(shown.values()) < len(said):
        still = {tool for line in clocks for tool in line} - moving
        between = [_clocks(line) for line in lines]
        shown = _counted(between, _moving(between) - still)
    return max(shown, key=lambda tool: (shown[tool], -TOOLS.index(tool))) if shown else None


def _clocks(line: str) -> dict[Tool, tuple[str, ...]]:
    """Return the clock of each tool that a line shows, the surest first."""
    return {tool: found.groups() for tool in TOOLS if (found := tool.pattern.search(line))}


def _moving(clocks: Sequence[dict[Tool, tuple[str, ...]]]) -> set[Tool]:
    times: dict[Tool, set[tuple[str, ...]]] = {}
    for tool, time in chain.from_iterable(line.items() for line in clocks):
        times.setdefault(tool, set()).add(time)
    return {tool for tool, seen in times.items() if len(seen) > 1 or len(clocks) == 1}


def _counted(clocks: Sequence[dict[Tool, tuple[str, ...]]], moving: set[Tool]) -> Counter[Tool]:
    """Return how many lines show the clock of each tool best, of those that move."""
    surest = (next((tool for tool in line if tool in moving), None) for line in clocks)
    return Counter(tool for tool in surest if tool is not None)


def _bar(tool: Tool, lines: Sequence[str], builder: Builder) -> str | None:
    """Return the length of the bar that follows the lines of transformers' Trainer, which say epochs only."""
    if tool.name != "transformers":
        return None
    bars = Counter[str]()
    waits = False
    for line in lines:
        if rates_in(line):
            waits = True
        elif waits and (bar := BAR.match(line)):
            bars[bar[2]] += 1
            waits = False
    total = max(bars, key=lambda length: bars[length]) if bars else None
    builder.hint(total=total)
    return total


def _with_values(reader: Lines, lines: Iterator[str], source: Source) -> Iterator[Said]:
    """Yield what each line says, until for very long none says a number."""
    without = 0
    for line in lines:
        said = reader.said(line)
        without = 0 if said.values else without + len(line) + 1
        if without > _PATIENCE:
            source.notes.append(_GIVEN_UP)
            return
        yield said


def _rows(lines: Iterator[Said], bar: str | None, builder: Builder) -> Iterator[Row]:
    """Yield a row for the lines of the same time, and another where they give a value twice."""
    row: Row = {}
    clock: Row = {}
    for said in lines:
        if said.clock:
            clock = _clock(dict(said.clock), builder)
        elif bar and said.bar and said.bar["length"] == bar:
            row = {"step": said.bar["step"], **row} if row else row
        values = said.values if clock else {}
        if values and (not clock.items() <= row.items() or values.keys() & row.keys()):
            if row:
                yield row
            row = {**clock, **values}
        else:
            row |= values
    if row:
        yield row


def _clock(text: dict[str, str], builder: Builder) -> Row:
    """Return the step, or the epoch and the iteration in it, and keep the lengths of the run in a line."""
    builder.hint(**{name: text.pop(name, None) for name in ("total", "total_epochs", "counted")})
    builder.hint(per_epoch=text.get("per_epoch"))
    epoch = text.get("epoch1") or text.get("epoch")
    if epoch and "iter" in text and "per_epoch" in text:
        done = int(epoch) - ("epoch1" in text)
        return {"epoch": epoch, "step": done * int(text["per_epoch"]) + int(text["iter"])}
    text.pop("per_epoch", None)
    return {COLUMNS.get(name, name): part for name, part in text.items()}
