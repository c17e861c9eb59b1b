"""The decays that agree with a run, and those that come near."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from lrcli.logs.models import Decay
    from lrcli.logs.shapes import Shape

Kind: TypeAlias = "tuple[Shape, float, bool]"
"""The shape of a decay, its power, and whether it begins later than the run."""


class Found(NamedTuple):
    """The decays that agree with a run.

    Attributes:
        plain: With plain numbers.
        raw: With the numbers that least squares gives: how far the log leaves them open.
        near: What came nearest of each kind: its error as a share of the peak, and what it was.
    """

    plain: list[Decay]
    raw: list[Decay]
    near: dict[Kind, tuple[float, Decay]]

    @property
    def nearest(self) -> tuple[float, Decay] | None:
        """The error and the decay that came nearest of all."""
        return min(self.near.values(), key=_share, default=None)

    def with_(self, other: Found) -> Found:
        """Return what agrees of both."""
        near = dict(self.near)
        for form, one in other.near.items():
            near[form] = min(one, near.get(form, one), key=_share)
        return Found([*self.plain, *other.plain], [*self.raw, *other.raw], near)


def _share(near: tuple[float, Decay]) -> float:
    return near[0]
