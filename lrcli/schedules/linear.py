"""A straight line."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from lrcli.problems import Problem
from lrcli.run import Length
from lrcli.schedules import form
from lrcli.schedules.base import NO_RUN, PeakLr, Schedule
from lrcli.schedules.composition import AnyLr


class Linear(Schedule, tag="linear", frozen=True, kw_only=True):
    """Go in a straight line from one learning rate to another, then hold.

    lr(t) = start_lr + (end_lr − start_lr) · min(t, L)/L, with L = length. It falls from max_lr to 0 unless start_lr or
    end_lr say otherwise; from a start_lr below max_lr it climbs to max_lr. It reaches end_lr at t = L. After another
    part of a sequence, a line without max_lr and start_lr starts where that part ends.
    """

    formula = "line(min(t, L), L, start_lr, end_lr)"
    where = {"L": "length", "last": "max_lr if start_lr < max_lr else 0.0"}
    changes = "at every step"
    shape = "linearly"
    use = "Fine-tuning, with a warmup; and the parts of a sequence: a ramp up (linear:start_lr=0), a cool-down."
    tips = (
        "Linear decay to zero is a strong default for fine-tuning, with a warmup of 3 to 10 %.",
        "With start_lr=0 it climbs to max_lr, as the first part of a sequence.",
        "As a later part it needs only its end: constant:max_lr=0.05,for=20+linear:end_lr=0.",
    )
    sources = ("torch.optim.lr_scheduler.LinearLR", "BERT, arXiv:1810.04805")
    synonyms = {"min_lr": "end_lr"}
    begins_with: ClassVar[frozenset[str]] = frozenset({"start", "start_lr", "max_lr", "warmup"})
    """A later part of a sequence without any of these parameters starts where the part before it ends."""

    max_lr: PeakLr = 0.1
    start_lr: Annotated[
        AnyLr | None, Meta(description="Learning rate at t = 0 (max_lr).", extra={"otherwise": "max_lr"})
    ] = None
    end_lr: Annotated[
        AnyLr | None,
        Meta(
            description="Learning rate from t = length on (0, or max_lr after a lower start_lr).",
            extra={"otherwise": "last", "of_peak": True},
        ),
    ] = None
    length: Annotated[Length | None, Meta(description="How long the line is (the rest of the run).")] = None

    @property
    def ends(self) -> tuple[float, float]:
        """The learning rates at both ends."""
        start, end = (form.value(self, NO_RUN, name) for name in ("start_lr", "end_lr"))
        return start, end

    def problems(self) -> list[Problem]:
        """Return the problems between parameters: two starts."""
        found = super().problems()
        if self.start == "previous" and self.start_lr is not None and not self.warmup:
            message = "start_lr and start=previous are two starts: leave one out"
            found.append(Problem(message=message, path=("start_lr",)))
        return found

    def started_at(self, lr: float, first: float) -> Linear:
        """Return the line from another lr to the same end, which is 0 unless end_lr says otherwise."""
        return self.replaced(start_lr=lr, end_lr=self.end_lr or 0.0)

    def peak_scaled(self, factor: float) -> Linear:
        """Return the same line with its higher end multiplied by a factor."""
        highest = max(self.ends)
        given = {name: getattr(self, name) for name in ("start_lr", "end_lr")}
        higher = {name: value * factor for name, value in given.items() if value == highest}
        return self.replaced(max_lr=self.max_lr * factor, **higher)
