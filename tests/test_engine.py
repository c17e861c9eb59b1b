"""Measures of a curve, against values worked out by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from lrcli import engine, summary
from lrcli import total as sums
from lrcli.compose import play
from lrcli.run import Run
from lrcli.search import Search
from lrcli.spec.build import build
from lrcli.spec.read import load
from tests.data import ROOT

if TYPE_CHECKING:
    from lrcli.compose import Spec
    from lrcli.numeric import Array

NINETY = Run(total=90)


def test_a_summary_of_step_has_the_numbers_of_imagenet() -> None:
    measured = summary.summarize(build("step:step_size=30"), NINETY)
    assert (measured.first, measured.peak, measured.peak_at) == (0.1, 0.1, 0)
    assert measured.final == pytest.approx(0.001)
    assert measured.mean == pytest.approx((0.1 + 0.01 + 0.001) / 3)
    assert (measured.below_half_at, measured.below_tenth_at) == (30, 60)
    assert measured.drop == pytest.approx(0.09)
    assert measured.drop_at == 30


def test_a_curve_that_never_falls_has_no_drop_and_no_half() -> None:
    measured = summary.summarize(build("linear:start_lr=0"), NINETY)
    assert (measured.below_half_at, measured.below_tenth_at, measured.drop, measured.drop_at) == (None, None, 0.0, None)
    assert measured.peak_at == 89


def test_the_numbers_of_a_billion_steps_are_those_of_the_formula() -> None:
    billion = Run(unit="step", total=10**9)
    cosine = summary.summarize(build("cosine"), billion)
    assert (cosine.first, cosine.peak, cosine.peak_at) == (0.1, 0.1, 0)
    assert cosine.mean == pytest.approx(0.05, rel=1e-6)
    assert cosine.below_half_at == pytest.approx(10**9 / 2, rel=1e-7)
    assert cosine.below_tenth_at == pytest.approx(math.acos(-0.8) / math.pi * 10**9, rel=1e-7)
    assert cosine.drop == pytest.approx(0.05 * math.pi / 10**9, rel=1e-3)
    cycles = summary.summarize(build("cyclic:step_size_up=500"), billion)
    assert (cycles.peak, cycles.peak_at, cycles.below_half_at) == (0.1, 500, 753)
    assert cycles.mean == pytest.approx((0.1 + 0.001) / 2, rel=1e-4)
    assert cycles.drop == pytest.approx(0.099 / 500)
    decay = summary.summarize(build("exponential:gamma=0.95"), billion)
    assert (decay.below_half_at, decay.drop_at) == (14, 1)


@pytest.mark.parametrize(
    "text",
    [
        "cosine*cyclic:step_size_up=50",
        "(cosine:for=20+linear:start_lr=0,for=7+step:step_size=3,for=10):repeat=1M",
        "linear:start_lr=0,for=100+cyclic:step_size_up=50,for=400k+cosine",
        "cosine-restarts:cycle_length=100,cycle_mult=1.001",
        "step:step_size=7",
        "step:step_size=30,gamma=0.9999",
        "torch.CyclicLR:base_lr=0.01,max_lr=0.1,step_size_up=20",
        "timm.CosineLRScheduler:t_initial=50,cycle_limit=100k,cycle_decay=0.999",
        "expr:(max_lr*(1+sin(t/7)))",
    ],
)
def test_the_sum_from_a_few_points_is_about_that_of_all(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (spec,) = load(text).schedules.values()
    run = Run(unit="step", total=3_000_000)
    whole = sums.total(spec, run)
    assert whole == pytest.approx(float(engine.evaluate(spec, run).lr.sum()), rel=1e-12)
    monkeypatch.setattr(sums, "EXACT", 0)
    assert sums.total(spec, run) == pytest.approx(whole, rel=1e-3)


def test_the_readme_says_from_where_on_points_are_not_all_looked_at() -> None:
    assert f"{engine.EXACT:,} points" in (ROOT / "tests" / "benchmarks" / "README.md").read_text()


def test_changes_are_the_points_at_which_the_lr_is_new() -> None:
    assert Search(build("step:step_size=8"), Run(total=20)).changes(2) == [8, 16]
    assert Search(build("step:step_size=8"), Run(total=20)).changes(1) is None
    dip, run = build("constant:for=70k+constant:max_lr=1,for=1+constant"), Run(unit="step", total=10**12)
    assert Search(dip, run).changes(10) == [70_000, 70_001]


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
