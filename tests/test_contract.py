"""What every declaration keeps, by being a declaration: a new one is tested by being in the list."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lrcli
from lrcli import engine
from lrcli.compose import cautions, play
from lrcli.parameters import Parameter, parameters
from lrcli.problems import SpecError
from lrcli.run import Run
from lrcli.schedules.base import Composed, Schedule
from lrcli.spec import write
from lrcli.spec.build import build
from lrcli.spec.read import load
from tests.shell import lrcli as run_lrcli
from tests.strategies import DECLARATIONS, schedules

if TYPE_CHECKING:
    from lrcli.numeric import Array

EVERY = pytest.mark.parametrize("declaration", DECLARATIONS, ids=lambda declaration: declaration.tag())
RUN = Run(unit="epoch", total=100, steps_per_epoch=50)


@EVERY
def test_it_says_what_it_is(declaration: type[Schedule]) -> None:
    for text in (declaration.summary(), declaration.formula, declaration.shape, declaration.use):
        assert text
    assert declaration.tips
    assert declaration.sources
    assert declaration.elsewhere
    inherited = {parameter.name for parameter in parameters(Schedule)}
    for parameter in parameters(declaration):
        assert parameter.description.endswith(".")
        assert parameter.name in inherited or parameter.name in str(declaration.__doc__)


@EVERY
def test_its_synonyms_lead_to_its_parameters(declaration: type[Schedule]) -> None:
    names = {parameter.name for parameter in parameters(declaration)}
    assert set(declaration.also.values()) <= names
    assert not set(declaration.also) & names


@EVERY
def test_its_defaults_draw_something_in_100_epochs(declaration: type[Schedule]) -> None:
    curve = engine.evaluate(declaration(), RUN)
    assert curve.lr.max() > 0
    assert declaration.changes == "never" or len(np.unique(curve.lr)) >= 4


@EVERY
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_its_lr_is_finite_and_not_negative(declaration: type[Schedule], data: st.DataObject) -> None:
    schedule = data.draw(schedules(declaration))
    lr = engine.evaluate(schedule, RUN).lr
    assert lr.dtype == np.float64
    assert np.isfinite(lr).all()
    assert (lr >= 0).all()


@EVERY
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_order_and_any_cut_of_t_gives_the_same_lr(declaration: type[Schedule], data: st.DataObject) -> None:
    schedule = data.draw(schedules(declaration))
    t = np.array(data.draw(st.lists(st.floats(0, 300), min_size=1, max_size=40)))
    whole = play(schedule, t, RUN)
    turned = play(schedule, t[::-1].copy(), RUN)[::-1]
    single = [float(play(schedule, np.array([one]), RUN)[0]) for one in t]
    np.testing.assert_array_equal(turned, whole)
    np.testing.assert_allclose(single, whole, rtol=1e-14, atol=1e-300)


@EVERY
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_float_gives_what_an_array_gives(declaration: type[Schedule], data: st.DataObject) -> None:
    schedule = data.draw(schedules(declaration))
    for one in data.draw(st.lists(st.floats(0, 300), min_size=1, max_size=10)):
        alone: Any = play(schedule, one, RUN)  # type: ignore[arg-type] # what describe's small curve does
        peak = float(play(schedule, np.arange(300.0), RUN).max())
        assert alone == pytest.approx(float(play(schedule, np.array([one]), RUN)[0]), rel=1e-12, abs=1e-12 * peak)


@EVERY
@settings(max_examples=40, deadline=None)
@given(data=st.data(), columns=st.integers(1, 60))
def test_its_knots_show_a_drawing_all_that_every_point_shows(
    declaration: type[Schedule], data: st.DataObject, columns: int
) -> None:
    schedule = data.draw(schedules(declaration, whole=True))
    run = Run(unit="step", total=100 * data.draw(st.integers(1, 30)), steps_per_epoch=50)
    edges = np.linspace(0, run.points, columns + 1)
    exact = engine.columns(schedule, run, edges)
    before, engine.EXACT = engine.EXACT, 0
    try:
        sampled = engine.columns(schedule, run, edges)
    finally:
        engine.EXACT = before
    peak = max(float(exact.high.max()), 1e-300)
    np.testing.assert_allclose(sampled.high, exact.high, rtol=0, atol=1e-9 * peak)
    np.testing.assert_allclose(sampled.low, exact.low, rtol=0, atol=1e-9 * peak)


def test_a_restart_is_where_the_lengths_of_the_cycles_add_up_to() -> None:
    for mult in (1.5, math.e, 3.0, 7.0):
        starts = np.cumsum([0.0, 20.0, 20 * mult, 20 * mult**2])
        whole = np.ceil(starts)
        lr = play(build({"type": "cosine-restarts", "cycle_length": 20, "cycle_mult": mult}), whole, RUN)
        assert (lr > 0.0995).all()


@EVERY
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_it_is_read_back_from_what_is_written(declaration: type[Schedule], data: st.DataObject) -> None:
    schedule = data.draw(schedules(declaration))
    assert build(write.data(schedule)) == schedule
    (from_text,) = load(write.inline(schedule)).schedules.values()
    assert from_text == schedule
    fields = "\n".join(f"{name}: {value}" for name, value in write.data(schedule).items())
    (from_yaml,) = load(fields + "\n").schedules.values()
    assert from_yaml == schedule


def outside(parameter: Parameter) -> list[Any]:
    """Return values that a parameter must refuse."""
    bad: list[Any] = [float("nan"), float("inf"), "soon", [[1]]]
    if parameter.kind == "text":
        return []
    if parameter.kind == "switch":
        return ["perhaps", 2, [[1]]]
    if parameter.choices:
        return ["no-such-word", 3]
    if parameter.gt is not None:
        bad.append(parameter.gt)
    low = parameter.ge if parameter.ge is not None else parameter.gt
    bad.append(-1.0 if low is None else low - 1)
    high = parameter.le if parameter.le is not None else parameter.lt
    if high is not None:
        bad.append(high * 2)
    return bad


def construct(declaration: Any, field: str, value: object) -> None:  # noqa: ANN401 - its types are what is tested
    declaration(**{field: value})


@EVERY
def test_its_bounds_are_the_same_in_python_in_text_and_in_yaml(declaration: type[Schedule]) -> None:
    for parameter in parameters(declaration):
        for bad in outside(parameter):
            value = [bad] if parameter.many else bad
            with pytest.raises(SpecError, match=parameter.name):
                construct(declaration, parameter.field, tuple(value) if parameter.many else value)
            with pytest.raises(SpecError, match=parameter.name):
                build({"type": declaration.tag(), parameter.name: value})
            if not isinstance(bad, list):
                text = str(bad)
                with pytest.raises(SpecError, match=parameter.name):
                    load(f"{declaration.tag()}:{parameter.name}={text}")
                with pytest.raises(SpecError, match=rf"<text>:2:\d+: {parameter.name}"):
                    load(f"type: {declaration.tag()}\n{parameter.name}: {text}\n")


@EVERY
def test_its_flags_have_its_bounds(declaration: type[Schedule]) -> None:
    """One flag each, in a process of its own: flags are read by the same reader as everything else."""
    parameter = next(p for p in parameters(declaration) if p.kind in ("number", "length"))
    result = run_lrcli("table", declaration.tag(), f"{parameter.flag}=-1")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"error: {parameter.flag}: ")


@EVERY
def test_its_help_shows_its_parameters_and_no_others(declaration: type[Schedule]) -> None:
    shown = run_lrcli("plot", declaration.tag(), "--help", TERMINAL_WIDTH="200").out
    _, _, panel = shown.partition(f"Parameters of {declaration.tag()}")
    panel = panel.partition("╭─ Run")[0]
    expected = [p for p in parameters(declaration) if p.name != "for"]
    assert [line.split()[1] for line in panel.splitlines() if "│ --" in line] == [p.flag for p in expected]
    for parameter in expected:
        assert parameter.bounds in panel


@settings(max_examples=100, deadline=None)
@given(first=schedules(), second=schedules(), seam=st.integers(1, 99))
def test_a_sequence_plays_each_part_on_its_own_clock(first: Schedule, second: Schedule, seam: int) -> None:
    parts = [{**write.data(first), "for": seam}, write.data(second)]
    whole = lrcli.evaluate(parts, epochs=100, steps_per_epoch=50).lr
    whole_run = Run(total=100, steps_per_epoch=50)
    np.testing.assert_array_equal(whole[:seam], play(first, np.arange(float(seam)), whole_run.within(seam)))
    rest = play(second, np.arange(100.0 - seam), whole_run.within(100 - seam))
    np.testing.assert_array_equal(whole[seam:], rest)


@settings(max_examples=60, deadline=None)
@given(schedule=schedules(), warmup=st.integers(1, 60))
def test_a_warm_up_climbs_in_a_line_and_the_schedule_then_has_the_rest(schedule: Schedule, warmup: int) -> None:
    composed = {parameter.name for parameter in parameters(Composed)}
    data = {k: v for k, v in write.data(schedule).items() if k not in composed} | {"warmup": warmup}
    lr = lrcli.evaluate(data, epochs=100, steps_per_epoch=50).lr
    bare = build(data | {"warmup": 0})
    own = play(bare, np.arange(100.0 - warmup), RUN.within(100 - warmup))
    np.testing.assert_array_equal(lr[warmup:], own)
    np.testing.assert_allclose(lr[:warmup], own[0] * np.arange(warmup) / warmup, rtol=1e-12)


def test_a_warm_up_longer_than_the_run_is_cautioned_with_both_numbers() -> None:
    (caution,) = cautions(build("cosine:warmup=500"), Run(unit="step", total=400))
    assert "500" in caution
    assert "400" in caution


class Wild(Schedule, tag="wild", frozen=True, kw_only=True):
    """Leave the ground at t = 7."""

    def lr(self, t: Array, run: Run) -> Array:  # noqa: ARG002
        return np.where(t == 7, np.nan, 0.1) if t.size else t


def test_an_lr_that_is_not_a_number_is_refused_with_its_place() -> None:
    with pytest.raises(SpecError, match="the lr is nan at epoch 7"):
        engine.evaluate(Wild(), Run())
