"""Schedulers that change the lr which they find by lr ← times · lr + plus at each step, so that they can be chained."""

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
    """What some steps do to the lr: lr ← times · lr + plus."""

    times: Array
    plus: Array


class Stepped(OnOptimizer, frozen=True, kw_only=True):
    """A scheduler whose steps change the lr that they find.

    Alone it has a closed form, `formula`. Behind another scheduler, beside others that change the same lr, or resumed,
    it is known by the expressions below. In them t is the scheduler's last_epoch, lr what it finds and base_lr the
    initial_lr of the optimizer.

    Attributes:
        begins: The lr that its constructor leaves.
        restarts: The lr at a milestone of SequentialLR: of its own closed form at 0, if it has one.
        no_restart: Conditions under which that fails, each with why.
        times: By what the step to t multiplies the lr.
        plus: What it adds.
        origin: The base_lr with which `formula` goes on from an lr that is found. Empty for the formula as it is.
        held: A resumed run begins with the lr that is found; if not, the constructor takes its step.
        shared: Parameters that it keeps in the optimizer, where the last scheduler of its kind overwrites them.
        by_count: It goes by how often it was stepped, not by last_epoch.
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
        """The step with which it begins: 0, or the one after last_epoch."""
        return self.last_epoch + 1

    @property
    def base(self) -> float:
        """The initial_lr of the optimizer when it is alone."""
        return self.base_lr if self.initial_lr is None else self.initial_lr

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr during t of the scheduler alone."""
        if self.first:
            return self.resumed(t, run)
        if self.initial_lr is None:
            return super().rate(t, run)
        return self.onward(t, self.started(self.base_lr, self.base, run), self.base, run)

    def resumed(self, t: Array, run: Run) -> Array:
        """Return the lr during t of a resumed run, which is stepped through."""
        from lrcli.frameworks import stepping

        return stepping.played(self, t, run)

    def raises(self, run: Run) -> End | None:
        """Return the first step, on its own clock, that the framework refuses to take."""
        return None

    def end(self, run: Run) -> End | None:
        """Return where the framework raises, if it does."""
        end = self.raises(run)
        at_once = 1 if self.first and self.held else 0
        return end and end._replace(t=max(end.t - self.first, at_once))

    def noted(self, lr: float, initial: float | None) -> tuple[float, float]:
        """Return the optimizer's lr and initial_lr as the constructor leaves them before its step."""
        return lr, lr if initial is None else initial

    def left(self, lr: float, initial: float) -> float:
        """Return the lr after the constructor's step."""
        return lr

    def started(self, lr: float, base: float, run: Run) -> float:
        """Return the lr that the constructor leaves, which finds this one and notes base."""
        return float(form.value(self, run, self.begins, t=0.0, lr=lr, base_lr=base))

    def restarted(self, lr: float, base: float, run: Run) -> float:
        """Return the lr at a milestone of SequentialLR.

        Raises:
            SpecError: If the framework raises there.
        """
        if why := self.refuses_restart(run):
            raise SpecError(why)
        return float(form.value(self, run, self.restarts, t=0.0, lr=lr, base_lr=base))

    def refuses_restart(self, run: Run) -> str:
        """Return why it cannot start at a milestone, if it cannot."""
        return next((why for condition, why in self.no_restart.items() if form.value(self, run, condition)), "")

    def onward(self, t: Array, lr: float, base: float, run: Run) -> Array:
        """Return the lr after t steps from this one.

        Args:
            t: Whole numbers ≥ 0.
            lr: At t = 0.
            base: The scheduler's base_lr.
            run: The run that t counts in.
        """
        if self.origin:
            origin = form.value(self, run, self.origin, t=t, lr=lr, base_lr=base)
            return form.values(self, run, self.formula, t, base_lr=origin)
        return form.values(self, run, self.formula, t, lr=lr, base_lr=base)

    def moves(self, t: Array, base: float, run: Run) -> Moves:
        """Return what the steps to these t do, past the constructor."""
        return Moves(*(form.values(self, run, text, t, base_lr=base) for text in (self.times, self.plus)))


class Multiplying(Stepped, frozen=True, kw_only=True):
    """A scheduler whose steps multiply the lr; its formula is base_lr times something."""

    def growth(self, t: Array, run: Run) -> Array:
        """Return by what the lr has been multiplied since the start."""
        first = float(form.value(self, run, self.formula, t=0.0, base_lr=1.0)) or 1.0
        return form.values(self, run, self.formula, t, base_lr=1.0) / first

    def onward(self, t: Array, lr: float, base: float, run: Run) -> Array:
        """Return lr times growth."""
        return lr * self.growth(t, run)


class Overwriting(Stepped, frozen=True, kw_only=True):
    """A scheduler that sets the lr, whatever it was."""

    times = "0"
    held = False

    def resumed(self, t: Array, run: Run) -> Array:
        """Return what it sets from the step after last_epoch on."""
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
        """Return what it sets, as steps that forget what was."""
        return Moves(full(t, 0.0), self._set(t, base, run))


def together(moves: list[Moves]) -> Moves:
    """Return the moves from the lr before some steps to the lr at each of them.

    First the moves of the schedulers that step together become one for each step, then the steps are chained by
    doubling.

    Args:
        moves: For each scheduler, in the order in which they step.
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
