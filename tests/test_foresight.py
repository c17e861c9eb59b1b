"""The laws, the bound and the cooldown: against another implementation's numbers, and what must always hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrcli.foresight.blocks import end_of_warmup
from lrcli.foresight.bound import SURE, bound
from lrcli.foresight.cooldown import cooldown, suggest
from lrcli.foresight.fit import Fit, Record, fit, refusal
from lrcli.foresight.law import LAWS, columns_of
from lrcli.foresight.predict import at_the_end, compare, curves, ranked
from lrcli.foresight.predict import refusal as refusal_of
from lrcli.problems import SpecError
from tests.foresight.__main__ import measured
from tests.foresight.data import golden, record

if TYPE_CHECKING:
    from lrcli.numeric import Array

GOLDEN = golden()
FITS = [name.removeprefix("fit/") for name in GOLDEN if name.startswith("fit/")]
REFUSED = [name.removeprefix("refuse/") for name in GOLDEN if name.startswith("refuse/")]


def agree(found: float, expected: float) -> bool:
    """Return whether a number is the one that was written down with four to six digits."""
    return expected in {float(f"{found:.{digits}g}") for digits in (4, 5, 6)}


def fitted(name: str) -> Fit:
    return fit(record(name, GOLDEN[f"fit/{name}"]["warmup"]))


def shapes(found: Fit) -> dict[str, Array]:
    """Return the schedules of golden.json: an lr per step, over the log's steps and after its warm-up."""
    k = np.arange(1, found.steps + 1)
    climb = np.minimum(k / found.warmup, 1)
    wave = 0.5 * (1 + np.cos(np.pi * np.clip((k - found.warmup) / (found.steps - found.warmup), 0, 1)))
    decays = {"cosine": wave, "cosine to 10 %": 0.1 + 0.9 * wave}
    shares = {"wsd 10 %": 0.1, "wsd 20 %": 0.2, "wsd 40 %": 0.4, "wsd 80 %": 0.8, "constant": 1e-9}
    flat = {name: cooldown(found.steps, found.peak, found.warmup, share) for name, share in shares.items()}
    return {name: found.peak * np.where(k < found.warmup, climb, one) for name, one in decays.items()} | flat


def test_the_columns_of_ten_steps_are_those_written_down() -> None:
    tiny = GOLDEN["tiny"]
    found = columns_of(np.array(tiny["eta"]), 0.1, np.array(tiny["t"]))
    for name in LAWS:
        np.testing.assert_allclose(found[name], tiny["columns"][name], atol=6e-9)
    np.testing.assert_allclose(bound(np.array(tiny["eta"])), tiny["bound"], atol=6e-9)


@pytest.mark.parametrize("name", FITS)
def test_a_fit_has_the_coefficients_written_down(name: str) -> None:
    found, expected = fitted(name), GOLDEN[f"fit/{name}"]
    assert (found.steps, found.readings, found.peak) == (expected["steps"], expected["readings"], expected["peak"])
    assert agree(found.misfit, expected["misfit"])
    assert refusal(found) == ""
    for law, numbers in expected["laws"].items():
        one = found.laws[law]
        written = (*numbers["L0_A_B"], numbers["rms"], numbers["anchor"])
        assert all(map(agree, (one.l0, one.a, one.b, one.rms, one.anchor), written))


@pytest.mark.parametrize("name", FITS)
def test_schedules_end_at_the_losses_written_down(name: str) -> None:
    found, expected = fitted(name), GOLDEN[f"fit/{name}"]
    lr = shapes(found)
    for shape, numbers in expected["predicted"].items():
        assert all(map(agree, at_the_end(found, lr[shape]).tolist(), numbers))
    for pair, numbers in expected["compare"].items():
        first, _, second = pair.partition(" vs ")
        apart = compare(found, at_the_end(found, lr[first]), at_the_end(found, lr[second]))
        assert agree(apart.difference, numbers["difference"])
        assert agree(apart.half_width, numbers["half_width"])
        assert apart.is_known == (numbers["verdict"] != "too close to call")


@pytest.mark.parametrize("name", FITS)
def test_the_cooldown_is_the_one_written_down(name: str) -> None:
    found, expected = fitted(name), GOLDEN[f"fit/{name}"]["cooldown"]
    said = suggest(found, found.steps)
    assert [said.best, said.pick, said.longest] == [expected["best"][0], expected["pick"], expected["flat"][1]]
    assert agree(said.losses[said.best], expected["best"][1])


