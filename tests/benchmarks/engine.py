"""What a million steps cost beside the bare numpy expression, and beside the frameworks' own loops."""

from __future__ import annotations

import warnings
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from lrcli import engine
from lrcli.code.job import Job
from lrcli.code.targets import TARGETS
from lrcli.frameworks import stepping
from lrcli.run import Run
from lrcli.spec.read import load
from tests.benchmarks.measure import Row, ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lrcli.compose import Spec
    from lrcli.numeric import Array

N = 1e6
RUN = Run(unit="step", total=N)


def _wave(t: Array, length: float) -> Array:
    return 0.05 * (1 + np.cos(np.pi * t / length))


def _warmed(t: Array, after: Array) -> Array:
    return np.where(t < 1000, 0.1 * t / 1000, after)


def _cycle(t: Array) -> Array:
    climb, fall = np.cos(np.pi * t / 299_999), np.cos(np.pi * (t - 299_999) / 700_000)
    return np.where(t < 299_999, 0.1 - 0.048 * (1 + climb), 0.05 * (1 + fall))


def _decay(t: Array, begin: float) -> Array:
    return 0.1 * (1 - np.sqrt(np.clip((t - begin) / (N - begin), 0, 1)))


BARE: dict[str, Callable[[Array], Any]] = {
    "constant": lambda t: np.full_like(t, 0.1),
    "linear:start_lr=0.1,end_lr=0": lambda t: 0.1 + (0 - 0.1) * np.minimum(t, N) / N,
    "step:step_size=300k": lambda t: 0.1 * 0.1 ** np.floor(t / 3e5),
    "multistep:milestones=300k,600k": lambda t: 0.1 * 0.1 ** np.searchsorted([3e5, 6e5], t, side="right"),
    "polynomial:power=0.9": lambda t: 0.1 * (1 - np.minimum(t, N) / N) ** 0.9,
    "exponential:gamma=0.99999": lambda t: 0.1 * 0.99999**t,
    "inverse-time": lambda t: 0.1 / (1 + t / 10),
    "inverse-sqrt": lambda t: 0.1 * np.sqrt(10 / (t + 10)),
    "noam:warmup_steps=4000": lambda t: 512**-0.5 * np.minimum((t + 1) ** -0.5, (t + 1) * 4000**-1.5),
    "log": lambda t: 0.1 * np.log((N + 1) / (np.minimum(t, N) + 1)) / np.log(N + 1),
    "cosine": lambda t: _wave(np.minimum(t, N), N),
    "cosine-restarts:cycle_length=250k": lambda t: _wave(t % 250e3, 250e3),
    "cyclic:step_size_up=100k": lambda t: 0.001 + 0.099 * (1 - np.abs(t / 1e5 - 2 * np.floor(1 + t / 2e5) + 1)),
    "one-cycle": _cycle,
    "wsd:warmup=0": lambda t: _decay(t, 8e5),
    "range-test:mode=linear": lambda t: 1e-6 + (1 - 1e-6) * np.minimum(t / (N - 1), 1),
    "expr:max_lr*exp(-5*x)": lambda t: 0.1 * np.exp(-5 * (t / N)),
    "torch.CosineAnnealingLR:T_max=1000000": lambda t: _wave(t, N),
    "torch.OneCycleLR:max_lr=0.1,total_steps=1000000": _cycle,
    "torch.CyclicLR:base_lr=0.001,max_lr=0.1,step_size_up=100000": lambda t: (
        0.001 + 0.099 * np.maximum(0, 1 - np.abs(t / 1e5 - 2 * np.floor(1 + t / 2e5) + 1))
    ),
    "transformers.cosine:num_warmup_steps=1000": lambda t: _warmed(t, _wave(t - 1000, N - 1000)),
    "transformers.linear:num_warmup_steps=1000": lambda t: _warmed(t, 0.1 * np.maximum(0, (N - t) / (N - 1000))),
    "timm.CosineLRScheduler:t_initial=1000000,warmup_t=1000": lambda t: _warmed(t, _wave(np.minimum(t, N), N)),
    "timm.StepLRScheduler:decay_t=300000,decay_rate=0.1": lambda t: 0.1 * 0.1 ** (t // 3e5),
    "timm.PolyLRScheduler:t_initial=1000000": lambda t: np.where(t < N, 0.1 * (1 - np.minimum(t, N) / N) ** 0.5, 0),
    "timm.TanhLRScheduler:t_initial=1000000": lambda t: np.where(
        t < N, 0.05 * (1 - np.tanh(-7 * (1 - t / N) + 3 * t / N)), 0
    ),
    "timm.WSDLRScheduler:t_initial=1000000,decay_t=200000": lambda t: _decay(t, 8e5),
}
"""A spec, and the numpy expression that a person would write for it."""

COMPOSED: dict[str, tuple[tuple[str, float], ...]] = {
    "cosine:warmup=100k": (("cosine", N),),
    "cosine:floor=0.01,cap=0.09,scale=2": (("cosine", N),),
    "linear:start_lr=0,for=100k+cosine": (("linear", 1e5), ("cosine", 9e5)),
    "(linear:start_lr=0,for=10k+cosine:for=90k):repeat=10": (("linear", 1e5), ("cosine", 9e5)),
    "cosine*step:step_size=300k": (("cosine", N), ("step:step_size=300k", N)),
    "torch.SequentialLR:milestones=100000,schedulers=(torch.LinearLR+torch.CosineAnnealingLR:T_max=900000)": (
        ("torch.LinearLR", 1e5),
        ("torch.CosineAnnealingLR:T_max=900000", 9e5),
    ),
}
"""A composition, and its parts with how many steps each plays."""


def spec(text: str) -> Spec:
    """Return the spec of a text."""
    return next(iter(load(text).schedules.values()))


def closed_forms() -> Iterator[Row]:
    """Yield what a million steps of each closed form cost beside the bare numpy expression."""
    for text, bare in BARE.items():
        yield ratio(f"{text} / numpy", partial(engine.evaluate, spec(text), RUN), partial(_from_nothing, bare), "≤ 2")


def _from_nothing(bare: Callable[[Array], Any]) -> None:
    bare(np.arange(N))


def compositions() -> Iterator[Row]:
    """Yield what compositions cost beside the sum of their parts."""
    for text, parts in COMPOSED.items():
        alone = [(spec(part), Run(unit="step", total=steps)) for part, steps in parts]
        yield ratio(f"{text} / its parts", partial(engine.evaluate, spec(text), RUN), partial(_each, alone), "≤ 2")


def _each(alone: list[tuple[Spec, Run]]) -> None:
    for part, run in alone:
        engine.evaluate(part, run)


LOOPS = {
    "torch.StepLR:step_size=30000": "≥ 100",
    "torch.CosineAnnealingLR:T_max=100000": "≥ 100",
    "torch.OneCycleLR:max_lr=0.1,total_steps=100000": "≥ 100",
    "torch.SequentialLR:milestones=5000,schedulers=(torch.LinearLR+torch.CosineAnnealingLR:T_max=95000)": "≥ 100",
    "torch.ChainedScheduler:schedulers=(torch.LinearLR+torch.CosineAnnealingLR:T_max=100000)": "",
    "timm.CosineLRScheduler:t_initial=100000,warmup_t=500": "",
    "timm.StepLRScheduler:decay_t=30000,decay_rate=0.1": "",
}
"""Schedulers, and the budget for torch's closed forms; a chain has no closed form, and timm's loop does less."""


def loops() -> Iterator[Row]:
    """Yield how much faster 10⁵ steps are than in the framework's own loop, where that is installed."""
    run = Run(unit="step", total=1e5)
    for text, budget in LOOPS.items():
        framework = text.partition(".")[0]
        if find_spec(framework) is not None and find_spec("torch") is not None:
            ours = partial(_evaluated, spec(text), run)
            name = text if len(text) < 60 else text.partition(":")[0]
            yield ratio(f"the loop of {name} / ours, 10⁵ steps", _loop(text, run), ours, budget)


def _evaluated(scheduler: Spec, run: Run) -> None:
    stepping.table_of.cache_clear()
    engine.evaluate(scheduler, run)


def _loop(text: str, run: Run) -> Callable[[], object]:
    """Return the framework's loop over a run, as lrcli writes it: a step of the scheduler, and the lr read off."""
    from torch import nn

    framework = text.partition(".")[0]
    code = compile(TARGETS[framework](Job(spec(text), run)).replace("...", "note()"), "<loop>", "exec")

    def loop() -> None:
        rates: list[float] = []
        space: dict[str, Any] = {"model": nn.Linear(1, 1)}
        space["note"] = lambda: rates.append(space["optimizer"].param_groups[0]["lr"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch misses the optimizer's steps, which are not to be measured
            exec(code, space)

    return loop
