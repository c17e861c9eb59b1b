"""Findings on logs, code by code: a log with the finding, and the same run without it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

import lrcli
from lrcli.findings.codes import CODES
from tests.shell import lrcli as run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lrcli.numeric import Array


def csv(lr: Array | Sequence[float], x: Sequence[int] | None = None, form: str = "{!r}", clock: str = "step") -> str:
    """Return a csv of learning rates."""
    at = range(len(lr)) if x is None else x
    return f"{clock},lr\n" + "".join(f"{n},{form.format(float(y))}\n" for n, y in zip(at, lr, strict=True))


def curve(spec: str, steps: int, upto: int | None = None) -> Array:
    """Return the lr of a spec."""
    return lrcli.evaluate(spec, steps=steps).lr[:upto]


def state(lr: Array, total: int, first: int = 10) -> str:
    """Return a trainer_state.json with a row every 10 steps."""
    rows = [{"step": step, "learning_rate": float(lr[step - first // 10])} for step in range(10, len(lr), 10)]
    return json.dumps({"max_steps": total, "global_step": rows[-1]["step"], "log_history": rows})


def yolo(iterations: int, epochs: int) -> str:
    """Return an Ultralytics results.csv: a line times a warm-up of 3 epochs, and 100 iterations at least."""
    warmup = max(3 * iterations, 100)
    line = [(1 - epoch / epochs) * 0.99 + 0.01 for epoch in range(epochs)]
    lr = [0.01 * left * min(1, (iterations * (epoch + 1) - 1) / warmup) for epoch, left in enumerate(line)]
    return csv(lr, range(1, epochs + 1), "{:.6g}", "epoch").replace("lr", "lr/pg0")


COSINE = curve("cosine:max_lr=0.001,cycle_length=900,warmup=100", 1000)
EARLY = np.concatenate([curve("linear:start_lr=0.001,end_lr=0,length=250", 250), np.zeros(750)])
FALL = curve("linear:start_lr=0.001,end_lr=0,length=1000", 1000)
LINE = curve("linear:start_lr=5e-05,end_lr=0,length=1000", 1001)
MISSED = COSINE[[step - (step >= 200) - (step >= 500) - (step >= 501) for step in range(1000)]]
RESUMED = np.concatenate([COSINE[:600], COSINE[100:500]])
WAVE = curve("torch.CosineAnnealingLR:base_lr=0.1,T_max=60", 90)
GROUPS = "step,lr/pg0,lr/pg1\n" + "".join(f"{n},{y!r},{y + 0.001 * (n < 5)!r}\n" for n, y in enumerate(COSINE.tolist()))
ALIKE = "step,lr/pg0,lr/pg1\n" + "".join(f"{n},{y!r},{y / 2!r}\n" for n, y in enumerate(COSINE.tolist()))
TWICE = [n + by for n in range(0, 1000, 2) for by in (1, 0, 0, 1)]
NOISE = np.random.default_rng(1).uniform(0.01, 0.1, 60)
DECAY = [0.1 * 0.97**n for n in range(60)]
Texts = tuple[str, str]

LOGS: dict[str, Texts] = {
    "LR120": (csv(COSINE[:600]), csv(COSINE)),
    "LR121": (csv(COSINE[:80]), csv(COSINE)),
    "LR122": (csv(MISSED), csv(COSINE)),
    "LR123": (state(COSINE[1:], 1000), state(COSINE, 1000)),
    "LR124": (csv(FALL / 10, form="{:.5f}"), csv(FALL / 10, form="{:.3e}")),
    "LR125": (csv(RESUMED), csv(COSINE)),
    "LR126": (csv([*COSINE, *COSINE], [*range(1000), *range(1000)]), csv(COSINE)),
    "LR127": (csv(COSINE[TWICE], TWICE), csv(COSINE)),
    "LR128": (GROUPS, ALIKE),
    "LR129": (csv(EARLY), csv(curve("linear:start_lr=0.001,end_lr=0,length=1000", 1000))),
    "LR130": (state(EARLY, 1000), state(LINE, 1000)),
    "LR131": (state(LINE, 1700), state(LINE, 1000)),
    "LR132": (csv(WAVE), csv(WAVE[:61])),
    "LR133": (yolo(3, 30), yolo(300, 30)),
    "LR134": (csv([*COSINE[:500], *[float("nan")] * 3, *COSINE[503:]]), csv(COSINE)),
    "LR138": (csv([0.07, 0.02, 0.09, *DECAY]), csv(DECAY)),
    "LR140": (csv(NOISE), csv(DECAY)),
}
"""By code: a log that has it, and one that has it not."""


def codes(folder: Path, text: str, spec: str | None = None) -> set[str]:
    """Return the codes of what is wrong with a log."""
    path = folder / "log"
    path.write_text(text)
    return {finding.code for finding in lrcli.check(str(path), spec).findings}


@pytest.mark.parametrize("code", LOGS)
def test_a_log_has_the_finding_and_a_good_one_has_not(code: str, tmp_path: Path) -> None:
    bad, good = LOGS[code]
    assert code in codes(tmp_path, bad)
    assert code not in codes(tmp_path, good)


SPEC = "cosine:max_lr=0.001,cycle_length=900,warmup=100"


@pytest.mark.parametrize(
    ("code", "lr", "spec"),
    [
        ("LR135", COSINE, "cosine:max_lr=0.002,cycle_length=900,warmup=100"),
        ("LR136", COSINE, "cosine:max_lr=0.001,cycle_length=880,warmup=120"),
        ("LR137", np.full(1000, 0.001), SPEC),
    ],
)
def test_a_log_is_held_against_a_spec(code: str, lr: Array, spec: str, tmp_path: Path) -> None:
    assert code in codes(tmp_path, csv(lr), spec)
    assert codes(tmp_path, csv(COSINE), SPEC) == set()


@pytest.mark.parametrize("code", [f"LR{number}" for number in range(120, 141)])
def test_every_finding_of_a_log_has_its_page(code: str) -> None:
    shown = run("explain", code)
    assert shown.code == 0
    assert CODES[code].title in " ".join(shown.out.split())
