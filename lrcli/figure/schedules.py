"""From schedules over their runs to a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.figure import caption
from lrcli.figure.axes import second_axis
from lrcli.figure.cuts import replayed
from lrcli.figure.data import Axis, Figure, Guide, Panel
from lrcli.figure.series import Measured, Scheduled, Series
from lrcli.momentum import momentum_of
from lrcli.outline import part_starts
from lrcli.places import places
from lrcli.problems import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lrcli.entry import Entry
    from lrcli.figure.axes import Wanted
    from lrcli.figure.cuts import Replayed
    from lrcli.figure.data import Pair
    from lrcli.figure.logged import Logged
    from lrcli.places import Places

_MOST_CURVES = 64


def figure_of(
    entries: Sequence[Entry],
    *,
    at: Sequence[float | str] = (),
    log: bool = False,
    xlim: Pair | None = None,
    ylim: Pair | None = None,
    numbers: bool = True,
    momentum: bool = False,
    axis: Wanted | None = None,
    logged: Sequence[Logged] = (),
) -> Figure:
    """Return the figure of one or several schedules.

    Runs that count epochs and runs that count steps are drawn on one axis, of epochs, if the number of steps in an
    epoch is known.

    Args:
        entries: The schedules.
        at: Places to mark and to read off.
        log: The axis of learning rates is logarithmic.
        xlim: First and last epoch (or step) of the drawing.
        ylim: Its lowest and its highest learning rate.
        numbers: Add the first, the highest and the last lr, and the values at the places, to the caption.
        momentum: Draw the momentum too, below the learning rates.
        axis: The unit of the axis above the drawing; by default steps for epochs and epochs for steps, if known.
        logged: Logs whose points are drawn over the curves.

    Raises:
        SpecError: If there are more than 64 schedules; if some count epochs and others steps, which cannot be
            converted; if the momentum or the axis that was asked for is not known.
    """
    if len(entries) > _MOST_CURVES:
        raise SpecError(
            f"{len(entries)} curves are too many for one drawing: choose {_MOST_CURVES} at most, as FILE#NAME"
        )
    unit = _unit(entries)
    series = tuple(Series(one.name, Scheduled(one.spec, one.run), _per_x(one, entries, unit)) for one in entries)
    points = _points(logged, entries, unit)
    x = Axis(unit, *(xlim or (0.0, max(one.span[1] for one in (*series, *points)))))
    driven = replayed(entries)
    asked = places(at, [entry for entry in entries if entry.run.counts == unit])
    below = [Panel(tuple(map(_momentum, entries, series)), label="momentum", from_zero=False)] if momentum else []
    below += [_metric_panel(one) for one in driven[:1] if one.metric.size]
    return Figure(
        "" if logged else caption.title(entries),
        x,
        (Panel((*series, *points), log=log, limits=ylim), *below),
        second_axis(entries, x, axis),
        (*_guides(entries, asked.points), *(Guide(cut, "cut") for one in driven for cut in one.cuts)),
        tuple(_caption(entries, series, asked, unit, numbers=numbers)),
    )


def _points(logged: Sequence[Logged], entries: Sequence[Entry], unit: str) -> tuple[Series, ...]:
    """Return the points of logs; what draws them is imported where there is a log."""
    if not logged:
        return ()
    from lrcli.figure.logged import dots

    return tuple(dots(one, entries, unit) for one in logged)


def _caption(
    entries: Sequence[Entry], series: Sequence[Series], asked: Places, unit: str, *, numbers: bool
) -> Iterator[str]:
    """Yield the lines of the caption; `numbers` are the ends of a single curve, and the values at places."""
    if numbers and len(entries) == 1:
        yield caption.ends(entries[0])
    if numbers:
        yield from caption.readings(series, asked.points, unit)
    yield from asked.notes
    yield from caption.facts(entries)


def _unit(entries: Sequence[Entry]) -> str:
    """Return the unit of the horizontal axis: that of all runs, or epochs if they differ."""
    units = {entry.run.counts for entry in entries}
    return "epoch" if len(units) > 1 else next(iter(units))


def _per_x(entry: Entry, entries: Sequence[Entry], unit: str) -> float:
    """Return how many points of a run there are in one unit of the axis."""
    if entry.run.counts == unit:
        return 1.0
    rates = {other.run.steps_per_epoch for other in entries} - {None}
    rate = entry.run.steps_per_epoch or (rates.pop() if len(rates) == 1 else None)
    if rate is None:
        other = next(one.name for one in entries if one.run.counts == unit)
        message = f"{other} counts epochs and {entry.name} counts steps: give --steps-per-epoch to draw them together"
        raise SpecError(f"{message}, or all of them --epochs or --steps")
    return float(rate)


def _guides(entries: Sequence[Entry], asked: Sequence[int]) -> list[Guide]:
    """Return guides at the places that were asked for and, if there is only one curve, where its parts begin."""
    guides = [Guide(point, "asked") for point in asked]
    if len(entries) > 1:
        return guides
    run = entries[0].run
    return [*guides, *(Guide(seam * run.points / run.total, "part") for seam in part_starts(entries[0].spec, run))]


def _momentum(entry: Entry, series: Series) -> Series:
    return series._replace(source=Scheduled(momentum_of(entry).spec, entry.run))


def _metric_panel(one: Replayed) -> Panel:
    """Return the metric that a schedule depends on, on the axis of the schedule."""
    run = one.entry.run
    rate = run.points / run.total
    end = float(run.points) if run.known else one.metric.size * rate
    source = Measured(one.known * rate, one.metric, end)
    name = "a made-up loss" if run.metric is None else run.metric_name or "the metric"
    return Panel((Series(name, source),), label=name, from_zero=False)
