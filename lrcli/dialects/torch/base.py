"""What torch's schedulers have in common: each step changes the lr that the step before left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, NamedTuple

from msgspec import Meta

from lrcli.dialects.base import Dialect
from lrcli.numeric import full

if TYPE_CHECKING:
    from lrcli.numeric import Array
    from lrcli.run import Run


class Moves(NamedTuple):
    """What steps do to the lr: lr ← factor · lr + shift. A scheduler that overwrites the lr has the factor 0."""

    factor: Array
    shift: Array


class TorchScheduler(Dialect, frozen=True, kw_only=True):
    """A scheduler of torch.optim.

    Alone, and in a sequence, it has a closed form from the lr that it starts at (`onward`). Chained with others, which
    change the same lr, only what each of its steps does is known (`moves`).

    Attributes:
        shared: Parameters that it keeps in the optimizer, where the last scheduler of its kind overwrites them.
        by_count: It goes by how often it was stepped, not by last_epoch.
    """

    shared: ClassVar[tuple[str, ...]] = ()
    by_count: ClassVar[bool] = False

    last_epoch: Annotated[int, Meta(ge=-1, le=-1, description="A resumed run is not shown: only -1.")] = -1

    def started(self, lr: float, base: float, run: Run) -> float:  # noqa: ARG002 - what the subclasses are given
        """Return the lr that the constructor leaves, which finds this one and notes the base_lr."""
        return lr

    def restarted(self, lr: float, base: float, run: Run) -> float:  # noqa: ARG002
        """Return the lr at a milestone of SequentialLR: of the closed form at 0, if it has one (`_update_lr(0)`)."""
        return self.started(base, base, run)

    def refuses_restart(self) -> str:
        """Return why its closed form cannot start it at a milestone, if it cannot."""
        return ""

    def onward(self, t: Array, lr: float, base: float, run: Run) -> Array:
        """Return the lr after t steps from this one.

        Args:
            t: Whole numbers ≥ 0.
            lr: At t = 0.
            base: The scheduler's base_lr.
            run: The run that t counts in.
        """
        raise NotImplementedError

    def moves(self, k: Array, base: float, run: Run) -> Moves:
        """Return what `get_lr` does at last_epoch = k, past the constructor."""
        raise NotImplementedError

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr during t of the scheduler alone."""
        return self.onward(t, self.started(self.base_lr, self.base_lr, run), self.base_lr, run)


class Multiplying(TorchScheduler, frozen=True, kw_only=True):
    """A scheduler whose steps multiply the lr."""

    def growth(self, t: Array, run: Run) -> Array:
        """Return the product of the factors of the steps 1 to t."""
        raise NotImplementedError

    def factor_of_step(self, k: Array, run: Run) -> Array:
        """Return the factor of the step to last_epoch = k."""
        raise NotImplementedError

    def onward(self, t: Array, lr: float, base: float, run: Run) -> Array:  # noqa: ARG002
        """Return lr times growth."""
        return lr * self.growth(t, run)

    def moves(self, k: Array, base: float, run: Run) -> Moves:  # noqa: ARG002
        """Return the factors of steps."""
        return Moves(self.factor_of_step(k, run), full(k, 0.0))


class Overwriting(TorchScheduler, frozen=True, kw_only=True):
    """A scheduler that sets the lr whatever it was."""

    def value(self, t: Array, base: float, run: Run) -> Array:
        """Return the lr that the step to t sets."""
        raise NotImplementedError

    def started(self, lr: float, base: float, run: Run) -> float:  # noqa: ARG002
        """Return its own lr at 0."""
        return float(self.value(0.0, base, run))  # type: ignore[arg-type] # a closed form takes a float as well

    def onward(self, t: Array, lr: float, base: float, run: Run) -> Array:  # noqa: ARG002
        """Return what it sets."""
        return self.value(t, base, run)

    def moves(self, k: Array, base: float, run: Run) -> Moves:
        """Return what it sets, as steps that forget what was."""
        return Moves(full(k, 0.0), self.value(k, base, run))
