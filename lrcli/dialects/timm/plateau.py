"""timm's scheduler that listens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.codes import Caution
from lrcli.dialects.timm.base import LrMin, NoisyScheduler, WarmupLr
from lrcli.numeric import floor
from lrcli.schedules.plateau import Listening, Replay, Rule, heard, replay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array
    from lrcli.run import Run


class PlateauLRScheduler(Listening, NoisyScheduler, tag="timm.PlateauLRScheduler", frozen=True, kw_only=True):
    """Multiply the lr by decay_rate when a metric has stopped improving, after a warm-up; torch's rule, threshold rel.

    What it hears up to the epoch warmup_t does not count. Its parameters patience_t, threshold, cooldown_t, lr_min and
    mode are torch's patience, threshold, cooldown, min_lr and mode; noise_type says which noise (normal).
    """

    formula = "base_lr · decay_rate^(number of times that more than patience_t epochs in a row were bad), ≥ lr_min"
    changes = "when a metric stalls"
    shape = "by a constant factor"
    tips = ("mode is max by default: it wants an accuracy. timm has deprecated it.",)

    decay_rate: Annotated[float, Meta(gt=0, lt=1, description="Factor of each cut.")] = 0.1
    patience_t: Annotated[int, Meta(ge=0, le=10**9, description="How many bad epochs in a row are borne.")] = 10
    threshold: Annotated[float, Meta(ge=0, le=1e9, description="By what share the metric must improve.")] = 1e-4
    cooldown_t: Annotated[int, Meta(ge=0, le=10**9, description="Epochs after a cut that are never bad.")] = 0
    warmup_t: Annotated[int, Meta(ge=0, le=10**9, description="Length of the linear warm-up.")] = 0
    warmup_lr_init: WarmupLr = 0.0
    lr_min: LrMin = 0.0
    mode: Annotated[Literal["min", "max"], Meta(description="A better metric is lower, or higher.")] = "max"
    noise_type: Annotated[Literal["normal"], Meta(description="Which noise.")] = "normal"
    noise_seed: Annotated[Annotated[int, Meta(ge=0, le=2**31)] | None, Meta(description="Seed of the noise.")] = None

    def replayed(self, run: Run) -> Replay:
        """Return what the rule makes of what is heard once the warm-up is over."""
        rule = Rule(
            lr=self.base_lr,
            min_lr=self.lr_min,
            factor=self.decay_rate,
            patience=self.patience_t,
            share=self.threshold,
            cooldown=self.cooldown_t,
            mode=self.mode,
            eps=1e-8,
        )
        found = replay(rule, heard(run)[self.warmup_t :])
        slope = (self.base_lr - self.warmup_lr_init) / (self.warmup_t or 1)
        climb = tuple(self.warmup_lr_init + t * slope for t in range(self.warmup_t))
        bad, cuts = (tuple(t + self.warmup_t for t in times) for times in (found.bad, found.cuts))
        return Replay((*climb, *found.lr), bad, cuts)

    def lr(self, t: Array, run: Run) -> Array:
        """Return the replayed lr, with noise."""
        return self.with_noise(super().lr(t, run), floor(t), after=self.warmup_t)

    def cautions(self, run: Run) -> Iterator[Caution]:  # noqa: ARG002
        """Yield that it wants an accuracy."""
        if self.mode == "max":
            yield Caution("LR036", "mode is 'max': a higher metric is better; with a loss every epoch is bad")
