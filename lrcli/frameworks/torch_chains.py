"""torch's schedulers of schedulers, SequentialLR and ChainedScheduler, and the base of all its schedulers."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple, Self

from msgspec import Meta

from lrcli.breakpoints import Anywhere, At
from lrcli.frameworks import stepping
from lrcli.frameworks.chain import Multiplying, Overwriting, Stepped
from lrcli.frameworks.scheduler import End, Members, OnOptimizer, Scheduler
from lrcli.numeric import array, piecewise
from lrcli.parameters import parameters
from lrcli.problems import Finding, Problem, SpecError
from lrcli.schedules import form
from lrcli.schedules.metric import MetricFamily

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lrcli.breakpoints import Breakpoints
    from lrcli.numeric import Array
    from lrcli.run import Run
    from lrcli.schedules.base import Counts


class Torch(Scheduler, frozen=True, kw_only=True):
    """A scheduler of torch."""

    home: ClassVar[str] = "torch.optim.lr_scheduler"
    version = "2.13"
    not_arguments = frozenset({"base_lr", "last_epoch", "initial_lr"})

    def problems(self) -> list[Problem]:
        """Return the problems of functions that are given as formulas."""
        found = super().problems()
        for parameter in parameters(type(self)):
            text = getattr(self, parameter.field)
            if parameter.formula and text is not None:
                found += [problem._replace(path=(parameter.name,)) for problem in form.faults(text, parameter.formula)]
        return found


class Interval(NamedTuple):
    """A member of a scheduler, when it starts and stops, and the part of the run in which it is active."""

    member: Any
    start: float
    stop: float
    run: Run


class Composite(Torch, OnOptimizer, frozen=True, kw_only=True):
    """A scheduler of schedulers that act on one optimizer."""

    shape = "as its members do"
    members = "schedulers"

    schedulers: Members

    def problems(self) -> list[Problem]:
        """Return a problem for each member that torch refuses."""
        found = super().problems()
        if not self.schedulers:
            found.append(Problem(message=f"{self.tag()} needs at least one scheduler", path=("schedulers",)))
        refused = ((i, self._refused(member)) for i, member in enumerate(self.schedulers))
        return found + [Problem(message=why, path=("schedulers", i)) for i, why in refused if why]

    def _refused(self, member: object) -> str:
        if isinstance(member, MetricFamily):
            return f"{self.tag()} cannot hold ReduceLROnPlateau: its step() needs the metric"
        if not isinstance(member, Stepped | Composite):
            return "only torch's schedulers can be members"
        return "a member that is resumed cannot be shown" if isinstance(member, Stepped) and member.first else ""

    def unit(self) -> Counts:
        """Return steps if a member counts them."""
        return "steps" if any(member.unit() == "steps" for member in self.schedulers) else "loop"

    @property
    def is_plain(self) -> bool:
        """Whether no member has members of its own."""
        return all(isinstance(member, Stepped) for member in self.schedulers)

    def settled(self) -> Self:
        """Return the same scheduler, with the parameters that the last member of each class stores in the optimizer."""
        last = {type(member): member for member in self.schedulers}
        members = (m.replaced(**{name: getattr(last[type(m)], name) for name in m.shared}) for m in self.schedulers)
        return self.replaced(schedulers=tuple(members))

    def bases(self) -> tuple[list[float], float]:
        """Return each member's base_lr, and the optimizer's initial_lr after all constructors."""
        initial: float | None = None
        bases = []
        for member in self.schedulers:
            _, initial = member.noted(self.base_lr, initial)
            bases.append(initial)
        return bases, self.base_lr if initial is None else initial

    def lr(self, t: Array, run: Run) -> Array:
        """Return the lr in force during t.

        Raises:
            SpecError: If torch raises an error before t.
        """
        self.constructed(run)
        return super().lr(t, run)

    def constructed(self, run: Run) -> None:
        """Check that each member can be constructed: its constructor takes the step to 0.

        Raises:
            SpecError: If a member's function has no value there.
        """
        for i, member in enumerate(self.schedulers):
            if isinstance(member, Composite):
                member.constructed(run)
            elif not math.isfinite(member.started(1.0, 1.0, run)):
                why = f"the function of {type(member).__name__} has no value at 0, where its constructor asks for it"
                raise SpecError(Problem(message=why, path=("schedulers", i)))

    def intervals(self, run: Run) -> list[Interval]:
        """Return each member with the interval in which it is active."""
        return [Interval(member, 0.0, math.inf, run) for member in self.schedulers]

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the breakpoints of all members, and the steps next to them, at which nested members may step."""
        shown = super().breakpoints(run)
        if self.is_plain and Anywhere() not in shown:
            return shown
        intervals = self.intervals(run)
        found = (one.shifted(part.start) for part in intervals for one in part.member.breakpoints(part.run))
        own = (At(tuple(part.start for part in intervals)), *found)
        return tuple(one.shifted(by) for one in own for by in (-1.0, 0.0, 1.0))


