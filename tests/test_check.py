"""`lrcli check`: the schedule that a log follows, the findings on it, and no claim without evidence."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

import lrcli
from lrcli import engine
from lrcli.logs.budget import OF_ITS_PARTS, OF_THE_RUN, spend
from lrcli.logs.identify import identify
from lrcli.logs.models import Decay
from lrcli.logs.points import Points
from lrcli.logs.precision import Precision, precision_of
from tests.data import GOLDEN
from tests.shell import inside as run

if TYPE_CHECKING:
    from pathlib import Path

    from lrcli.checking.report import Report

RUNS = GOLDEN / "runs"


@pytest.mark.parametrize(
    ("log", "spec"),
    [
        ("cosine_state.json", "transformers.cosine:num_warmup_steps=866,num_training_steps=8660,base_lr=5e-05"),
        ("linear_state.json", "transformers.linear:num_warmup_steps=500,num_training_steps=10000,base_lr=1e-05"),
        (
            "repvit_m0_9_distill_300e.csv",
            "cosine:max_lr=0.003,min_lr=1e-05,cycle_length=300,warmup=5,warmup_from=1e-06,warmup_prefix=false",
        ),
        ("whisper_bashkir_linear.csv", "linear:start_lr=1e-05,end_lr=0,length=9500,warmup=500"),
    ],
)
def test_schedules_of_real_runs_are_identified(log: str, spec: str) -> None:
    report = lrcli.check(str(RUNS / log))
    assert (report.spec, report.answer.status) == (spec, "identified")
    assert [finding for finding in report.findings if finding.severity != "note"] == []


def test_the_levels_of_a_plateau_are_found_where_they_were() -> None:
    report = lrcli.check(str(RUNS / "keras_plateau.csv"))
    assert "at epoch 19, 25, 31, 34, 40" in report.verdict[0]
    assert report.answer.status == "so far"
    assert report.spec == "keras.ReduceLROnPlateau:factor=0.25,patience=3,mode=min,min_lr=1e-06,base_lr=0.001"


STALLING = np.concatenate([np.linspace(2, 1, 12), np.full(9, 1.0), np.linspace(0.9, 0.7, 6), np.full(25, 0.7)])


@pytest.mark.parametrize(
    "spec",
    [
        "torch.ReduceLROnPlateau:patience=4,factor=0.5,cooldown=2,base_lr=0.01",
        "timm.PlateauLRScheduler:patience_t=3,decay_rate=0.2,mode=min,base_lr=0.01",
        "transformers.reduce_lr_on_plateau:patience=5,factor=0.5",
        "mmengine.ReduceOnPlateauLR:patience=6,factor=0.5,monitor=val_loss,base_lr=0.01",
        "paddle.ReduceOnPlateau:patience=4,factor=0.5,cooldown=3,learning_rate=0.01",
        "keras.ReduceLROnPlateau:patience=4,factor=0.5,cooldown=2,base_lr=0.01",
        "optax.reduce_on_plateau:patience=4,factor=0.5,cooldown=2,base_lr=0.01",
        "fairseq.reduce_lr_on_plateau:lr_patience=4,lr_shrink=0.5,lr=0.01",
    ],
)
def test_the_rule_behind_the_cuts_is_found_whichever_framework_made_them(spec: str, tmp_path: Path) -> None:
    unit = "steps" if spec.startswith(("optax", "fairseq")) else "epochs"
    lr = lrcli.evaluate(spec, metric=STALLING.tolist(), **{unit: len(STALLING)}).lr
    rows = zip(lr.tolist(), STALLING.tolist(), strict=True)
    path = tmp_path / "log.csv"
    path.write_text("epoch,lr,val_loss\n" + "".join(f"{n},{y!r},{loss!r}\n" for n, (y, loss) in enumerate(rows)))
    report = lrcli.check(str(path))
    assert report.theory is not None
    assert report.theory.metric == "val_loss"
    np.testing.assert_allclose(
        engine.at(report.theory.spec, report.theory.run, np.arange(len(lr) * 1.0)), lr, rtol=1e-9
    )


def test_a_metric_in_rows_of_its_own_explains_the_cuts(tmp_path: Path) -> None:
    lr = lrcli.evaluate("torch.ReduceLROnPlateau:patience=2,factor=0.5,base_lr=0.01", metric=STALLING.tolist()).lr
    rows: list[dict[str, float]] = []
    for n, loss in enumerate(STALLING.tolist()):
        rows += [{"step": 100 * n + by, "learning_rate": float(lr[n])} for by in (25, 50, 75, 100)]
        rows.append({"step": 100 * n + 100, "eval_loss": loss})
    path = tmp_path / "trainer_state.json"
    path.write_text(json.dumps({"max_steps": 5200, "global_step": 5200, "log_history": rows}))
    report = lrcli.check(str(path))
    assert report.theory is not None
    assert (report.theory.metric, report.spec) == ("eval_loss", "plateau:max_lr=0.01,factor=0.5,patience=2")


def logged(folder: Path, spec: str, steps: int, *, every: int = 1, upto: int | None = None, late: int = 0) -> str:
    """Write the log of a schedule, and return its name."""
    lr = lrcli.evaluate(spec, steps=steps).lr[:upto]
    path = folder / "log.csv"
    rows = [f"{step + late},{float(lr[step])!r}\n" for step in range(0, len(lr), every)]
    path.write_text("step,lr\n" + "".join(rows))
    return str(path)


def codes(report: Report) -> list[str]:
    """Return the codes of what is wrong."""
    return [finding.code for finding in report.findings]


SPECS = {
    "cosine:max_lr=0.001,cycle_length=900,warmup=100": 1000,
    "cosine:max_lr=0.1,min_lr=0.001,cycle_length=90": 90,
    "linear:start_lr=5e-05,end_lr=0,length=2750": 2750,
    "polynomial:max_lr=0.01,power=2,max_update=800": 800,
    "exponential:max_lr=0.1,gamma=0.95": 100,
    "step:max_lr=0.1,step_size=30,gamma=0.1": 90,
    "multistep:max_lr=0.1,milestones=40,65,85,gamma=0.2": 100,
    "constant:max_lr=0.0003,warmup=200": 900,
    "cosine-restarts:max_lr=0.1,cycle_length=50": 150,
    "inverse-sqrt:max_lr=0.1,timescale=400": 2000,
    "log:max_lr=0.1,length=100": 101,
    "log:max_lr=0.0003,min_lr=3e-05,length=400": 500,
}


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("late", [0, 1])
def test_what_is_said_is_the_schedule_that_was_logged(spec: str, late: int, tmp_path: Path) -> None:
    steps = SPECS[spec]
    report = lrcli.check(logged(tmp_path, spec, steps, late=late))
    assert report.spec is not None
    said = lrcli.evaluate(report.spec, steps=steps).lr
    np.testing.assert_allclose(said, lrcli.evaluate(spec, steps=steps).lr, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("spec", "every", "said"),
    [
        ("deepspeed.WarmupLR:warmup_max_lr=0.0005", 1, "so far a logarithm"),
        ("pytorch_optimizer.PolyScheduler:t_max=2000,max_lr=0.1", 10, "so far a square root"),
        ("range-test:max_lr=0.0003", 1, "so far an exponential"),
    ],
)
@pytest.mark.parametrize("form", ["{!r}", "{:.3e}"])
def test_a_run_that_only_rises_is_identified_as_far_as_it_went(
    spec: str, every: int, said: str, form: str, tmp_path: Path
) -> None:
    lr = lrcli.evaluate(spec, steps=100 * every).lr
    steps = range(every, 85 * every, every)
    (tmp_path / "log.csv").write_text("\n".join(["step,lr", *(f"{t},{form.format(float(lr[t]))}" for t in steps), ""]))
    report = lrcli.check(str(tmp_path / "log.csv"))
    assert report.verdict[0].startswith(said)
    assert report.curve(np.array(steps, dtype=np.float64)) == pytest.approx(lr[every::every][:84], rel=6e-4, abs=1e-9)


@pytest.mark.parametrize("every", [1, 10])
def test_a_short_line_before_a_cosine_is_a_piece_in_few_digits_too(every: int, tmp_path: Path) -> None:
    parts = "schedulers=(olmo_core.LinearWithWarmup+olmo_core.CosWithWarmup),schedulers_max=40"
    lr = lrcli.evaluate(f"olmo_core.SequentialScheduler:{parts},base_lr=5e-05", steps=10000).lr
    steps = range(every, 6000, every)
    rows = (f"{step},{lr[step]:.3e}" for step in steps)
    (tmp_path / "log.csv").write_text("\n".join(["step,lr", *rows, ""]))
    report = lrcli.check(str(tmp_path / "log.csv"))
    assert report.answer.model is not None
    assert report.curve(np.array(steps, dtype=np.float64)) == pytest.approx(lr[every:6000:every], rel=6e-4)


def test_levels_that_rise_and_fall_in_few_digits_are_answered(tmp_path: Path) -> None:
    lr = lrcli.evaluate("modded_nanogpt.medium_get_lr:base_lr=0.01", steps=100).lr
    (tmp_path / "log.csv").write_text("step,lr\n" + "".join(f"{t},{one:.3e}\n" for t, one in enumerate(lr.tolist())))
    assert lrcli.check(str(tmp_path / "log.csv")).answer.status == "so far"


def test_a_log_that_ends_early_is_cut_short(tmp_path: Path) -> None:
    report = lrcli.check(logged(tmp_path, "cosine:max_lr=0.001,cycle_length=1000", 1000, upto=600))
    assert codes(report) == ["LR120"]
    assert "600 of 1,000 (60%), while the lr is still 35% of its peak" in report.findings[0].message.replace(
        "599", "600"
    )


def test_a_schedule_that_ends_early_leaves_the_rest_idle(tmp_path: Path) -> None:
    report = lrcli.check(logged(tmp_path, "linear:start_lr=0.1,end_lr=0,length=250", 1000))
    assert codes(report) == ["LR129"]


def test_steps_that_were_missed_are_found(tmp_path: Path) -> None:
    lr = lrcli.evaluate("cosine:max_lr=0.001,cycle_length=900,warmup=100", steps=1000).lr
    lost = np.array([sum(step >= at for at in (200, 500, 501)) for step in range(1000)])
    path = tmp_path / "log.csv"
    path.write_text("step,lr\n" + "".join(f"{step},{float(lr[step - lost[step]])!r}\n" for step in range(1000)))
    report = lrcli.check(str(path))
    assert report.spec == "cosine:max_lr=0.001,cycle_length=900,warmup=100"
    assert report.answer.offsets == ((200.0, 1), (500.0, 1), (501.0, 1))
    assert "LR122" in codes(report)


def test_a_constant_after_a_warm_up_with_missed_steps_is_what_the_log_shows() -> None:
    missed = np.array([2, 7, 9])
    x = np.arange(1.0, 60.0)
    t = x - 1 - (x[:, None] >= missed).sum(axis=1)
    points = Points.of(x, 0.0016 * np.minimum(t / 10, 1.0), Precision())
    answer = identify(points)
    behind = sum(np.where(x >= at, count, 0) for at, count in answer.offsets)
    assert answer.model is not None
    assert replace(points, x=x - behind).error(answer.model) <= 1


@pytest.mark.parametrize("until", [61, 120])
def test_a_line_is_identified_only_where_its_end_is_logged(until: int) -> None:
    x = np.arange(0.0, until + 1)
    points = Points.of(x, 0.1 * (1 - x / 120), Precision())
    assert identify(points).status == ("identified" if until == 120 else "so far")


@pytest.mark.parametrize(("peak", "end", "length"), [(0.01, 0.0, 9700), (5e-5, 5e-6, 3600)])
def test_a_rounded_cosine_with_missed_steps_is_found(peak: float, end: float, length: int) -> None:
    x = np.arange(0.0, 0.9 * length)
    t = x - (x[:, None] >= np.array([0.2, 0.5, 0.6]) * length).sum(axis=1)
    lr = end + (peak - end) * 0.5 * (1 + np.cos(np.pi * t / length))
    printed = [f"{one:.3e}" for one in lr]
    model = identify(Points.of(x, np.array(list(map(float, printed))), precision_of(printed))).model
    assert isinstance(model, Decay)
    assert (model.shape, model.length, model.peak) == ("cosine", length, peak)
    assert model.end == pytest.approx(end, abs=1e-4 * peak)


def test_numbers_that_leave_the_end_open_are_said_to(tmp_path: Path) -> None:
    lr = lrcli.evaluate("cosine:max_lr=0.0003,min_lr=3e-05,cycle_length=10000", steps=1500).lr
    path = tmp_path / "log.csv"
    path.write_text("step,lr\n" + "".join(f"{step},{lr[step]:.3e}\n" for step in range(0, 1500, 10)))
    report = lrcli.check(str(path))
    assert report.answer.status == "so far"
    assert report.answer.end is not None


@pytest.mark.parametrize("rows", ["1,0.1\n", "1,0.1\n2,0.1\n", "1,0.1\n2,0.05\n3,0.01\n", "0,0\n1,0\n2,0\n"])
def test_of_a_few_points_little_is_said(rows: str, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("step,lr\n" + rows)
    assert lrcli.check(str(path)).answer.status != "identified"


def test_a_search_whose_budget_is_spent_says_that_it_cannot_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    t = np.arange(200.0)
    texts = [f"{0.1 * 0.5 * (1 + np.cos(np.pi * one / 200)):.17g}" for one in t]
    points = Points.of(t, np.array([float(text) for text in texts]), precision_of(texts))
    assert identify(points).status == "identified"
    monkeypatch.setattr("lrcli.logs.identify.OF_THE_RUN", 0)
    assert identify(points).status == "so far"  # a part of it is looked at by itself
    monkeypatch.setattr("lrcli.logs.identify.OF_ITS_PARTS", 0)
    assert (identify(points).status, identify(points).model) == ("unknown", None)


def test_an_identification_does_the_same_work_each_time_and_no_more_than_its_budget(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work: list[int] = []

    def counted(points: int) -> None:
        work[-1] += points
        spend(points)

    for module in ("fit", "missed"):
        monkeypatch.setattr(f"lrcli.logs.{module}.spend", counted)
    y = np.sort(np.random.default_rng(1).random(300))[::-1].copy()
    points = Points.of(np.arange(300.0), y, precision_of([repr(one) for one in y.tolist()]))
    for _ in range(2):
        work.append(0)
        assert identify(points).model is None
    assert work[0] == work[1] <= OF_THE_RUN + OF_ITS_PARTS + 2_000_000  # the last evaluation is refused


def test_random_numbers_are_no_schedule(tmp_path: Path) -> None:
    values = np.random.default_rng(1).uniform(0.01, 0.1, 60)
    path = tmp_path / "log.csv"
    path.write_text("step,lr\n" + "".join(f"{step},{value!r}\n" for step, value in enumerate(values.tolist())))
    assert codes(lrcli.check(str(path)))[-1] == "LR140"


def test_a_log_without_a_learning_rate_is_an_input_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("step,loss\n1,2\n2,1\n")
    result = run("check", "log.csv", cwd=str(tmp_path))
    assert result.code == 3
    message = "LR139 no learning rate in it (its columns: step, loss); see lrcli explain LR139"
    assert result.err == f"error: log.csv: {message}\n"


def test_logs_beside_one_that_cannot_be_read_are_answered(tmp_path: Path) -> None:
    (tmp_path / "losses.csv").write_text("epoch,loss\n1,2\n2,1\n")
    result = run("check", "losses.csv", "missing.csv", str(GOLDEN / "runs" / "cosine_state.json"), cwd=str(tmp_path))
    assert result.out.splitlines()[0].endswith(
        "cosine_state.json: cosine: warm-up of 866 from 0 to 5e-05, then to 0 at step 8,660"
    )
    errors = [line for line in result.err.splitlines() if line.startswith("error: ")]
    assert [line.split(":")[1].strip() for line in errors] == ["losses.csv", "missing.csv"]
    assert result.code == 3


def test_a_log_is_compared_with_what_was_meant(tmp_path: Path) -> None:
    name = logged(tmp_path, "cosine:max_lr=0.001,cycle_length=900,warmup=100", 1000)
    good = run("check", name, "cosine:max_lr=0.001,cycle_length=900,warmup=100", "--no-plot")
    assert (good.code, good.err) == (0, "")
    bad = run("check", name, "cosine:max_lr=0.001,cycle_length=880,warmup=120", "--no-plot")
    assert bad.code == 5
    assert "LR136" in bad.err
    assert "it is cosine: warm-up of 100 from 0 to 0.001" in bad.err


def test_a_finding_fails_the_check_only_if_that_is_asked_for(tmp_path: Path) -> None:
    name = logged(tmp_path, "cosine:max_lr=0.001,cycle_length=1000", 1000, upto=600)
    assert run("check", name, "--no-plot").code == 0
    assert run("check", name, "--no-plot", "--fail-on", "warning").code == 5


def test_its_forms_for_other_programs(tmp_path: Path) -> None:
    name = logged(tmp_path, "step:max_lr=0.1,step_size=30,gamma=0.1", 90)
    assert run("check", name, "--spec-only").out == "step:max_lr=0.1,step_size=30,gamma=0.1\n"
    assert run("check", name, "--quiet").out == f"{name}: so far step: from 0.1, times 0.1 every 30 steps\n"
    data = json.loads(run("check", name, "--json").out)
    assert data["spec"] == "step:max_lr=0.1,step_size=30,gamma=0.1"
    assert data["runs"][0]["parameters"]["gamma"] == 0.1
    assert data["findings"] == []


def test_a_log_can_be_drawn_and_compared_as_the_schedule_that_it_is() -> None:
    log = str(RUNS / "cosine_state.json")
    spec = "transformers.cosine:num_warmup_steps=866,num_training_steps=8660,base_lr=5e-05"
    drawn = json.loads(run("plot", log, "--json").out)
    assert drawn["curves"][0]["lr"] == json.loads(run("plot", spec, "--steps", "8660", "--json").out)["curves"][0]["lr"]
    result = run("compare", log, spec)
    assert "is a log: shown is the schedule that agrees with its 220 points" in result.err
    assert "are the same" in " ".join(result.out.split())


def test_a_log_that_no_schedule_agrees_with_cannot_be_drawn(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("step,lr\n" + "".join(f"{n},{(n * 7919 % 101) / 1000}\n" for n in range(40)))
    result = run("plot", "log.csv", cwd=str(tmp_path))
    assert result.code == 2
    assert "log.csv: no schedule that lrcli knows agrees with these points" in result.err


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_a_short_warm_up_over_a_running_clock_is_found_in_floats_of_either_size(kind: str, tmp_path: Path) -> None:
    spec = "cosine:max_lr=0.001,min_lr=1e-05,cycle_length=150,warmup=3,warmup_from=1e-06,warmup_prefix=false"
    lr = lrcli.evaluate(spec, epochs=150).lr.astype(kind)
    path = tmp_path / "log.csv"
    path.write_text("epoch,lr\n" + "".join(f"{epoch},{float(value)!r}\n" for epoch, value in enumerate(lr)))
    assert lrcli.check(str(path)).spec == spec


@pytest.mark.parametrize("late", [0, 1])
def test_restarts_are_found_where_a_later_cycle_is_logged_closer_to_its_peak(late: int, tmp_path: Path) -> None:
    spec = "transformers.cosine_with_restarts:base_lr=0.1,num_warmup_steps=120,num_training_steps=4000,num_cycles=3"
    lr = lrcli.evaluate(spec, steps=4000).lr
    path = tmp_path / "log.csv"
    path.write_text("step,lr\n" + "".join(f"{x},{float(lr[x - late])!r}\n" for x in range(10, 2401, 10)))
    report = lrcli.check(str(path))
    said = report.curve(np.arange(late, 2401.0))
    np.testing.assert_allclose(said, lr[: 2401 - late], rtol=0, atol=1e-9)


def test_a_log_is_watched_while_it_grows_is_cut_and_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lr = lrcli.evaluate("cosine:max_lr=0.001,cycle_length=900,warmup=100", steps=1000).lr.tolist()
    rows = [f"{step},{value!r}\n" for step, value in enumerate(lr)]
    path = tmp_path / "log.csv"
    path.write_text("step,lr\n" + "".join(rows[:50]))
    texts = [
        "step,lr\n" + "".join(rows[:500]), "step,lr\n" + "".join(rows[:500]) + "500,0.000", "step,lr\n", None,
        "step,lr\n" + "".join(rows),
    ]  # fmt: skip

    def write_on(seconds: float) -> None:
        assert seconds > 0
        if not texts:
            raise KeyboardInterrupt
        text = texts.pop(0)
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_text(text)

    monkeypatch.setattr("time.sleep", write_on)
    done = run("check", "--watch", str(path))
    said = [line.partition(": ")[2] for line in done.out.splitlines()]
    assert said[0].startswith("so far constant: warm-up of 49")
    assert set(said[1:]) == {"cosine: warm-up of 100 from 0 to 0.001, then to 0 at step 1,000"}
    assert "LR120" not in done.err
    assert "no learning rate" in done.err
    assert "no such file" in done.err
    assert "LR140" not in done.err


@pytest.mark.parametrize("half", ["500,0.00", "500,"])
def test_half_a_line_at_the_end_is_not_a_value(half: str, tmp_path: Path) -> None:
    lr = lrcli.evaluate("cosine:max_lr=0.001,cycle_length=1000", steps=1000).lr[:500].tolist()
    path = tmp_path / "log.csv"
    path.write_text("step,lr\n" + "".join(f"{step},{value!r}\n" for step, value in enumerate(lr)) + half)
    assert lrcli.check(str(path)).spec == "cosine:max_lr=0.001,cycle_length=1000"


def test_a_rounded_log_of_a_few_points_is_answered(tmp_path: Path) -> None:
    lr = lrcli.evaluate("cosine:max_lr=0.001,cycle_length=900,warmup=100", steps=1000).lr[::50] / 100
    rows = (f"{50 * row},{value:.5f}" for row, value in enumerate(lr.tolist()))
    (tmp_path / "log.csv").write_text("\n".join(["step,lr", *rows, ""]))
    answer = run("check", "log.csv", "--no-plot", cwd=str(tmp_path))
    assert answer.code in (0, 1, 5)
    assert "Traceback" not in answer.err


COSINE = lrcli.evaluate("cosine:max_lr=0.001,cycle_length=90", steps=90).lr.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "lr\n" + "".join(f"{y!r}\n" for y in COSINE),  # no clock
        "step,lr,note\n" + "".join(f"{n},{y!r},warm and späť\n" for n, y in enumerate(COSINE)),  # words
        "step,lr\n" + "".join(f"{n},{y!r}\n" for n, y in enumerate(COSINE)) + "90,inf\n",
        "step,lr\n" + "".join(f"{n},{y!r}\n" * 2 for n, y in enumerate(COSINE)),  # each row twice
        "step,lr\n" + "".join(f"{n},{y!r}\n" for n, y in enumerate(COSINE)) + "x,y\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-2"])
def test_what_is_odd_in_a_log_does_not_hide_its_schedule(text: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(text.encode(encoding))
    assert lrcli.check(str(path)).spec == "cosine:max_lr=0.001,cycle_length=90"


def test_each_run_of_an_export_is_a_group(tmp_path: Path) -> None:
    rows = "".join(f'"{n}","{y!r}","{y * y!r}"\n' for n, y in enumerate(COSINE))
    (tmp_path / "wandb.csv").write_text('"Step","sea-1 - train/lr","sun-2 - train/lr"\n' + rows)
    report = lrcli.check(str(tmp_path / "wandb.csv"))
    assert [group.names for group in report.groups] == [("sea-1 - train/lr",), ("sun-2 - train/lr",)]
    chosen = lrcli.check(str(tmp_path / "wandb.csv"), column="sun-2 - train/lr")
    assert chosen.group.names == ("sun-2 - train/lr",)


def test_a_picture_of_the_log_over_its_schedule(tmp_path: Path) -> None:
    name = logged(tmp_path, "cosine:max_lr=0.001,cycle_length=90", 90)
    assert run("check", name, "-o", str(tmp_path / "check.svg")).code == 0
    assert "<svg" in (tmp_path / "check.svg").read_text()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([f"{n},nan" for n in range(20)], "lr has no number that is 0 or more"),
        ([f"{n},-0.1" for n in range(20)], "lr has no number that is 0 or more"),
        ([f"{n},high" for n in range(20)], "its columns: step"),
    ],
)
def test_a_column_without_a_learning_rate_is_said(rows: list[str], words: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("step,lr\n" + "\n".join(rows))
    shown = run("check", str(path))
    assert (shown.code, words in shown.err, "LR139" in shown.err) == (3, True, True)


@pytest.mark.parametrize("cell", ["nan", "", "x"])
def test_a_row_without_a_clock_is_left_out(cell: str, tmp_path: Path) -> None:
    lr = lrcli.evaluate("cosine:max_lr=0.001", steps=50).lr.tolist()
    path = tmp_path / "log"
    path.write_text("step,lr\n" + "".join(f"{cell if n == 20 else n},{y!r}\n" for n, y in enumerate(lr)))
    report = lrcli.check(str(path))
    assert report.spec == "cosine:max_lr=0.001,cycle_length=50"
    assert report.log.notes == ("lr has no step in 1 of 50 rows, which are left out",)


def test_the_newest_row_may_stand_first(tmp_path: Path) -> None:
    lr = lrcli.evaluate("cosine:max_lr=0.001", steps=50).lr.tolist()
    path = tmp_path / "log"
    path.write_text("step,lr\n" + "".join(f"{n},{y!r}\n" for n, y in reversed(list(enumerate(lr)))))
    assert lrcli.check(str(path)).spec == "cosine:max_lr=0.001,cycle_length=50"


def test_every_run_in_a_chart_has_its_verdict(tmp_path: Path) -> None:
    one, other = (lrcli.evaluate(f"{name}:max_lr=0.001", steps=50).lr.tolist() for name in ("cosine", "polynomial"))
    path = tmp_path / "log"
    rows = [f'"{n}","{y!r}","{z!r}"' for n, (y, z) in enumerate(zip(one, other, strict=True))]
    path.write_text("\n".join(['"Step","calm-1 - train/lr","wild-2 - train/lr"', *rows]))
    assert [line.partition(":")[0] for line in lrcli.check(str(path)).verdict[::2]] == ["cosine", "wild-2 - train/lr"]


def test_an_lr_that_is_0_throughout_is_one_finding(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("step,lr\n" + "".join(f"{n},0.0\n" for n in range(50)))
    assert [finding.code for finding in lrcli.check(str(path)).findings] == ["LR129"]


@pytest.mark.parametrize(("gamma", "severity"), [(0.97, "note"), (0.9, "warning")])
def test_zeros_at_the_end_of_a_decay_are_a_note_until_they_are_many(
    gamma: float, severity: str, tmp_path: Path
) -> None:
    lr = lrcli.evaluate(f"exponential:max_lr=0.001,gamma={gamma}", epochs=200).lr.tolist()
    path = tmp_path / "log"
    path.write_text("epoch,lr\n" + "".join(f"{n},{y:.5f}\n" for n, y in enumerate(lr)))
    assert [one.severity for one in lrcli.check(str(path)).findings if one.code == "LR124"] == [severity]


HALF = "step,lr\n" + "".join(
    f"{n},{y!r}\n" for n, y in enumerate(lrcli.evaluate("cosine:max_lr=0.001", steps=100).lr.tolist()) if n % 5 == 0
)


@pytest.mark.parametrize("verb", ["plot", "compare"])
def test_a_logs_points_stand_over_the_line_of_a_spec(verb: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HALF)
    shown = run(verb, str(path), "linear:start_lr=0.001,end_lr=0", "--width", "60", "--ascii")
    rows = [row for row in shown.out.splitlines() if re.match(r"[ \d.]*[|+]", row)]
    assert (shown.code, "xx a.csv" in " ".join(shown.out.split())) == (0, True)
    assert sum(row.count("x") for row in rows) >= 6


@pytest.mark.parametrize(("picture", "dot"), [("lr.svg", "h0"), ("lr.html", '"dots":true')])
def test_points_are_points_in_pictures(picture: str, dot: str, tmp_path: Path) -> None:
    path, file = tmp_path / "a.csv", tmp_path / picture
    path.write_text(HALF)
    assert run("compare", str(path), "linear:start_lr=0.001,end_lr=0", "-o", str(file)).code == 0
    assert file.read_text().count(dot) >= (20 if picture.endswith("svg") else 1)


def test_a_log_that_nothing_agrees_with_is_drawn_over_a_spec_and_refused_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rng = np.random.default_rng(1)
    path.write_text("step,lr\n" + "".join(f"{n},{y!r}\n" for n, y in enumerate(rng.uniform(0.01, 0.1, 60).tolist())))
    assert "++" in run("plot", str(path), "cosine", "--ascii").out
    alone = run("plot", str(path))
    assert (alone.code, "see lrcli check" in alone.err) == (2, True)


def test_a_log_of_epochs_needs_to_know_an_epochs_steps_to_stand_over_steps(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HALF)
    refused = run("plot", str(path), "cosine", "--epochs", "10")
    assert (refused.code, "--steps-per-epoch" in refused.err) == (2, True)
    assert run("plot", str(path), "cosine", "--epochs", "10", "--steps-per-epoch", "10").code == 0


def test_a_plateaus_metric_comes_from_its_log(tmp_path: Path) -> None:
    shown = run("plot", str(RUNS / "keras_plateau.csv"))
    assert ("val_loss" in shown.out, "LR021" in shown.err) == (True, False)
