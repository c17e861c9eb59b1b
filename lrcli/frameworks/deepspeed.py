"""DeepSpeed: schedulers that its engine steps after the optimizer, so that they are one step late."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from lrcli.frameworks.scheduler import Count, Lr, OptimizerLr, Positive, Real, Scheduler, Share, Steps, StepsOrZero

Momentum = Annotated[Real, Meta(description="Does not change the lr.")]
Warmup = Annotated[StepsOrZero, Meta(description="Length of the warm-up; at least 2 steps.")]
Ramp = Annotated[Literal["log", "linear"], Meta(description="Shape of the warm-up.")]
Total = Annotated[Steps | None, Meta(description="Length of the whole, warm-up included.")]


class DeepSpeed(Scheduler, frozen=True, kw_only=True):
    """A scheduler of DeepSpeed."""

    home = "deepspeed.runtime.lr_schedules"
    version = "0.19.8"
    counts = "steps"
    takes_optimizer = True


class LRRangeTest(DeepSpeed, tag="deepspeed.LRRangeTest", frozen=True, kw_only=True):
    """Climb without an end, to find the lr at which the loss grows."""

    formula = "lr_range_test_min_lr * (1 + lr_range_test_step_rate * x)"
    where = {
        "x": "floor(u) if lr_range_test_staircase else u",
        "u": "t / lr_range_test_step_size",
    }
    same = """
        linear: start_lr=lr_range_test_min_lr, end_lr=lr_range_test_min_lr * (1 + lr_range_test_step_rate),
            length=lr_range_test_step_size | lr_range_test_staircase == False, span <= lr_range_test_step_size + 1
        range-test: min_lr=lr_range_test_min_lr, max_lr=lr_range_test_min_lr * (1 + lr_range_test_step_rate),
            mode='linear' | lr_range_test_staircase == False, lr_range_test_step_size == span - point
    """
    shape = "linearly"
    peak = ""

    lr_range_test_min_lr: Annotated[Lr, Meta(description="First lr.")] = 1e-3
    lr_range_test_step_size: Annotated[Positive, Meta(description="Steps in which the lr grows by the rate.")] = 2000
    lr_range_test_step_rate: Annotated[float, Meta(ge=0, le=1e9, description="Growth in step_size steps.")] = 1.0
    lr_range_test_staircase: Annotated[bool, Meta(description="Grow only after each step_size.")] = False


class OneCycle(DeepSpeed, tag="deepspeed.OneCycle", frozen=True, kw_only=True):
    """Climb and fall once between two lrs, in lines or stairs, then fall on as one over the time."""

    formula = "where(t < T, cycle_min_lr + (cycle_max_lr - cycle_min_lr) * height, decayed)"
    where = {
        "second": "cycle_second_step_size or cycle_first_step_size",
        "stairs_up": "cycle_first_stair_count",
        "stairs_down": "stairs_up if cycle_second_stair_count is None else cycle_second_stair_count",
        "T": "cycle_first_step_size + second",
        "up": "t / cycle_first_step_size",
        "down": "(T - t) / second",
        "rise": "floor(up * stairs_up) / stairs_up if stairs_up else up",
        "fall": "floor(down * stairs_down) / stairs_down if stairs_down else down",
        "height": "where(t <= cycle_first_step_size, rise, fall)",
        "decayed": "cycle_min_lr / (1 + decay_lr_rate * max(t - T, 0) / decay_step_size) if decays else cycle_min_lr",
        "decays": "decay_step_size != 0 and decay_lr_rate != 0",
    }
    same = """
        cyclic: min_lr=cycle_min_lr, max_lr=cycle_max_lr, step_size_up=cycle_first_step_size,
            step_size_down=cycle_second_step_size or cycle_first_step_size, mode='triangular'
            | cycle_first_stair_count == 0, cycle_second_stair_count == None, span <= T + 1
    """
    changes = "in phases"
    shape = "linearly"
    peak = "cycle_max_lr"
    tips = ("After the cycle the lr falls below cycle_min_lr, if decay_step_size and decay_lr_rate are both given.",)
    example = {"cycle_min_lr": 0.001, "cycle_max_lr": 0.1, "cycle_first_step_size": 30}

    cycle_min_lr: Annotated[Lr, Meta(description="Lowest lr of the cycle.")]
    cycle_max_lr: Annotated[Lr, Meta(description="Highest lr of the cycle.")]
    decay_lr_rate: Annotated[float, Meta(ge=0, le=1e9, description="How much the divisor grows after the cycle.")] = 0.0
    cycle_first_step_size: Annotated[Positive, Meta(description="Steps of the climb.")] = 2000
    cycle_second_step_size: Annotated[Positive | None, Meta(description="Steps of the fall.")] = None
    cycle_first_stair_count: Annotated[Count, Meta(description="Stairs of the climb; 0 for a line.")] = 0
    cycle_second_stair_count: Annotated[Count | None, Meta(description="Stairs of the fall.")] = None
    decay_step_size: Annotated[Count, Meta(description="Steps in which the divisor grows by decay_lr_rate.")] = 0
    cycle_momentum: Annotated[bool, Meta(description="Does not change the lr.")] = True
    cycle_min_mom: Momentum = 0.8
    cycle_max_mom: Momentum = 0.9
    decay_mom_rate: Momentum = 0.0


class WarmedUp(DeepSpeed, frozen=True, kw_only=True):
    """A scheduler with DeepSpeed's warm-up, which is logarithmic by default."""

    clock = "max(t - 1, 0)"
    warmup_parameter = "warmup_num_steps"
    changes = "in phases"
    where = {
        "w": "max(2, warmup_num_steps)",
        "ramp": "log(t + 1) / log(w) if warmup_type == 'log' else t / w",
    }


