"""modded-nanogpt: the schedules of its records, as factors of each parameter's own lr."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from lrcli.frameworks.scheduler import Count, OnOptimizer, Positive, Share

Iterations = Annotated[Positive | None, Meta(description="Length of the run.")]
Factor = Annotated[float, Meta(ge=0, le=1e9)]
Cooldown = Annotated[Share, Meta(description="Share of the iterations that cool down.")]


class ModdedNanoGPT(OnOptimizer, frozen=True, kw_only=True):
    """A schedule of modded-nanogpt."""

    home = "train_gpt"
    version = "git f411b3d346aa"
    counts = "steps"
    changes = "in phases"
    shape = "linearly"


class GetLr202410(ModdedNanoGPT, tag="modded_nanogpt.get_lr_2024_10", frozen=True, kw_only=True):
    """Climb, stay, and fall to almost 0 in a straight line: the trapezoid of October 2024."""

    formula = "base_lr * where(t < warmup_iters, (t + 1) / (warmup_iters or 1), where(t < N - warmdown_iters, 1, fall))"
    where = {"N": "span if num_iterations is None else num_iterations", "fall": "(N - t) / (warmdown_iters or 1)"}

    num_iterations: Iterations = None
    warmup_iters: Annotated[Count, Meta(description="Length of the warm-up.")] = 0
    warmdown_iters: Annotated[Count, Meta(description="Length of the decay at the end.")] = 1450


class GetLr202412(ModdedNanoGPT, tag="modded_nanogpt.get_lr_2024_12", frozen=True, kw_only=True):
    """Climb, stay, and fall to almost 0 in a straight line: the trapezoid of December 2024."""

    formula = "base_lr * where(t < warmup_iters, (t + 1) / (warmup_iters or 1), where(t < N - cooldown_iters, 1, fall))"
    where = {"N": "span if num_iterations is None else num_iterations", "fall": "(N - t) / (cooldown_iters or 1)"}

    num_iterations: Iterations = None
    warmup_iters: Annotated[Count, Meta(description="Length of the warm-up.")] = 0
    cooldown_iters: Annotated[Count, Meta(description="Length of the decay at the end.")] = 600


class MediumGetLr(ModdedNanoGPT, tag="modded_nanogpt.medium_get_lr", frozen=True, kw_only=True):
    """Raise the lr by 1.52, 1.73 and 2 with the batch size, then fall to a tenth in a straight line."""

    formula = "base_lr * where(x >= 1, 0.1, where(x >= 1 - cooldown_frac, w * top + (1 - w) * 0.1, top))"
    where = {
        "x": "t / N",
        "N": "span if num_scheduled_iterations is None else num_scheduled_iterations",
        "top": "where(x > 3 / 12, 2.0, where(x > 2 / 12, 1.73, where(x > 1 / 12, 1.52, 1.0)))",
        "w": "(1 - x) / cooldown_frac",
    }

    num_scheduled_iterations: Iterations = None
    cooldown_frac: Cooldown = 0.7


class TrainingSchedule(ModdedNanoGPT, tag="modded_nanogpt.TrainingSchedule", frozen=True, kw_only=True):
    """Take a factor for each stage, and blend it into 0.15 during the cooldown; the last stage is the extension."""

    formula = "base_lr * (stage * (1 - share) + 0.15 * share)"
    where = {
        "stage": "pick(lr_mul, count(t, boundaries))",
        "boundaries": "ends(durations, scheduled_iterations)",
        "begin": "int(scheduled_iterations * (1 - cooldown_frac))",
        "share": "min(max((t - begin) / (scheduled_iterations - begin), 0), 1)",
    }
    refuses = {
        "len(durations) != len(lr_mul) - 1": "durations are one fewer than lr_mul: the last stage is the extension"
    }
    example = {"scheduled_iterations": 90}

    scheduled_iterations: Annotated[Positive, Meta(description="Length of the schedule, its cooldown included.")]
    extension_iterations: Annotated[Count, Meta(description="Iterations of the last stage.")] = 40
    cooldown_frac: Cooldown = 0.5
    lr_mul: Annotated[tuple[Factor, ...], Meta(description="Factor of each stage.")] = (1.0, 1.52, 1.73, 1.0)
    durations: Annotated[tuple[Share, ...], Meta(description="Share of the iterations of each stage but the last.")] = (
        1 / 3,
        1 / 3,
        1 / 3,
    )

    def own_length(self) -> float:
        """Return the scheduled iterations and the extension."""
        return float(self.scheduled_iterations + self.extension_iterations)
