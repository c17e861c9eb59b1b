"""pytorch_optimizer: schedulers that do not depend on the optimizer's lr, most of them one step late."""

from __future__ import annotations

import math
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from lrcli.breakpoints import At
from lrcli.frameworks.around import AroundTorch
from lrcli.frameworks.scheduler import Count, End, Lr, OnOptimizer, Positive, Real, Scheduler, Share, Steps, StepsOrZero
from lrcli.numeric import cos, highest, maximum, minimum, not_an_expression, pi, piecewise, where
from lrcli.problems import SpecError
from lrcli.tables import looked_up

if TYPE_CHECKING:
    from lrcli.breakpoints import Breakpoints
    from lrcli.numeric import Array
    from lrcli.run import Run

MaxLr = Annotated[float, Meta(ge=0, le=1e300, description="Highest lr.")]
MinLr = Annotated[float, Meta(ge=0, le=1e300, description="Lowest lr, and that of step 0.")]
Warmup = Annotated[StepsOrZero, Meta(description="Length of the warm-up.")]


class PytorchOptimizer(Scheduler, frozen=True, kw_only=True):
    """A scheduler of pytorch_optimizer."""

    home = "pytorch_optimizer"
    version = "4.1.0"
    counts = "steps"
    peak = "max_lr"
    takes_optimizer = True


class Late(PytorchOptimizer, frozen=True, kw_only=True):
    """A scheduler whose constructor sets min_lr: step 0 has min_lr, and step t the value of the formula at t - 1."""

    changes = "in phases"
    length_parameter = "t_max"
    warmup_parameter = "warmup_steps"
    clock = "t - 1"
    formula = "where(t < 0, min_lr, where(t <= warmup_steps, climb, after))"
    where = {
        "climb": "init_lr + (max_lr - init_lr) * max(t, 0) / warmup_steps if warmup_steps else max_lr",
        "q": "(t - warmup_steps) / (t_max - warmup_steps or 1)",
    }
    tips: ClassVar[tuple[str, ...]] = ("Step 0 has min_lr, which is 0 by default: it trains nothing.",)

    t_max: Annotated[Steps | None, Meta(description="Length of the whole, warm-up included.")] = None
    max_lr: MaxLr
    min_lr: MinLr = 0.0
    init_lr: Annotated[Lr, Meta(description="Lr at which the warm-up begins.")] = 0.0
    warmup_steps: Warmup = 0.0

    def end(self, run: Run) -> End | None:
        """Return the first step after a warm-up that leaves no time: it divides by that."""
        warmup = run.of(self.warmup_steps)
        no_time = run.of(self.t_max) == warmup
        return End(warmup + 2, "t_max is warmup_steps, and it divides by the difference") if no_time else None


class LinearScheduler(Late, tag="pytorch_optimizer.LinearScheduler", frozen=True, kw_only=True):
    """Climb, then fall in a straight line, past t_max below min_lr too."""

    where = Late.where | {"after": "max_lr + (min_lr - max_lr) * q"}
    shape = "linearly"
    example = {"max_lr": 0.1}


class CosineScheduler(Late, tag="pytorch_optimizer.CosineScheduler", frozen=True, kw_only=True):
    """Climb, then follow a cosine wave, which rises again past t_max."""

    where = Late.where | {"after": "min_lr + (max_lr - min_lr) * (1 + cos(pi * q)) / 2"}
    shape = "along a cosine"
    example = {"max_lr": 0.1}


class PolyScheduler(Late, tag="pytorch_optimizer.PolyScheduler", frozen=True, kw_only=True):
    """Climb, then grow as a power of the step, without a bound."""

    where = Late.where | {"after": "min_lr + (max_lr - min_lr) * max(t - warmup_steps, 0) ** poly_order"}
    shape = "as a power of the step"
    tips = (*Late.tips, "The power is not divided by t_max: the lr grows above max_lr, and never falls.")
    example = {"max_lr": 0.1}

    poly_order: Annotated[float, Meta(ge=0, le=1e6, description="Power of the step.")] = 0.5


