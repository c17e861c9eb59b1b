"""transformers' warm-up, stable phase and decay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from lrcli.codes import Caution
from lrcli.dialects.transformers.base import Cycles, WarmedUp
from lrcli.knots import joined, marks, multiples
from lrcli.numeric import cos, maximum, minimum, pi, sqrt, where
from lrcli.problems import Problem
from lrcli.run import Length, LengthOrZero

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array
    from lrcli.run import Run


class WarmupStableDecay(WarmedUp, tag="transformers.warmup_stable_decay", frozen=True, kw_only=True):
    """Warm up from min_lr_ratio, stay at the peak, and decay to min_lr_ratio.

    f(t) = r + (1 − r)·g(t/w), then 1 for S steps, then r + (1 − r)·h((t − w − S)/D), then r, with r = min_lr_ratio,
    D = num_decay_steps and S = num_stable_steps or T − w − D. g and h go as warmup_type and decay_type say.
    """

    names = ("get_wsd_schedule",)
    formula = "base_lr · (r + (1 − r) · g(t/w)), then base_lr, then base_lr · (r + (1 − r) · h(u))"
    changes = "in phases"
    shape = "flat, then by decay_type"
    example = {"num_decay_steps": 20, "num_warmup_steps": 5, "num_training_steps": "100%"}
    tips = (
        "The arguments come in the order warm-up, decay, training, stable.",
        "The warm-up begins at min_lr_ratio · base_lr, not at 0.",
    )

    num_decay_steps: Annotated[LengthOrZero, Meta(description="Steps of the decay.")]
    num_training_steps: Annotated[
        Length | None, Meta(description="Length of all; the stable phase has what the others leave.")
    ] = None
    num_stable_steps: Annotated[LengthOrZero | None, Meta(description="Steps at the peak, instead.")] = None
    warmup_type: Annotated[Literal["linear", "cosine", "1-sqrt"], Meta(description="Shape of the warm-up.")] = "linear"
    decay_type: Annotated[Literal["linear", "cosine", "1-sqrt"], Meta(description="Shape of the decay.")] = "cosine"
    min_lr_ratio: Annotated[float, Meta(ge=0, le=1e9, description="Share of base_lr at both ends.")] = 0.0
    num_cycles: Cycles = 0.5

    def problems(self) -> list[Problem]:
        """Return that no length is given."""
        found = super().problems()
        if self.num_training_steps is None and self.num_stable_steps is None:
            message = "give num_training_steps or num_stable_steps: transformers wants either (100% is the whole run)"
            found.append(Problem(message=message, path=("num_training_steps",)))
        return found

    def total(self, run: Run) -> float:
        """Return num_training_steps, or the length of the run, of which a warmup_steps below 1 is a share."""
        return run.of(self.num_training_steps)

    def in_run(self, run: Run) -> WarmedUp:
        """Return the same with the warm-up and the other phases in steps."""
        lengths: dict[str, float] = {"num_decay_steps": run.of(self.num_decay_steps)}
        if self.num_stable_steps is not None:
            lengths["num_stable_steps"] = run.of(self.num_stable_steps)
        if self.num_training_steps is not None:
            lengths["num_training_steps"] = self.total(run)
        return super().in_run(run).replaced(**lengths)

    def _phases(self, run: Run) -> tuple[float, float, float]:
        """Return the lengths of the three phases; the stable one may be negative, as in transformers."""
        warmup, decay = self.warmup_of(run), run.of(self.num_decay_steps)
        if self.num_stable_steps is not None:
            return warmup, run.of(self.num_stable_steps), decay
        return warmup, self.total(run) - warmup - decay, decay

    def rate(self, t: Array, run: Run) -> Array:
        """Return the optimizer's lr times the factor of the phase."""
        warmup, stable, decay = self._phases(run)
        climbed = minimum(t / max(1.0, warmup), 1.0)
        rise = {
            "linear": lambda: climbed,
            "cosine": lambda: 0.5 * (1.0 - cos(pi * climbed)),
            "1-sqrt": lambda: 1.0 - sqrt(1.0 - climbed),
        }[self.warmup_type]()
        u = minimum(maximum((t - warmup - stable) / max(1.0, decay), 0.0), 1.0)
        fall = {
            "linear": lambda: 1.0 - u,
            "cosine": lambda: 0.5 * (1.0 + cos(pi * self.num_cycles * 2.0 * u)),
            "1-sqrt": lambda: 1.0 - sqrt(u),
        }[self.decay_type]()
        low = self.min_lr_ratio
        factor = where(t < warmup + stable + decay, maximum(fall * (1 - low) + low, 0.0), low)
        factor = where(t < warmup + stable, 1.0, factor)
        return self.base_lr * where(t < warmup, maximum(rise * (1 - low) + low, 0.0), factor)

    def turns(self, run: Run, edges: Array) -> Array:
        """Return the ends of the phases, and the tops and troughs of the decay's wave."""
        warmup, stable, decay = self._phases(run)
        half = max(1.0, decay) / (2 * self.num_cycles) if self.num_cycles else decay + 1
        return joined(marks(warmup, warmup + stable, warmup + stable + decay), multiples(half, edges, warmup + stable))

    def cautions(self, run: Run) -> Iterator[Caution]:
        """Yield that the phases do not fit."""
        yield from super().cautions(run)
        warmup, stable, decay = self._phases(run)
        if stable < 0:
            text = f"num_training_steps={self.total(run):g} is less than warm-up and decay ({warmup:g} + {decay:g})"
            yield Caution("LR032", f"{text}: the lr drops into the middle of the decay at {run.unit} {warmup:g}")
        if run.span < warmup + stable:
            text = f"the run ends after {run.span:g} {run.unit}s, before the decay at {warmup + stable:g}"
            yield Caution("LR003", f"{text}: get_wsd_schedule takes (warmup, decay, training, stable), in this order")
