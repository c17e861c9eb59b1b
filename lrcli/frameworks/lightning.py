"""Lightning: the Trainer's interval and frequency, its lr finder, and the schedules of bolts and torchtune."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from lrcli.frameworks.around import AroundTorch
from lrcli.frameworks.scheduler import Count, Lr, OnOptimizer, OptimizerLr, Positive, Real, Steps
from lrcli.numeric import array, floor
from lrcli.problems import SpecError

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run
    from lrcli.schedules.base import Counts

NumIter = Annotated[Positive, Meta(description="Steps until end_lr.")]
Warmup = Annotated[Count, Meta(description="Length of the warm-up.")]


class Lightning(OnOptimizer, frozen=True, kw_only=True):
    """A schedule of Lightning, or of a library that is used with it."""

    version = "2.6.6"


class LinearWarmupCosineAnnealingLR(
    Lightning, tag="lightning.LinearWarmupCosineAnnealingLR", frozen=True, kw_only=True
):
    """Climb to the lr, fall along half a cosine, and climb again."""

    home = "pl_bolts.optimizers.lr_scheduler"
    version = "bolts 0.7.0"
    formula = "where(t < w, climb, eta_min + (top - eta_min) * (1 + cos(pi * (t - w) / (T - w))) / 2)"
    where = {
        "w": "warmup_epochs",
        "T": "max_epochs",
        "climb": "warmup_start_lr + t * (base_lr - warmup_start_lr) / (w - 1 or 1)",
        "top": "base_lr if w else where(t <= T, warmup_start_lr, base_lr)",
    }
    changes = "in phases"
    shape = "linearly, then along a cosine"
    length_parameter = "max_epochs"
    warmup_parameter = "warmup_epochs"
    refuses = {"max_epochs is not None and max_epochs == warmup_epochs": "max_epochs must be more than warmup_epochs"}
    tips = (
        "The lr is reached at warmup_epochs − 1, and taken once more at warmup_epochs.",
        "With warmup_epochs=0 it starts at warmup_start_lr, which is 0 by default, and stays there until max_epochs.",
    )

    warmup_epochs: Warmup = 0
    max_epochs: Annotated[Steps | None, Meta(description="When the lr is lowest.")] = None
    warmup_start_lr: Annotated[Lr, Meta(description="First lr.")] = 0.0
    eta_min: Annotated[Real, Meta(description="Lowest lr.")] = 0.0


class LinearWarmupDecay(Lightning, tag="lightning.linear_warmup_decay", frozen=True, kw_only=True):
    """Climb, then fall along a cosine, in a straight line, or not at all."""

    home = "pl_bolts.optimizers.lr_scheduler"
    version = "bolts 0.7.0"
    formula = "base_lr * where(t < warmup_steps, t / max(1, warmup_steps), after)"
    where = {
        "p": "(t - warmup_steps) / max(1, total_steps - warmup_steps)",
        "after": "0.5 * (1 + cos(pi * p)) if cosine else 1 - p if linear else 1",
    }
    counts = "steps"
    changes = "in phases"
    shape = "along a cosine or linearly"
    length_parameter = "total_steps"
    warmup_parameter = "warmup_steps"
    tips = ("Past total_steps the line goes below 0, and the cosine rises.",)

    warmup_steps: Warmup = 0
    total_steps: Annotated[Steps | None, Meta(description="When the lr is 0.")] = None
    cosine: Annotated[bool, Meta(description="Fall along a cosine.")] = True
    linear: Annotated[bool, Meta(description="Fall in a straight line, if not along a cosine.")] = False


class Finder(Lightning, frozen=True, kw_only=True):
    """A schedule of Lightning's lr finder."""

    home = "pytorch_lightning.tuner.lr_finder"
    counts = "steps"
    tips = ("It skips t = 1/num_iter: the second lr is two steps from the first.",)
    example = {"end_lr": 1.0, "num_iter": 100}

    end_lr: Annotated[OptimizerLr, Meta(description="Lr at num_iter − 1.")]
    num_iter: NumIter


