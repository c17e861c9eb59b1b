"""Schedules that hold the learning rate and then drop it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from lrcli.run import Length, LengthOrZero
from lrcli.schedules.base import Factor, PeakLr, Schedule


class Step(Schedule, tag="step", frozen=True, kw_only=True):
    """Hold the learning rate, then multiply it by gamma every step_size epochs.

    lr(t) = max_lr · gamma^⌊t/step_size⌋. Counting epochs from 1 as n this is gamma^(⌈n/step_size⌉ − 1).
    """

    formula = "max_lr * gamma ** floor(t / step_size)"
    changes = "at fixed intervals"
    shape = "by a constant factor"
    use = "The classic of image classification with SGD: 90 epochs of ImageNet with a drop by ten every 30."
    tips = (
        "A larger gamma or a larger step_size decays more slowly.",
        "A drop helps most when the loss has just gone flat; one too early costs more than one too late.",
        "Three drops by ten or six by about three end at the same rate; the smaller ones are gentler.",
    )
    sources = ("ResNet, arXiv:1512.03385", "torch.optim.lr_scheduler.StepLR")

    max_lr: PeakLr = 0.1
    step_size: Annotated[Length, Meta(description="Time between two drops.")] = "30%"
    gamma: Annotated[Factor, Meta(description="Factor of each drop.")] = 0.1


class MultiStep(Schedule, tag="multistep", frozen=True, kw_only=True):
    """Multiply the learning rate by gamma at each milestone.

    lr(t) = max_lr · gamma^(number of milestones ≤ t). A milestone given twice counts twice.
    """

    formula = "max_lr * gamma ** count(t, milestones)"
    changes = "at chosen times"
    shape = "by a constant factor"
    use = "Detection and classification recipes with hand-picked drops: 30, 60, 80 of 90; 8 and 11 of 12 (1×)."
    tips = (
        "Put the first milestone where the loss of a constant run goes flat.",
        "Milestones given as percentages keep their place in a longer run: milestones=50%,75%.",
    )
    sources = ("torch.optim.lr_scheduler.MultiStepLR", "Mask R-CNN, arXiv:1703.06870")

    max_lr: PeakLr = 0.1
    milestones: Annotated[tuple[LengthOrZero, ...], Meta(description="When to drop.")] = ("30%", "60%", "90%")
    gamma: Annotated[Factor, Meta(description="Factor of each drop.")] = 0.1
