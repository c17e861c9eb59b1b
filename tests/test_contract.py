"""The contract of every declaration: a new schedule is tested as soon as it is in the list."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lrcli
from lrcli import engine
from lrcli.compose import play
from lrcli.contract import RUN, ScheduleContract, schedules
from lrcli.entry import Entry
from lrcli.findings.judge import judge
from lrcli.parameters import parameters
from lrcli.problems import SpecError
from lrcli.registry import SCHEDULES
from lrcli.run import Run
from lrcli.schedules.base import Schedule
from lrcli.schedules.composition import OF_PARTS, Composed
from lrcli.spec import write
from lrcli.spec.build import build
from tests.shell import inside as run_lrcli

if TYPE_CHECKING:
    from lrcli.numeric import Array

DECLARATIONS = list(SCHEDULES.values())
ANY = st.sampled_from(DECLARATIONS).flatmap(schedules)
EVERY = pytest.mark.parametrize("declaration", DECLARATIONS, ids=lambda declaration: declaration.tag())


@EVERY
class TestContract(ScheduleContract):
    """The contract, for every declaration that there is."""


def test_a_restart_is_where_the_lengths_of_the_cycles_add_up_to() -> None:
    for mult in (1.5, math.e, 3.0, 7.0):
        starts = np.cumsum([0.0, 20.0, 20 * mult, 20 * mult**2])
        whole = np.ceil(starts)
        lr = play(build({"type": "cosine-restarts", "cycle_length": 20, "cycle_mult": mult}), whole, RUN)
        assert (lr > 0.0995).all()


@EVERY
def test_its_flags_have_its_bounds(declaration: type[Schedule]) -> None:
    """One flag each, in a process of its own: flags are read by the same reader as everything else."""
    parameter = next(p for p in parameters(declaration) if p.kind in ("number", "length"))
    result = run_lrcli("table", declaration.tag(), f"{parameter.flag}=-1")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"error: {parameter.flag}: ")


@EVERY
def test_its_help_shows_its_parameters_and_no_others(declaration: type[Schedule]) -> None:
    shown = run_lrcli("plot", declaration.tag(), "--help-all", TERMINAL_WIDTH="200").out
    _, _, panel = shown.partition(f"Parameters of {declaration.tag()}")
    panel = panel.partition("\nRun\n")[0]
    expected = [p for p in parameters(declaration) if p.name not in OF_PARTS]
    flags = [line.split()[0].rstrip(",") for line in panel.splitlines() if line.startswith("  --")]
    assert [flag for flag in flags if flag != "--lr"] == [p.flag for p in expected if p.flag != "--lr"]
    for parameter in expected:
        assert parameter.bounds in panel


@settings(max_examples=100, deadline=None)
@given(first=ANY, second=ANY, seam=st.integers(1, 99))
def test_each_part_of_a_sequence_has_its_own_clock(first: Schedule, second: Schedule, seam: int) -> None:
    parts = [{**write.data(first), "for": seam}, {"start": "own", **write.data(second)}]
    whole = lrcli.evaluate(parts, epochs=100, steps_per_epoch=50, allow_code=True).lr
    whole_run = Run(total=100, steps_per_epoch=50)
    np.testing.assert_array_equal(whole[:seam], play(first, np.arange(float(seam)), whole_run.within(seam)))
    rest = play(second, np.arange(100.0 - seam), whole_run.within(100 - seam))
    np.testing.assert_array_equal(whole[seam:], rest)


@settings(max_examples=60, deadline=None)
@given(schedule=ANY, warmup=st.integers(1, 60))
def test_a_warm_up_climbs_in_a_line_and_the_schedule_then_has_the_rest(schedule: Schedule, warmup: int) -> None:
    composed = {parameter.name for parameter in parameters(Composed)}
    data = {k: v for k, v in write.data(schedule).items() if k not in composed} | {"warmup": warmup}
    lr = lrcli.evaluate(data, epochs=100, steps_per_epoch=50, allow_code=True).lr
    bare = build(data | {"warmup": 0}, code=True)
    own = play(bare, np.arange(100.0 - warmup), RUN.within(100 - warmup))
    np.testing.assert_array_equal(lr[warmup:], own)
    np.testing.assert_allclose(lr[:warmup], own[0] * np.arange(warmup) / warmup, rtol=1e-12)


def test_a_warm_up_longer_than_the_run_is_reported_with_both_numbers() -> None:
    entry = Entry("cosine", build("cosine:warmup=500"), Run(unit="step", total=400))
    (caution,) = judge([entry])
    assert caution.code == "LR005"
    assert "500" in caution.text
    assert "400" in caution.text


class Wild(Schedule, tag="wild", frozen=True, kw_only=True):
    """Leave the ground at t = 7."""

    def lr(self, t: Array, run: Run) -> Array:
        return np.where(t == 7, np.nan, 0.1) if t.size else t


def test_an_lr_that_is_not_a_number_is_refused_with_its_place() -> None:
    with pytest.raises(SpecError, match="the lr is nan at epoch 7"):
        engine.evaluate(Wild(), Run())
