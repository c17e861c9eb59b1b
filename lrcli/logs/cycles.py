"""What comes again: a cosine that is a wave, restarts, and straight lines up and down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lrcli.logs.decimals import near, short, whole
from lrcli.logs.models import Cycle
from lrcli.logs.peaks import with_plain_peak

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lrcli.logs.points import Points
    from lrcli.logs.top import Top


def rises_again(points: Points, top: Top) -> NDArray[np.intp]:
    """Return where, past the highest point, the lr is higher than at the point before."""
    up = np.diff(points.y) > 2 * (points.tolerance[1:] + points.tolerance[:-1])
    return np.flatnonzero(up & (np.arange(len(up)) >= top.last))


def cycles(points: Points, top: Top, ends: tuple[float, ...]) -> list[Cycle]:
    """Return the cycles that agree with a run, the plainest first."""
    again = rises_again(points, top)
    jumps = [at for at in again.tolist() if points.y[at + 1] - points.y[at] > 0.4 * np.ptp(points.y)]
    offered = list(_restarts(points, top, jumps, ends)) if jumps else [*_waves(points, top), *_lines(points)]
    sample = points.sample(*jumps[:8])
    near_by = [found for one in offered for model in _plain(sample, one) if (found := _fitting(sample, model))]
    agreeing = [found for model in dict.fromkeys(near_by) if (found := _fitting(points, model))]
    return sorted(agreeing, key=Cycle.bits)


def _fitting(points: Points, model: Cycle) -> Cycle | None:
    """Return a cycle if it agrees, or with the plainest peak with which it does; None if none does."""
    error = points.error(model)
    if error <= 1:
        return model
    return None if points.whole or error > 4 or model.peak <= 0 else with_plain_peak(points, model)


def _plain(points: Points, model: Cycle) -> Iterator[Cycle]:
    """Yield a cycle with the peak and the end that least squares gives, as plain as they can be."""
    share = Cycle(
        offset=model.offset, peak=1.0, end=0.0, kind=model.kind, length=model.length, down=model.down,
        factor=model.factor, warmup=model.warmup,
    ).lr(points.x)  # fmt: skip
    cold = points.x - model.offset >= model.warmup
    columns = np.stack([share, 1 - share], axis=1)[cold] / points.tolerance[cold, None]
    if not np.isfinite(columns).all():
        return
    peak, end = np.linalg.lstsq(columns, points.y[cold] / points.tolerance[cold], rcond=None)[0].tolist()
    error = 2 * float(points.tolerance.max())
    for top in near(peak, error)[:4]:
        for bottom in dict.fromkeys([*near(end, error)[:4], *([0.0] if abs(end) <= error else [])]):
            if bottom >= 0:
                yield Cycle(
                    offset=model.offset, peak=top, end=bottom, kind=model.kind, length=model.length, down=model.down,
                    factor=model.factor, start=model.start, warmup=model.warmup,
                )  # fmt: skip


def _beginnings(points: Points, top: Top) -> Iterator[tuple[float, float, float]]:
    """Yield offset, warm-up and start."""
    if top.first == 0:
        yield from ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0))
        return
    x, y = points.x[: top.first], points.y[: top.first]
    for offset in (0.0, 1.0):
        gap = whole(float(x[-1]) - offset, float(points.x[top.first]) - offset, 24)
        if len(x) < 2 or y[-1] <= y[0]:
            yield from ((offset, warmup, 0.0) for warmup in gap)
            continue
        slope = float((y[-1] - y[0]) / (x[-1] - x[0]))
        start = short(max(float(y[0] - slope * (x[0] - offset)), 0.0), float(points.tolerance.max()))[0]
        meets = (points.peak - start) / slope
        yield from ((offset, warmup, start) for warmup in whole(meets - 1, meets + 2) if warmup > 0)


def _waves(points: Points, top: Top) -> Iterator[Cycle]:
    body = points.part(slice(top.first, None)).sample()
    span = float(body.x[-1] - body.x[0])
    low, high = np.log(0.02 * span), np.log(2 * span)
    for count in (200, 24, 24, 24, 24, 24, 24):
        grid = np.exp(np.linspace(low, high, count))
        error = [_wave_error(body, length) for length in grid]
        at = int(np.argmin(error))
        low, high = np.log(grid[max(at - 1, 0)]), np.log(grid[min(at + 1, count - 1)])
    for offset, warmup, start in _beginnings(points, top):
        for by in (0, 1, -1, 2, -2, 3, -3, 4, -4) if not points.whole else (0, 1, -1):
            length = float(round(grid[at])) + by
            if length > 0:
                yield Cycle(offset=offset, kind="wave", length=length, warmup=warmup, start=start)


def _wave_error(body: Points, length: float) -> float:
    turn = np.pi * (body.x - body.x[0]) / length
    columns = np.stack([np.ones_like(turn), np.cos(turn), np.sin(turn)], axis=1)
    found = np.linalg.lstsq(columns, body.y, rcond=None)[0]
    return float(np.abs(columns @ found - body.y).max())


def _restarts(points: Points, top: Top, jumps: list[int], ends: tuple[float, ...]) -> Iterator[Cycle]:
    at = [(float(points.x[jump]), float(points.x[jump + 1])) for jump in jumps]
    for offset, warmup, start in _beginnings(points, top):
        begin = offset + warmup
        for factor in (1.0, 2.0, 3.0):
            done = [(factor**n - 1) / (factor - 1) if factor > 1 else n for n in range(1, len(at) + 1)]
            low = max((before - begin) / count for (before, _), count in zip(at, done, strict=True))
            high = min((after - begin) / count for (_, after), count in zip(at, done, strict=True))
            shares = [(end - warmup) / count for end in ends for count in range(2, 30)]
            within = [share for share in shares if low < share <= high + 1e-9]
            if 0 < high - low < _PARTS:  # a run of whole steps in so many cycles
                within += [part / count for count in (3, 4, 5) for part in whole(low * count, high * count, 60)]
            for length in dict.fromkeys([*within, *(whole(low, high, 24) if high >= low else [])]):
                if length > 0:
                    yield Cycle(
                        offset=offset, kind="restarts", length=length, factor=factor, warmup=warmup, start=start
                    )


_PARTS = 15


def _lines(points: Points) -> Iterator[Cycle]:
    turns = np.flatnonzero(np.diff(np.sign(np.diff(points.y)))) + 1
    if len(turns) < 2:
        return
    peaks = points.y[turns] > 0.5 * (points.y.max() + points.y.min())
    tops, lows = points.x[turns[peaks]], points.x[turns[~peaks]]
    if not len(tops) or not len(lows):
        return
    step = points.step
    for offset in (0.0, 1.0):
        for up in whole(float(tops[0]) - offset - step, float(tops[0]) - offset + step, 24):
            for down in whole(float(lows[0]) - offset - up - step, float(lows[0]) - offset - up + step, 24):
                if up > 0 and down > 0:
                    yield Cycle(offset=offset, kind="lines", length=up, down=down)