@pytest.mark.parametrize("name", REFUSED)
def test_a_log_without_a_decay_is_refused(name: str) -> None:
    found, expected = fit(record(name)), GOLDEN[f"refuse/{name}"]
    assert (refusal(found) == "") == (expected["refusal"] is None)
    assert agree(found.misfit, expected["misfit"])
    assert agree(found.decay, expected["decay"])


@pytest.mark.parametrize("steps", [100, 50_000])
def test_the_bound_is_the_one_written_down(steps: int) -> None:
    t = np.arange(steps) / steps
    shape = {
        "constant": np.ones(steps),
        "linear": 1 - t,
        "cosine": 0.5 * (1 + np.cos(np.pi * t)),
        "wsd 20 %": np.minimum(1, (1 - t) / 0.2),
    }
    for name, (factor, least) in GOLDEN[f"bound/T{steps}"].items():
        found = bound(shape[name])
        assert agree(found.best_factor * np.sqrt(steps), factor)
        assert agree(found.least * np.sqrt(steps), least)


REFERENCE = {"mpl": (0.0070, 100.0), "sch": (0.0053, 100.0), "olmo": (0.0244, 94.6), "own": (0.0306, 91.2)}
"""Mean error in nats and pairs in the right order (%), by another implementation on the same files."""


def test_predictions_on_logged_runs_are_as_good_as_was_measured() -> None:
    for source, one in measured().items():
        error, right = REFERENCE[source]
        assert abs(one.error - error) < 0.001
        assert abs(100 * one.right - right) < 0.5
        assert one.covered >= 0.9
        assert one.rightly >= 0.99


COSINE = "mpl25M__cosine_24000"


@st.composite
def schedules(draw: st.DrawFn, steps: int = 600) -> Array:
    """Return an lr per step with a peak of 1: a warm-up, then falls to random levels at random steps."""
    warmup = draw(st.integers(1, 60))
    knots = draw(st.lists(st.floats(0, 1), min_size=2, max_size=8))
    levels = np.minimum.accumulate([1.0, *knots])
    at = np.linspace(warmup, steps, levels.size)
    k = np.arange(1, steps + 1)
    lr: Array = np.where(k <= warmup, k / warmup, np.interp(k, at, levels))
    return lr


def lawful(lr: Array, *, noise: float = 0.0) -> Record:
    """Return the log of a run that follows the first law, every fifth step logged."""
    steps = np.arange(5, lr.size + 1, 5)
    loss = columns_of(lr, float(lr.max()), steps)["source"] @ np.array([2.0, 4.0, 3.0])
    return Record(lr, steps, loss * (1 + noise * np.sin(7.0 * steps)))


@given(schedules(), st.floats(1e-6, 1e3))
def test_the_scale_of_the_lr_does_not_matter(lr: Array, scale: float) -> None:
    there, here = fit(lawful(scale * lr)), fit(lawful(lr))
    np.testing.assert_allclose(
        at_the_end(there, scale * cooldown(600, 1.0, 30, 0.2)),
        at_the_end(here, cooldown(600, 1.0, 30, 0.2)),
        rtol=1e-6,
    )


@given(schedules())
def test_a_run_ends_where_its_own_log_ended(lr: Array) -> None:
    log = lawful(lr, noise=0.003)
    np.testing.assert_allclose(at_the_end(fit(log), lr), log.loss[-1], rtol=1e-12)


@given(schedules(), schedules())
def test_a_comparison_turned_round_is_its_negative(one: Array, other: Array) -> None:
    found = fit(record(COSINE))
    one, other = one * found.peak, other * found.peak
    ends = [at_the_end(found, lr) for lr in (one, other)]
    there, back = compare(found, *ends), compare(found, *ends[::-1])
    assert there.difference == pytest.approx(-back.difference, abs=1e-12)
    assert there.half_width == pytest.approx(back.half_width)
    assert there.is_known == back.is_known


@given(schedules(), schedules())
def test_no_winner_is_named_within_the_noise_of_seeds(one: Array, other: Array) -> None:
    found = fit(record(COSINE))
    said = ranked(found, {"one": one * found.peak, "other": other * found.peak})
    best, second = said.values()
    assert best.verdict == "best"
    assert best.loss <= second.loss
    assert second.verdict == ("worse" if second.difference > second.half_width else "too_close")
    assert second.half_width >= 0.012


@given(st.integers(2, 2000), st.floats(1e-5, 10))
def test_a_constant_lr_has_nothing_to_gain_from_drops(steps: int, lr: float) -> None:
    for columns in columns_of(np.full(steps, lr), lr, np.array([1, steps])).values():
        assert not columns[:, 2].any()


