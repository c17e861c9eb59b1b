"""The screens of `fit`, `predict`, `suggest` and `find`, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.foresight.bound import SURE
from lrcli.foresight.predict import FARTHEST
from lrcli.foresight.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lrcli.foresight.bound import Bounded
    from lrcli.foresight.cooldown import Cooldown
    from lrcli.foresight.finder import Found
    from lrcli.foresight.predict import Expected
    from lrcli.foresight.saved import Saved

CHECKED = "checked on AdamW language models of 25M to 3B; one run, so no seed noise"
UNLOGGED = "no log: a ratio of worst cases, never a loss; a ratio above 1.10 was right in 91-100 %"


def fit_page(saved: Saved) -> str:
    """Return the page on a fit: its law, and the runs for which that holds."""
    fit = saved.fit
    low, high = -(-fit.steps // int(FARTHEST)), int(fit.steps * FARTHEST)
    read = f"{fit.readings} readings of {saved.loss}, {fit.first:.3f} to {fit.last:.3f}"
    return "\n".join(
        [
            f"{saved.source}: {fit.steps:,} steps, peak {fit.peak:.4g}, {read}",
            f"  follows the law to {100 * fit.misfit:.1f} % of its fall (language models: 0.3-5 %; refused above 7 %)",
            f"  floor {fit.floor:.2f}   end {fit.last:.3f}   gained by the decay so far {fit.gained:.2f}",
            f"  holds for the same model, data and peak, over {low:,} to {high:,} steps",
        ]
    )


def predictions(expected: Mapping[str, Expected]) -> str:
    """Return the losses that schedules will lead to, the best first; a bracket joins those too close to it to call."""
    signs = _brackets([one.verdict != "worse" for one in expected.values()])
    losses = [f"{one.loss:.3f} ±{one.level:.2f}".replace("±0", "±") for one in expected.values()]
    rows = zip(signs, expected, losses, map(_against, expected.values()), strict=True)
    return _rows(("", "loss at the end", "against the best"), rows)


def _against(one: Expected) -> str:
    apart = f"{one.difference:+.3f} ±{one.half_width:.3f}"
    return {"best": "best", "worse": apart, "too_close": f"too close to call ({apart})"}[one.verdict]


def bound_table(found: Mapping[str, Bounded], base: str) -> str:
    """Return the bounds of schedules, the best first; a bracket joins those too close to it to call."""
    words = {"best": "best", "worse": "worse", "too_close": f"too close to call (under {SURE:.2f})"}
    signs = _brackets([one.verdict != "worse" for one in found.values()])
    bounds = [f"{one.ratio:.3f}" for one in found.values()]
    peaks = [f"{one.times:.2f} ×" if one.peak is None else f"{one.peak:.4g}" for one in found.values()]
    head = f"lr* against {base}" if next(iter(found.values())).peak is None else "peak to try"
    rows = zip(signs, found, bounds, peaks, (words[one.verdict] for one in found.values()), strict=True)
    return _rows(("", "bound (best lr)", head, ""), rows)


def _brackets(joined: Sequence[bool]) -> list[str]:
    """Return the signs before rows, of which the first is joined with some others."""
    last = max(i for i, one in enumerate(joined) if one)
    if not last:
        return [" "] * len(joined)
    return ["┌", *("└" if i == last else "│" if joined[i] else " " for i in range(1, len(joined)))]


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows of a sign, a name, numbers that stand to the right, and words."""
    cells = [(" ", *head), *rows]
    name, *numbers = (max(map(len, column)) for column in list(zip(*cells, strict=True))[1:-1])
    lines = []
    for sign, called, *values, words in cells:
        aligned = "   ".join(value.rjust(wide) for value, wide in zip(values, numbers, strict=True))
        lines.append(f" {sign} {called.ljust(name)}   {aligned}   {words}".rstrip())
    return "\n".join(lines)


def cooldown_page(found: Cooldown, steps: int, spec: str) -> str:
    """Return how long a cooldown should be, what other lengths lead to, and how to draw it."""
    start = round((1 - found.pick) * steps)
    good = "" if found.longest == found.pick else f" (as good: {100 * found.pick:.0f}-{100 * found.longest:.0f} %)"
    shown = sorted({*_SHARES, found.pick})
    return "\n".join(
        [
            f"cooldown {100 * found.pick:.0f} % of {steps:,} steps: from step {start:,} linearly to the end{good}",
            "".join(f"{100 * share:.0f}%".rjust(6) for share in shown),
            "".join(f"{found.losses[share]:.3f}".rjust(6) for share in shown),
            f"lrcli plot {spec} --steps {steps}",
        ]
    )


_SHARES = (0.05, 0.15, 0.25, 0.35, 0.5, 0.7, 0.95)


def found_page(found: Found) -> str:
    """Return which lr to use, and what the rules of the tools take."""
    ceiling = "" if found.ceiling is None else f"; it diverges at {found.ceiling:.2g}"
    first = f"use {found.pick:.2g}; try {found.low:.2g} to {found.high:.2g}{ceiling}"
    cells = [_rule(name, lr, found.pick) for name, lr in found.rules.items()]
    half = (len(cells) + 1) // 2
    pairs = [f"  {left}   {right}".rstrip() for left, right in zip(cells[:half], [*cells[half:], ""], strict=False)]
    head = f"{'rule':<17}{'lr':>9}{'of ours':>10}"
    return "\n".join([first, f"  {head}   {head}", *pairs])


def _rule(name: str, lr: float | None, pick: float) -> str:
    said = ("none", "") if lr is None else (f"{lr:.2g}", f"{lr / pick:.2g} ×")
    return f"{name:<17}{said[0]:>9}{said[1]:>10}"


NAMES = ("ours", *RULES)
"""What `--rule` takes."""
