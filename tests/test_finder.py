"""LR range tests: against numbers computed by another implementation, and what must always hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrcli.foresight.finder import find
from lrcli.foresight.loess import loess
from lrcli.foresight.rules import RULES, are_smoothed, rules
from lrcli.problems import SpecError
from tests.foresight.data import golden, sweep
from tests.foresight.finding import regrets

if TYPE_CHECKING:
    from lrcli.numeric import Array

GOLDEN = {name.removeprefix("find/"): one for name, one in golden().items() if name.startswith("find/")}
NAMES = {
    "fastai minimum": "fastai-minimum",
    "fastai steep": "fastai-steep",
    "fastai valley": "fastai-valley",
    "fastai slide": "fastai-slide",
    "lightning d/dindex": "lightning",
    "lightning d/dlr": "lightning-by-lr",
    "torch-lr-finder": "torch-lr-finder",
    "ignite": "ignite",
}
"""What golden.json calls the rules, and what they are called here."""


def agree(found: float | None, expected: float) -> bool:
    """Return whether a number is the one that was written down with four or five digits; None is NaN or infinite."""
    if found is None:
        return not np.isfinite(expected)
    return expected in {float(f"{found:.{digits}g}") for digits in (4, 5)}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_range_test_is_read_as_written_down(name: str) -> None:
    found, expected = find(*sweep(name)), GOLDEN[name]
    ours = expected["ours"]
    assert agree(found.pick, expected["pick"])
    assert agree(found.half, ours["lr50"])
    assert agree(found.high, ours["lr_min"])
    assert agree(found.ceiling, ours["lr_div"])
    assert (found.first_rises > 0) == ("the first part rises: left out" in expected["warnings"])


@pytest.mark.parametrize("name", GOLDEN)
def test_every_rule_takes_the_lr_written_down(name: str) -> None:
    found, expected = find(*sweep(name)).rules, GOLDEN[name]["rules"]
    assert set(NAMES.values()) == set(RULES)
    assert [theirs for theirs, ours in NAMES.items() if not agree(found[ours], expected[theirs])] == []


def test_half_of_the_smoothed_minimum_loses_least_where_the_answer_is_known() -> None:
    lost = {name: float(values.mean()) for name, values in regrets().items()}
    assert min(lost, key=lost.__getitem__) == "half of the smoothed minimum"
    assert lost["half of the smoothed minimum"] < 0.02


def valley(lr: Array) -> Array:
    """Return a loss that falls to its lowest at 0.01 and blows up past 0.1."""
    x = np.log10(lr)
    loss: Array = 2.5 - 1.5 * np.exp(-((x + 2) ** 2)) + np.where(x > -1, 20 * (x + 1), 0)
    return loss


LR = np.geomspace(1e-6, 1, 200)


@given(st.floats(1e-3, 1e3), st.integers(0, 2**32 - 1))
def test_the_scale_of_the_loss_and_the_order_of_the_rows_do_not_matter(scale: float, seed: int) -> None:
    noisy = valley(LR) * (1 + 0.01 * np.random.default_rng(seed).standard_normal(LR.size))
    order = np.random.default_rng(seed).permutation(LR.size)
    assert find(LR[order], scale * noisy[order]).pick == pytest.approx(find(LR, noisy).pick, rel=1e-6)


@given(st.integers(0, 2**32 - 1))
def test_noise_moves_the_pick_by_little(seed: int) -> None:
    noisy = valley(LR) * (1 + 0.02 * np.random.default_rng(seed).standard_normal(LR.size))
    found = find(LR, noisy)
    assert 0.003 < found.pick < 0.008
    assert found.low < found.pick < found.high
    assert found.ceiling is not None
    assert 0.02 < found.ceiling < 0.05


@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=60),
    st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=60, max_size=60),
)
def test_anything_is_read_or_refused(lr: list[float], loss: list[float]) -> None:
    try:
        found = find(np.array(lr), np.array(loss[: len(lr)]))
    except SpecError:
        return
    assert 0 < found.pick < found.high


@given(st.lists(st.one_of(st.floats(-1e6, 1e6), st.floats()), min_size=60, max_size=60))
def test_a_sweep_with_any_losses_is_read_or_refused(loss: list[float]) -> None:
    try:
        found = find(np.geomspace(1e-6, 1, 60), np.array(loss))
    except SpecError:
        return
    assert 0 < found.pick < found.high


@pytest.mark.parametrize(
    ("lr", "loss", "said"),
    [
        (LR[:10], valley(LR[:10]), "readings with a finite loss: 10; a range test needs 20"),
        (LR[:30], valley(LR[:30]), "spans 0.874 decades"),
        (LR, np.full(200, 2.0), "falls nowhere by more than its noise"),
        (LR, np.full(200, np.nan), "readings with a finite loss: 0;"),
        (np.tile(LR, 2), np.tile(valley(LR), 2), "the lr rises 2 times"),
        (LR[::-1], valley(LR), "its lr does not rise"),
        (np.geomspace(1e-200, 1, 200), valley(LR), "spans 200 decades"),
    ],
)
def test_what_cannot_be_read_is_refused(lr: Array, loss: Array, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        find(lr, loss)


def test_a_loss_that_stops_being_a_number_is_the_ceiling() -> None:
    loss = np.where(LR > 0.025, np.nan, valley(LR))
    assert find(LR, loss).ceiling == LR[LR > 0.025][0]


def test_an_average_is_seen_to_be_one() -> None:
    raw = valley(LR) * (1 + 0.05 * np.random.default_rng(0).standard_normal(LR.size))
    smooth = np.convolve(raw, np.full(25, 1 / 25), "same")
    assert not are_smoothed(raw)
    assert are_smoothed(smooth)
    assert find(LR, raw, smoothed=True).rules != find(LR, raw, smoothed=False).rules


def test_a_straight_line_is_its_own_smoothing() -> None:
    x = np.linspace(-6, 0, 300)
    np.testing.assert_allclose(loess(x, 3 - 2 * x, x[::7]), 3 - 2 * x[::7], atol=1e-9)


def test_a_long_test_is_thinned_for_the_rules_of_the_tools() -> None:
    lr = np.geomspace(1e-6, 1, 20_001)
    few = rules(lr[::10], valley(lr[::10]), smoothed=True)
    assert rules(lr, valley(lr), smoothed=True) == pytest.approx(few, rel=0.02)