def test_more_readings_of_the_same_curve_change_nothing() -> None:
    lr = cooldown(20_000, 1.0, 500, 0.4)
    every = columns_of(lr, 1.0, np.arange(1, 20_001))["source"] @ np.array([2.0, 4.0, 3.0])
    ends = []
    for between in (1, 10, 100):
        steps = np.arange(between, 20_001, between)
        found = fit(Record(lr, steps, every[steps - 1]))
        ends.append(at_the_end(found, cooldown(20_000, 1.0, 500, 0.1)).mean())
    assert max(ends) - min(ends) < 1e-3


@settings(max_examples=60)
@given(
    schedules(),
    st.lists(st.one_of(st.floats(), st.floats(0.1, 10)), min_size=1, max_size=120),
)
def test_any_log_ends_in_a_fit_or_in_a_refusal(lr: Array, loss: list[float]) -> None:
    steps = np.unique(np.linspace(1, lr.size, len(loss)).astype(np.int_))
    try:
        found = fit(Record(lr, steps, np.array(loss)[: steps.size]))
    except SpecError:
        return
    assert refusal(found) or all(np.isfinite(at_the_end(found, lr)))


def test_few_readings_and_losses_below_0_are_refused() -> None:
    log = lawful(cooldown(600, 1.0, 30, 0.5))
    with pytest.raises(SpecError, match="readings of the loss after the warm-up: 5; a fit needs 12"):
        fit(log._replace(steps=log.steps[-5:], loss=log.loss[-5:]))
    with pytest.raises(SpecError, match="the law is for losses above 0"):
        fit(log._replace(loss=log.loss - 3))


def test_a_run_that_diverged_to_the_largest_numbers_is_refused() -> None:
    log = lawful(cooldown(600, 1.0, 30, 0.5))
    with pytest.raises(SpecError, match="the run diverged"):
        fit(log._replace(loss=np.full(log.loss.size, 1e308)))


def test_a_loss_that_does_not_fall_or_does_not_follow_is_refused() -> None:
    log = lawful(cooldown(600, 1.0, 30, 0.5))
    assert "does not fall" in refusal(fit(log._replace(loss=np.full(log.loss.size, 2.0))))
    assert "does not follow the law" in refusal(fit(log._replace(loss=2 - 1e-3 * (log.steps / 600) ** 9)))


def refused(changed: Array) -> str:
    return refusal_of(fit(record(COSINE)), changed)


def test_a_schedule_that_the_log_says_nothing_of_is_refused() -> None:
    lr = cooldown(24_000, 3e-4, 2160, 0.2)
    assert refused(lr) == ""
    assert "a log says nothing about another peak" in refused(2 * lr)
    assert "5,981 to 95,684" in refused(np.repeat(lr, 5))
    assert "rises again after the peak" in refused(np.concatenate([lr, lr]))


def test_longer_runs_have_wider_levels() -> None:
    found = fit(record(COSINE))
    lr = {"same": cooldown(24_000, 3e-4, 2160, 0.2), "longer": cooldown(48_000, 3e-4, 2160, 0.2)}
    assert [one.level for one in ranked(found, lr).values()] == [0.04, 0.02]


def test_curves_go_from_the_warmup_to_the_end_of_each_run() -> None:
    found = fit(record(COSINE))
    lrs = {"short": cooldown(24_000, 3e-4, 2160, 0.2), "long": cooldown(48_000, 3e-4, 2160, 0.2)}
    steps, losses = curves(found, lrs)
    assert (steps[0], steps[-1], steps.size) == (1, 48_000, 1001)
    for name, lr in lrs.items():
        known = np.isfinite(losses[name])
        assert steps[known][0] > end_of_warmup(lr) + 1
        assert steps[known][-1] == lr.size
        assert losses[name][known][-1] == pytest.approx(at_the_end(found, lr).mean())


def test_a_log_with_two_peaks_is_refused() -> None:
    lr = np.tile(cooldown(600, 1.0, 30, 0.5), 2)
    with pytest.raises(SpecError, match="rises again after the peak"):
        fit(lawful(lr))


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=50), st.floats(1e-3, 1e3))
def test_the_least_bound_does_not_depend_on_the_scale_of_the_lr(lr: list[float], scale: float) -> None:
    one, other = bound(np.array(lr)), bound(scale * np.array([*lr, 0.0]))
    assert other.least == pytest.approx(one.least)
    assert other.best_factor * scale == pytest.approx(one.best_factor)


def test_the_bound_is_sure_of_little() -> None:
    linear, constant = bound(1 - np.arange(100) / 100), bound(np.ones(100))
    assert constant.least / linear.least > SURE
