"""The limits of a fit, a prediction or a range test, as findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.foresight.predict import FAR
from lrcli.foresight.rules import SPREAD
from lrcli.problems import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lrcli.foresight.finder import Found
    from lrcli.foresight.fit import Fit

_LOOSE = 0.02
_SHORTEST = 3500
_DISAGREE = 10.0


def of_fit(fit: Fit, loss: str, *, validation: bool, planned: int | None = None) -> Iterator[Finding]:
    """Yield findings on the limits of a fit.

    Args:
        fit: The fit.
        loss: The name of the loss that it was fitted to.
        validation: It is a loss on data that the model does not train on.
        planned: The steps of the run, if the log gives them.
    """
    if fit.misfit > _LOOSE:
        text = f"the loss is {100 * fit.misfit:.1f} % of its fall away from the law"
        yield Finding("LR103", text, "Trust the order, not the level.")
    if not validation:
        text = f"the fit is to {loss}, taken for a training loss"
        yield Finding("LR105", text, "A validation loss says more, if the log has one.")
    if planned is not None and planned > 1.01 * fit.steps:
        yield Finding("LR106", f"the log ends at step {fit.steps:,} of {planned:,}")
    if fit.steps < _SHORTEST:
        text = f"{fit.steps:,} steps are fewer than in any run that the laws were checked on (3,600)"
        yield Finding("LR107", text, "Trust the order, not the level.")


def of_horizon(fit: Fit, steps: int) -> Iterator[Finding]:
    """Yield findings on the limits of a prediction for a run of `steps` steps."""
    if steps > FAR * fit.steps:
        text = f"{steps:,} steps are {steps / fit.steps:.1f} times those of the log: single losses are ±0.04"
        yield Finding("LR104", text, "Log a longer run, or trust the order only.")


def of_found(found: Found) -> Iterator[Finding]:
    """Yield findings on the limits of a range test."""
    if (apart := spread(found)) > _DISAGREE:
        better = "half of the smoothed minimum lost least where the answer is known"
        yield Finding("LR102", f"the rules disagree {apart:,.0f} ×; {better}")
    if found.ceiling is None:
        text = f"the test ends at {found.lr[-1]:.2g}, before the loss rises"
        yield Finding("LR108", text, "Test up to a higher lr.")
    if found.first_rises:
        yield Finding("LR109", f"the loss rises over the first {found.first_rises:.2g} decades, which are left out")


def spread(found: Found) -> float:
    """Return the ratio of the highest lr that a tool's rule chooses to the lowest."""
    picks = [lr for name in SPREAD if (lr := found.rules[name])]
    return max(picks) / min(picks) if picks else 1.0
