"""From Python: functions of the step, code and pages as text, and schedulers that are compared with a spec."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import lrcli
from lrcli.testing import assert_matches


class Optimizer:
    """What torch's schedulers need of an optimizer."""

    def __init__(self, lr: float) -> None:
        self.param_groups: list[dict[str, Any]] = [{"lr": lr}]
        self.steps = 0

    def step(self) -> None:
        self.steps += 1


class Scheduler:
    """A scheduler as torch's are, whose lr falls in a line to 0 over so many steps, `times` steps at once."""

    def __init__(self, total: int, times: int = 1, ahead: int = 0) -> None:
        self.total, self.times, self.epoch = total, times, ahead
        self.optimizer = Optimizer(self.lr())

    def lr(self) -> float:
        return 0.1 * max(0.0, 1 - self.epoch / self.total)

    def step(self) -> None:
        self.epoch += self.times
        self.optimizer.param_groups[0]["lr"] = self.lr()


LINE = "linear:start_lr=0.1,end_lr=0"


def test_the_public_names_are_listed_and_there() -> None:
    assert {"evaluate", "load", "compare", "describe", "code", "lint", "schedule", "Curve", "Figure"} <= set(dir(lrcli))
    assert all(hasattr(lrcli, name) for name in dir(lrcli))


def test_a_parameter_is_an_argument() -> None:
    assert lrcli.evaluate("cosine", max_lr=0.3, epochs=90).lr[0] == 0.3
    with pytest.raises(lrcli.SpecError, match="gama"):
        lrcli.evaluate("cosine", gama=0.3)


def test_a_curve_is_as_long_as_its_run_and_counts_in_whole_numbers() -> None:
    curve = lrcli.evaluate("cosine", steps=7)
    assert len(curve) == 7
    assert curve.t.dtype == np.int64
    np.testing.assert_array_equal(np.asarray(curve), curve.lr)
    assert list(curve.to_dict()) == ["step", "lr"]
    assert list(curve) == curve.lr.tolist()
    assert (curve[2], curve[-2:].tolist()) == (curve.lr[2], curve.lr[-2:].tolist())


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_curve_is_a_table_of_pandas_and_polars(library: str) -> None:
    tables = pytest.importorskip(library)
    curve = lrcli.evaluate("cosine", epochs=90)
    table = tables.DataFrame(curve.to_dict())
    assert table.shape == (90, 2)
    assert list(table.columns) == ["epoch", "lr"]
    np.testing.assert_array_equal(table["lr"].to_numpy(), curve.lr)


def test_findings_are_a_list_that_prints_as_lint_does() -> None:
    found = lrcli.lint("torch.CosineAnnealingLR:T_max=60", epochs=90)
    assert str(found).startswith(
        "torch.CosineAnnealingLR:T_max=60, column 25: warning LR004 CosineAnnealingLR rises again"
    )
    assert str(found).endswith("Found 1 warning.")
    assert found._repr_html_().count("<tr>") == 2
    assert lrcli.lint("cosine", epochs=90)._repr_html_() == "<p>Nothing found.</p>"
    assert "&lt;b&gt;" in lrcli.lint("<b>")._repr_html_()


def test_a_schedule_of_a_file_keeps_its_run() -> None:
    assert len(lrcli.evaluate(lrcli.load("configs/wsd.yaml")["cosine"])) == 100_000


def test_a_schedule_may_have_a_run_of_its_own() -> None:
    text = "run: {steps: 90}\nschedules:\n  a: {type: cosine}\n  b: {type: cosine, run: {steps: 40}}\n"
    assert [len(lrcli.evaluate(entry)) for entry in lrcli.load(text)] == [90, 40]


def test_a_schedule_is_a_function_of_the_step() -> None:
    f = lrcli.schedule("cosine:max_lr=0.3", steps=100)
    curve = lrcli.evaluate("cosine:max_lr=0.3", steps=100)
    assert (f(0), f(50), f(99)) == (curve.lr[0], curve.lr[50], curve.lr[99])
    assert f(100) == f(10**9) == curve.lr[99]
    np.testing.assert_array_equal(f(np.arange(100)), curve.lr)
    with pytest.raises(IndexError, match="steps count from 0"):
        f(-1)


def test_code_and_pages_are_texts() -> None:
    assert "optax" in lrcli.code("cosine:warmup=5,warmup_from=0.01", to="optax", steps=90)
    assert lrcli.describe("cosine").startswith("cosine: Fall along half a cosine wave")
    with pytest.raises(lrcli.SpecError, match="did you mean torch"):
        lrcli.code("cosine", to="torhc")


@pytest.mark.parametrize("scheduler", [Scheduler(100), lambda t: 0.1 * (1 - t / 100), 0.1 * (1 - np.arange(100) / 100)])
def test_a_scheduler_that_matches_raises_nothing(scheduler: Any) -> None:
    assert_matches(scheduler, LINE, steps=100)


@pytest.mark.parametrize(
    ("scheduler", "words"),
    [
        (
            lambda t: 0.1 * (1 - max(t - 1, 0) / 100),
            r"at step 1 the lr is 0.1, and .* 0.099 .*: it is one step late",
        ),
        (Scheduler(100, ahead=1), "it is one step early"),
        (Scheduler(100, times=4), "it is stepped 4 times a step, as by a loop with 4 processes"),
        (lambda t: 0.2 * (1 - t / 100), "it is 2 times as high throughout"),
        (lambda t: 0.1 * (1 - t / 100) if t < 60 else 0.04, r"at step 61 .* \(39 of 100 steps differ\)$"),
        ([0.1, 0.099], "there are 2 learning rates for a run of 100 steps"),
    ],
)
def test_one_that_does_not_match_raises_with_the_point_and_the_cause(scheduler: Any, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        assert_matches(scheduler, LINE, steps=100)


def test_assert_matches_needs_no_pytest() -> None:
    code = "import sys; sys.modules['pytest'] = None; from lrcli.testing import assert_matches; print('good')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "good\n"
