"""Code for Optax: its own schedules if they give the lr, and otherwise a function over jax.numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.code.classes import construction
from lrcli.code.writer import JAX

if TYPE_CHECKING:
    from lrcli.code.job import Job


def write(job: Job) -> str:
    """Return a schedule of Optax.

    Raises:
        SpecError: If the lr is no function of t.
    """
    job.must_be_a_function("optax", "optax.contrib.reduce_on_plateau comes near")
    native, remark = job.native("optax")
    if native is not None:
        made = construction(native, "optax.", around=len("schedule = "))
        lines = ["import optax", "", f"schedule = {made}"]
    else:
        function = [f"def schedule({job.unit}):", *job.function(JAX, job.unit)]
        imports = ["import jax.numpy as jnp"] if any("jnp." in line for line in function) else []
        lines = [*imports, "import optax", "", "", *function, "", ""]
    return "\n".join([job.header(), *remark, *lines, *_use(job)])


def _use(job: Job) -> list[str]:
    """Return the line of the optimizer, which counts updates: a schedule over epochs gets the epoch of each update."""
    if job.unit == "step":
        return ["optimizer = optax.adamw(learning_rate=schedule)", ""]
    rate = job.run.steps_per_epoch
    known = [f"steps_per_epoch = {rate}"] if rate else ["steps_per_epoch = 1000  # yours"]
    return [*known, "optimizer = optax.adamw(learning_rate=lambda count: schedule(count // steps_per_epoch))", ""]
