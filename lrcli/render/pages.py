"""The pages on schedules and findings: lists, descriptions, parts of a sequence, explanations."""

from __future__ import annotations

import textwrap
from itertools import groupby
from typing import TYPE_CHECKING, Any, get_args

from lrcli.code.elsewhere import names_elsewhere
from lrcli.code.names import TARGETS
from lrcli.compose import Product
from lrcli.findings.codes import CODES
from lrcli.numbers import short
from lrcli.outline import outline, understood
from lrcli.parameters import Parameter, parameters, text_of
from lrcli.problems import printable
from lrcli.render.tables import table
from lrcli.render.thumbnail import thumbnail
from lrcli.run import amount
from lrcli.schedules.base import Changes, Family, Schedule
from lrcli.schedules.composition import OF_PARTS
from lrcli.schedules.notation import formula_shown, meanings
from lrcli.spec.write import data, inline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lrcli.entry import Entry
    from lrcli.outline import Span
    from lrcli.presets import Preset
    from lrcli.render.style import Style
    from lrcli.run import Run

_ORDER = get_args(Changes)
_HEADINGS = {"never": "The learning rate never changes", "at every step": "It changes all the time"}


def in_order(schedules: Iterable[type[Family]]) -> list[type[Family]]:
    """Return schedules sorted by how often they change the lr and by what shape."""
    return sorted(schedules, key=lambda schedule: (_ORDER.index(schedule.changes), schedule.shape))


def listing(schedules: Iterable[type[Family]], page: Style) -> str:
    """Return a list of schedules."""
    known = in_order(schedules)
    wide = max(len(schedule.tag()) for schedule in known) + 2
    sections = []
    for changes, group in groupby(known, key=lambda schedule: schedule.changes):
        heading = _HEADINGS.get(changes) or f"It changes {changes}"
        rows = [
            line
            for schedule in group
            for line in page.wrapped(f"{schedule.summary()}.", f"  {schedule.tag():<{wide}}", " " * (wide + 2))
        ]
        sections.append("\n".join([page.bold(heading), *rows]))
    return "\n\n".join(sections)


def describe(schedule: Family, run: Run, page: Style, name: str = "") -> str:
    """Return the page on one schedule: formula, curve, parameters, when to use it, tips, names elsewhere, sources.

    Args:
        schedule: What it is on.
        run: How long the curve is.
        page: How wide it is.
        name: What the schedule is called in a file.
    """
    kind, ours = type(schedule), schedule.equivalent(run)
    curve = thumbnail(schedule, run, columns=min(60, page.room - 4), rows=4, ascii_only=page.ascii_only)
    head = f"{page.shown(printable(name))} ({kind.tag()})" if name not in ("", kind.tag()) else kind.tag()
    title, *more = page.wrapped(f"{head}: {kind.summary()}.", "", "")
    formula, *names = formula_shown(kind)
    formulas = page.wrapped(formula) + [line for name in names for line in page.wrapped(name, "    ", "      ")]
    sections = [
        [title.replace(head, page.bold(head), 1), *more, "", *formulas],
        [
            *(f"  {line}" for line in curve),
            f"  {inline(schedule)}, {run.text}",
            *(line for fact in (*understood(schedule, run), *_precision(kind)) for line in page.wrapped(fact)),
        ],
        [page.bold("Parameters"), textwrap.indent(_parameters(schedule, page), "  ")],
        [page.bold("In lrcli's own words"), *page.wrapped("" if ours is None else inline(ours))],
        [page.bold("Other names"), *(line for name in kind.names for line in page.wrapped(name))],
        [
            page.bold("As code"),
            *page.wrapped(f"lrcli code '{inline(schedule)}' --to {TARGETS[0]} (or {', '.join(TARGETS[1:])})"),
        ],
        [page.bold("When to use it"), *page.wrapped(kind.use)],
        [page.bold("Tips"), *(line for tip in kind.tips for line in page.wrapped(f"- {tip}"))],
        [page.bold("Elsewhere"), *(_named(names_elsewhere(kind), page) if issubclass(kind, Schedule) else [])],
        [page.bold("Sources"), *(line for source in kind.sources for line in page.wrapped(source))],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if len(lines) > 1)


def keys_of_file(entry: Entry, page: Style) -> str:
    """Return how every key about the lr in another tool's file was read; "" for other entries."""
    if not entry.source.facts:
        return ""
    rows = [[fact.key, fact.value, fact.meaning] for fact in entry.source.facts]
    grid = table(
        ["key", "value", "it"], rows, width=page.width, colour=page.colour, ascii_only=page.ascii_only, left=(0, 1, 2)
    )
    return f"{page.bold('Keys of the file')}\n{grid}\n\n"