class FinderLinearLR(Finder, tag="lightning._LinearLR", frozen=True, kw_only=True):
    """Go from the lr to end_lr in a straight line."""

    formula = "where(t < 1, base_lr, base_lr + (t + 1) / num_iter * (end_lr - base_lr))"
    shape = "linearly"


class FinderExponentialLR(Finder, tag="lightning._ExponentialLR", frozen=True, kw_only=True):
    """Go from the lr to end_lr by a constant factor."""

    formula = "base_lr * where(t < 1, 1, (end_lr / base_lr) ** ((t + 1) / num_iter))"
    shape = "by a constant factor"
    refuses = {"base_lr == 0": "the optimizer's lr is 0, and it divides by it"}


class TorchtuneCosine(Lightning, tag="lightning.torchtune.get_cosine_schedule_with_warmup", frozen=True, kw_only=True):
    """Climb, then follow a cosine wave, as transformers does."""

    home = "torchtune.training"
    version = "torchtune 0.6.1"
    formula = "base_lr * where(t < w, t / max(1, w), max(0.5 * (1 + cos(pi * num_cycles * 2 * p)), 0))"
    where = {"w": "num_warmup_steps", "p": "(t - w) / max(1, num_training_steps - w)"}
    counts = "steps"
    changes = "in phases"
    shape = "along a cosine"
    length_parameter = "num_training_steps"
    warmup_parameter = "num_warmup_steps"

    num_warmup_steps: Warmup = 0
    num_training_steps: Annotated[Steps | None, Meta(description="Length of the whole, warm-up included.")] = None
    num_cycles: Annotated[float, Meta(ge=0, le=1e9, description="Waves: 0.5 is half of one.")] = 0.5


class Trainer(AroundTorch, tag="lightning.Trainer", frozen=True, kw_only=True):
    """Step one of torch's schedulers as the Trainer does: t counts batches."""

    home = "pytorch_lightning"
    version = Lightning.version
    formula = "lr_scheduler(the number of its steps before batch t)"
    changes = "in phases"
    shape = "as its scheduler does"
    tips = (
        "interval is epoch by default, even for OneCycleLR.",
        "frequency counts the batches of an epoch and begins anew with each: frequency=3 with 5 batches is one step.",
    )
    example = {"lr_scheduler": [{"type": "torch.StepLR", "step_size": 30}], "interval": "step"}

    interval: Annotated[Literal["epoch", "step"], Meta(description="What the scheduler is stepped after.")] = "epoch"
    frequency: Annotated[Positive, Meta(description="After how many of them.")] = 1
    accumulate_grad_batches: Annotated[Positive, Meta(description="Batches of an optimizer step.")] = 1

    def unit(self) -> Counts:
        """Return steps: every batch is one."""
        return "steps"

    def rate(self, t: Array, run: Run) -> Array:
        """Return the member's lr after its steps so far."""
        member = self.member
        if member.metric_driven and run.known is not None:
            return array(member.lr(t, run))
        length = max(float(self.stepped(array(run.span), run)), 1.0)
        own = msgspec.structs.replace(run, total=length, rest=None, start=0.0)
        return array(member.lr(self.stepped(t, run), own))

    def stepped(self, t: Array, run: Run) -> Array:
        """Return the number of the scheduler's steps before batch t.

        Raises:
            SpecError: If the batches of an epoch are not known.
        """
        every = math.lcm(self.frequency, self.accumulate_grad_batches)
        if self.interval == "step" and every == 1:
            return t
        batches = run.steps_per_epoch
        if batches is None:
            raise SpecError(f"{self.tag()} needs steps_per_epoch: the batches of an epoch")
        epochs = floor(t / batches)
        if self.interval == "epoch":
            return floor(epochs / self.frequency)
        last = batches % self.frequency == 0 and batches % self.accumulate_grad_batches != 0
        return epochs * (batches // every + last) + floor((t - epochs * batches) / every)
