"""What the engine tells of a curve, stated as facts that were worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from lrcli import engine, summary
from lrcli.compose import play
from lrcli.outline import Entry
from lrcli.run import Run
from lrcli.spec.build import build

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.numeric import Array

NINETY = Run(total=90)


def test_a_summary_of_step_has_the_numbers_of_imagenet() -> None:
    told = summary.summarize(build("step"), NINETY)
    assert (told.first, told.peak, told.peak_at) == (0.1, 0.1, 0)
    assert told.final == pytest.approx(0.001)
    assert told.mean == pytest.approx((0.1 + 0.01 + 0.001) / 3)
    assert (told.below_half_at, told.below_tenth_at) == (30, 60)
    assert told.drop == pytest.approx(0.09)
    assert told.drop_at == 30


def test_a_curve_that_never_falls_has_no_drop_and_no_half() -> None:
    told = summary.summarize(build("linear"), NINETY)
    assert (told.below_half_at, told.below_tenth_at, told.drop, told.drop_at) == (None, None, 0.0, None)
    assert told.peak_at == 89


def test_a_summary_does_not_depend_on_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = build("cosine-restarts:cycle_length=7,warmup=3")
    whole = summary.summarize(spec, NINETY)
    monkeypatch.setattr(engine, "BLOCK", 4)
    cut = summary.summarize(spec, NINETY)
    assert cut._replace(mean=0) == whole._replace(mean=0)
    assert cut.mean == pytest.approx(whole.mean, rel=1e-14)


def test_changes_are_the_points_at_which_the_lr_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BLOCK", 4)
    entry = Entry("step", build("step:step_size=8"), Run(total=20))
    assert engine.changes([entry], 10) == [0, 8, 16, 19]
    assert engine.changes([entry], 3) is None


def test_a_spike_of_one_step_shows_in_its_column() -> None:
    spec = build("constant:for=70k+constant:max_lr=1,for=1+constant")
    run = Run(unit="step", total=10_000_000)
    low, high = engine.columns(spec, run, np.linspace(0, run.points, 101))
    assert np.flatnonzero(high == 1).tolist() == [0]
    assert (low == 0.1).all()
    assert summary.ends(spec, run) == (0.1, 1.0, 70_000, 0.1)


def test_a_trillion_steps_are_looked_at_in_a_few_thousand_points(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def counted(spec: Spec, t: Array, run: Run) -> Array:
        seen.append(t.size)
        return play(spec, t, run)

    monkeypatch.setattr(engine, "play", counted)
    run = Run(unit="step", total=10**12)
    engine.columns(build("cyclic:step_size_up=1000"), run, np.linspace(0, run.points, 161))
    assert sum(seen) < 50_000


def test_columns_of_a_short_run_show_each_epoch_for_as_long_as_it_lasts() -> None:
    _, high = engine.columns(build("step:step_size=1,gamma=0.5"), Run(total=4), np.linspace(0, 4, 9))
    assert high.tolist() == [0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125]


def test_a_line_is_exact_at_both_ends() -> None:
    for start, end in ((0.01, 0.001), (0.001, 0.01), (0.3, 0.1), (0.0, 0.7), (0.7, 0.0)):
        t = np.array([0.0, 3.0])
        assert play(build(f"linear:start_lr={start},end_lr={end},length=3"), t, NINETY).tolist() == [start, end]
