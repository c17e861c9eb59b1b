"""What is legal but probably not meant: lengths that do not fit into the run, and jumps between parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.codes import Caution
from lrcli.compose import Product, Sequence, Spec, Turn, around, own_run, timetable
from lrcli.outline import lr_at
from lrcli.problems import computed
from lrcli.run import amount
from lrcli.schedules.base import Family

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as Sequence_

    from lrcli.run import Run


def cautions(spec: Spec, run: Run) -> Iterator[Caution]:
    """Yield, for a spec and all of its parts, what is probably not meant, with the numbers that do not fit."""
    warmup = run.of(around(spec).warmup)
    if warmup >= run.span:
        text = f"the warm-up takes {amount(warmup)} {run.unit}s of {amount(run.span)}"
        yield Caution("LR005", f"{text}: the schedule after it is never reached")
    own = own_run(spec, run)
    if isinstance(spec, Family):
        with computed("the lr"):
            yield from spec.cautions(own)
    if isinstance(spec, Product):
        for factor in spec.factors:
            yield from cautions(factor, own)
    if isinstance(spec, Sequence):
        turns = timetable(spec, own)
        yield from _overlong(spec, turns, own)
        yield from _jumps(turns, own)
        for turn in turns:
            yield from cautions(turn.part, turn.run)


def _overlong(spec: Sequence, turns: Sequence_[Turn], run: Run) -> Iterator[Caution]:
    last = turns[-1]
    planned = (last.start + (0 if around(last.part).for_ is None else run.of(around(last.part).for_))) * spec.repeat
    if planned > run.span:
        text = f"the parts take {amount(planned)} {run.unit}s, but there are {amount(run.span)}"
        yield Caution("LR020", f"{text}: the rest is never reached")


_JUMP = 0.01
"""A jump between two parts is worth a word from this share of the highest lr at any seam."""


def _jumps(turns: Sequence_[Turn], run: Run) -> Iterator[Caution]:
    """Yield the seams at which one part ends far from where the next begins."""
    ends = [lr_at(turn.part, run.of(around(turn.part).for_), turn.run) for turn in turns[:-1]]
    begins = [lr_at(turn.part, 0.0, turn.run) for turn in turns[1:]]
    highest = max([*ends, *begins], default=0.0)
    for i, (end, begin) in enumerate(zip(ends, begins, strict=True)):
        if abs(end - begin) > _JUMP * highest:
            at = turns[i + 1].start
            text = f"the lr jumps from {end:.4g} to {begin:.4g} at {run.unit} {amount(at)}, where part {i + 2} begins"
            yield Caution("LR015", text)
