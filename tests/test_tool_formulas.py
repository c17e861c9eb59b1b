"""Configuration files of other tools against each tool's own formula, at every step, with its source."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import pytest

import lrcli
from tests.data import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = ROOT / "tests" / "golden" / "configs"
RATE = 100
"""Updates in an epoch."""


def wave(x: float) -> float:
    """Return half a cosine: 1 at x = 0, 0 at x = 1."""
    return (1 + math.cos(math.pi * x)) / 2


class Case(NamedTuple):
    """How long a file's run is, and its lr at every step."""

    steps: int
    lr: Callable[[int], float]


def megatron(t: int) -> float:
    """Megatron-LM, optimizer_param_scheduler.py get_lr; training.py: the warm-up is a fraction of lr_decay_iters."""
    warmup, decay, peak, least = 0.01 * 9000, 9000, 3e-4, 3e-5
    if t <= warmup:
        return peak * t / warmup
    return least if t > decay else least + (peak - least) * wave((t - warmup) / (decay - warmup))


def megatron_wsd(t: int) -> float:
    """Megatron-LM, optimizer_param_scheduler.py get_lr, style WSD with minus_sqrt; everything in samples."""
    n, warmup, decay, fall = t * 128, 12_800, 256_000, 51_200
    if n <= warmup:
        return 1e-3 * n / warmup
    x = max(n - (decay - fall), 0) / fall
    return 1e-4 + (1e-3 - 1e-4) * (1 - math.sqrt(x))


def fairseq_polynomial(t: int) -> float:
    """fairseq, polynomial_decay_schedule.py step_update, with total_num_update of ${optimization.max_update}."""
    return 5e-4 * t / 1000 if t <= 1000 else 5e-4 * (1 - (t - 1000) / (12_500 - 1000))


def fairseq_inverse_sqrt(t: int) -> float:
    """fairseq, inverse_square_root_schedule.py: decay_factor = lr · √warmup_updates."""
    return 1e-7 + t * (5e-4 - 1e-7) / 4000 if t < 4000 else 5e-4 * 4000**0.5 * t**-0.5


def composer_cosine(t: int) -> float:
    """Composer, scheduler.py CosineAnnealingWithWarmupScheduler; the Trainer steps it with the batch before."""
    n = max(t - 1, 0)
    return 6e-4 * n / 100 if n < 100 else 6e-4 * (0.1 + 0.9 * wave((n - 100) / 4700))


def composer_linear(t: int) -> float:
    """Composer, LinearWithWarmupScheduler: 65,536,000 tokens of 64 · 1024 a batch are 1000 batches, 2 % of them 20."""
    n = max(t - 1, 0)
    return 2e-5 * n / 20 if n < 20 else 2e-5 * (1 - (n - 20) / 980)


def olmo_cosine(t: int) -> float:
    """OLMo, optim.py CosWithWarmup.get_lr, asked with global_step, which is 1 in the first step."""
    n = t + 1
    if n < 2000:
        return 4e-5 + (4e-4 - 4e-5) * n / 2000
    return 4e-5 if n >= 20_000 else 4e-5 + (4e-4 - 4e-5) * wave((n - 2000) / 18_000)


def olmo_tokens(t: int) -> float:
    """OLMo, optim.py LinearWithWarmup.get_lr with units: tokens, so the clock is global_train_tokens_seen."""
    n, warmup, end = (t + 1) * 1024 * 4096, 419_430_400, 30_000_000_000
    if n < warmup:
        return 3e-4 * n / warmup
    return 3e-4 - (3e-4 - 3e-5) * (n - warmup) / (end - warmup)


def nanotron(t: int) -> float:
    """nanotron, helpers.py lr_scheduler_builder, style 1-sqrt."""
    if t <= 200:
        return 5e-4 * t / 200
    if t < 1600:
        return 5e-4
    return 5e-5 + (5e-4 - 5e-5) * (1 - math.sqrt((t - 1600) / 400)) if t < 2000 else 5e-5


def nanotron_cosine(t: int) -> float:
    """nanotron, helpers.py lr_scheduler_builder; config.py: the decay fills the run after the warm-up."""
    return 3e-4 * t / 20 if t <= 20 else 1e-5 + (3e-4 - 1e-5) * wave((t - 20) / 130)


def deepspeed_decay(t: int) -> float:
    """DeepSpeed, lr_schedules.py WarmupDecayLR, one step late."""
    n = max(t - 1, 0)
    return 3e-4 * n / 100 if n < 100 else 3e-4 * (1000 - n) / 900


def axolotl_rex(t: int) -> float:
    """axolotl, utils/schedulers.py RexLR: at step 0 the remainder of -10 steps by 190 makes z = 10 / 190."""
    if 1 <= t <= 10:
        return 2e-4 * t / 10
    z = (190 - (t - 10) % 190) / 190
    return 2e-4 * (0.1 + 0.9 * z / (0.1 + 0.9 * z))


