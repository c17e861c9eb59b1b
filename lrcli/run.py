"""How long a training run is, and what a length such as `5`, `5ep`, `500st` or `10%` means in it."""

from __future__ import annotations

import re
from itertools import count
from math import ceil
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from lrcli.batches import Batches
from lrcli.parameters import LENGTH, NOT_A_PARAMETER, Declared
from lrcli.problems import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.numeric import Array

Unit = Literal["epoch", "step"]

MOST = 10**15
"""Points of the longest run: a float64 counts them exactly."""

Count = Annotated[int, Meta(ge=1, le=MOST)]
_Text = Annotated[str, Meta(extra_json_schema={"pattern": f"^{LENGTH}$"})]
Length = Annotated[float, Meta(ge=1e-6, le=1e15)] | _Text
"""A span of time: a number in the run's unit, or `"5ep"`, `"500st"`, `"10%"` of the run."""
LengthOrZero = Annotated[float, Meta(ge=0, le=1e15)] | _Text


class Series(NamedTuple):
    """A metric over the time of its own run.

    Attributes:
        values: What was measured, NaN where it was that.
        epochs: How many epochs were done when each value was known; one after the other if nothing is said.
        steps: How many steps were done.
        name: What was measured: the column of a log.
    """

    values: tuple[float, ...]
    epochs: tuple[float, ...] | None = None
    steps: tuple[float, ...] | None = None
    name: str = ""

    def known(self, unit: Unit, steps_per_epoch: int | None, *, per_step: bool) -> tuple[float, ...] | None:
        """Return when each value is known, in the unit of a run; None if that is one after the other."""
        rate = steps_per_epoch or 0
        if unit == "step":
            times = self.steps or (tuple(epoch * rate for epoch in self.epochs or ()) if rate else None)
        elif self.steps and rate and (per_step or not self.epochs):
            times = tuple(step / rate for step in self.steps)
        else:
            times = self.epochs
        return None if not times or all(map(float.__eq__, times, map(float, count(1)))) else times