class WarmupLR(WarmedUp, tag="deepspeed.WarmupLR", frozen=True, kw_only=True):
    """Climb to warmup_max_lr, and stay."""

    formula = "where(t < w, warmup_min_lr + (top - warmup_min_lr) * ramp, top)"
    where = WarmedUp.where | {"top": "base_lr if warmup_max_lr is None else warmup_max_lr"}
    near = """
        constant: max_lr=warmup_max_lr, warmup=warmup_num_steps, warmup_from=warmup_min_lr | warmup_type == 'linear'
    """
    shape = "logarithmically, or linearly"
    peak = "warmup_max_lr"
    tips = (
        "The warm-up is logarithmic unless warmup_type is linear: half of the climb is over after √w steps.",
        "The first two steps both have warmup_min_lr, because the engine steps the scheduler late.",
    )

    base_lr: OptimizerLr = 0.1
    warmup_min_lr: Annotated[Lr, Meta(description="Lr at which the warm-up begins.")] = 0.0
    warmup_max_lr: Annotated[Lr | None, Meta(description="Lr at which it ends; the optimizer's if not given.")] = None
    warmup_num_steps: Warmup = 1000.0
    warmup_type: Ramp = "log"


class WarmupDecayLR(WarmedUp, tag="deepspeed.WarmupDecayLR", frozen=True, kw_only=True):
    """Climb to warmup_max_lr, then fall to warmup_min_lr in a straight line."""

    formula = "warmup_min_lr + (warmup_max_lr - warmup_min_lr) * where(t < w, ramp, fall)"
    where = WarmedUp.where | {
        "fall": "max(0, (total_num_steps - t) / max(1, total_num_steps - w))",
    }
    near = """
        linear: start_lr=warmup_max_lr, end_lr=warmup_min_lr, length=total_num_steps - warmup_num_steps,
            warmup=warmup_num_steps, warmup_from=warmup_min_lr | warmup_type == 'linear'
    """
    shape = "linearly"
    peak = "warmup_max_lr"
    length_parameter = "total_num_steps"
    tips = ("The warm-up is logarithmic unless warmup_type is linear.", "It falls to warmup_min_lr, not to 0.")

    total_num_steps: Total = None
    warmup_min_lr: Annotated[Lr, Meta(description="Lr at which the warm-up begins and the decay ends.")] = 0.0
    warmup_max_lr: Annotated[Lr, Meta(description="Lr at which the warm-up ends.")] = 1e-3
    warmup_num_steps: Warmup = 1000.0
    warmup_type: Ramp = "log"


class WarmupCosineLR(WarmedUp, tag="deepspeed.WarmupCosineLR", frozen=True, kw_only=True):
    """Climb to the optimizer's lr, then fall along half a cosine."""

    formula = "where(i < 0, 0, base_lr * where(i < w, warmup_min_ratio + (1 - warmup_min_ratio) * ramp, fall))"
    where = {
        "i": "t - 1",
        "w": "max(2, warmup_num_steps)",
        "ramp": "log(max(i, 0) + 1) / log(w) if warmup_type == 'log' else i / w",
        "x": "min(1, max(0, (i - w + 1) / max(1, total_num_steps - w)))",
        "fall": "cos_min_ratio + (1 - cos_min_ratio) * (1 + cos(pi * x)) / 2",
    }
    near = """
        cosine: max_lr=base_lr, min_lr=base_lr * cos_min_ratio, cycle_length=total_num_steps - warmup_num_steps,
            warmup=warmup_num_steps, warmup_from=base_lr * warmup_min_ratio | warmup_type == 'linear'
    """
    clock = "t"
    shape = "along a cosine"
    peak = "base_lr"
    length_parameter = "total_num_steps"
    tips = (
        "The lr is 0 at step 0, whatever warmup_min_ratio is.",
        "With a linear warm-up the optimizer's lr is never reached: the cosine is one step ahead.",
    )

    base_lr: OptimizerLr = 0.1
    total_num_steps: Total = None
    warmup_min_ratio: Annotated[Share, Meta(description="First lr of the warm-up, as a share of the optimizer's.")] = (
        0.0
    )
    warmup_num_steps: Warmup = 1000.0
    cos_min_ratio: Annotated[Share, Meta(description="Lowest lr, as a share of the optimizer's.")] = 1e-4
    warmup_type: Ramp = "log"