def axolotl_constant_tail(t: int) -> float:
    """axolotl, utils/schedulers.py get_cosine_schedule_with_warmup_decay_constant; warm-up int(0.03 · 800)."""
    if t < 24:
        return 1e-3 * t / 24
    return 1e-3 * (0.7 * wave((min(t, 640) - 24) / (640 - 24)) + 0.3)


def axolotl_quadratic(t: int) -> float:
    """axolotl, utils/schedulers.py get_cosine_schedule_with_quadratic_warmup; int(0.05 · 500) warm-up steps."""
    return 3e-4 * (t / 25) ** 2 if t < 25 else 3e-4 * wave((t - 25) / 475)


def axolotl_one_cycle(t: int) -> float:
    """axolotl, mixins/scheduler.py: torch's OneCycleLR with pct_start = warm-up / steps."""
    top, low, end = 5e-4, 5e-4 / 25, 5e-4 / 25 / 1e4
    first = 0.1 * 400 - 1
    if t <= first:
        return low + (top - low) * (1 - wave(t / first))
    return end + (top - end) * wave((t - first) / (399 - first))


def timm_step(t: int) -> float:
    """timm, scheduler/step_lr.py, called with t_in_epochs: the decay counts from the start of the run."""
    return 1e-4 + t * (0.4 - 1e-4) / 5 if t < 5 else 0.4 * 0.2 ** (t // 40)


def trainer_min_lr(t: int) -> float:
    """transformers, optimization.py get_cosine_with_min_lr_schedule_with_warmup; ceil(0.05 · 1000) warm-up steps."""
    return 3e-5 * t / 50 if t < 50 else 3e-5 * (0.9 * wave((t - 50) / 950) + 0.1)


def trainer_inverse_sqrt(t: int) -> float:
    """transformers, optimization.py get_inverse_sqrt_schedule: the timescale is the warm-up."""
    return 2e-5 * t / 50 if t < 50 else 2e-5 / math.sqrt(t / 50)


def nanogpt(t: int) -> float:
    """nanoGPT, train.py get_lr, with the command line over config/*.py."""
    if t < 100:
        return 6e-4 * (t + 1) / 101
    return 6e-5 + (6e-4 - 6e-5) * wave((t - 100) / 4900)


def yolo(t: int) -> float:
    """Ultralytics, engine/trainer.py: lf(epoch) by one_cycle(1, lrf, epochs), with the warm-up by iteration over it."""
    lr = 0.02 * (0.1 + 0.9 * wave(t // RATE / 50))
    return lr * min(t / 300, 1)


def keras_cosine(t: int) -> float:
    """Keras, schedules/learning_rate_schedule.py CosineDecay with a warm-up."""
    if t < 100:
        return 1e-3 * t / 100
    return 1e-3 * (0.9 * wave(min(t - 100, 900) / 900) + 0.1)


CASES = {
    "megatron_pretrain.sh": Case(10_000, megatron),
    "megatron_wsd_samples.sh": Case(2000, megatron_wsd),
    "fairseq_hydra.yaml": Case(12_500, fairseq_polynomial),
    "fairseq_train.sh": Case(50_000, fairseq_inverse_sqrt),
    "llm_foundry.yaml": Case(4800, composer_cosine),
    "llm_foundry_tokens.yaml": Case(1000, composer_linear),
    "olmo.yaml": Case(20_000, olmo_cosine),
    "olmo_tokens.yaml": Case(4768, olmo_tokens),
    "nanotron.yaml": Case(2100, nanotron),
    "nanotron_cosine.yaml": Case(150, nanotron_cosine),
    "accelerate_config.yaml": Case(1000, deepspeed_decay),
    "axolotl_rex.yml": Case(200, axolotl_rex),
    "axolotl_constant_tail.yml": Case(800, axolotl_constant_tail),
    "axolotl_quadratic.yml": Case(500, axolotl_quadratic),
    "axolotl_one_cycle.yml": Case(400, axolotl_one_cycle),
    "timm_command.sh": Case(200, timm_step),
    "run_clm.sh": Case(1000, trainer_min_lr),
    "training_args_accumulate.json": Case(300, trainer_inverse_sqrt),
    "nanogpt_command.sh": Case(5000, nanogpt),
    "yolo_command.sh": Case(5000, yolo),
    "keras_model.json": Case(1000, keras_cosine),
}


@pytest.mark.parametrize("name", CASES)
def test_every_step_has_the_lr_of_the_tools_own_formula(name: str) -> None:
    case = CASES[name]
    lr = lrcli.evaluate(str(GOLDEN / name), steps_per_epoch=RATE).lr
    expected = [case.lr(t) for t in range(case.steps)]
    assert len(lr) == case.steps
    assert lr == pytest.approx(expected, rel=1e-12, abs=1e-12 * max(expected))
