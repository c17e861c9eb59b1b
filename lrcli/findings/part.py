"""What the rules check: a spec, or a part of one, in its run, with its curve and its lengths."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from lrcli.compose import Around, Product, Sequence, Spec, around, own_run, with_batch
from lrcli.outline import length_of, placed
from lrcli.parameters import parameters
from lrcli.problems import Path, SpecError
from lrcli.run import amount
from lrcli.schedules.base import Family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array
    from lrcli.run import Run

_COLUMNS, _EXACT = 64, 1 << 12
"""A curve of more than _EXACT points is evaluated at the edges of _COLUMNS columns, and around its breakpoints."""

_LENGTHS = ("cycle_length", "T_max", "total_steps", "num_training_steps", "t_initial", "max_update", "length", "T_0")
_WARMUPS = ("num_warmup_steps", "warmup_steps", "warmup_t")
_DECAYS = ("decay_length", "num_decay_steps")
"""Parameters that mean this in declarations that do not say so themselves."""


class Amount(NamedTuple):
    """A length of a schedule: the parameter that holds it, and how long it is in the unit of the run."""

    name: str
    value: float

    def __str__(self) -> str:
        return f"{self.name}={amount(self.value)}"


class Curve(NamedTuple):
    """The points at which the rules check a curve: all of a short one; of a long one, those with the extremes.

    Attributes:
        t: Points, ascending, counted from the start of the part.
        lr: The lr in force during each.
    """

    t: Array
    lr: Array

    @property
    def peak(self) -> float:
        """The highest lr."""
        return float(self.lr.max())

    @property
    def last(self) -> float:
        """The lr of the last point."""
        return float(self.lr[-1])


class Part:
    """A spec, or a part of one, in its run.

    Attributes:
        spec: The spec, or the part.
        run: The run of the part.
        path: The part's path in the whole spec.
    """

    def __init__(self, spec: Spec, run: Run, path: Path = ()) -> None:
        self.spec, self.run, self.path = spec, run, path

    @cached_property
    def own(self) -> Run:
        """The run of the schedule itself, without the warm-up around it."""
        return own_run(self.spec, self.run)

    @cached_property
    def family(self) -> Family | None:
        """The schedule, if the part is one; None for a sequence or a product."""
        match self.spec:
            case Around():
                inner = with_batch(self.spec).inner
                return inner if isinstance(inner, Family) else None
            case Family():
                return with_batch(self.spec)
        return None

    @property
    def name(self) -> str:
        """Its name in messages: `cosine`, `CosineAnnealingLR`, `the sequence`."""
        if self.family is not None:
            return self.family.tag().rpartition(".")[2]
        return "the sequence" if isinstance(self.spec, Sequence) else "the product"

    @cached_property
    def points(self) -> int:
        """The number of points of the run during which it is in force."""
        return max(round(self.run.span * self.run.points / self.run.total), 1)

    @cached_property
    def curve(self) -> Curve | None:
        """Its lr while it is in force; None if it has no lr at some of these points."""
        import numpy as np

        from lrcli import engine

        try:
            if self.points <= _EXACT:
                t = np.arange(float(self.points))
            else:
                t = engine.points_to_evaluate(self.spec, self.run, np.linspace(0, self.points, _COLUMNS + 1), _EXACT)
                t = t[t < self.points]
            return Curve(t, engine.at(self.spec, self.run, t))
        except SpecError:
            return None

    @cached_property
    def peak(self) -> float | None:
        """The value of its peak parameter, scaled and capped by what stands around it; None if it has none."""
        declared = getattr(self.family, self.family.peak, None) if self.family is not None else None
        if not isinstance(declared, int | float):
            return None
        outer = around(self.spec)
        return min(declared * outer.scale, outer.cap or float("inf"))

    @cached_property
    def length(self) -> Amount | None:
        """The value of its length parameter, without the warm-up; None if it has none."""
        declared = self.family.length_parameter if self.family is not None else ""
        return self._amount((declared,) if declared else _LENGTHS, unsaid=self.own.span)

    @cached_property
    def warmup(self) -> Amount | None:
        """Its warm-up, its own or the one around it; None if there is none."""
        before = self.run.of(around(self.spec).warmup)
        if before > 0:
            return Amount("warmup", before)
        declared = self.family.warmup_parameter if self.family is not None else ""
        found = self._amount((declared,) if declared else _WARMUPS)
        return found if found is not None and found.value > 0 else None

    @cached_property
    def decay(self) -> Amount | None:
        """The length of the decay at its end; None if that is not a parameter."""
        return self._amount(_DECAYS)

    def count(self, value: float) -> str:
        """Return a time with its unit: `1 epoch`, `90 epochs`."""
        return f"{amount(value)} {self.run.unit}{'' if value == 1 else 's'}"

    def lengths(self) -> Iterator[tuple[str, object]]:
        """Yield the name and the value, as given, of each parameter that is a length; of a list, each value."""
        for parameter in parameters(type(self.spec)):
            if parameter.kind == "length":
                value = getattr(self.spec, parameter.field)
                yield from ((parameter.name, one) for one in (value if parameter.many else [value]))

    def _amount(self, names: tuple[str, ...], unsaid: float | None = None) -> Amount | None:
        """Return the first of these parameters that the schedule has; one without a value has the value `unsaid`."""
        for name in names:
            value = getattr(self.family, name, None)
            value = unsaid if value is None and hasattr(self.family, name) else value
            if isinstance(value, str) and self.family is not None:
                return Amount(name, length_of(self.family, self.own, name))
            if isinstance(value, int | float) and not isinstance(value, bool):
                return Amount(name, float(value))
        return None


def parts(spec: Spec, run: Run, path: Path = ()) -> Iterator[Part]:
    """Yield a spec and all of its parts, as Part."""
    yield Part(spec, run, path)
    if isinstance(spec, Sequence | Product):
        key = "sequence" if isinstance(spec, Sequence) else "product"
        for i, (part, _, run_of_part) in enumerate(placed(spec, run)):
            yield from parts(part, run_of_part, (*path, key, i))
