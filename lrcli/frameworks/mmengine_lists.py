"""mmengine's lists of schedulers, param_scheduler, and the base of its schedulers, which a list combines."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import msgspec
from msgspec import Meta

from lrcli.frameworks.chain import Moves, together
from lrcli.frameworks.scheduler import Count, Members, OnOptimizer, Positive
from lrcli.numeric import not_an_expression
from lrcli.problems import Problem, SpecError
from lrcli.schedules import form
from lrcli.tables import looked_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as Sequence_

    from lrcli.frameworks.scheduler import Scheduler
    from lrcli.numeric import Array
    from lrcli.run import Run
    from lrcli.schedules.base import Counts, Schedule

    Length = int | tuple[int, ...] | None

INF = 10**9
"""mmengine's default of `end`, for a scheduler that does not end."""

Begin = Annotated[Count, Meta(description="When it begins to change the lr.")]
Until = Annotated[Positive, Meta(description="When it stops to change the lr.")]
ByEpoch = Annotated[bool, Meta(description="It counts epochs, not iterations.")]


class MMEngine(OnOptimizer, frozen=True, kw_only=True):
    """A scheduler of mmengine.

    u counts its steps from `begin`; before begin and from end on it does not change the lr. In `times` and `plus`, the
    effect of a step on the current lr, base_lr is the optimizer's initial lr.

    Attributes:
        converted: The lengths that `convert_to_iter_based` turns from epochs into iterations.
        times: The factor by which the step to u multiplies the lr.
        plus: The summand that it adds.
    """

    home = "mmengine.optim.scheduler"
    version = "0.10.7"
    formula = "where(t < begin, base_lr, inside)"
    where = {"n": "end - begin - 1", "u": "min(max(t - begin, 0), n)"}
    not_arguments = frozenset({"base_lr", "convert_to_iter_based"})
    refuses = {"end <= begin": "end must be greater than begin"}
    converted: ClassVar[tuple[str, ...]] = ()
    times: ClassVar[str]
    plus: ClassVar[str] = "0"

    begin: Begin = 0
    until: Until = msgspec.field(default=INF, name="end")
    by_epoch: ByEpoch = True
    convert_to_iter_based: Annotated[bool, Meta(description="Turn its epochs into iterations.")] = False

    @classmethod
    def proposals(cls, schedule: Schedule, run: Run) -> Iterator[Self]:
        """Yield the schedulers of this class that may be the same curve, in the unit of the run."""
        for found in super().proposals(schedule, run):
            yield found.replaced(by_epoch=run.unit == "epoch")

    def unit(self) -> Counts:
        """Return the unit that it counts in."""
        return "epochs" if self.by_epoch and not self.convert_to_iter_based else "steps"

    def in_run(self, run: Run) -> Self:
        """Return the same scheduler with its epochs as iterations, if they are to be converted.

        Raises:
            SpecError: If they are, and the iterations of an epoch are not known.
        """
        if not (self.by_epoch and self.convert_to_iter_based):
            return self
        rate = run.steps_per_epoch
        if rate is None:
            raise SpecError(f"{self.tag()} with convert_to_iter_based needs steps_per_epoch")
        values = {name: getattr(self, name) for name in ("begin", *self.converted)}
        end = self.until if self.until == INF else self.until * rate
        lengths = {name: _in_iterations(value, rate) for name, value in values.items()}
        return self.replaced(by_epoch=False, convert_to_iter_based=False, until=end, **lengths)

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr during t of this scheduler on its own."""
        return form.play(self.in_run(run), t, run)

    def moves(self, g: Array, run: Run) -> Moves:
        """Return the effect of its step to each g in a list of schedulers whose epochs are already iterations."""
        import numpy as np

        inside = (g >= self.begin) & (g < self.until)
        u = np.clip(g - self.begin, 0, self.until - self.begin - 1)
        with np.errstate(all="ignore"):
            times, plus = (form.value(self, run, text, u=u) for text in (self.times, self.plus))
        return Moves(np.where(inside, times, 1.0), np.where(inside, plus, 0.0))


def _in_iterations(value: Length, rate: int) -> Length:
    """Return a length in epochs as a length in iterations."""
    if value is None:
        return None
    return tuple(one * rate for one in value) if isinstance(value, tuple) else value * rate


class ParamScheduler(OnOptimizer, tag="mmengine.param_scheduler", frozen=True, kw_only=True):
    """Let all schedulers of a list change the same lr, each from its begin to its end.

    At the end of an epoch those that count iterations step first, then those that count epochs.
    """

    home = MMEngine.home
    version = MMEngine.version
    formula = "base_lr after the steps of each of param_scheduler"
    shape = "as its members do"
    members = "param_scheduler"
    example = {
        "param_scheduler": [
            {"type": "mmengine.LinearLR", "start_factor": 0.001, "by_epoch": False, "end": 20},
            {"type": "mmengine.MultiStepLR", "by_epoch": False, "milestones": [60, 80]},
        ]
    }

    param_scheduler: Members

    @classmethod
    def joined(cls, members: Sequence_[Scheduler], starts: Sequence_[float]) -> Iterator[Self]:
        """Yield the members as one list, each with its start as begin."""
        moved = [_from(member, start) for member, start in zip(members, starts, strict=True)]
        yield cls(base_lr=moved[0].base_lr, param_scheduler=tuple(moved))

    def in_run(self, run: Run) -> Self:
        """Return the same list with its members' epochs as iterations, where they are to be converted."""
        return self.replaced(param_scheduler=tuple(member.in_run(run) for member in self.param_scheduler))

    def problems(self) -> list[Problem]:
        """Return a problem for each member that cannot be in a list."""
        wrong = (i for i, member in enumerate(self.param_scheduler) if not isinstance(member, MMEngine))
        what = "its members are schedulers of mmengine that need no metric"
        found = [Problem(message=what, path=("param_scheduler", i)) for i in wrong]
        if not self.param_scheduler:
            found.append(Problem(message="it needs at least one scheduler", path=("param_scheduler",)))
        return super().problems() + found

    def unit(self) -> Counts:
        """Return steps if a member counts them."""
        return "steps" if any(member.unit() == "steps" for member in self.param_scheduler) else "epochs"

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr after t steps of all members.

        Raises:
            SpecError: If t is beyond the longest run that can be stepped through.
        """
        not_an_expression(t, "it is stepped through, and no closed form")
        return looked_up(_table(self, self.steps_through(t), run), t)

    def constructed(self, run: Run) -> float:
        """Return the lr after the constructors, each of which takes a step, in the order of the list."""
        import numpy as np

        lr = self.base_lr
        for member in self.param_scheduler:
            times, plus = self._own(member, run).moves(np.zeros(1), run)
            lr = float(times[0] * lr + plus[0])
        return lr

    def stepped(self, points: int, run: Run) -> Moves:
        """Return the moves from the lr at 0 to the lr at each step from 1 to points."""
        import numpy as np

        steps, found = np.arange(1.0, points + 1), []
        for member in sorted(self.param_scheduler, key=lambda one: one.unit() == "epochs"):
            rate = 1 if member.unit() == self.unit() else _rate(run)
            times, plus = self._own(member, run).moves(steps / rate, run)
            found.append(Moves(np.where(steps % rate, 1.0, times), np.where(steps % rate, 0.0, plus)))
        return together(found)

    def _own(self, member: MMEngine, run: Run) -> MMEngine:
        """Return a member with its epochs converted and with the optimizer's lr."""
        return member.in_run(run).replaced(base_lr=self.base_lr)


def _from(member: Scheduler, start: float) -> MMEngine:
    """Return a member whose begin and end are later by a number of steps.

    Raises:
        SpecError: If the number is not whole, or the member depends on a metric.
    """
    if not isinstance(member, MMEngine) or not float(start).is_integer():
        raise SpecError(f"{member.tag()} cannot begin at {start:g}")
    until = member.until if member.until == INF else member.until + int(start)
    return member.replaced(begin=member.begin + int(start), until=until)


def _rate(run: Run) -> int:
    if run.steps_per_epoch is None:
        raise SpecError("mmengine.param_scheduler counts iterations and epochs: it needs steps_per_epoch")
    return run.steps_per_epoch


@lru_cache(maxsize=8)
def _table(spec: ParamScheduler, points: int, run: Run) -> tuple[float, ...]:
    """Return the lr at 0, 1, …, points."""
    first = spec.constructed(run)
    times, plus = spec.stepped(points, run)
    lr: Any = times * first + plus
    return (first, *lr.tolist())
