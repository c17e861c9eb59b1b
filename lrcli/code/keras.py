"""Code for Keras 3: over steps its own schedules, or a subclass of them; over epochs a callback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcli.code.classes import construction
from lrcli.code.layout import math_import
from lrcli.code.writer import KERAS, MATH

if TYPE_CHECKING:
    from lrcli.code.job import Job

_USE = ["optimizer = keras.optimizers.AdamW(learning_rate=schedule)", ""]


def write(job: Job) -> str:
    """Return a schedule of Keras, or a callback.

    Raises:
        SpecError: If the lr is no function of t.
    """
    job.must_be_a_function("keras", "keras.callbacks.ReduceLROnPlateau comes near (its patience is one more)")
    if job.unit == "epoch":
        return "\n".join([job.header(), *_callback(job)])
    native, remark = job.native("keras")
    if native is None:
        return "\n".join([job.header(), *remark, *_own_class(job), *_USE])
    made = construction(native, f"{native.home}.", around=len("schedule = "))
    return "\n".join([job.header(), *remark, "import keras", "", f"schedule = {made}", *_USE])


def _callback(job: Job) -> list[str]:
    function = [f"def lr({job.unit}, _=None):", *job.function(MATH, job.unit)]
    use = "callback = keras.callbacks.LearningRateScheduler(lr)  # for model.fit(callbacks=…)"
    return [*math_import(function), "import keras", "", "", *function, "", "", use, ""]


def _own_class(job: Job) -> list[str]:
    inside = job.function(KERAS, "step", "        ")
    return [
        *math_import(inside),
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
    ]
