"""ignite: cycles, straight lines, lists of them, and wrappers of torch's schedulers that may be one step ahead."""

from __future__ import annotations

from functools import partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from msgspec import Meta

from lrcli.breakpoints import At
from lrcli.frameworks.around import AroundTorch
from lrcli.frameworks.chain import Stepped
from lrcli.frameworks.plateau import TorchPlateau
from lrcli.frameworks.scheduler import Count, Members, Real, Scheduler
from lrcli.frameworks.torch import SWALR, CosineAnnealingLR, CosineAnnealingWarmRestarts
from lrcli.numeric import array, count_at_most, highest, line, not_an_expression, pick, piecewise, where
from lrcli.problems import Problem, SpecError
from lrcli.schedules import form
from lrcli.schedules.metric import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from lrcli.breakpoints import Breakpoints
    from lrcli.numeric import Array
    from lrcli.run import Run
    from lrcli.schedules.plateau import Rule

HOME = "ignite.handlers.param_scheduler"
VERSION = "0.5.5"

Mult = Annotated[float, Meta(ge=0, le=1e6)]


class Ignite(Scheduler, frozen=True, kw_only=True):
    """A scheduler of ignite that needs no other; it counts events, normally iterations."""

    home = HOME
    version = VERSION


class Cycle(NamedTuple):
    """The lengths of a cycle: from start_value to end_value, and of the warm-up to the next start_value."""

    size: int
    warmup: int


class Cyclical(Ignite, frozen=True, kw_only=True):
    """A scheduler that goes through cycles, and changes them from one to the next."""

    formula = "where(i <= N, inside, end + (first * start_value_mult - end) * (i - N) / max(W, 1))"
    where = {
        "first": "start_value * start_value_mult ** k",
        "end": "end_value * end_value_mult ** k",
        "k": "floor(t / (N + W))",
        "i": "t % (N + W)",
        "N": "cycle_size",
        "W": "warmup_duration",
    }
    changes = "in cycles"
    peak = "start_value"

    start_value: Annotated[Real, Meta(description="Value at the start of the first cycle.")]
    end_value: Annotated[Real, Meta(description="Value that a cycle goes to.")]
    cycle_size: Annotated[Annotated[int, Meta(ge=2, le=10**15)], Meta(description="Events of the first cycle.")]
    cycle_mult: Annotated[Mult, Meta(description="Length of each cycle over that before.")] = 1.0
    start_value_mult: Annotated[Mult, Meta(description="start_value of each cycle over that before.")] = 1.0
    end_value_mult: Annotated[Mult, Meta(description="end_value of each cycle over that before.")] = 1.0
    warmup_duration: Annotated[Count, Meta(description="Events after a cycle that lead to the next start_value.")] = 0

    def rate(self, t: Array, run: Run) -> Array:
        """Return the value in the cycle of t; if cycles differ in length, they are enumerated."""
        if self.cycle_mult == 1:
            return form.play(self, t, run)
        not_an_expression(t, "its cycles are counted one by one, and there is no closed form")
        starts, cycles = self._cycles(highest(t))
        k: Any = count_at_most(t, starts[1:]) + t * 0
        known: dict[str, list[float]] = {
            "N": [one.size for one in cycles],
            "W": [one.warmup for one in cycles],
            "start": starts,
        }
        of_cycle = {name: pick(values, k) for name, values in known.items()}
        return form.values(self, run, self.formula, t, k=k, i=t - of_cycle.pop("start"), **of_cycle)

    def _cycles(self, last: float) -> tuple[list[float], list[Cycle]]:
        """Return the starts of the cycles up to an event, and their lengths.

        Raises:
            SpecError: If cycle_mult makes one 0 events long, or there are too many.
        """
        starts, cycles = [0.0], [Cycle(self.cycle_size, self.warmup_duration)]
        while (after := starts[-1] + sum(cycles[-1])) <= last:
            size, warmup = (int(length * self.cycle_mult) for length in cycles[-1])
            if size == 0 or len(cycles) > LONGEST:
                raise SpecError(f"{self.tag()} has no lr at event {after:g}: cycle_mult makes a cycle 0 events long")
            starts.append(after)
            cycles.append(Cycle(size, warmup))
        return starts, cycles

    def breakpoints(self, run: Run) -> Breakpoints:
        """Return the starts, the middles and the ends of the cycles."""
        if self.cycle_mult == 1:
            return super().breakpoints(run)
        starts, cycles = self._cycles(run.span)
        turns = [start + one.size * part for start, one in zip(starts, cycles, strict=True) for part in (0, 0.5, 1)]
        return tuple(At(tuple(turns)).shifted(by) for by in (-1.0, 0.0, 1.0))


