"""Properties of every declaration, of lrcli and of frameworks, in every composition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from lrcli import engine
from lrcli.code.job import Job
from lrcli.code.targets import TARGETS
from lrcli.compose import Around, Product, Sequence, Spec, play, schedules_of
from lrcli.contract import schedules
from lrcli.problems import SpecError
from lrcli.registry import SCHEDULES
from lrcli.run import Run
from lrcli.schedules.composition import Composed
from lrcli.search import Search
from lrcli.spec import write
from lrcli.spec.build import build
from lrcli.spec.read import load
from lrcli.total import total

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.schedules.base import Schedule

RUN = Run(unit="step", total=2000, steps_per_epoch=50)

THEIRS = sorted((one for one in SCHEDULES.everything() if "." in one.tag()), key=lambda kind: kind.tag())
OURS = st.sampled_from(list(SCHEDULES.values())).flatmap(schedules)
FROM_FRAMEWORKS = st.sampled_from(THEIRS).map(lambda kind: build({"type": kind.tag(), **kind.example}))
LEAVES = OURS | FROM_FRAMEWORKS
LENGTHS = st.integers(1, 800).map(float) | st.sampled_from(["5%", "2ep", "100st"])
AROUND = st.fixed_dictionaries(
    {},
    optional={
        "warmup": LENGTHS,
        "warmup_from": st.sampled_from([0.0, 0.01]),
        "scale": st.sampled_from([0.5, 3.0]),
        "floor": st.sampled_from([0.0, 1e-4]),
        "cap": st.sampled_from([0.05, 10.0]),
    },
)


def for_so_long(part: Spec, length: float | str) -> Spec:
    """Return a part of a sequence that plays for a length."""
    return part.replaced(for_=length) if isinstance(part, Composed) else Around(inner=part, for_=length)


def sequences(parts: st.SearchStrategy[Spec]) -> st.SearchStrategy[Spec]:
    """Return sequences of these parts, repeated or not."""
    timed = st.builds(for_so_long, parts, LENGTHS)
    return st.builds(
        lambda parts, repeat, around: Sequence(parts=tuple(parts), repeat=repeat, **around),
        st.lists(timed, min_size=1, max_size=3),
        st.integers(1, 3),
        AROUND,
    )


def products(parts: st.SearchStrategy[Spec]) -> st.SearchStrategy[Spec]:
    """Return products of these parts."""
    factors = st.lists(parts, min_size=2, max_size=3)
    return st.builds(lambda factors, around: Product(factors=tuple(factors), **around), factors, AROUND)


SPECS = st.recursive(LEAVES, lambda parts: sequences(parts) | products(parts), max_leaves=4)

UNKNOWN = {"expr", "python", "torch.LambdaLR", "torch.MultiplicativeLR"}
"""Nobody knows where these jump or turn, so that a peak between two looks may be missed."""

thorough = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
T = np.arange(float(RUN.points))


def rates(spec: Spec, run: Run = RUN) -> Array:
    """Return a curve; or give the example up: a product may be too large, and a framework may raise at some step."""
    try:
        return engine.evaluate(spec, run).lr
    except SpecError:
        reject()


@thorough
@given(spec=SPECS, cut=st.integers(1, 1999), seed=st.integers(0, 99))
def test_any_cut_and_any_order_of_t_give_the_same_lr(spec: Spec, cut: int, seed: int) -> None:
    whole = rates(spec)
    pieces = np.concatenate([engine.at(spec, RUN, T[:cut]), engine.at(spec, RUN, T[cut:])])
    np.testing.assert_allclose(pieces, whole, rtol=1e-13)
    places = np.random.default_rng(seed).permutation(RUN.points)
    np.testing.assert_allclose(engine.at(spec, RUN, T[places]), whole[places], rtol=1e-13)


@thorough
@given(spec=SPECS, size=st.integers(1, 700))
def test_the_sum_of_chunks_is_the_sum_of_the_whole(spec: Spec, size: int) -> None:
    whole = rates(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "BLOCK", size)
        chunks = [lr for _, lr in engine.blocks(spec, RUN)]
    np.testing.assert_allclose(np.concatenate(chunks), whole, rtol=1e-13)
    assert sum(float(lr.sum()) for lr in chunks) == pytest.approx(float(whole.sum()), rel=1e-12)


@thorough
@given(spec=SPECS)
def test_what_is_written_is_read_back_as_the_same_spec(spec: Spec) -> None:
    written = write.data(spec)  # a formula has its own spaces and parentheses, and what is written has ours
    assert write.data(build(written, code=True)) == written
    (from_text,) = load(write.inline(spec), allow_code=True).schedules.values()
    assert write.data(from_text) == written
    for target in ("yaml", "json"):
        (from_file,) = load(TARGETS[target](Job(spec, RUN)) + "\n", allow_code=True).schedules.values()
        assert write.data(from_file) == written


@thorough
@given(parts=st.lists(st.tuples(LEAVES, st.integers(1, 900)), min_size=2, max_size=4))
def test_a_sequence_is_its_parts_each_on_its_own_clock(parts: list[tuple[Schedule, int]]) -> None:
    whole = rates(Sequence(parts=tuple(for_so_long(part, float(length)) for part, length in parts)))
    start = 0
    for i, (part, length) in enumerate(parts):
        stop = RUN.points if i == len(parts) - 1 else min(start + length, RUN.points)
        own = np.minimum(T[: stop - start], length)
        np.testing.assert_allclose(whole[start:stop], play(part, own, RUN.within(length, after=start)), rtol=1e-13)
        start = stop


@thorough
@given(spec=SPECS)
def test_the_numbers_of_a_curve_are_found_among_a_few_of_its_points(spec: Spec) -> None:
    assume(not UNKNOWN & {one.tag() for one in schedules_of(spec)})
    run = Run(unit="step", total=20_000, steps_per_epoch=50)
    whole = rates(spec, run)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "EXACT", 0)
        few, peak = total(spec, run), Search(spec, run).peak()
    assert few == pytest.approx(float(whole.sum()), rel=1e-4, abs=1e-9 * float(np.abs(whole).max()))
    assert peak.value == pytest.approx(float(whole.max()), rel=1e-6)
