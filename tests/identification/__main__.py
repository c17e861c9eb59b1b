"""`python -m tests.identification [--seed N] [--draws N] [--share X] [--show]`: the table of how often it is right."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from lrcli.logs.identify import identify
from tests.identification.curves import RECIPES, curve_of, without_recipe
from tests.identification.judging import judged
from tests.identification.logs import INTERVALS, PRECISIONS, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.identification.judging import Verdict

Row = tuple[str, bool]


def results(seed: int, draws: int, only: str, share: float, *, show: bool) -> Iterator[tuple[Row, Verdict, float]]:
    """Yield how each log of at least 8 points was judged, and how long it took."""
    for tag, recipes in RECIPES.items():
        for recipe in recipes if only in tag else ():
            for draw in range(draws):
                rng = Random(f"{seed} {tag} {recipes.index(recipe)} {draw}")
                drawn = recipe(rng)
                curve = curve_of(drawn)
                for precision in PRECISIONS:
                    for interval in INTERVALS if drawn.points > 1000 else INTERVALS[:1]:
                        for misses in (False, True):
                            log = written(curve, precision, interval, rng, misses=misses)
                            few = len(log.points) < 8 or rng.random() > share
                            if few or (precision == "5 decimals" and curve.max() < 1e-3):
                                continue
                            start = time.perf_counter()
                            answer = identify(log.points)
                            seconds = time.perf_counter() - start
                            verdict = judged(answer, drawn, curve, log)
                            if show and verdict in ("wrong", "unknown"):
                                how = f"{precision}, {interval}, {len(log.points)} points, {log.missed} missed"
                                print(f"{verdict}: {drawn.spec} ({how}): {answer.status}, {answer.model}", flush=True)
                            yield (precision, misses), verdict, seconds


def table(seed: int, draws: int, only: str, share: float, *, show: bool) -> str:
    """Return the table, in Markdown."""
    counts: dict[Row, Counter[str]] = {}
    seconds = []
    for row, verdict, took in results(seed, draws, only, share, show=show):
        counts.setdefault(row, Counter())[verdict] += 1
        seconds.append(took)
    lines = ["| printed | steps missed | logs | right | rightly so far | cannot tell | wrong |", "| --- " * 7 + "|"]
    for (precision, misses), count in sorted(counts.items()):
        total = count.total()
        shares = [f"{count[name]} ({count[name] / total:.1%})" for name in ("right", "so far", "unknown", "wrong")]
        lines.append(f"| {precision} | {'1 to 5' if misses else 'none'} | {total} | {' | '.join(shares)} |")
    seconds.sort()
    half, most = seconds[len(seconds) // 2], seconds[int(0.95 * len(seconds))]
    lines.append("")
    lines.append(
        f"Time for a log: median {half * 1e3:.0f} ms, 95 % below {most:.2f} s, the longest {seconds[-1]:.2f} s."
    )
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.identification")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=2)
    parser.add_argument("--only", default="", help="schedulers with this in their name")
    parser.add_argument("--share", type=float, default=1.0, help="the share of the logs that are looked at")
    parser.add_argument("--show", action="store_true", help="print each log that is not told")
    asked = parser.parse_args()
    print(table(asked.seed, asked.draws, asked.only, asked.share, show=asked.show))
    print("Not drawn:", ", ".join(without_recipe()))


if __name__ == "__main__":
    main()
