"""Code for what has schedules as functions: plain Python, Optax and Keras; and lrcli's own YAML and JSON."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from lrcli.code.source import JAX, KERAS, MATH, call, number
from lrcli.code.translate import is_limited, parts_in_turn
from lrcli.compose import Sequence, own_run, with_batch
from lrcli.problems import SpecError
from lrcli.schedules.base import Family, Schedule
from lrcli.schedules.plateau import Listening
from lrcli.spec.write import data, inline

if TYPE_CHECKING:
    from collections.abc import Callable

    from lrcli.code.job import Job
    from lrcli.run import Run


def python(job: Job) -> str:
    """Return a function of t, with nothing but math.

    Raises:
        SpecError: If the lr is no function of t.
    """
    _must_be_a_function(job, "python", "--to torch writes a scheduler that listens")
    unit = job.unit
    what = f'    """Return the learning rate in force during this {unit}, counted from 0."""'
    function = [f"def lr({unit}):", what, *job.function(MATH, unit)]
    imports = ["import math", "", ""] if any("math." in line for line in function) else ["", ""]
    return "\n".join([job.header(), *imports, *function, ""])


def optax(job: Job) -> str:
    """Return a schedule of Optax: its own functions where they give the lr, and else one over jax.numpy.

    Raises:
        SpecError: If the lr is no function of t.
    """
    _must_be_a_function(job, "optax", "optax.contrib.reduce_on_plateau comes near")
    by_epoch = ["# schedule counts epochs: give it count // steps_per_epoch", ""]
    use = by_epoch if job.unit == "epoch" else ["optimizer = optax.adamw(learning_rate=schedule)", ""]
    said = _said(job, OPTAX) or _joined(job, OPTAX)
    if said is not None:
        return "\n".join([job.header(), "import optax", "", f"schedule = {said}", *use])
    lines = [f"def schedule({job.unit}):", *job.function(JAX, job.unit)]
    imports = ["import jax.numpy as jnp"] if any("jnp." in line for line in lines) else []
    return "\n".join([job.header(), *imports, "import optax", "", "", *lines, "", "", *use])


def keras(job: Job) -> str:
    """Return a schedule of Keras 3; a callback for a run in epochs, because Keras's schedules count steps.

    Raises:
        SpecError: If the lr is no function of t.
    """
    _must_be_a_function(job, "keras", "keras.callbacks.ReduceLROnPlateau comes near (its patience is one more)")
    if job.unit == "epoch":
        function = [f"def lr({job.unit}, _=None):", *job.function(MATH, job.unit)]
        math = ["import math", ""] if any("math." in line for line in function) else []
        callback = "callback = keras.callbacks.LearningRateScheduler(lr)  # for model.fit(callbacks=…)"
        return "\n".join([job.header(), *math, "import keras", "", "", *function, "", "", callback, ""])
    use = ["optimizer = keras.optimizers.AdamW(learning_rate=schedule)", ""]
    said = _said(job, KERAS_CLASSES)
    if said is not None:
        return "\n".join([job.header(), "import keras", "", f"schedule = {said}", *use])
    inside = job.function(KERAS, "step", "        ")
    math = ["import math", ""] if any("math." in line for line in inside) else []
    return "\n".join(
        [
            job.header(),
            *math,
            "import keras",
            "from keras import ops",
            "",
            "",
            "class LearningRate(keras.optimizers.schedules.LearningRateSchedule):",
            "    def __call__(self, step):",
            '        step = ops.cast(step, "float32")',
            *inside,
            "",
            "    def get_config(self):",
            "        return {}",
            "",
            "",
            "schedule = LearningRate()",
            *use,
        ]
    )


def yaml(job: Job) -> str:
    """Return lrcli's own file."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - only this needs it

    text = io.StringIO()
    dump = YAML(typ="safe", pure=True)
    dump.default_flow_style = None
    dump.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    dump.dump(_document(job), text)
    return f"{job.header()}\n{text.getvalue()}"


def as_json(job: Job) -> str:
    """Return lrcli's own file as JSON."""
    return json.dumps(_document(job), indent=2) + "\n"


def _document(job: Job) -> dict[str, Any]:
    run: dict[str, Any] = {f"{job.run.unit}s": int(job.run.total)}
    if job.run.steps_per_epoch:
        run["steps_per_epoch"] = job.run.steps_per_epoch
    if job.run.per_step:
        run["per_step"] = True
    name = job.spec.tag() if isinstance(job.spec, Family) else "schedule"
    return {"run": run, "schedules": {name: data(job.spec)}}


def _must_be_a_function(job: Job, target: str, nearest: str) -> None:
    if isinstance(job.spec, Listening):
        raise SpecError(f"{inline(job.spec)} listens to a metric, and {target} has only functions of time: {nearest}")


Table = dict[str, "Callable[[Any, Run], str]"]