class SequentialLR(Composite, tag="torch.SequentialLR", frozen=True, kw_only=True):
    """Follow schedulers one after the other, each of which counts from its own milestone.

    A member begins there at its own first lr, which follows from base_lr and not from the lr before; MultiplicativeLR
    and SWALR continue from the current lr.
    """

    boundaries_parameter = "milestones"
    formula = "schedulers[i](t - milestones[i - 1])"
    tips = (
        "A warm-up that its milestone cuts off jumps to base_lr there: let total_iters be the milestone.",
        "OneCycleLR and CyclicLR rewrite the optimizer's lr when they are constructed: earlier members start from it.",
    )
    example = {
        "milestones": [10],
        "schedulers": [
            {"type": "torch.LinearLR", "start_factor": 0.01, "total_iters": 10},
            {"type": "torch.CosineAnnealingLR", "T_max": 90},
        ],
    }

    milestones: Annotated[
        tuple[int, ...], Meta(description="When each member but the first begins.", extra={"may_be_empty": True})
    ]

    def problems(self) -> list[Problem]:
        """Return a problem if there is not one milestone less than there are members."""
        found = super().problems()
        if len(self.milestones) != len(self.schedulers) - 1:
            count = f"{len(self.schedulers)} schedulers and {len(self.milestones)} milestones"
            message = f"torch needs one scheduler more than milestones, not {count}"
            found.append(Problem(message=message, path=("milestones",)))
        return found

    @property
    def is_plain(self) -> bool:
        """Whether no member has members of its own, and the milestones ascend."""
        return super().is_plain and not self._unordered

    @property
    def _unordered(self) -> bool:
        return any(later < earlier for earlier, later in pairwise(self.milestones))

    def own_length(self) -> float | None:
        """Return the end of the last member."""
        last = self.schedulers[-1].own_length()
        return None if last is None else max((0, *self.milestones)) + last

    def end(self, run: Run) -> End | None:
        """Return the first error: a member cannot begin at its milestone, or raises in its interval."""
        if not self.is_plain:
            return None
        ends = []
        for member, start, stop, own in self.intervals(run):
            end = member.raises(own)
            if 0 < start < stop and (why := member.refuses_restart(own)):
                ends.append(End(start, why))
            elif end is not None and start + end.t < stop:
                ends.append(End(start + end.t, end.why))
        return min(ends, default=None)

    def intervals(self, run: Run) -> list[Interval]:
        """Return each member with the interval in which it is active, which is empty for a member that is skipped."""
        starts = [0.0, *(max(float(milestone), 0.0) for milestone in self.milestones)]
        ends = zip(self.schedulers, pairwise([*starts, math.inf]), strict=True)
        return [Interval(m, at, to, run.within(min(to, run.span) - at, after=at)) for m, (at, to) in ends]

    def rate(self, t: Array, run: Run) -> Array:
        """Return each member's closed form from its start, or its steps where members have members."""
        if not self.is_plain:
            return stepping.played(self, t, run)
        starts, forms = self._pieces(run)
        return piecewise(t, starts, forms)

    def _pieces(self, run: Run) -> tuple[list[float], list[Callable[[Array], Array]]]:
        bases, initial = self.bases()
        end = self.end(run)
        starts: list[float] = []
        forms: list[Callable[[Array], Array]] = []
        for (member, start, stop, own), base in zip(self.settled().intervals(run), bases, strict=True):
            if start == stop:
                continue
            if end is not None and 0 < start >= end.t:
                break
            if start == 0:
                first = member.started(initial, base, own)
            else:
                first = member.restarted(float(forms[-1](array(start - 1 - starts[-1]))), base, own)
            starts.append(start)
            forms.append(_form(member, first, base, own))
        return starts, forms

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the breakpoints of the members, if the milestones ascend."""
        return (Anywhere(),) if self._unordered else super().breakpoints(run)

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield the milestones at which the lr jumps, and the findings of the active members."""
        if self._unordered:
            listed = ", ".join(map(str, self.milestones))
            message = f"SequentialLR searches its milestones {listed} as if they ascended: some members never begin"
            yield Finding("LR030", message, "Let the milestones ascend.", path=("milestones",))
            return
        if self.is_plain and self.end(run) is None:
            yield from self._jumps(run)
        for i, part in enumerate(self.intervals(run)):
            if part.stop > part.start and run.span > part.start:
                yield from (_inside(finding, i) for finding in part.member.findings(part.run))

    def _jumps(self, run: Run) -> Iterator[Finding]:
        starts, forms = self._pieces(run)
        for i, start in enumerate(starts[1:], start=1):
            before = float(forms[i - 1](array(start - 1 - starts[i - 1])))
            due = float(forms[i - 1](array(start - starts[i - 1])))
            after = float(forms[i](array(0.0)))
            if start < run.span and abs(after - due) > 0.01 * max(before, due, after):
                text = f"the lr jumps from {before:.4g} to {after:.4g} at {run.unit} {start:g}"
                fix = "Let the scheduler before it end there, at the lr with which it begins."
                name = type(self.schedulers[i]).__name__
                yield Finding("LR015", f"{text}, where {name} begins", fix, path=("milestones",))


