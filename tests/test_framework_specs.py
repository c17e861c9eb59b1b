"""Frameworks' schedulers as specs: their names, what they refuse, the findings on them, and their own files."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import numpy as np
import pytest

import lrcli
from lrcli import engine
from lrcli.entry import Entry
from lrcli.findings.codes import CODES
from lrcli.findings.judge import judge
from lrcli.frameworks.scheduler import Scheduler
from lrcli.frameworks.timm import CreateScheduler
from lrcli.parameters import parameters
from lrcli.problems import SpecError
from lrcli.registry import SCHEDULES
from lrcli.run import Run, RunOptions
from lrcli.schedules.base import Family
from lrcli.spec.build import build
from lrcli.spec.make import make
from lrcli.spec.schema import schema
from tests.data import GOLDEN, framework_cases
from tests.shell import inside as run_lrcli
from tests.test_frameworks import PLAYED, spec_of


def test_the_factory_counts_the_epochs_of_the_run_as_timm_does() -> None:
    cases = [case for case in framework_cases("timm") if "returned_num_epochs" in case]
    for case in cases:
        factory = make(CreateScheduler, {"base_lr": case["base_lr"], **case["kwargs"]}, owner="it")
        assert factory.run_epochs() == case["returned_num_epochs"]
    assert len(cases) == 7


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("torch.CosineAnnealingLR", "torch.CosineAnnealingLR"),
        ("CosineAnnealingLR", "torch.CosineAnnealingLR"),
        ("pytorch.steplr", "torch.StepLR"),
        ("hf.cosine", "transformers.cosine"),
        ("get_cosine_schedule_with_warmup", "transformers.cosine"),
        ("transformers.get_wsd_schedule", "transformers.warmup_stable_decay"),
        ("CosineLRScheduler", "timm.CosineLRScheduler"),
        ("timm.create_scheduler_v2", "timm.create_scheduler_v2"),
        ("cosine", "cosine"),
        ("linear", "linear"),
        ("greedy", "transformers.greedy"),
    ],
)
def test_a_scheduler_is_found_by_every_name_that_it_has(name: str, tag: str) -> None:
    found = SCHEDULES.find(name)
    assert found is not None
    assert found.tag() == tag


@pytest.mark.parametrize("tag", [one.tag() for one in SCHEDULES.everything() if "." in one.tag()])
def test_it_says_what_it_is(tag: str) -> None:
    declaration = SCHEDULES.find(tag)
    assert declaration is not None
    assert declaration.summary()
    assert declaration.formula
    assert declaration.shape
    schedule = build({"type": tag, **declaration.example})
    engine.evaluate(schedule, Run(total=100))
    for parameter in parameters(declaration):
        assert parameter.description.endswith((".", "…"))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("CosineAnealingLR:T_max=5", "did you mean torch.CosineAnnealingLR?"),
        ("cosine_schedule_with_warmup", "did you mean transformers.get_cosine_schedule_with_warmup?"),
        ("torch", "'torch' is a framework: lrcli list --framework torch shows its schedulers"),
        ("torch.StepRL", "did you mean torch.StepLR?"),
        ("torch.StepLR:stepsize=3", "did you mean step_size?"),
        ("torch.StepLR", "torch.StepLR needs a step_size: it has no default"),
        (
            "torch.CosineAnnealingWarmRestarts:T_0=10.0",
            "T_0 must be written as an int: the framework refuses the float",
        ),
        ("torch.CosineAnnealingWarmRestarts:T_0=10,T_mult=2.0", "T_mult must be written as an int"),
        ("torch.OneCycleLR:max_lr=1,total_steps=100.0", "total_steps must be written as an int"),
        ("torch.OneCycleLR:max_lr=1,epochs=2,steps_per_epoch=3.0", "steps_per_epoch must be written as an int"),
        ("torch.OneCycleLR:max_lr=1,epochs=2", "give total_steps, or both epochs and steps_per_epoch"),
        ("torch.SWALR:swa_lr=1,anneal_epochs=3.0", "anneal_epochs must be written as an int"),
        ("torch.SequentialLR:milestones=", "torch.SequentialLR needs schedulers"),
        ("torch.CosineAnnealingLR:T_max=5,lr=0.1,base_lr=0.2", "lr and base_lr are the same parameter"),
        ("torch.LambdaLR:__import__('os')", "calling this is not allowed|no function is called"),
        ("torch.SequentialLR:milestones=5,schedulers=(torch.StepLR:step_size=3)", "one scheduler more than milestones"),
        (
            "torch.SequentialLR:milestones=5,schedulers=(cosine+torch.ConstantLR)",
            "only torch's schedulers can be members",
        ),
        ("torch.OneCycleLR:max_lr=1,total_steps=10,pct_start=1", "must be written as a float"),
        (
            "torch.ChainedScheduler:schedulers=(torch.StepLR:step_size=3,last_epoch=7)",
            "a member that is resumed cannot be shown",
        ),
        ("hf.polynomial:base_lr=1e-8", "lr_end .* must be smaller than base_lr"),
        ("timm.WSDLRScheduler:t_initial=10,decay_t=20", r"must be in \(0, t_initial\]"),
        (
            {"type": "optax.sgdr_schedule", "cosine_kwargs": []},
            "cosine_kwargs are the arguments of warmup_cosine_decay_schedule",
        ),
        (
            "timm.StepLRScheduler:decay_t=3,noise_range_t=1,noise_pct=1e-6",
            "timm would draw the noise of each step a hundred times",
        ),
        ("optax.reduce_on_plateau:factor=0", "factor must be > 0"),
        ({"type": "optax.join_schedules", "schedules": [], "boundaries": []}, "schedules .* are Optax's own"),
    ],
)
def test_what_the_framework_would_refuse_is_reported_more_clearly(spec: str | dict[str, Any], words: str) -> None:
    with pytest.raises(lrcli.SpecError, match=words):
        lrcli.load(spec)


@pytest.mark.parametrize(
    ("spec", "code", "run"),
    [
        ("torch.CosineAnnealingLR:T_max=30", "LR004", {"epochs": 90}),
        ("hf.cosine:num_training_steps=50", "LR004", {"steps": 90}),
        ("hf.linear:num_warmup_steps=500", "LR005", {"steps": 400}),
        ("timm.CosineLRScheduler:t_initial=90,warmup_t=5", "LR015", {"epochs": 90}),
        ("torch.OneCycleLR:max_lr=1,total_steps=470", "LR008", {"steps": 471}),
        ("torch.OneCycleLR:max_lr=1,total_steps=77,pct_start=0.33", "LR019", {"steps": 77}),
        ("torch.OneCycleLR:max_lr=1,total_steps=1000", "LR003", {"steps": 90}),
        ("hf.cosine_with_restarts", "LR013", {"steps": 100}),
        ("hf.constant:warmup_steps=10", "LR017", {"steps": 100}),
        ("torch.LinearLR:total_iters=0", "LR030", {"epochs": 9}),
        ("torch.ConstantLR:total_iters=0", "LR030", {"epochs": 9}),
        ("torch.ChainedScheduler:schedulers=(torch.ConstantLR+torch.LambdaLR:1)", "LR031", {"epochs": 9}),
        ("hf.warmup_stable_decay:num_warmup_steps=10,num_decay_steps=60,num_training_steps=50", "LR032", {"steps": 50}),
        ("hf.greedy", "LR033", {"steps": 9, "metric": [1, 2]}),
        ("timm.StepLRScheduler:decay_t=3", "LR034", {"epochs": 9}),
        ("timm.MultiStepLRScheduler:decay_t=3,decay_rate=0.5", "LR035", {"epochs": 9}),
        ("timm.PlateauLRScheduler", "LR036", {"epochs": 9, "metric": [1, 2]}),
        (
            "torch.SequentialLR:milestones=10,schedulers=(torch.LinearLR:total_iters=20+torch.ExponentialLR:gamma=0.9)",
            "LR015",
            {"epochs": 50},
        ),
    ],
)
def test_surprising_behaviour_has_a_finding_whose_code_is_explained(spec: str, code: str, run: dict[str, Any]) -> None:
    (only,) = lrcli.load(spec).schedules.values()
    metric = tuple(run.pop("metric", ()))
    found = [finding.code for finding in judge([Entry(spec, only, RunOptions(**run).resolve(metric or None))])]
    assert code in found
    assert set(found) <= CODES.keys()


@pytest.mark.parametrize(
    ("spec", "run"),
    [
        ("torch.CosineAnnealingLR:T_max=90", {"epochs": 90}),
        ("torch.OneCycleLR:max_lr=1,total_steps=100", {"steps": 100}),
        ("hf.cosine", {"steps": 100}),
        ("timm.CosineLRScheduler:t_initial=90,warmup_t=5,warmup_prefix=true,warmup_lr_init=1e-5", {"epochs": 95}),
        (
            "torch.SequentialLR:milestones=5,schedulers=(torch.LinearLR+torch.CosineAnnealingLR:T_max=95)",
            {"epochs": 100},
        ),
    ],
)
def test_what_is_right_has_no_findings(spec: str, run: dict[str, Any]) -> None:
    (only,) = lrcli.load(spec).schedules.values()
    assert judge([Entry(spec, only, RunOptions(**run).resolve())]) == []


def test_a_code_is_explained_listed_and_silenced() -> None:
    assert "What to do" in run_lrcli("explain", "lr004").out
    assert all(code in run_lrcli("explain").out for code in CODES)
    loud = run_lrcli("table", "torch.CosineAnnealingLR:T_max=30", "--epochs", "90", "--at", "0")
    assert loud.err.startswith("warning: LR004 CosineAnnealingLR rises again after T_max=30: ")
    for ignored in ("LR004", "LR004,LR007", "all"):
        assert (
            run_lrcli(
                "table", "torch.CosineAnnealingLR:T_max=30", "--epochs", "90", "--at", "0", "--ignore", ignored
            ).err
            == ""
        )
    assert run_lrcli("explain", "LR04").code == 2


def test_its_arguments_are_flags() -> None:
    result = run_lrcli("table", "torch.StepLR", "--step-size", "10", "--base-lr", "0.5", "--at", "15")
    assert result.out == "epoch    lr\n   15  0.05\n"
    wrong = run_lrcli("plot", "torch.CosineAnnealingLR", "--t-mx", "50")
    assert "did you mean --T-max?" in wrong.err


def test_epochs_and_updates_are_distinguished_where_both_are_known() -> None:
    by_epoch = lrcli.evaluate("timm.CosineLRScheduler:t_initial=10", steps=80, steps_per_epoch=8).lr
    np.testing.assert_array_equal(
        by_epoch, np.repeat(lrcli.evaluate("timm.CosineLRScheduler:t_initial=10", epochs=10).lr, 8)
    )
    per_step = lrcli.evaluate("torch.StepLR:step_size=3", epochs=9, steps_per_epoch=4, per_step=True).lr
    np.testing.assert_array_equal(per_step, np.repeat(lrcli.evaluate("torch.StepLR:step_size=3", epochs=9).lr, 4))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sched: cosine\nepochs: 10\nsched_on_updates: true\n", "<text>:3:1: sched_on_updates: say how many updates"),
        ("sched: cosin\nepochs: 10\nlr: 0.1\n", "<text>:1:8: sched must be one of .*; did you mean cosine?"),
        ("sched: cosine\nepochs: 10\nlr: ten\n", "<text>:3:5: lr: 'ten' is not a number"),
        ("sched: cosine\nepochs: 10\nlr: [1]\n", r"<text>:3:5: lr must be a number, not \[1\]"),
        ("sched: cosine\nepochs: 10\nlr_base_size: 0\n", "<text>:3:15: lr_base_size must be > 0, not 0"),
        ("sched: cosine\nepochs: 10\nbatch_size: -1\n", "<text>:3:13: batch_size must be > 0, not -1"),
        ("sched: cosine\nepochs: 10\nlr: .inf\n", "<text>:3:5: lr must be a number, not inf"),
        ("learning_rate: 1e-4\nnum_train_epochs: 3\n", "<text>:2:1: num_train_epochs=3: say how many updates"),
        (
            "learning_rate: 1e-4\nmax_steps: .nan\nlr_scheduler_type: linear\n",
            "<text>:2:12: max_steps must be a number, not nan",
        ),
        ("learning_rate: 1e-4\nmax_steps: 9\nlr_scheduler_type: cosin\n", "<text>:3:20: .*did you mean"),
        (
            "learning_rate: 1e-4\nmax_steps: 9\nlr_scheduler_kwargs: '{'\nlr_scheduler_type: linear\n",
            "<text>:3:22: lr_scheduler_kwargs is not JSON",
        ),
        (
            "learning_rate: 1e-4\nmax_steps: 9\nlr_scheduler_kwargs: [1]\nlr_scheduler_type: linear\n",
            "<text>:3:22: .* must be a mapping",
        ),
    ],
)
def test_problems_of_another_tools_file_are_reported_at_their_places(text: str, message: str) -> None:
    with pytest.raises(lrcli.SpecError, match=message):
        lrcli.load(text)


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("sched: step\nepochs: 90\nlr_base: 0.2\nbatch_size: 512\nopt: adamw\n", {"base_lr": 0.2 * 2**0.5}),
        (
            "learning_rate: 1e-4\nmax_steps: 100\nwarmup_ratio: 0.1\nlr_scheduler_type: linear\n",
            {"num_warmup_steps": 10},
        ),
        ("max_steps: 100\nlr_scheduler_type: inverse_sqrt\nwarmup_steps: 7\n", {"num_warmup_steps": 7}),
        (
            "max_steps: 9\nlr_scheduler_type: polynomial\nlr_scheduler_kwargs: '{\"power\": 2}'\n",
            {"power": 2.0, "num_training_steps": 9.0},
        ),
    ],
)
def test_another_tools_file_is_read_as_that_tool_reads_it(text: str, spec: dict[str, float]) -> None:
    (only,) = lrcli.load(text).schedules.values()
    made: Any = only
    assert {name: getattr(made, name) for name in spec} == pytest.approx(spec)


CONFIGS = GOLDEN / "configs"


def test_timms_args_are_read_as_they_are() -> None:
    specs = lrcli.load(str(CONFIGS / "timm_args.yaml"))
    (spec,) = specs.schedules.values()
    assert specs[0].run.total == 330
    assert "sched=cosine" in specs.findings[0].message
    expected = 1e-3 * (256 / 512) ** 0.5
    lr = lrcli.evaluate(str(CONFIGS / "timm_args.yaml")).lr
    assert lr[[0, 20, 170, 329]].tolist() == pytest.approx([1e-6, expected, 1e-6 + (expected - 1e-6) / 2, 1e-6])
    assert isinstance(spec, Scheduler)


def test_training_arguments_are_read_as_they_are() -> None:
    lr = lrcli.evaluate(str(CONFIGS / "training_args.json"), steps_per_epoch=1000).lr
    assert len(lr) == 3000
    assert lr[[0, 45, 90]].tolist() == pytest.approx([0, 1e-5, 2e-5])
    assert lr[2999] == pytest.approx(2e-6, rel=1e-3)
    older = lrcli.evaluate(str(CONFIGS / "llama_factory.yaml"), steps_per_epoch=137).lr
    assert len(older) == 411
    assert int(older.argmax()) == 42


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lr_scheduler_type: cosine\nnum_train_epochs: 3\n", "<text>:2:1: num_train_epochs=3: say how many updates"),
        (
            "lr_scheduler_type: cosinus\nmax_steps: 9\n",
            "<text>:1:20: no schedule is called .*did you mean transformers.cosine",
        ),
        (
            "learning_rate: fast\nmax_steps: 9\nlr_scheduler_type: linear\n",
            "<text>:1:16: learning_rate: 'fast' is not a number",
        ),
        ("max_steps: 9\nlr_scheduler_type: cosine\nlr_scheduler_kwargs: {num_cycle: 2}\n", "3:34: .* has no parameter"),
        ("sched: cosin\nepochs: 9\n", "<text>:1:8: sched must be one of"),
        ("sched: cosine\nepochs: 9\nsched_on_updates: true\n", "<text>:3:1: sched_on_updates: say how many updates"),
        ("sched: cosine\nepochs: 9\nmin_lr: -1\n", "<text>:3:9: min_lr must be"),
    ],
)
def test_problems_of_another_tools_file_have_a_place(text: str, message: str) -> None:
    with pytest.raises(lrcli.SpecError, match=message):
        lrcli.load(text)


def test_the_schema_takes_what_the_frameworks_take() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    specs = [spec_of(*param.values) for param in PLAYED]
    for spec in {(spec["type"], *spec): spec for spec in specs}.values():  # each with other parameters
        assert validator.is_valid({"schedules": {"theirs": spec}}), spec
    validator.validate({"type": "hf.cosine", "learning_rate": 1e-4, "num_warmup_steps": "10%"})
    assert not validator.is_valid({"type": "torch.StepLR", "step_size": 3, "stepsize": 3})


def test_a_file_may_hold_them_beside_lrclis_own_with_defaults_and_a_metric() -> None:
    text = """