class CosineAnnealingWarmupRestarts(
    PytorchOptimizer, tag="pytorch_optimizer.CosineAnnealingWarmupRestarts", frozen=True, kw_only=True
):
    """Climb and fall along half a cosine, again and again, each time gamma as high."""

    formula = "min_lr + (max_lr * gamma**i - min_lr) * (1 + cos(pi * (c - warmup_steps) / (N - warmup_steps))) / 2"
    changes = "in cycles"
    shape = "along a cosine"
    tips = ("Step 0 has min_lr, without a warm-up too.",)
    refuses = {"warmup_steps >= first_cycle_steps": "warmup_steps must be below first_cycle_steps"}
    example = {"first_cycle_steps": 40}

    first_cycle_steps: Annotated[Positive, Meta(description="Length of the first cycle.")]
    cycle_mult: Annotated[float, Meta(gt=0, le=1e6, description="Length of each cycle over that before.")] = 1.0
    max_lr: MaxLr = 1e-4
    min_lr: MinLr = 1e-6
    warmup_steps: Annotated[Count, Meta(description="Length of the warm-up of each cycle.")] = 0
    gamma: Annotated[float, Meta(ge=0, le=1e6, description="Height of each cycle over that before.")] = 0.9

    def rate(self, t: Array, run: Run) -> Array:
        """Return the value of the cycle that t is in; min_lr at 0."""
        not_an_expression(t, "its cycles are counted one by one, and there is no closed form")
        cycles = self._cycles(highest(t))
        forms = [partial(self._cycle, i, length) for i, (_, length) in enumerate(cycles)]
        return where(t == 0, self.min_lr, piecewise(t, [float(start) for start, _ in cycles], forms))

    def _cycles(self, last: float) -> list[tuple[int, int]]:
        """Return when each cycle up to a step begins, and how long it is."""
        found = [(0, self.first_cycle_steps)]
        while sum(found[-1]) <= last:
            if len(found) >= _MOST_CYCLES:
                raise SpecError(f"{self.tag()} has more than {_MOST_CYCLES:,} cycles in this run")
            longer = int((found[-1][1] - self.warmup_steps) * self.cycle_mult)
            found.append((sum(found[-1]), max(1, longer) + self.warmup_steps))
        return found

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return step 1, the starts of the cycles and the ends of their warm-ups."""
        starts = [float(start) for start, _ in self._cycles(run.total)]
        return (At((1.0, *starts, *(start + self.warmup_steps for start in starts))),)

    def _cycle(self, i: int, length: int, c: Array) -> Array:
        height, warmup = self.max_lr * self.gamma**i - self.min_lr, self.warmup_steps
        wave = (1 + cos(pi * maximum(c - warmup, 0.0) / max(length - warmup, 1))) / 2
        return self.min_lr + height * where(c < warmup, c / max(warmup, 1), wave)


_MOST_CYCLES = 100_000


class REXScheduler(PytorchOptimizer, tag="pytorch_optimizer.REXScheduler", frozen=True, kw_only=True):
    """Fall slowly at first and fast at the end; step 0 has min_lr."""

    formula = "where((t == 0) | (t >= T), min_lr, min_lr + (max_lr - min_lr) * (1 - u) / (1 - u / 2))"
    where = {"T": "total_steps", "u": "min(t / T, 1)"}
    shape = "as a reciprocal"
    length_parameter = "total_steps"
    tips = ("Step 0 has min_lr, because the constructor leaves it; from step 1 on it is lrcli's rex.",)

    total_steps: Annotated[Steps | None, Meta(description="Length in steps.")] = None
    max_lr: MaxLr = 1.0
    min_lr: MinLr = 0.0

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return step 1 and the end."""
        return (At((1.0, run.of(self.total_steps))),)


