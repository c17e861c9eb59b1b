"""torch's schedulers of schedulers, step for step: who does what to the lr at each t, and the lr that comes of it.

Between two milestones the same schedulers step, in the same order, and each step is lr ← factor · lr + shift. The
factors and shifts of a stretch are computed at once, and chained by doubling: only milestones are stepped to alone.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from lrcli.dialects.torch.base import TorchScheduler
from lrcli.dialects.torch.cycles import CyclicLR, OneCycleLR
from lrcli.numeric import highest, not_an_expression
from lrcli.problems import SpecError
from lrcli.schedules.plateau import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from lrcli.numeric import Array
    from lrcli.run import Run

    Floats = NDArray[np.float64]
    Step = Callable[[Floats], Floats]


class _Optimizer:
    """What all schedulers share: the lr, and the initial_lr that the first of them notes."""

    def __init__(self, lr: float) -> None:
        self.lr = lr
        self.initial: float | None = None


class _Single:
    """A scheduler without members, as the loop sees it."""

    def __init__(self, scheduler: TorchScheduler, optimizer: _Optimizer, run: Run) -> None:
        self.scheduler, self.optimizer, self.run = scheduler, optimizer, run
        if optimizer.initial is None:
            if isinstance(scheduler, CyclicLR):
                optimizer.lr = scheduler.base_lr
            optimizer.initial = optimizer.lr
        if isinstance(scheduler, OneCycleLR):
            optimizer.initial = scheduler.first_lr
        self.base = optimizer.initial
        self.last_epoch = -1
        self.begin()
        if isinstance(scheduler, CyclicLR):
            optimizer.lr = optimizer.initial  # its constructor steps before it knows its own base_lr

    def undo(self) -> None:
        self.last_epoch -= 1

    def begin(self) -> None:
        """Take the step that a constructor takes."""
        self.last_epoch += 1
        self.count = 0
        self.optimizer.lr = self.scheduler.started(self.optimizer.lr, self.base, self.run)

    def restart(self) -> None:
        if why := self.scheduler.refuses_restart():
            raise SpecError(why)
        self.last_epoch = 0
        self.optimizer.lr = self.scheduler.restarted(self.optimizer.lr, self.base, self.run)

    def quiet(self) -> float:
        """Return for how many steps it does nothing but step."""
        return math.inf

    def stretch(self, n: int) -> list[_Moved]:
        """Take n steps, and return what they do."""
        import numpy as np  # noqa: PLC0415 - describe must not load it

        before = self.count if self.scheduler.by_count else self.last_epoch
        k = before + 1.0 + np.arange(n, dtype=np.float64)
        self.last_epoch += n
        self.count += n
        with np.errstate(all="ignore"):
            return [_Moved(*self.scheduler.moves(k, self.base, self.run))]


class _Moved(NamedTuple):
    factor: Floats
    shift: Floats


class _Members:
    """A scheduler of schedulers, as the loop sees it."""

    name: str
    members: list[_Node]
    optimizer: _Optimizer

    def quiet(self) -> float:
        """Return for how many steps no member of it does anything but step."""
        raise NotImplementedError

    def stretch(self, n: int) -> list[_Moved]:
        """Take n quiet steps, and return what they do."""
        raise NotImplementedError

    def milestone(self) -> None:
        """Take a step that is not quiet."""
        raise NotImplementedError

    def undo(self) -> None:
        for member in self.members:
            member.undo()

    def begin(self) -> None:
        """Take a step like any other: inside SequentialLR nobody tells the members that they begin."""
        _one_step(self)

    def restart(self) -> None:
        raise SpecError(f"torch cannot start a {self.name} at a milestone (NotImplementedError)")


class _Sequence(_Members):
    """SequentialLR as the loop sees it."""

    name = "SequentialLR"

    def __init__(self, spec: Any, optimizer: _Optimizer, run: Run) -> None:  # noqa: ANN401 - composed.py imports this file
        self.members = [_node(member, optimizer, run) for member in spec.schedulers]
        self.milestones = spec.milestones
        self.last_epoch = 0
        optimizer.lr = optimizer.initial or 0.0
        self.optimizer = optimizer
        for member in self.members:
            member.undo()
        self.members[bisect_right(self.milestones, 0)].begin()

    def quiet(self) -> float:
        """Return how many steps there are before the next milestone."""
        now = bisect_right(self.milestones, self.last_epoch + 1)
        if now and self.milestones[now - 1] == self.last_epoch + 1:
            return 0
        ahead = self.milestones[now] - self.last_epoch - 1 if now < len(self.milestones) else math.inf
        return min(ahead, self.members[now].quiet())

    def stretch(self, n: int) -> list[_Moved]:
        """Take n steps, none of them to a milestone."""
        now = bisect_right(self.milestones, self.last_epoch + 1)
        self.last_epoch += n
        return self.members[now].stretch(n)

    def milestone(self) -> None:
        """Take the step to a milestone of its own, or of the member that plays."""
        self.last_epoch += 1
        now = bisect_right(self.milestones, self.last_epoch)
        if now and self.milestones[now - 1] == self.last_epoch:
            self.members[now].restart()
        else:
            _one_step(self.members[now])


class _Chain(_Members):
    """ChainedScheduler as the loop sees it."""

    name = "ChainedScheduler"

    def __init__(self, spec: Any, optimizer: _Optimizer, run: Run) -> None:  # noqa: ANN401
        self.members = [_node(member, optimizer, run) for member in spec.schedulers]
        self.optimizer = optimizer

    def quiet(self) -> float:
        return min(member.quiet() for member in self.members)

    def stretch(self, n: int) -> list[_Moved]:
        return [moved for member in self.members for moved in member.stretch(n)]

    def milestone(self) -> None:
        for member in self.members:
            _one_step(member)


_Node = _Single | _Members


def _node(spec: Any, optimizer: _Optimizer, run: Run) -> _Node:  # noqa: ANN401
    if isinstance(spec, TorchScheduler):
        return _Single(spec, optimizer, run)
    return (_Sequence if hasattr(spec, "milestones") else _Chain)(spec, optimizer, run)


def _one_step(node: _Node) -> None:
    if node.quiet() >= 1:
        for factor, shift in node.stretch(1):
            node.optimizer.lr = float(factor[0] * node.optimizer.lr + shift[0])
    elif not isinstance(node, _Single):
        node.milestone()


def played(spec: Any, t: Array, run: Run) -> Array:  # noqa: ANN401
    """Return the lr during t of a scheduler of schedulers.

    Raises:
        SpecError: If t is further than can be stepped through.
    """
    not_an_expression(t, "it is stepped through, and no closed form")
    last = highest(t)
    if last > LONGEST:
        message = (
            f"{spec.tag()} with these members is stepped through: {last:,.0f} steps are too many ({LONGEST:,} at most)"
        )
        raise SpecError(message)
    import numpy as np  # noqa: PLC0415

    table, why = table_of(spec, 1 << max(int(last) + 1, 63).bit_length(), run)
    if last >= len(table):
        raise SpecError(f"{spec.tag()} has no lr at {run.unit} {len(table)}: {why}")
    picked: Any = table[np.asarray(t).astype(np.int64)]
    if not np.ndim(t):
        picked = float(picked)
    return picked  # type: ignore[no-any-return]


@lru_cache(maxsize=8)
def table_of(spec: Any, points: int, run: Run) -> tuple[Floats, str]:  # noqa: ANN401
    """Return the lr at 0, 1, …, points − 1, and why there are fewer if torch raises before."""
    import numpy as np  # noqa: PLC0415

    optimizer = _Optimizer(spec.base_lr)
    node = _node(spec, optimizer, run)
    lr = np.full(points, optimizer.lr)
    at = 0
    while at + 1 < points:
        n = int(min(node.quiet(), points - at - 1))
        if n == 0:
            try:
                _one_step(node)
            except SpecError as error:
                return lr[: at + 1], str(error)
            n = 1
            lr[at + 1] = optimizer.lr
        else:
            factor, shift = _together(node.stretch(n))
            lr[at + 1 : at + 1 + n] = factor * optimizer.lr + shift
            optimizer.lr = float(lr[at + n])
        at += n
    return lr, ""


def _together(moves: list[_Moved]) -> _Moved:
    """Return the moves from the lr before a stretch to the lr at each of its steps.

    First the members' moves of each step become one, then the steps are chained by doubling.
    """
    import numpy as np  # noqa: PLC0415

    factor, shift = moves[0]
    for next_factor, next_shift in moves[1:]:
        factor, shift = next_factor * factor, next_factor * shift + next_shift
    reach = 1
    while reach < len(factor):
        shift = np.concatenate([shift[:reach], shift[reach:] + factor[reach:] * shift[:-reach]])
        factor = np.concatenate([factor[:reach], factor[reach:] * factor[:-reach]])
        reach *= 2
    return _Moved(factor, shift)
