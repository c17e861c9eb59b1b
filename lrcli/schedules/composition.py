"""The parameters of composition, which schedules and sequences of schedules share, and the operators + and *."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from lrcli.parameters import Declared
from lrcli.problems import Problem
from lrcli.run import Length, LengthOrZero

if TYPE_CHECKING:
    from lrcli.compose import Sequence, Spec

AnyLr = Annotated[float, Meta(ge=0, le=1e300)]
BatchSize = Annotated[int, Meta(ge=1, le=10**9)]
OF_PARTS = frozenset({"for", "start"})
"""Parameters that only the parts of a sequence have."""


class Operators:
    """`a + b`, a sequence of schedules, `a * b`, their product, as in text, and `a * 0.5`, a scaled schedule."""

    __slots__ = ()

    def __add__(self: Any, other: Any) -> Sequence:
        import lrcli

        return lrcli.sequence(self, other) if _is_spec(other) else NotImplemented

    def __mul__(self: Any, other: Any) -> Spec:
        import lrcli

        if isinstance(other, float | int):
            return lrcli.scaled(self, other)
        return lrcli.product(self, other) if _is_spec(other) else NotImplemented

    def __rmul__(self, other: Any) -> Spec:
        return self * other if isinstance(other, float | int) else NotImplemented


def _is_spec(value: object) -> bool:
    return isinstance(value, Operators)


class Composed(Declared, Operators, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parameters of composition: warm-up, scale, limits, length, and the place in a sequence.

    They act in this order: batch_scale multiplies the peak, the warm-up climbs to the first lr, scale multiplies every
    lr, and floor and cap limit it.
    """

    warmup: Annotated[
        LengthOrZero,
        Meta(description="Climb to the first lr for this long; the schedule then has the rest."),
    ] = 0.0
    warmup_from: Annotated[AnyLr, Meta(description="Learning rate at which the warm-up begins.")] = 0.0
    warmup_shape: Annotated[
        Literal["linear", "exponential", "constant"],
        Meta(description="How the warm-up goes; constant stays at warmup_from."),
    ] = "linear"
    warmup_prefix: Annotated[
        bool,
        Meta(description="Start the schedule after the warm-up; if false, under it, as in DeiT and timm."),
    ] = True
    batch_scale: Annotated[
        tuple[BatchSize, BatchSize] | None,
        Meta(description="Scale the peak from one batch size to another: 256,4096."),
    ] = None
    batch_rule: Annotated[
        Literal["linear", "sqrt"], Meta(description="Scale the peak by the ratio of the batch sizes, or its root.")
    ] = "linear"
    scale: Annotated[float, Meta(gt=0, le=1e9, description="Multiply every learning rate.")] = 1.0
    floor: Annotated[AnyLr, Meta(description="Never go below this learning rate.")] = 0.0
    cap: Annotated[AnyLr | None, Meta(description="Never go above this learning rate.")] = None
    for_: Annotated[Length | None, Meta(description="Length of this part of a sequence (the last part: the rest).")] = (
        msgspec.field(default=None, name="for")
    )
    start: Annotated[
        Literal["own", "previous"],
        Meta(description="Start this part of a sequence at its own lr, or at the lr at which the previous part ends."),
    ] = "own"

    def problems(self) -> list[Problem]:
        """Return the problems between parameters: a floor above the cap, and a warm-up that would never leave 0."""
        found = []
        if self.cap is not None and self.floor > self.cap:
            found.append(Problem(message=f"floor ({self.floor:g}) is above cap ({self.cap:g})", path=("floor",)))
        if self.warmup_shape != "linear" and self.warmup_from == 0:
            message = f"a warm-up of shape {self.warmup_shape} needs a warmup_from above 0"
            found.append(Problem(message=message, path=("warmup_shape",)))
        return found

    @property
    def batch_factor(self) -> float:
        """The factor of the peak from batch_scale: (to/from), or its square root."""
        before, after = self.batch_scale or (1, 1)
        return after / before if self.batch_rule == "linear" else math.sqrt(after / before)
