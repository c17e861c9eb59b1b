"""torch's schedulers of schedulers computed step by step, in the order in which torch steps their members.

Between two milestones the same schedulers step, in the same order, and each step is lr ← times · lr + plus. The moves
of all these steps are computed in arrays; only steps to milestones are taken one by one.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lrcli.frameworks.chain import Moves, Stepped, together
from lrcli.numeric import array, highest, not_an_expression
from lrcli.problems import SpecError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lrcli.frameworks.torch_chains import Composite, SequentialLR
    from lrcli.numeric import Array
    from lrcli.run import Run

    Floats = NDArray[np.float64]


class _Optimizer:
    """The optimizer, which all schedulers share.

    Attributes:
        lr: The current lr.
        initial: The initial_lr, which the first scheduler sets.
        kept: The last scheduler of each class, whose shared parameters the others of its class use too.
    """

    def __init__(self, lr: float, initial: float | None) -> None:
        self.lr, self.initial = lr, initial
        self.kept: dict[type[Stepped], Stepped] = {}


class _Single:
    """A scheduler without members."""

    def __init__(self, scheduler: Stepped, optimizer: _Optimizer, run: Run) -> None:
        self.own, self.optimizer, self.run = scheduler, optimizer, run
        optimizer.kept[type(scheduler)] = scheduler
        optimizer.lr, optimizer.initial = scheduler.noted(optimizer.lr, optimizer.initial)
        self.base = optimizer.initial
        self.last_epoch = scheduler.last_epoch
        self.begin()
        optimizer.lr = scheduler.left(optimizer.lr, optimizer.initial)

    @property
    def scheduler(self) -> Stepped:
        """The scheduler, with the parameters that the last of its class stores in the optimizer."""
        kept = self.optimizer.kept[type(self.own)]
        return self.own.replaced(**{name: getattr(kept, name) for name in self.own.shared})

    def undo(self) -> None:
        self.last_epoch -= 1

    def begin(self) -> None:
        """Take the first step, as a constructor does."""
        self.last_epoch += 1
        self.count = 0
        lr, scheduler = self.optimizer.lr, self.scheduler
        if self.last_epoch == 0 or scheduler.by_count:
            lr = scheduler.started(lr, self.base, self.run)
        elif not scheduler.held:
            lr = _moved(self._moves(1, self.last_epoch - 1), lr)
        self.optimizer.lr = lr

    def restart(self) -> None:
        self.last_epoch = 0
        self.optimizer.lr = self.scheduler.restarted(self.optimizer.lr, self.base, self.run)

    def quiet(self) -> float:
        """Return for how many steps it only steps: there is no milestone, and no error."""
        end = self.scheduler.raises(self.run)
        return math.inf if end is None else max(end.t - 1 - self.last_epoch, 0)

    def milestone(self) -> None:
        """Raise the error that the framework raises at the next step."""
        end = self.scheduler.raises(self.run)
        raise SpecError(end.why if end else "")

    def stretch(self, n: int) -> list[Moves]:
        """Take n steps, and return their moves."""
        before = self.count if self.own.by_count else self.last_epoch
        self.last_epoch += n
        self.count += n
        return [self._moves(n, before)]

    def _moves(self, n: int, before: float) -> Moves:
        import numpy as np

        with np.errstate(all="ignore"):
            return self.scheduler.moves(before + 1.0 + np.arange(n, dtype=np.float64), self.base, self.run)


def _moved(move: Moves, lr: float) -> float:
    return float(move.times[0] * lr + move.plus[0])


class _Members:
    """A scheduler of schedulers."""

    name: str
    members: list[_Node]
    optimizer: _Optimizer

    def quiet(self) -> float:
        """Return for how many steps its members only step."""
        raise NotImplementedError

    def stretch(self, n: int) -> list[Moves]:
        """Take n such steps, and return their moves."""
        raise NotImplementedError

    def milestone(self) -> None:
        """Take a step that is one to a milestone."""
        raise NotImplementedError

    def undo(self) -> None:
        for member in self.members:
            member.undo()

    def begin(self) -> None:
        """Take an ordinary step: SequentialLR does not start the members of its members anew."""
        _one_step(self)

    def restart(self) -> None:
        raise SpecError(f"torch cannot start a {self.name} at a milestone (NotImplementedError)")


class _Sequence(_Members):
    """SequentialLR."""

    name = "SequentialLR"

    def __init__(self, spec: SequentialLR, optimizer: _Optimizer, run: Run) -> None:
        self.members = [_node(member, optimizer, run) for member in spec.schedulers]
        self.milestones = spec.milestones
        self.last_epoch = 0
        optimizer.lr = optimizer.initial or 0.0
        self.optimizer = optimizer
        for member in self.members:
            member.undo()
        self.members[bisect_right(self.milestones, 0)].begin()

    def quiet(self) -> float:
        """Return the number of steps before the next milestone; milestones need not ascend."""
        step = self.last_epoch + 1
        now = bisect_right(self.milestones, step)
        if now and self.milestones[now - 1] == step:
            return 0
        ahead = min((milestone for milestone in self.milestones if milestone > step), default=math.inf)
        return min(ahead - step, self.members[now].quiet())

    def stretch(self, n: int) -> list[Moves]:
        """Take n steps before a milestone, and return their moves."""
        now = bisect_right(self.milestones, self.last_epoch + 1)
        self.last_epoch += n
        return self.members[now].stretch(n)

    def milestone(self) -> None:
        """Take the step to a milestone of its own, or of the active member."""
        self.last_epoch += 1
        now = bisect_right(self.milestones, self.last_epoch)
        if now and self.milestones[now - 1] == self.last_epoch:
            self.members[now].restart()
        else:
            _one_step(self.members[now])


class _Chain(_Members):
    """ChainedScheduler."""

    name = "ChainedScheduler"

    def __init__(self, spec: Composite, optimizer: _Optimizer, run: Run) -> None:
        self.members = [_node(member, optimizer, run) for member in spec.schedulers]
        self.optimizer = optimizer

    def quiet(self) -> float:
        return min(member.quiet() for member in self.members)

    def stretch(self, n: int) -> list[Moves]:
        return [moved for member in self.members for moved in member.stretch(n)]

    def milestone(self) -> None:
        for member in self.members:
            _one_step(member)


_Node = _Single | _Members


def _node(spec: Stepped | Composite, optimizer: _Optimizer, run: Run) -> _Node:
    from lrcli.frameworks.torch_chains import SequentialLR

    if isinstance(spec, Stepped):
        return _Single(spec, optimizer, run)
    return _Sequence(spec, optimizer, run) if isinstance(spec, SequentialLR) else _Chain(spec, optimizer, run)


def _one_step(node: _Node) -> None:
    if node.quiet() >= 1:
        for move in node.stretch(1):
            node.optimizer.lr = _moved(move, node.optimizer.lr)
    else:
        node.milestone()


def played(spec: Stepped | Composite, t: Array, run: Run) -> Array:
    """Return the lr during t of a scheduler of schedulers, or of a scheduler in a resumed run.

    Raises:
        SpecError: If t is beyond the longest run that can be stepped through, or torch raises an error before t.
    """
    not_an_expression(t, "it is stepped through, and no closed form")
    import numpy as np

    table, why = table_of(spec, spec.steps_through(t), run)
    if highest(t) >= len(table):
        raise SpecError(f"{spec.tag()} has no lr at {run.unit} {len(table)}: {why}")
    picked: Any = table[np.asarray(t).astype(np.int64)]
    if not np.ndim(t):
        picked = float(picked)
    return array(picked)


def _optimizer(spec: Stepped | Composite, run: Run) -> _Optimizer:
    """Return the optimizer of a scheduler: in a resumed run without an initial_lr, the one that was saved."""
    if not isinstance(spec, Stepped):
        return _Optimizer(spec.base_lr, None)
    if spec.initial_lr is None and spec.first:
        saved = spec.replaced(last_epoch=-1).lr(array(float(spec.last_epoch)), run)
        return _Optimizer(float(saved), spec.base_lr)
    return _Optimizer(spec.base_lr, spec.initial_lr)


@lru_cache(maxsize=8)
def table_of(spec: Stepped | Composite, points: int, run: Run) -> tuple[Floats, str]:
    """Return the lr at 0, 1, …, points − 1; if torch raises an error before, the lr up to it and the error."""
    import numpy as np

    optimizer = _optimizer(spec, run)
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
            times, plus = together(node.stretch(n))
            lr[at + 1 : at + 1 + n] = times * optimizer.lr + plus
            optimizer.lr = float(lr[at + n])
        at += n
    return lr, ""
