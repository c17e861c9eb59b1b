"""Whether an answer is right: the curve that it says against the true one, over the whole run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from lrcli.logs.answer import Answer
    from lrcli.numeric import Array
    from tests.identification.curves import Drawn
    from tests.identification.logs import Written

Verdict = Literal["right", "so far", "unknown", "wrong", "crash"]
ALLOWED = {"float64": 2e-6, "float32": 2e-6, "4 digits": 2e-3, "5 decimals": 2e-3}
"""Share of the peak by which a right curve may differ from the true one."""


def judged(answer: Answer, drawn: Drawn, curve: Array, log: Written) -> Verdict:
    """Return whether an answer is right, says rightly that its end is open, says that it does not know, or is wrong."""
    if answer.model is None or answer.status == "too little to tell":
        return "unknown"
    allowed = max(ALLOWED[log.precision], 2 * float(log.points.tolerance.max()) / log.points.peak)
    if _off(answer, curve, log, log.points.x[answer.first :]) > allowed:
        return "wrong"
    if answer.status != "identified":
        return "so far"
    return "right" if _off(answer, curve, log, _to_the_end(drawn, curve, log)) <= allowed else "wrong"


def _to_the_end(drawn: Drawn, curve: Array, log: Written) -> Array:
    """Return the points that the log would have had to the end of the run, or to where no log could tell more."""
    last = log.points.x[-1]
    if drawn.until == 0:
        return log.points.x
    end = len(curve) - 1 if drawn.until is None or last > drawn.until else drawn.until
    return np.arange(float(log.points.x[0]), end + float(log.offset[-1]) + 1, log.every)


def _off(answer: Answer, curve: Array, log: Written, x: Array) -> float:
    """Return the largest difference as a share of the peak, each on its own clock."""
    assert answer.model is not None
    true = log.offset[np.minimum(np.searchsorted(log.points.x, x, side="right") - 1, len(log.offset) - 1)]
    t = np.clip(x - true, 0, len(curve) - 1).astype(np.int64)
    said = x.copy()
    for at, count in answer.offsets:
        said -= np.where(x >= at, count, 0)
    return float(np.abs(answer.model.lr(said) - curve[t]).max() / curve.max())
