"""The largest difference of curves, and the sentences about it."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lrcli
from lrcli.entry import Entry
from lrcli.figure.comparison import compared
from lrcli.figure.difference import difference
from lrcli.figure.schedules import figure_of
from lrcli.figure.verdict import verdict
from lrcli.run import Run
from lrcli.spec.read import load
from tests.shell import inside


def entry(spec: str, total: int = 90, steps_per_epoch: int | None = None, unit: str = "epoch") -> Entry:
    run = Run(unit="epoch" if unit == "epoch" else "step", total=total, steps_per_epoch=steps_per_epoch)
    return Entry(spec, next(iter(load(spec).schedules.values())), run)


def said(*entries: Entry) -> str:
    figure = figure_of(entries)
    return verdict(compared(entries, figure, ()), figure.x.unit)


@given(st.integers(1, 500), st.sampled_from(["step:step_size=7", "wsd", "cosine-restarts:cycle_length=13", "noam"]))
def test_the_largest_difference_is_that_of_the_arrays(epochs: int, spec: str) -> None:
    figure = figure_of([entry("cosine", epochs), entry(spec, epochs)])
    found = difference(*figure.panels[0].series)
    apart = np.abs(lrcli.evaluate("cosine", epochs=epochs).lr - lrcli.evaluate(spec, epochs=epochs).lr)
    assert found.exact
    assert found.value == apart.max()
    assert found.x == apart.argmax()


@pytest.mark.parametrize("at", [123_456_789, 7, 10**9 - 2])
def test_the_largest_difference_of_a_long_run_is_found(at: int) -> None:
    entries = [
        entry("constant", 10**9, unit="step"),
        entry(f"multistep:milestones={at},{at + 1},gamma=0.5", 10**9, unit="step"),
    ]
    found = difference(*figure_of(entries).panels[0].series)
    assert found.value == pytest.approx(0.075)
    assert found.x == at + 1
    assert not found.exact


def test_epochs_are_compared_with_steps_where_these_are() -> None:
    entries = [entry("step:step_size=30", 90, 100), entry("cosine", 9000, 100, "step")]
    found = difference(*figure_of(entries).panels[0].series)
    by_step = lrcli.evaluate("cosine", steps=9000).lr
    by_epoch = np.repeat(lrcli.evaluate("step:step_size=30", epochs=90).lr, 100)
    assert found.value == np.abs(by_step - by_epoch).max()


def test_equal_curves_are_said_to_be_equal() -> None:
    assert said(entry("cosine"), entry("cosine:min_lr=0")).endswith("are the same at every epoch.")


def test_rounding_is_not_a_difference() -> None:
    text = said(entry("cosine", 1000, unit="step"), entry("transformers.cosine:lr=0.1", 1000, unit="step"))
    assert text.startswith("They are the same but for rounding")


def test_what_no_training_shows_is_practically_the_same() -> None:
    text = said(entry("cosine:max_lr=0.1"), entry("cosine:max_lr=0.10005"))
    assert text == (
        "They are practically the same: cosine:max_lr=0.1 and cosine:max_lr=0.10005 differ by at most 5e-05 "
        "(0.05 % of the peak), at epoch 0."
    )


def test_a_difference_is_said_with_its_place_and_what_differs_most() -> None:
    assert said(entry("cosine"), entry("step")) == (
        "cosine and step differ by up to 0.06939 (69.4 % of the peak), at epoch 27. "
        "The mean lr of cosine is 1.52 times that of step (0.05056 against 0.03331)."
    )


def test_one_schedule_has_nothing_to_be_compared_with() -> None:
    assert said(entry("cosine")).startswith("There is only cosine")


def test_two_plateau_rules_are_compared_by_when_and_why_they_cut() -> None:
    metric = [1.0, 0.5, *[0.5] * 8]
    specs = ("keras.ReduceLROnPlateau:patience=2", "torch.ReduceLROnPlateau:patience=2")
    said = lrcli.compare(*specs, metric=metric).verdict
    assert f"{specs[0]} cuts at epoch 4, 6, 8 and {specs[1]} cuts at epoch 5, 8." in said
    assert "The first cuts after 2 bad values in a row, the second cuts after 3 bad values in a row" in said
    assert "takes a value as better by more than 0.0001, the second takes a value as better by more than 0.01 %" in said


def test_a_comparison_is_a_table_of_csv_and_markdown() -> None:
    asked = ("compare", "cosine", "step", "--epochs", "90", "--at", "30")
    first, second = csv.DictReader(io.StringIO(inside(*asked, "--format", "csv").out))
    assert [first["name"], second["name"]] == ["cosine", "step"]
    assert float(first["at_30"]) == lrcli.evaluate("cosine", epochs=90).lr[30]
    assert (first["largest_difference_at"], second["largest_difference_at"]) == ("", "27.0")
    head, _, one, _ = inside(*asked, "--format", "md").out.splitlines()
    assert head.startswith("| name | first | peak | peak_at |")
    assert one.startswith("| cosine | 0.1 | 0.1 | 0 |")
