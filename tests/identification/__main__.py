"""`python -m tests.identification [--all] [--seed N] [--only X] [--show]`: the table of how often it is right."""

from __future__ import annotations

import argparse
import time
import traceback
from collections import Counter
from itertools import product
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from lrcli.logs.identify import identify
from tests.identification.alarms import alarms
from tests.identification.curves import curve_of, recipes
from tests.identification.judging import judged
from tests.identification.logs import INTERVALS, PRECISIONS, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array
    from tests.identification.curves import Drawn
    from tests.identification.judging import Verdict
    from tests.identification.logs import Written

SAMPLE = 0.06
"""The share of the logs that is looked at if not all are."""
Row = tuple[str, bool]


class Case(NamedTuple):
    """A log of a known schedule."""

    tag: str
    drawn: Drawn
    curve: Array
    log: Written
    interval: str
    misses: bool

    def __str__(self) -> str:
        points, missed = len(self.log.points), self.log.missed
        return f"{self.drawn.spec} ({self.log.precision}, {self.interval}, {points} points, {missed} missed)"


def cases(seed: int, only: str) -> Iterator[Case]:
    """Yield a log of at least 8 points of every scheduler, logged in every way."""
    for number, (tag, recipe) in enumerate(recipes()):
        rng = Random(f"{seed} {tag} {number}")
        if only not in tag:
            continue
        drawn = recipe(rng)
        curve = curve_of(drawn)
        intervals = INTERVALS if drawn.points > 1000 else INTERVALS[:1]
        for precision, interval, misses in product(PRECISIONS, intervals, (False, True)):
            log = written(curve, precision, interval, rng, misses=misses)
            if len(log.points) >= 8 and (precision != "5 decimals" or curve.max() >= 1e-3):
                yield Case(tag, drawn, curve, log, interval, misses and log.missed > 0)


def results(seed: int, only: str, share: float, *, show: bool) -> Iterator[tuple[Row, Verdict, float]]:
    """Yield how each log was judged, and how long it took."""
    rng = Random(seed)
    for case in cases(seed, only):
        if rng.random() > share:
            continue
        start = time.perf_counter()
        try:
            answer = identify(case.log.points)
            verdict = judged(answer, case.drawn, case.curve, case.log)
            said = f"{answer.status}, {answer.model}"
        except Exception:  # noqa: BLE001 - a crash is counted
            verdict, said = "crash", traceback.format_exc()
        seconds = time.perf_counter() - start
        if show and verdict not in ("right", "so far"):
            print(f"{verdict}: {case}, {seconds:.1f} s: {said}", flush=True)
        yield (case.log.precision, case.misses), verdict, seconds


def table(seed: int, only: str, share: float, *, show: bool) -> str:
    """Return the table, in Markdown."""
    counts: dict[Row, Counter[str]] = {}
    seconds = []
    for row, verdict, took in results(seed, only, share, show=show):
        counts.setdefault(row, Counter())[verdict] += 1
        seconds.append(took)
    verdicts = ("right", "so far", "unknown", "wrong", "crash")
    lines = ["| printed | steps missed | logs | right | rightly so far | cannot tell | wrong | crashed |"]
    lines.append("| --- " * 8 + "|")
    for (precision, misses), count in sorted(counts.items()):
        total = count.total()
        shares = [f"{count[name]} ({count[name] / total:.1%})" for name in verdicts]
        lines.append(f"| {precision} | {'1 to 5' if misses else 'none'} | {total} | {' | '.join(shares)} |")
    seconds.sort()
    half, most = seconds[len(seconds) // 2], seconds[int(0.95 * len(seconds))]
    times = f"Time for a log: median {half * 1e3:.0f} ms, 95 % below {most:.2f} s, the longest {seconds[-1]:.2f} s."
    return "\n".join([*lines, "", times])


def main() -> None:
    """Print the table, and how often runs made to be good are warned of."""
    parser = argparse.ArgumentParser(prog="python -m tests.identification")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="schedulers with this in their name")
    parser.add_argument("--all", action="store_true", help="every log, and not a sample of them")
    parser.add_argument("--show", action="store_true", help="print each log that is not told")
    parser.add_argument("--alarms", action="store_true", help="only count how often runs made to be good are warned of")
    asked = parser.parse_args()
    if asked.alarms:
        print(alarms(asked.seed, asked.only))
        return
    there = Counter(case.tag for case in cases(asked.seed, asked.only))
    share = 1.0 if asked.all else SAMPLE
    print(f"{there.total():,} logs of {len(there)} schedulers; looked at: {share:.0%} of them\n", flush=True)
    print(table(asked.seed, asked.only, share, show=asked.show))
    print(alarms(asked.seed, asked.only))


if __name__ == "__main__":
    main()
