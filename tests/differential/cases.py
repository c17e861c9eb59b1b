"""Random cases of a framework's scheduler, from its declaration: its arguments, how long it is played, and a metric."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from lrcli.parameters import Parameter, parameters
from lrcli.registry import SCHEDULES
from tests.differential.values import LONGEST, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.frameworks.scheduler import Scheduler

Change = Callable[[Random, dict[str, Any]], dict[str, Any]]
"""Returns what to change in the arguments of a case."""
ODD = (0.0, 0.0, 0.05, 0.3)
"""Shares of odd values, one of which a case has."""
NOT_GIVEN = {"last_epoch", "initial_lr", "warmup_ratio", "verbose", "initialize"}
"""Parameters that a case never has: those of a resumed run are drawn apart, and others do not touch the lr."""
BESIDE = {"transformers": {"warmup_steps"}}
"""The same for one framework: what its Trainer takes, and its functions do not."""
ALWAYS = {"num_warmup_steps", "base_lr", "milestones"}
"""Parameters that a case always has."""


MOST_POINTS = 3 * LONGEST


class Case(NamedTuple):
    """A scheduler as data, for how many points it is played, and the metric that it is given after each."""

    spec: dict[str, Any]
    points: int
    metric: tuple[float, ...] = ()

    @property
    def declaration(self) -> type[Scheduler]:
        """The declaration of the scheduler."""
        return declared(self.spec)

    @property
    def metric_driven(self) -> bool:
        """Whether the lr depends on the metric, as that of some schedulers of timm's factory does."""
        return self.declaration.metric_driven or self.spec.get("sched") == "plateau"


class Played(NamedTuple):
    """The lr at each point until the framework raised, and what it raised, if it did."""

    lr: list[float]
    error: str


def declared(spec: dict[str, Any]) -> type[Scheduler]:
    """Return the declaration of a scheduler that is given as data."""
    return SCHEDULES.find(spec["type"])  # type: ignore[return-value] # only frameworks' are drawn


def declarations(framework: str) -> list[type[Scheduler]]:
    """Return the schedulers of a framework's page."""
    found: list[Any] = [one for one in SCHEDULES.everything() if one.tag().startswith(f"{framework}.")]
    return sorted(found, key=lambda one: one.tag())


def cases(name: str, count: int, seed: int) -> Iterator[Case]:
    """Yield random cases of a scheduler, the same ones for the same seed."""
    declaration: Any = SCHEDULES.find(name)
    for i in range(count):
        rng = Random(f"{seed} {name} {i}")
        spec = {"type": name, **_arguments(rng, declaration, rng.choice(ODD))}
        points = rng.choice((1, 2, rng.randint(3, LONGEST), rng.randint(3, MOST_POINTS)))
        yield Case(spec, points, metric(rng, points))


def _arguments(rng: Random, declaration: type[Scheduler], odd: float) -> dict[str, Any]:
    if declaration.members:
        return ({"base_lr": _peak(rng)} if declaration.peak else {}) | _members(rng, declaration, odd, depth=2)
    own = _own(rng, declaration, odd)
    known = {parameter.name for parameter in parameters(declaration)}
    resumable = declaration.framework() == "torch" and "last_epoch" in known and "/ x" not in str(own.get("scale_fn"))
    if resumable and rng.random() < 0.2:
        own["last_epoch"] = rng.choice((0, rng.randint(0, 9), rng.randint(0, LONGEST)))
        if rng.random() < 0.5:
            own["initial_lr"] = _peak(rng)
    return own


def _own(rng: Random, declaration: type[Scheduler], odd: float) -> dict[str, Any]:
    """Return arguments of one scheduler, without those of a resumed run."""
    share = rng.choice((0.3, 0.7, 1.0))
    skipped = NOT_GIVEN | BESIDE.get(declaration.framework(), set())
    own = [parameter for parameter in parameters(declaration) if parameter.name not in skipped]
    drawn = {
        parameter.name: value(rng, parameter, odd=odd)
        for parameter in own
        if parameter.required or _always(declaration, parameter) or rng.random() < share
    }
    if declaration.length_parameter and drawn[declaration.length_parameter] is None:
        drawn[declaration.length_parameter] = rng.randint(1, LONGEST)
    return drawn | CHANGES.get(declaration.tag(), _unchanged)(rng, drawn)


def _always(declaration: type[Scheduler], parameter: Parameter) -> bool:
    return parameter.name in ALWAYS or parameter.name == declaration.length_parameter


def _peak(rng: Random) -> float:
    return rng.choice((0.1, 1.0, 10 ** rng.uniform(-5, 1)))


def _members(rng: Random, declaration: type[Scheduler], odd: float, depth: int) -> dict[str, Any]:
    """Return a tree of schedulers, some of whose members have members."""
    size = rng.choice((1, 2, 2, 3, 4))
    members = [_member(rng, declaration, odd, depth) for _ in range(size)]
    if not declaration.boundaries_parameter:
        return {declaration.members: members}
    wrong = declaration.framework() == "torch" and rng.random() < odd / 3  # Optax leaves out what is too much
    count = rng.randint(0, 3) if wrong else size - 1
    times = [rng.randint(0, LONGEST) for _ in range(count)]
    ordered = sorted(times) if rng.random() > odd / 3 else times
    return {declaration.members: members, declaration.boundaries_parameter: ordered}


def _member(rng: Random, declaration: type[Scheduler], odd: float, depth: int) -> dict[str, Any]:
    known = declarations(declaration.framework())
    if depth and rng.random() < 0.15 and not declaration.member_type:
        inner = rng.choice([one for one in known if one.members])
        return {"type": inner.tag(), **_members(rng, inner, odd, depth - 1)}
    if declaration.member_type:
        known = [one for one in known if one.tag() == declaration.member_type]
    plain = rng.choice([one for one in known if not one.members and (not one.metric_driven or rng.random() < odd / 10)])
    own = _own(rng, plain, odd)
    return {"type": plain.tag(), **{name: given for name, given in own.items() if name not in plain.not_arguments}}


