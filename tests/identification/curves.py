"""Schedules with drawn numbers: one recipe for each scheduler of the registry that has a closed form."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

import lrcli
from lrcli.parameters import parameters
from lrcli.registry import SCHEDULES
from lrcli.spec import write
from lrcli.spec.build import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from lrcli.numeric import Array
    from lrcli.schedules.base import Family

PEAKS = (0.1, 0.05, 0.4, 1e-3, 3e-4, 5e-4, 2e-5, 5e-5, 1.5e-4, 6e-4, 0.01, 1.25e-3, 0.0016, 0.012)
LENGTHS = (3750, 4000, 2750, 3217, 16000, 5000, 12337, 6250, 2000, 8660, 10000)
IN_EPOCHS = ("timm.", "mmengine.", "pytorch_optimizer.get_chebyshev")
IN_STEPS = ("mmengine.param_scheduler",)
"""Schedulers that count epochs, whatever they are called in."""
EPOCHS = (90, 100, 120, 150, 200, 300)


class Drawn(NamedTuple):
    """A schedule, as inline text, and how many points its run has.

    Attributes:
        spec: What to evaluate.
        points: How many.
        until: The first point past which a log cut before it cannot know what comes; 0 if none can.
    """

    spec: str
    points: int
    until: int | None = None


def curve_of(drawn: Drawn) -> Array:
    """Return the lr at every point of a drawn run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lrcli.LrcliWarning)  # some of these runs are not meant to be good ones
        unit = "epochs" if drawn.spec.startswith(IN_EPOCHS) and not drawn.spec.startswith(IN_STEPS) else "steps"
        return lrcli.evaluate(drawn.spec, **{unit: drawn.points}).lr