run: {epochs: 40, metric: tests/golden/runs/keras_plateau.csv}
defaults: {base_lr: 0.2}
schedules:
  theirs: {type: torch.ReduceLROnPlateau, patience: 2, factor: 0.25}
  scaled: {type: torch.StepLR, step_size: 10, warmup: 5, scale: 2}
  parts: [{type: cosine, for: 5}, {type: StepLR, step_size: 10}]
"""
    specs = lrcli.load(text)
    assert specs.schedules["theirs"] == build("torch.ReduceLROnPlateau:patience=2,factor=0.25,base_lr=0.2")
    run = RunOptions(epochs=40).resolve(tuple(1.0 for _ in range(40)))
    scaled = engine.evaluate(specs.schedules["scaled"], run).lr
    assert scaled[[0, 5, 15]].tolist() == pytest.approx([0, 0.4, 0.04])
    assert engine.evaluate(specs.schedules["parts"], run).lr[15] == pytest.approx(0.02)


def test_a_factory_is_described_as_itself_and_played_as_what_it_makes() -> None:
    assert run_lrcli("describe", "timm.create_scheduler_v2").out.startswith("timm.create_scheduler_v2: ")
    (made,) = lrcli.load("timm.create_scheduler_v2:sched=poly").schedules.values()
    assert isinstance(made, Family)
    assert made.tag() == "timm.PolyLRScheduler"
    factory = CreateScheduler(sched="poly", num_epochs=90)
    np.testing.assert_array_equal(
        lrcli.evaluate(factory, epochs=90).lr,
        lrcli.evaluate("timm.create_scheduler_v2:sched=poly,num_epochs=90", epochs=90).lr,
    )


FALLING = tuple(1.0 - t / 10 for t in range(8))
AT_0_EVERYWHERE = [
    "timm.create_scheduler_v2:sched=none,base_lr=0",
    "hf.constant:base_lr=0",
    "timm.StepLRScheduler:decay_t=3,base_lr=0",
]


@pytest.mark.parametrize("spec", AT_0_EVERYWHERE)
def test_an_lr_of_0_is_0(spec: str) -> None:
    assert set(lrcli.evaluate(spec).lr.tolist()) == {0.0}


def test_greedy_takes_a_max_lr_below_its_min_lr() -> None:
    lr = lrcli.evaluate("hf.greedy:base_lr=5e-5,max_lr=1e-4,patience=1,factor=0.5", metric=FALLING).lr
    assert lr.tolist() == [5e-5, 5e-5, *[1e-4] * 6]


def test_the_warmup_of_greedy_is_its_own_and_that_of_the_others_is_theirs() -> None:
    assert build("hf.greedy:warmup=3") == build({"type": "transformers.greedy", "warmup": 3})
    assert build("hf.cosine:warmup=3") == build("hf.cosine:num_warmup_steps=3")
    assert build("timm.CosineLRScheduler:warmup=3") == build("timm.CosineLRScheduler:warmup_t=3")


def test_milestones_that_do_not_ascend_are_searched_as_timm_searches_them() -> None:
    spec = "timm.MultiStepLRScheduler:decay_t=30,10,20,decay_rate=0.1"
    assert lrcli.evaluate(spec, epochs=31).lr[[8, 9, 18, 19, 28, 29]] == pytest.approx([0.1, *[1e-3] * 2, *[1e-4] * 3])


@pytest.mark.parametrize("spec", ["timm.TanhLRScheduler:noise_range_t=2", "timm.PlateauLRScheduler:noise_range_t=2"])
def test_noise_without_a_seed_has_the_seed_42(spec: str) -> None:
    given = [lrcli.evaluate(f"{spec},noise_seed={seed}", epochs=9).lr.tolist() for seed in ("none", "42", "43")]
    assert given[0] == given[1] != given[2]


def test_a_polynomial_that_is_all_warm_up_raises_after_its_last_lr() -> None:
    spec = "hf.polynomial:num_warmup_steps=5,num_training_steps=5"
    (entry,) = lrcli.load(spec, steps=5)
    (found,) = [finding for finding in judge([entry]) if finding.code == "LR008"]
    assert found.message.startswith(
        "the last step() of the run raises: num_warmup_steps and num_training_steps are both 5"
    )
    with pytest.raises(lrcli.SpecError, match="has no lr at step 5"):
        lrcli.evaluate(spec, steps=6)


@pytest.mark.parametrize("run", [{"steps": 3000}, {"epochs": 3, "steps_per_epoch": 1000}])
@pytest.mark.parametrize("per_step", [False, True])
def test_a_scheduler_that_counts_steps_counts_them_in_every_run(run: dict[str, int], *, per_step: bool) -> None:
    options: dict[str, Any] = {**run, "per_step": per_step and "epochs" in run}
    curve = lrcli.evaluate("hf.cosine:lr=2e-5,num_warmup_steps=300", **options)
    assert (curve.unit, len(curve.lr), int(curve.lr.argmax())) == ("step", 3000, 300)


def test_the_trainers_warmup_steps_are_a_share_below_1() -> None:
    for text in ("hf.linear:warmup_steps=0.1", "hf.linear:num_warmup_steps=10", "hf.linear:warmup_ratio=0.1"):
        (entry,) = lrcli.load(text, steps=95)
        assert int(lrcli.evaluate(entry).lr.argmax()) == 10
        assert judge([entry]) == []


def test_a_share_of_the_run_is_a_whole_number_of_warm_up_steps_as_in_the_trainer() -> None:
    share, whole = (
        lrcli.evaluate(f"hf.linear:num_warmup_steps={value}", steps=345).lr.tolist() for value in ("10%", "35")
    )
    assert share == whole
    assert lrcli.evaluate("hf.linear", warmup_ratio=0.1, steps=345).lr.tolist() == whole
    assert (
        "num_warmup_steps 10% of 345 = 34.5 steps, rounded to 35"
        in run_lrcli("plot", "hf.linear:num_warmup_steps=10%", "--steps", "345", "--width", "200").out
    )
    assert (
        "num_warmup_steps=35,"
        in run_lrcli("code", "hf.linear:warmup=10%", "--steps", "345", "--to", "transformers").out
    )


def test_timms_recipe_without_a_length_has_that_of_its_train_py() -> None:
    lr = lrcli.evaluate("sched: step\nopt: sgd\nlr: 0.1\nwarmup_epochs: 0\n").lr
    assert len(lr) == 300
    assert lr[[0, 89, 90, 180]].tolist() == pytest.approx([0.1, 0.1, 0.01, 0.001])


@pytest.mark.parametrize(
    ("spec", "lowest"),
    [
        ("torch.CosineAnnealingLR:eta_min=10%", 0.01),
        ("torch.CosineAnnealingLR:base_lr=0.3,eta_min=10%", 0.03),
        ("hf.cosine_with_min_lr:min_lr=10%", 5e-6),
        ("hf.polynomial:lr_end=10%", 5e-6),
        ("timm.CosineLRScheduler:lr_min=10%,lr=0.2", 0.02),
        ("keras.PolynomialDecay:initial_learning_rate=0.2,decay_steps=9,end_learning_rate=10%", 0.02),
        ("paddle.PolynomialDecay:learning_rate=0.2,decay_steps=9,end_lr=10%", 0.02),
    ],
)
def test_the_lowest_lr_may_be_a_share_of_the_peak_under_each_name_that_it_has(spec: str, lowest: float) -> None:
    (entry,) = lrcli.load(spec).entries
    scheduler = entry.spec
    assert isinstance(scheduler, Scheduler)
    names = scheduler.lowest & {one.name for one in parameters(type(scheduler))}
    assert [getattr(scheduler, name) for name in names] == [lowest]


def test_an_option_is_the_one_written_exactly_so_where_another_differs_in_case_alone() -> None:
    run = "detectron2.WarmupMultiStepLR:STEPS=60,80,WARMUP_ITERS=10"
    for _ in range(3):
        assert json.loads(run_lrcli("plot", run, "--steps", "600", "--json").out)["curves"][0]["points"] == 600
    assert "60,80" in run_lrcli("plot", run.partition(":")[0], "--STEPS", "60,80", "--steps", "100").out


def test_nothing_can_stand_around_a_member() -> None:
    inner = "paddle.NoamDecay:d_model=512,warmup_steps=5,floor=0.001"
    with pytest.raises(SpecError, match=r"members of paddle\.LinearWarmup take no warmup"):
        lrcli.load(f"paddle.LinearWarmup:learning_rate=({inner}),warmup_steps=5,start_lr=0,end_lr=0.1")


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            "optax.linear_onecycle_schedule:transition_steps=10,peak_value=0.1,pct_start=0.9,pct_final=0.2",
            {0: 0.004, 1: 0.00208, 2: 0.00016, 3: 0.0007085714605636895, 10: 4e-07},
        ),
        (
            "optax.linear_onecycle_schedule:transition_steps=10,peak_value=0.1,pct_start=0.3,pct_final=0.3",
            {0: 0.004, 1: 0.00272, 2: 0.00144, 3: 0.00016},
        ),
        ("optax.linear_onecycle_schedule:transition_steps=10,peak_value=0.1,pct_start=0.9,pct_final=1", {10: 1e-5}),
        ("keras.CosineDecayRestarts:initial_learning_rate=0.1,first_decay_steps=10,t_mul=7", {10: 0.1, 80: 0, 81: 0.1}),
        ("keras.CosineDecayRestarts:initial_learning_rate=0.1,first_decay_steps=10,t_mul=1.1", {20: 0.002, 21: 0.1}),
        ("keras.CosineDecayRestarts:initial_learning_rate=0.1,first_decay_steps=50,t_mul=1.2", {182: 0, 183: 0.1}),
    ],
)
def test_borders_are_where_the_framework_has_them(spec: str, expected: dict[int, float]) -> None:
    lr = lrcli.evaluate(spec, steps=max(expected) + 1).lr
    assert [float(lr[t]) for t in expected] == pytest.approx(
        list(expected.values()), abs=2e-4 if "keras" in spec else 2e-9
    )


def test_a_warm_up_far_longer_than_the_run_is_played_as_far_as_the_run_goes() -> None:
    curve = lrcli.evaluate("timm.PlateauLRScheduler:warmup_t=1e9,base_lr=1", epochs=10)
    np.testing.assert_allclose(curve.lr, np.arange(10) * 1e-9, rtol=1e-12)


def test_nan_and_late_restarts_are_found_with_their_numbers() -> None:
    (late,) = lrcli.lint("keras.CosineDecayRestarts:initial_learning_rate=0.1,first_decay_steps=10,t_mul=7", steps=100)
    assert late.code == "LR040"
    assert late.message.endswith("one step late, 1 of 2 times: the lr at step 80 is 0 (alpha), not the peak")
    polynomial = "optax.polynomial_schedule:init_value=0.1,end_value=0.01,power=0.9,transition_steps="
    found = {length: [one.code for one in lrcli.lint(f"{polynomial}{length}", steps=99)] for length in range(2, 20)}
    assert [length for length, codes in found.items() if "LR041" in codes] == [
        3, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19,
    ]  # fmt: skip
