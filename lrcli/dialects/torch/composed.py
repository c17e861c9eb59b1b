"""torch's schedulers of schedulers: SequentialLR and ChainedScheduler."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Self

from msgspec import Meta

from lrcli.codes import Caution
from lrcli.dialects.base import Dialect, End
from lrcli.dialects.torch import machine
from lrcli.dialects.torch.base import Multiplying, Overwriting, TorchScheduler
from lrcli.dialects.torch.cycles import CyclicLR, OneCycleLR
from lrcli.dialects.torch.plateau import ReduceLROnPlateau
from lrcli.knots import joined, marks
from lrcli.numeric import maximum, piecewise
from lrcli.parameters import NOT_A_PARAMETER
from lrcli.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lrcli.numeric import Array
    from lrcli.run import Run


class _Composed(Dialect, frozen=True, kw_only=True):
    """A scheduler of schedulers that act on one optimizer."""

    members = "schedulers"
    schedulers: Annotated[tuple[Any, ...], NOT_A_PARAMETER]

    def problems(self) -> list[Problem]:
        """Return the members that torch refuses."""
        found = super().problems()
        if not self.schedulers:
            found.append(Problem(message=f"{self.tag()} needs at least one scheduler", path=("schedulers",)))
        for i, member in enumerate(self.schedulers):
            path = ("schedulers", i)
            if isinstance(member, ReduceLROnPlateau):
                message = f"{self.tag()} cannot hold ReduceLROnPlateau: its step() needs the metric"
                found.append(Problem(message=message, path=path))
            elif not isinstance(member, TorchScheduler | _Composed):
                found.append(Problem(message="only torch's schedulers can be members", path=path))
        return found

    def settled(self) -> Self:
        """Return the same with what members keep in the optimizer as the last of each kind leaves it."""
        last: dict[type, TorchScheduler] = {}
        for member in self._all():
            last[type(member)] = member

        def settle(member: Any) -> Any:  # noqa: ANN401 - a scheduler of any kind
            if isinstance(member, _Composed):
                return member.replaced(schedulers=tuple(map(settle, member.schedulers)))
            return member.replaced(**{name: getattr(last[type(member)], name) for name in member.shared})

        return self.replaced(schedulers=tuple(map(settle, self.schedulers)))

    def _all(self) -> Iterator[TorchScheduler]:
        """Yield the members that have none themselves, in the order in which they are constructed."""
        for member in self.schedulers:
            yield from member._all() if isinstance(member, _Composed) else [member]  # noqa: SLF001 - of its own kind

    def bases(self) -> tuple[list[float], float]:
        """Return each member's base_lr, and the optimizer's initial_lr once all are constructed.

        CyclicLR sets the lr before initial_lr is first noted, and OneCycleLR overwrites initial_lr.
        """
        initial: float | None = None
        bases = []
        for member in self.schedulers:
            if initial is None:
                initial = member.base_lr if isinstance(member, CyclicLR) else self.base_lr
            if isinstance(member, OneCycleLR):
                initial = member.first_lr
            bases.append(initial)
        return bases, self.base_lr if initial is None else initial

    @property
    def is_plain(self) -> bool:
        """Whether no member has members of its own."""
        return all(isinstance(member, TorchScheduler) for member in self.schedulers)

    def turns(self, run: Run, edges: Array) -> Array:
        """Return the knots of all members, and the steps beside them, at which members within members may act."""
        own = joined(*(member.turns(run, edges) for member in self.schedulers))
        return joined(own, own - 1, own + 1)


class SequentialLR(_Composed, tag="torch.SequentialLR", frozen=True, kw_only=True):
    """Let one scheduler follow the other, each on its own clock from its milestone on.

    lr(t) = member_i(t − milestone_i) from milestone_i on. A member begins there at its own first lr, from base_lr,
    whatever the one before has left; MultiplicativeLR and SWALR go on from the lr that they find.
    """

    formula = "member_i(t − milestone_i) from milestone_i on"
    shape = "as its members do"
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
        """Return milestones that are not one fewer than the members, or not in order."""
        found = super().problems()
        if len(self.milestones) != len(self.schedulers) - 1:
            count = f"{len(self.schedulers)} schedulers and {len(self.milestones)} milestones"
            message = f"torch wants one scheduler more than milestones, not {count}"
            found.append(Problem(message=message, path=("milestones",)))
        if any(later < earlier for earlier, later in pairwise(self.milestones)):
            found.append(Problem(message="milestones must ascend", path=("milestones",)))
        return found

    def end(self, run: Run) -> End | None:
        """Return where a member that has members would begin, and where a member itself ends."""
        ends = []
        for member, (start, stop) in zip(self.schedulers, self._turns(), strict=True):
            if 0 < start < stop and (why := _refuses(member)):
                ends.append(End(start, why))
            elif (own := member.end(run)) is not None and start + own.t < stop:
                ends.append(End(start + own.t, own.why))
        return min(ends, default=None)

    def _turns(self) -> list[tuple[float, float]]:
        """Return from when to when each member plays; one that is skipped from a time to the same."""
        starts = [0.0, *(max(float(milestone), 0.0) for milestone in self.milestones)]
        return list(pairwise([*starts, float("inf")]))

    def rate(self, t: Array, run: Run) -> Array:
        """Return each member's closed form from its start, or what the machine finds where members have members."""
        if not self.is_plain:
            return machine.played(self.settled(), t, run)
        starts, forms = self._pieces(run)
        return piecewise(t, starts, forms)

    def _pieces(self, run: Run) -> tuple[list[float], list[Callable[[Array], Array]]]:
        bases, initial = self.bases()
        starts: list[float] = []
        forms: list[Callable[[Array], Array]] = []
        for member, base, (start, stop) in zip(self.settled().schedulers, bases, self._turns(), strict=True):
            if start == stop:
                continue
            if start == 0:
                first = member.started(initial, base, run)
            else:
                before = forms[-1](start - 1 - starts[-1])  # type: ignore[arg-type] # a closed form takes a float as well
                first = member.restarted(float(before), base, run)
            starts.append(start)
            forms.append(_form(member, first, base, run))
        return starts, forms

    def turns(self, run: Run, edges: Array) -> Array:
        """Return the milestones, and the knots of the members."""
        own = [
            start + member.turns(run, maximum(edges - start, 0.0))
            for member, (start, _) in zip(self.schedulers, self._turns(), strict=True)
        ]
        return joined(marks(*map(float, self.milestones)), *own)

    def cautions(self, run: Run) -> Iterator[Caution]:
        """Yield the milestones at which the lr jumps, and what the members do in their turns."""
        if self.is_plain and self.end(run) is None:
            starts, forms = self._pieces(run)
            for i, start in enumerate(starts[1:], start=1):
                before = float(forms[i - 1](start - 1 - starts[i - 1]))  # type: ignore[arg-type]
                due = float(forms[i - 1](start - starts[i - 1]))  # type: ignore[arg-type]
                after = float(forms[i](0.0))  # type: ignore[arg-type]
                if start < run.span and abs(after - due) > 0.01 * max(before, due, after):
                    text = f"the lr jumps from {before:.4g} to {after:.4g} at {run.unit} {start:g}"
                    yield Caution("LR015", f"{text}, where {type(self.schedulers[i]).__name__} begins")
        for member, (start, stop) in zip(self.schedulers, self._turns(), strict=True):
            if stop > start and run.span > start:
                yield from member.cautions(run.within(min(stop, run.span) - start, after=start))


