"""pytorch_warmup: factors of the lr that rise to 1, during which a scheduler of torch already runs."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.frameworks.around import AroundTorch
from lrcli.frameworks.scheduler import StepsOrZero
from lrcli.schedules import form

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run

_Beta = Annotated[float, Meta(ge=0, lt=1)]
Period = Annotated[StepsOrZero, Meta(description="Length of the warm-up.")]
Betas = Annotated[tuple[_Beta, _Beta], Meta(description="The optimizer's betas.")]


class PytorchWarmup(AroundTorch, frozen=True, kw_only=True):
    """A warm-up of pytorch_warmup."""

    home = "pytorch_warmup"
    version = "0.2.0"
    formula = "inner * factor"
    changes = "in phases"
    members_optional = True


class Warmup(PytorchWarmup, frozen=True, kw_only=True):
    """A warm-up with a given length."""

    warmup_parameter = "warmup_period"
    refuses = {"warmup_period == 0": "warmup_period must be positive"}
    example = {"warmup_period": 10}

    warmup_period: Period


class LinearWarmup(Warmup, tag="pytorch_warmup.LinearWarmup", frozen=True, kw_only=True):
    """Multiply the lr by a factor that rises to 1 in a straight line."""

    where = {"factor": "min(1, (t + 1) / warmup_period)"}
    shape = "linearly"
    tips = ("It begins at 1/warmup_period, not at 0, and the scheduler inside goes on during the warm-up.",)


class ExponentialWarmup(Warmup, tag="pytorch_warmup.ExponentialWarmup", frozen=True, kw_only=True):
    """Multiply the lr by a factor that rises towards 1 exponentially."""

    where = {"factor": "1 - exp(-(t + 1) / warmup_period)"}
    shape = "exponentially"
    tips = ("At the end of warmup_period the factor is 0.63, not 1.",)


class Untuned(PytorchWarmup, frozen=True, kw_only=True):
    """A warm-up whose length follows from the optimizer's beta2."""

    tips = ("The length is truncated: with beta2=0.999 the linear one takes 1999 steps, not 2000.",)

    betas: Betas = (0.9, 0.999)


class UntunedLinearWarmup(Untuned, tag="pytorch_warmup.UntunedLinearWarmup", frozen=True, kw_only=True):
    """Multiply the lr by a factor that rises to 1 in a straight line, for 2/(1 − beta2) steps."""

    where = {"period": "int(2 / (1 - betas[1]))", "factor": "min(1, (t + 1) / period)"}
    shape = "linearly"


class UntunedExponentialWarmup(Untuned, tag="pytorch_warmup.UntunedExponentialWarmup", frozen=True, kw_only=True):
    """Multiply the lr by a factor that rises towards 1 exponentially, by 1/(1 − beta2) steps."""

    where = {"period": "int(1 / (1 - betas[1]))", "factor": "1 - exp(-(t + 1) / period)"}
    shape = "exponentially"


class RAdamWarmup(PytorchWarmup, tag="pytorch_warmup.RAdamWarmup", frozen=True, kw_only=True):
    """Multiply the lr by the factor that RAdam corrects its variance with."""

    where = {
        "top": "2 / (1 - betas[1]) - 1",
        "k": "t + offset(betas[1])",
        "decay": "power(betas[1], k)",
        "rho": "top - 2 * k * decay / (1 - decay)",
        "factor": "sqrt((rho - 4) * (rho - 2) * top / ((top - 4) * (top - 2) * rho))",
    }
    shape = "as RAdam does"
    refuses = {"betas[1] <= 0.6": "beta2 must be greater than 0.6"}

    betas: Betas = (0.9, 0.999)

    def rate(self, t: Array, run: Run) -> Array:
        """Return the member's lr times RAdam's factor."""
        inner = self.member.lr(t, run) if self.lr_scheduler else self.base_lr
        return form.values(self, run, self.formula, t, inner=inner, offset=offset, power=power)


def offset(beta: float) -> int:
    """Return the first step whose variance RAdam can correct: that with ρ > 4."""
    top = 2 / (1 - beta) - 1
    return next(k for k in count(1) if top - 2 * k * beta**k / (1 - beta**k) > 4)


def power(beta: float, k: Array) -> Array:
    """Return beta ** k as Python computes it; numpy's last digit may differ, which a small rho would show."""
    if not hasattr(k, "tolist"):
        return beta**k
    import numpy as np

    return np.array([beta**one for one in k.tolist()])