def _warm(rng: Random, length: int) -> int:
    return rng.choice((0, length // 10, round(0.03 * length), 100, 250, 500))


def _steps(form: str) -> Callable[[Random], Drawn]:
    """Return a recipe that fills peak p, floor e, warm-up w, what is left of the length d and the length n in."""

    def draw(rng: Random) -> Drawn:
        peak, n = rng.choice(PEAKS), rng.choice(LENGTHS)
        w = _warm(rng, n)
        share = rng.choice((0.0, 0.1, 0.01))
        names = {"p": peak, "e": peak * share, "w": w, "n": n, "d": n - w, "r": share, "s": peak * 1e-3}
        names |= {"last": rng.choice((n // 5, n // 10)), "cycles": rng.choice((3, 4)), "third": n // 3}
        return Drawn(form.format(**names), n)

    return draw


def _epochs(form: str, cycle: float | None = None) -> Callable[[Random], Drawn]:
    """Return a recipe for a schedule that counts epochs."""

    def draw(rng: Random) -> Drawn:
        peak, n = rng.choice(PEAKS), rng.choice(EPOCHS)
        share = rng.choice((0.0, 0.1, 0.01))
        names = {"p": peak, "e": peak * share, "w": rng.choice((3, 5, 10)), "n": n, "third": n // 3, "s": peak * 1e-3}
        names |= {"half": n // 2, "gamma": rng.choice((0.1, 0.2, 0.5)), "slow": rng.choice((0.9, 0.95, 0.97, 0.98))}
        names |= {"a": round(0.4 * n), "b": round(0.65 * n), "c": round(0.85 * n), "eighth": n // 8}
        return Drawn(form.format(**names), n, None if cycle is None else round(cycle * n))

    return draw


RECIPES: dict[str, tuple[Callable[[Random], Drawn], ...]] = {
    "constant": (_steps("constant:max_lr={p},warmup={w}"),),
    "cosine": (_steps("cosine:max_lr={p},min_lr={e},warmup={w}"), _epochs("cosine:max_lr={p},min_lr={e},warmup={w}")),
    "linear": (_steps("linear:start_lr={p},end_lr={e},warmup={w}"),),
    "polynomial": (
        _steps("polynomial:max_lr={p},min_lr={e},power=2,warmup={w}"),
        _epochs("polynomial:max_lr={p},power=0.9"),
    ),
    "exponential": (_epochs("exponential:max_lr={p},gamma={slow}"),),
    "inverse-sqrt": (_steps("inverse-sqrt:max_lr={p},timescale=400"),),
    "inverse-time": (_steps("inverse-time:max_lr={p},decay_rate=0.5,decay_steps=1000"),),
    "noam": (_steps("noam:factor=1,d_model=512,warmup_steps=400"),),
    "step": (_epochs("step:max_lr={p},step_size={third},gamma={gamma}"),),
    "multistep": (_epochs("multistep:max_lr={p},milestones={a},{b},{c},gamma={gamma}"),),
    "wsd": (
        _steps("wsd:max_lr={p},min_lr={e},warmup={w},decay_length={last},decay_shape=1-sqrt"),
        _steps("wsd:max_lr={p},min_lr={e},warmup={w},decay_length={last},decay_shape=linear"),
    ),
    "one-cycle": (_steps("one-cycle:max_lr={p}"),),
    "cosine-restarts": (_epochs("cosine-restarts:max_lr={p},min_lr={e},cycle_length={third}", 1 / 3),),
    "cyclic": (_epochs("cyclic:max_lr={p},min_lr={s},step_size_up={eighth}", 1 / 8),),
    "torch.CosineAnnealingLR": (
        _epochs("torch.CosineAnnealingLR:base_lr={p},eta_min={e},T_max={n}"),
        _epochs("torch.CosineAnnealingLR:base_lr={p},eta_min={e},T_max={half}", 0.5),
    ),
    "torch.CosineAnnealingWarmRestarts": (
        _epochs("torch.CosineAnnealingWarmRestarts:base_lr={p},T_0={third}", 1 / 3),
        _epochs("torch.CosineAnnealingWarmRestarts:base_lr={p},T_0={eighth},T_mult=2", 1 / 8),
    ),
    "torch.CyclicLR": (
        _epochs("torch.CyclicLR:base_lr={s},max_lr={p},step_size_up={eighth},cycle_momentum=false", 1 / 8),
    ),
    "torch.OneCycleLR": (
        _steps("torch.OneCycleLR:max_lr={p},total_steps={n}"),
        _steps("torch.OneCycleLR:max_lr={p},total_steps={n},anneal_strategy=linear"),
    ),
    "torch.ExponentialLR": (_epochs("torch.ExponentialLR:base_lr={p},gamma={slow}"),),
    "torch.LinearLR": (_epochs("torch.LinearLR:base_lr={p},start_factor=1.0,end_factor=0.1,total_iters={n}"),),
    "torch.ConstantLR": (_epochs("torch.ConstantLR:base_lr={p},factor=0.1,total_iters={w}"),),
    "torch.PolynomialLR": (_epochs("torch.PolynomialLR:base_lr={p},power=0.9,total_iters={n}"),),
    "torch.MultiStepLR": (_epochs("torch.MultiStepLR:base_lr={p},milestones={a},{b},{c},gamma={gamma}"),),
    "torch.StepLR": (_epochs("torch.StepLR:base_lr={p},step_size={third},gamma={gamma}"),),
    "torch.SequentialLR": (
        _epochs(
            "torch.SequentialLR:base_lr={p},milestones={w},schedulers=(torch.LinearLR:start_factor=0.01,total_iters={w}"
            "+torch.CosineAnnealingLR:T_max={n})"
        ),
    ),
    "transformers.cosine": (
        _steps("transformers.cosine:base_lr={p},num_warmup_steps={w},num_training_steps={n}"),
    ),
    "transformers.cosine_with_min_lr": (
        _steps("transformers.cosine_with_min_lr:base_lr={p},num_warmup_steps={w},num_training_steps={n},min_lr={e}"),
    ),
    "transformers.cosine_with_restarts": (
        _steps(
            "transformers.cosine_with_restarts:base_lr={p},num_warmup_steps={w},num_training_steps={n},"
            "num_cycles={cycles}"
        ),
    ),
    "transformers.constant_with_warmup": (
        _steps("transformers.constant_with_warmup:base_lr={p},num_warmup_steps={w}"),
    ),
    "transformers.inverse_sqrt": (_steps("transformers.inverse_sqrt:base_lr={p},num_warmup_steps=400"),),
    "transformers.linear": (_steps("transformers.linear:base_lr={p},num_warmup_steps={w},num_training_steps={n}"),),
    "transformers.polynomial": (
        _steps("transformers.polynomial:base_lr={p},power=2.0,num_warmup_steps={w},num_training_steps={n}"),
    ),
    "transformers.warmup_stable_decay": (
        _steps(
            "transformers.warmup_stable_decay:base_lr={p},num_warmup_steps={w},num_decay_steps={last},"
            "num_training_steps={n},decay_type=linear"
        ),
        _steps(
            "transformers.warmup_stable_decay:base_lr={p},num_warmup_steps={w},num_decay_steps={last},"
            "num_training_steps={n},decay_type=cosine,min_lr_ratio=0.1"
        ),
    ),
    "timm.CosineLRScheduler": (
        _epochs("timm.CosineLRScheduler:base_lr={p},t_initial={n},lr_min={e},warmup_t={w},warmup_lr_init={s}"),
        _epochs("timm.CosineLRScheduler:base_lr={p},t_initial={n},warmup_t={w},warmup_lr_init=1e-6,warmup_prefix=true"),
    ),
    "timm.PolyLRScheduler": (_epochs("timm.PolyLRScheduler:base_lr={p},t_initial={n},power=2.0,lr_min={e}"),),
    "timm.MultiStepLRScheduler": (_epochs("timm.MultiStepLRScheduler:base_lr={p},decay_t={a},{b},decay_rate={gamma}"),),
    "timm.StepLRScheduler": (_epochs("timm.StepLRScheduler:base_lr={p},decay_t={third},decay_rate={gamma}"),),
    "timm.WSDLRScheduler": (
        _epochs("timm.WSDLRScheduler:base_lr={p},t_initial={n},decay_t={eighth},warmup_t={w},warmup_lr_init={s}"),
    ),
}  # fmt: skip
"""Recipes with numbers as people choose them, by the scheduler's name."""

OWN = frozenset({
    "expr", "python", "torch.LambdaLR", "torch.MultiplicativeLR", "keras.LearningRateScheduler", "paddle.LambdaDecay",
    "paddle.MultiplicativeDecay",
})  # fmt: skip
"""Schedulers whose formula is the user's own."""


CHANGING = frozenset({"fairseq.triangular", "olmo_core.CosWithWarmupAndLinearDecay", "olmo_core.PowerLR"})
"""Schedulers that go on otherwise than they began, which no log that is cut can know."""


def by_its_page(declaration: type[Family]) -> Callable[[Random], Drawn]:
    """Return its example as a recipe, with the peak, the length and the warm-up drawn."""

    def draw(rng: Random) -> Drawn:
        data: dict[str, object] = {"type": declaration.tag(), **declaration.example}
        n = 100
        if declaration.peak in {one.name for one in parameters(declaration)} - declaration.example.keys():
            data[declaration.peak] = rng.choice(PEAKS)
        if declaration.length_parameter and declaration.length_parameter not in declaration.example:
            n = data[declaration.length_parameter] = rng.choice(LENGTHS)
            if declaration.warmup_parameter:
                data[declaration.warmup_parameter] = _warm(rng, n)
        return Drawn(write.inline(build(data)), n, 0 if declaration.tag() in CHANGING else None)

    return draw


def recipes() -> Iterator[tuple[str, Callable[[Random], Drawn]]]:
    """Yield a recipe, or several, for every scheduler with a closed form, and its name."""
    for declaration in SCHEDULES.everything():
        tag = declaration.tag()
        if not declaration.metric_driven and tag not in OWN:
            yield from ((tag, recipe) for recipe in RECIPES.get(tag, (by_its_page(declaration),)))