def _refuses(member: TorchScheduler | _Composed) -> str:
    """Return why torch cannot start a member at a milestone, if it cannot."""
    if isinstance(member, _Composed):
        return f"torch cannot start a {type(member).__name__} at a milestone (NotImplementedError)"
    return member.refuses_restart()


def _form(member: TorchScheduler, first: float, base: float, run: Run) -> Callable[[Array], Array]:
    return lambda t: member.onward(t, first, base, run)


class ChainedScheduler(_Composed, tag="torch.ChainedScheduler", frozen=True, kw_only=True):
    """Let several schedulers step at once, one after the other, on the same lr.

    Those that multiply give the product of their factors. One that overwrites the lr (LambdaLR, CyclicLR, OneCycleLR,
    CosineAnnealingWarmRestarts) cancels those before it, and those after it add only their last step.
    """

    formula = "the members' steps, one after the other, on the same lr"
    shape = "as its members do"
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

    def end(self, run: Run) -> End | None:
        """Return where the first member ends."""
        return min((end for member in self.schedulers if (end := member.end(run)) is not None), default=None)

    def rate(self, t: Array, run: Run) -> Array:
        """Return the product of the members' factors, or what the machine finds."""
        if not all(isinstance(member, Multiplying) for member in self.schedulers):
            return machine.played(self.settled(), t, run)
        lr: Any = self.base_lr
        for member in self.schedulers:
            lr = lr * member.started(1.0, 1.0, run) * member.growth(t, run)
        return lr  # type: ignore[no-any-return]

    def cautions(self, run: Run) -> Iterator[Caution]:
        """Yield what the members do, and which of them is cancelled."""
        for i, member in enumerate(self.schedulers):
            if isinstance(member, Overwriting) and len(self.schedulers) > 1:
                text = f"ChainedScheduler: {type(member).__name__} overwrites the lr"
                effect = "those before it have no effect" if i else "of those after it only the last step counts"
                yield Caution("LR031", f"{text}: {effect}")
            yield from member.cautions(run)
