"""The base of schedulers that can be chained: each step changes the current lr by lr ← times · lr + plus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple

from msgspec import Meta

from lrcli.frameworks.scheduler import End, OnOptimizer
from lrcli.numeric import full
from lrcli.problems import SpecError
from lrcli.schedules import form

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lrcli.numeric import Array
    from lrcli.run import Run

    Floats = NDArray[np.float64]

LastEpoch = Annotated[int, Meta(ge=-1, le=10**15, description="The last epoch (or step) of a run that is resumed.")]
InitialLr = Annotated[
    Annotated[float, Meta(ge=0, le=1e300)] | None,
    Meta(description="The optimizer's initial_lr, if its lr is not the one that was saved with it."),
]


class Moves(NamedTuple):
    """The effect of some steps on the lr: lr ← times · lr + plus."""

    times: Array
    plus: Array


class Stepped(OnOptimizer, frozen=True, kw_only=True):
    """A scheduler whose steps change the current lr.

    On its own it has a closed form, `formula`. After another scheduler, together with others, or in a resumed run, its
    lr follows from the expressions below. In them t is the scheduler's last_epoch, lr the current lr and base_lr the
    optimizer's initial_lr.

    Attributes:
        begins: The lr after its constructor.
        restarts: The lr at a milestone of SequentialLR; for a scheduler with a closed form, that form at 0.
        no_restart: Conditions under which a restart at a milestone fails, each with the reason.
        times: The factor by which the step to t multiplies the lr.
        plus: The summand that the step to t adds to it.
        origin: The base_lr with which `formula` continues from the current lr; "" if base_lr does not change.
        held: In a resumed run the constructor keeps the current lr; otherwise it takes a step.
        shared: Parameters that it stores in the optimizer, where the last scheduler of its class overwrites them.
        by_count: Its t counts its own steps instead of last_epoch.
    """

    begins: ClassVar[str] = "lr"
    restarts: ClassVar[str] = "base_lr"
    no_restart: ClassVar[dict[str, str]] = {}
    times: ClassVar[str]
    plus: ClassVar[str] = "0"
    origin: ClassVar[str] = ""
    held: ClassVar[bool] = True
    shared: ClassVar[tuple[str, ...]] = ()
    by_count: ClassVar[bool] = False

    last_epoch: LastEpoch = -1
    initial_lr: InitialLr = None

    @property
    def first(self) -> int:
        """Its first step: 0, or the one after last_epoch."""
        return self.last_epoch + 1

    @property
    def base(self) -> float:
        """The initial_lr of the optimizer if no other scheduler changes it."""
        return self.base_lr if self.initial_lr is None else self.initial_lr

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr during t of this scheduler on its own."""
        if self.first:
            return self.resumed(t, run)
        if self.initial_lr is None:
            return super().rate(t, run)
        return self.onward(t, self.started(self.base_lr, self.base, run), self.base, run)

    def resumed(self, t: Array, run: Run) -> Array:
        """Return the lr during t of a resumed run, which is computed step by step."""
        from lrcli.frameworks import stepping

        return stepping.played(self, t, run)

    def raises(self, run: Run) -> End | None:
        """Return the first of its own steps at which the framework raises an error."""
        return None

    def end(self, run: Run) -> End | None:
        """Return where the framework raises an error, if it does."""
        end = self.raises(run)
        at_once = 1 if self.first and self.held else 0
        return end and end._replace(t=max(end.t - self.first, at_once))

    def noted(self, lr: float, initial: float | None) -> tuple[float, float]:
        """Return the optimizer's lr and initial_lr in the constructor, before its first step."""
        return lr, lr if initial is None else initial

    def left(self, lr: float, initial: float) -> float:
        """Return the lr after the constructor's first step."""
        return lr

    def started(self, lr: float, base: float, run: Run) -> float:
        """Return the lr after the constructor, for the lr before it and its base_lr."""
        return float(form.value(self, run, self.begins, t=0.0, lr=lr, base_lr=base))

    def restarted(self, lr: float, base: float, run: Run) -> float:
        """Return the lr at a milestone of SequentialLR.

        Raises:
            SpecError: If the framework raises an error there.
        """
        if why := self.refuses_restart(run):
            raise SpecError(why)
        return float(form.value(self, run, self.restarts, t=0.0, lr=lr, base_lr=base))

    def refuses_restart(self, run: Run) -> str:
        """Return the reason why it cannot start at a milestone; "" if it can."""
        return next((why for condition, why in self.no_restart.items() if form.value(self, run, condition)), "")

    def onward(self, t: Array, lr: float, base: float, run: Run) -> Array:
        """Return the lr t steps after a given lr.

        Args:
            t: Whole numbers ≥ 0.
            lr: The lr at t = 0.
            base: The scheduler's base_lr.
            run: The run that t counts in.
        """
        if self.origin:
            origin = form.value(self, run, self.origin, t=t, lr=lr, base_lr=base)
            return form.values(self, run, self.formula, t, base_lr=origin)
        return form.values(self, run, self.formula, t, lr=lr, base_lr=base)

    def moves(self, t: Array, base: float, run: Run) -> Moves:
        """Return the effect of the step to each t after the constructor."""
        return Moves(*(form.values(self, run, text, t, base_lr=base) for text in (self.times, self.plus)))


class Multiplying(Stepped, frozen=True, kw_only=True):
    """A scheduler whose steps multiply the lr; its formula is base_lr times a factor."""

    def growth(self, t: Array, run: Run) -> Array:
        """Return the factor of the lr at t since the start."""
        first = float(form.value(self, run, self.formula, t=0.0, base_lr=1.0)) or 1.0
        return form.values(self, run, self.formula, t, base_lr=1.0) / first

    def onward(self, t: Array, lr: float, base: float, run: Run) -> Array:
        """Return lr times growth."""
        return lr * self.growth(t, run)


class Overwriting(Stepped, frozen=True, kw_only=True):
    """A scheduler that sets the lr independently of the current lr."""

    times = "0"
    held = False

    def resumed(self, t: Array, run: Run) -> Array:
        """Return the lr that it sets, from the step after last_epoch on."""
        return self.onward(t + self.first, self.base_lr, self.base, run)

    def _set(self, t: Any, base: float, run: Run) -> Any:
        return self.onward(t, base, base, run)

    def started(self, lr: float, base: float, run: Run) -> float:
        """Return its own lr at 0."""
        return float(self._set(0.0, base, run))

    def restarted(self, lr: float, base: float, run: Run) -> float:
        """Return its own lr at 0."""
        return self.started(lr, base, run)

    def moves(self, t: Array, base: float, run: Run) -> Moves:
        """Return the lr that it sets, as steps that multiply the current lr by 0."""
        return Moves(full(t, 0.0), self._set(t, base, run))


def together(moves: list[Moves]) -> Moves:
    """Return the moves from the lr before some steps to the lr at each of these steps.

    First the moves of all schedulers at a step are composed to one move, then the steps are composed by doubling: the
    moves over 1, 2, 4, … steps.

    Args:
        moves: The moves of each scheduler, in the order in which they step.
    """
    import numpy as np

    times, plus = moves[0]
    for next_times, next_plus in moves[1:]:
        times, plus = next_times * times, next_times * plus + next_plus
    reach = 1
    while reach < len(times):
        plus = np.concatenate([plus[:reach], plus[reach:] + times[reach:] * plus[:-reach]])
        times = np.concatenate([times[:reach], times[reach:] * times[:-reach]])
        reach *= 2
    return Moves(times, plus)
