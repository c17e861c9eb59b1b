"""OLMo: schedulers whose step counts from 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from lrcli.frameworks.scheduler import Count, Lr, Members, OnOptimizer, Share, Steps, StepsOrZero
from lrcli.numeric import array, full, maximum, where
from lrcli.problems import Problem

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run

Warmup = Annotated[StepsOrZero, Meta(description="Length of the warm-up.")]
WarmupLr = Annotated[Lr | None, Meta(description="Lr at which the warm-up begins; a tenth of the lr if not given.")]


class OLMo(OnOptimizer, frozen=True, kw_only=True):
    """A scheduler of OLMo."""

    home = "olmo.optim"
    version = "git 59a53e3f68e5"
    counts = "steps"
    clock = "t + 1"
    takes_optimizer = False


class WarmedUp(OLMo, frozen=True, kw_only=True):
    """A scheduler with a linear warm-up."""

    changes = "in phases"
    warmup_parameter = "warmup_steps"
    formula = "where(t < w, climb, after)"
    where = {
        "w": "warmup_steps",
        "low": "base_lr / 10 if warmup_min_lr is None else warmup_min_lr",
        "climb": "low + (base_lr - low) * min(t, w) / (w or 1)",
    }
    tips = ("The warm-up begins at a tenth of the lr, not at 0, unless warmup_min_lr is given.",)

    warmup_steps: Warmup = 2000.0
    warmup_min_lr: WarmupLr = None


class Falling(WarmedUp, frozen=True, kw_only=True):
    """A scheduler that falls to the share alpha_f of the lr at t_max."""

    length_parameter = "t_max"
    where = WarmedUp.where | {
        "E": "base_lr * alpha_f",
        "q": "min(max((t - w) / (t_max - w), 0), 1)",
        "after": "where(t >= t_max, E, fall)",
    }

    alpha_f: Annotated[Share, Meta(description="Lowest lr, as a share of the lr.")] = 0.1
    t_max: Annotated[Steps | None, Meta(description="Length of the whole, warm-up included.")] = None


class CosWithWarmup(Falling, tag="olmo.CosWithWarmup", frozen=True, kw_only=True):
    """Climb, then fall along half a cosine."""

    where = Falling.where | {"fall": "E + (base_lr - E) * (1 + cos(pi * q)) / 2"}
    shape = "along a cosine"


class LinearWithWarmup(Falling, tag="olmo.LinearWithWarmup", frozen=True, kw_only=True):
    """Climb, then fall in a straight line."""

    where = Falling.where | {"fall": "base_lr - (base_lr - E) * q"}
    shape = "linearly"


class CosLinearEnvelope(Falling, tag="olmo.CosLinearEnvelope", frozen=True, kw_only=True):
    """Climb, then fall along half a cosine times a straight line."""

    where = Falling.where | {"fall": "E + (base_lr - E) * (1 - q) * (1 + cos(pi * q)) / 2"}
    shape = "along a cosine times a line"


class InvSqrtWithWarmup(WarmedUp, tag="olmo.InvSqrtWithWarmup", frozen=True, kw_only=True):
    """Climb, then fall as one over the square root of the step."""

    where = WarmedUp.where | {"after": "base_lr * sqrt(w / max(w, t))"}
    shape = "as 1/√t"


class ConstantScheduler(OLMo, tag="olmo.ConstantScheduler", frozen=True, kw_only=True):
    """Keep the lr."""

    formula = "base_lr"
    changes = "never"
    shape = "not at all"
    same = "constant: max_lr=base_lr"


class ConstantWithWarmupScheduler(WarmedUp, tag="olmo.ConstantWithWarmupScheduler", frozen=True, kw_only=True):
    """Climb, and stay."""

    where = WarmedUp.where | {"after": "base_lr"}
    shape = "linearly"


class Around(OLMo, frozen=True, kw_only=True):
    """A scheduler that combines others of OLMo.

    Attributes:
        takes: How many it combines.
    """

    changes = "in phases"
    shape = "as its schedulers do"
    takes: ClassVar[int] = 1

    def problems(self) -> list[Problem]:
        """Return a problem if the number of members is wrong, or one is none of OLMo's."""
        held = getattr(self, self.members)
        found = super().problems()
        if len(held) != self.takes or not all(isinstance(one, OLMo) for one in held):
            message = f"{self.tag()} takes {self.takes} of OLMo's schedulers"
            found.append(Problem(message=message, path=(self.members,)))
        return found

    def of_member(self, i: int, t: Array, run: Run) -> Array:
        """Return the lr of a member at OLMo's step t."""
        member = getattr(self, self.members)[i].replaced(base_lr=self.base_lr)
        return array(member.rate(t, run))


class MaxScheduler(Around, tag="olmo.MaxScheduler", frozen=True, kw_only=True):
    """Take the higher lr of two schedulers, which OLMo calls sched1 and sched2."""

    formula = "max(schedulers[0](t), schedulers[1](t))"
    members = "schedulers"
    takes = 2
    example = {"schedulers": [{"type": "olmo.CosWithWarmup"}, {"type": "olmo.InvSqrtWithWarmup"}]}

    schedulers: Members

    def rate(self, t: Array, run: Run) -> Array:
        """Return the higher of both."""
        return maximum(self.of_member(0, t, run), self.of_member(1, t, run))


class BoltOnWarmupScheduler(Around, tag="olmo.BoltOnWarmupScheduler", frozen=True, kw_only=True):
    """Stay at 0 until warmup_start, climb to another scheduler's lr at warmup_end, and follow that."""

    formula = "where(t < warmup_start, 0, where(t < warmup_end, climb, inner(t)))"
    members = "inner"
    example = {"inner": [{"type": "olmo.CosWithWarmup"}], "warmup_start": 10, "warmup_end": 30}
    refuses = {"warmup_end <= warmup_start": "warmup_end must be more than warmup_start"}

    inner: Members
    warmup_start: Annotated[Count, Meta(description="Step until which the lr is 0.")]
    warmup_end: Annotated[Count, Meta(description="Step from which the scheduler acts.")]

    def rate(self, t: Array, run: Run) -> Array:
        """Return 0, the climb, or the scheduler's lr."""
        begin, end = float(self.warmup_start), float(self.warmup_end)
        met = self.of_member(0, array(end), run)
        climb = met * ((t - begin) / (end - begin))
        return where(t < begin, full(t, 0.0), where(t < end, climb, self.of_member(0, t, run)))
