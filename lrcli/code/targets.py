"""The functions that write code, by the name of their target."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lrcli.code import composer, deepspeed, files, js, keras, mmengine, nanogpt, optax, paddle, python, pytorch, trainer

if TYPE_CHECKING:
    from collections.abc import Callable

    from lrcli.code.job import Job

TARGETS: dict[str, Callable[[Job], str]] = {
    "torch": partial(pytorch.write, framework="torch"),
    "transformers": partial(pytorch.write, framework="transformers"),
    "timm": partial(pytorch.write, framework="timm"),
    "keras": keras.write,
    "optax": optax.write,
    "paddle": paddle.write,
    "mmengine": mmengine.write,
    "nanogpt": nanogpt.write,
    "trainer": trainer.write,
    "training-args": trainer.as_json,
    "deepspeed": deepspeed.write,
    "composer": composer.write,
    "python": python.write,
    "js": js.write,
    "yaml": files.yaml,
    "json": files.as_json,
}
_WITHOUT_COMMENTS = {"training-args": "transformers", "deepspeed": "deepspeed"}
"""The targets whose files can hold no comments, with their framework."""


def remarks(job: Job, target: str) -> list[str]:
    """Return the remarks on a file that can hold no comments: that its schedule is only nearly the same."""
    framework = _WITHOUT_COMMENTS.get(target)
    if framework is None or job.is_metric_driven:
        return []
    return [line.removeprefix("# ") for line in job.in_steps(target).native(framework)[1]]