class LinearCyclicalScheduler(Cyclical, tag="ignite.LinearCyclicalScheduler", frozen=True, kw_only=True):
    """Go in a straight line to end_value in the middle of each cycle and back, or only there if it is monotonic."""

    where = Cyclical.where | {
        "u": "i / N",
        "inside": "first + (end - first) * u if monotonic else end + (first - end) * 2 * abs(u - 0.5)",
    }
    shape = "linearly"
    refuses = {"warmup_duration > 0 and not monotonic": "warmup_duration needs monotonic=True"}
    tips = ("end_value is the middle of the cycle, and with an odd cycle_size it is never reached.",)
    example = {"start_value": 0.1, "end_value": 0.001, "cycle_size": 20}

    monotonic: Annotated[bool, Meta(description="Go to end_value only, and jump back.")] = False


class CosineAnnealingScheduler(Cyclical, tag="ignite.CosineAnnealingScheduler", frozen=True, kw_only=True):
    """Go along half a cosine to end_value, and jump back."""

    where = Cyclical.where | {"inside": "first + (end - first) / 2 * (1 - cos(pi * i / N))"}
    shape = "along a cosine"
    tips = ("end_value is never reached, unless a warmup_duration follows.",)
    example = {"start_value": 0.1, "end_value": 0.001, "cycle_size": 40}


class PiecewiseLinear(Ignite, tag="ignite.PiecewiseLinear", frozen=True, kw_only=True):
    """Go in straight lines from one milestone's value to the next one's."""

    formula = "in straight lines between milestones_values; the first value before them, the last after"
    changes = "in phases"
    shape = "linearly"
    tips = ("A milestone that is given twice makes a jump.",)
    example = {"milestones_values": (10.0, 0.5, 20.0, 0.45, 30.0, 0.1)}

    milestones_values: Annotated[
        tuple[Real, ...], Meta(description="Events and their values in turn.", extra={"pairs": True})
    ]

    def problems(self) -> list[Problem]:
        """Return an event without its value, and events that are not whole or do not ascend."""
        events = self.milestones_values[::2]
        wrong = ""
        if not events or len(self.milestones_values) % 2:
            wrong = "milestones_values needs a value for each event: 10,0.5,20,0.1"
        elif any(event % 1 or event < 0 for event in events) or list(events) != sorted(events):
            wrong = "the events of milestones_values must be whole numbers ≥ 0 that ascend"
        found = [Problem(message=wrong, path=("milestones_values",))] if wrong else []
        return super().problems() + found

    def rate(self, t: Array, run: Run) -> Array:
        """Return the value on the line between two milestones."""
        events, values = self.milestones_values[::2], self.milestones_values[1::2]
        forms = [partial(_flat, values[0])]
        for (start, end), (first, last) in zip(pairwise(events), pairwise(values), strict=True):
            forms.append(partial(_line, end - start, first, last))
        return piecewise(t, [min(0.0, events[0]), *events], [*forms, partial(_flat, values[-1])])


def _flat(value: float, t: Array) -> Array:
    return form.shaped(value, t)


def _line(length: float, first: float, last: float, t: Array) -> Array:
    return line(t, length, first, last) if length else form.shaped(last, t)


class ConcatScheduler(Ignite, tag="ignite.ConcatScheduler", frozen=True, kw_only=True):
    """Follow schedulers of ignite one after the other, each from its own event 0."""

    formula = "schedulers[i](t - durations[0] - … - durations[i - 1])"
    changes = "in phases"
    shape = "as its schedulers do"
    members = "schedulers"
    example = {
        "schedulers": [
            {"type": "ignite.PiecewiseLinear", "milestones_values": (0.0, 0.0, 10.0, 0.1)},
            {"type": "ignite.CosineAnnealingScheduler", "start_value": 0.1, "end_value": 0.0, "cycle_size": 90},
        ],
        "durations": [10],
    }

    schedulers: Members
    durations: Annotated[tuple[Count, ...], Meta(description="For how many events each but the last acts.")]

    def problems(self) -> list[Problem]:
        """Return members of another kind, and durations that are not one fewer."""
        return [
            *super().problems(),
            *self.problems_of_lengths("durations", "give a duration for each scheduler but the last"),
            *self.problems_of_members(Ignite, "its members are schedulers of ignite"),
        ]

    def rate(self, t: Array, run: Run) -> Array:
        """Return the value of the active member."""
        starts = [0.0, *accumulate(map(float, self.durations))]
        return piecewise(t, starts, [partial(one.rate, run=run) for one in self.schedulers])


class Around(AroundTorch, frozen=True, kw_only=True):
    """A wrapper that calls get_lr() of one of torch's schedulers, and not step()."""

    home = HOME
    version = VERSION
    shape = "as its scheduler does"

    def problems(self) -> list[Problem]:
        """Return a problem for a member without a get_lr() that can be called."""
        found = super().problems()
        if any(isinstance(one, SWALR) or not isinstance(one, Stepped) for one in self.lr_scheduler):
            message = "ignite cannot wrap SequentialLR, ChainedScheduler, SWALR or ReduceLROnPlateau"
            found.append(Problem(message=message, path=("lr_scheduler",)))
        return found


