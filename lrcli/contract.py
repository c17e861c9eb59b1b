"""The contract that every schedule keeps by being a declaration, as tests for the suites of packages that add some.

>>> import pytest
>>> from lrcli.contract import ScheduleContract
>>> @pytest.mark.parametrize("declaration", [Hill])
... class TestHill(ScheduleContract): ...

It needs pytest and hypothesis (`lrcli[contract]`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrcli import engine
from lrcli.compose import around, play
from lrcli.numeric import array
from lrcli.parameters import Parameter, parameters
from lrcli.problems import SpecError
from lrcli.run import Run
from lrcli.schedules.composition import OF_PARTS, Composed
from lrcli.spec import write
from lrcli.spec.build import build
from lrcli.spec.read import load
from lrcli.summary import summarize

if TYPE_CHECKING:
    from lrcli.schedules.base import Family

RUN = Run(unit="epoch", total=100, steps_per_epoch=50)

TEXTS = {
    "lr": ["max_lr * exp(-t / 20)", "min_lr + (max_lr - min_lr) / (1 + t / 10)", "where(t < 300, max_lr, 0)"],
    "function": ["lrcli.schedules.python:halving", "math:sqrt"],
}
"""Values of the parameters that hold any text, by their names; others keep their default."""


def _values(parameter: Parameter, *, whole: bool = False) -> st.SearchStrategy[Any]:
    """Return values that a parameter may have; its lengths are whole numbers if asked for."""
    one = st.integers(1, 200).map(float) if whole and parameter.kind == "length" else _one(parameter)
    least, most = (parameter.size, parameter.size) if parameter.size else (1, 4)
    value = st.lists(one, min_size=least, max_size=most).map(tuple) if parameter.many else one
    return st.none() | value if parameter.optional else value


def _one(parameter: Parameter) -> st.SearchStrategy[Any]:
    if parameter.choices:
        return st.sampled_from(parameter.choices)
    if parameter.kind == "text":
        return st.sampled_from(TEXTS.get(parameter.name, [parameter.default]))
    if parameter.kind == "switch":
        return st.booleans()
    numbers = _numbers(parameter)
    if parameter.kind == "length":
        return st.floats(0.5, 200) | st.sampled_from(["1%", "12.5%", "100%", "3ep", "0.5ep", "250st"])
    return numbers.map(int) if parameter.kind == "integer" else numbers


def _numbers(parameter: Parameter) -> st.SearchStrategy[float]:
    low = parameter.ge if parameter.ge is not None else parameter.gt
    high = parameter.le if parameter.le is not None else parameter.lt
    low = 0.0 if low is None else float(low)
    high = math.inf if high is None else float(high)
    inside = st.floats(
        low,
        min(high, 1e9),
        exclude_min=parameter.gt is not None,
        exclude_max=parameter.lt is not None and parameter.lt <= 1e9,
        allow_subnormal=False,
    )
    return inside if parameter.kind != "integer" else st.integers(math.ceil(low), int(min(high, 1e9))).map(float)


@st.composite
def schedules(draw: st.DrawFn, kind: type[Family], *, whole: bool = False) -> Family:
    """Return an instance of a declaration, less the values that do not go together; lengths are whole if asked for."""
    own = [parameter for parameter in parameters(kind) if parameter.name not in OF_PARTS]
    chosen = {parameter.field: draw(_values(parameter, whole=whole)) for parameter in own if draw(st.booleans())}
    while True:
        try:
            return kind(**chosen)
        except SpecError as error:
            if chosen.pop(str(error.problems[0].path[0]), None) is None:
                chosen.popitem()


def _settings(examples: int) -> settings:
    shared = [HealthCheck.differing_executors]  # one test for many declarations is the point
    return settings(max_examples=examples, deadline=None, suppress_health_check=shared)


def _outside(parameter: Parameter) -> list[Any]:
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


def _construct(declaration: Any, field: str, value: object) -> None:
    declaration(**{field: value})


class ScheduleContract:
    """What holds of every declaration; parametrize a subclass by `declaration`."""

    def test_it_says_what_it_is(self, declaration: type[Family]) -> None:
        for text in (declaration.summary(), declaration.formula, declaration.shape, declaration.use):
            assert text
        assert declaration.tips
        assert declaration.sources
        inherited = {parameter.name for parameter in parameters(Composed)}
        for parameter in parameters(declaration):
            assert parameter.description.endswith(".")
            assert parameter.name in inherited or parameter.name in str(declaration.__doc__)

    def test_its_synonyms_lead_to_its_parameters(self, declaration: type[Family]) -> None:
        names = {parameter.name for parameter in parameters(declaration)}
        assert set(declaration.aliases().values()) <= names

    def test_its_defaults_draw_something_in_100_epochs(self, declaration: type[Family]) -> None:
        curve = engine.evaluate(declaration(), RUN)
        assert curve.lr.max() > 0
        assert declaration.changes == "never" or len(np.unique(curve.lr)) >= 4

    @_settings(60)
    @given(data=st.data())
    def test_its_lr_is_finite_and_not_negative(self, declaration: type[Family], data: st.DataObject) -> None:
        schedule = data.draw(schedules(declaration))
        lr = engine.evaluate(schedule, RUN).lr
        assert lr.dtype == np.float64
        assert np.isfinite(lr).all()
        assert (lr >= 0).all()

    @_settings(40)
    @given(data=st.data())
    def test_any_order_and_any_cut_of_t_gives_the_same_lr(self, declaration: type[Family], data: st.DataObject) -> None:
        schedule = data.draw(schedules(declaration))
        t = np.array(data.draw(st.lists(st.floats(0, 300), min_size=1, max_size=40)))
        whole = play(schedule, t, RUN)
        turned = play(schedule, t[::-1].copy(), RUN)[::-1]
        single = [float(play(schedule, np.array([one]), RUN)[0]) for one in t]
        np.testing.assert_array_equal(turned, whole)
        np.testing.assert_allclose(single, whole, rtol=1e-14, atol=1e-300)

    @_settings(40)
    @given(data=st.data())
    def test_a_float_gives_what_an_array_gives(self, declaration: type[Family], data: st.DataObject) -> None:
        schedule = data.draw(schedules(declaration))
        for one in data.draw(st.lists(st.floats(0, 300), min_size=1, max_size=10)):
            alone: Any = play(schedule, array(one), RUN)  # what describe's small curve does
            peak = float(play(schedule, np.arange(300.0), RUN).max())
            assert alone == pytest.approx(float(play(schedule, np.array([one]), RUN)[0]), rel=1e-12, abs=1e-12 * peak)

    @_settings(40)
    @given(data=st.data(), columns=st.integers(1, 60))
    def test_its_breakpoints_show_a_drawing_all_that_every_point_shows(
        self, declaration: type[Family], data: st.DataObject, columns: int
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

    @_settings(30)
    @given(data=st.data())
    def test_its_numbers_are_found_among_a_few_of_its_points(
        self, declaration: type[Family], data: st.DataObject
    ) -> None:
        schedule = data.draw(schedules(declaration, whole=True))
        run = Run(unit="step", total=1_000 * data.draw(st.integers(1, 20)), steps_per_epoch=50)
        exact = summarize(schedule, run)
        before, engine.EXACT = engine.EXACT, 0
        try:
            found = summarize(schedule, run)
        finally:
            engine.EXACT = before
        assert found.peak == pytest.approx(exact.peak, rel=1e-9)
        assert found.mean == pytest.approx(exact.mean, rel=1e-6)
        noise = 1e-12 * exact.peak
        assert found.drop <= exact.drop * (1 + 1e-6)
        if around(schedule).cap is None and not around(schedule).floor:  # which bend the curve where no breakpoint is
            assert found.drop >= exact.drop / 2 - noise  # one like it may hide a larger one
        assert found.below_half_at == exact.below_half_at

    @_settings(60)
    @given(data=st.data())
    def test_it_is_read_back_from_what_is_written(self, declaration: type[Family], data: st.DataObject) -> None:
        schedule = data.draw(schedules(declaration))
        assert build(write.data(schedule), code=True) == schedule
        (from_text,) = load(write.inline(schedule), allow_code=True).schedules.values()
        assert from_text == schedule
        fields = "\n".join(f"{name}: {value}" for name, value in write.data(schedule).items())
        (from_yaml,) = load(fields + "\n", allow_code=True).schedules.values()
        assert from_yaml == schedule

    def test_its_bounds_are_the_same_in_python_in_text_and_in_yaml(self, declaration: type[Family]) -> None:
        for parameter in parameters(declaration):
            for bad in _outside(parameter):
                value = [bad] if parameter.many else bad
                with pytest.raises(SpecError, match=parameter.name):
                    _construct(declaration, parameter.field, tuple(value) if parameter.many else value)
                with pytest.raises(SpecError, match=parameter.name):
                    build({"type": declaration.tag(), parameter.name: value}, code=True)
                if not isinstance(bad, list):
                    text = str(bad)
                    with pytest.raises(SpecError, match=parameter.name):
                        load(f"{declaration.tag()}:{parameter.name}={text}", allow_code=True)
                    with pytest.raises(SpecError, match=rf"<text>:2:\d+: {parameter.name}"):
                        load(f"type: {declaration.tag()}\n{parameter.name}: {text}\n", allow_code=True)
