"""The settings of a run as people give them, and the run that they describe."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from lrcli.batches import Batches
from lrcli.parameters import NOT_A_PARAMETER, Declared
from lrcli.problems import Problem, SpecError
from lrcli.run.run import DEFAULT_LENGTH, MOST, Run
from lrcli.run.series import Series

if TYPE_CHECKING:
    from collections.abc import Iterator

Count = Annotated[int, Meta(ge=1, le=MOST)]


class RunOptions(Declared, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a run: its length in epochs or steps, what these are computed from, and its metric.

    Attributes:
        metric_values: The values of the metric, instead of the name of a log.
        batches: The batches that steps and steps_per_epoch were computed from.
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
        """Return the settings with steps_per_epoch computed from samples, and steps from tokens.

        Raises:
            SpecError: If a value is missing or contradicts another, or an epoch has no step.
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
        if problems := list(_problems_of(batches)):
            raise SpecError(*problems)
        steps, rate = batches.steps or self.steps, batches.updates or self.steps_per_epoch
        return msgspec.structs.replace(
            self, steps=steps, steps_per_epoch=rate, batches=batches, **dict.fromkeys(_COUNTED_FROM)
        )

    def problems(self) -> list[Problem]:
        """Return the problems between settings."""
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
        """Return these settings, and those of another where these have none."""
        if other is None or other == _DEFAULTS:
            return self
        if self == _DEFAULTS:
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
        return RunOptions(**{name: value or getattr(other, name) for name, value in mine.items()})

    def resolve(self, metric: Series | tuple[float, ...] | None = None) -> Run:
        """Return the run that these settings describe.

        Args:
            metric: The metric, if the settings do not have it; without a length the run is as long as the metric.

        Raises:
            SpecError: If per_step is set without steps_per_epoch, or there are too many points.
        """
        series = metric if isinstance(metric, Series) else Series(metric or self.metric_values or ())
        if self.steps is self.epochs is self.steps_per_epoch is None and series.steps and not series.epochs:
            return msgspec.structs.replace(self, steps=ceil(series.steps[-1])).resolve(series)
        return self._in_epochs(series) if self.steps is None else self._in_steps(self.steps, series)

    def _in_steps(self, steps: int, series: Series) -> Run:
        if steps > MOST:
            raise SpecError(f"{steps:.3g} steps are more than {MOST:.0g}, which cannot be counted exactly")
        return Run(
            batches=self.batches,
            unit="step",
            total=steps,
            steps_per_epoch=self.steps_per_epoch,
            metric=series.values or None,
            known=series.known("step", self.steps_per_epoch, per_step=False),
            metric_name=series.name,
        )

    def _in_epochs(self, series: Series) -> Run:
        if self.per_step and self.steps_per_epoch is None:
            raise SpecError("per_step needs steps_per_epoch: how many steps does an epoch have?")
        known = series.known("epoch", self.steps_per_epoch, per_step=self.per_step)
        of_metric = ceil(max(known or (len(series.values),))) if series.values else DEFAULT_LENGTH
        run = Run(
            batches=self.batches,
            unit="epoch",
            total=self.epochs or of_metric,
            steps_per_epoch=self.steps_per_epoch,
            per_step=self.per_step,
            metric=series.values or None,
            known=known,
            metric_name=series.name,
        )
        if run.points > MOST:
            raise SpecError(f"{run.text} are {run.points:.3g} steps: more than {MOST:.0g} cannot be counted exactly")
        return run


_DEFAULTS = RunOptions()
LENGTHS = frozenset({"epochs", "steps", "tokens"})
"""A run has one of these: a setting of one replaces the others."""
OF_BATCHES = (
    "samples", "batch_size", "accumulate", "devices", "drop_last", "tokens", "tokens_per_step", "seq_len",
)  # fmt: skip
_COUNTED_FROM = ("samples", "tokens")
"""What steps_per_epoch and steps are computed from: not kept beside the result."""


def _problems_of(batches: Batches) -> Iterator[Problem]:
    """Yield what is missing to compute steps, and that there are none."""
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