def metric(rng: Random, points: int) -> tuple[float, ...]:
    """Return a metric that falls, rises or wanders, with noise, with steps, and sometimes with NaN."""
    trend, noise = rng.choice((-0.02, 0.0, 0.02, -0.3)), rng.choice((0.0, 0.001, 0.05))
    start, digits = rng.choice((0.0, 1.0, 50.0, -1.0)), rng.choice((1, 2, 16))
    nan = rng.choice((0.0, 0.0, 0.0, 0.02))
    values = (start + trend * t * rng.choice((0, 1)) + rng.gauss(0, noise) for t in range(points))
    return tuple(math.nan if rng.random() < nan else round(one, digits) for one in values)


def _unchanged(rng: Random, drawn: dict[str, Any]) -> dict[str, Any]:
    return {}


def _one_cycle(rng: Random, drawn: dict[str, Any]) -> dict[str, Any]:
    """Return its length as total_steps, or as epochs of steps: without either lrcli takes the run's."""
    if rng.random() < 0.7:
        return {"total_steps": drawn["total_steps"]}
    return {"total_steps": None, "epochs": rng.randint(1, 6), "steps_per_epoch": rng.randint(1, 12)}


def _one_of(first: str, second: str) -> Change:
    """Return the change that leaves only one of two arguments, of which a scheduler mostly takes only one."""

    def change(rng: Random, drawn: dict[str, Any]) -> dict[str, Any]:
        kept = rng.choice((first, second))
        return {first: None, second: None, kept: drawn.get(kept) or 0.1} if rng.random() < 0.9 else {}

    return change


def _noise(rng: Random, drawn: dict[str, Any]) -> dict[str, Any]:
    """Return a range of one or two times, or none, as timm takes them."""
    times = sorted(rng.randint(0, LONGEST) for _ in range(rng.choice((1, 2))))
    return {"noise_range_t": None if rng.random() < 0.7 else times} if "noise_range_t" in drawn else {}


def _stable(rng: Random, drawn: dict[str, Any]) -> dict[str, Any]:
    """Return the length of the whole or of the phase at the peak, one of which is needed."""
    return {rng.choice(("num_training_steps", "num_stable_steps")): rng.randint(0, 2 * LONGEST)} if drawn else {}


def _phases(rng: Random, drawn: dict[str, Any]) -> dict[str, Any]:
    """Return a decay that mostly fits into the whole, and noise."""
    longest = max(int(drawn["t_initial"]), 1) if rng.random() < 0.9 else LONGEST
    return {"decay_t": rng.randint(1, longest), **_noise(rng, drawn)}


def _factory(rng: Random, drawn: dict[str, Any]) -> dict[str, Any]:
    """Return the same for timm's factory, which takes shares, and a number of epochs that it is played for."""
    shares = sorted(round(rng.random(), 2) for _ in range(rng.choice((1, 2))))
    return {"noise": None if rng.random() < 0.7 else shares, "num_epochs": rng.randint(1, LONGEST)} | (
        {"decay_epochs": rng.choice((None, 0.3, rng.randint(1, 20)))} if "decay_epochs" in drawn else {}
    )


def _values(rng: Random, drawn: dict[str, Any]) -> dict[str, Any]:
    """Return one value more than there are boundaries, mostly."""
    count = len(drawn["boundaries"]) + (1 if rng.random() < 0.95 else 0)
    return {"values": [_peak(rng) for _ in range(count)]}


def _scales(rng: Random, drawn: dict[str, Any]) -> dict[str, Any]:
    """Return boundaries, each with its scale."""
    times = rng.sample(range(LONGEST), rng.randint(0, 4))
    pairs = [one for time in times for one in (time, rng.choice((0.1, 0.5, 2.0, round(rng.random(), 2))))]
    return {"boundaries_and_scales": pairs} if drawn else {}


def _after_warmup(rng: Random, drawn: dict[str, Any]) -> dict[str, Any]:
    """Return a length that mostly leaves time after the warm-up, which it counts."""
    longer = max(round(drawn["warmup_steps"]), 0) + rng.randint(1, LONGEST)
    return {"decay_steps": longer} if rng.random() < 0.9 else {}


def _whole_power(rng: Random, drawn: dict[str, Any]) -> dict[str, Any]:
    """Return a whole power: float32 makes a large part of the roots of what should be 0, or NaN."""
    return {"power": rng.choice((1, 1.0, 2, 3.0))} if drawn else {}


CHANGES: dict[str, Change] = {
    "transformers.cosine_with_min_lr": _one_of("min_lr", "min_lr_rate"),
    "transformers.cosine_warmup_with_min_lr": _one_of("min_lr", "min_lr_rate"),
    "transformers.warmup_stable_decay": _stable,
    "timm.WSDLRScheduler": _phases,
    "torch.OneCycleLR": _one_cycle,
    "keras.PiecewiseConstantDecay": _values,
    "optax.warmup_cosine_decay_schedule": _after_warmup,
    "optax.polynomial_schedule": _whole_power,
    "optax.piecewise_constant_schedule": _scales,
    "optax.piecewise_interpolate_schedule": _scales,
    "timm.create_scheduler_v2": _factory,
    **{f"timm.{kind}LRScheduler": _noise for kind in ("Cosine", "Tanh", "Poly", "Step", "MultiStep", "Plateau")},
}
"""What a class needs besides what its declaration says."""
