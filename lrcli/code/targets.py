"""What code can be written for, by name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lrcli.code import files, keras, optax, python, pytorch

if TYPE_CHECKING:
    from collections.abc import Callable

    from lrcli.code.job import Job

TARGETS: dict[str, Callable[[Job], str]] = {
    "torch": partial(pytorch.write, framework="torch"),
    "transformers": partial(pytorch.write, framework="transformers"),
    "timm": partial(pytorch.write, framework="timm"),
    "keras": keras.write,
    "optax": optax.write,
    "python": python.write,
    "yaml": files.yaml,
    "json": files.as_json,
}