def _said(job: Job, table: Table) -> str | None:
    """Return what a table makes of a schedule, without its warm-up, or with it if the table's function has one."""
    spec = job.ours()
    if not isinstance(spec, Schedule) or job.run.per_step or is_limited(spec):
        return None
    if spec.warmup and not (spec.warmup_prefix and spec.warmup_shape == "linear"):
        return None
    name = f"{spec.tag()} with warmup" if spec.warmup else spec.tag()
    return table[name](with_batch(spec), own_run(spec, job.run)) if name in table else None


def _joined(job: Job, table: Table) -> str | None:
    """Return several of a table's schedules, joined where one part ends and the next begins."""
    spec = job.ours()
    if not isinstance(spec, Schedule | Sequence) or job.run.per_step or is_limited(spec):
        return None
    parts = parts_in_turn(with_batch(spec), job.run)  # type: ignore[type-var] # what it is stays what it is
    if len(parts) < 2 or not all(isinstance(part, Schedule) and part.tag() in table for part, _, _ in parts):
        return None
    if any(part.warmup or is_limited(part) or not start.is_integer() for part, start, _ in parts):
        return None
    said = (table[part.tag()](part, own).replace("\n", "\n        ") for part, _, own in parts)
    schedules = [f"        {one}," for one in said]
    boundaries = ", ".join(number(start) for _, start, _ in parts[1:])
    inside = ["    schedules=[", *schedules, "    ],", f"    boundaries=[{boundaries}],"]
    return "\n".join(["optax.join_schedules(", *inside, ")"])


def _call(function: str, **arguments: float) -> str:
    said = [f"{name}={_argument(name, value)}" for name, value in arguments.items()]
    return call(function, said, around=len("schedule = "))


def _argument(name: str, value: float) -> str:
    """Return an argument; rates as floats, because Keras makes whole numbers of ints."""
    if isinstance(value, bool):
        return str(value)
    return repr(float(value)) if name.endswith(("value", "learning_rate", "target")) else number(value)


OPTAX: Table = {
    "constant": lambda s, _: _call("optax.constant_schedule", value=s.max_lr),
    "linear": lambda s, run: _call(
        "optax.linear_schedule", init_value=s.start_lr, end_value=s.end_lr, transition_steps=run.of(s.length)
    ),
    "cosine": lambda s, run: _call(
        "optax.cosine_decay_schedule",
        init_value=s.max_lr, decay_steps=run.of(s.cycle_length), **({"alpha": s.min_lr / s.max_lr} if s.min_lr else {}),
    ),
    "exponential": lambda s, _: _call(
        "optax.exponential_decay", init_value=s.max_lr, transition_steps=1, decay_rate=s.gamma
    ),
    "step": lambda s, run: _call(
        "optax.exponential_decay",
        init_value=s.max_lr, transition_steps=run.of(s.step_size), decay_rate=s.gamma, staircase=True,
    ),
    "polynomial": lambda s, run: _call(
        "optax.polynomial_schedule",
        init_value=s.max_lr, end_value=s.min_lr, power=s.power, transition_steps=run.of(s.max_update),
    ),
}  # fmt: skip
"""Optax's function for one schedule without a warm-up, where that gives exactly its lr."""

_SCHEDULES = "keras.optimizers.schedules"


def _keras_cosine_with_warmup(s: Any, run: Run) -> str:  # noqa: ANN401 - of the schedule that the table says
    """Return CosineDecay with the warm-up that it has; its decay_steps do not count it."""
    alpha = {"alpha": s.min_lr / s.max_lr} if s.min_lr else {}
    decay = {"initial_learning_rate": s.warmup_from, "decay_steps": run.of(s.cycle_length), **alpha}
    return _call(f"{_SCHEDULES}.CosineDecay", **decay, warmup_target=s.max_lr, warmup_steps=run.of(s.warmup))


KERAS_CLASSES: Table = {
    "cosine": lambda s, run: _call(
        f"{_SCHEDULES}.CosineDecay",
        initial_learning_rate=s.max_lr, decay_steps=run.of(s.cycle_length),
        **({"alpha": s.min_lr / s.max_lr} if s.min_lr else {}),
    ),
    "cosine with warmup": _keras_cosine_with_warmup,
    "exponential": lambda s, _: _call(
        f"{_SCHEDULES}.ExponentialDecay", initial_learning_rate=s.max_lr, decay_steps=1, decay_rate=s.gamma
    ),
    "step": lambda s, run: _call(
        f"{_SCHEDULES}.ExponentialDecay",
        initial_learning_rate=s.max_lr, decay_steps=run.of(s.step_size), decay_rate=s.gamma, staircase=True,
    ),
    "linear": lambda s, run: _call(
        f"{_SCHEDULES}.PolynomialDecay",
        initial_learning_rate=s.start_lr, decay_steps=run.of(s.length), end_learning_rate=s.end_lr,
    ),
    "polynomial": lambda s, run: _call(
        f"{_SCHEDULES}.PolynomialDecay",
        initial_learning_rate=s.max_lr, decay_steps=run.of(s.max_update), end_learning_rate=s.min_lr, power=s.power,
    ),
}  # fmt: skip
"""Keras's class for one schedule without a warm-up, where that gives exactly its lr."""
