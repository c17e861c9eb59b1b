"""Logs that people read: a learning rate (or a loss) and a clock in a line, wherever they stand in it."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from lrcli.logs.builder import Builder
from lrcli.logs.names import is_rate
from lrcli.logs.patterns import PAIR, RATE, RELEVANT, TOOLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from re import Match

    from lrcli.logs.patterns import Tool
    from lrcli.logs.source import Source

_LOOKED_AT = 400
"""Lines by which the tool is told."""
_PATIENCE = 1 << 26
"""Bytes without a single line that counts, after which no more are read."""
_LONG = 4096
"""Characters of a line that are looked at."""


def read_text(source: Source) -> Builder:
    """Return the lines that hold a learning rate and a clock, or a loss and a clock."""
    lines = _relevant(source)
    first = [line for _, line in zip(range(_LOOKED_AT), lines, strict=False)]
    tool = _tool_of(first)
    builder = Builder("text" if tool is None else f"text ({tool.name})")
    if tool is None:
        return builder
    stretch: list[dict[str, object]] = []
    clock = None
    for line in chain(first, lines):
        found = tool.pattern.search(line)
        if tool is TOOLS[-1]:  # Keras prints the epoch in a line of its own
            found = clock = found or clock
        if found and (row := _row(tool, found, line, builder)):
            stretch.append(row)
        if len(stretch) >= 1 << 14:
            builder.add_rows(stretch)
            stretch = []
        if builder.full:
            break
    builder.add_rows(stretch)
    return builder


def _relevant(source: Source) -> Iterator[str]:
    """Yield the lines with a learning rate or a loss; stop where there is none for very long."""
    read, found = 0, False
    for lines in source.blocks(RELEVANT.search):
        for line in lines:
            if RATE.search(line[:_LONG]) or "oss" in line[:_LONG] or line.startswith("Epoch "):
                found = True
                yield line[:_LONG]
        read += 1 << 22
        if not found and read >= _PATIENCE:
            source.notes.append(f"no learning rate in the first {_PATIENCE >> 20} MiB: the rest is not read")
            return


def _tool_of(lines: Iterable[str]) -> Tool | None:
    """Return the tool whose clock most of the lines show, each counted for the surest that it shows."""
    surest = (next((tool for tool in TOOLS if tool.pattern.search(line)), None) for line in lines)
    shown = Counter(tool for tool in surest if tool is not None)
    return max(shown, key=lambda tool: (shown[tool], -TOOLS.index(tool))) if shown else None


def _row(tool: Tool, clock: Match[str], line: str, builder: Builder) -> dict[str, object]:
    """Return what a line says: its clock, its learning rate and its other numbers; nothing if it has neither."""
    said = dict(zip(tool.groups, clock.groups(), strict=True))
    builder.hint(total=said.pop("total", None), total_epochs=said.pop("total_epochs", None))
    builder.hint(per_epoch=said.get("per_epoch"))
    row: dict[str, object] = {name: number for name, number in PAIR.findall(line) if not is_rate(name)}
    if rate := RATE.search(line):
        row["lr"] = rate[1]
    if not row:
        return {}
    return row | _clock(said)


def _clock(said: dict[str, str]) -> dict[str, object]:
    """Return the step, or the epoch and the iteration in it."""
    epoch = said.get("epoch1") or said.get("epoch")
    if epoch is None:
        return dict(said)
    if "per_epoch" not in said:
        return {"iter" if name == "iter" else name.rstrip("1"): number for name, number in said.items()}
    done = int(epoch) - ("epoch1" in said)
    return {"epoch": epoch, "step": done * int(said["per_epoch"]) + int(said["iter"])}