class GetWsdSchedule(OnOptimizer, tag="pytorch_optimizer.get_wsd_schedule", frozen=True, kw_only=True):
    """Climb, stay, and fall in one of four shapes."""

    home = "pytorch_optimizer"
    version = PytorchOptimizer.version
    counts = "steps"
    formula = "base_lr * where(t < w, t / (w or 1), where(t < s, 1, where(t < s + d, cooled, min_lr_ratio)))"
    where = {
        "w": "num_warmup_steps",
        "d": "num_decay_steps",
        "s": "w + num_stable_steps",
        "p": "min(max(t - s, 0) / (d or 1), 1)",
        "wave": "(1 + cos(pi * num_cycles * 2 * p)) / 2",
        "cooled": "max(0, (1 - min_lr_ratio) * wave + min_lr_ratio) if cooldown_type == 'cosine' else "
        "1 - sqrt(p) if cooldown_type == '1-sqrt' else 1 - p**2 if cooldown_type == '1-square' else 1 - p",
    }
    changes = "in phases"
    shape = "as cooldown_type says"
    warmup_parameter = "num_warmup_steps"
    tips = ("min_lr_ratio is a floor of the cosine only; the others fall to 0 and then jump up to it.",)
    example = {"num_warmup_steps": 10, "num_stable_steps": 60, "num_decay_steps": 30}

    num_warmup_steps: Annotated[StepsOrZero, Meta(description="Length of the warm-up.")]
    num_stable_steps: Annotated[StepsOrZero, Meta(description="Length of the stable phase.")]
    num_decay_steps: Annotated[StepsOrZero, Meta(description="Length of the decay.")]
    min_lr_ratio: Annotated[Share, Meta(description="Lowest lr, as a share of base_lr.")] = 0.0
    num_cycles: Annotated[float, Meta(ge=0, le=1e9, description="Waves of the cosine.")] = 0.5
    cooldown_type: Annotated[
        Literal["cosine", "1-sqrt", "1-square", "linear"], Meta(description="Shape of the decay.")
    ] = "1-sqrt"


class GetChebyshevSchedule(OnOptimizer, tag="pytorch_optimizer.get_chebyshev_schedule", frozen=True, kw_only=True):
    """Multiply the lr by the reciprocal Chebyshev nodes, in fractal order."""

    home = "pytorch_optimizer"
    version = PytorchOptimizer.version
    counts = "epochs"
    formula = "base_lr * node(t - 2)"
    shape = "by the nodes of a polynomial"
    tips = ("The factors reach 20: base_lr is the lowest lr, not the highest. Epochs 0, 1 and 2 have the same.",)
    example = {"num_epochs": 8}

    num_epochs: Annotated[int, Meta(ge=1, le=10**6, description="Length in epochs.")]
    is_warmup: Annotated[bool, Meta(description="Keep the lr.")] = False

    def rate(self, t: Array, run: Run) -> Array:
        """Return base_lr times the node of the epoch."""
        steps = (1.0,) if self.is_warmup else _chebyshev(self.num_epochs)
        index = minimum(maximum(t - 2, 0.0), len(steps) - 1.0)
        return self.base_lr * looked_up(steps, index)


@lru_cache(maxsize=8)
def _chebyshev(epochs: int) -> tuple[float, ...]:
    """Return the reciprocal nodes between 0.05 and 1, in the order of Agarwal et al. 2021 (arXiv:2103.01338)."""
    power = 2 ** (int(math.log2(epochs - 1)) + 1) if epochs > 1 else 1
    nodes = [1 / (0.525 - 0.475 * math.cos((k + 0.5) * math.pi / power)) for k in range(power)]
    order = [0]
    while len(order) < power:
        order = [one for k in order for one in (k, 2 * len(order) - 1 - k)]
    return tuple(nodes[k] for k in order)


class ProportionScheduler(AroundTorch, tag="pytorch_optimizer.ProportionScheduler", frozen=True, kw_only=True):
    """Turn the lr of a scheduler into another quantity, such as GSAM's rho: what it gives is no lr."""

    home = "pytorch_optimizer"
    version = PytorchOptimizer.version
    formula = "min_value + (max_value - min_value) * (inner - min_lr) / (max_lr - min_lr)"
    shape = "as its scheduler does"
    refuses = {"max_lr == min_lr": "max_lr must not be min_lr: it divides by the difference"}
    tips = ("With the defaults it is constant: max_value and min_value are both 2.0.",)
    example = {"max_lr": 0.1, "min_value": 0.0, "lr_scheduler": [{"type": "torch.CosineAnnealingLR"}]}

    max_lr: Annotated[Real, Meta(description="Lr at which it is max_value.")]
    min_lr: Annotated[Real, Meta(description="Lr at which it is min_value.")] = 0.0
    max_value: Annotated[Real, Meta(description="Value at max_lr.")] = 2.0
    min_value: Annotated[Real, Meta(description="Value at min_lr.")] = 2.0
