"""The page of a plan: its numbers and phases, the lengths to write, and drawings of other clocks and resumed runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.numbers import short
from lrcli.planning.larger import SOURCES
from lrcli.render.tables import table
from lrcli.render.terminal import show
from lrcli.run import amount
from lrcli.spec.write import inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lrcli.figure.data import Figure
    from lrcli.planning.arguments import Call
    from lrcli.planning.larger import Larger
    from lrcli.planning.offers import Offer
    from lrcli.planning.plan import Plan
    from lrcli.planning.restepped import Clocked
    from lrcli.planning.resumed import Resumed
    from lrcli.problems import Finding
    from lrcli.render.style import Style

_ROUNDING = 1e-6
_ROWS = 14
"""Rows of a drawing in a plan, if nothing is said."""


def page(plan: Plan, style: Style, rows: int | None = None) -> str:
    """Return the page of a plan.

    Args:
        plan: What to show.
        style: The terminal; its width is that of the drawings too.
        rows: Rows of a drawing.
    """
    run = plan.entry.run
    title = style.wrapped(f"{inline(plan.entry.spec)}, {run.text}", "", "")
    sections = [
        "\n".join([style.bold(title[0]), *title[1:]]),
        _grid([(row.name, f"{row.value:,.15g}", row.how) for row in plan.rows], style),
        _phases(plan, style),
        *_sections(_calls(plan), style),
    ]
    sections += [_larger(plan.larger, style)] if plan.larger is not None else []
    sections += _clocked(plan.clocked, style, rows) if plan.clocked is not None else []
    sections += _resumed(plan.resumed, style, rows) if plan.resumed is not None else []
    return "\n\n".join(section for section in sections if section)


def _grid(rows: Sequence[tuple[str, str, str]], style: Style) -> str:
    """Return rows of a name, a number and a remark."""
    if not rows:
        return ""
    drawn = table(
        ["", "", ""], rows, width=style.width, colour=False, ascii_only=style.ascii_only, left=(0, 2), rule=False
    )
    return drawn.strip("\n")


def _phases(plan: Plan, style: Style) -> str:
    unit = plan.entry.run.unit
    rows = [
        (one.name, amount(one.start), amount(one.end), amount(one.end - one.start), short(one.first), short(one.last))
        for one in plan.phases
    ]
    headers = ["phase", f"from {unit}", "to", f"{unit}s", "lr", "to lr"]
    return table(headers, rows, width=style.width, colour=style.colour, ascii_only=style.ascii_only, rule=False)


def _calls(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    unit = plan.entry.run.counts
    stepped = "epoch" if unit == "epoch" else "update"
    yield f"Lengths to write, for a scheduler that is stepped once per {stepped}", _lines(plan.calls)
    batches = plan.entry.run.batches
    if plan.prepared and batches is not None:
        yield (
            f"If Accelerate prepares it, which then steps it {batches.devices} times per update",
            _lines(plan.prepared),
        )


def _lines(calls: Sequence[Call]) -> list[str]:
    wide = max((len(call.framework) for call in calls), default=0) + 2
    return [f"{call.framework:<{wide}}{call.text}" for call in calls]


def _sections(sections: Iterator[tuple[str, list[str]]], style: Style) -> list[str]:
    return [
        "\n".join(
            [*map(style.bold, style.wrapped(title, "", "")), *(row for one in lines for row in style.wrapped(one))]
        )
        for title, lines in sections
        if lines
    ]


def _larger(found: Larger, style: Style) -> str:
    times = f"{found.ratio:.4g} times as large" if found.ratio >= 1 else f"{1 / found.ratio:.4g} times smaller"
    lines = []
    for rule, factor in found.factors.items():
        peak = f"× {factor:.4g}" if found.peak is None else f"{short(found.peak)} → {short(found.peak * factor)}"
        chosen = " (chosen)" if rule == found.rule else ""
        lines.append(f"{rule:<8} {peak}{chosen}, {SOURCES[rule]}")
    fewer = f"1 in {found.ratio:.4g}" if found.ratio >= 1 else f"{1 / found.ratio:.4g} times as many"
    known = "" if found.updates is None else f", {found.updates_before:,} → {amount(found.updates)}"
    lines.append(f"updates  {fewer} for the same samples{known}: lengths in steps change with them")
    title = style.wrapped(f"A batch of {found.before:,} → {found.after:,}, {times}: the peak", "", "")
    return "\n".join([*map(style.bold, title), *(line for one in lines for line in style.wrapped(one, "  ", " " * 11))])


def _clocked(found: Clocked, style: Style, rows: int | None) -> list[str]:
    lines = [_sentence(found.finding, style)]
    if found.mended is not None and found.mended.apart > _ROUNDING:
        apart = f"With these lengths the lr is at most {100 * found.mended.apart:.2g} % of the peak from what is meant."
        lines += style.wrapped(apart, "", "")
    return [_drawn(found.figure, style, rows), "\n".join(lines)]


def _resumed(found: Resumed, style: Style, rows: int | None) -> list[str]:
    lines = [line for offer in found.offers for line in _offer(found, offer, style)]
    head = style.bold(f"Specs to go on with, over {found.new.run.text}")
    return [
        _drawn(found.figure, style, rows),
        _sentence(found.finding, style),
        "\n".join([head, *lines]) if lines else "",
    ]


def _offer(found: Resumed, offer: Offer, style: Style) -> Iterator[str]:
    """Yield an offer: what it does with its numbers, and its spec on a line of its own, which nothing breaks."""
    unit = found.old.run.counts
    only = "" if offer.whole else f", for what follows {unit} {amount(found.at)} (over {amount(found.rest)} {unit}s)"
    up = f", up to {short(offer.highest)}" if offer.highest > offer.first else ""
    numbers = f"{short(offer.first)} at {unit} {amount(found.at)}{up}, {short(offer.last)} at the end"
    yield from style.wrapped(f"{offer.name}: {offer.why}{only}; {numbers}")
    yield f"    {offer.spec}"


def _drawn(figure: Figure, style: Style, rows: int | None) -> str:
    return show(figure, style._replace(width=style.width or 80), rows=rows or _ROWS)


def _sentence(finding: Finding, style: Style) -> str:
    code = f"{finding.code} " if finding.code else ""
    text = finding.text if finding.code else f"{finding.text[0].upper()}{finding.text[1:]}."
    return "\n".join(style.wrapped(f"{code}{text}", "", ""))
