"""Written code, run: the lr that a framework, installed on this machine, makes of it."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

from lrcli.problems import SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lrcli.code.job import Job


def rates(code: str, target: str, job: Job) -> list[float]:
    """Return the lr at every point of the run, as the code sets it.

    Raises:
        SpecError: If the framework is not installed.
        ImportError: The same, from the code itself.
    """
    if target in ("yaml", "json"):
        raise SpecError(f"{target} is lrcli's own: there is nothing to run")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if target in ("torch", "transformers", "timm"):
            return _stepped(code, job)
        return _asked(code, target, job.run.points)


def _stepped(code: str, job: Job) -> list[float]:
    """Run the training loop, and note the lr where the training would be."""
    from torch import nn

    found: list[float] = []
    metric = iter(job.run.metric or ())
    space: dict[str, Any] = {"model": nn.Linear(1, 1), "loss": 0.0, "open": lambda *_: io.StringIO()}

    def note() -> None:
        optimizer = space["optimizer"]
        found.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        space["metric"] = next(metric, 0.0)

    space["note_the_lr"] = note
    exec(code.replace("    ...  # ", "    note_the_lr()  # "), space)
    return found


def _asked(code: str, target: str, points: int) -> list[float]:
    """Ask the function of time that the code makes for every point."""
    space: dict[str, Any] = {}
    if target == "optax":
        import jax

        jax.config.update("jax_enable_x64", True)  # noqa: FBT003 - jax's own
    exec(code, space)
    function = space.get("schedule") or space["lr"]
    return [float(function(t)) for t in range(points)]


def largest_difference(found: Sequence[float], expected: Sequence[float]) -> tuple[float, int]:
    """Return the largest difference as a share of the highest expected lr, and where it is."""
    apart = [abs(a - b) for a, b in zip(found, expected, strict=True)]
    where = max(range(len(apart)), key=apart.__getitem__)
    return apart[where] / (max(map(abs, expected)) or 1.0), where