def _precision(kind: type[Family]) -> list[str]:
    """Return a remark for a framework that computes in float32."""
    if getattr(kind, "precision", "float64") == "float64":
        return []
    framework = kind.tag().partition(".")[0]
    return [f"{framework} computes in float32, lrcli in float64: they differ by up to 2e-6 of the peak"]


def tree(entry: Entry, page: Style) -> str:
    """Return the parts of a sequence with their times and their lr at both ends."""
    rows = [
        [
            "  " * span.depth + _own_text(span),
            amount(span.start),
            amount(span.end),
            short(span.first),
            short(span.last),
        ]
        for span in outline(entry.spec, entry.run)
    ]
    heads = ["part", f"from {entry.run.unit}", "to", "first lr", "last lr"]
    title, *more = page.wrapped(f"{entry.name}, {entry.run.text}", "", "  ")
    grid = table(heads, rows, width=page.width, colour=page.colour, ascii_only=page.ascii_only)
    facts = [line for fact in understood(entry.spec, entry.run) for line in page.wrapped(fact, "", "  ")]
    return "\n".join([page.bold(title), *more, "", grid, *facts])


def _own_text(span: Span) -> str:
    """Return a part's own text: a schedule whole, and of a whole only what it says besides its parts."""
    if isinstance(span.spec, Family):
        return inline(span.spec)
    said = data(span.spec)
    kind = "product" if isinstance(span.spec, Product) else "sequence"
    own = [f"{key}={text_of(value)}" for key, value in said.items() if key != kind] if isinstance(said, dict) else []
    return f"{kind}:{','.join(own)}" if own else kind


def presets(found: Iterable[Preset], page: Style) -> str:
    """Return schedules to start from, each as the command that draws it, with when to take it and when not."""
    return "\n\n".join(
        "\n".join(
            [
                page.bold(f"lrcli plot {one.spec} {one.run}"),
                *page.wrapped(f"when: {one.when}"),
                *page.wrapped(f"not when: {one.not_when}"),
                *page.wrapped(f"source: {one.source}"),
            ]
        )
        for one in found
    )


def explanations(page: Style) -> str:
    """Return the list of all codes."""
    return "\n".join(
        line
        for code, rule in CODES.items()
        for line in page.wrapped(rule.title, f"{code}  {rule.severity:<8} ", " " * 16)
    )


def explained(code: str, page: Style) -> str:
    """Return the page on one code."""
    title, why, do, bad, good, severity = CODES[code]
    return "\n".join(
        [
            page.bold(f"{code} ({severity}): {title}"),
            *page.wrapped(why, then="  "),
            "",
            page.bold("What to do"),
            *page.wrapped(do, then="  "),
            *(["", page.bold("Example")] if bad else []),
            *(page.wrapped(f"with it:     lrcli plot {bad}", then=" " * 17) if bad else []),
            *(page.wrapped(f"without it:  lrcli plot {good}", then=" " * 17) if good else []),
        ]
    )


def facts(schedule: type[Family]) -> dict[str, Any]:
    """Return the description of a schedule as data for --json."""
    return {
        "name": schedule.tag(),
        "summary": schedule.summary(),
        "formula": schedule.formula,
        "where": meanings(schedule),
        "changes": schedule.changes,
        "shape": schedule.shape,
        "parameters": [
            {
                "name": parameter.name,
                "kind": parameter.kind,
                "many": parameter.many,
                "default": parameter.default,
                "bounds": parameter.bounds,
                "choices": parameter.choices,
                "description": parameter.description,
            }
            for parameter in parameters(schedule)
        ],
        "use": schedule.use,
        "tips": schedule.tips,
        "elsewhere": names_elsewhere(schedule) if issubclass(schedule, Schedule) else {},
        "sources": schedule.sources,
    }


def _takes(parameter: Parameter) -> str:
    """Return what a parameter can be, in a few words."""
    words = {"integer": "whole number", "switch": "true or false", "choice": "|".join(parameter.choices)}
    kind = words.get(parameter.kind, parameter.kind)
    many = "s" if parameter.many else ""
    return f"{kind}{many} {parameter.bounds}".strip()


def _parameters(schedule: Family, page: Style) -> str:
    rows = [
        [p.name, _takes(p), text_of(getattr(schedule, p.field)), p.description]
        for p in parameters(type(schedule))
        if p.name not in OF_PARTS
    ]
    return table(
        ["name", "takes", "value", "meaning"],
        rows,
        width=None if page.width is None else page.width - 2,
        colour=page.colour,
        ascii_only=page.ascii_only,
        left=(0, 1, 2, 3),
    )


def _named(names: dict[str, str], page: Style) -> list[str]:
    wide = max(map(len, names), default=0) + 2
    return [line for name, text in names.items() for line in page.wrapped(text, f"  {name:<{wide}}", " " * (wide + 2))]
