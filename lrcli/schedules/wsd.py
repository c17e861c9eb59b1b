"""Warm-up, stable, decay."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from lrcli.run import Length, LengthOrZero
from lrcli.schedules.base import FloorLr, PeakLr, Schedule


class WSD(Schedule, tag="wsd", frozen=True, kw_only=True):
    """Warm up, stay at the peak, and decay only at the end.

    lr(t) = max_lr, and over the last decay_length of the run min_lr + (max_lr − min_lr) · g(f), with f from 0 to 1. By
    the decay_shape, g(f) = 1 − f (linear), (1 + cos πf)/2 (cosine), 1 − √f (1-sqrt) or (r^f − r)/(1 − r) with
    r = decay_ratio (exponential). min_lr is reached at t = N, one past the last.
    """

    formula = "min_lr + (max_lr - min_lr) * g"
    where = {
        "f": "min(max((t - (span - decay_length)) / decay_length, 0), 1)",
        "g": "1 - f if decay_shape == 'linear' else "
        "0.5 * (1 + cos(pi * f)) if decay_shape == 'cosine' else "
        "1 - sqrt(f) if decay_shape == '1-sqrt' else "
        "(decay_ratio ** f - decay_ratio) / (1 - decay_ratio)",
    }
    changes = "in phases"
    shape = "flat, then by decay_shape"
    use = "Pre-training whose length is not settled: stay stable, and branch a decay off whenever you need a model."
    tips = (
        "A decay of 10 to 20 % of the run does nearly all that a full cosine does.",
        "1-sqrt and linear decays to zero usually beat cosine and exponential ones of the same length.",
        "To extend a run go back to the last checkpoint before the decay: nothing is lost.",
    )
    sources = (
        "MiniCPM, arXiv:2404.06395",
        "Hägele et al., arXiv:2405.18392",
        "transformers.get_wsd_schedule",
    )

    max_lr: PeakLr = 0.1
    min_lr: FloorLr = 0.0
    decay_length: Annotated[Length, Meta(description="How long the decay at the end is.")] = "20%"
    decay_shape: Annotated[
        Literal["linear", "cosine", "1-sqrt", "exponential"], Meta(description="Shape of the decay.")
    ] = "1-sqrt"
    decay_ratio: Annotated[
        float, Meta(gt=0, lt=1, description="How steep the exponential shape is; smaller is steeper.")
    ] = 0.1
    warmup: Annotated[LengthOrZero, Meta(description="How long the warm-up is.")] = "5%"
