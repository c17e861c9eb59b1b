"""Findings on specs: every code with an example that has it and one without, and none on the recipes."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

import lrcli
from lrcli.findings.codes import CODES
from tests.data import ROOT
from tests.shell import inside

if TYPE_CHECKING:
    from pathlib import Path

RECIPES = sorted((ROOT / "configs").glob("*.yaml"))

LOG = "epoch,val_loss,val_accuracy,log_likelihood\n" + "".join(
    f"{t},{1 / (t + 1)},{1 - 1 / (t + 2)},{-100 / (t + 1)}\n" for t in range(20)
)


def codes_of(arguments: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the codes of what `lrcli plot` says about some arguments."""
    (folder / "log.csv").write_text(LOG)
    monkeypatch.chdir(folder)
    said = inside("plot", *shlex.split(arguments)).err
    return [word for line in said.splitlines() for word in line.split() if word in CODES] or [said]


SHOWN = {code: rule for code, rule in CODES.items() if rule.severity != "error" and rule.bad}


@pytest.mark.parametrize("code", [code for code in SHOWN if code != "LR008"])
def test_the_bad_example_of_a_code_has_it(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert code in codes_of(CODES[code].bad, tmp_path, monkeypatch)


@pytest.mark.parametrize("code", SHOWN)
def test_the_good_example_of_a_code_has_nothing(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes_of(CODES[code].good, tmp_path, monkeypatch) == [""] or code not in codes_of(
        CODES[code].good, tmp_path, monkeypatch
    )


@pytest.mark.parametrize("code", ["LR001", "LR002"])
def test_what_makes_a_spec_unusable_is_an_error_among_the_findings(code: str) -> None:
    assert [(found.code, found.severity) for found in lrcli.lint(CODES[code].bad)] == [(code, "error")]
    assert lrcli.lint(CODES[code].good) == []


@pytest.mark.parametrize("recipe", RECIPES, ids=[path.stem for path in RECIPES])
def test_published_recipes_have_no_findings(recipe: Path) -> None:
    assert lrcli.lint(str(recipe)) == []


@pytest.mark.parametrize(
    ("spec", "run"),
    [
        ("transformers.cosine:num_warmup_steps=100", {"steps": 1000}),
        ("transformers.linear:num_warmup_steps=100", {"steps": 1000}),
        ("wsd:warmup=1%", {"steps": 100_000}),
        ("step:step_size=30", {"epochs": 90}),
        ("multistep:milestones=30,60,90", {"epochs": 90}),
        ("one-cycle", {"steps": 1000}),
        ("cyclic", {"epochs": 100}),
        ("noam:warmup_steps=4000", {"steps": 100_000}),
        ("cosine-restarts:cycle_length=20", {"epochs": 90}),
        ("python:math:exp", {"epochs": 3}),
        ("expr:max_lr*(1.1-cos(t)),max_lr=0.1", {"epochs": 90}),
    ],
)
def test_plain_schedules_have_no_findings(spec: str, run: dict[str, int]) -> None:
    assert lrcli.lint(spec, **run, allow_code=True) == []


@pytest.mark.parametrize(
    ("spec", "run", "words"),
    [
        (
            "torch.CosineAnnealingLR:T_max=60",
            {"epochs": 90},
            "CosineAnnealingLR rises again after T_max=60: at epoch 89 it is back at 47 % of the peak. Set T_max=90.",
        ),
        ("torch.CosineAnnealingLR:T_max=10", {"epochs": 100}, "at epoch 20 it is back at 100 % of the peak"),
        ("torch.CosineAnnealingLR:T_max=200", {"epochs": 90}, "ends at 58.6 % of its peak: T_max=200 is longer"),
        ("timm.CosineLRScheduler:t_initial=300", {"epochs": 100}, "ends at 75.5 % of its peak"),
        ("cosine:cycle_length=200", {"epochs": 90}, "Set cycle_length=90."),
        ("wsd:warmup=60,decay_length=50,warmup_from=1e-3", {"epochs": 90}, "the lr reaches 0.0368 instead of 0.1"),
        ("multistep:milestones=30,60,120", {"epochs": 90}, "the milestone 120 is after the end of the run (90 epochs)"),
        (
            "linear:start_lr=0,for=5+cosine:for=40",
            {"epochs": 90},
            "the lr is 0 from epoch 45 on: the last 45 of 90 epochs",
        ),
        ("cosine:warmup=5", {"epochs": 90}, "the lr is 0 during epoch 0, which therefore trains nothing. Set warmup_"),
        ("cosine:warmup=20k", {"steps": 10_000}, "takes 20,000 of 10,000 steps: the peak of 0.1 is never reached"),
        ("cosine:cycle_length=40", {"epochs": 90}, "the last 50 of 90 epochs train nothing. Set cycle_length=90"),
        ("exponential:gamma=0.99999", {"epochs": 90}, "is practically constant: it changes by 0.089 % in 90 epochs"),
        ("exponential:warmup=20,warmup_prefix=false,gamma=0.9", {"epochs": 90}, "where the warm-up ends"),
        ("hf.cosine:num_cycles=1", {"steps": 1000}, "rises again after step 500: at step 999 it is back at 1"),
    ],
)
def test_a_finding_says_what_happens_and_what_to_do_with_numbers(spec: str, run: dict[str, int], words: str) -> None:
    said = [found.text for found in lrcli.lint(spec, **run)]
    assert any(words in text for text in said), said


def test_a_jump_after_the_end_of_the_run_is_none() -> None:
    assert [found.code for found in lrcli.lint("cosine:for=95+step", epochs=90)] == ["LR020"]


def test_one_step_of_thousands_at_0_is_not_worth_a_word_and_a_whole_epoch_is() -> None:
    assert lrcli.lint("cosine:warmup=500", steps=10_000) == []
    assert [found.code for found in lrcli.lint("cosine:warmup=5", epochs=90)] == ["LR007"]


@pytest.mark.parametrize(
    ("spec", "metric", "code"),
    [
        ("plateau:mode=max", "val_loss", "LR036"),
        ("plateau", "val_accuracy", "LR036"),
        ("plateau", "log_likelihood", "LR024"),
        ("plateau", "val_loss", ""),
        ("torch.ReduceLROnPlateau:mode=max", "val_accuracy", ""),
    ],
)
def test_a_mode_must_fit_its_metric(spec: str, metric: str, code: str, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(LOG)
    found = [one.code for one in lrcli.lint(spec, metric=f"{log}:{metric}")]
    assert found == ([code] if code else [])


def test_a_finding_has_the_place_of_what_it_is_about(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("run: {epochs: 90}\nschedules:\n  a:\n    type: torch.CosineAnnealingLR\n    T_max: 60\n")
    (of_file,) = lrcli.lint(str(path))
    assert (of_file.place, of_file.name) == (f"{path}:5:12", "a")
    (of_text,) = lrcli.lint("torch.CosineAnnealingLR:T_max=60", epochs=90)
    assert of_text.place == "torch.CosineAnnealingLR:T_max=60, column 25"
    said = inside("table", str(path), "--at", "0").err
    assert said.startswith(f"warning: {path}:5:12: LR004 CosineAnnealingLR rises again")


def test_findings_come_after_what_they_are_about() -> None:
    shown = inside("plot", "torch.CosineAnnealingLR:T_max=60", "--epochs", "90")
    assert shown.err.startswith("warning: LR004 ")
    assert len(shown.out.splitlines()) + 2 <= 24


def test_rules_look_at_a_few_points_of_a_trillion() -> None:
    assert [found.code for found in lrcli.lint("cosine:cycle_length=5T", steps=10**12)] == ["LR003"]
    assert [found.code for found in lrcli.lint("torch.CosineAnnealingLR:T_max=1G", steps=10**12)] == ["LR004"]


def test_evaluating_warns_with_the_code() -> None:
    with pytest.warns(lrcli.LrcliWarning, match="LR004 CosineAnnealingLR rises again") as caught:
        lrcli.evaluate("torch.CosineAnnealingLR:T_max=60", epochs=90)
    assert [warning.message.code for warning in caught] == ["LR004"]  # type: ignore[union-attr]


def test_a_value_that_has_no_effect_is_said(tmp_path: Path) -> None:
    (found,) = lrcli.load("cosine:max_lr=0.3", max_lr=0.1).findings
    assert (found.code, found.message) == ("LR025", "max_lr has no effect: the specs set their own max_lr")
    (tmp_path / "log.csv").write_text(LOG)
    said = inside("table", "cosine", "--metric", str(tmp_path / "log.csv"), "--at", "0").err
    assert "LR025 --metric has no effect" in said


def test_a_jump_between_parts_is_reported_in_the_time_of_the_run() -> None:
    (jump,) = (one for one in lrcli.lint("(linear:for=5+cosine):warmup=1", epochs=90) if one.code == "LR015")
    assert "at epoch 6, where part 2 begins" in jump.message
