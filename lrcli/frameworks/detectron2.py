"""detectron2: the schedulers of its SOLVER section, which are fvcore's with a warm-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.frameworks.fvcore import (
    CosineParamScheduler,
    Fvcore,
    MultiStepParamScheduler,
    StepWithFixedGammaParamScheduler,
    WarmupParamScheduler,
)
from lrcli.frameworks.scheduler import Count, OnOptimizer, Positive, Real, Steps

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run


class Detectron2(OnOptimizer, frozen=True, kw_only=True):
    """A scheduler whose parameters are the keys of detectron2's SOLVER section."""

    home = "detectron2.solver"
    version = "git 02b5c4e295e9"
    counts = "steps"
    changes = "in phases"
    length_parameter = "MAX_ITER"
    warmup_parameter = "WARMUP_ITERS"
    synonyms = {"BASE_LR": "base_lr"}
    tips = ("The warm-up climbs to the schedule's lr where the warm-up ends, not to BASE_LR, unless RESCALE_INTERVAL.",)

    MAX_ITER: Annotated[Steps | None, Meta(description="Length of the run.")] = None
    WARMUP_FACTOR: Annotated[float, Meta(ge=0, le=1e9, description="First lr, as a share of the schedule's.")] = 1e-3
    WARMUP_ITERS: Annotated[Count, Meta(description="Length of the warm-up.")] = 1000
    WARMUP_METHOD: Annotated[Literal["linear", "constant"], Meta(description="Shape of the warm-up.")] = "linear"
    RESCALE_INTERVAL: Annotated[bool, Meta(description="Begin the schedule after the warm-up.")] = False

    def schedule(self, length: float) -> Fvcore:
        """Return fvcore's scheduler for a run of this length, without the warm-up."""
        raise NotImplementedError

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr of the scheduler that detectron2 builds."""
        length = run.of(self.MAX_ITER)
        built = WarmupParamScheduler(
            base_lr=self.base_lr,
            max_iter=length,
            scheduler=(self.schedule(length),),
            warmup_factor=self.WARMUP_FACTOR,
            warmup_length=min(self.WARMUP_ITERS / length, 1.0),
            warmup_method=self.WARMUP_METHOD,
            rescale_interval=self.RESCALE_INTERVAL,
        )
        return built.rate(t, run)


class WarmupMultiStepLR(Detectron2, tag="detectron2.WarmupMultiStepLR", frozen=True, kw_only=True):
    """Climb, and multiply the lr by GAMMA at each of STEPS."""

    formula = "base_lr * GAMMA ** count(t, STEPS), after a climb"
    shape = "by a constant factor"
    example = {"STEPS": (60, 80), "WARMUP_ITERS": 10}

    STEPS: Annotated[
        tuple[Positive, ...], Meta(description="Iterations of the cuts.", extra={"may_be_empty": True})
    ] = (30000,)
    GAMMA: Annotated[float, Meta(ge=0, le=1e9, description="Factor of each cut.")] = 0.1

    def schedule(self, length: float) -> Fvcore:
        """Return a factor for each step within the run; detectron2 leaves out the others."""
        steps = tuple(step for step in self.STEPS if step <= length)
        values = tuple(self.GAMMA**k for k in range(len(steps) + 1))
        return MultiStepParamScheduler(values=values, milestones=steps, num_updates=int(length))


class WarmupCosineLR(Detectron2, tag="detectron2.WarmupCosineLR", frozen=True, kw_only=True):
    """Climb, and fall along half a cosine to BASE_LR_END."""

    formula = "BASE_LR_END + (base_lr - BASE_LR_END) * (1 + cos(pi * t / MAX_ITER)) / 2, after a climb"
    shape = "along a cosine"
    example = {"WARMUP_ITERS": 10}

    BASE_LR_END: Annotated[Real, Meta(description="Lr at MAX_ITER.")] = 0.0

    def schedule(self, length: float) -> Fvcore:
        """Return half a cosine."""
        return CosineParamScheduler(start_value=1.0, end_value=self.BASE_LR_END / (self.base_lr or 1.0))


class WarmupStepWithFixedGammaLR(Detectron2, tag="detectron2.WarmupStepWithFixedGammaLR", frozen=True, kw_only=True):
    """Climb, and multiply the lr by GAMMA NUM_DECAYS times, at equal distances."""

    formula = "base_lr * GAMMA ** floor((NUM_DECAYS + 1) * t / MAX_ITER), after a climb"
    shape = "by a constant factor"
    example = {"WARMUP_ITERS": 10}

    GAMMA: Annotated[float, Meta(ge=0, le=1e9, description="Factor of each cut.")] = 0.1
    NUM_DECAYS: Annotated[Positive, Meta(description="How many cuts.")] = 3

    def schedule(self, length: float) -> Fvcore:
        """Return equal steps."""
        return StepWithFixedGammaParamScheduler(base_value=1.0, num_decays=self.NUM_DECAYS, gamma=self.GAMMA)
