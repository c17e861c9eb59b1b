"""The base of frameworks' schedulers that cut the lr when a metric has stopped improving, each by a `Rule`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from lrcli.frameworks.scheduler import PER_GROUP, OnOptimizer, Scheduler
from lrcli.schedules.metric import MetricFamily, Replay, metric_values
from lrcli.schedules.plateau import Rule, margins, replay

if TYPE_CHECKING:
    from lrcli.run import Run

Mode = Annotated[Literal["min", "max"], Meta(description="Whether a better metric is lower, or higher.")]
CutFactor = Annotated[float, Meta(ge=0, lt=1, description="Factor of each cut.")]
Patience = Annotated[int, Meta(ge=0, le=10**9, description="How many bad values in a row do not yet lead to a cut.")]
Threshold = Annotated[float, Meta(ge=0, le=1e9, description="By how much the metric must improve.")]
ThresholdMode = Annotated[
    Literal["rel", "abs"], Meta(description="The threshold is a share of the best metric, or absolute.")
]
Cooldown = Annotated[int, Meta(ge=0, le=10**9, description="How many values after a cut are never bad.")]
MinLr = Annotated[float, Meta(ge=0, le=1e300, description="Lowest lr.")]
Eps = Annotated[float, Meta(ge=0, le=1e9, description="A cut that changes the lr by this or less is not made.")]


class Plateau(MetricFamily, Scheduler, frozen=True, kw_only=True):
    """A scheduler that follows a rule of `lrcli.schedules.plateau`."""

    changes = "when a metric stalls"
    shape = "by a constant factor"

    def rule(self) -> Rule:
        """Return its rule."""
        raise NotImplementedError

    def replayed(self, run: Run) -> Replay:
        """Return the replay of the run's metric by its rule."""
        return replay(self.rule(), metric_values(run))


class TorchPlateau(Plateau, OnOptimizer, frozen=True, kw_only=True):
    """A scheduler with torch's rule and parameter names, which other frameworks use too."""

    formula = "base_lr * factor ** (times that more than patience epochs in a row were bad), never below min_lr"
    same = (
        "plateau: max_lr=base_lr, mode=mode, factor=factor, patience=patience, threshold=threshold, "
        "threshold_mode=threshold_mode, cooldown=cooldown, min_lr=min_lr, eps=eps | base_lr > 0, factor > 0"
    )
    tips: ClassVar[tuple[str, ...]] = (
        "The lr falls after patience + 1 bad epochs; in Keras after patience.",
        "eps is absolute: a cut of 1e-8 or less is not made, so an lr of 1e-8 never changes.",
        "With threshold_mode=rel and a negative metric, a slightly worse value counts as better.",
    )

    mode: Mode = "min"
    factor: CutFactor = 0.1
    patience: Patience = 10
    threshold: Threshold = 1e-4
    threshold_mode: ThresholdMode = "rel"
    cooldown: Cooldown = 0
    min_lr: Annotated[MinLr, Meta(extra=PER_GROUP)] = 0.0
    eps: Eps = 1e-8

    def rule(self) -> Rule:
        """Return torch's rule."""
        share, margin = margins(self.threshold, self.threshold_mode)
        return Rule(
            lr=self.base_lr,
            factor=self.factor,
            patience=self.patience,
            mode=self.mode,
            share=share,
            margin=margin,
            cooldown=self.cooldown,
            min_lr=self.min_lr,
            eps=self.eps,
        )
