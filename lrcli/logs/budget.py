"""The work that one identification may do: so many evaluations of a point, which are the same on every computer."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OF_THE_RUN, OF_ITS_PARTS = 44_000_000, 16_000_000
"""Evaluations of a point: for a schedule of the whole run, and for schedules of parts of it."""
_CALL = 2000
"""What a call costs besides its points."""


class ExhaustedError(Exception):
    """The work is done before the answer is known."""


class _Budget:
    """What is left of it."""

    def __init__(self, left: int) -> None:
        self.left = left


_now: ContextVar[_Budget | None] = ContextVar("_now", default=None)


@contextmanager
def budget(most: int) -> Iterator[None]:
    """Limit the work that is done inside.

    Raises:
        ExhaustedError: From `spend`, where there is more to do.
    """
    token = _now.set(_Budget(most))
    try:
        yield
    finally:
        _now.reset(token)


def spend(points: int) -> None:
    """Count so many evaluations of a point.

    Raises:
        ExhaustedError: If they are more than are left.
    """
    now = _now.get()
    if now is None:
        return
    now.left -= points + _CALL
    if now.left < 0:
        raise ExhaustedError