class RunOptions(Declared, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long the run is: in epochs, or in steps.

    Attributes:
        metric_values: The values of the metric themselves, where they are given instead of a log's name.
    """

    epochs: Annotated[Count | None, Meta(description="Length in epochs (default 100).")] = None
    steps: Annotated[Count | None, Meta(description="Length in steps, instead of epochs.")] = None
    steps_per_epoch: Annotated[Count | None, Meta(description="Optimizer steps in one epoch.")] = None
    per_step: Annotated[bool, Meta(description="Evaluate at every step of every epoch.")] = False
    metric: Annotated[str | None, Meta(description="A log for metric-driven schedules: FILE[:COLUMN].")] = None
    samples: Annotated[Count | None, Meta(description="Samples of the data set, instead of steps_per_epoch.")] = None
    batch_size: Annotated[Count | None, Meta(description="Samples in a batch of one device.")] = None
    accumulate: Annotated[Count | None, Meta(description="Batches in one optimizer step.")] = None
    devices: Annotated[Count | None, Meta(description="Devices that share an epoch.")] = None
    drop_last: Annotated[bool, Meta(description="Leave out an epoch's last batch if it is not full.")] = False
    tokens: Annotated[Count | None, Meta(description="Length in tokens, instead of epochs or steps.")] = None
    tokens_per_step: Annotated[Count | None, Meta(description="Tokens in one optimizer step.")] = None
    seq_len: Annotated[Count | None, Meta(description="Tokens in a sample, instead of tokens_per_step.")] = None
    metric_values: Annotated[tuple[float, ...] | None, NOT_A_PARAMETER] = None
    batches: Annotated[Batches | None, NOT_A_PARAMETER] = None

    def counted(self) -> RunOptions:
        """Return the same with the steps of an epoch worked out from samples, and those of the run from tokens.

        Raises:
            SpecError: If what they are worked out from is missing or contradicts itself, or no step is left.
        """
        if self.batches is not None or not any(getattr(self, name) for name in OF_BATCHES):
            return self
        batches = Batches(
            self.samples,
            self.batch_size,
            self.accumulate or 1,
            self.devices or 1,
            self.drop_last,
            self.seq_len,
            self.tokens_per_step,
            self.tokens,
        )
        if problems := list(_uncountable(batches)):
            raise SpecError(*problems)
        steps, rate = batches.steps or self.steps, batches.updates or self.steps_per_epoch
        return msgspec.structs.replace(
            self, steps=steps, steps_per_epoch=rate, batches=batches, **dict.fromkeys(_COUNTED_FROM)
        )

    def problems(self) -> list[Problem]:
        """Return what is wrong between the fields."""
        found = []
        if self.epochs is not None and self.steps is not None:
            found.append(Problem(message="a run has epochs or steps, not both", path=("steps",)))
        if self.tokens is not None and (self.epochs or self.steps):
            other = "epochs" if self.epochs else "steps"
            found.append(Problem(message=f"a run has tokens or {other}, not both", path=("tokens",)))
        if self.samples is not None and self.steps_per_epoch is not None:
            found.append(Problem(message="a run has samples or steps_per_epoch, not both", path=("samples",)))
        if self.tokens_per_step is not None and self.seq_len is not None:
            found.append(Problem(message="a run has tokens_per_step or seq_len, not both", path=("seq_len",)))
        return found

    def over(self, other: RunOptions | None) -> RunOptions:
        """Return the other's settings where this one has none."""
        if other is None or other == _UNSAID:
            return self
        if self == _UNSAID:
            return other
        mine = {name: getattr(self, name) for name in self.__struct_fields__}
        if self.epochs is not None or self.steps is not None or self.tokens is not None:
            other = msgspec.structs.replace(other, epochs=None, steps=None, tokens=None)
        if self.samples is not None or self.steps_per_epoch is not None:
            other = msgspec.structs.replace(other, samples=None, steps_per_epoch=None)
        if self.tokens_per_step is not None or self.seq_len is not None:
            other = msgspec.structs.replace(other, tokens_per_step=None, seq_len=None)
        if self.metric is not None or self.metric_values is not None:
            other = msgspec.structs.replace(other, metric=None, metric_values=None)
        return RunOptions(
            **{name: value or getattr(other, name) for name, value in mine.items()},
        )

    def resolve(self, metric: Series | tuple[float, ...] | None = None) -> Run:
        """Return the run that these settings describe.

        Args:
            metric: The metric, if these settings do not hold it themselves; without other
                settings the run is as long.

        Raises:
            SpecError: If every step is to be looked at, but nobody says how many there are, or there are too many.
        """
        series = metric if isinstance(metric, Series) else Series(metric or self.metric_values or ())
        values = series.values or None
        if self.steps is self.epochs is self.steps_per_epoch is None and series.steps and not series.epochs:
            return msgspec.structs.replace(self, steps=ceil(series.steps[-1])).resolve(series)
        if self.steps is not None:
            if self.steps > MOST:
                raise SpecError(f"{self.steps:.3g} steps are more than {MOST:.0g}, which cannot be counted exactly")
            known = series.known("step", self.steps_per_epoch, per_step=False)
            return Run(
                batches=self.batches,
                unit="step",
                total=self.steps,
                steps_per_epoch=self.steps_per_epoch,
                metric=values,
                known=known,
                metric_name=series.name,
            )
        if self.per_step and self.steps_per_epoch is None:
            raise SpecError("per_step needs steps_per_epoch: how many steps does an epoch have?")
        known = series.known("epoch", self.steps_per_epoch, per_step=self.per_step)
        run = Run(
            batches=self.batches,
            unit="epoch",
            total=self.epochs or (ceil(max(known or (len(values),))) if values else DEFAULT_LENGTH),
            steps_per_epoch=self.steps_per_epoch,
            per_step=self.per_step,
            metric=values,
            known=known,
            metric_name=series.name,
        )
        if run.points > MOST:
            raise SpecError(f"{run.text} are {run.points:.3g} steps: more than {MOST:.0g} cannot be counted exactly")
        return run


_UNSAID = RunOptions()
LENGTHS = frozenset({"epochs", "steps", "tokens"})
"""A run has one of these: who sets one sets them all."""
OF_BATCHES = (
    "samples", "batch_size", "accumulate", "devices", "drop_last", "tokens", "tokens_per_step", "seq_len",
)  # fmt: skip
_COUNTED_FROM = ("samples", "tokens")
"""What steps_per_epoch and steps are worked out from, so that they are given no more."""


def _uncountable(batches: Batches) -> Iterator[Problem]:
    """Yield what is missing where steps are worked out, or that there are none."""
    if batches.samples is not None and batches.batch_size is None:
        yield Problem(message="samples need a batch_size", path=("samples",))
    if batches.samples is None and batches.drop_last:
        yield Problem(message="drop_last needs samples", path=("drop_last",))
    if batches.seq_len is not None and batches.batch_size is None:
        yield Problem(message="seq_len needs a batch_size (or give tokens_per_step)", path=("seq_len",))
    elif batches.tokens is not None and batches.steps is None:
        yield Problem(message="tokens need tokens_per_step, or a batch_size and a seq_len", path=("tokens",))
    if batches.batches == 0:
        full = f"{(batches.batch_size or 1) * batches.devices:,} samples ({batches.batch_size:,} on each device)"
        message = f"drop_last leaves no batch: a full one has {full}, the data set {batches.samples:,}"
        yield Problem(message=message, path=("samples",))


DEFAULT_LENGTH = 100
"""Epochs (or steps, where those are counted) of a run whose length nobody says."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run as a schedule sees it.

    Attributes:
        unit: What a plain number counts, and what t counts: `"epoch"` or `"step"`.
        total: Length of the whole run in that unit.
        steps_per_epoch: Needed only to turn epochs into steps and back.
        per_step: The run is in epochs, and is looked at once a step.
        start: When the part that is playing began, in the unit of the run.
        metric: What a metric-driven schedule uses, one value per epoch (or step).
        known: When each value of the metric is known, if that is not at the end of one epoch (or step) after the other.
        metric_name: What the metric is, if that is known.
        rest: How long the part that is playing may take; the whole run if nothing is said.
        batches: What its steps were worked out from.
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
        """How long the schedule that asks may play, in the run's unit."""
        return self.total if self.rest is None else self.rest

    @property
    def points(self) -> int:
        """How many values of t the run has."""
        return int(self.total) if self._rate == 1 else round(self.total * self._rate)

    @property
    def counts(self) -> Unit:
        """What one value of t stands for."""
        return "step" if self.per_step else self.unit

    @property
    def _rate(self) -> int:
        return (self.steps_per_epoch or 1) if self.per_step else 1

    def within(self, span: float, after: float = 0.0) -> Run:
        """Return the run as a part of it sees it that plays for `span`, beginning `after` this one.

        One that never plays sees a single unit.
        """
        return msgspec.structs.replace(self, rest=span if span > 0 else 1.0, start=self.start + after)

    def of(self, length: float | str | None) -> float:
        """Return a length in the run's unit.

        Args:
            length: A number in the run's unit, `"5ep"`, `"500st"`, `"10%"` of the whole run, or None for
                all the time that the schedule has.

        Raises:
            SpecError: If epochs meet steps and steps_per_epoch is not known.
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
        """How long it is, for a title: `90 epochs`, `90 epochs of 1251 steps`."""
        whole = f"{int(self.total):,} {self.unit}" + ("" if self.total == 1 else "s")
        return f"{whole} of {self.steps_per_epoch:,} steps" if self.per_step else whole

    def time(self, index: Array) -> Array:
        """Return the times t, in the run's unit, of the points with these indices."""
        return index / self._rate if self._rate > 1 else index


def amount(time: float) -> str:
    """Return an epoch, a step or a length as a person reads it, with all the digits of a long one."""
    return f"{time:,.0f}" if time >= 1e4 and time == round(time) else f"{time:.6g}"
