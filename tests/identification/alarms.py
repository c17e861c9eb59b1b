"""False alarms: warnings of runs that were made to be good, each logged to its end."""

from __future__ import annotations

import tempfile
from collections import Counter
from itertools import product
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np

import lrcli
from tests.identification.curves import PEAKS, Drawn, curve_of
from tests.identification.logs import PRECISIONS, printed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array

GOOD = {
    "transformers.linear:base_lr={p},num_warmup_steps={w},num_training_steps={n}": 1000,
    "transformers.cosine:base_lr={p},num_warmup_steps={w},num_training_steps={n}": 1000,
    "transformers.warmup_stable_decay:base_lr={p},num_warmup_steps={w},num_decay_steps={fifth},num_training_steps={n}"
    : 1000,
    "transformers.constant_with_warmup:base_lr={p},num_warmup_steps={w}": 1000,
    "torch.OneCycleLR:max_lr={p},total_steps={n}": 1000,
    "torch.CosineAnnealingLR:base_lr={p},T_max={n}": 90,
    "torch.StepLR:base_lr={p},step_size={third}": 90,
    "torch.MultiStepLR:base_lr={p},milestones={third},{most}": 90,
    "torch.ExponentialLR:base_lr={p},gamma=0.95": 90,
    "torch.PolynomialLR:base_lr={p},total_iters={n},power=0.9": 90,
    "timm.CosineLRScheduler:base_lr={p},t_initial={n},warmup_t=5,warmup_lr_init=1e-06": 90,
    "nanogpt.get_lr:learning_rate={p},warmup_iters={w},lr_decay_iters={n},min_lr={e}": 1000,
    "wsd:max_lr={p},warmup={w},decay_length={fifth},decay_shape=1-sqrt": 1000,
}  # fmt: skip
"""Schedules as long as their runs, and the shortest run of each."""


def _logs(seed: int, only: str) -> Iterator[tuple[str, str, Array]]:
    for form, least in GOOD.items():
        rng = Random(f"{seed} {form}")
        for precision, every in product(PRECISIONS, (1, 10) if least >= 1000 else (1,)):
            n, p = least * rng.choice((1, 2, 3)), rng.choice(PEAKS)
            spec = form.format(p=p, n=n, w=n // 20, third=n // 3, fifth=n // 5, most=2 * n // 3, e=p / 10)
            if only in spec and (precision != "5 decimals" or p >= 1e-3):
                x = np.arange(0, n, every) if every == 1 else np.arange(every, n + 1, every) - 1
                yield (
                    f"{spec} ({precision}, every {every})",
                    precision,
                    np.stack([x, curve_of(Drawn(spec, n))[x]]),
                )


def alarms(seed: int, only: str) -> str:
    """Return how many of the good runs have a warning, and which."""
    total, codes, named = 0, Counter[str](), []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        for name, precision, (x, lr) in _logs(seed, only):
            rows = zip(x.astype(int), printed(lr, precision), strict=True)
            path.write_text("step,lr\n" + "".join(f"{step},{text}\n" for step, text in rows))
            warned = [one.code for one in lrcli.check(str(path)).findings if one.severity != "note"]
            total += 1
            codes.update(warned)
            named += [f"{name}: {', '.join(warned)}"] if warned else []
    return "\n".join([f"Runs made to be good: {total}; with a warning: {len(named)}.", *named])