def _form(member: Stepped, first: float, base: float, run: Run) -> Callable[[Array], Array]:
    return lambda t: member.onward(t, first, base, run)


class ChainedScheduler(Composite, tag="torch.ChainedScheduler", frozen=True, kw_only=True):
    """Step several schedulers, one after the other, on the same lr at each step.

    Those that multiply give the product of their factors. One that overwrites the lr (LambdaLR, CyclicLR, OneCycleLR,
    CosineAnnealingWarmRestarts) cancels those before it, and those after it add only their last step.
    """

    takes_optimizer = False
    formula = "base_lr after the steps of each of schedulers"
    tips = (
        "Put no LambdaLR, CyclicLR, OneCycleLR or CosineAnnealingWarmRestarts into it: they overwrite the lr.",
        "CosineAnnealingLR with eta_min > 0 in a chain is not the product of the factors.",
    )
    example = {
        "schedulers": [
            {"type": "torch.ConstantLR", "factor": 0.1, "total_iters": 20},
            {"type": "torch.ExponentialLR", "gamma": 0.95},
        ]
    }

    @property
    def _multiplies(self) -> bool:
        return all(isinstance(member, Multiplying) for member in self.schedulers)

    def end(self, run: Run) -> End | None:
        """Return the first error of a member, if it is known without stepping through."""
        ends = (member.raises(run) for member in self.schedulers) if self._multiplies else ()
        return min((end for end in ends if end is not None), default=None)

    def rate(self, t: Array, run: Run) -> Array:
        """Return the product of the members' factors, or the lr computed step by step."""
        if not self._multiplies:
            return stepping.played(self, t, run)
        lr: Any = self.base_lr
        for member in self.schedulers:
            lr = lr * member.started(1.0, 1.0, run) * member.growth(t, run)
        return array(lr)

    def findings(self, run: Run) -> Iterator[Finding]:
        """Yield the findings of the members, and that a member overwrites the lr of others."""
        for i, member in enumerate(self.schedulers):
            if isinstance(member, Overwriting) and len(self.schedulers) > 1:
                text = f"ChainedScheduler: {type(member).__name__} overwrites the lr"
                effect = "those before it have no effect" if i else "of those after it only the last step counts"
                fix = "Chain only schedulers that multiply the lr."
                yield Finding("LR031", f"{text}: {effect}", fix, path=("schedulers", i))
            yield from (_inside(finding, i) for finding in member.findings(run))


def _inside(finding: Finding, i: int) -> Finding:
    """Return a member's finding with its place in the whole."""
    return finding._replace(path=("schedulers", i, *finding.path))
