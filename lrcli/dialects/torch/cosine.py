"""torch's cosines: CosineAnnealingLR, which is a wave, and CosineAnnealingWarmRestarts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from lrcli.codes import Caution
from lrcli.compose import breakpoints
from lrcli.dialects.base import End, Real
from lrcli.dialects.torch.base import Moves, Overwriting, TorchScheduler
from lrcli.knots import multiples
from lrcli.numeric import cos, cycle_number, floor, pi, where
from lrcli.schedules import Cosine, CosineRestarts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.compose import Spec
    from lrcli.numeric import Array
    from lrcli.run import Run

EtaMin = Annotated[Real, Meta(description="Lowest lr.")]


class CosineAnnealingLR(TorchScheduler, tag="torch.CosineAnnealingLR", frozen=True, kw_only=True):
    """Follow a cosine wave: down to eta_min at T_max, and up again.

    lr(t) = eta_min + (base_lr − eta_min)(1 + cos(π·t/T_max))/2 for every t, with the period 2·T_max.
    """

    formula = "eta_min + (base_lr − eta_min)(1 + cos(π · t/T_max)) / 2"
    shape = "along a cosine"
    tips = (
        "It is a wave: after T_max the lr rises again, and is back at base_lr at 2 · T_max.",
        "torch steps it by a recursion, which past T_max and with eta_min > 0 drifts from the wave: by 5e-10 of "
        "base_lr for T_max=10,000.",
    )
    example = {"T_max": 100}

    T_max: Annotated[float, Meta(ge=0, le=1e15, description="Half of the period: when the lr is lowest.")]
    eta_min: EtaMin = 0.0

    def onward(self, t: Array, lr: float, base: float, run: Run) -> Array:  # noqa: ARG002
        """Return the wave: up to T_max from the lr that it finds, and after it from base."""
        top = base if lr == base else where(t <= self.T_max, lr, base)
        return self.eta_min + (top - self.eta_min) * (1 + cos(pi * t / (self.T_max or 1.0))) / 2

    def refuses_restart(self) -> str:
        """Return that a T_max of 0 is divided by."""
        return "T_max is 0, and torch divides by it" if self.T_max == 0 else ""

    def moves(self, k: Array, base: float, run: Run) -> Moves:  # noqa: ARG002
        """Return torch's recursion: a ratio of the wave's heights, and past each trough a first step up from it."""
        period = self.T_max or 1.0
        trough = (k - 1 - period) % (2 * period) == 0
        below = where(trough, 1.0, 1 + cos(pi * (k - 1) / period))
        ratio = (1 + cos(pi * k / period)) / where(below == 0, 1.0, below)
        up = (base - self.eta_min) * (1 - math.cos(pi / period)) / 2
        return Moves(where(trough, 1.0, ratio), where(trough, up, self.eta_min * (1 - ratio)))

    def end(self, run: Run) -> End | None:  # noqa: ARG002
        """Return the first step of a T_max of 0."""
        return End(1, "T_max is 0, and torch divides by it") if self.T_max == 0 else None

    def turns(self, run: Run, edges: Array) -> Array:  # noqa: ARG002
        """Return the troughs and the tops."""
        return multiples(self.T_max or 1.0, edges)

    def ours(self, run: Run) -> Spec | None:
        """Return a cosine, as long as the run ends before the wave rises."""
        if run.span > self.T_max + 1 or not 0 <= self.eta_min <= self.base_lr or self.base_lr == 0:
            return None
        return Cosine(max_lr=self.base_lr, min_lr=self.eta_min, cycle_length=self.T_max)

    def cautions(self, run: Run) -> Iterator[Caution]:
        """Yield that it rises again within the run."""
        if self.T_max > 0 and run.span > self.T_max + 1:
            last = run.span - 1
            back = (1 + math.cos(pi * last / self.T_max)) / 2
            text = f"CosineAnnealingLR is a wave: after T_max={self.T_max:g} the lr rises again"
            yield Caution("LR004", f"{text}, to {100 * back:.3g} % of the way back up at {run.unit} {last:g}")


class CosineAnnealingWarmRestarts(Overwriting, tag="torch.CosineAnnealingWarmRestarts", frozen=True, kw_only=True):
    """Fall along half a cosine, jump back to base_lr, and so on.

    In cycle i, which is T_i = T_0 · T_mult^i long: lr(t) = eta_min + (base_lr − eta_min)(1 + cos(π·T_cur/T_i))/2, with
    T_cur the steps since the restart.
    """

    formula = "eta_min + (base_lr − eta_min)(1 + cos(π · T_cur/T_i)) / 2,  T_i = T_0 · T_mult^i"
    changes = "in cycles"
    shape = "along a cosine"
    tips = (
        "Stepped by whole numbers it never reaches eta_min: a cycle ends a step before that.",
        "Looked at --per-step in a run of epochs, it is stepped by fractions of epochs, as its documentation tells.",
    )
    example = {"T_0": 10}

    T_0: Annotated[int, Meta(ge=1, le=10**15, description="Length of the first cycle.")]
    T_mult: Annotated[int, Meta(ge=1, le=10**6, description="How much longer each cycle is than the last.")] = 1
    eta_min: EtaMin = 0.0

    def steps(self, t: Array, run: Run) -> Array:  # noqa: ARG002
        """Return t itself: it may be stepped by fractions."""
        return t

    def value(self, t: Array, base: float, run: Run) -> Array:  # noqa: ARG002
        """Return the cosine of the cycle that t is in."""
        if self.T_mult == 1:
            return self._wave(t - self.T_0 * floor(t / self.T_0), self.T_0, base)
        number = cycle_number(t, self.T_0, self.T_mult)
        begin = self.T_0 * ((float(self.T_mult) ** number - 1) / (self.T_mult - 1))
        return self._wave(t - begin, self.T_0 * float(self.T_mult) ** number, base)

    def _wave(self, t: Array, length: Array | float, base: float) -> Array:
        return self.eta_min + (base - self.eta_min) * (1 + cos(pi * t / length)) / 2

    def turns(self, run: Run, edges: Array) -> Array:
        """Return the restarts."""
        return breakpoints(self._cycles(), run, edges)

    def ours(self, run: Run) -> Spec | None:  # noqa: ARG002
        """Return a cosine with restarts."""
        if not 0 <= self.eta_min <= self.base_lr or self.base_lr == 0:
            return None
        return self._cycles().replaced(max_lr=self.base_lr, min_lr=self.eta_min)

    def _cycles(self) -> CosineRestarts:
        return CosineRestarts(max_lr=1.0, cycle_length=float(self.T_0), cycle_mult=float(self.T_mult))
