"""For test suites: an assertion that a scheduler has the lr of a spec. It does not need pytest.

>>> from lrcli.testing import assert_matches
>>> assert_matches(lambda step: 0.1 * (1 - step / 100), "linear:start_lr=0.1,end_lr=0", steps=100)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lrcli.loading import SpecLike
    from lrcli.numeric import Array

_MOST_PROCESSES = 64


def assert_matches(
    scheduler: Any,
    spec: SpecLike,
    *,
    rtol: float = 1e-6,
    atol: float = 1e-12,
    group: int = 0,
    **options: Any,
) -> None:
    """Raise unless a scheduler has the lr of a spec at every point of a run.

    Args:
        scheduler: One of torch's (it is stepped once a point, and its optimizer with it), a function of the step such
            as Optax's schedules and LambdaLR's functions, or the learning rates themselves.
        spec: One schedule, as for `lrcli.load`.
        rtol: The allowed difference of the lr, as a share of the spec's.
        atol: The allowed absolute difference, added to that.
        group: The index of the optimizer's parameter group whose lr is compared.
        **options: As for `lrcli.load`: the run (`steps=1000`), and values for the schedule's parameters.

    Raises:
        TypeError: If the scheduler is none of these.
        AssertionError: With the first point that differs, both values there and, if one explains all, the cause.
        SpecError: If anything is wrong with the spec or the run.
    """
    import lrcli

    curve = lrcli.evaluate(spec, **options)
    found = _rates(scheduler, len(curve), group)
    wrong = np.flatnonzero(~np.isclose(found, curve.lr[: found.size], rtol=rtol, atol=atol))
    if found.size == len(curve) and not wrong.size:
        return
    if not wrong.size:
        raise AssertionError(f"there are {found.size} learning rates for a run of {len(curve)} {curve.unit}s")
    at = int(wrong[0])
    has = f"at {curve.unit} {at} the lr is {found[at]:.6g}, and {curve.name} has {curve.lr[at]:.6g}"

    def same(one: Array, other: Array) -> bool:
        return bool(np.allclose(one, other, rtol=rtol, atol=atol))

    guess = next((f": {why}" for why in _guesses(found, curve.lr, curve.unit, same)), "")
    raise AssertionError(f"{has} ({wrong.size} of {len(curve)} {curve.unit}s differ){guess}")


def _rates(scheduler: Any, points: int, group: int) -> Array:
    """Return the lr that a scheduler has at each point."""
    if hasattr(scheduler, "optimizer") and hasattr(scheduler, "step"):
        return np.fromiter(_stepped(scheduler, points, group), dtype=np.float64, count=points)
    if callable(scheduler):
        return np.array([float(scheduler(t)) for t in range(points)])
    try:
        found = np.asarray(scheduler, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        found = np.empty((0, 0))
    if found.ndim != 1:
        raise TypeError(f"neither a scheduler, nor a function, nor learning rates: {type(scheduler).__name__}")
    return found


def _stepped(scheduler: Any, points: int, group: int) -> Iterator[float]:
    for t in range(points):
        yield float(scheduler.optimizer.param_groups[group]["lr"])
        if t < points - 1:  # some raise if they are stepped after their last step
            scheduler.optimizer.step()
            scheduler.step()


def _guesses(found: Array, due: Array, unit: str, same: Callable[[Array, Array], bool]) -> Iterator[str]:
    """Yield causes that would explain all of the differences."""
    size = min(found.size, due.size)
    found, due = found[:size], due[:size]
    if size > 2 and same(found[1:], due[:-1]):
        yield f"it is one {unit} late"
    if size > 2 and same(found[:-1], due[1:]):
        yield f"it is one {unit} early, as if it were stepped before the first {unit}"
    for times in range(2, min(_MOST_PROCESSES, size) + 1):
        reached = np.arange(0, size, times)
        if reached.size > 1 and same(found[: reached.size], due[reached]):
            yield f"it is stepped {times} times a {unit}, as by a loop with {times} processes"
    ratio = found[due != 0] / due[due != 0]
    if ratio.size and same(found, due * ratio[0]):
        yield f"it is {ratio[0]:.6g} times as high throughout"
