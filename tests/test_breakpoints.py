"""Breakpoints derived from formulas, and the times at which a drawing evaluates a curve because of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lrcli.breakpoints import Anywhere, At, Breakpoints, Every, Growing, times
from lrcli.compose import schedules_of
from lrcli.expression import Functions, Symbol, Value
from lrcli.proof import Unproven, breakpoints_of
from lrcli.run import Run
from lrcli.spec.read import load

T = Symbol("t", whole=False)
EDGES = np.array([0.0, 50.0, 100.0])


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("constant", ()),
        ("linear", (At((100.0,)),)),
        ("cosine:cycle_length=30", (At((30.0,)),)),
        ("cosine:cycle_length=30,k_decay=1.5,exponent=2", (At((30.0,)),)),
        ("rex:length=30", (At((30.0,)),)),
        ("polynomial:max_update=30,k_decay=1.5", (At((30.0,)),)),
        ("polynomial:max_update=30,cycle=true", (Every(30.0),)),
        ("polynomial:max_update=30,cycle=true,k_decay=2", (Every(30.0),)),
        ("cosine-restarts:cycle_length=7,cycle_decay=0.9", (Every(7.0),)),
        ("cosine-restarts:cycle_mult=2", (Growing(25.0, 2.0),)),
        ("cyclic:mode=triangular2,step_size_up=3,step_size_down=5", (Every(8.0), Every(8.0, 3.0))),
        ("step:step_size=7", (Every(7.0),)),
        ("multistep:milestones=60,30", (At((30.0, 60.0)),)),
        ("exponential", ()),
        ("inverse-time:staircase=true", (Every(10.0),)),
        ("one-cycle:three_phase=true", (At((29.0, 58.0, 99.0)),)),
        ("wsd:decay_length=20", (At((80.0, 100.0)),)),
        ("expr:(where(t < 30, max_lr, 0.01))", (At((30.0,)),)),
        ("expr:(max_lr*exp(-x)*(2+sin(t)))", (Anywhere(),)),
        ("python:math:sqrt", (Anywhere(),)),
    ],
)
def test_the_breakpoints_of_a_schedule_are_those_of_its_formula(spec: str, expected: Breakpoints) -> None:
    (loaded,) = load(spec, allow_code=True).schedules.values()
    (schedule,) = schedules_of(loaded)
    assert schedule.breakpoints(Run(total=100)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Functions.minimum(2 * T + 1, 7), (At((3.0,)),)),
        (abs(10 - T), (At((10.0,)),)),
        (T % 8, (Every(8.0),)),
        (Functions.minimum(T % 8, 3), (Every(8.0), Every(8.0, 3.0))),
        (Functions.cos(math.pi * Functions.minimum(T, 5) / 5), (At((5.0,)),)),
        (Functions.cos(math.pi * (T % 4) / 4), (Every(4.0),)),
        (Functions.exp(-(T + 1) / (T + 2)), ()),
    ],
)
def test_what_is_shown_of_an_expression(value: Value, expected: Breakpoints) -> None:
    assert breakpoints_of(value) == expected


@pytest.mark.parametrize(
    "value", [Functions.exp(-T) * T, Functions.cos(T * T), Functions.exp(-T) + T, Functions.minimum((T + 1) ** -0.5, T)]
)
def test_what_is_not_shown_is_not_guessed(value: Value) -> None:
    with pytest.raises(Unproven):
        breakpoints_of(value)


def test_of_many_breakpoints_in_a_column_only_those_at_its_ends_are_looked_at() -> None:
    found = times([Every(0.5)], EDGES)
    assert found.size < 60
    assert {46.5, 50.0, 53.5} <= set(found.tolist())


def test_the_breakpoints_beside_a_single_one_are_looked_at() -> None:
    assert {30.0, 30.5} <= set(times([Every(0.5), At((30.2,))], EDGES).tolist())


def test_growing_cycles_begin_where_their_lengths_add_up_to() -> None:
    assert {10.0, 30.0, 70.0} <= set(times([Growing(10.0, 2.0)], EDGES).tolist())
    assert times([Growing(10.0, 2.0).shifted(5.0)], EDGES).min() == 5.0


def test_without_breakpoints_64_places_of_each_column_are_evaluated() -> None:
    assert times([Anywhere()], EDGES).size == 2 * 64 + 1