def _called(member: Any, t: Array, before: float, run: Run) -> Array:
    """Return the result of a scheduler's get_lr() at last_epoch t, called outside of step().

    Args:
        member: The scheduler.
        t: Its last_epoch.
        before: The lr after the call at last_epoch 0, which is the lr before the call at 1.
        run: The run that t counts in.
    """
    if isinstance(member, CosineAnnealingWarmRestarts):
        return member.rate(t + 1, run)
    if isinstance(member, CosineAnnealingLR):
        return where(t == 0, before, member.rate(t, run))
    return array(member.onward(t, before, member.base_lr, run))


class LRScheduler(Around, tag="ignite.LRScheduler", frozen=True, kw_only=True):
    """Take the lr of one of torch's schedulers: attached to ITERATION_STARTED, its first step is made twice."""

    formula = "lr_scheduler(t), its step to 0 made twice"
    tips = (
        "LinearLR and ConstantLR apply their first factor twice, ExponentialLR is one event ahead: use_legacy=True on "
        "ITERATION_COMPLETED gives torch's lr.",
    )
    example = {"lr_scheduler": [{"type": "torch.StepLR", "step_size": 30}]}

    use_legacy: Annotated[bool, Meta(description="Be attached to ITERATION_COMPLETED, as torch steps.")] = False

    def rate(self, t: Array, run: Run) -> Array:
        """Return the lr of the member, as get_lr() gives it."""
        member = self.member
        if self.use_legacy:
            return array(member.lr(t, run))
        first = member.started(member.base_lr, member.base_lr, run)
        times, plus = member.moves(0.0, member.base_lr, run)
        return _called(member, t, float(times * first + plus), run)


class CreateLrSchedulerWithWarmup(Around, tag="ignite.create_lr_scheduler_with_warmup", frozen=True, kw_only=True):
    """Climb in a straight line, then take the lr of a scheduler of torch's or of ignite's."""

    formula = "a line from warmup_start_value to warmup_end_value at warmup_duration - 1, then lr_scheduler"
    changes = "in phases"
    warmup_parameter = "warmup_duration"
    tips = ("If warmup_end_value is not the optimizer's lr, one event at that lr follows the warm-up.",)
    example = {
        "lr_scheduler": [{"type": "torch.CosineAnnealingLR", "T_max": 90}],
        "warmup_start_value": 0.0,
        "warmup_duration": 10,
    }

    warmup_start_value: Annotated[Real, Meta(description="Value at the first event.")]
    warmup_duration: Annotated[Annotated[int, Meta(ge=2, le=10**15)], Meta(description="Events of the warm-up.")]
    warmup_end_value: Annotated[
        Real | None, Meta(description="Value at the end of the warm-up; the optimizer's lr if not given.")
    ] = None

    def problems(self) -> list[Problem]:
        """Return what is wrong with the member; one of ignite's needs a warmup_end_value."""
        if not self._around_ignite:
            return super().problems()
        if self.warmup_end_value is None:
            return [Problem(message="a scheduler of ignite needs a warmup_end_value", path=("warmup_end_value",))]
        return []

    @property
    def _around_ignite(self) -> bool:
        return len(self.lr_scheduler) == 1 and isinstance(self.lr_scheduler[0], Ignite)

    def rate(self, t: Array, run: Run) -> Array:
        """Return the warm-up, then the member's lr."""
        milestones, after = self._before_ignite(run) if self._around_ignite else self._before_torch(run)
        warmup = PiecewiseLinear(milestones_values=tuple(float(one) for pair in milestones for one in pair))
        return piecewise(t, [0.0, milestones[-1][0] + 1.0], [partial(warmup.rate, run=run), after])

    def _before_torch(self, run: Run) -> tuple[list[tuple[float, float]], Callable[[Array], Array]]:
        member = self.member
        found = member.started(member.base_lr, member.base_lr, run)
        end = found if self.warmup_end_value is None else self.warmup_end_value
        milestones = [(0.0, self.warmup_start_value), (self.warmup_duration - 1.0, end)]
        if end != found:
            milestones.append((float(self.warmup_duration), found))
        return milestones, lambda t: _called(member, t + 1, found, run)

    def _before_ignite(self, run: Run) -> tuple[list[tuple[float, float]], Callable[[Array], Array]]:
        member, start, end = self.lr_scheduler[0], self.warmup_start_value, self.warmup_end_value or 0.0
        last = self.warmup_duration - 1.0
        milestones = [(0.0, start), (last, end)]
        if float(member.rate(0.0, run)) == end:  # which is then not repeated
            milestones = milestones[:1] if last == 1 else [(0.0, start), (last - 1, end - (end - start) / last)]
        return milestones, partial(member.rate, run=run)


class ReduceLROnPlateauScheduler(TorchPlateau, tag="ignite.ReduceLROnPlateauScheduler", frozen=True, kw_only=True):
    """Multiply the lr by factor when a metric has stopped improving; min_lr is ignored."""

    home = HOME
    version = VERSION
    same = TorchPlateau.same.replace("min_lr=min_lr", "min_lr=0.0")
    tips = ("min_lr is dropped unless param_group_index is given: the lr falls below it.",)

    def rule(self) -> Rule:
        """Return torch's rule without its min_lr."""
        return super().rule()._replace(min_lr=0.0)
