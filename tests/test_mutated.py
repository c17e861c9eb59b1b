"""Valid files and specs with one change: each broke something once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

import lrcli
from lrcli.export.json import document
from tests.shell import inside

if TYPE_CHECKING:
    from pathlib import Path

LINE = [f"{10 * i},{0.1 * (1 - i / 60):.6g},{i / 6:.6g}\n" for i in range(60)]
HEAD = "step,lr,epoch\n"

LOGS: dict[str, str | bytes] = {
    "rows in another order, runs of different lengths": HEAD + "".join([*LINE[:7], *LINE[12:6:-1], *LINE[13:]]),
    "steps begin anew in each epoch, and one is infinite": HEAD
    + "".join(f"{step},0.1,{epoch}\n" for epoch in range(1, 9) for step in (1, 2, 3, "inf" if epoch == 4 else 4)),
    "an epoch that is infinite": HEAD + "".join([*LINE[:20], "200,0.05,inf\n", *LINE[20:]]),
    "no steps, and epochs in fractions": "lr,epoch\n"
    + "".join(line.partition(",")[2] for line in (*LINE[:8], *LINE[9:])),
    "a key that is no UTF-8": b'[{"step": 1, "lr\xff": 0.1}, {"step": 2, "lr": 0.1}]',
    "an outer key that is no UTF-8": b'{"max_step\xe5": 1, "log_history": []}',
}


@pytest.mark.parametrize("name", LOGS)
def test_a_log_is_checked_or_refused_in_a_line(name: str, tmp_path: Path) -> None:
    text = LOGS[name]
    path = tmp_path / ("log.csv" if isinstance(text, str) else "log.json")
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    done = inside("check", str(path))
    assert done.code in (0, 2, 3, 5)
    assert all(line.startswith(("error: ", "warning: ", "note: ")) for line in done.err.splitlines())


@pytest.mark.parametrize(
    "wrong",
    [
        "lr_scheduler: one_cycle\nmax_steps: 0.5",
        "lr_scheduler: reduce_lr_on_plateau\nnum_epochs: 0\nevals_per_epoch: 2",
    ],
)
def test_an_axolotl_file_with_odd_lengths_is_read_or_refused(wrong: str, tmp_path: Path) -> None:
    (tmp_path / "axolotl.yml").write_text(f"base_model: x\nmicro_batch_size: 8\nlearning_rate: 0.0002\n{wrong}\n")
    findings = lrcli.lint(str(tmp_path / "axolotl.yml"), steps_per_epoch=10)
    assert all(finding.message for finding in findings)


@pytest.mark.parametrize("spec", ["cosine:for=5+timm.TanhLRScheduler", "(timm.TanhLRScheduler:t_initial=9):warmup=5"])
@pytest.mark.parametrize("target", ["torch", "timm", "keras", "python"])
def test_a_frameworks_scheduler_in_a_sequence_can_be_written(spec: str, target: str) -> None:
    assert "lr" in lrcli.code(spec, to=target, epochs=50)
    assert "warm-up" in str(lrcli.plan("(timm.TanhLRScheduler:t_initial=9):warmup=5", epochs=50))


@pytest.mark.parametrize("verb", ["plot", "table", "plan", "describe", "export", "compare", "code"])
@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("timm.WSDLRScheduler:decay_t=4405", "decay_t (4405) must be in (0, t_initial], and t_initial is 90"),
        ("paddle.CosineAnnealingDecay:T_max=79.8ep,learning_rate=3", "T_max must be a whole number, not 79.8"),
    ],
)
def test_what_the_framework_refuses_in_this_run_is_refused_by_every_verb(verb: str, spec: str, words: str) -> None:
    done = inside(verb, spec, "--epochs", "90")
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_a_log_that_says_too_little_is_answered_soon(tmp_path: Path) -> None:
    """One lr of ten was far too large: 47,000 schedules agreed with what was left, each compared with each."""
    rates = [3.5 if i == 4 else 5e-5 for i in range(10)]
    rows = ", ".join(f'{{"epoch": {i / 2}, "learning_rate": {lr}, "step": {100 * i}}}' for i, lr in enumerate(rates, 1))
    (tmp_path / "log.json").write_text(f'{{"max_steps": 2000, "log_history": [{rows}]')
    assert len(lrcli.check(str(tmp_path / "log.json")).answer.others) <= 4


def test_an_openmmlab_file_without_a_peak_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.py").write_text(
        "optim_wrapper = dict(optimizer=dict(type='SGD', lr=0))\ntrain_cfg = dict(max_iters=100)\n"
        "param_scheduler = [dict(type='CosineAnnealingLR', eta_min=1e-5, T_max=100, by_epoch=False)]\n"
    )
    with pytest.raises(lrcli.SpecError, match="lr must be > 0"):
        lrcli.load(str(tmp_path / "config.py"))


@pytest.mark.parametrize("tiny", ["5e-324", "1e-300000000000000000000", "0." + "0" * 400 + "1"])
def test_a_log_with_a_number_next_to_0_is_checked(tiny: str, tmp_path: Path) -> None:
    rows = [f"{10 * i},{tiny if i == 3 else f'{1.25e-06 * i:.2e}'}\n" for i in range(1, 15)]
    (tmp_path / "log.csv").write_text("step,lr\n" + "".join(rows))
    assert inside("check", str(tmp_path / "log.csv")).code in (0, 5)


def test_json_of_a_log_has_numbers_that_were_computed(tmp_path: Path) -> None:
    rates = [3e-4 if step <= 20000 else 3e-4 * 0.99942451938 ** (step - 20000) for step in range(0, 24000, 140)]
    rows = [f"{140 * i},{lr!r}\n" for i, lr in enumerate(rates)]
    (tmp_path / "log.csv").write_text("step,lr\n" + "".join(rows))
    done = inside("check", "--json", str(tmp_path / "log.csv"))
    assert done.code == 0
    assert json.loads(done.out)["spec"]
    assert json.loads(document(length=np.float64(1737.5)))["length"] == 1737.5
