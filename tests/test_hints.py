"""The suggestions for names, options and codes in the words of other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import lrcli
from lrcli.parameters import parameters
from lrcli.presets import PRESETS, Preset
from lrcli.registry import SCHEDULES
from lrcli.synonyms import OPTIONS
from lrcli.synonyms import SCHEDULES as MEANT
from tests.data import ROOT
from tests.shell import inside

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("plot poly", "did you mean polynomial?"),
        ("plot sgdr", "did you mean cosine-restarts?"),
        ("plot step-decay", "did you mean step?"),
        ("plot triangular", "did you mean cyclic?"),
        ("plot warm_restarts", "did you mean cosine-restarts?"),
        ("plot time-based", "did you mean inverse-time?"),
        ("plot trapezoidal", "did you mean wsd?"),
        ("plot quintic", "did you mean polynomial:power=5?"),
        ("plot budgeted-linear", "did you mean linear?"),
        ("plot k-decay", "did you mean cosine:k_decay=2?"),
        ("plot cosine-with-hold", "did you mean constant:for=75%+cosine?"),
        ("plot linear-cosine", "did you mean cosine*linear:start_lr=1?"),
        ("plot wsd-s", "did you mean (wsd:warmup=0,decay_length=5%,for=25%):repeat=4?"),
        ("plot cosine_with_warmup", "did you mean cosine:warmup=5%?"),
        ("plot zzz", "no schedule is called 'zzz'; lrcli list shows them all"),
        ("plot warmup=5", "a parameter follows its schedule, as in cosine:warmup=5"),
        ("plot nano.py:get_lr", "a function of yours is python:file.py:name"),
        ("plot cosine*0.5", "a factor is :scale=0.5"),
        ("plot cosine --warmup-ratio 0.1", "did you mean --warmup 10%?"),
        ("plot cosine --num-warmup-steps 5", "did you mean --warmup?"),
        ("plot cosine --learning-rate 0.1", "did you mean --lr?"),
        ("plot cosine --total-steps 100", "did you mean --steps?"),
        ("plot cosine --num-training-steps 100", "did you mean --steps?"),
        ("plot cosine --t-max 5", "did you mean --cycle-length?"),
        ("plot step --step 30", "did you mean --step-size?"),
        ("plot step --milestones 30", "step has no option --milestones; multistep has one"),
        ("plot cosine --every 10", "cosine has no option --every; lrcli table and lrcli export have one"),
        ("plot cosine --zzzzzz 1", "cosine has no option --zzzzzz; lrcli plot --help lists what there is"),
        ("table expr:max_lr*0.5^(t/10)", "write ** for a power, not ^"),
        ("plot cosine --gamma 0.5", "cyclic, exponential, multistep and step have one"),
        ("plot cosine --save lr.svg", "did you mean --output?"),
        ("plot cosine --strict", "lrcli lint has one"),
        ("table cosine -o lr.csv", "lrcli export and lrcli plot have one"),
        ("plot cosine --title A", "--title: it is for a picture: name the file to draw with -o"),
        ("plot cosine --batch-scale 4", "batch_scale takes 2 values with commas between them, not 1"),
        ("plot cosine --examples 4", "did you mean --samples?"),
        ("plot hf.cosin", "did you mean hf.cosine?"),
        ("plot hff.cosine", "did you mean hf.cosine?"),
        ("plot timm.cosine", "did you mean timm.CosineLRScheduler?"),
        ("plot tf.cosine_decay", "did you mean tf.CosineDecay?"),
        ("plot log(1/x)", "a formula is expr:"),
        ("plot cosine:warmup_ratio=0.1", "did you mean warmup=10%?"),
        ("plot wsd:decay_steps=3", "did you mean decay_length?"),
        ("plot polynomial:degree=2", "did you mean power?"),
        ("plot linear:final_lr=0", "did you mean end_lr?"),
        ("plot cosine:start_lr=0.1", "did you mean max_lr?"),
        ("plot cosine:end_lr=0", "did you mean min_lr?"),
        ("plot range-test:start_lr=1e-5", "did you mean min_lr?"),
        ("plot range-test:end_lr=10", "did you mean max_lr?"),
        ("plot range-test --start-lr 1e-5", "did you mean --min-lr?"),
        ("plot range-test --end-lr 10", "did you mean --max-lr?"),
        ("plot range-test --num-iter 100", "did you mean --steps?"),
        ("explain LR404", "no finding has the code 'LR404'; lrcli explain lists them"),
        ("explain LR15", "did you mean LR015?"),
        ("explain L0", "no finding has the code 'L0'; lrcli explain lists them"),
        ("lint cosine --select lr4", "did you mean LR004?"),
        ("lint cosine --ignore LR404", "--ignore: no finding has the code 'LR404'; lrcli explain lists them"),
        ("plot cosine --ignore al", "did you mean all?"),
        ("validate a.yaml", "did you mean lint?"),
        ("frobnicate", "lrcli --help lists those that there are"),
        ("table expr:lr0*2", "nothing is called 'lr0'; define it, as in expr:…,lr0=0.1"),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_one(command: str, words: str) -> None:
    result = inside(*command.split())
    assert result.code == 2
    assert words in result.err
    assert len(result.err.splitlines()) == 1
    assert len(result.err) < 250


@pytest.mark.parametrize(
    ("option", "last"),
    [("--T-max 90", 0.0), ("--t_max=90", 0.0), ("--T_max 90", 0.0), ("--eta-min 0.02", 0.0578)],
)
def test_a_parameter_of_a_schedule_in_a_file_is_an_option(tmp_path: Path, option: str, last: float) -> None:
    (tmp_path / "a.yaml").write_text("run: {epochs: 90}\nschedules: {a: {type: torch.CosineAnnealingLR, T_max: 60}}\n")
    result = inside("export", "a.yaml", *option.split(), "--at", "89", cwd=str(tmp_path))
    assert result.code == 0, result.err
    assert float(result.out.split(",")[-1]) == pytest.approx(last, abs=3e-4)


def test_only_what_a_file_has_is_suggested_for_it(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("schedules: {a: {type: torch.CosineAnnealingLR, T_max: 60}}\n")
    for option, meant in {"--tmax": "--T-max", "--warmup-ratio": "--warmup 10%"}.items():
        assert f"did you mean {meant}?" in inside("plot", "a.yaml", option, "3", cwd=str(tmp_path)).err


def test_a_schedule_that_is_checked_as_a_log_is_to_be_linted(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("schedules: {a: cosine}\n")
    result = inside("check", "a.yaml", cwd=str(tmp_path))
    assert (result.code, result.err) == (
        3,
        "error: a.yaml: it is no log; lrcli lint looks for mistakes in schedules, before they are trained with\n",
    )


def test_the_run_has_short_options_and_names_may_stand_in_one_option() -> None:
    result = inside("table", "cosine", "step", "-e", "9", "-n", "A,B", "--at", "0")
    assert (result.code, result.out.splitlines()[0].split()) == (0, ["epoch", "A", "B"])
    assert inside("table", "cosine", "-s", "9", "--at", "0").out.split()[0] == "step"


def test_every_schedule_that_is_meant_can_be_drawn() -> None:
    for name, spec in MEANT.items():
        assert name not in SCHEDULES, name
        if spec.partition(":")[0] != "expr":
            assert len(lrcli.evaluate(spec)) == 100


def test_options_that_are_meant_are_options_of_lrcli() -> None:
    known = {parameter.flag for one in SCHEDULES.values() for parameter in parameters(one)}
    known |= {
        "--lr",
        "--steps",
        "--epochs",
        "--base-lr",
        "--axis",
        "--output",
        "--samples",
        "--devices",
        "--new-total",
        "--div-factor",
    }
    assert {option.partition(" ")[0] for options in OPTIONS.values() for option in options} <= known


@pytest.mark.parametrize("preset", [one for presets in PRESETS.values() for one in presets], ids=lambda one: one.spec)
def test_a_schedule_to_start_from_has_no_findings(preset: Preset) -> None:
    assert inside("lint", preset.spec, *preset.run.split()).out == "Nothing found.\n"
    name = preset.source.partition("(configs/")[2].rstrip(")")
    assert not name or (ROOT / "configs" / name).exists()


def test_list_names_schedules_to_start_from() -> None:
    page = inside("list", "--for", "vision").out
    assert "lrcli plot cosine:max_lr=0.5" in page
    assert "not when: " in page
    assert "did you mean vision" in inside("list", "--for", "vison").err
