"""torch's scheduler that listens: ReduceLROnPlateau."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from lrcli.dialects.base import Dialect
from lrcli.schedules.plateau import Listening, Plateau, Replay

if TYPE_CHECKING:
    from lrcli.run import Run


class ReduceLROnPlateau(Listening, Dialect, tag="torch.ReduceLROnPlateau", frozen=True, kw_only=True):
    """Multiply the lr by factor when a metric has stopped improving.

    The rule is that of `plateau`, which is torch's own: the lr falls after more than patience bad epochs in a row.
    """

    formula = "base_lr · factor^(number of times that more than patience epochs in a row were bad), ≥ min_lr"
    changes = "when a metric stalls"
    shape = "by a constant factor"
    tips: ClassVar[tuple[str, ...]] = (
        "It takes patience + 1 bad epochs; Keras takes patience.",
        "eps is absolute: a change of 1e-8 or less is not made, so that with an lr of 1e-8 nothing moves.",
        "With threshold_mode=rel and a negative metric, a slightly worse value counts as better.",
    )

    mode: Annotated[Literal["min", "max"], Meta(description="A better metric is lower, or higher.")] = "min"
    factor: Annotated[float, Meta(gt=0, lt=1, description="Factor of each cut.")] = 0.1
    patience: Annotated[int, Meta(ge=0, le=10**9, description="How many bad epochs in a row are borne.")] = 10
    threshold: Annotated[float, Meta(ge=0, le=1e9, description="By how much the metric must improve.")] = 1e-4
    threshold_mode: Annotated[Literal["rel", "abs"], Meta(description="Relative to the best, or absolute.")] = "rel"
    cooldown: Annotated[int, Meta(ge=0, le=10**9, description="Epochs after a cut that are never bad.")] = 0
    min_lr: Annotated[float, Meta(ge=0, le=1e300, description="Lowest lr.")] = 0.0
    eps: Annotated[float, Meta(ge=0, le=1e9, description="Smallest cut that is made.")] = 1e-8

    def ours(self, run: Run) -> Plateau | None:  # noqa: ARG002
        """Return a plateau schedule with the same values."""
        if self.base_lr == 0:
            return None
        return Plateau(
            max_lr=self.base_lr,
            min_lr=min(self.min_lr, self.base_lr),
            mode=self.mode,
            factor=self.factor,
            patience=self.patience,
            threshold=self.threshold,
            threshold_mode=self.threshold_mode,
            cooldown=self.cooldown,
            eps=self.eps,
        )

    def replayed(self, run: Run) -> Replay:
        """Return what it makes of the run's metric."""
        ours = self.ours(run)
        return Replay((0.0,), (), ()) if ours is None else ours.replayed(run)
