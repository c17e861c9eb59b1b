"""A run of known length, and what a length such as `5`, `5ep`, `500st` or `10%` is in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from lrcli.batches import Batches
from lrcli.parameters import LENGTH
from lrcli.problems import SpecError

if TYPE_CHECKING:
    from lrcli.numeric import Array

Unit = Literal["epoch", "step"]

MOST = 10**15
"""The most points of a run: float64 represents all whole numbers up to it."""

_Text = Annotated[str, Meta(extra_json_schema={"pattern": f"^{LENGTH}$"})]
Length = Annotated[float, Meta(ge=1e-6, le=1e15)] | _Text
"""A length of time > 0: a number in the run's unit, or `"5ep"`, `"500st"`, `"10%"` of the run."""
LengthOrZero = Annotated[float, Meta(ge=0, le=1e15)] | _Text

DEFAULT_LENGTH = 100
"""The length of a run whose length is not given, in epochs or, if those are counted, steps."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run, or the part of it that a schedule has.

    Attributes:
        unit: The unit of t and of lengths without a unit: `"epoch"` or `"step"`.
        total: Length of the whole run in this unit.
        steps_per_epoch: Converts between epochs and steps; None if it is not known.
        per_step: The run is in epochs and is evaluated at every step.
        metric: The metric of metric-driven schedules, one value per epoch (or step) unless `known` is given.
        known: The time at which each value of the metric is known.
        metric_name: The name of the metric, if it is known.
        start: Start of the schedule's part, in the unit of the run.
        rest: Length of the schedule's part; None for the whole run.
        batches: The batches that its steps were computed from.
    """

    unit: Unit = "epoch"
    total: float = DEFAULT_LENGTH
    steps_per_epoch: int | None = None
    per_step: bool = False
    metric: tuple[float, ...] | None = None
    known: tuple[float, ...] | None = None
    metric_name: str = ""
    start: float = 0.0
    rest: float | None = None
    batches: Batches | None = None

    @property
    def span(self) -> float:
        """The length of the schedule, in the run's unit."""
        return self.total if self.rest is None else self.rest

    @property
    def points(self) -> int:
        """The number of values of t in the run."""
        return int(self.total) if self._rate == 1 else round(self.total * self._rate)

    @property
    def counts(self) -> Unit:
        """What one value of t is: an epoch, or a step."""
        return "step" if self.per_step else self.unit

    @property
    def _rate(self) -> int:
        return (self.steps_per_epoch or 1) if self.per_step else 1

    def within(self, span: float, after: float = 0.0) -> Run:
        """Return a part of this run.

        Args:
            span: Length of the part; if it is not positive, the part has the length 1, though it is never reached.
            after: Start of the part, counted from the start of this one.
        """
        return msgspec.structs.replace(self, rest=span if span > 0 else 1.0, start=self.start + after)

    def of(self, length: float | str | None) -> float:
        """Return a length in the run's unit.

        Args:
            length: A number in the run's unit, `"5ep"`, `"500st"`, `"10%"` of the whole run, or None for the length
                of the schedule.

        Raises:
            SpecError: If the conversion needs steps_per_epoch, which is not known.
        """
        if length is None:
            return self.span
        if not isinstance(length, str):
            return length
        match = re.fullmatch(LENGTH, length)
        if match is None:
            raise SpecError(f"{length!r} is not a length; write 5, 5ep, 500st or 10%")
        number, unit = float(match[1]), match[2]
        if unit == "%":
            return number * self.total / 100
        return self._converted(number, "epoch" if unit == "ep" else "step", length)

    def _converted(self, number: float, unit: Unit, text: str) -> float:
        if unit == self.unit:
            return number
        if self.steps_per_epoch is None:
            raise SpecError(f"{text!r} in a run of {self.unit}s needs steps_per_epoch")
        return number * self.steps_per_epoch if unit == "epoch" else number / self.steps_per_epoch

    @property
    def text(self) -> str:
        """Its length for titles: `90 epochs`, `90 epochs of 1251 steps`."""
        whole = f"{int(self.total):,} {self.unit}" + ("" if self.total == 1 else "s")
        return f"{whole} of {self.steps_per_epoch:,} steps" if self.per_step else whole

    def time(self, index: Array) -> Array:
        """Return the times t, in the run's unit, of the points with some indices."""
        return index / self._rate if self._rate > 1 else index


def amount(time: float) -> str:
    """Return an epoch, a step or a length for people to read, with all digits of large whole numbers."""
    return f"{time:,.0f}" if time >= 1e4 and time == round(time) else f"{time:.6g}"
