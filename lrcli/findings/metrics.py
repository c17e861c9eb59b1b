"""Rules on metrics: whether a metric-driven schedule has one, and whether its mode and threshold fit it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.problems import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.findings.part import Part


def no_metric(part: Part) -> Iterator[Finding]:
    """Yield LR021 if a metric-driven schedule has no metric."""
    if part.family is not None and part.family.metric_driven and part.run.metric is None:
        message = f"{part.name} depends on a metric, and none is given: lrcli uses a made-up loss"
        yield Finding("LR021", message, "Give yours with --metric FILE or --metric FILE:COLUMN.")


def negative_metric(part: Part) -> Iterator[Finding]:
    """Yield LR024 if a threshold is relative, and the metric is negative."""
    relative = getattr(part.family, "threshold_mode", "abs") == "rel" and getattr(part.family, "threshold", 0) > 0
    lowest = min(part.run.metric or (0.0,), default=0.0)
    if relative and lowest < 0:
        message = (
            f"threshold_mode=rel takes a share of the best value, and the metric is negative (down to {lowest:.4g})"
        )
        fix = "Set threshold_mode=abs with a threshold in the units of the metric."
        yield Finding("LR024", f"{message}: a value that is worse may count as better", fix, path=("threshold_mode",))


def wrong_mode(part: Part) -> Iterator[Finding]:
    """Yield LR036 if mode=max is used with a loss, or mode=min with an accuracy."""
    mode, name = getattr(part.family, "mode", ""), part.run.metric_name
    if part.run.metric is None or mode not in ("min", "max"):
        return
    from lrcli.logs.names import known_mode

    meant = known_mode(name)
    if meant in (None, mode):
        return
    better = "lower" if meant == "min" else "higher"
    message = f"mode={mode} with {name}, which is better when it is {better}: every improvement counts as a bad epoch"
    yield Finding("LR036", message, f"Set mode={meant}.", path=("mode",))
