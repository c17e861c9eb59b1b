"""Logs that people read: learning rates, losses and a clock, in one line or in the lines below that of the clock."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING

from lrcli.logs.builder import Builder
from lrcli.logs.names import is_rate
from lrcli.logs.patterns import BAR, DARKNET, PAIR, RATE, RELEVANT, TOOLS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lrcli.logs.patterns import Tool
    from lrcli.logs.source import Source

    Row = dict[str, object]

_LOOKED_AT = 2000
"""Lines by which the tool is told."""
_COUNTED = 400
"""Those of them with a learning rate that are looked at."""
_PATIENCE = 1 << 26
"""Bytes without a single line that counts, after which no more are read."""
_LONG = 4096
"""Characters of a line that are looked at."""
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
    for row in _rows(tool, chain(first, lines), _bar(tool, first, builder), builder):
        stretch.append(row)
        if len(stretch) >= _STRETCH:
            builder.add_rows(stretch)
            stretch = []
        if builder.full:
            break
    builder.add_rows(stretch)
    return builder


def _relevant(source: Source) -> Iterator[str]:
    """Yield the lines of the blocks with a learning rate or a loss; stop where there is none for very long."""
    read, found = 0, False
    for lines in source.blocks(RELEVANT.search):
        found = found or bool(lines)
        yield from (line[:_LONG] for line in lines if line)
        read += 1 << 22
        if not found and read >= _PATIENCE:
            source.notes.append(f"no learning rate in the first {_PATIENCE >> 20} MiB: the rest is not read")
            return


def _tool_of(lines: Sequence[str]) -> Tool | None:
    """Return the tool whose clock most of the lines with a learning rate (or else a loss) show.

    If most of them show none, it is that of the lines between them. A line counts for the surest tool that it shows,
    and a clock that stands still for none.
    """
    said = [line for line in lines if _rates(line)] or [line for line in lines if "oss" in line]
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
        if _rates(line):
            waits = True
        elif waits and (bar := BAR.match(line)):
            bars[bar[2]] += 1
            waits = False
    total = max(bars, key=lambda length: bars[length]) if bars else None
    builder.hint(total=total)
    return total


def _rows(tool: Tool, lines: Iterator[str], bar: str | None, builder: Builder) -> Iterator[Row]:
    """Yield what lines of the same time say, together, unless they say something twice."""
    row: Row = {}
    clock: Row = {}
    for line in lines:
        if found := tool.pattern.search(line):
            clock = _clock(dict(zip(tool.groups, found.groups(), strict=True)), builder)
        elif bar and (passed := BAR.match(line)) and passed[2] == bar:
            row = {"step": passed[1], **row} if row else row
        values = _values(line, clock) if clock else {}
        if values and (not clock.items() <= row.items() or values.keys() & row.keys()):
            if row:
                yield row
            row = {**clock, **values}
        else:
            row |= values
    if row:
        yield row


def _clock(said: dict[str, str | None], builder: Builder) -> Row:
    """Return the step, or the epoch and the iteration in it, and keep what a line says of the run's length."""
    text = {name: part.replace(",", "") for name, part in said.items() if part}
    builder.hint(**{name: text.pop(name, None) for name in ("total", "total_epochs", "counted")})
    builder.hint(per_epoch=text.get("per_epoch"))
    epoch = text.get("epoch1") or text.get("epoch")
    if epoch and "iter" in text and "per_epoch" in text:
        done = int(epoch) - ("epoch1" in text)
        return {"epoch": epoch, "step": done * int(text["per_epoch"]) + int(text["iter"])}
    text.pop("per_epoch", None)
    return {_COLUMNS.get(name, name): part for name, part in text.items()}


_COLUMNS = {"epoch01": "epoch", "epoch1": "epoch", "count": "step", "iter": "step"}


def _values(line: str, clock: Row) -> Row:
    """Return the learning rates in a line, and its other numbers that have a name; none if it has no rate or loss."""
    rates = _rates(line)
    if not rates and "oss" not in line:
        return {}
    others = {name: number for name, number in PAIR.findall(RATE.sub(" ", line)) if name.lower() not in clock}
    return {name: number for name, number in others.items() if not is_rate(name)} | rates


def _rates(line: str) -> Row:
    found: Row = {}
    for name, number in RATE.findall(line):
        word = "lr" if name == "L.r." else name.partition("(")[0]
        if is_rate(word):
            found.setdefault(word, number.replace(",", "."))
    if not found and (darknet := DARKNET.search(line)):
        found["lr"] = darknet[1]
    return found
