"""Why two plateau rules cut the lr at different times: the parameters in which they differ, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.numbers import percent
from lrcli.schedules.metric import MetricFamily, time_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lrcli.entry import Entry
    from lrcli.schedules.plateau import Rule

_MOST_CUTS = 4


def why(entries: Sequence[Entry]) -> str:
    """Return when two plateau rules cut, and in what they differ; empty if the entries are not two such rules."""
    rules = [rule for entry in entries if (rule := _rule(entry)) is not None]
    if len(entries) != 2 or len(rules) != 2:
        return ""
    cuts = " and ".join(f"{entry.name} {_cuts(entry)}" for entry in entries)
    differences = "; ".join(_differences(rules[0], rules[1]))
    return f" In this metric {cuts}.{f' The first {differences}.' if differences else ''}"


def _rule(entry: Entry) -> Rule | None:
    found: Rule | None = getattr(entry.spec, "rule", lambda: None)()
    return found if isinstance(entry.spec, MetricFamily) else None


def _cuts(entry: Entry) -> str:
    found = entry.spec.replayed(entry.run).cuts if isinstance(entry.spec, MetricFamily) else ()
    times = [time_after(cut, entry.run) for cut in found]
    cuts = [f"{at:g}" for at in times if at < entry.run.total]
    shown = ", ".join(cuts[:_MOST_CUTS]) + (" …" if len(cuts) > _MOST_CUTS else "")
    return f"cuts at {entry.run.counts} {shown}" if cuts else "never cuts"


def _differences(one: Rule, other: Rule) -> Iterator[str]:
    """Yield each difference: what the first rule does, and what the second does."""
    pairs = [(_waits(rule), _improves(rule), _rests(rule), _averages(rule)) for rule in (one, other)]
    for mine, theirs in zip(*pairs, strict=True):
        if mine != theirs:
            yield f"{mine}, the second {theirs}"
    for name in ("factor", "mode", "min_lr"):
        if getattr(one, name) != getattr(other, name):
            yield f"has {name}={getattr(one, name)}, the second {getattr(other, name)}"


def _waits(rule: Rule) -> str:
    bad = rule.patience + (rule.comparison == ">")
    if rule.comparison == "==" and bad == 0:
        return "cuts at every improvement"
    return f"cuts after {bad} bad value{'' if bad == 1 else 's in a row'}"


def _improves(rule: Rule) -> str:
    needs = [f"{percent(rule.share)} of the best"] if rule.share else []
    needs += [f"{rule.margin:g}"] if rule.margin else []
    return f"takes a value as better by more than {' and '.join(needs)}" if needs else "takes any lower value as better"


def _rests(rule: Rule) -> str:
    if not rule.cooldown:
        return "has no cooldown"
    looked = "does not look at" if rule.rests_in_cooldown else "forgives"
    return f"{looked} {rule.cooldown} value{'' if rule.cooldown == 1 else 's'} after a cut"


def _averages(rule: Rule) -> str:
    return f"judges the mean of {rule.accumulation} values" if rule.accumulation > 1 else "judges every value"
