"""t5x: a schedule that is a product of named factors, in float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.frameworks.scheduler import Count, Lr, Positive, Scheduler
from lrcli.problems import Problem, closest
from lrcli.schedules import form

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run

FACTORS = {
    "constant": "base_learning_rate",
    "linear_warmup": "min(1, s / warmup_steps)",
    "linear_decay": "base_learning_rate * min(s / warmup_steps, 1 + decay_factor * (warmup_steps - s))",
    "rsqrt_decay": "1 / sqrt(max(s, warmup_steps))",
    "rsqrt_normalized_decay": "sqrt(warmup_steps) / sqrt(max(s, warmup_steps))",
    "decay_every": "decay_factor ** floor(s / steps_per_decay)",
    "cosine_decay": "max(0, (1 + cos(pi * ((max(s - warmup_steps, 0) / steps_per_cycle) % 1))) / 2)",
}
"""Each factor as an expression of s, the step after step_offset."""


class CreateLearningRateScheduler(Scheduler, tag="t5x.create_learning_rate_scheduler", frozen=True, kw_only=True):
    """Multiply the factors that are named; never below min_learning_rate."""

    home = "t5x.utils"
    version = "git cc342d419ec3"
    counts = "steps"
    precision = "float32"
    formula = "max(product of the factors, min_learning_rate)"
    where = {"s": "max(0, t - step_offset)", **FACTORS}
    shape = "as its factors do"
    peak = "base_learning_rate"
    positional = "factors"
    refuses = {"warmup_steps < 1": "warmup_steps must be at least 1"}
    tips = (
        "constant * rsqrt_decay has its peak at base_learning_rate / √warmup_steps, not at base_learning_rate; with "
        "rsqrt_normalized_decay it is base_learning_rate.",
    )

    factors: Annotated[str, Meta(description="Names joined by *: constant * linear_warmup * rsqrt_decay.")] = (
        "constant * linear_warmup * rsqrt_decay"
    )
    base_learning_rate: Annotated[Lr, Meta(description="The factor constant.")] = 0.5
    warmup_steps: Annotated[Count, Meta(description="Length of the warm-up, and of the root's plateau.")] = 1000
    decay_factor: Annotated[float, Meta(ge=0, le=1e9, description="Factor of decay_every; slope of linear_decay.")] = (
        0.5
    )
    steps_per_decay: Annotated[Positive, Meta(description="Steps between the cuts of decay_every.")] = 20000
    steps_per_cycle: Annotated[Positive, Meta(description="Length of a cycle of cosine_decay.")] = 100000
    step_offset: Annotated[Count, Meta(description="Step at which it begins to count.")] = 0
    min_learning_rate: Annotated[Lr, Meta(description="Lowest lr.")] = 1e-8

    @property
    def _named(self) -> list[str]:
        return [name.strip() for name in self.factors.split("*")]

    def rate(self, t: Array, run: Run) -> Array:
        """Return the product of the factors."""
        text = " * ".join(f"({FACTORS[name]})" for name in self._named)
        return form.values(self, run, f"max({text}, min_learning_rate)", t)

    def problems(self) -> list[Problem]:
        """Return factors that there are not."""
        return super().problems() + [
            Problem(message=f"no factor is called {name!r}", path=("factors",), suggestion=closest(name, FACTORS))
            for name in self._named
            if name not in FACTORS
        ]
